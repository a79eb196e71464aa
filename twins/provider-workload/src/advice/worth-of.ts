import { carryOn, type Scenario, type Worth } from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { type CausalMember, drawCausalMember } from '../risk/change.ts'
import { drawRiskMember, type RiskMember } from '../risk/prior.ts'
import { drawWorthValues, type MoneyOfYear, moneyOfYear, type SettledWeek } from '../worth/worth.ts'
import { burdenOf, decisionMinutes, governanceMinutes } from './burden.ts'
import type { Candidate } from './candidates.ts'
import { concerned, heldOf } from './changes.ts'
import { daysToHalf } from './effects.ts'
import { evidenceOf } from './evidence.ts'
import type { Span } from './outcome.ts'
import type { PairedRuns } from './runs.ts'
import { worseOff } from './worse-off.ts'
import type { WorthBasis } from './worth-basis.ts'

/** Weeks over which what is asked once is spread: a quarter. */
const quarter = 13

/** What an option asks of people and means, once its effects are there, member by member against carrying on. */
export const worthOf = (runs: PairedRuns, { scenario }: Candidate, basis: WorthBasis): Worth =>
  worthFrom(judgeMembers(runs, scenario, basis), scenario, basis)

export const judgeMembers = (runs: PairedRuns, scenario: Scenario, basis: WorthBasis): readonly JudgedMember[] =>
  Array.from({ length: basis.members }, (_, m) => judgeMember(runs, scenario, basis, m))

export function worthFrom(each: readonly JudgedMember[], scenario: Scenario, basis: WorthBasis): Worth {
  const of = (read: (one: JudgedMember) => number) => Float64Array.from(each, read)
  const net = of(({ money }) => money.benefit - money.cost)
  const fewerHours = each.filter(({ withIt, carryingOn }) => withIt.outside < carryingOn.outside).length / each.length
  return {
    unit: 'USD/a',
    cost: summarise(of(({ money }) => money.cost)),
    benefit: summarise(of(({ money }) => money.benefit)),
    net: summarise(net),
    probabilityPays: net.filter((value) => value > 0).length / each.length,
    daysToBenefit: summarise(of(({ days }) => days)),
    burden: summarise(of(({ burden }) => burden)),
    worseOff: worseOff(scenario.interventions, each, basis.groups, basis.situation),
    evidence: evidenceOf(
      scenario.interventions.map(({ intervention }) => intervention),
      fewerHours,
    ),
  }
}

/** The mean of what members hold, for asking which input matters. */
export function meanWeek(
  each: readonly JudgedMember[],
  { burnout }: WorthBasis,
): {
  readonly week: SettledWeek
  readonly days: number
  readonly burnout: { readonly share: number; readonly member: RiskMember; readonly how: CausalMember }
} {
  const mean = (of: (one: JudgedMember) => number) => each.reduce((sum, one) => sum + of(one), 0) / each.length
  const of = (read: (week: SettledWeek) => number) => mean(({ week }) => read(week))
  return {
    week: {
      hoursSpared: of(({ hoursSpared }) => hoursSpared),
      visits: of(({ visits }) => visits),
      staffMinutes: of(({ staffMinutes }) => staffMinutes),
      scribes: of(({ scribes }) => scribes),
      hired: of(({ hired }) => hired),
      people: of(({ people }) => people),
      worked: {
        outside: of(({ worked }) => worked.outside),
        messages: of(({ worked }) => worked.messages),
        scribes: of(({ worked }) => worked.scribes),
      },
    },
    days: mean(({ days }) => days),
    burnout: {
      share: burnout.reduce((sum, share) => sum + share, 0) / burnout.length,
      member: {
        level: 0,
        byOutside: mean(({ risk }) => risk.byOutside),
        byMessages: mean(({ risk }) => risk.byMessages),
        betweenPods: 0,
        lasting: 0,
        silent: 0,
      },
      how: { causal: mean(({ how }) => how.causal), scribeTaskLoad: mean(({ how }) => how.scribeTaskLoad) },
    },
  }
}

/** One member's settled weeks with an option and without, and what follows from them. */
export interface JudgedMember {
  readonly withIt: Span
  readonly carryingOn: Span
  readonly week: SettledWeek
  readonly risk: RiskMember
  readonly how: CausalMember
  readonly money: MoneyOfYear
  /** Days until half of it is there. */
  readonly days: number
  /** Minutes a week that it asks of everybody together, in its first quarter. */
  readonly burden: number
  /** Of these and of what is taken over, minutes a week of nurses, assistants and pharmacists. */
  readonly staffMinutes: number
}

function judgeMember(
  runs: PairedRuns,
  scenario: Scenario,
  { situation, burnout, replaced }: WorthBasis,
  m: number,
): JudgedMember {
  const { layout } = situation
  const { random } = runs.memberOf(m)
  const [withIt, carryingOn] = [runs.settled(scenario, m), runs.of(carryOn)[m]!]
  const effects = scenario.interventions.flatMap((planned) => {
    const effect = heldOf(planned.intervention, random)
    return effect === null ? [] : [{ planned, effect }]
  })
  const taken = carryingOn.received.reduce((sum, before, k) => sum + Math.max(0, before - withIt.received[k]!), 0)
  const takers = effects.filter(({ effect }) => effect.staffMinutesEach !== undefined)
  const minutesEach = takers.reduce((sum, { effect }) => sum + effect.staffMinutesEach!, 0) / Math.max(1, takers.length)
  const taking = takers.length === 0 ? 0 : taken * minutesEach
  const asked = effects.map(({ planned: { intervention, on } }) => {
    const { trainingHours, weeklyMinutes, clinicMinutes } = burdenOf(intervention)
    const people = concerned(layout, on).length
    return {
      own: people * (weeklyMinutes + (60 * trainingHours) / quarter),
      clinic: clinicMinutes,
    }
  })
  const stream = random('worth')
  const [low, high] = governanceMinutes
  const governance = low + (high - low) * stream.uniform()
  const clinicMinutes = asked.reduce((sum, { clinic }) => sum + clinic, 0) + governance + decisionMinutes / quarter
  const scribes = effects
    .filter(({ planned }) => planned.intervention === 'scribe')
    .reduce((sum, { planned: { on } }) => sum + concerned(layout, on).length, 0)
  const hired = effects.reduce((sum, { planned, effect }) => sum + (effect.addedFte?.(planned.dose, 1) ?? 0), 0)
  const days = Math.max(0, ...effects.map(({ effect }) => daysToHalf(effect)))
  const messages = (span: Span) => span.received.reduce((sum, each) => sum + each, 0) / span.fte
  const week: SettledWeek = {
    hoursSpared: (carryingOn.outside - withIt.outside) * withIt.fte,
    visits: withIt.visits - carryingOn.visits,
    staffMinutes: taking + clinicMinutes,
    scribes,
    hired,
    people: layout.providers.length,
    worked: {
      outside: withIt.outside - carryingOn.outside,
      messages: messages(withIt) - messages(carryingOn),
      scribes: scribes / Math.max(1, layout.providers.length),
    },
  }
  const [risk, how] = [drawRiskMember(random('worth', 'risk')), drawCausalMember(random('worth', 'cause'))]
  const money = moneyOfYear(week, drawWorthValues(random('worth', 'inputs'), replaced), days, {
    share: Math.min(0.99, Math.max(0.01, burnout[m % burnout.length]!)),
    member: risk,
    how,
  })
  return {
    withIt,
    carryingOn,
    week,
    risk,
    how,
    money,
    days,
    burden: asked.reduce((sum, { own }) => sum + own, 0) + clinicMinutes,
    staffMinutes: taking + clinicMinutes,
  }
}
