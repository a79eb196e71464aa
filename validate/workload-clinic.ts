// A simulated clinic and a twin that follows it, side by side: what the workload validations share. Observations are made from
// the clinic's events, so that years pass in minutes; the way through log files is judged in `workload-log`.
import {
  type Activity,
  type CalendarDay,
  clinicChannels,
  clinicCodeSystem,
  day,
  hour,
  type Instant,
  type JsonObject,
  type MessageKind,
  minute,
  type Observation,
  type ProviderCode,
  type SubjectId,
  TwinLoop,
} from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { providerWorkload } from '@counterpart/provider-workload'
import {
  type ClinicAppointment,
  type ClinicEvent,
  ClinicLedger,
  type ClinicOptions,
  type SimulatedClinic,
  simulateClinic,
} from '@counterpart/sandbox'

const subject: SubjectId = 'clinic/judged'

/** A clinic whose work a twin hears of, without a word of what no log, rota or book says. */
export class FollowedClinic {
  readonly clinic: SimulatedClinic
  readonly ledger: ClinicLedger
  readonly loop = new TwinLoop({ definition: providerWorkload, subject: { id: subject, kind: 'clinic' } })
  readonly #listeners: ((events: readonly ClinicEvent[]) => void)[] = []
  readonly #translate: (events: readonly ClinicEvent[], until: Instant) => Observation[]

  /** `heard` leaves out what the twin is not to hear, e.g. an outage of the log. */
  constructor(options: ClinicOptions, heard: (observation: Observation) => Observation | null = (each) => each) {
    this.clinic = simulateClinic(options)
    this.ledger = new ClinicLedger(this.clinic.layout, this.clinic.waiting())
    const translate = translator(options.timeZone ?? 'Europe/London')
    this.#translate = (events, until) => translate(events, until).flatMap((each) => heard(each) ?? [])
  }

  /** Moves on, a day at a time. */
  advance(to: Instant): void {
    while (this.clinic.now < to) {
      const until = Math.min(to, (Math.floor(this.clinic.now / day) + 1) * day)
      const events = this.clinic.advance(until)
      this.ledger.take(events)
      for (const listener of this.#listeners) listener(events)
      const facts = this.#translate(events, until).map((observation) => ({ kind: 'observation' as const, observation }))
      const { failures } = this.loop.take(facts)
      if (failures.length > 0) throw failures[0]!.error
    }
  }

  /** Somebody else who hears of everything. */
  alsoTold(listener: (events: readonly ClinicEvent[]) => void): void {
    this.#listeners.push(listener)
  }

  get belief() {
    const { belief } = this.loop
    if (!belief) throw new Error('nothing has been heard of the clinic yet')
    return belief
  }

  get context() {
    return this.loop.contextAt(this.belief.asOf)
  }
}

/** Events as observations: hours of work whole, day sheets as they stand at the end of each slice. */
function translator(timeZone: string): (events: readonly ClinicEvent[], until: Instant) => Observation[] {
  const civil = civilTime(timeZone)
  const appointments = new Map<string, ClinicAppointment>()
  const sheets = new Map<string, Map<string, ClinicAppointment>>()
  return (events, until) => {
    const hours = new Map<string, Hour>()
    const changed = new Map<string, Instant>()
    const told: Observation[] = []
    const hourOf = (provider: ProviderCode, at: Instant): Hour => {
      const start = Math.floor(at / hour) * hour
      const key = `${provider}/${start}`
      let found = hours.get(key)
      if (!found) {
        found = newHour(provider, start)
        hours.set(key, found)
      }
      return found
    }
    for (const event of events) {
      if (event.kind === 'layout') told.push(fact('layout', `${event.at}`, event.at, event.layout))
      else if (event.kind === 'rota')
        told.push(fact('rota', `${event.rota.provider}/${event.rota.week}/${event.at}`, event.at, event.rota))
      else if (event.kind === 'absence')
        told.push(fact('absence', `${event.absence.absence}/${event.at}`, event.at, event.absence))
      else if (event.kind === 'appointment') {
        const { appointment } = event
        const key = (of: ClinicAppointment) => `${of.provider}/${civil.dayOf(of.starts)}`
        const before = appointments.get(appointment.id)
        if (before && key(before) !== key(appointment)) {
          sheets.get(key(before))!.delete(appointment.id)
          changed.set(key(before), event.at)
        }
        appointments.set(appointment.id, appointment)
        if (!sheets.has(key(appointment))) sheets.set(key(appointment), new Map())
        sheets.get(key(appointment))!.set(appointment.id, appointment)
        changed.set(key(appointment), event.at)
      } else if (event.kind === 'message') hourOf(event.message.provider, event.at).received[event.message.kind]++
      else if (event.kind === 'work') addWork(hourOf, event.at, event.work)
    }
    for (const [key, at] of changed) {
      const [provider, of] = key.split('/') as [ProviderCode, CalendarDay]
      const visits = [...sheets.get(key)!.values()]
        .sort((a, b) => a.starts - b.starts)
        .map(({ starts, minutes, visit, state }) => ({ at: starts, minutes, kind: visit, state }))
      told.push(fact('sheet', `${key}/${at}`, at, { provider, day: of, visits }))
      if (of < civil.dayOf(until - 7 * day)) {
        for (const id of sheets.get(key)!.keys()) appointments.delete(id)
        sheets.delete(key)
      }
    }
    for (const [key, { hour: start, ...rest }] of hours)
      told.push(fact('work', `${key}`, start, { ...rest, hour: start } as unknown as JsonObject))
    return told
  }
}

type Hour = ReturnType<typeof newHour>
const newHour = (provider: ProviderCode, start: Instant) => ({
  provider,
  hour: start,
  seconds: {} as Partial<Record<Activity, [number, number, number, number]>>,
  received: { patient: 0, refill: 0, call: 0, result: 0, staff: 0, system: 0 } as Record<MessageKind, number>,
  done: { patient: 0, refill: 0, call: 0, result: 0, staff: 0, system: 0 } as Record<MessageKind, number>,
  orders: { signed: 0, team: 0 },
  notesSigned: 0,
  actions: 0,
  switches: 0,
  covered: 1,
})

function addWork(
  hourOf: (provider: ProviderCode, at: Instant) => Hour,
  at: Instant,
  work: Extract<ClinicEvent, { kind: 'work' }>['work'],
): void {
  const { provider, activity, message, ends, team } = work
  let left = work.seconds
  for (let from = at; left > 0; ) {
    const quarter = Math.floor(from / (15 * minute)) * 15 * minute
    const part = Math.min(left, (quarter + 15 * minute - from) / 1000)
    const into = hourOf(provider, from)
    into.seconds[activity] ??= [0, 0, 0, 0]
    into.seconds[activity][(quarter / (15 * minute)) % 4]! += part
    left -= part
    from += part * 1000
  }
  const last = hourOf(provider, at)
  last.actions++
  if (ends === 'sign') {
    if (activity === 'note') last.notesSigned++
    else {
      last.orders.signed++
      if (team) last.orders.team++
    }
  } else if (ends && message) last.done[message]++
}

function fact(channel: keyof typeof clinicChannels, id: string, at: Instant, detail: object): Observation {
  const name = clinicChannels[channel]
  return {
    id: `${name}/${id}`,
    version: at,
    status: 'final',
    subject,
    channel: name,
    code: { system: clinicCodeSystem, code: name },
    value: null,
    unit: '',
    text: name,
    detail: detail as JsonObject,
    effective: at,
    source: { protocol: 'api', system: 'sandbox' },
    quality: { score: 1, flags: [] },
  }
}
