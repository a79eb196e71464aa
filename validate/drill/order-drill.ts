import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomStream } from '@counterpart/numerics'
import { type RunningServer, replayTwin, startServer } from '@counterpart/server'
import mqtt from 'mqtt'
import { deviceOf, endOfFacts, introductions, type OrderedMessage, orderedMessages, shuffled } from './facts.ts'

export interface OrderDrill {
  readonly patients: number
  /** Measurements of each patient, a minute apart. */
  readonly instants: number
  /** Random orders, besides that of time. */
  readonly orders: number
  /** So many messages, drawn at random, come last in one more order. */
  readonly heldBack?: number
  readonly seed: string
  /** Makes a fresh database for each order, instead of SQLite. */
  readonly freshDatabase?: () => Promise<string>
  readonly onProgress?: (message: string) => void
}

export interface OrderReport {
  readonly messages: number
  readonly orders: number
  readonly twins: number
  /** Facts that came when so many newer ones were there that the loop had let go of their place. */
  readonly beyondTheWindow: number
  readonly refused: readonly string[]
  /** Orders after which a belief was another than after the order of time: must be empty. */
  readonly differing: readonly string[]
  /** Beliefs that were not what replaying the thread from nothing gives: must be empty. */
  readonly notReplayed: readonly string[]
  /** Beliefs that a restart changed: must be empty. */
  readonly changedByRestart: readonly string[]
}

/** Instants that a loop keeps at hand before it lets the oldest go (`kernel/src/loop.ts`: 128, and a quarter more). */
const keptAtMost = 160
/** Messages on their way at one time. */
const window = 8

/** Hands one set of messages to fresh platforms, to each in another order, and compares what they then believe. */
export async function orderDrill(drill: OrderDrill): Promise<OrderReport> {
  const messages = orderedMessages(drill.patients, drill.instants, drill.seed)
  const orders = ordersOf(messages, drill)
  const report = {
    messages: messages.length,
    orders: orders.length,
    twins: 0,
    beyondTheWindow: 0,
    refused: [] as string[],
    differing: [] as string[],
    notReplayed: [] as string[],
    changedByRestart: [] as string[],
  }
  let expected: ReadonlyMap<string, string> | undefined
  for (const [order, arriving] of orders.entries()) {
    report.beyondTheWindow += countBeyondTheWindow(arriving)
    const { live, replayed, restarted, refused } = await handOver(arriving, drill)
    report.refused.push(...refused)
    expected ??= live
    report.twins = expected.size
    for (const twin of new Set([...expected.keys(), ...live.keys()])) {
      const told = `${twin} in order ${order}`
      if (live.get(twin) !== expected.get(twin)) report.differing.push(told)
      if (live.get(twin) !== replayed.get(twin)) report.notReplayed.push(told)
      if (live.get(twin) !== restarted.get(twin)) report.changedByRestart.push(told)
    }
    drill.onProgress?.(`order ${order + 1} of ${orders.length}`)
  }
  return report
}

/** That of time first: the one that all others are compared with. */
function ordersOf(
  messages: readonly OrderedMessage[],
  { orders, heldBack = 0, seed }: OrderDrill,
): readonly (readonly OrderedMessage[])[] {
  const inTime = [...messages].sort((a, b) => a.effective - b.effective)
  const random = Array.from({ length: orders }, (_, i) => shuffled(messages, randomStream('order', seed, i)))
  if (heldBack === 0) return [inTime, ...random]
  const late = shuffled(messages, randomStream('held back', seed)).slice(0, heldBack)
  return [inTime, ...random, [...inTime.filter((message) => !late.includes(message)), ...late]]
}

type Hashes = ReadonlyMap<string, string>

async function handOver(
  messages: readonly OrderedMessage[],
  drill: OrderDrill,
): Promise<{ live: Hashes; replayed: Hashes; restarted: Hashes; refused: readonly string[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-order-'))
  const databaseUrl = await drill.freshDatabase?.()
  const clock = () => endOfFacts(drill.instants) + 86_400_000
  const start = () =>
    startServer({
      dataDirectory: directory,
      port: 0,
      mllpPort: 0,
      mqttPort: 0,
      sandboxPatients: 0,
      webApp: false,
      clock,
      environment: {
        // The same people on every platform.
        COUNTERPART_PSEUDONYM_KEY: Buffer.alloc(32, 7).toString('base64'),
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      },
    })
  let server = await start()
  try {
    const doors = await openDoors(server, drill.patients)
    const refused: string[] = []
    const send = async (message: OrderedMessage) => {
      const problem = await doors.send(message)
      if (problem !== undefined) refused.push(`${message.protocol}: ${problem}`)
    }
    for (const introduction of introductions(drill.patients)) await send(introduction)
    for (let i = 0; i < messages.length; i += window) await Promise.all(messages.slice(i, i + window).map(send))
    doors.close()
    refused.push(...server.platform.intake.quarantined().map(({ code, message }) => `${code}: ${message}`))
    const live = await beliefs(server)
    const replayed = new Map<string, string>()
    for (const twin of live.keys()) replayed.set(twin, (await replayTwin(server.platform.thread, twin)).hash ?? '')
    await server.close()
    server = await start()
    return { live, replayed, restarted: await beliefs(server), refused }
  } finally {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function tokenOf(server: RunningServer): Promise<string> {
  const { accounts, sessions } = server.platform
  return (await sessions.issueToken(await accounts.principal('engineer'), { label: 'order drill' })).token
}

/** The hash of every belief, by the API. */
async function beliefs(server: RunningServer): Promise<Hashes> {
  const response = await fetch(`${server.url}/api/engineering/beliefs`, {
    headers: { authorization: `Bearer ${await tokenOf(server)}` },
  })
  const { beliefs: told } = (await response.json()) as { beliefs: { twin: string; hash: string }[] }
  return new Map(told.map(({ twin, hash }) => [twin, hash]))
}

/** Connections of each protocol. `send` resolves when the message is acknowledged, with what was wrong with it if something was. */
async function openDoors(server: RunningServer, patients: number) {
  const token = await tokenOf(server)
  const waiting = new Map<string, ((answer: string) => void)[]>()
  const socket = connectSocket({ host: '127.0.0.1', port: server.ports.mllp })
  let said = ''
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
    for (let end = said.indexOf('\x1c\r'); end >= 0; end = said.indexOf('\x1c\r')) {
      const answer = said.slice(0, end)
      said = said.slice(end + 2)
      waiting.get(/\rMSA\|[A-Z]{2}\|([^|\r]*)/.exec(answer)?.[1] ?? '')?.shift()?.(answer)
    }
  })
  const devices = new Map<string, mqtt.MqttClient>()
  for (let patient = 0; patient < patients; patient++) {
    const device = deviceOf(patient)
    const options = { clientId: device, username: device, password: token, reconnectPeriod: 0 }
    devices.set(device, await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, options))
  }
  return {
    send: async ({ protocol, text, device }: OrderedMessage): Promise<string | undefined> => {
      if (protocol === 'mqtt') {
        await devices.get(device!)!.publishAsync(`counterpart/v1/${device}/readings`, text, { qos: 1 })
        return undefined
      }
      if (protocol === 'fhir') {
        const response = await fetch(`${server.url}/fhir`, {
          method: 'POST',
          headers: { 'content-type': 'application/fhir+json', authorization: `Bearer ${token}` },
          body: text,
        })
        const answer = await response.text()
        return response.ok ? undefined : answer.slice(0, 300)
      }
      const control = text.split('|')[9]!
      const answer = await new Promise<string>((resolve) => {
        waiting.set(control, [...(waiting.get(control) ?? []), resolve])
        socket.write(`\x0b${text}\x1c\r`)
      })
      return answer.includes('\rMSA|AA|') ? undefined : answer.slice(0, 300)
    },
    close: () => {
      socket.destroy()
      for (const client of devices.values()) client.end(true)
    },
  }
}

function countBeyondTheWindow(messages: readonly OrderedMessage[]): number {
  const arrived = new Map<number, Set<number>>()
  let count = 0
  for (const { patient, effective } of messages) {
    const known = arrived.get(patient) ?? new Set()
    arrived.set(patient, known)
    let newer = 0
    for (const each of known) if (each > effective) newer++
    if (newer > keptAtMost) count++
    known.add(effective)
  }
  return count
}
