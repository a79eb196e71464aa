import type { Activity, Instant, MessageKind } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import type { DayNumber } from './calendar.ts'
import type { Calibration } from './calibrations.ts'
import { drawMessage } from './demand.ts'
import type { ClinicEvent, WorkPiece } from './events.ts'
import type { Inbox, OpenNote, Waiting } from './inbox.ts'
import type { Colleague } from './people.ts'
import type { PracticeDay } from './practice.ts'
import type { PracticeTruth } from './truth.ts'

/** All that a day of one person at the screen depends on. */
export interface DayAbout {
  readonly who: Colleague
  readonly inbox: Inbox
  readonly number: DayNumber
  /** Second 0 of the day, see `ClinicCalendar.baseOf`. */
  readonly base: Instant
  readonly calibration: Calibration
  readonly practice: PracticeDay
  readonly practiceTruth: PracticeTruth
  /** Factor on all times: weeks in which somebody is slower than usual. */
  readonly form: number
  /** This person's own factor on minutes of notes with a scribe. */
  readonly scribeNotes: number
  /** No work tomorrow. */
  readonly freeTomorrow: boolean
  /** Years since the beginning, for growth. */
  readonly years: number
  /** Messages of the day, in order of coming. */
  readonly arriving: readonly Waiting[]
  readonly random: RandomStream
  readonly emit: (event: ClinicEvent) => void
}

/** Shares of a message's time that come before the chart is opened, and minutes of chart review beside the inbox. */
const reading = 0.4
const chartBeside: Readonly<Record<MessageKind, number>> = {
  patient: 0.5,
  refill: 0.12,
  call: 0.2,
  result: 0.25,
  staff: 0.08,
  system: 0,
}
/** Seconds that it takes to be back in something after something else (JBI 2023;141:104349). */
const switchSeconds: Readonly<Partial<Record<Activity, number>>> = { note: 5, order: 3, 'chart-review': 3 }

/** The clock of one person's day: does work piece by piece, and says what was done. */
export class WorkingDay {
  readonly about: DayAbout
  /** Second of the day. */
  t = 0
  /** When the day began, for how tired somebody is; `null`: not yet. */
  #began: number | null = null
  #came = 0
  #last: Activity | null = null
  #away = false
  #in = false
  /** Messages are answered at greater length when there is time for them. */
  unhurried = 1

  constructor(about: DayAbout) {
    this.about = about
  }

  /** Sits down at the screen. */
  logIn(second: number, away: boolean): void {
    this.t = Math.max(this.t, Math.round(second))
    this.#away = away
    this.#began ??= this.t
    this.#last = null
    if (this.#in) return
    this.#in = true
    this.piece('other', 4 + 6 * this.about.random.uniform(), 0, '', { door: 'login' })
  }

  logOut(): void {
    if (!this.#in) return
    this.#in = false
    this.piece('other', 2, 0, '', { door: 'logout' })
  }

  /** One stretch of one activity; a change of activity costs a few seconds. */
  piece(activity: Activity, seconds: number, patient: number, about: string, more: Partial<WorkPiece> = {}): void {
    const switching = this.#last !== null && this.#last !== activity ? (switchSeconds[activity] ?? 0) : 0
    const whole = Math.max(2, Math.round(seconds + switching))
    this.about.emit({
      at: this.about.base + this.t * 1000,
      kind: 'work',
      work: {
        provider: this.about.who.profile.provider,
        activity,
        seconds: whole,
        patient,
        about,
        ...more,
        ...(this.#away ? { away: true } : {}),
      },
    })
    this.#last = activity
    this.t += whole
  }

  /** Time that leaves no trace in the log. */
  pass(seconds: number): void {
    this.t += Math.max(0, Math.round(seconds))
  }

  /** Factor on times at the screen now: the ninth hour of a day goes slower than the first; who is far behind skims. */
  pace(): number {
    const hours = this.#began === null ? 0 : (this.t - this.#began) / 3600
    return this.about.form * (1 + 0.015 * Math.max(0, hours - 7))
  }

  /** Messages that have come by now. */
  look(): void {
    const { arriving, inbox } = this.about
    while (this.#came < arriving.length && arriving[this.#came]!.second <= this.t)
      inbox.waiting.push(arriving[this.#came++]!)
  }

  /** What comes after the last look stays for tomorrow. */
  close(): void {
    const { arriving, inbox } = this.about
    while (this.#came < arriving.length) inbox.waiting.push(arriving[this.#came++]!)
  }

  /** Factor on times of messages now: who has many waiting skims, more and more. */
  #haste(): number {
    const { who, inbox } = this.about
    const skim = 1 - 0.5 * Math.min(1, inbox.waiting.length / 400)
    return 60 * who.truth.inboxPace * skim * this.unhurried * this.pace()
  }

  #secondsOf({ kind, effort, prepared }: Waiting, haste: number): number {
    const help = prepared ? this.about.practiceTruth.teamPrepared : 1
    return this.about.calibration.perMessage[kind] * effort * help * haste
  }

  /** Seconds of work that wait: messages and notes. */
  backlog(): number {
    this.look()
    let seconds = 0
    const haste = this.#haste()
    for (const message of this.about.inbox.waiting)
      seconds += this.#secondsOf(message, haste) * (1 + chartBeside[message.kind])
    for (const note of this.about.inbox.notes) seconds += note.left + note.chart
    return seconds
  }

  /** How much the backlog presses, 0 to 1: who is four hours behind does all they can. */
  pressure(): number {
    return Math.min(1, this.backlog() / 14_400)
  }

  /** Answers messages until a time, as long as another fits in; returns how many. */
  doMessages(until: number, most = Number.POSITIVE_INFINITY): number {
    const { inbox } = this.about
    let done = 0
    for (this.look(); done < most && this.t < until - 20; this.look()) {
      // Who has little time takes something quick; otherwise what came first.
      const left = until - this.t
      const haste = this.#haste()
      const index = inbox.waiting.findIndex((message) => this.#secondsOf(message, haste) <= left + 30)
      if (index < 0) break
      if (done === 0 && this.#last !== 'inbox') this.piece('inbox', 4, 0, '')
      const [message] = inbox.waiting.splice(index, 1)
      this.#answer(message!, this.#secondsOf(message!, haste))
      done++
    }
    return done
  }

  #answer(message: Waiting, seconds: number): void {
    const { who, calibration } = this.about
    const { kind, patient, id, leads } = message
    const chart = seconds * chartBeside[kind] * who.truth.screenPace
    const about = { message: kind } as const
    this.piece('inbox', seconds * reading, patient, id, about)
    if (chart > 6) this.piece('chart-review', chart, patient, id, about)
    if (kind === 'refill') {
      this.piece('prescription', seconds * 0.35, patient, id, {
        ends: 'sign',
        ...(message.prepared ? { team: true } : {}),
      })
      this.piece('inbox', seconds * 0.25, patient, id, { ...about, ends: 'done' })
      return
    }
    // Some answers need an order, a few a note of their own.
    if (leads < { patient: 0.14, call: 0.08, result: 0.1, staff: 0.03, system: 0 }[kind]) {
      this.piece('order', 60 * 0.5 * calibration.perVisit.order * who.truth.screenPace, patient, id, { ends: 'sign' })
      if (leads < 0.05) this.#resultLater(patient, id, leads * 20)
    }
    if (kind === 'call' && leads > 0.9) this.piece('note', 60 * who.truth.notePace, patient, id, { ends: 'sign' })
    const replies = kind === 'patient' || kind === 'call' || kind === 'staff' || (kind === 'result' && leads < 0.5)
    this.piece('inbox', seconds * (1 - reading), patient, id, { ...about, ends: replies ? 'reply' : 'done' })
  }

  /** Results come back one to three days later, a few later still. */
  #resultLater(patient: number, cause: string, uniform: number): void {
    const { inbox, number, random } = this.about
    const days = uniform < 0.08 ? 5 + Math.floor(50 * uniform) : 1 + Math.floor(3 * uniform)
    inbox.later(drawMessage(random, 'result', number + days, `${cause}-r`, () => patient))
  }

  /** Goes on with notes until a time; what is not finished waits. */
  doNotes(until: number): void {
    const { inbox, random } = this.about
    while (inbox.notes.length > 0 && this.t < until - 25) {
      const note = inbox.notes[0]!
      if (note.chart > 0) {
        this.piece('chart-review', note.chart, note.patient, note.booking)
        note.chart = 0
      }
      if (this.t >= until - 15) break
      this.writeNote(note, until)
      if (note.left > 0) break
      inbox.notes.shift()
      // Now and then something else comes in between.
      if (random.uniform() < 0.15) this.doMessages(until, 1)
    }
  }

  /** Writes on one note. Who comes back to it later has to find the thread again. */
  writeNote(note: OpenNote, until: number): void {
    const thread = note.touched ? 12 : 0
    const seconds = Math.min((note.left + thread) * this.pace(), until - this.t + 30)
    if (seconds < 8) return
    note.left = Math.max(0, note.left + thread - seconds / this.pace())
    if (note.left < 10) note.left = 0
    note.touched = true
    this.piece('note', seconds, note.patient, note.booking, note.left === 0 ? { ends: 'sign' } : {})
  }

  /** Sits at notes and messages for so long at most, notes first or messages first as somebody likes. */
  catchUp(seconds: number, notesFirst: boolean): void {
    const until = this.t + seconds
    if (notesFirst) {
      this.doNotes(until)
      this.doMessages(until)
      this.doNotes(until)
    } else {
      this.doMessages(this.t + seconds * 0.6)
      this.doNotes(until)
      this.doMessages(until)
    }
  }
}
