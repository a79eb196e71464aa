import {
  day,
  hour,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type Instant,
  type Milliseconds,
  minute,
  type RosterDetail,
} from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { logNormal } from '../emergency/visitor.ts'
import { bookDay, bookedAhead, overtime } from './appointments.ts'
import type { ExamHappening, ImagingEvent } from './events.ts'
import type { Exam } from './exam.ts'
import { type Demand, type Staffing, spansOn, weekdayOf } from './plan.ts'
import { Readers } from './readers.ts'
import { Scanners } from './scanners.ts'
import type { Timeline } from './timeline.ts'
import { unplannedIn } from './unplanned.ts'

export interface SiteOptions {
  readonly seed: string
  /** A Monday's local midnight. */
  readonly begun: Instant
  readonly layout: ImagingLayoutDetail
  readonly staffing: Staffing
  readonly timeline: Timeline
  readonly demand: Demand
}

/** An imaging department as it truly goes: who is expected, who is there, what runs, what is to be read. */
export class ImagingSite {
  readonly layout: ImagingLayoutDetail
  readonly #options: SiteOptions
  readonly #scanners: Scanners
  readonly #readers: Readers
  readonly #open = new Set<string>()
  #events: ImagingEvent[] = []

  constructor(options: SiteOptions) {
    this.#options = options
    this.layout = options.layout
    const { begun, staffing } = options
    this.#readers = new Readers(this, staffing.radiologists)
    this.#scanners = new Scanners(this, (exam) => this.#readers.take(exam))
    for (let ahead = 0; ahead < bookedAhead; ahead++) bookDay(this, begun + ahead * day, begun)
    this.at(begun, () => this.#everyDay(begun))
    this.at(begun, () => this.#everyHour(begun))
  }

  get demand(): Demand {
    return this.#options.demand
  }

  get now(): Instant {
    return this.#options.timeline.now
  }

  at(time: Instant, work: () => void): void {
    this.#options.timeline.at(Math.round(time), work)
  }

  random(...names: (string | number)[]): RandomStream {
    return randomStream('imaging', this.#options.seed, ...names)
  }

  /** The local midnight before an instant. */
  midnight(at: Instant): Instant {
    const offset = this.layout.utcOffsetMinutes * minute
    return Math.floor((at + offset) / day) * day - offset
  }

  hourOfDay(): number {
    return (this.now - this.midnight(this.now)) / hour
  }

  machine(code: string): ImagingMachine {
    return this.layout.machines.find((machine) => machine.code === code)!
  }

  emit(event: ImagingEvent): void {
    this.#events.push(event)
  }

  happen(exam: Exam, happening: ExamHappening): void {
    if (['reported', 'no-show', 'cancelled'].includes(happening.what)) this.#open.delete(exam.id)
    else this.#open.add(exam.id)
    const waiting = exam.for && { waiting: exam.for.waiting }
    this.emit({ at: this.now, kind: 'exam', exam: exam.id, person: exam.person, happening, ...waiting })
  }

  drain(): ImagingEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /** Exams that are not over: booked, waiting, under way or unreported. */
  unfinished(): ReadonlySet<string> {
    return new Set(this.#open)
  }

  /** Who is planned for the coming week. */
  roster(at: Instant): RosterDetail {
    const { technologists, radiologists } = this.#options.staffing
    const midnight = this.midnight(at)
    const spans = Array.from({ length: 8 * 24 }, (_, i) => {
      const start = midnight + i * hour
      const weekday = weekdayOf(midnight + Math.floor(i / 24) * day)
      const span = { from: start, until: start + hour }
      return [
        { role: 'technologist', ...span, count: technologists(weekday, i % 24) },
        { role: 'radiologist', ...span, count: radiologists(i % 24) },
      ]
    }).flat()
    return { from: midnight, until: midnight + 8 * day, spans }
  }

  /** Something was ordered without an appointment. */
  order(exam: Exam): void {
    const { protocol, origin, urgency } = exam
    this.happen(exam, { what: 'ordered', protocol: protocol.code, origin, urgency })
  }

  /** The patient is there, and is made ready. */
  arrive(exam: Exam, preparing: Milliseconds = logNormal(exam.random, exam.protocol.contrast ? 15 : 7, 0.35)): void {
    this.happen(exam, { what: 'arrived' })
    this.at(this.now + preparing, () => {
      if (exam.over) return
      this.happen(exam, { what: 'prepared' })
      exam.ready = this.now
      this.#scanners.queue(exam)
    })
    // Who was booked and cannot be taken any more goes home.
    if (exam.booked) {
      const { until } = spansOn(this.machine(exam.booked.machine).sessions, this.midnight(this.now)).at(-1)!
      this.at(until + overtime, () => {
        if (this.#scanners.withdraw(exam)) this.end(exam, 'cancelled')
      })
    }
  }

  /** Nobody waits for it any more; what is under way goes on. */
  withdraw(exam: Exam): void {
    this.#scanners.withdraw(exam)
    this.end(exam, 'cancelled')
  }

  end(exam: Exam, what: 'cancelled' | 'no-show'): void {
    if (!exam.over) this.happen(exam, { what })
    exam.over = true
  }

  /** A machine breaks down now, for so long. */
  breakDown(machine: string, lasts: Milliseconds): void {
    this.#scanners.breakDown(machine, lasts)
  }

  #everyDay(midnight: Instant): void {
    bookDay(this, midnight + bookedAhead * day, midnight)
    this.#scanners.maintain(midnight)
    if ((Math.floor(midnight / day) + 3) % 7 === 0)
      this.emit({ at: this.now, kind: 'roster', roster: this.roster(midnight) })
    this.at(midnight + day, () => this.#everyDay(midnight + day))
  }

  #everyHour(start: Instant): void {
    for (const { exam, at } of unplannedIn(this, start))
      this.at(at, () => {
        this.order(exam)
        const way = logNormal(exam.random, exam.origin === 'emergency' ? 25 : 90, 0.5)
        this.at(this.now + way, () => this.arrive(exam))
      })
    this.at(start + hour, () => this.#everyHour(start + hour))
  }
}
