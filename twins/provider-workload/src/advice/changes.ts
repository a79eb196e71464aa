import {
  type ClinicLayoutDetail,
  type ClinicProvider,
  day,
  type Instant,
  type PlannedIntervention,
  type ProviderCode,
} from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { burdenOf, trainingWeeks } from './burden.ts'
import { type DrawnEffect, drawEffect, type Person } from './effects.ts'
import { type ChangePlan, together, unchanged, type WorkChange } from './work-change.ts'

type Layout = Pick<ClinicLayoutDetail, 'providers' | 'visitKinds' | 'practice'>

/** An intervention as one member holds it. */
interface Running {
  readonly planned: PlannedIntervention
  readonly effect: DrawnEffect
  /** By provider; nobody else is concerned. */
  readonly people: ReadonlyMap<ProviderCode, Person>
}

/**
 * What planned interventions do, as one member of the ensemble holds it. Of those that began before `asOf`, only what has yet
 * to come counts: what is there already is in what was observed. `random` gives the member's streams; equal names must give
 * equal numbers, so that scenarios are paired. Interventions that this twin does not know do nothing.
 */
export function changePlan(
  layout: Layout,
  planned: readonly PlannedIntervention[],
  asOf: Instant,
  random: (...names: readonly (string | number)[]) => RandomStream,
): ChangePlan {
  const running = planned.flatMap((each): Running[] => {
    const effect = heldOf(each.intervention, random)
    return effect === null ? [] : [{ planned: each, effect, people: peopleOf(layout, each, random) }]
  })
  return {
    of: (provider, week) =>
      running.reduce((sum, each) => together(sum, changeFor(each, provider, week, asOf)), unchanged),
    clinic: (week) => ({
      addedFte: running.reduce((sum, { planned: { dose, from, until }, effect }) => {
        if (effect.addedFte === undefined) return sum
        return sum + effect.addedFte(dose, partAt(effect, from, until, week) - partAt(effect, from, until, asOf))
      }, 0),
    }),
  }
}

/** What the member whose streams these are holds true of an intervention; the same in every plan. */
export const heldOf = (
  intervention: string,
  random: (...names: readonly (string | number)[]) => RandomStream,
): DrawnEffect | null => drawEffect(intervention, random('effect', intervention))

function changeFor(
  { planned, effect, people }: Running,
  provider: ProviderCode,
  week: Instant,
  asOf: Instant,
): WorkChange {
  const person = people.get(provider)
  if (person === undefined) return unchanged
  const { dose, from, until, intervention } = planned
  const part = partAt(effect, from, until, week)
  const had = from < asOf ? partAt(effect, from, until, asOf) : 0
  const days = (week - from) / day - effect.delayDays
  const gained = part - had
  const change =
    gained >= 0 ? effect.change(dose, person, gained, days) : inverse(effect.change(dose, person, -gained, days))
  const stopped = until !== undefined && week >= until
  const ownMinutes = week + 7 * day <= from || stopped ? 0 : ownMinutesOf(intervention, (week - from) / (7 * day))
  return ownMinutes === 0 ? change : { ...change, ownMinutes: change.ownMinutes + ownMinutes }
}

/** Minutes of one's own that a change asks in the week that begins so many weeks after the decision. */
function ownMinutesOf(intervention: string, weeks: number): number {
  const { trainingHours, weeklyMinutes } = burdenOf(intervention)
  return weeklyMinutes + (weeks < trainingWeeks ? (60 * trainingHours) / trainingWeeks : 0)
}

/** Which part of an effect is there: nothing until the delay is over, then more each day; after its end less, as it came. */
function partAt({ delayDays, rampDays }: DrawnEffect, from: Instant, until: Instant | undefined, at: Instant): number {
  const grown = (time: Instant) =>
    Math.min(1, Math.max(0, ((time - from) / day - delayDays) / Math.max(rampDays, 1e-9)))
  if (until === undefined || at <= until) return grown(at)
  return Math.max(0, grown(until) - (at - until) / day / Math.max(rampDays, 7))
}

/** What taking a change away does. */
function inverse(change: WorkChange): WorkChange {
  const of = (kinds: WorkChange['messages']) =>
    Object.fromEntries(Object.entries(kinds).map(([kind, factor]) => [kind, 1 / factor])) as WorkChange['messages']
  return {
    messages: of(change.messages),
    messageMinutes: of(change.messageMinutes),
    noteMinutes: 1 / change.noteMinutes,
    orderMinutes: 1 / change.orderMinutes,
    visits: 1 / change.visits,
    instead: change.instead,
    renewalsTaken: 0,
    faceMinutes: -change.faceMinutes,
    protectedMinutes: -change.protectedMinutes,
    coverWhenAway: 0,
    ownMinutes: 0,
  }
}

/** Whom an intervention concerns: those named, those of the pods named, or all. */
export function concerned(
  layout: Pick<Layout, 'providers'>,
  on: readonly string[] | undefined,
): readonly ClinicProvider[] {
  if (on === undefined) return layout.providers
  return layout.providers.filter(({ provider, pod }) => on.includes(provider) || on.includes(pod))
}

function peopleOf(
  layout: Layout,
  { on, intervention }: PlannedIntervention,
  random: (...names: readonly (string | number)[]) => RandomStream,
): ReadonlyMap<ProviderCode, Person> {
  const has = intervention === 'scribe' ? layout.practice.scribes : []
  const among = concerned(layout, on).filter(({ provider }) => !has.includes(provider))
  const needOf = ({ panel, caseMix = 1 }: ClinicProvider) => panel * caseMix
  const teamFte = among.reduce((sum, { clinicalFte }) => sum + clinicalFte, 0)
  const need = among.reduce((sum, each) => sum + needOf(each), 0)
  const slots = layout.visitKinds.map(({ minutes }) => minutes)
  const slotMinutes = slots.length === 0 ? 20 : slots.reduce((sum, each) => sum + each, 0) / slots.length
  return new Map(
    among.map((provider) => {
      const fair = (need * provider.clinicalFte) / Math.max(teamFte, 1e-9)
      return [
        provider.provider,
        {
          provider,
          load: fair > 0 && needOf(provider) > 0 ? needOf(provider) / fair : 1,
          slotMinutes,
          weekHours: 40 * provider.clinicalFte,
          teamFte,
          spread: random('effect', intervention, provider.provider).normal(),
        },
      ]
    }),
  )
}
