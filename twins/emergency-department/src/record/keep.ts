import { type Belief, carryOn, day, hour, type Instant, minute, type TwinContext } from '@counterpart/kernel'
import { futuresOf } from '../forecast.ts'
import type { Department } from '../memory/department.ts'
import { isDeaf } from '../memory/learn.ts'
import { weightAt } from '../memory/tallies.ts'
import { type QuantityName, quantities } from '../quantities.ts'
import { noErrors, withError } from './errors.ts'
import { knownLater, measuredAt, measuredSince } from './measured.ts'
import { momentsOf } from './moments.ts'
import {
  type Awaited,
  distances,
  keptAfterDays,
  keptEvery,
  recordFutures,
  type TrackRecord,
  waitedMore,
} from './record.ts'
import { scales } from './scale.ts'

/**
 * The record after what came true before `to` has been judged, by the department as it stood at `from` and until then:
 * nothing is known to have happened in between.
 */
export function judged(department: Department, from: Instant, to: Instant, context: TwinContext): TrackRecord {
  const { record, layout, tallies } = department
  const ripe = record.awaited.filter(({ due }) => due < to)
  if (ripe.length === 0) return record
  const awaited = record.awaited.filter(({ due }) => due >= to)
  // What was so while the feed was down, nobody knows.
  if (isDeaf(department, from, to)) return { ...record, awaited }
  const errors = { ...record.errors }
  const treatments = treatmentsOf(context)
  for (const { at, due, distance, treatments: then, forecast } of ripe) {
    // Out of reach: the belief began later, or was rebuilt from a later checkpoint.
    if (due < from || then !== treatments) continue
    const truth = due === at ? measuredAt(department, at) : measuredSince(department, at, due)
    const hourOfDay = (((at / hour + layout.utcOffsetMinutes / 60) % 24) + 24) % 24
    for (const [name, [mean, variance]] of Object.entries(forecast) as Entries<typeof forecast>) {
      const value = truth[name]
      if (value === undefined) continue
      const verified = { mean, variance, truth: scales[name].onto(value), hourOfDay }
      const learnt = { weight: weightAt(tallies, at), futures: recordFutures }
      const known = errors[name] ?? distances.map(() => noErrors)
      errors[name] = known.map((each, d) => (d === distance ? withError(each, verified, learnt) : each))
    }
  }
  return { ...record, awaited, errors }
}

type Entries<T extends object> = [keyof T & QuantityName, readonly [number, number]][]

/** The record with a forecast of carrying on more, when it is time for one. */
export function kept({ record, tallies }: Department, belief: Belief, context: TwinContext): TrackRecord {
  const { asOf } = belief
  if (asOf < record.next) return record
  const every = keptEvery * minute
  const next = (Math.floor(asOf / every) + 1) * every
  if (asOf < tallies.begun + keptAfterDays * day) return { ...record, next }
  const runs: TrackRecord['waited'][] = []
  const minutes = distances.map((hours) => hours * 60)
  const members = futuresOf(belief, carryOn, minutes, recordFutures, context, ({ track }) => runs.push(track.waited))
  const treatments = treatmentsOf(context)
  const awaited = distances.flatMap((hours, distance): Awaited[] => {
    const at = asOf + hours * hour
    const of = (names: readonly QuantityName[], due: Instant): Awaited => ({
      at,
      due,
      distance,
      treatments,
      forecast: Object.fromEntries(
        names.map((name) => {
          const { mean, variance } = momentsOf(name, members[name], distance, recordFutures, recordFutures)
          return [name, [mean, variance]]
        }),
      ),
    })
    const names = quantities.map(({ name }) => name)
    const later = names.filter((name) => knownLater[name] !== undefined)
    return [
      of(
        names.filter((name) => knownLater[name] === undefined),
        at,
      ),
      ...later.map((name) => of([name], at + knownLater[name]!)),
    ]
  })
  return { ...record, next, awaited: [...record.awaited, ...awaited], waited: waitedMore(record.waited, runs) }
}

/** Which treatments have begun, in few letters. */
const treatmentsOf = ({ treatments }: TwinContext): string => `${treatments.length} ${treatments.at(-1)?.id ?? ''}`
