import type { ClinicLayoutDetail, PlannedIntervention } from '@counterpart/kernel'
import { civilTime, randomStream, type SampleSummary, summarise } from '@counterpart/numerics'
import { simulateChanged } from '../advice/absorb.ts'
import { changePlan } from '../advice/changes.ts'
import type { AdviceSituation } from '../advice/runs.ts'
import { drawEnsemble } from '../estimates/ensemble.ts'
import { estimatesOf } from '../estimates/estimates.ts'
import { memberOf } from '../estimates/members.ts'
import { emptyClinic } from '../memory/clinic.ts'
import { offsetsOf, type QuantityName, quantities, quantitiesOf } from '../quantities.ts'
import { weekdays } from '../rota/rota-calendar.ts'
import { at, messageKinds, weekWidth } from '../work/figures.ts'
import { type ProviderParameters, visitActivities } from '../work/parameters.ts'
import type { ClinicPlan, PlannedDay } from '../work/plan.ts'
import { type Member, simulateWeeks } from '../work/simulate.ts'
import type { ClinicFile, FileParameters, FileProvider } from './read-clinic.ts'

type Figures = Readonly<Record<QuantityName, SampleSummary>>

/** One simulated week: the clinic's figures, its pods', and each person's; with interventions, what they change, run by run. */
export interface SimulatedWeek {
  /** The Monday. */
  readonly week: string
  readonly clinic: Figures
  readonly difference?: Figures
  readonly pods: Readonly<Record<string, { readonly figures: Figures; readonly difference?: Figures }>>
  readonly providers: Readonly<Record<string, { readonly figures: PersonFigures; readonly difference?: PersonFigures }>>
}

/** Hours, messages waiting, visits; and the chance that the week is overloaded as a mean of 0 and 1. */
type PersonFigures = Readonly<
  Record<'scheduled' | 'work' | 'outside' | 'ehr' | 'waiting' | 'visits' | 'overloaded', SampleSummary>
>

/**
 * Simulates a clinic's weeks so often, each time with other values of what is not known, from the published distributions.
 * Equal seeds give equal figures, and runs with and without interventions share their chance.
 */
export function simulateClinicFile(
  clinic: ClinicFile,
  { seed, replications }: { readonly seed: string | number; readonly replications: number },
): readonly SimulatedWeek[] {
  const { layout, plan, asOf, member, running } = situationOfFile(clinic, { seed, members: replications })
  const run = (of: (m: number, out: Float64Array) => void) =>
    Array.from({ length: replications }, (_, m) => {
      const out = new Float64Array(plan.providers.length * plan.weeks * weekWidth)
      of(m, out)
      return out
    })
  const calm = run((m, out) => simulateWeeks(plan, member(m), null, out))
  const without = running.length > 0 ? calm : null
  const figures =
    without === null
      ? calm
      : run((m, out) =>
          simulateChanged(plan, member(m), changePlan(layout, running, asOf, member(m).random), without[m]!, out),
        )
  const civil = civilTime(clinic.timeZone)
  return Array.from({ length: plan.weeks }, (_, w) => {
    const group = (people: readonly number[]) => {
      const offsets = offsetsOf(people, w, plan.weeks)
      return compared(figures, without, (out) => quantitiesOf(out, offsets), quantityNames)
    }
    const everybody = group(plan.providers.map((_each, p) => p))
    const pods = [...new Set(plan.providers.map(({ pod }) => pod))].sort()
    return {
      week: civil.dayAfter(clinic.from, 7 * w),
      clinic: everybody.figures,
      ...(everybody.difference ? { difference: everybody.difference } : {}),
      pods: Object.fromEntries(
        pods.map((pod) => [pod, group(plan.providers.flatMap((each, p) => (each.pod === pod ? [p] : [])))]),
      ),
      providers: Object.fromEntries(
        plan.providers.map(({ provider }, p) => {
          const offset = (p * plan.weeks + w) * weekWidth
          return [provider, compared(figures, without, (out) => personOf(out, offset), personNames)]
        }),
      ),
    }
  })
}

/**
 * Where advice about a clinic in a file starts from: equal seeds give equal members. Its interventions are those at work
 * already or decided on.
 */
export function situationOfFile(
  clinic: ClinicFile,
  { seed, members }: { readonly seed: string | number; readonly members: number },
): AdviceSituation {
  const layout = layoutOf(clinic)
  const plan = planOf(clinic)
  const random = (...names: readonly (string | number)[]) => randomStream('workload simulate', seed, ...names)
  const estimates = estimatesOf({ ...emptyClinic(0, {}), layout })
  const ensemble = drawEnsemble(estimates, random, members)
  const civil = civilTime(clinic.timeZone)
  const asOf = civil.startOf(clinic.from)
  const drawn = new Map<number, Member>()
  return {
    asOf,
    layout,
    plan,
    weeks: Array.from({ length: plan.weeks }, (_, w) => {
      const week = civil.dayAfter(clinic.from, 7 * w)
      return { week, from: civil.startOf(week), until: civil.startOf(civil.dayAfter(week, 7)) }
    }),
    member: (m) => {
      const known = drawn.get(m)
      if (known) return known
      const made = given(clinic, memberOf(estimates, ensemble, m, random))
      drawn.set(m, made)
      return made
    },
    random,
    running: plannedOf(clinic, asOf),
  }
}

const quantityNames = quantities.map(({ name }) => name)
const personNames = ['scheduled', 'work', 'outside', 'ehr', 'waiting', 'visits', 'overloaded'] as const

const personOf = (out: Float64Array, offset: number): Record<(typeof personNames)[number], number> => {
  const of = (place: number) => out[offset + place]!
  return {
    scheduled: of(at.scheduled),
    work: of(at.scheduled) + of(at.outside),
    outside: of(at.outside),
    ehr: of(at.inside) + of(at.outside),
    waiting: of(at.waiting),
    visits: of(at.visits),
    overloaded: of(at.overloaded),
  }
}

function compared<Name extends string>(
  figures: readonly Float64Array[],
  without: readonly Float64Array[] | null,
  read: (out: Float64Array) => Readonly<Record<Name, number>>,
  names: readonly Name[],
): { figures: Record<Name, SampleSummary>; difference?: Record<Name, SampleSummary> } {
  const rows = figures.map(read)
  const calm = without?.map(read)
  const summaries = (of: (m: number, name: Name) => number) =>
    Object.fromEntries(
      names.map((name) => [name, summarise(Float64Array.from(rows, (_, m) => of(m, name)))]),
    ) as Record<Name, SampleSummary>
  return {
    figures: summaries((m, name) => rows[m]![name]),
    ...(calm ? { difference: summaries((m, name) => rows[m]![name] - calm[m]![name]) } : {}),
  }
}

function layoutOf({ name, timeZone, overloadRatio, providers }: ClinicFile): ClinicLayoutDetail {
  return {
    name,
    timeZone,
    overloadRatio,
    pods: [...new Set(providers.map(({ pod }) => pod))].map((code) => ({ code, label: code })),
    providers: providers.map(({ code, pod, clinicalFte, panel, caseMix }) => ({
      provider: code,
      label: code,
      pod,
      profession: 'physician',
      clinicalFte,
      panel,
      caseMix,
    })),
    visitKinds: [],
    minimumCell: 5,
    practice: { teamInbox: false, refillProtocol: false, scribes: [] },
  }
}

function planOf({ timeZone, from, weeks, overloadRatio, providers }: ClinicFile): ClinicPlan {
  return {
    timeZone,
    firstWeek: from,
    weeks,
    overloadRatio,
    providers: providers.map((each) => ({
      provider: each.code,
      pod: each.pod,
      clinicalFte: each.clinicalFte,
      // A day that nothing is known of yet holds what the usual day holds, and a quarter more.
      placesPerHour: 30,
      days: Array.from({ length: 7 * weeks }, (_, d) => dayOf(each, civilTime(timeZone).dayAfter(from, d), d)),
      backlog: {
        messages: Object.fromEntries(
          messageKinds.map((kind) => [kind, each.waiting / messageKinds.length]),
        ) as ClinicPlan['providers'][number]['backlog']['messages'],
        noteMinutes: 0,
      },
    })),
  }
}

function dayOf({ week, away }: FileProvider, day: string, d: number): PlannedDay {
  const name = weekdays[d % 7]!
  const isAway = away.includes(day)
  const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  const spans = week
    .filter(({ on }) => on.includes(name))
    .map(({ hours: [from, until], work }) => ({ from: minute(from), until: minute(until), work }))
    .sort((a, b) => a.from - b.from)
  // Nothing is booked yet, and that says nothing: as far ahead as bookings tell of.
  return { day, spans: isAway ? [] : spans, away: isAway ? 1 : 0, booked: 0, lead: unknownBookings }
}

/** Days ahead at which nobody has booked yet, so that a departure from the usual says nothing. */
const unknownBookings = 365

function plannedOf({ interventions, timeZone }: ClinicFile, asOf: number): PlannedIntervention[] {
  const civil = civilTime(timeZone)
  return interventions.map(({ intervention, dose, on, from, until }) => ({
    intervention,
    dose,
    from: from === undefined ? asOf : civil.startOf(from),
    ...(on ? { on } : {}),
    ...(until ? { until: civil.startOf(until) } : {}),
  }))
}

/** A member with what the file says is known. Rates of all people are for the published panel; a person's own are as they are. */
function given({ parameters, providers }: ClinicFile, member: Member): Member {
  return {
    ...member,
    clinic: { ...member.clinic, bookingsKept: member.clinic.bookingsKept.map(() => 0) },
    providers: member.providers.map((drawn, p) => {
      const { panel, caseMix, parameters: own } = providers[p]!
      return known(known(drawn, parameters, (panel * caseMix) / 1500), own, 1)
    }),
  }
}

function known(drawn: ProviderParameters, said: FileParameters, need: number): ProviderParameters {
  const { messagesPerDay = {}, messageMinutes = {}, visitMinutes = {}, ...numbers } = said
  return {
    ...drawn,
    ...numbers,
    messagesPerDay: drawn.messagesPerDay.map((value, k) => {
      const rate = messagesPerDay[messageKinds[k]!]
      return rate === undefined ? value : rate * need
    }),
    messageMinutes: drawn.messageMinutes.map((value, k) => messageMinutes[messageKinds[k]!] ?? value),
    visitMinutes: drawn.visitMinutes.map((value, a) => visitMinutes[visitActivities[a]!] ?? value),
  }
}
