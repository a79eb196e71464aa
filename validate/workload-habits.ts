// What people of a simulated clinic were like over a stretch of time, counted from what happened: the truth that a twin's
// parameters are judged by. Each is defined in `of`.
import { type CalendarDay, day, type Instant, type ProviderCode } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import type { ClinicEvent } from '@counterpart/sandbox'

export const parameters = [
  'patient',
  'refill',
  'call',
  'result',
  'staff',
  'system',
  'message minutes',
  'chart review',
  'note',
  'order',
  'other',
  'notes later',
  'cleared',
  'no-show',
  'visits an hour',
] as const
export type Parameter = (typeof parameters)[number]

interface Sums {
  received: Record<string, number>
  seconds: Record<string, number>
  done: number
  notesOutside: number
  visits: number
  missed: number
  clinicHours: number
  /** Of days with scheduled time: messages there were, and done. */
  offered: number
  cleared: number
  /** By kind, of those that came since the log began. */
  waiting: Record<string, number>
  today: { day: CalendarDay; received: number; done: number; before: number }
}

/** Adds up what everybody does in a stretch of time. */
export class Habits {
  readonly #civil: ReturnType<typeof civilTime>
  readonly #people = new Map<ProviderCode, Sums>()
  readonly #rotas = new Map<string, readonly { from: Instant; until: Instant; work: string }[]>()
  readonly #absences = new Map<string, { provider: ProviderCode; from: Instant; until: Instant }>()
  #from: Instant | null = null
  #until: Instant = 0

  constructor(timeZone: string) {
    this.#civil = civilTime(timeZone)
  }

  /** Begins to count anew; what waits and what is planned stays. */
  begin(at: Instant): void {
    this.#from = at
    this.#until = at
    for (const [provider, { waiting, today }] of this.#people)
      this.#people.set(provider, { ...nothing(today.day), waiting, today: { ...today, received: 0, done: 0 } })
  }

  take(events: readonly ClinicEvent[]): void {
    for (const event of events) {
      this.#plan(event)
      this.#from ??= event.at
      this.#until = event.at
      if (event.kind === 'message') {
        const sums = this.#of(event.message.provider, this.#civil.dayOf(event.at))
        sums.received[event.message.kind] = (sums.received[event.message.kind] ?? 0) + 1
        sums.today.received++
        sums.waiting[event.message.kind] = (sums.waiting[event.message.kind] ?? 0) + 1
      } else if (event.kind === 'appointment') {
        const { state, provider } = event.appointment
        if (state === 'fulfilled') this.#of(provider, this.#civil.dayOf(event.at)).visits++
        if (state === 'no-show') this.#of(provider, this.#civil.dayOf(event.at)).missed++
      } else if (event.kind === 'work') {
        const { provider, activity, seconds, message, ends } = event.work
        const sums = this.#of(provider, this.#civil.dayOf(event.at))
        sums.seconds[activity] = (sums.seconds[activity] ?? 0) + seconds
        if (activity === 'note') {
          let inside = 0
          for (const [from, until] of this.#spans(provider, this.#civil.dayOf(event.at)))
            inside += Math.max(0, Math.min(until, event.at + 1000 * seconds) - Math.max(from, event.at))
          sums.notesOutside += seconds - inside / 1000
        }
        if (message && ends && activity !== 'note') {
          sums.done++
          sums.today.done++
          // What came before the log began is not known to wait.
          sums.waiting[message] = Math.max(0, (sums.waiting[message] ?? 0) - 1)
        }
      }
    }
  }

  /** What somebody was like; `null`: it never came to that. */
  of(provider: ProviderCode, parameter: Parameter): number | null {
    const sums = this.#people.get(provider)
    if (!sums || this.#from === null) return null
    const weeks = (this.#until - this.#from) / (7 * day)
    const minutes = (...of: readonly string[]) => of.reduce((sum, each) => sum + (sums.seconds[each] ?? 0), 0) / 60
    const ratio = (over: number, under: number) => (under > 0 ? over / under : null)
    switch (parameter) {
      case 'message minutes':
        return ratio(minutes('inbox'), sums.done)
      case 'chart review':
        return ratio(minutes('chart-review'), sums.visits)
      case 'note':
        return ratio(minutes('note'), sums.visits)
      case 'order':
        return ratio(minutes('order'), sums.visits)
      case 'other':
        return ratio(minutes('schedule', 'other'), sums.visits)
      case 'notes later':
        return ratio(sums.notesOutside / 60, minutes('note'))
      case 'cleared':
        return ratio(sums.cleared, sums.offered)
      case 'no-show':
        return ratio(sums.missed, sums.missed + sums.visits)
      case 'visits an hour':
        return ratio(sums.visits + sums.missed, sums.clinicHours)
      default:
        // A week's messages of this kind.
        return (sums.received[parameter] ?? 0) / weeks
    }
  }

  all(provider: ProviderCode): Readonly<Record<Parameter, number | null>> {
    return Object.fromEntries(parameters.map((parameter) => [parameter, this.of(provider, parameter)])) as Record<
      Parameter,
      number | null
    >
  }

  #plan(event: ClinicEvent): void {
    if (event.kind === 'rota') this.#rotas.set(`${event.rota.provider}/${event.rota.week}`, event.rota.spans)
    else if (event.kind === 'absence') {
      if (event.absence.cancelled) this.#absences.delete(event.absence.absence)
      else this.#absences.set(event.absence.absence, event.absence)
    }
  }

  #spans(provider: ProviderCode, of: CalendarDay): [Instant, Instant, string][] {
    const [start, end] = [this.#civil.startOf(of), this.#civil.startOf(this.#civil.dayAfter(of, 1))]
    const monday = this.#civil.dayAfter(of, -this.#civil.weekdayOf(of))
    const away = [...this.#absences.values()].filter((each) => each.provider === provider)
    return (this.#rotas.get(`${provider}/${monday}`) ?? [])
      .filter(({ from, until }) => from >= start && until <= end)
      .filter(({ from, until }) => !away.some((each) => from < each.until && each.from < until))
      .map(({ from, until, work }) => [from, until, work])
  }

  #of(provider: ProviderCode, of: CalendarDay): Sums {
    let sums = this.#people.get(provider)
    if (!sums) {
      sums = nothing(of)
      this.#people.set(provider, sums)
    }
    if (sums.today.day !== of) {
      const { day: past, received, done, before } = sums.today
      const spans = past === '' ? [] : this.#spans(provider, past)
      if (spans.length > 0) {
        sums.offered += before + received
        sums.cleared += done
        for (const [from, until, work] of spans) if (work === 'clinic') sums.clinicHours += (until - from) / 3_600_000
      }
      sums.today = { day: of, received: 0, done: 0, before: Object.values(sums.waiting).reduce((a, b) => a + b, 0) }
    }
    return sums
  }
}

const nothing = (today: CalendarDay): Sums => ({
  received: {},
  seconds: {},
  done: 0,
  notesOutside: 0,
  visits: 0,
  missed: 0,
  clinicHours: 0,
  offered: 0,
  cleared: 0,
  waiting: {},
  today: { day: today, received: 0, done: 0, before: 0 },
})
