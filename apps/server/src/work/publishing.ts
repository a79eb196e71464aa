import { hour } from '@counterpart/kernel'
import type { Platform } from '../platform.ts'
import { knownClinics, layoutOf } from './clinic-state.ts'
import { publishCohorts } from './cohort.ts'

/** Looks once an hour for waves that have ended, and tells each clinic of its own. */
export function startPublishing(
  platform: Pick<Platform, 'thread' | 'audit' | 'clock' | 'subjects' | 'log'>,
  every = hour,
): { publish(): Promise<void>; stop(): Promise<void> } {
  let working: Promise<void> = Promise.resolve()
  const publishAll = async () => {
    for (const clinic of await knownClinics(platform.thread)) {
      const layout = await layoutOf(platform.subjects, clinic)
      if (!layout) continue
      await publishCohorts(platform, clinic, layout).catch((error: unknown) =>
        platform.log.error('figures about groups could not be told', error, { clinic }),
      )
    }
  }
  // One after the other: two at once would not know what the other tells.
  const publish = () => {
    working = working.then(publishAll, publishAll)
    return working
  }
  const timer = setInterval(() => void publish().catch(() => {}), every)
  timer.unref()
  void publish().catch((error: unknown) => platform.log.error('figures about groups could not be told', error))
  return {
    publish,
    stop: async () => {
      clearInterval(timer)
      await working.catch(() => {})
    },
  }
}
