import { connect as connectSocket } from 'node:net'
import mqtt from 'mqtt'
import { asFhir, asHl7, asMqtt, messageNumber, type SentMessage } from './messages.ts'

/** Where the server under test listens. */
export interface Doors {
  readonly http: number
  readonly mllp: number
  readonly mqtt: number
  readonly token: string
}

/** A sender of one protocol that keeps book: what was acknowledged, and what it must send again. */
export interface Sender {
  readonly protocol: 'hl7v2' | 'fhir' | 'mqtt'
  readonly acknowledged: Map<number, SentMessage>
  readonly unacknowledged: Map<number, SentMessage>
  /** Acknowledgements that said no: none are expected. */
  readonly refused: string[]
  /** Sends until `stop` is aborted or the connection breaks: first what was not acknowledged, then new messages. */
  send(doors: Doors, stop: AbortSignal, options?: { readonly newMessages?: boolean }): Promise<void>
}

/** Messages on their way at one time. */
const window = 8

export function drillSenders(): readonly Sender[] {
  return [sender('hl7v2', 0, openMllp), sender('fhir', 1, openFhir), sender('mqtt', 2, openMqtt)]
}

/** An open connection: `post` resolves with whether it was accepted, and rejects when the connection breaks. */
interface Connection {
  post(message: SentMessage): Promise<{ readonly accepted: boolean; readonly answer: string }>
  close(): void
}

function sender(protocol: Sender['protocol'], phase: number, open: (doors: Doors) => Promise<Connection>): Sender {
  const acknowledged = new Map<number, SentMessage>()
  const unacknowledged = new Map<number, SentMessage>()
  const refused: string[] = []
  let next = 0
  return {
    protocol,
    acknowledged,
    unacknowledged,
    refused,
    send: async (doors, stop, { newMessages = true } = {}) => {
      const connection = await open(doors).catch(() => undefined)
      if (!connection) return
      stop.addEventListener('abort', () => connection.close())
      const again = [...unacknowledged.values()]
      let broken = false
      const worker = async () => {
        while (!stop.aborted && !broken) {
          const message = again.shift() ?? (newMessages ? messageNumber(next++, phase) : undefined)
          if (!message) return
          unacknowledged.set(message.number, message)
          try {
            const { accepted, answer } = await connection.post(message)
            if (accepted) {
              unacknowledged.delete(message.number)
              acknowledged.set(message.number, message)
            } else refused.push(`${protocol} ${message.number}: ${answer}`)
          } catch {
            broken = true
          }
        }
      }
      await Promise.all(Array.from({ length: window }, worker))
      connection.close()
    },
  }
}

async function openMllp({ mllp }: Doors): Promise<Connection> {
  const socket = connectSocket({ host: '127.0.0.1', port: mllp })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const waiting = new Map<string, { resolve: (answer: string) => void; reject: (error: Error) => void }>()
  let buffer = ''
  socket.on('data', (chunk: Buffer) => {
    buffer += chunk.toString('latin1')
    for (let end = buffer.indexOf('\x1c\r'); end >= 0; end = buffer.indexOf('\x1c\r')) {
      const text = buffer.slice(buffer.indexOf('\x0b') + 1, end)
      buffer = buffer.slice(end + 2)
      const control = /\rMSA\|[A-Z]{2}\|([^|\r]*)/.exec(text)?.[1] ?? ''
      waiting.get(control)?.resolve(text)
      waiting.delete(control)
    }
  })
  const fail = () => {
    for (const { reject } of waiting.values()) reject(new Error('the connection broke'))
    waiting.clear()
  }
  socket.on('error', fail)
  socket.on('close', fail)
  return {
    post: async (message) => {
      if (socket.destroyed) throw new Error('the connection broke')
      const answer = await new Promise<string>((resolve, reject) => {
        waiting.set(`H${message.number}`, { resolve, reject })
        socket.write(`\x0b${asHl7(message)}\x1c\r`)
      })
      return { accepted: /\rMSA\|(AA|CA)\|/.test(answer), answer: answer.replaceAll('\r', ' ¶ ') }
    },
    close: () => socket.destroy(),
  }
}

async function openFhir({ http, token }: Doors): Promise<Connection> {
  const closing = new AbortController()
  return {
    post: async (message) => {
      const response = await fetch(`http://127.0.0.1:${http}/fhir`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', authorization: `Bearer ${token}` },
        body: JSON.stringify(asFhir(message)),
        signal: closing.signal,
      })
      const answer = await response.text()
      return { accepted: response.ok, answer: `${response.status} ${answer.slice(0, 300)}` }
    },
    close: () => closing.abort(),
  }
}

async function openMqtt({ mqtt: port, token }: Doors): Promise<Connection> {
  const device = 'drill-watch'
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: device,
    username: device,
    password: token,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: 5_000,
  })
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('the connection broke')))
  })
  return {
    post: (message) =>
      new Promise((resolve, reject) => {
        const broke = () => reject(new Error('the connection broke'))
        client.once('close', broke)
        client.setMaxListeners(100)
        client.publish(
          `counterpart/v1/${device}/readings`,
          JSON.stringify(asMqtt(message, device)),
          { qos: 1 },
          (error) => {
            client.off('close', broke)
            if (error) reject(error)
            else resolve({ accepted: true, answer: '' })
          },
        )
      }),
    close: () => client.end(true),
  }
}
