import type { AbsenceDetail, CalendarDay, ClinicLayoutDetail, ProviderCode, RotaWeekDetail } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import type { Demand, RotaPerson, RotaProblem, RotaRules, When } from './rota-problem.ts'
import { usualRules } from './rota-rules.ts'
import { quarter, usualWeek } from './usual-week.ts'

export interface ProblemSources {
  readonly layout: ClinicLayoutDetail
  /** Weeks of the rota that has been in force, the last ones: what people usually do is read off them. */
  readonly rota: readonly RotaWeekDetail[]
  readonly absences: readonly AbsenceDetail[]
  /** The first Monday, and how many weeks. */
  readonly from: CalendarDay
  readonly weeks: number
  /** Visits forecast against those planned for, by pod: 1.1 = a tenth more. Left out: as now. */
  readonly need?: Readonly<Record<string, { readonly p50: number; readonly p95: number }>>
  /** Wishes of people, and other things that nobody can read off a rota. */
  readonly people?: Readonly<Record<ProviderCode, Partial<RotaPerson>>>
  readonly rules?: Partial<RotaRules>
}

/**
 * The rota problem of a clinic for some weeks from what its twin knows: who works here, what has been the rota, who is away,
 * how much work is forecast. `assumed` says in words what was read off the rota in force because nobody has said it.
 */
export function problemFrom(sources: ProblemSources): {
  readonly problem: RotaProblem
  readonly assumed: readonly string[]
} {
  const { layout, from, weeks, absences, need = {}, people = {}, rules = {} } = sources
  const usual = usualWeek(layout, sources.rota)
  const { hours } = usual
  const pods = layout.pods.map(({ code, label }) => ({ code, label, rooms: Math.max(1, usual.most(code)) }))
  const problem: RotaProblem = {
    name: layout.name,
    timeZone: layout.timeZone,
    from,
    weeks,
    hours,
    closed: [],
    late: [],
    unpopular: ['Mon am', 'Fri pm'],
    pods,
    people: layout.providers.map((provider): RotaPerson => {
      const own = usual.of(provider.provider)
      const contract = Math.max(1, Math.round(10 * provider.clinicalFte))
      return {
        code: provider.provider,
        label: provider.label,
        pod: provider.pod,
        clinicalFte: provider.clinicalFte,
        halfDays: { min: Math.max(0, contract - 2), max: Math.min(10 + (own.turns.size > 0 ? 1 : 0), contract + 1) },
        leave: leaveOf(provider.provider, absences, layout.timeZone, hours),
        fixed: own.fixed,
        turnsDone: Object.fromEntries(own.turns),
        protectedQuarters: own.quarters,
        ...people[provider.provider],
      }
    }),
    demand: pods.flatMap(({ code, rooms }) =>
      usual.cover(code).map(({ at, clinicians }): Demand => {
        const { p50 = 1, p95 = 1.1 } = need[code] ?? {}
        const target = Math.min(rooms, quarter(clinicians * p50))
        return {
          pod: code,
          at: [at],
          min: Math.min(target, Math.floor(0.6 * clinicians)),
          target,
          max: Math.max(rooms, quarter(clinicians * p95)),
        }
      }),
    ),
    inbox: [],
    turns: usual.turns,
    pairs: [],
    inForce: Object.fromEntries(
      layout.providers.map(({ provider, pod }) => [provider, { [pod]: usual.of(provider).clinic }]),
    ),
    rules: { ...usualRules, ...rules },
  }
  return {
    problem,
    assumed: [
      `Half-days run ${hours.am.join('–')} and ${hours.pm.join('–')}, as in the rota in force.`,
      'Each pod has as many rooms as it had people in clinic at once.',
      'Each half-day needs as many clinicians as it had, times the visits forecast; at least three fifths of that.',
      'Administration and teaching that came back in most weeks stay where they are.',
    ],
  }
}

/** Half-days of which an absence takes more than half. */
function leaveOf(
  provider: ProviderCode,
  absences: readonly AbsenceDetail[],
  zone: string,
  { am, pm }: RotaProblem['hours'],
): readonly When[] {
  const time = civilTime(zone)
  const taken: When[] = []
  for (const each of absences) {
    if (each.provider !== provider || each.cancelled) continue
    const last = time.dayOf(each.until - 1)
    for (let day = time.dayOf(each.from), n = 0; day <= last && n < 400; day = time.dayAfter(day, 1), n++) {
      const away = ([from, until]: readonly [string, string]) => {
        const [begin, end] = [from, until].map((clock) => time.instantOf(Date.parse(`${day}T${clock}:00Z`)))
        return 2 * (Math.min(each.until, end!) - Math.max(each.from, begin!)) > end! - begin!
      }
      const [morning, afternoon] = [away(am), away(pm)]
      if (morning && afternoon) taken.push(day)
      else if (morning || afternoon) taken.push(`${day} ${morning ? 'am' : 'pm'}`)
    }
  }
  return taken
}
