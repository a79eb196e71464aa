// What people of simulated clinics are like, found again by the twin from sixteen weeks of their log: coverage of its 90 %
// intervals. The truth of each is what the same person did in the same weeks of the next three years, of which the twin heard
// nothing; how much those years differ is the error with which the truth itself is known, and is given to the members as well.
import { day, hour, type ProviderCode } from '@counterpart/kernel'
import { randomStream, wilsonInterval } from '@counterpart/numerics'
import { type Situation, situationOf } from '@counterpart/provider-workload'
import { calibrations } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedClinic } from './workload-clinic.ts'
import { Habits, type Parameter, parameters } from './workload-habits.ts'

// For judging only: the twin was developed on seeds named `practice-…`.
const seeds = ['judged-11', 'judged-12', 'judged-13']
const people = 36
/** Seasons differ: the same weeks of the year are compared. */
const start = Date.UTC(2025, 3, 7)
const learningWeeks = 16
const years = 3

/** One parameter of one person. */
export interface Recovered {
  readonly parameter: Parameter
  readonly truth: number
  readonly median: number
  readonly covered: boolean
  /** What one would say who knew the clinic's mean only. */
  readonly ofClinic: number
}

export async function validate(): Promise<Measurement[]> {
  const all: Recovered[] = []
  for (const seed of seeds) {
    all.push(...recover(seed, people))
    console.log(`  ${seed} judged`)
  }
  return recoveryRows(all)
}

export function recover(seed: string, size: number): Recovered[] {
  // Nothing grows: what people are like is the same in both years.
  const calibration = { ...calibrations['wisconsin-2023'], growth: 0, visitGrowth: 0 }
  const followed = new FollowedClinic({ seed, from: start, size, calibration })
  const habits = new Habits(followed.clinic.layout.timeZone)
  followed.alsoTold((events) => habits.take(events))
  const learnt = start + 7 * learningWeeks * day + 6 * hour
  followed.advance(learnt)
  const found = foundOf(followed)
  const { clinic } = followed
  const truths = Array.from({ length: years }, (_, y) => {
    const from = start + 7 * 52 * (y + 1) * day
    habits.take(clinic.advance(from))
    habits.begin(from)
    habits.take(clinic.advance(from + 7 * learningWeeks * day))
    return new Map([...found.keys()].map((provider) => [provider, habits.all(provider)]))
  })
  return parameters.flatMap((parameter): Recovered[] => {
    const counted = [...found].flatMap(([provider, of]) => {
      const each = truths.flatMap((year) => year.get(provider)![parameter] ?? [])
      if (each.length < years) return []
      const truth = each.reduce((sum, value) => sum + value, 0) / years
      const squares = each.reduce((sum, value) => sum + (value / truth - 1) ** 2, 0) / (years - 1)
      return truth > 0 ? [{ provider, truth, squares, members: of(parameter) }] : []
    })
    const error = Math.sqrt(counted.reduce((sum, { squares }) => sum + squares, 0) / counted.length / years)
    const judged = counted.map(({ provider, truth, members }) => {
      const stream = randomStream('recovery truth', seed, provider, parameter)
      return { provider, truth, members: members.map((value) => value * (1 + error * stream.normal())) }
    })
    const medians = judged.map(({ members }) => [...members].sort((a, b) => a - b)[members.length >> 1]!)
    const ofClinic = medians.reduce((sum, each) => sum + each, 0) / Math.max(1, medians.length)
    return judged.map(({ provider, truth, members }, i) => {
      // By rank, ties broken by chance: 64 members' own 5 % and 95 % points would leave out too much.
      const below = members.filter((each) => each < truth).length
      const chance = randomStream('recovery rank', seed, provider, parameter).uniform()
      const rank = (below + chance) / (members.length + 1)
      return { parameter, truth, median: medians[i]!, covered: rank >= 0.05 && rank <= 0.95, ofClinic }
    })
  })
}

/** What the twin holds true of each person, member by member, in the words of {@link parameters}. */
function foundOf(followed: FollowedClinic) {
  const situation = situationOf(followed.belief, followed.context)
  const members = Array.from({ length: situation.members }, (_, m) => situation.member(m))
  return new Map(
    situation.plan.providers.map(({ provider }, p): [ProviderCode, (parameter: Parameter) => number[]] => [
      provider,
      (parameter) => members.map(({ clinic, providers }) => heldOf(parameter, providers[p]!, sum(clinic.weekdays))),
    ]),
  )
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0)
const kinds: readonly Parameter[] = ['patient', 'refill', 'call', 'result', 'staff', 'system']

/** `weekdays`: what a week has of an average weekday's messages. */
function heldOf(
  parameter: Parameter,
  own: ReturnType<Situation['member']>['providers'][number],
  weekdays: number,
): number {
  const [chart, note, order, , other] = own.visitMinutes
  const others: Partial<Record<Parameter, number | undefined>> = {
    'message minutes':
      sum(own.messageMinutes.map((minutes, k) => minutes * own.messagesPerDay[k]!)) / sum(own.messagesPerDay),
    'chart review': chart,
    note,
    order,
    other,
    'notes later': own.notesLater,
    cleared: own.clears,
    'no-show': own.noShow,
    'visits an hour': own.visitsPerHour,
  }
  return others[parameter] ?? own.messagesPerDay[kinds.indexOf(parameter)]! * weekdays
}

export function recoveryRows(all: readonly Recovered[]): Measurement[] {
  const row = (name: string, which: readonly Recovered[], target: boolean): Measurement => {
    const covered = which.filter(({ covered: each }) => each).length
    const { low, high } = wilsonInterval(covered, which.length)
    const error = (of: (each: Recovered) => number) =>
      which.reduce((sum, each) => sum + Math.abs(of(each) - each.truth), 0) / which.length
    const ratio = error(({ median }) => median) / error(({ ofClinic }) => ofClinic)
    const bias =
      which.reduce((sum, { median, truth }) => sum + median - truth, 0) /
      which.reduce((sum, { truth }) => sum + truth, 0)
    return {
      name,
      value: Number(((100 * covered) / which.length).toFixed(1)),
      unit: '%',
      ...(target ? { target: '85 to 95', met: covered >= 0.85 * which.length && covered <= 0.95 * which.length } : {}),
      note: `95 % interval ${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)}; ${which.length} people${target ? ' × parameters' : `; error ${(100 * ratio).toFixed(0)} % of that of the clinic's mean, bias ${(100 * bias).toFixed(1)} %`}`,
    }
  }
  return [
    row('Truth within the 90 % interval, all', all, true),
    ...parameters.map((parameter) =>
      row(
        `Truth within the 90 % interval: ${parameter}`,
        all.filter((each) => each.parameter === parameter),
        false,
      ),
    ),
  ]
}
