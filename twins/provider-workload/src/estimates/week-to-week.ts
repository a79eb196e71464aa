import type { CalendarDay } from '@counterpart/kernel'
import { portableLog } from '@counterpart/numerics'
import { type Evidence, of } from './evidence.ts'
import { priors } from './priors.ts'

/** How what comes in a week departs from the long run, and what stays of it. */
export interface WeekToWeek {
  /** Standard deviation of a week's logarithm, how much stays in the next week, the part all people share. */
  readonly spread: number
  readonly memory: number
  readonly shared: number
  /** Variance of a day's messages against a Poisson count's. */
  readonly burst: number
  /** By person: the departure of the last week with log, and its error. */
  readonly now: readonly { readonly mean: number; readonly error: number }[]
}

interface Departure {
  readonly week: CalendarDay
  readonly value: number
  readonly messages: number
}

/** Moments of the departures of all people's kept weeks, each worth what its messages are. */
export function weekToWeek(
  weekly: readonly ReadonlyMap<CalendarDay, Evidence>[],
  weekdays: readonly number[],
): WeekToWeek {
  const people = weekly.map((weeks) => departuresOf(weeks, weekdays))
  const { week: prior, burst: priorBurst } = priors
  // Within a week: days against what the week's own level leads to expect.
  let [chi, freedom] = [priorBurst.ratio * priorBurst.weeks, priorBurst.weeks]
  for (const weeks of weekly)
    for (const week of weeks.values()) {
      const [n, expected] = [total(week, 'messages'), exposure(week, weekdays)]
      if (n < 20 || expected <= 0) continue
      let days = 0
      for (const [day, factor] of weekdays.entries()) {
        const mean = (n / expected) * factor * of(week, 'exposure', day)
        if (mean <= 1) continue
        chi += (of(week, 'messages', day) - mean) ** 2 / mean
        days++
      }
      freedom += Math.max(0, days - 1)
    }
  const burst = Math.min(10, Math.max(1, chi / freedom))

  let [squares, errors, pairs, products, count] = [0, 0, 0, 0, 0]
  const byWeek = new Map<CalendarDay, number[]>()
  for (const departures of people) {
    const n = departures.length
    if (n < 3) continue
    for (const [i, { week, value, messages }] of departures.entries()) {
      // About their own mean n departures lie closer than about the true one.
      squares += (value ** 2 * n) / (n - 1)
      errors += burst / messages
      count++
      byWeek.set(week, [...(byWeek.get(week) ?? []), value])
      const next = departures[i + 1]
      if (next === undefined) continue
      products += value * next.value
      pairs++
    }
  }
  const seen = count > 0 ? Math.max(0, squares / count - errors / count) : 0
  const variance = (prior.weeks * prior.spread ** 2 + count * seen) / (prior.weeks + count)
  // The mean of a few weeks taken off makes neighbours look less alike: by about a part in the number of weeks.
  const alike = pairs > 0 && seen > 0 ? products / pairs / Math.max(seen, 1e-6) + 1 / 8 : prior.memory
  const memory = Math.min(
    0.9,
    Math.max(0, (5 * prior.weeks * prior.memory + pairs * Math.min(1, Math.max(0, alike))) / (5 * prior.weeks + pairs)),
  )
  const shared = sharedOf(byWeek, variance, count > 0 ? errors / count : 0)
  return {
    spread: Math.sqrt(variance),
    memory,
    shared,
    burst,
    now: people.map((departures) => filtered(departures, variance, memory, burst)),
  }
}

const total = (evidence: Evidence, name: 'messages'): number => {
  let sum = 0
  for (let day = 0; day < 7; day++) sum += of(evidence, name, day)
  return sum
}
const exposure = (evidence: Evidence, weekdays: readonly number[]): number =>
  weekdays.reduce((sum, factor, day) => sum + factor * of(evidence, 'exposure', day), 0)

function departuresOf(weeks: ReadonlyMap<CalendarDay, Evidence>, weekdays: readonly number[]): Departure[] {
  const all = [...weeks].map(([week, e]) => ({ week, messages: total(e, 'messages'), expected: exposure(e, weekdays) }))
  const n = all.reduce((sum, { messages }) => sum + messages, 0)
  const expected = all.reduce((sum, each) => sum + each.expected, 0)
  if (n < 20 || expected <= 0) return []
  const perUnit = n / expected
  return all
    .filter((each) => each.expected > 0.4 * (expected / all.length))
    .sort((a, b) => (a.week < b.week ? -1 : 1))
    .map((each) => ({
      week: each.week,
      value: portableLog((each.messages + 0.5) / (perUnit * each.expected + 0.5)),
      messages: Math.max(1, perUnit * each.expected),
    }))
}

/** Part of the weeks' variance that all people have in common. */
function sharedOf(byWeek: ReadonlyMap<CalendarDay, readonly number[]>, variance: number, error: number): number {
  let [sum, weeks, people] = [0, 0, 0]
  for (const values of byWeek.values()) {
    if (values.length < 5) continue
    sum += (values.reduce((a, b) => a + b, 0) / values.length) ** 2
    people += values.length
    weeks++
  }
  if (weeks < 3) return 0.2
  const byChance = ((variance + error) * weeks) / people
  return Math.min(1, Math.max(0, (sum / weeks - byChance) / Math.max(variance, 1e-6)))
}

/** Kalman filter of one person's departures: AR(1) with errors of counting. */
function filtered(departures: readonly Departure[], variance: number, memory: number, burst: number) {
  let [mean, error] = [0, variance]
  for (const { value, messages } of departures) {
    const gain = error / (error + burst / messages)
    mean += gain * (value - mean)
    error *= 1 - gain
    mean *= memory
    error = memory ** 2 * error + (1 - memory ** 2) * variance
  }
  return { mean, error: Math.sqrt(error) }
}
