import { type Fact, type Instant, LoopNeedsHistory, type TwinDefinition, type TwinId } from '@counterpart/kernel'
import type { Thread, ThreadEvent } from '@counterpart/thread'
import { factOf, latestVersions } from './facts.ts'
import { type LiveTwin, movesByItself } from './live-twin.ts'
import type { LiveTwins } from './live-twins.ts'
import { checkpointKind, dropCheckpointsFrom, saveCheckpoint, stepsAtOnce } from './rebuild.ts'

const stepsBetweenCheckpoints = 200
/** Of what moves by itself much is told late: enough to reach back some days, so that nothing is read from its beginning. */
const checkpointsKept = { patient: 6, others: 60 }

interface TakingOptions {
  readonly thread: Thread
  readonly live: LiveTwins
  readonly onError: (error: unknown, context: { readonly twin: TwinId }) => void
}

/** Whether an event is of anything that this definition looks at. */
export function concerns(definition: TwinDefinition, event: ThreadEvent): boolean {
  const fact = factOf(event)
  if (fact?.kind === 'treatment')
    return definition.interventions.some((each) => each.name === fact.treatment.intervention)
  return definition.channels.some((channel) => fact && channel.name === fact.observation.channel)
}

/** Folds new facts into a twin's belief; where they are older than what is at hand, the belief is built anew. */
export async function takeFacts(options: TakingOptions, live: LiveTwin, fresh: readonly ThreadEvent[]): Promise<void> {
  const { thread, onError } = options
  // In order of time, so that none of them takes the fold back; in portions, so that nobody else waits long.
  const facts = latestVersions(fresh.map((event) => factOf(event)).filter((fact) => fact !== undefined))
  try {
    for (let i = 0; i < facts.length; i += stepsAtOnce) {
      const portion = facts.slice(i, i + stepsAtOnce)
      const step = live.loop.take(portion)
      live.stepsSinceCheckpoint += portion.length
      if (step.redone > 0) await dropCheckpointsFrom(thread, live.twin, earliest(portion))
      for (const { error } of step.failures) onError(error, { twin: live.twin })
      if (facts.length > stepsAtOnce) await new Promise((resolve) => setImmediate(resolve))
    }
  } catch (error) {
    if (!(error instanceof LoopNeedsHistory)) throw error
    await dropCheckpointsFrom(thread, live.twin, error.corrections.length > 0 ? 0 : error.from)
    await options.live.rebuild(live)
    return
  }
  live.sequence = Math.max(live.sequence, fresh.at(-1)!.sequence)
}

/** Saves a checkpoint when enough has been taken in since the last, and drops the oldest of many. */
export async function checkpointNowAndThen(thread: Thread, live: LiveTwin): Promise<void> {
  if (live.stepsSinceCheckpoint < stepsBetweenCheckpoints) return
  live.stepsSinceCheckpoint = 0
  await saveCheckpoint(thread, live.definition, live.subject, live)
  await thread.dropCheckpoints(live.twin, checkpointKind, {
    keepNewest: movesByItself(live.definition) ? checkpointsKept.others : checkpointsKept.patient,
  })
}

function earliest(facts: readonly Fact[]): Instant {
  return Math.min(
    ...facts.map((fact) => (fact.kind === 'observation' ? fact.observation.effective : fact.treatment.from)),
  )
}
