import { activities, messageKinds } from '../vocabulary.ts'
import { type MeasureName, measureNames } from './definitions.ts'
import { entropyOfDays } from './entropy.ts'
import { type DayFigure, type Total, totalOf, type UsualDays, usualDays } from './estimate.ts'
import type { PersonDay, Place } from './person-days.ts'

/** One measure of one person over one period. */
export interface Measure {
  /** `null`: not known, or there is no such thing; {@link why} says which. */
  readonly value: number | null
  /** 90 % interval: the value itself where all was logged, wider the more is missing. */
  readonly low: number | null
  readonly high: number | null
  /** What was logged, with the usual for what is missing; times in hours. */
  readonly numerator: number
  readonly denominator: number
  readonly why?: 'log-missing' | 'nothing-scheduled' | 'nothing-done'
}

/** Below this share of the usual work in the log nothing is said. */
const leastCovered = 0.5

type Figure = (day: PersonDay) => number

const hours = (seconds: number) => seconds / 3600
const activity = (name: (typeof activities)[number]): Figure => {
  const a = activities.indexOf(name)
  return (day) => hours(day.byActivity[a]!)
}
const ehr: Figure = (day) => hours(day.seconds.all)
const outsideClinic: Figure = (day) => hours(day.seconds.outsideClinic)
const outside: Figure = (day) => hours(day.seconds.outside)
const clinic: Figure = (day) => hours(day.clinic)
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)

/** All figures, each with what it goes with on days with patients. */
const figures = {
  ehr,
  outsideClinic,
  note: activity('note'),
  inbox: activity('inbox'),
  script: activity('prescription'),
  inClinic: (day) => hours(day.seconds.inClinic),
  outside,
  outsideScheduledDays: (day) => (day.scheduled > 0 ? outside(day) : 0),
  unscheduledDays: (day) => (day.scheduled > 0 ? 0 : outside(day)),
  signed: (day) => day.signed,
  team: (day) => day.team,
  switches: (day) => day.switches,
  received: (day) => sum(day.received),
  done: (day) => sum(day.done),
  ...Object.fromEntries(
    messageKinds.flatMap((kind, k) => [
      [`received-${kind}`, (day: PersonDay) => day.received[k]!],
      [`done-${kind}`, (day: PersonDay) => day.done[k]!],
    ]),
  ),
} as const satisfies Readonly<Record<string, Figure>>
type FigureName = keyof typeof figures

/** One person's days made ready, so that many periods can be measured. */
export interface MeasuredPerson {
  /** Share of the usual work of some days that was logged. */
  covered(days: readonly PersonDay[]): number
  measure(days: readonly PersonDay[]): Readonly<Record<MeasureName, Measure>>
}

/** Figures that fall elsewhere than all work does. */
const placeOf = new Map<Figure, Place>([
  [figures.inClinic, 'inClinic'],
  [figures.outsideClinic, 'outsideClinic'],
  [figures.outside, 'outside'],
  [figures.outsideScheduledDays, 'outside'],
  [figures.unscheduledDays, 'outside'],
])

function figureOf(figure: Figure): (day: PersonDay) => DayFigure {
  const place = placeOf.get(figure) ?? 'all'
  return (day) => ({
    x: figure(day),
    size: day.clinic,
    withPatients: day.clinic > 0,
    covered: day.covered[place],
  })
}

/** @param all every day of this person that is known: what is missing is taken to be as on these */
export function measuredPerson(all: readonly PersonDay[]): MeasuredPerson {
  const usual = new Map<Figure, UsualDays>()
  const usualOf = (figure: Figure) => {
    let found = usual.get(figure)
    if (!found) {
      found = usualDays(all.map(figureOf(figure)))
      usual.set(figure, found)
    }
    return found
  }
  const total = (figure: Figure, days: readonly PersonDay[]): Total =>
    totalOf(days.map(figureOf(figure)), usualOf(figure))
  const everSeen = all.some((day) => day.actions > 0)
  const everScheduled = all.some((day) => day.scheduled > 0)

  const covered = (days: readonly PersonDay[]): number => {
    if (!everSeen) return 0
    const { others, withPatients } = usualOf(ehr)
    const weigh = (day: PersonDay) => {
      const { perDay, rate } = day.clinic > 0 ? withPatients : others
      return rate * (perDay ? 1 : day.clinic)
    }
    const weights = days.map(weigh)
    const all = weights.reduce((a, b) => a + b, 0)
    return days.reduce((left, day, i) => {
      return left - (1 - day.covered.all) * (all > 0 ? weights[i]! / all : 1 / days.length)
    }, 1)
  }

  const measure = (days: readonly PersonDay[]): Readonly<Record<MeasureName, Measure>> => {
    const known = covered(days) >= leastCovered
    const weeks = days.length / 7
    const scheduledWithPatients = days.reduce((hours, day) => hours + clinic(day), 0)
    const scheduled = days.reduce((all, day) => all + hours(day.scheduled), 0)

    const per = (of: Total, denominator: number, scale = 1, why: Measure['why'] = 'nothing-scheduled'): Measure => {
      const { halfWidth, total: numerator } = of
      if (!known || Number.isNaN(halfWidth)) return unknown('log-missing', numerator, denominator)
      if (!(denominator > 0)) return unknown(why, numerator, denominator)
      const value = (scale * numerator) / denominator
      const half = (scale * halfWidth) / denominator
      return { value, low: Math.max(0, value - half), high: value + half, numerator, denominator }
    }
    const per8 = (name: FigureName) => per(total(figures[name], days), scheduledWithPatients, 8)
    const perWeek = (name: FigureName) => per(total(figures[name], days), weeks)
    const perScheduledWeek = (of: Total) =>
      everScheduled ? per(of, weeks) : unknown('nothing-scheduled', of.total, weeks)
    const ratio = (top: Figure, bottom: Figure, scale: number): Measure => {
      const [y, z] = [top, bottom].map((figure) => days.reduce((sum, day) => sum + figure(day), 0)) as [number, number]
      if (z === 0) return unknown(known ? 'nothing-done' : 'log-missing', y, 0)
      const rate = y / z
      // How far each day is off this ratio; what is missing may be off as much.
      const off = figureOf((day) => top(day) - rate * bottom(day))
      const left = totalOf(days.map(off), usualDays(all.map(off)))
      const below = total(bottom, days)
      return per({ total: rate * below.total, halfWidth: left.halfWidth }, below.total, scale, 'nothing-done')
    }

    const wow = per8('outsideClinic')
    const inClinic = per(total(figures.inClinic, days), scheduledWithPatients, 100)
    const afterHours = total(outside, days)
    const one: Partial<Record<MeasureName, Measure>> = {
      'ehr-time-8': per8('ehr'),
      'wow-8': wow,
      'note-time-8': per8('note'),
      'inbox-time-8': per8('inbox'),
      'script-time-8': per8('script'),
      tword: ratio(figures.team, figures.signed, 100),
      undiv: turned(inClinic, (share) => Math.max(0, 100 - share), {
        numerator: scheduledWithPatients - inClinic.numerator,
      }),
      'psh-40': turned(wow, (outsideOf8) => 320 / (8 + outsideOf8), {
        numerator: 40 * scheduledWithPatients,
        denominator: scheduledWithPatients + wow.numerator,
      }),
      'after-hours': perScheduledWeek(afterHours),
      'outside-scheduled-days-8': per8('outsideScheduledDays'),
      'unscheduled-days-8': per8('unscheduledDays'),
      'work-hours': perScheduledWeek({ ...afterHours, total: afterHours.total + scheduled }),
      'task-switching': ratio(figures.switches, ehr, 1),
      'action-entropy': entropy(days, known),
    }
    return Object.fromEntries(
      measureNames.map((name) => [name, one[name] ?? perWeek(name as FigureName)]),
    ) as unknown as Readonly<Record<MeasureName, Measure>>
  }
  return { covered, measure }
}

const unknown = (why: NonNullable<Measure['why']>, numerator: number, denominator: number): Measure => ({
  value: null,
  low: null,
  high: null,
  numerator: Number.isFinite(numerator) ? numerator : 0,
  denominator,
  why,
})

/** A measure that falls as another rises. */
function turned(of: Measure, turn: (value: number) => number, parts: Partial<Measure>): Measure {
  if (of.value === null) return { ...of, ...parts }
  return { ...of, value: turn(of.value), low: turn(of.high!), high: turn(of.low!), ...parts }
}

function entropy(days: readonly PersonDay[], known: boolean): Measure {
  const counted = days.filter(({ transitions }) => transitions !== undefined)
  const { entropy: value, variance } = entropyOfDays(counted.map(({ transitions }) => transitions!))
  const pairs = counted.reduce((sum, { transitions }) => sum + transitions!.reduce((a, b) => a + b, 0), 0)
  if (!known) return unknown('log-missing', 0, pairs)
  if (Number.isNaN(value)) return unknown('nothing-done', 0, pairs)
  const missing = days.reduce((sum, day) => sum + 1 - day.covered.all, 0)
  const n = counted.length
  // Days without a log would each have their part in the mean of all; the extremes are one action for sure, and any.
  const half = missing < 1e-9 ? 0 : (1.645 * Math.sqrt(variance * (missing + (missing * missing) / n))) / (n + missing)
  if (Number.isNaN(half)) return unknown('log-missing', 0, pairs)
  return { value, low: Math.max(0, value - half), high: value + half, numerator: value * pairs, denominator: pairs }
}
