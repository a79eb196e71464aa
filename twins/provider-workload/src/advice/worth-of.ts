import { carryOn, type Worth } from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { drawCausalMember } from '../risk/change.ts'
import { drawRiskMember } from '../risk/prior.ts'
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
export function worthOf(runs: PairedRuns, { scenario }: Candidate, basis: WorthBasis): Worth {
  const { situation, members } = basis
  const each = Array.from({ length: members }, (_, m) => judgeMember(runs, scenario, basis, m))
  const of = (read: (one: (typeof each)[number]) => number) => Float64Array.from(each, read)
  const net = of(({ money }) => money.benefit - money.cost)
  const fewerHours = each.filter(({ withIt, carryingOn }) => withIt.outside < carryingOn.outside).length / members
  return {
    unit: 'USD/a',
    cost: summarise(of(({ money }) => money.cost)),
    benefit: summarise(of(({ money }) => money.benefit)),
    net: summarise(net),
    probabilityPays: net.filter((value) => value > 0).length / members,
    daysToBenefit: summarise(of(({ days }) => days)),
    burden: summarise(of(({ burden }) => burden)),
    worseOff: worseOff(scenario.interventions, each, basis.groups, situation),
    evidence: evidenceOf(
      scenario.interventions.map(({ intervention }) => intervention),
      fewerHours,
    ),
  }
}

/** One member's settled weeks with an option and without, and what follows from them. */
export interface JudgedMember {
  readonly withIt: Span
  readonly carryingOn: Span
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
  scenario: Candidate['scenario'],
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
  const money = moneyOfYear(week, drawWorthValues(random('worth', 'inputs'), replaced), days, {
    share: Math.min(0.99, Math.max(0.01, burnout[m % burnout.length]!)),
    member: drawRiskMember(random('worth', 'risk')),
    how: drawCausalMember(random('worth', 'cause')),
  })
  return {
    withIt,
    carryingOn,
    money,
    days,
    burden: asked.reduce((sum, { own }) => sum + own, 0) + clinicMinutes,
    staffMinutes: taking + clinicMinutes,
  }
}
