import {
  type Belief,
  carryOn,
  hour,
  type Instant,
  minute,
  type Objective,
  type PredictedEffect,
  type RankedOption,
  type Recommendation,
  type Scenario,
  type TwinContext,
} from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { covers } from './department.ts'
import type { Course } from './exam.ts'
import { outlookOf } from './forecast.ts'
import { interventions } from './interventions.ts'
import { memoryOf } from './memory.ts'
import { goalNamed, harmed, lossOf } from './objectives.ts'
import { movesOf } from './plan.ts'
import { dayFrame, measure, quantities } from './quantities.ts'
import type { Situation } from './situation.ts'

/** How far ahead losses are added up, and when effects are shown. */
const horizon = 8 * hour
const shownAfter = 4 * hour
const validFor = 30 * minute

/**
 * Units of loss that an intervention must save before it is worth the trouble, per unit of dose; half a minute for each
 * minute that somebody is paid for. Assumptions.
 */
const burden: Readonly<Record<string, number>> = {
  // Per machine in session.
  'extend-session': 0.5,
  'reserve-emergency-slots': 5,
  'release-emergency-slots': 5,
  'move-patients': 8,
  'call-in-technologist': 180,
  'outsource-reporting': 6,
  'prioritise-inpatients': 10,
}
const worthwhile = 30
/** Units of loss that a certainty of harm counts for. */
const harmPenalty = 2000

interface Verdict {
  readonly losses: Float64Array
  readonly harms: Float64Array
  /** Values by quantity, member by member. */
  readonly shown: Readonly<Record<string, Float64Array>>
}

/** What there is reason to try now. */
function candidatesIn({ now, openings, waiting, unreported, staff, memory }: Situation): readonly [string, number][] {
  const kinds = waiting.map(({ origin }) => origin)
  const inpatients = kinds.filter((origin) => origin === 'inpatient').length
  const emergencies = kinds.filter((origin) => origin === 'emergency').length
  const sessionsEnd = Math.max(
    0,
    ...openings.flatMap(({ sessions }) => sessions.filter((s) => s.from <= now && now < s.until).map((s) => s.until)),
  )
  const open = openings.filter(({ sessions }) => covers(sessions, now)).length
  const reserved = openings.some(({ sessions, routine }) => covers(sessions, now) && !covers(routine, now))
  const technologists = staff.technologist[0]?.count ?? 0
  const found: [string, number][] = []
  const add = (name: string, ...doses: readonly number[]) => {
    for (const dose of doses) found.push([name, dose])
  }
  if (sessionsEnd > now && sessionsEnd - now <= 4 * hour && waiting.length > 1) add('extend-session', 60, 120)
  if (emergencies > 0 && open > 0) add('reserve-emergency-slots', 2)
  if (reserved && inpatients > 0) add('release-emergency-slots', 2)
  const moves = movesOf(memory, now, 4).size
  if (moves > 0) add('move-patients', ...new Set([Math.min(2, moves), moves]))
  if (technologists < open && waiting.length > 1) add('call-in-technologist', 1)
  if (unreported.length >= 12) add('outsource-reporting', 10, 20)
  if (inpatients > 2 && open > 0) add('prioritise-inpatients', 1)
  return found
}

/**
 * Ranks what could be done against carrying on: every candidate is run on from now with the same patients, durations
 * and arrivals, member by member, over eight hours.
 *
 * Returns nothing before the department has said what it consists of, or when no option is expected to save at least
 * half an hour of waiting beyond its own burden, better than carrying on in at least two members of three.
 */
export function advise(belief: Belief, objective: Objective, context: TwinContext): readonly Recommendation[] {
  if (memoryOf(belief).layout === null) return []
  const goal = goalNamed(objective.name)
  const now = belief.asOf
  const judge = (scenario: Scenario): Verdict & { readonly situation: Situation } => {
    const { situation, futures } = outlookOf(belief, scenario, now + horizon, context)
    return {
      situation,
      ...verdictOf(futures, situation, (courses, frame) => lossOf(goal, courses, now, now + horizon, frame)),
    }
  }
  const baseline = judge(carryOn)
  const open = baseline.situation.openings.filter(({ sessions }) => covers(sessions, now)).length
  const options = candidatesIn(baseline.situation).map(([name, dose]) => {
    const { label, unit } = interventions.find((each) => each.name === name)!
    const scenario: Scenario = {
      id: `${name}-${dose}`,
      name: `${label}${much(dose, unit)}`,
      interventions: [{ intervention: name, dose, from: now }],
    }
    const trouble = burden[name]! * dose * (name === 'extend-session' ? open : 1)
    return { option: optionOf(scenario, judge(scenario), baseline, now), trouble }
  })
  const staying = optionOf(carryOn, baseline, baseline, now)
  const worth = ({ gain, probabilityOfHarm }: Omit<RankedOption, 'rank'>, trouble: number) =>
    gain.mean - trouble - harmPenalty * Math.max(0, probabilityOfHarm - staying.probabilityOfHarm)
  const ranked = [...options, { option: staying, trouble: 0 }]
    .map(({ option, trouble }) => ({ option, worth: worth(option, trouble) }))
    .sort((a, b) => b.worth - a.worth || (a.option.scenario.id < b.option.scenario.id ? -1 : 1))
  const best = ranked[0]!
  if (best.option === staying || best.worth < worthwhile || best.option.probabilityBetter < 2 / 3) return []
  return [
    {
      id: `${belief.twin.kind}:${belief.twin.subject}:${goal.name}:${now}`,
      twin: belief.twin,
      madeAt: now,
      expires: now + validFor,
      objective: { name: goal.name, statement: goal.statement, unit: goal.unit },
      options: ranked.map(({ option }, i) => ({ rank: i + 1, ...option })),
      finding: findingOf(baseline),
    },
  ]
}

const shownQuantities = ['waiting', 'booked-delay', 'emergency-turnaround', 'overtime', 'unreported'] as const

function verdictOf(
  futures: readonly (readonly Course[])[],
  { department, now }: Situation,
  loss: (courses: readonly Course[], frame: ReturnType<typeof dayFrame>) => number,
): Verdict {
  const frame = dayFrame(department, now, now + horizon)
  return {
    losses: Float64Array.from(futures, (courses) => loss(courses, frame)),
    harms: Float64Array.from(futures, (courses) => (harmed(courses, now, now + horizon) ? 1 : 0)),
    shown: Object.fromEntries(
      shownQuantities.map((name) => [
        name,
        Float64Array.from(futures, (courses) => measure(name, courses, shownAt(name, now), frame)),
      ]),
    ),
  }
}

/** Overtime is for the day, the rest for the hours in which something can still be done. */
const shownAt = (name: string, now: Instant): Instant => now + (name === 'overtime' ? horizon : shownAfter)

function optionOf(scenario: Scenario, verdict: Verdict, baseline: Verdict, now: Instant): Omit<RankedOption, 'rank'> {
  const gains = verdict.losses.map((loss, m) => baseline.losses[m]! - loss)
  const effects = shownQuantities.map((quantity): PredictedEffect => {
    const [withIt, carryingOn] = [verdict.shown[quantity]!, baseline.shown[quantity]!]
    return {
      quantity,
      unit: quantities.find(({ name }) => name === quantity)!.unit,
      at: shownAt(quantity, now),
      withIt: summarise(withIt),
      carryingOn: summarise(carryingOn),
      difference: summarise(withIt.map((value, m) => value - carryingOn[m]!)),
    }
  })
  const share = (values: Float64Array, holds: (value: number) => boolean) => values.filter(holds).length / values.length
  const gain = summarise(gains)
  const probabilityBetter = share(gains, (value) => value > 0)
  const probabilityOfHarm = share(verdict.harms, (value) => value > 0)
  const intervention = interventions.find(({ name }) => name === scenario.interventions[0]?.intervention)
  return {
    scenario,
    effects,
    gain,
    probabilityBetter,
    probabilityOfHarm,
    reason: intervention
      ? `Saves ${gain.mean.toFixed(0)} weighted minutes of waiting in eight hours (90 %: ${gain.p05.toFixed(0)} to ${gain.p95.toFixed(0)}); better than carrying on in ${(100 * probabilityBetter).toFixed(0)} % of futures. ${changes(effects)}`
      : `Costs ${summarise(baseline.losses).mean.toFixed(0)} weighted minutes of waiting in eight hours.`,
    riskClass: intervention?.riskClass ?? 'low',
    cost: intervention?.cost ?? 'None beyond what is being done',
    mayApprove: intervention?.mayApprove ?? ['manager', 'clinician'],
    undo: intervention?.undo ?? 'Nothing to undo',
  }
}

/** What changes, in words; what hardly does is left out. */
function changes(effects: readonly PredictedEffect[]): string {
  const said = effects.flatMap(({ quantity, difference, withIt }) => {
    const { label, unit, digits } = quantities.find(({ name }) => name === quantity)!
    if (Math.abs(difference.mean) < 0.5) return []
    const by = `${difference.mean < 0 ? '−' : '+'}${Math.abs(difference.mean).toFixed(digits)}`
    return [`${label}: ${withIt.mean.toFixed(digits)}${unit === '1' ? '' : ` ${unit}`} (${by})`]
  })
  return said.join('; ')
}

function findingOf({ situation, shown }: Verdict & { readonly situation: Situation }): string {
  const mean = (name: string) => summarise(shown[name]!).mean
  const overtime = summarise(shown.overtime!)
  return [
    `${situation.waiting.length} wait for a machine now, ${mean('waiting').toFixed(0)} expected in four hours`,
    `booked patients then run ${mean('booked-delay').toFixed(0)} min late`,
    `emergencies take ${mean('emergency-turnaround').toFixed(0)} min from order to start`,
    `overtime of ${overtime.mean.toFixed(0)} min (up to ${overtime.p95.toFixed(0)})`,
    `${situation.unreported.length} exams lack a report`,
  ].join('; ')
}

/** A dose in words; nothing of what is only on or off. */
function much(dose: number, unit: string): string {
  if (unit === '1') return ''
  if (!unit.startsWith('{')) return `: ${dose} ${unit}`
  const word = unit.replaceAll(/[{}]/g, '')
  return `: ${dose} ${dose === 1 ? word : word === 'person' ? 'people' : `${word}s`}`
}
