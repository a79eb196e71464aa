import { request } from 'node:http'
import { connect as connectSocket } from 'node:net'
import mqtt from 'mqtt'

/** What a door said to something that was sent to it, and how long that took. */
export interface DoorAnswer {
  /** The acknowledgement or body; for MQTT `acknowledged` or `disconnected`. */
  readonly text: string
  /** HTTP status; 0 for the other protocols. */
  readonly status: number
  readonly milliseconds: number
}

/** Writes bytes to the MLLP door as they are and resolves with its first answer, or with '' when it just hangs up. */
export async function sendRawMllp(
  port: number,
  pieces: Iterable<Uint8Array | string>,
  { hangUp = false }: { readonly hangUp?: boolean } = {},
): Promise<DoorAnswer> {
  const begun = performance.now()
  const socket = connectSocket({ host: '127.0.0.1', port, allowHalfOpen: true })
  let said = ''
  const answered = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      const end = said.indexOf('\x1c\r')
      if (end >= 0) resolve(said.slice(said.indexOf('\x0b') + 1, end))
    })
    // What is still on its way when the door closes is of no interest.
    socket.on('error', () => resolve(said))
    socket.on('close', () => resolve(said))
  })
  for (const piece of pieces) {
    if (!socket.writable) break
    if (!socket.write(piece))
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve)
        socket.once('close', () => resolve())
        socket.once('data', () => resolve())
      })
    if (said !== '') break
  }
  if (hangUp) socket.end()
  const text = await answered
  const milliseconds = performance.now() - begun
  socket.destroy()
  return { text, status: 0, milliseconds }
}

/** Posts a body piece by piece, without saying how long it will be, until it is answered. */
export async function postStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  pieces: Iterable<Uint8Array>,
): Promise<DoorAnswer & { readonly bytesSent: number }> {
  const begun = performance.now()
  const sending = request(url, { method: 'POST', headers })
  let bytesSent = 0
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sending.on('response', (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, text }))
      response.on('error', reject)
    })
    sending.on('error', reject)
  })
  let over = false
  const done = () => (over = true)
  answered.then(done, done)
  for (const piece of pieces) {
    if (over || sending.destroyed) break
    bytesSent += piece.length
    if (!sending.write(piece))
      await Promise.race([new Promise((resolve) => sending.once('drain', resolve)), answered.catch(() => undefined)])
    // Lets an answer come in between two pieces.
    await new Promise((resolve) => setImmediate(resolve))
  }
  sending.end()
  const answer = await answered
  sending.destroy()
  return { ...answer, milliseconds: performance.now() - begun, bytesSent }
}

export interface TestDevice {
  /** Publishes on the device's own topic with QoS 1. */
  readings(payload: string | Buffer): Promise<DoorAnswer>
  close(): void
}

/** A wearable that signs in with its name and a bearer token. */
export async function connectDevice(port: number, device: string, token: string): Promise<TestDevice> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: device,
    username: device,
    password: token,
    clean: true,
    reconnectPeriod: 0,
  })
  client.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('close', () => reject(new Error(`${device} was not let in`)))
  })
  return {
    readings: async (payload) => {
      const begun = performance.now()
      const text = await new Promise<string>((resolve) => {
        const closed = () => resolve('disconnected')
        client.once('close', closed)
        client.publish(`counterpart/v1/${device}/readings`, payload, { qos: 1 }, (error) => {
          if (error) return
          client.off('close', closed)
          resolve('acknowledged')
        })
      })
      return { text, status: 0, milliseconds: performance.now() - begun }
    },
    close: () => client.end(true),
  }
}

/** One server-sent event as a browser would get it. */
export interface HeardEvent {
  readonly id: number
  readonly name: string
  readonly data: { readonly subject: string | null; readonly data: Readonly<Record<string, unknown>> }
}

export interface LiveReader {
  readonly heard: readonly HeardEvent[]
  /** Whether the server has ended the stream. */
  readonly ended: boolean
  /** Goes away as a browser does. */
  leave(): Promise<void>
}

/** Listens to `/api/live` as a browser would; resolves when it has been greeted. */
export async function listenLive(
  url: string,
  token: string,
  options: { readonly subject?: string; readonly lastEventId?: number } = {},
): Promise<LiveReader> {
  const leaving = new AbortController()
  const response = await fetch(
    `${url}/api/live${options.subject === undefined ? '' : `?subject=${encodeURIComponent(options.subject)}`}`,
    {
      signal: leaving.signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(options.lastEventId === undefined ? {} : { 'last-event-id': String(options.lastEventId) }),
      },
    },
  )
  if (response.status !== 200) throw new Error(`/api/live: ${response.status} ${await response.text()}`)
  const heard: HeardEvent[] = []
  let ended = false
  let greeted = () => {}
  const greeting = new Promise<void>((resolve) => {
    greeted = resolve
  })
  const reading = (async () => {
    let buffer = ''
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body!) {
        buffer += decoder.decode(chunk, { stream: true })
        for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
          const fields = new Map(
            buffer
              .slice(0, end)
              .split('\n')
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
          )
          buffer = buffer.slice(end + 2)
          if (!fields.has('data')) continue
          heard.push({
            id: Number(fields.get('id')),
            name: fields.get('event')!,
            data: JSON.parse(fields.get('data')!),
          })
          greeted()
        }
      }
    } catch {
      // Left, or thrown out: either way it is over.
    }
    ended = true
    greeted()
  })()
  await greeting
  return {
    heard,
    get ended() {
      return ended
    },
    leave: async () => {
      leaving.abort()
      await reading
    },
  }
}
