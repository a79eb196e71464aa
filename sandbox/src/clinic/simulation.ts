import { type ClinicLayoutDetail, day as dayLength, type Instant, type ProviderCode } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { SandboxError } from '../errors.ts'
import type { ClinicAction } from './actions.ts'
import { mondayOf } from './calendar.ts'
import { ClinicDays } from './clinic-days.ts'
import type { ClinicEvent } from './events.ts'
import { type ClinicOptions, checkedClinic } from './settings.ts'
import type { ClinicTruth } from './truth.ts'

/** A simulated clinic. Same options and actions: the same events. */
export interface SimulatedClinic {
  readonly now: Instant
  /** As it stands. */
  readonly layout: ClinicLayoutDetail
  readonly truth: ClinicTruth
  /** Messages that wait with each, at the end of the last day that was begun. */
  waiting(): ReadonlyMap<ProviderCode, number>
  /** Hours of care that each panel's patients need of their own clinician in a year, per patient, when others do some services. */
  hoursPerPatient(delegated: { readonly preventive: number; readonly chronic: number }, random: RandomStream): number[]
  /** Moves on to `to` and returns what has happened, in order. The slices in which this is called do not matter. */
  advance(to: Instant): ClinicEvent[]
  /** Asks the clinic to change how it works; see `firstDay` for when that holds. */
  act(action: ClinicAction): void
  /** Takes an action back, from the next day on. */
  stop(actionId: string): void
}

/**
 * Makes a family-medicine clinic that has been running for weeks when it is first looked at: people with habits, patients who ask for
 * visits and write, results that come back, leave and illness. Nothing in it comes from a twin or from `engines/discrete`.
 *
 * Two clinics of one seed meet the same patients, messages and illnesses, whatever is changed in how they work.
 *
 * Throws {@link SandboxError} `options-invalid`.
 *
 * @example
 * ```ts
 * const clinic = simulateClinic({ seed: 'example', from: Date.UTC(2026, 0, 5), size: 12 })
 * const events = clinic.advance(Date.UTC(2026, 0, 12))
 * ```
 */
export function simulateClinic(options: ClinicOptions): SimulatedClinic {
  const beginning = beginClinic(options)
  let step = beginning.next()
  while (!step.done) step = beginning.next()
  return step.value
}

/** As {@link simulateClinic}, pausing after each unseen day, so that others may have their turn. */
export function* beginClinic(options: ClinicOptions): Generator<void, SimulatedClinic, undefined> {
  const settings = checkedClinic(options)
  const days = new ClinicDays(settings)
  const { calendar } = days
  const firstDay = calendar.dayOf(settings.from)
  const begins = settings.begins === undefined ? firstDay - 7 * settings.unseenWeeks : calendar.dayOf(settings.begins)
  for (let number = mondayOf(begins); number < firstDay; number++) {
    days.live(number)
    yield
  }
  let queue: ClinicEvent[] = []
  let head = 0
  let next = firstDay
  let now = calendar.startOf(firstDay) - 1
  const first = days.introduce(firstDay)

  return {
    get now() {
      return now
    },
    get layout() {
      return days.layout()
    },
    truth: days.truth,
    waiting: () => days.waiting(),
    hoursPerPatient: (delegated, random) => days.hoursPerPatient(delegated, random),
    advance: (to) => {
      if (to < now)
        throw new SandboxError('time-backwards', `the clinic is at ${now} already and cannot go back to ${to}`)
      if (to - now > 4000 * dayLength)
        throw new SandboxError(
          'options-invalid',
          `simulateClinic: ${to} is more than ten years on; ask for less at a time`,
        )
      const happened: ClinicEvent[] = first.splice(0)
      for (;;) {
        while (head < queue.length && queue[head]!.at <= to) happened.push(queue[head++]!)
        if (head < queue.length || calendar.startOf(next) > to) break
        queue = days.live(next)
        head = 0
        next++
      }
      now = to
      return happened
    },
    act: (action) => days.act(action, calendar.dayOf(Math.max(now, calendar.startOf(firstDay)))),
    stop: (id) => days.stop(id, calendar.dayOf(Math.max(now, calendar.startOf(firstDay)))),
  }
}
