import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Observation, SubjectId } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { replayTwin } from '@counterpart/server'
import { openThread } from '@counterpart/thread'
import type { SentMessage } from './messages.ts'
import { type Doors, drillSenders } from './senders.ts'
import { freePorts, startServerProcess } from './server-process.ts'

export interface CrashDrill {
  readonly kills: number
  readonly seed: string
  /** Keeps the thread in this PostgreSQL database instead of SQLite. */
  readonly databaseUrl?: string
  readonly onProgress?: (message: string) => void
}

export interface CrashReport {
  readonly kills: number
  readonly acknowledged: number
  /** Acknowledged, but not in the thread: must be 0. */
  readonly lost: number
  /** In the thread more than once: must be 0. */
  readonly duplicated: number
  /** In the thread, but never sent: must be 0. */
  readonly invented: number
  readonly refused: number
  readonly brokenChains: number
  /** Twins whose live belief's hash is not what replaying the thread from nothing gives: must be 0. */
  readonly beliefsThatDiffer: number
  readonly beliefs: number
  /** Milliseconds from starting the process to its being ready, over all starts. */
  readonly recovery: { readonly p50: number; readonly p99: number }
  readonly problems: readonly string[]
}

/**
 * Kills the server without warning, `kills` times at random moments while three senders (HL7 v2, FHIR, MQTT) stream to it,
 * each sending again what was not acknowledged. Then compares what was acknowledged with what is in the thread.
 */
export async function crashDrill(drill: CrashDrill): Promise<CrashReport> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-crash-'))
  const random = randomStream('crash drill', drill.seed)
  const senders = drillSenders()
  const recoveries: number[] = []
  const ports = await freePorts()
  let token = ''
  const start = async () => {
    const begun = performance.now()
    const server = await startServerProcess({ directory, ports, databaseUrl: drill.databaseUrl })
    recoveries.push(performance.now() - begun)
    if (token === '') token = await server.token('engineer')
    const doors: Doors = { ...ports, token }
    return { server, doors }
  }
  try {
    // Wearables are of patients whom another system must have introduced: let that happen once in peace.
    const first = await start()
    await untilAcknowledged(
      senders.filter(({ protocol }) => protocol === 'fhir'),
      first.doors,
      8,
    )
    await first.server.stop()

    for (let kill = 1; kill <= drill.kills; kill++) {
      const { server, doors } = await start()
      const stopping = new AbortController()
      const sending = Promise.all(senders.map((each) => each.send(doors, stopping.signal)))
      await wait(50 + Math.floor(random.uniform() * 1_200))
      await server.stop('SIGKILL')
      stopping.abort()
      await sending
      if (kill % 10 === 0) drill.onProgress?.(`${kill} of ${drill.kills} kills`)
    }

    const { server, doors } = await start()
    await Promise.all(senders.map((each) => each.send(doors, new AbortController().signal, { newMessages: false })))
    const live = await liveBeliefs(doors)
    await server.stop()
    return await examine(directory, drill, senders, live, recoveries)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function untilAcknowledged(senders: ReturnType<typeof drillSenders>, doors: Doors, count: number): Promise<void> {
  const stopping = new AbortController()
  const sending = Promise.all(senders.map((each) => each.send(doors, stopping.signal)))
  while (senders.some(({ acknowledged, refused }) => acknowledged.size < count && refused.length === 0)) await wait(10)
  stopping.abort()
  await sending
}

/** The hash of every twin's belief as the running server has it, once it has taken in all it was sent. */
async function liveBeliefs({ http, token }: Doors): Promise<Map<string, string>> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`http://127.0.0.1:${http}/api/engineering/beliefs`, { headers })
  if (!response.ok)
    throw new Error(`the server would not tell its beliefs: ${response.status} ${await response.text()}`)
  const { beliefs } = (await response.json()) as { beliefs: { twin: string; hash: string }[] }
  return new Map(beliefs.map(({ twin, hash }) => [twin, hash]))
}

async function examine(
  directory: string,
  drill: CrashDrill,
  senders: ReturnType<typeof drillSenders>,
  live: ReadonlyMap<string, string>,
  recoveries: readonly number[],
): Promise<CrashReport> {
  const thread = await openThread({
    directory,
    readOnly: true,
    clock: () => Date.now(),
    ...(drill.databaseUrl === undefined ? {} : { databaseUrl: drill.databaseUrl }),
  })
  try {
    const found = new Map<string, number>()
    for (const { stream } of await thread.streams('patient/'))
      for await (const event of thread.read(stream as SubjectId, { types: ['observation.recorded'] })) {
        const { observation } = event.payload as unknown as { observation: Observation }
        const key = keyOf(observation.source.protocol, observation.effective, observation.value!)
        found.set(key, (found.get(key) ?? 0) + 1)
      }
    const sent = senders.flatMap(({ protocol, acknowledged, unacknowledged }) =>
      [...acknowledged.values(), ...unacknowledged.values()].map((message) => keyFor(protocol, message)),
    )
    const acknowledged = senders.flatMap(({ protocol, acknowledged }) =>
      [...acknowledged.values()].map((message) => keyFor(protocol, message)),
    )
    const known = new Set(sent)
    const lost = acknowledged.filter((key) => !found.has(key))
    const duplicated = [...found].filter(([, count]) => count > 1)
    const invented = [...found.keys()].filter((key) => !known.has(key))
    const chains = await thread.verify()
    const differing: string[] = []
    for (const [twin, hash] of live) if ((await replayTwin(thread, twin)).hash !== hash) differing.push(twin)
    const sorted = [...recoveries].sort((a, b) => a - b)
    return {
      kills: drill.kills,
      acknowledged: acknowledged.length,
      lost: lost.length,
      duplicated: duplicated.length,
      invented: invented.length,
      refused: senders.reduce((sum, { refused }) => sum + refused.length, 0),
      brokenChains: chains.broken.length,
      beliefsThatDiffer: differing.length,
      beliefs: live.size,
      recovery: { p50: sorted[Math.floor(sorted.length / 2)]!, p99: sorted[Math.floor(sorted.length * 0.99)]! },
      problems: [
        ...lost.slice(0, 3).map((key) => `lost ${key}`),
        ...duplicated.slice(0, 3).map(([key, count]) => `${count} times ${key}`),
        ...invented.slice(0, 3).map((key) => `invented ${key}`),
        ...chains.broken.slice(0, 3).map(({ stream, sequence, what }) => `${stream}@${sequence}: ${what}`),
        ...differing.slice(0, 3).map((twin) => `${twin} differs from its replay`),
        ...senders.flatMap(({ refused }) => refused.slice(0, 2)),
      ],
    }
  } finally {
    await thread.close()
  }
}

function keyFor(protocol: string, message: SentMessage): string {
  return keyOf(protocol, message.effective, message.value)
}

function keyOf(protocol: string, effective: number, value: number): string {
  return `${protocol} ${new Date(effective).toISOString()} ${value}`
}
