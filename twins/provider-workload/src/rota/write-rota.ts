import type { Instant, RotaWeekDetail, RotaWork } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import type { HalfDayDuty, PersonRota, Rota } from './rota.ts'
import { dayInWords, dayOfHalfDay, rotaCalendar } from './rota-calendar.ts'
import type { ClockSpan, RotaProblem } from './rota-problem.ts'

interface Span {
  readonly day: string
  readonly from: string
  readonly until: string
  readonly work: RotaWork
}

/** What a person does, as spans by the clinic's clock, in order of time; a protected quarter is the last of its session. */
function spansOf({ problem, rota: { halfDays, turns } }: { problem: RotaProblem; rota: PersonRota }): readonly Span[] {
  const { days } = rotaCalendar(problem.from, problem.weeks, [])
  const ofDuty = (duty: HalfDayDuty, t: number): readonly Span[] => {
    const [from, until] = t % 2 === 0 ? problem.hours.am : problem.hours.pm
    const day = days[dayOfHalfDay(t)]!
    if (!duty.protectedQuarter) return [{ day, from, until, work: duty.work }]
    const quarter = clockOf(minutesOf(until) - Math.round((minutesOf(until) - minutesOf(from)) / 4))
    return [
      { day, from, until: quarter, work: duty.work },
      { day, from: quarter, until, work: 'inbox' },
    ]
  }
  const hours = new Map<string, ClockSpan>(problem.turns.map((kind) => [kind.code, kind.hours]))
  return [
    ...halfDays.flatMap((duty, t) => (duty ? ofDuty(duty, t) : [])),
    ...turns.map(({ day, turn }): Span => {
      const [from, until] = hours.get(turn)!
      return { day, from, until, work: turn === 'on-call' ? 'on-call' : 'clinic' }
    }),
  ].sort((a, b) => (a.day + a.from < b.day + b.from ? -1 : 1))
}

const minutesOf = (clock: string) => 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3))
const clockOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** The rota as CSV with the header `provider,from,until,work`, in the clinic's local time, as intake reads it. */
export function rotaCsv(problem: RotaProblem, { people }: Rota): string {
  const lines = people.flatMap((rota) =>
    spansOf({ problem, rota }).map(
      ({ day, from, until, work }) => `${field(rota.provider)},${day}T${from},${day}T${until},${work}`,
    ),
  )
  return `${['provider,from,until,work', ...lines].join('\n')}\n`
}

const field = (value: string) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

/** The rota week by week, as it would be put in force. */
export function rotaWeeks(problem: RotaProblem, { people }: Rota): readonly RotaWeekDetail[] {
  const time = civilTime(problem.timeZone)
  const { days } = rotaCalendar(problem.from, problem.weeks, [])
  const at = (day: string, clock: string): Instant => time.instantOf(Date.parse(`${day}T${clock}:00Z`))
  return people.flatMap((rota) =>
    Array.from({ length: problem.weeks }, (_, week) => {
      const inWeek = new Set(days.slice(7 * week, 7 * week + 7))
      const spans = spansOf({ problem, rota })
        .filter(({ day }) => inWeek.has(day))
        .map(({ day, from, until, work }) => ({ from: at(day, from), until: at(day, until), work }))
      return { provider: rota.provider, week: days[7 * week]!, spans }
    }),
  )
}

/** The rota as text: a grid for each week, people by pod; the pod of each session, small words for other work. */
export function rotaGrid(problem: RotaProblem, { people }: Rota): string {
  const { days } = rotaCalendar(problem.from, problem.weeks, [])
  const of = new Map(problem.people.map((person) => [person.code, person]))
  const wide = Math.max(...problem.people.map(({ label }) => label.length))
  const cell = (duty: HalfDayDuty | null) => {
    if (!duty) return '.'
    return duty.work === 'clinic' ? `${duty.pod}${duty.protectedQuarter ? '+' : ''}` : duty.work.slice(0, 3)
  }
  const cellWide = Math.max(4, ...problem.pods.map(({ code }) => code.length + 2))
  const weeks = Array.from({ length: problem.weeks }, (_, week) => {
    const head = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']
      .flatMap((day) => [day.padEnd(cellWide), ''.padEnd(cellWide)])
      .join('')
    const rows = [...people]
      .sort((a, b) => podOf(a).localeCompare(podOf(b)))
      .map((rota) => {
        const cells = rota.halfDays.slice(10 * week, 10 * week + 10).map((duty) => cell(duty).padEnd(cellWide))
        const turns = rota.turns
          .filter(({ day }) => days.indexOf(day) >= 7 * week && days.indexOf(day) < 7 * week + 7)
          .map(({ day, turn }) => `${turn} ${dayInWords(day).slice(0, 3)}`)
        return `${of.get(rota.provider)!.label.padEnd(wide)}  ${cells.join('')}${turns.join(', ')}`.trimEnd()
      })
    return [`Week of ${dayInWords(days[7 * week]!)}`, `${''.padEnd(wide)}  ${head}`.trimEnd(), ...rows].join('\n')
  })
  return weeks.join('\n\n')
  function podOf({ provider }: PersonRota) {
    return of.get(provider)!.pod
  }
}
