import type { ProviderCode } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { type MeasuredWeek, measuredWeek } from '../measured.ts'
import { type Clinic, emptyPerson } from '../memory/clinic.ts'
import { dayLog } from '../memory/day-log.ts'
import { mondayOf } from '../memory/rota.ts'
import { activities } from '../work/figures.ts'

/** Sums over some of one person's weeks, that measures are ratios of. */
export interface Sums {
  /** Hours scheduled with patients. */
  readonly clinic: number
  /** Hours scheduled in any way. */
  readonly scheduled: number
  /** Hours at the record, in the order of `activities`. */
  readonly ehr: readonly number[]
  readonly outside: number
  readonly received: number
  readonly visits: number
  /** Contracted hours as full-time weeks. */
  readonly fullWeeks: number
  readonly completeness: number
}

/** A measure with its published definition, as a ratio of sums. */
export interface LoadMeasure {
  readonly name: string
  readonly label: string
  readonly unit: string
  readonly digits: number
  readonly definition: string
  readonly beside?: { readonly value: number; readonly label: string }
  readonly over: (sums: Sums) => number
  readonly under: (sums: Sums) => number
}

const sinsky = 'C. A. Sinsky et al., JAMIA 2020;27:639; E. R. Melnick et al., JAMIA 2021;28:1383'
const ehr = (sums: Sums, activity: (typeof activities)[number]) => sums.ehr[activities.indexOf(activity)]!
const per8 = (
  name: string,
  label: string,
  what: string,
  over: LoadMeasure['over'],
  beside?: LoadMeasure['beside'],
): LoadMeasure => ({
  name,
  label,
  unit: 'h',
  digits: 1,
  definition: `${what} for 8 hours scheduled with patients (${sinsky})`,
  ...(beside ? { beside } : {}),
  over: (sums) => 8 * over(sums),
  under: ({ clinic }) => clinic,
})
const all = (sums: Sums) => sums.ehr.reduce((sum, hours) => sum + hours, 0)
const arndt = 'Arndt 2024'

/** What is shown of pods and to people themselves. */
export const loadMeasures: readonly LoadMeasure[] = [
  per8('ehr-time-8', 'EHR-Time8', 'Hours at the record', all, { value: 5.23, label: 'Melnick 2021' }),
  per8('note-time-8', 'Note-Time8', 'Hours of notes', (sums) => ehr(sums, 'note'), { value: 2.15, label: arndt }),
  per8('inbox-time-8', 'IB-Time8', 'Hours of the inbox', (sums) => ehr(sums, 'inbox'), { value: 1.19, label: arndt }),
  per8('script-time-8', 'Script-Time8', 'Hours of prescriptions', (sums) => ehr(sums, 'prescription')),
  {
    name: 'after-hours',
    label: 'After hours',
    unit: 'h/wk',
    digits: 1,
    definition:
      'Hours a week at the record outside everything that is scheduled, for a full-time clinician (B. G. Arndt et al., Ann Fam Med 2017;15:419, by the schedule instead of the clock)',
    beside: { value: 7.2, label: 'Arndt 2017' },
    over: ({ outside }) => outside,
    under: ({ fullWeeks }) => fullWeeks,
  },
  {
    name: 'received',
    label: 'Messages received',
    unit: '/wk',
    digits: 0,
    definition:
      'Messages that came in a week, for a full-time clinician (M. Tai-Seale et al., Health Aff 2019;38:1073)',
    beside: { value: 243, label: 'Tai-Seale 2019' },
    over: ({ received }) => received,
    under: ({ fullWeeks }) => fullWeeks,
  },
]

/** Hours of a full-time week. */
const fullWeek = 40

/** One person's sums over the given weeks that are remembered, and how many weeks they are. */
export function sumsOf(
  clinic: Clinic,
  provider: ProviderCode,
  weeks: readonly string[],
): { sums: Sums; weeks: number } {
  const found = weeks.flatMap((week) => measuredWeek(clinic, provider, week) ?? [])
  const total = (of: (each: MeasuredWeek) => number) => found.reduce((sum, each) => sum + of(each), 0)
  const civil = civilTime(clinic.layout.timeZone)
  const person = clinic.people[provider] ?? emptyPerson
  const clinicMinutes = found.reduce(
    (sum, { week }) =>
      sum +
      [0, 1, 2, 3, 4, 5, 6].reduce((of, d) => of + dayLog(clinic, provider, person, civil.dayAfter(week, d)).clinic, 0),
    0,
  )
  return {
    weeks: found.length,
    sums: {
      clinic: clinicMinutes / 60,
      scheduled: total(({ figures }) => figures.scheduled),
      ehr: activities.map((_, a) => total(({ figures }) => figures.ehr[a]!)),
      outside: total(({ figures }) => figures.outside),
      received: total(({ figures }) => figures.received.reduce((sum, n) => sum + n, 0)),
      visits: total(({ figures }) => figures.visits),
      fullWeeks: total(({ figures }) => figures.contracted) / fullWeek,
      completeness: found.length === 0 ? 0 : total(({ completeness }) => completeness) / found.length,
    },
  }
}

/** The Mondays of so many weeks that are over, `skip` weeks back, oldest first. */
export function weeksBefore(clinic: Clinic, asOf: number, count: number, skip = 0): readonly string[] {
  const civil = civilTime(clinic.layout.timeZone)
  const monday = mondayOf(civil, civil.dayOf(asOf))
  return Array.from({ length: count }, (_, i) => civil.dayAfter(monday, -7 * (count + skip - i)))
}

/**
 * A ratio over several (people, or weeks) with its 90 % interval: a jackknife over them, with the t-distribution's width
 * approximated for few. Null where nothing is under it.
 */
export function ratioOf(
  measure: Pick<LoadMeasure, 'over' | 'under'>,
  each: readonly Sums[],
): { readonly estimate: number; readonly low: number; readonly high: number } | null {
  const parts = each.map((sums) => [measure.over(sums), measure.under(sums)] as const).filter(([, under]) => under > 0)
  const [over, under] = parts.reduce(([a, b], [c, d]) => [a + c, b + d] as const, [0, 0] as const)
  if (!(under > 0)) return null
  const estimate = over / under
  const n = parts.length
  if (n < 2) return { estimate, low: estimate, high: estimate }
  const without = parts.map(([o, u]) => (under - u > 0 ? (over - o) / (under - u) : estimate))
  const centre = without.reduce((sum, value) => sum + value, 0) / n
  const error = Math.sqrt(((n - 1) / n) * without.reduce((sum, value) => sum + (value - centre) ** 2, 0))
  // 95 % quantile of Student's t, by its expansion in 1/(n - 1).
  const t = 1.645 + 1.524 / (n - 1) + 1.42 / (n - 1) ** 2
  return { estimate, low: Math.max(0, estimate - t * error), high: estimate + t * error }
}
