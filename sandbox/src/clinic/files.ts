import type { AbsenceDetail, Instant, RotaWeekDetail } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { isoTime } from '../time.ts'

/** A rota as a planning system exports it: one line for each span, local times with their offset. A week without spans has none. */
export function rotaCsv(rotas: readonly RotaWeekDetail[], timeZone: string): string {
  const time = localIn(timeZone)
  const lines = rotas.flatMap(({ provider, week, spans }) =>
    spans.length === 0
      ? [`${provider},${week}T00:00,${dayAfter(week, 7)}T00:00,off`]
      : spans.map(({ from, until, work }) => `${provider},${time(from)},${time(until)},${work}`),
  )
  return `${['provider,from,until,work', ...lines].join('\n')}\n`
}

/** Leave in the same columns. */
export function absencesCsv(absences: readonly AbsenceDetail[], timeZone: string): string {
  const time = localIn(timeZone)
  const lines = absences.map(
    ({ provider, from, until, cancelled }) =>
      `${provider},${time(from)},${time(until)},${cancelled ? 'leave-cancelled' : 'leave'}`,
  )
  return `${['provider,from,until,work', ...lines].join('\n')}\n`
}

/** One person's rota as a calendar (RFC 5545), in UTC. `said`: when it was written. */
export function rotaIcs(rotas: readonly RotaWeekDetail[], said: Instant): string {
  const events = rotas.flatMap(({ provider, spans }) =>
    spans.map(({ from, until, work }) =>
      [
        'BEGIN:VEVENT',
        `UID:${provider}-${from}@clinic.sandbox`,
        `DTSTAMP:${utc(said)}`,
        `DTSTART:${utc(from)}`,
        `DTEND:${utc(until)}`,
        `SUMMARY:${work}`,
        `CATEGORIES:${work}`,
        `ATTENDEE:mailto:u-${provider}`,
        'END:VEVENT',
      ].join('\r\n'),
    ),
  )
  return `${['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Counterpart sandbox//Rota//EN', ...events, 'END:VCALENDAR'].join('\r\n')}\r\n`
}

function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

function localIn(timeZone: string): (at: Instant) => string {
  const civil = civilTime(timeZone)
  return (at) => isoTime(at, civil.offsetAt(at) / 60_000).replace('.000', '')
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
