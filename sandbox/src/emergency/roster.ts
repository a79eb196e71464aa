import { day, hour, type Instant, minute, type RosterDetail, type RosterSpan } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'

const staffRoles = ['clinician', 'senior-clinician', 'nurse', 'triage-nurse', 'porter'] as const
export type StaffRole = (typeof staffRoles)[number]

/** People of one kind who come at one hour and stay so long, on every day or on some. */
export interface Shift {
  readonly role: StaffRole
  /** Hour of the day on the hospital's clocks. */
  readonly begins: number
  readonly hours: number
  readonly people: number
  /** 0 Sunday … 6 Saturday. Left out: every day. */
  readonly weekdays?: readonly number[]
}

/** The standing roster of the demonstration: about 140 clinician hours a day for about 180 visits (assumption). */
export const usualShifts: readonly Shift[] = [
  { role: 'senior-clinician', begins: 8, hours: 8, people: 1 },
  { role: 'senior-clinician', begins: 12, hours: 8, people: 1 },
  { role: 'senior-clinician', begins: 16, hours: 8, people: 1 },
  { role: 'senior-clinician', begins: 22, hours: 10.5, people: 1 },
  { role: 'clinician', begins: 8, hours: 10, people: 2 },
  { role: 'clinician', begins: 9, hours: 10, people: 2 },
  { role: 'clinician', begins: 12, hours: 10, people: 2 },
  { role: 'clinician', begins: 14, hours: 10, people: 1 },
  { role: 'clinician', begins: 16, hours: 10, people: 2 },
  { role: 'clinician', begins: 22, hours: 10.5, people: 2 },
  { role: 'nurse', begins: 7.5, hours: 12.5, people: 7 },
  { role: 'nurse', begins: 12, hours: 10, people: 2 },
  { role: 'nurse', begins: 19.5, hours: 12.5, people: 6 },
  { role: 'triage-nurse', begins: 7.5, hours: 12.5, people: 2 },
  { role: 'triage-nurse', begins: 19.5, hours: 12.5, people: 1 },
  { role: 'triage-nurse', begins: 19.5, hours: 4, people: 1 },
  { role: 'porter', begins: 7, hours: 14, people: 3 },
  { role: 'porter', begins: 21, hours: 10, people: 2 },
]

/** One person's turn of duty. */
export interface Duty {
  readonly id: string
  readonly role: StaffRole
  readonly from: Instant
  readonly until: Instant
  /** Does not come: ill. */
  readonly absent: boolean
  /** Whether the desk knows beforehand, so that the published roster says so. */
  readonly announced: boolean
}

/** Share of turns that nobody comes for (assumption near NHS sickness rates, 4 to 5 %). */
const sickness = 0.045

/** The turns of duty that begin on a local day, absences drawn from the seed. */
export function dutiesOn(seed: string, shifts: readonly Shift[], midnight: Instant): Duty[] {
  const random = randomStream('emergency', seed, 'duties', midnight)
  // 1970-01-01 was a Thursday; midnight is local, within half a day of UTC.
  const weekday = (Math.floor((midnight + day / 2) / day) + 4) % 7
  return shifts.flatMap(({ role, begins, hours, people, weekdays }, shift) =>
    Array.from({ length: people }, (_, person): Duty => {
      const [ill, known] = [random.uniform() < sickness, random.uniform() < 0.6]
      const from = midnight + begins * hour
      return {
        id: `${midnight / minute}-${shift}-${person}`,
        role,
        from,
        until: from + hours * hour,
        absent: ill && !(weekdays && !weekdays.includes(weekday)),
        announced: known,
      }
    }).filter(() => !weekdays || weekdays.includes(weekday)),
  )
}

/** What the desk publishes for a span: heads on duty by role, absences only where they are known. */
export function publishedRoster(
  duties: readonly Duty[],
  from: Instant,
  until: Instant,
  absences: boolean,
): RosterDetail {
  const spans: RosterSpan[] = []
  for (const role of staffRoles) {
    const known = duties.filter((duty) => duty.role === role && !(absences && duty.absent && duty.announced))
    const changes = [...new Set(known.flatMap((duty) => [duty.from, duty.until]))].filter((t) => t > from && t < until)
    const times = [from, ...changes.sort((a, b) => a - b), until]
    for (let i = 0; i + 1 < times.length; i++) {
      const [start, end] = [times[i]!, times[i + 1]!]
      const count = known.filter((duty) => duty.from <= start && duty.until > start).length
      spans.push({ role, from: start, until: end, count })
    }
  }
  return { from, until, spans }
}
