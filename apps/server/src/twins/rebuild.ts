import {
  type Belief,
  decodeBelief,
  encodeBelief,
  type Fact,
  type Instant,
  LoopNeedsHistory,
  type Subject,
  type Treatment,
  type TwinDefinition,
  TwinLoop,
  twinId,
} from '@counterpart/kernel'
import type { Checkpoint, StreamId, Thread } from '@counterpart/thread'
import { factOf, factTypes, latestVersions, readFacts } from './facts.ts'
import { movesByItself } from './live-twin.ts'

export const checkpointKind = 'belief-2'
/** Assimilations done in one go before other work gets its turn. */
export const stepsAtOnce = 64

/** Facts kept at hand. Of a department much is told hours late (who left and when), of a patient little, of a clinic's people a day's. */
function memoryFor(definition: TwinDefinition): number {
  if (definition.subjectKind === 'clinic') return 4_096
  return movesByItself(definition) ? 1_024 : 128
}

/** What stands before the belief in a checkpoint's bytes. */
interface Taken {
  readonly sequence: number
  readonly provisional: readonly string[]
}

/** A loop, and how much of the subject's stream it has taken in. */
export interface BuiltLoop {
  readonly loop: TwinLoop
  /** Last sequence of the subject's stream in it. */
  sequence: number
}

/**
 * Builds a twin's loop from the thread: from the newest checkpoint that no later fact has made wrong, or from nothing.
 * `before`: only from checkpoints older than this effective time.
 */
export async function rebuildLoop(
  thread: Thread,
  definition: TwinDefinition,
  subject: Subject,
  before: Instant = Number.POSITIVE_INFINITY,
): Promise<BuiltLoop> {
  const stream: StreamId = subject.id
  const twin = twinId({ kind: definition.kind, subject: subject.id })
  const checkpoints = Number.isFinite(before)
    ? await thread.checkpoints(twin, checkpointKind, { before })
    : await thread.checkpoints(twin, checkpointKind)
  for (const checkpoint of checkpoints) {
    const built = await fromCheckpoint(thread, definition, subject, checkpoint)
    if (built) return built
  }
  const sequence = await lastSequence(thread, stream)
  const loop = new TwinLoop({ definition, subject, memory: memoryFor(definition) })
  await feed(loop, await readFacts(thread, stream, { toSequence: sequence }))
  return { loop, sequence }
}

/** What was believed of `validAt` by what was known at `knownAt`; without them, of all there is. Uses no checkpoint. */
export async function replayBelief(
  thread: Thread,
  definition: TwinDefinition,
  subject: Subject,
  at: { readonly validAt?: Instant; readonly knownAt?: Instant } = {},
): Promise<Belief | null> {
  const loop = new TwinLoop({ definition, subject })
  await feed(loop, await readFacts(thread, subject.id, at))
  return loop.belief
}

/** Saves where a loop stands, so that the next start need not begin at the beginning. */
export async function saveCheckpoint(
  thread: Thread,
  definition: TwinDefinition,
  subject: Subject,
  built: BuiltLoop,
): Promise<void> {
  const { checkpoint, belief } = built.loop
  if (!checkpoint || !belief) return
  const encoded = encodeBelief(belief)
  const taken: Taken = { sequence: built.sequence, provisional: checkpoint.provisional ?? [] }
  const header = new TextEncoder().encode(JSON.stringify(taken))
  const bytes = new Uint8Array(4 + header.length + encoded.length)
  new DataView(bytes.buffer).setUint32(0, header.length)
  bytes.set(header, 4)
  bytes.set(encoded, 4 + header.length)
  await thread.putCheckpoint({
    stream: twinId({ kind: definition.kind, subject: subject.id }),
    kind: checkpointKind,
    effective: belief.asOf,
    position: built.sequence,
    subject: subject.id,
    bytes,
  })
}

/** Drops checkpoints that a fact effective at `from` has made wrong. */
export async function dropCheckpointsFrom(thread: Thread, twin: StreamId, from: Instant): Promise<void> {
  await thread.dropCheckpoints(twin, checkpointKind, { from })
}

async function fromCheckpoint(
  thread: Thread,
  definition: TwinDefinition,
  subject: Subject,
  checkpoint: Checkpoint,
): Promise<BuiltLoop | undefined> {
  const { bytes } = checkpoint
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const header = new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))
  const { sequence, provisional } = JSON.parse(header) as Taken
  let belief: Belief
  try {
    belief = decodeBelief(bytes.subarray(4 + headerLength), definition)
  } catch {
    return undefined // Made by another version of the definition.
  }
  const last = await lastSequence(thread, subject.id)
  const newer: Fact[] = []
  for await (const event of thread.read(subject.id, {
    fromSequence: sequence + 1,
    toSequence: last,
    types: factTypes,
  })) {
    const fact = factOf(event)
    if (!fact) continue
    // A correction may be of something within the checkpoint: look no further, take an older one.
    const reachesBack =
      fact.kind === 'observation' &&
      (['corrected', 'retracted'].includes(fact.observation.status) || provisional.includes(fact.observation.id))
    if (reachesBack || (fact.kind === 'observation' && fact.observation.effective <= belief.asOf)) return undefined
    newer.push(fact)
  }
  const known = await readFacts(thread, subject.id, { toSequence: sequence, types: ['treatment.reported'] })
  const treatments = known.flatMap((fact): Treatment[] => (fact.kind === 'treatment' ? [fact.treatment] : []))
  const loop = new TwinLoop({
    definition,
    subject,
    checkpoint: { belief, provisional },
    treatments,
    memory: memoryFor(definition),
  })
  try {
    await feed(loop, latestVersions(newer))
  } catch (error) {
    if (error instanceof LoopNeedsHistory) return undefined
    throw error
  }
  return { loop, sequence: last }
}

async function feed(loop: TwinLoop, facts: readonly Fact[]): Promise<void> {
  for (let i = 0; i < facts.length; i += stepsAtOnce) {
    loop.take(facts.slice(i, i + stepsAtOnce), { complete: true })
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function lastSequence(thread: Thread, stream: StreamId): Promise<number> {
  for await (const event of thread.read(stream, { descending: true, limit: 1 })) return event.sequence
  return 0
}
