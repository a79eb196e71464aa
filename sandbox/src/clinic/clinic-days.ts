import type { ClinicLayoutDetail } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import type { ClinicAction } from './actions.ts'
import { ClinicCalendar, type DayNumber, isHoliday, mondayOf, Seasons, weekdayOf } from './calendar.ts'
import { Changes } from './changes.ts'
import { dayAway, freeDay, workDay } from './day-plan.ts'
import { messagesOn, requestsOn } from './demand.ts'
import type { ClinicEvent } from './events.ts'
import type { Waiting } from './inbox.ts'
import { Member } from './member.ts'
import { hoursPerPatient } from './panel.ts'
import { drawColleague, podCode } from './people.ts'
import { drawPracticeTruth } from './practice-truth.ts'
import { Routing } from './routing.ts'
import type { ClinicSettings } from './settings.ts'
import { answersOn } from './surveys.ts'
import { Telling } from './telling.ts'
import type { ClinicTruth, ProviderTruth } from './truth.ts'
import { wearableDay } from './wearables.ts'

/** Rotas are told so many weeks ahead, leave so many days. */
const rotaWeeks = 6
const leaveDays = 70

/** The clinic, one day at a time. */
export class ClinicDays {
  readonly calendar: ClinicCalendar
  readonly truth: ClinicTruth & { readonly providers: Map<string, ProviderTruth> }
  readonly #settings: ClinicSettings
  readonly #seasons: Seasons
  readonly #members: Member[] = []
  readonly #changes: Changes
  readonly #routing: Routing
  readonly #telling: Telling
  readonly #began: DayNumber
  #patients = 1
  #today: DayNumber = 0

  constructor(settings: ClinicSettings) {
    const { seed, size, pods, truth } = settings
    this.#settings = settings
    this.calendar = new ClinicCalendar(settings.timeZone)
    this.#telling = new Telling(this.calendar)
    this.#seasons = new Seasons(seed)
    this.#began = this.calendar.dayOf(settings.begins ?? settings.from)
    this.truth = { providers: new Map(), practice: { ...drawPracticeTruth(seed), ...truth } }
    this.#changes = new Changes(this.truth.practice, settings.practice, this.calendar, this.#began)
    this.#routing = new Routing(settings, this.truth.practice)
    const perPod = Math.ceil(size / pods)
    for (let i = 0; i < size; i++) this.#join(podCode(Math.floor(i / perPod)))
  }

  #join(pod: string, clinicalFte?: number, since = Number.NEGATIVE_INFINITY): Member {
    const { seed, calibration } = this.#settings
    const index = this.#members.length
    const firstPatient = this.#patients
    const colleague = drawColleague(seed, index, {
      calibration,
      pod,
      firstPatient,
      ...(clinicalFte === undefined ? {} : { clinicalFte }),
    })
    this.#patients += colleague.panel.size
    const member = new Member(seed, index, colleague, calibration, since)
    this.#members.push(member)
    this.truth.providers.set(member.code, colleague.truth)
    return member
  }

  layout(): ClinicLayoutDetail {
    const { name, timeZone, minimumCell, overloadRatio, calibration } = this.#settings
    const today = this.#telling.silent ? this.#began : this.#today
    const pods = [...new Set(this.#members.map(({ colleague }) => colleague.profile.pod))].sort()
    const { slotMinutes: slot } = calibration
    const here = this.#members.filter(({ since }) => since <= today + 7 * rotaWeeks)
    const practice = this.#changes.overall(today, here)
    return {
      name,
      timeZone,
      minimumCell,
      overloadRatio,
      pods: pods.map((code) => ({ code, label: `Pod ${code.slice(-1).toUpperCase()}` })),
      providers: here.map((member) => ({
        ...member.colleague.profile,
        panel: Math.round(member.colleague.panel.size * member.panelFactor),
      })),
      visitKinds: [
        { code: 'acute', label: 'Acute', minutes: slot },
        { code: 'chronic', label: 'Follow-up', minutes: slot },
        { code: 'preventive', label: 'Preventive', minutes: 2 * slot },
      ],
      practice,
    }
  }

  act(action: ClinicAction, today: DayNumber): void {
    this.#changes.ask(action, today)
  }

  stop(id: string, today: DayNumber): void {
    this.#changes.stop(id, today)
  }

  waiting(): ReadonlyMap<string, number> {
    return new Map(this.#members.map(({ code, inbox }) => [code, inbox.waiting.length]))
  }

  hoursPerPatient(delegated: Parameters<typeof hoursPerPatient>[1], random: RandomStream): number[] {
    return this.#members.map(({ colleague }) => hoursPerPatient(colleague.panel, delegated, random))
  }

  /** What is told first: who is there, rotas and leave that are known, and everybody who is booked. */
  introduce(number: DayNumber): ClinicEvent[] {
    this.#today = number
    const at = this.calendar.startOf(number)
    this.#telling.silent = false
    this.#telling.tell({ at, kind: 'layout', layout: this.layout() })
    for (const member of this.#members) {
      this.#tellRotas(member, number, 0)
      for (const away of member.away)
        if (away.last >= number && away.first < number + leaveDays) this.#telling.absence(member, away, at)
      for (const [day, bookings] of member.book.days())
        if (day >= number)
          for (const booking of bookings)
            if (booking.state === 'booked') this.#telling.booking(at, member, day, booking, 'booked')
    }
    return this.#telling.take()
  }

  /** Lives through a day and returns all that happened, in order. */
  live(number: DayNumber): ClinicEvent[] {
    this.#today = number
    const { seed } = this.#settings
    const base = this.calendar.baseOf(number)
    const weekday = weekdayOf(number)
    const { begun, ended, hires } = this.#changes.turn(number)
    for (const action of begun)
      this.#telling.tell({ at: base + 7 * 3_600_000, kind: 'action', action, status: 'in-progress' })
    for (const action of ended)
      this.#telling.tell({ at: base + 7 * 3_600_000, kind: 'action', action, status: 'completed' })
    for (const { action, first } of hires) this.#hire(action, first)
    if (weekday === 0) this.#changes.sharePanels(number, this.#members)
    const changed = begun.length + ended.length + hires.length > 0
    if (!this.#telling.silent && (changed || (weekday === 0 && this.#changes.moving(number)))) {
      this.#telling.tell({ at: base, kind: 'layout', layout: this.layout() })
      if (changed) for (const member of this.#members) this.#tellRotas(member, number, 0)
    } else if (weekday === 0) for (const member of this.#members) this.#tellRotas(member, number, rotaWeeks - 1)

    const season = this.#seasons.acuteOn(number)
    for (const member of this.#members) {
      member.knowLeave(number, weekday)
      for (const away of member.away)
        if (away.planned && away.first === number + leaveDays) this.#telling.absence(member, away, base)
      this.#fallIll(member, number, season)
    }
    for (const member of this.#members) this.#book(member, number, season)
    const arriving = this.#arrivals(number, season)
    for (const member of this.#members) this.#work(member, number, arriving.get(member.code) ?? [])
    for (const member of this.#members) {
      const answers = answersOn(
        seed,
        member,
        number,
        this.#changes.practiceOf(member, number).scribe,
        this.truth.practice,
      )
      if (answers) this.#telling.tell({ at: base + answers.second * 1000, kind: 'survey', survey: answers.survey })
      const wearable = wearableDay(seed, member, number, this.calendar.nameOf(number))
      if (wearable) this.#telling.tell({ at: base + 23.9 * 3_600_000, kind: 'wearable', wearable })
      if (weekday === 6) member.endWeek()
      member.book.forget(number)
    }
    return this.#telling.take()
  }

  /** The rota of the weeks ahead that are told, from one of them on. */
  #tellRotas(member: Member, number: DayNumber, first: number): void {
    const at = this.calendar.startOf(number)
    for (let week = first; week < rotaWeeks; week++)
      this.#telling.rota(member, mondayOf(number) + 7 * week, at, (day) => this.#changes.practiceOf(member, day))
  }

  #hire(action: ClinicAction, first: DayNumber): void {
    const pods = [...new Set(this.#members.map(({ colleague }) => colleague.profile.pod))].sort()
    const pod = pods.find((code) => action.on?.includes(code)) ?? this.#changes.busiestPod(pods, this.#members)
    for (let left = action.dose; left > 0.05; left -= 1) {
      const member = this.#join(pod, Math.min(1, Math.round(left * 10) / 10), first)
      member.panelFactor = 0
    }
  }

  #demandOf(member: Member, number: DayNumber, season: number) {
    const { seed, calibration } = this.#settings
    const years = (number - this.#began) / 365.25
    return { seed, index: member.index, number, calibration, season, years, panelFactor: member.panelFactor }
  }

  #book(member: Member, number: DayNumber, season: number): void {
    if (member.since > number) return
    const base = this.calendar.baseOf(number)
    const today = this.#demandOf(member, number, season)
    for (const [day, booking] of member.callingOff(number))
      if (booking.state === 'booked') {
        booking.state = 'cancelled'
        this.#telling.booking(base + (8 + (booking.luck % 8)) * 3_600_000, member, day, booking, 'cancelled')
      }
    const extra = member.asking.splice(0)
    for (const request of [...extra, ...requestsOn(member.colleague, today)]) {
      // Protected time gives way to the ill as far as it is not kept.
      const squeezed = request.visit === 'acute' && (request.luck % 1009) / 1009 > this.truth.practice.protectedKept
      const placed = member.book.place(
        request,
        number,
        (day) => ({
          spans: member.bookable(day, this.#changes.practiceOf(member, day), squeezed && day - number < 3),
          slot: this.#settings.calibration.slotMinutes + this.#changes.practiceOf(member, day).slotExtra,
        }),
        0.075,
      )
      if (!placed) {
        this.#routing.unmet(member, request, number)
        continue
      }
      const { day, booking } = placed
      if (booking.calledOff !== null) member.willCallOff(day, booking)
      const asked = (8 + (request.luck % 541) / 60) * 3600
      const second = day === number ? Math.min(asked, booking.minute * 60 - 1800) : asked
      this.#telling.booking(base + Math.round(second) * 1000, member, day, booking, 'booked')
    }
  }

  #fallIll(member: Member, number: DayNumber, season: number): void {
    if (weekdayOf(number) > 4) return
    const away = member.fallIll(number, season)
    if (!away) return
    const base = this.calendar.baseOf(number)
    this.#telling.absence(member, away, base + (6.5 + 0.75 * ((number * 7 + member.index) % 10) * 0.1) * 3_600_000)
    for (let day = away.first; day <= away.last; day++)
      for (const booking of member.book.on(day)) {
        if (booking.state !== 'booked') continue
        booking.state = 'cancelled'
        this.#telling.booking(base + 7.5 * 3_600_000 + (booking.luck % 1800) * 1000, member, day, booking, 'cancelled')
        // Most ask again.
        if (booking.luck % 10 < 6) member.askAgain(booking, away.last - number + 1)
      }
  }

  #arrivals(number: DayNumber, season: number): Map<string, Waiting[]> {
    const come = new Map<string, Waiting[]>()
    for (const member of this.#members) {
      if (member.since > number) continue
      const own = [
        ...member.inbox.takeLater(number),
        ...messagesOn(member.colleague, this.#demandOf(member, number, season)),
      ]
      for (const message of own) {
        const routed = this.#routing.route(
          message,
          member,
          number,
          this.#changes.practiceOf(member, number),
          this.#members,
        )
        if (!routed) continue
        const list = come.get(routed.member.code)
        if (list) list.push(routed.message)
        else come.set(routed.member.code, [routed.message])
      }
    }
    const base = this.calendar.baseOf(number)
    for (const [provider, list] of come) {
      list.sort((a, b) => a.second - b.second)
      for (const { id, kind, patient, second } of list)
        this.#telling.tell({ at: base + second * 1000, kind: 'message', message: { id, provider, patient, kind } })
    }
    return come
  }

  #work(member: Member, number: DayNumber, arriving: readonly Waiting[]): void {
    if (member.since > number) return
    const { seed, calibration } = this.#settings
    const practice = this.#changes.practiceOf(member, number)
    const base = this.calendar.baseOf(number)
    const random: RandomStream = randomStream('sandbox', seed, 'clinic-desk', member.index, number)
    const about = {
      who: member.colleague,
      inbox: member.inbox,
      number,
      base,
      calibration,
      practice,
      practiceTruth: this.truth.practice,
      form: member.form(number),
      scribeNotes: member.scribeNotes(this.truth.practice),
      freeTomorrow: member.spansOn(number + 1, practice).length === 0,
      years: (number - this.#began) / 365.25,
      arriving,
      random,
      emit: (event: ClinicEvent) => {
        if (event.kind === 'work') member.worked(event.work, (event.at - base) / 1000)
        this.#telling.tell(event)
      },
    }
    const weekday = weekdayOf(number)
    const spans = member.spansOn(number, practice)
    if (member.isAway(number) && weekday < 5) dayAway(about, member.isIll(number))
    else if (spans.length === 0) freeDay(about, weekday > 4 || isHoliday(number) ? 'weekend' : 'weekday')
    else
      workDay(about, spans, member.book.on(number), seed, (second, booking, state) => {
        booking.state = state
        this.#telling.booking(base + Math.round(second) * 1000, member, number, booking, state)
      })
    member.endDay(spans)
  }
}
