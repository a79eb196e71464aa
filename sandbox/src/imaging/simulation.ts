import {
  day,
  type ExamOrigin,
  hour,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type ImagingProtocol,
  type Instant,
  minute,
  type RosterSpan,
} from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { Calendar } from '../emergency/calendar.ts'
import { logNormal } from '../emergency/visitor.ts'
import { SandboxError } from '../errors.ts'
import type { ExamHappening, ImagingEvent } from './events.ts'
import { imagingPlan, shares, spansOn } from './plan.ts'

export interface ImagingOptions {
  /** Names all randomness. */
  readonly seed: string
  /** From when on it is looked at; before that it has been running for a week or two unseen. */
  readonly from: Instant
  /** Default `North imaging`. */
  readonly name?: string
  readonly utcOffsetMinutes?: number
}

/** A simulated imaging department. Same options: the same events. */
export interface Imaging {
  readonly now: Instant
  readonly layout: ImagingLayoutDetail
  /** Moves on to `to` and returns what has happened, in order. The slices in which this is called do not matter. */
  advance(to: Instant): ImagingEvent[]
}

interface Exam {
  readonly id: string
  readonly person: number
  readonly protocol: ImagingProtocol
  readonly origin: ExamOrigin
  readonly urgency: 'routine' | 'urgent' | 'stat'
  readonly random: RandomStream
  booked: { readonly machine: string; readonly at: Instant } | null
  /** When ready for the machine. */
  ready: Instant | null
  over: boolean
}

interface Room {
  readonly machine: ImagingMachine
  busy: boolean
  down: boolean
}

/** Booked so far ahead; the last slots of a day stay free now and then. All shares and lengths here are assumptions. */
const bookedAhead = 7
const unfilled = 0.06
const noShow = 0.06
const cancelled = 0.03
const breakdownEvery = 14 * day
/** Who was booked is still taken for so long after the session. */
const overtime = 75 * minute
const readersByHour = (time: number) => (time >= 8 && time < 18 ? 2 : time >= 18 && time < 22 ? 1 : 0)

/**
 * Makes an imaging department with booked days, people who come late or not at all, inpatients and emergencies between them, machines
 * that break down, and radiologists who fall behind. Throws {@link SandboxError} `options-invalid`.
 */
export function simulateImaging(options: ImagingOptions): Imaging {
  const { seed, from, name = 'North imaging', utcOffsetMinutes = 0 } = options
  if (!Number.isSafeInteger(from))
    throw new SandboxError('options-invalid', `simulateImaging: from is ${from}; expected milliseconds since 1970`)
  const layout: ImagingLayoutDetail = { name, utcOffsetMinutes, ...imagingPlan }
  // A Monday, so that looking again a little later finds the same department. 1970-01-05 was one.
  const begun = Math.floor((from - 8 * day - 4 * day) / (7 * day)) * 7 * day + 4 * day - utcOffsetMinutes * minute
  const site = new ImagingSite(seed, begun, layout)
  site.run(from - 1)
  const open = site.unfinished()
  const known = site.drain().filter((event) => event.kind === 'exam' && open.has(event.exam))
  const first: ImagingEvent[] = [
    { at: Math.min(from, known[0]?.at ?? from), kind: 'layout', layout },
    ...known,
    { at: site.now, kind: 'roster', roster: site.roster(site.now) },
  ]
  return {
    layout,
    get now() {
      return site.now
    },
    advance: (to) => {
      if (to < site.now)
        throw new SandboxError('time-backwards', `imaging is at ${site.now} already and cannot go back to ${to}`)
      site.run(to)
      return [...first.splice(0), ...site.drain()]
    },
  }
}

class ImagingSite {
  now: Instant
  readonly #seed: string
  readonly #layout: ImagingLayoutDetail
  readonly #calendar = new Calendar()
  readonly #rooms: readonly Room[]
  readonly #waiting = new Set<Exam>()
  readonly #unreported: Exam[] = []
  readonly #open = new Set<string>()
  #reading = 0
  #events: ImagingEvent[] = []

  constructor(seed: string, begun: Instant, layout: ImagingLayoutDetail) {
    this.#seed = seed
    this.#layout = layout
    this.now = begun
    this.#rooms = layout.machines.map((machine) => ({ machine, busy: false, down: false }))
    for (const room of this.#rooms) this.#wear(room)
    for (let ahead = 0; ahead < bookedAhead; ahead++) this.#book(begun + ahead * day, begun)
    this.#at(begun, () => this.#everyDay())
    this.#at(begun, () => this.#everyHour())
  }

  run(to: Instant): void {
    for (let next = this.#calendar.take(to); next; next = this.#calendar.take(to)) {
      this.now = next.at
      next.work!()
    }
    this.now = to
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
  roster(at: Instant) {
    const midnight = this.#midnight(at)
    const spans: RosterSpan[] = []
    for (let d = 0; d < 8; d++)
      for (let h = 0; h < 24; h++) {
        const start = midnight + d * day + h * hour
        const weekday = (Math.floor((midnight + d * day + day / 2) / day) + 3) % 7
        const technologists = weekday < 5 && h >= 8 && h < 18 ? 4 : 1
        spans.push(
          { role: 'technologist', from: start, until: start + hour, count: technologists },
          { role: 'radiologist', from: start, until: start + hour, count: readersByHour(h) },
        )
      }
    return { from: midnight, until: midnight + 8 * day, spans }
  }

  #at(time: Instant, work: () => void): void {
    this.#calendar.plan(Math.max(this.now, Math.round(time)), work)
  }

  #random(...names: (string | number)[]): RandomStream {
    return randomStream('imaging', this.#seed, ...names)
  }

  #midnight(at: Instant): Instant {
    const offset = this.#layout.utcOffsetMinutes * minute
    return Math.floor((at + offset) / day) * day - offset
  }

  #hourOfDay(): number {
    return (this.now - this.#midnight(this.now)) / hour
  }

  #happen(exam: Exam, happening: ExamHappening): void {
    if (['reported', 'no-show', 'cancelled'].includes(happening.what)) this.#open.delete(exam.id)
    else this.#open.add(exam.id)
    this.#events.push({ at: this.now, kind: 'exam', exam: exam.id, person: exam.person, happening })
  }

  #everyDay(): void {
    this.#book(this.now + bookedAhead * day, this.now)
    for (const room of this.#rooms)
      for (const { from, until } of spansOn(room.machine.maintenance, this.now)) {
        this.#at(from, () => this.#state(room, 'maintenance', until))
        this.#at(until, () => this.#state(room, 'up'))
      }
    if ((Math.floor(this.now / day) + 3) % 7 === 0)
      this.#events.push({ at: this.now, kind: 'roster', roster: this.roster(this.now) })
    this.#at(this.now + day, () => this.#everyDay())
  }

  /** Fills a day's sessions with appointments, one after the other. */
  #book(midnight: Instant, when: Instant): void {
    for (const { machine } of this.#rooms) {
      const random = this.#random('template', machine.code, midnight)
      const reserved = spansOn(machine.reserved, midnight)
      let count = 0
      for (const session of spansOn(machine.sessions, midnight))
        for (let at = session.from; ; ) {
          const protocol = this.#protocolFor(machine, random)
          const end = at + protocol.minutes * minute
          if (end > session.until) break
          const kept = reserved.find((span) => at < span.until && end > span.from)
          if (kept) {
            at = kept.until
            continue
          }
          if (random.uniform() > unfilled) {
            const person =
              Math.floor(midnight / day) * 1000 + this.#rooms.findIndex((r) => r.machine === machine) * 100 + count++
            const exam = this.#exam(person, protocol, 'outpatient', 'routine')
            exam.booked = { machine: machine.code, at }
            // Appointments are made in the course of the day on which the day opens.
            this.#at(Math.min(when + 8 * hour + random.uniform() * 8 * hour, at - hour), () => this.#appoint(exam))
          }
          at = end
        }
    }
  }

  #appoint(exam: Exam): void {
    const { machine, at } = exam.booked!
    this.#happen(exam, { what: 'ordered', protocol: exam.protocol.code, origin: exam.origin, urgency: exam.urgency })
    this.#happen(exam, { what: 'booked', machine, at, minutes: exam.protocol.minutes })
    const [fate, early] = [exam.random.uniform(), exam.random.normal()]
    if (fate < cancelled) this.#at(at - (4 + 30 * exam.random.uniform()) * hour, () => this.#end(exam, 'cancelled'))
    else if (fate < cancelled + noShow) this.#at(at + 25 * minute, () => this.#end(exam, 'no-show'))
    else this.#at(at + (-14 + 11 * early) * minute, () => this.#arrive(exam))
  }

  /** Inpatients and emergencies, hour by hour. */
  #everyHour(): void {
    const random = this.#random('demand', this.now / hour)
    const time = this.#hourOfDay()
    const rates: readonly (readonly [ExamOrigin, Exam['urgency'], number])[] = [
      ['inpatient', 'urgent', time >= 8 && time < 18 ? 0.9 : 0.1],
      ['emergency', 'stat', time >= 8 && time < 23 ? 0.45 : 0.2],
    ]
    let count = 0
    for (const [origin, urgency, rate] of rates)
      for (let t = random.exponential() / rate; t < 1; t += random.exponential() / rate) {
        const modality = random.uniform() < (origin === 'emergency' ? 0.8 : 0.55) ? 'CT' : 'MR'
        const machine = this.#layout.machines.find((each) => each.modality === modality && each.onCall)!
        const exam = this.#exam(
          1e9 + (this.now / hour) * 50 + count++,
          this.#protocolFor(machine, random),
          origin,
          urgency,
        )
        this.#at(this.now + t * hour, () => {
          this.#happen(exam, { what: 'ordered', protocol: exam.protocol.code, origin, urgency })
          const way = logNormal(exam.random, origin === 'emergency' ? 25 : 90, 0.5)
          this.#at(this.now + way, () => this.#arrive(exam))
        })
      }
    this.#at(this.now + hour, () => this.#everyHour())
  }

  #exam(person: number, protocol: ImagingProtocol, origin: ExamOrigin, urgency: Exam['urgency']): Exam {
    const random = this.#random('exam', person)
    return {
      id: `X${person.toString(36).toUpperCase()}`,
      person,
      protocol,
      origin,
      urgency,
      random,
      booked: null,
      ready: null,
      over: false,
    }
  }

  #protocolFor(machine: ImagingMachine, random: RandomStream): ImagingProtocol {
    const possible = this.#layout.protocols.filter(
      ({ code, modality }) => modality === machine.modality && !machine.without?.includes(code),
    )
    let u = random.uniform() * possible.reduce((sum, { code }) => sum + shares[code]!, 0)
    for (const protocol of possible) {
      u -= shares[protocol.code]!
      if (u < 0) return protocol
    }
    return possible[0]!
  }

  #arrive(exam: Exam): void {
    this.#happen(exam, { what: 'arrived' })
    const preparing = logNormal(exam.random, exam.protocol.contrast ? 15 : 7, 0.35)
    this.#at(this.now + preparing, () => {
      this.#happen(exam, { what: 'prepared' })
      exam.ready = this.now
      this.#waiting.add(exam)
      this.#serve()
    })
    // Who was booked and cannot be taken any more goes home.
    if (exam.booked) {
      const { until } = spansOn(this.#machine(exam.booked.machine).sessions, this.#midnight(this.now)).at(-1)!
      this.#at(until + overtime, () => {
        if (this.#waiting.delete(exam)) this.#end(exam, 'cancelled')
      })
    }
  }

  #machine(code: string): ImagingMachine {
    return this.#layout.machines.find((machine) => machine.code === code)!
  }

  #end(exam: Exam, what: 'cancelled' | 'no-show'): void {
    if (!exam.over) this.#happen(exam, { what })
    exam.over = true
  }

  /** Whom a free machine takes next: emergencies, then whose time has come, then inpatients in between. */
  #serve(): void {
    for (const room of this.#rooms) {
      if (room.busy || room.down) continue
      const { machine } = room
      const midnight = this.#midnight(this.now)
      const open = (late: number) =>
        spansOn(machine.sessions, midnight).some(
          ({ from, until }) => this.now >= from - 10 * minute && this.now < until + late,
        )
      const rank = (exam: Exam): number | null => {
        if (exam.protocol.modality !== machine.modality || machine.without?.includes(exam.protocol.code)) return null
        if (exam.urgency === 'stat') return machine.onCall || open(0) ? exam.ready! - 10 * day : null
        if (exam.booked) return exam.booked.machine === machine.code && open(overtime) ? exam.booked.at : null
        return open(0) || (machine.onCall && this.#hourOfDay() < 20 && this.#hourOfDay() >= 8)
          ? exam.ready! + 2 * hour
          : null
      }
      let best: Exam | undefined
      let bestRank = Number.POSITIVE_INFINITY
      for (const exam of this.#waiting) {
        const value = rank(exam)
        if (value !== null && value < bestRank) {
          best = exam
          bestRank = value
        }
      }
      if (best) this.#scan(room, best)
    }
  }

  #scan(room: Room, exam: Exam): void {
    this.#waiting.delete(exam)
    room.busy = true
    exam.over = true
    this.#happen(exam, { what: 'started', machine: room.machine.code })
    const { minutes, sequences } = exam.protocol
    const rest = minutes - sequences.reduce((sum, each) => sum + each, 0)
    const ill = exam.origin === 'outpatient' ? 1 : 1.25
    const setUp = logNormal(exam.random, 0.6 * rest * ill, 0.35)
    const next = (i: number) => {
      const planned = sequences[i]
      if (planned === undefined) {
        this.#at(this.now + logNormal(exam.random, 0.4 * rest * ill, 0.35), () => {
          room.busy = false
          this.#happen(exam, { what: 'finished' })
          this.#unreported.push(exam)
          this.#read()
          this.#serve()
        })
        return
      }
      // Somebody moves and the sequence is done again.
      const again = exam.random.uniform() < 0.06 ? 2 : 1
      this.#at(this.now + again * logNormal(exam.random, planned, 0.08), () => {
        this.#happen(exam, { what: 'sequence-done', sequence: i + 1 })
        next(i + 1)
      })
    }
    this.#at(this.now + setUp, () => next(0))
  }

  /** Radiologists take emergencies first, the others in order; at night emergencies only. */
  #read(): void {
    const time = this.#hourOfDay()
    const rank = { stat: 0, urgent: 1, routine: 2 } as const
    for (;;) {
      const readers = readersByHour(time)
      const [next] = [...this.#unreported].sort((a, b) => rank[a.urgency] - rank[b.urgency])
      if (!next || this.#reading >= Math.max(readers, next.urgency === 'stat' ? 1 : 0)) break
      this.#unreported.splice(this.#unreported.indexOf(next), 1)
      this.#reading++
      this.#at(this.now + logNormal(next.random, next.protocol.modality === 'MR' ? 20 : 14, 0.4), () => {
        this.#reading--
        this.#happen(next, { what: 'reported' })
        this.#read()
      })
    }
    if (this.#unreported.length > 0 && readersByHour(time) === 0)
      this.#at(this.#midnight(this.now) + (time < 8 ? 8 : 32) * hour, () => this.#read())
  }

  #wear(room: Room): void {
    const random = this.#random('wear', room.machine.code)
    const next = () =>
      this.#at(this.now + breakdownEvery * random.exponential(), () => {
        const lasts = logNormal(random, 140, 0.7)
        this.#state(room, 'down', this.now + Math.round(lasts / hour + 0.5) * hour)
        this.#at(this.now + lasts, () => {
          this.#state(room, 'up')
          next()
        })
      })
    next()
  }

  /** A machine that is being used finishes its exam first. */
  #state(room: Room, state: 'up' | 'down' | 'maintenance', until?: Instant): void {
    room.down = state !== 'up'
    const machine = { machine: room.machine.code, state, ...(until === undefined ? {} : { until }) }
    this.#events.push({ at: this.now, kind: 'machine', machine })
    if (state === 'up') this.#serve()
  }
}
