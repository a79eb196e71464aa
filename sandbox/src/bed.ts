import { type Coding, type Instant, loincSystem, type Milliseconds, minute, second } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { Agenda } from './agenda.ts'
import { admission, type DeviceDescription, observations, type PatientKey, patientIdOf } from './messages/fhir.ts'
import { type ReadingGroup, writeAdt } from './messages/hl7v2.ts'
import { Nursing, type NursingErrand } from './nursing.ts'
import type { Order } from './orders.ts'
import { Outbox } from './outbox.ts'
import { HiddenPatient } from './patient.ts'
import { Sensors, type WearableReading } from './sensors.ts'
import type { Outgoing, Rates } from './simulation.ts'

export interface BedSettings {
  readonly seed: string
  readonly start: Instant
  readonly admitted: Instant
  readonly faults: number
  readonly tempo: number
  readonly mismatch: number
  readonly zoneOffsetMinutes: number
  readonly rates: Rates
  readonly random: (...names: (string | number)[]) => RandomStream
}

type Errand =
  | NursingErrand
  | { readonly what: 'admit' }
  | { readonly what: 'update' }
  | { readonly what: 'transfer' }
  | { readonly what: 'vital-signs' }
  | { readonly what: 'cuff' }
  | { readonly what: 'wearable' }
  | { readonly what: 'echo' }

const vitalSigns: Coding = { system: loincSystem, code: '8716-3', display: 'Vital signs' }
const heartUltrasound: Coding = { system: loincSystem, code: '42148-7', display: 'US Heart' }
const noninvasive: Coding = { system: 'local', code: 'NIBP', display: 'oscillometric cuff' }
const invasive: Coding = { system: 'local', code: 'ABP', display: 'arterial line' }

/** After a change of treatment, the cuff cycles this often for this long. */
const closeCuff = 2 * minute
const closeFor = 20 * minute

/** One bed of the ward: its patient, what is attached to them, and the errands that are due. */
export class Bed {
  readonly patient: HiddenPatient
  readonly #settings: BedSettings
  readonly #sensors: Sensors
  readonly #key: PatientKey
  readonly #devices: Readonly<Record<'monitor' | 'cuff' | 'line' | 'wearable' | 'echo', string>>
  readonly #rounds: RandomStream
  readonly #agenda = new Agenda<Errand>()
  readonly #outbox: Outbox
  readonly #nursing: Nursing
  #wearableAt: Instant
  /** What the wearable keeps until its radio reaches the ward again. */
  #kept: WearableReading[] = []
  #treatmentChangedAt = Number.NEGATIVE_INFINITY

  constructor(index: number, settings: BedSettings) {
    const { admitted, seed, start, rates } = settings
    this.#settings = settings
    this.patient = new HiddenPatient({ ...settings, index, start: admitted })
    this.#sensors = new Sensors(seed, this.patient, admitted, settings.faults)
    const { person } = this.patient
    this.#key = { person, patientId: patientIdOf(person) }
    const own = person.recordNumber.toLowerCase()
    this.#devices = {
      monitor: `monitor-${own}`,
      cuff: `cuff-${own}`,
      line: `line-${own}`,
      wearable: `wearable-${own}`,
      echo: `echo-machine-${Math.floor(index / 12) + 1}`,
    }
    this.#rounds = settings.random('rounds', index)
    this.#outbox = new Outbox(index, this.#key, settings)
    const forNurses = {
      plan: (at: Instant, errand: NursingErrand) => this.#agenda.plan(at, errand),
      forget: (orderId: string) =>
        this.#agenda.forget(
          (errand) =>
            (errand.what === 'start' && errand.order.id === orderId) ||
            (errand.what === 'stop' && errand.orderId === orderId),
        ),
    }
    this.#nursing = new Nursing(this.patient, this.#key, settings, forNurses, this.#outbox)
    this.#wearableAt = admitted
    this.#agenda.plan(admitted, { what: 'admit' })
    this.#agenda.plan(admitted + 5 * second, { what: 'echo' })
    this.#agenda.plan(admitted + 10 * second, { what: 'cuff' })
    // Beds take turns within the interval, so that messages do not come in bursts.
    const turn = (every: Milliseconds) => Math.floor(((index % 50) / 50) * Math.min(every, 10 * second))
    this.#agenda.plan(admitted + 15 * second + turn(rates.vitalSignsEvery), { what: 'vital-signs' })
    this.#agenda.plan(admitted + 20 * second + turn(rates.wearableEvery), { what: 'wearable' })
    if (start - admitted > 10 * minute) {
      if (this.#rounds.uniform() < 0.3) this.#agenda.plan(admitted + 4 * minute, { what: 'update' })
      if (this.#rounds.uniform() < 0.2) this.#agenda.plan(admitted + 8 * minute, { what: 'transfer' })
    }
  }

  advance(to: Instant): Outgoing[] {
    for (let next = this.#agenda.take(to); next; next = this.#agenda.take(to)) {
      this.#moveTo(next.at)
      this.#do(next.at, next.errand)
    }
    return this.#outbox.empty()
  }

  order(order: Order, received: Instant): void {
    this.#nursing.take(order, received)
  }

  /** Ends what runs and discharges. */
  close(at: Instant): Outgoing[] {
    this.#nursing.stopAll(at)
    this.#outbox.visit = { ...this.#outbox.visit, discharged: at }
    this.#outbox.adt(at, (envelope) => writeAdt('A03', envelope, { occurred: at }))
    return this.#outbox.empty()
  }

  /** The past is filled in with a coarse step, the present with a fine one; the border is the same in every run. */
  #moveTo(at: Instant): void {
    const { start } = this.#settings
    if (this.patient.now < start) this.patient.advance(Math.min(at, start), minute)
    if (at >= start) this.patient.advance(at, second)
  }

  #do(at: Instant, errand: Errand): void {
    if (errand.what === 'admit') this.#admit(at)
    else if (errand.what === 'update') this.#outbox.adt(at, (envelope) => writeAdt('A08', envelope, { occurred: at }))
    else if (errand.what === 'transfer') this.#transfer(at)
    else if (errand.what === 'vital-signs') this.#vitalSigns(at)
    else if (errand.what === 'cuff') this.#cuff(at)
    else if (errand.what === 'wearable') this.#wearable(at)
    else if (errand.what === 'echo') this.#echo(at)
    else if (this.#nursing.do(at, errand)) this.#watchClosely(at)
  }

  #admit(at: Instant): void {
    this.#outbox.adt(at, (envelope) => writeAdt('A01', envelope, { occurred: at }), true)
    const { monitor, cuff, wearable, line } = this.#devices
    const described: DeviceDescription[] = [
      { id: monitor, type: 'Bedside monitor', model: 'Sandbox Monitor' },
      { id: cuff, type: 'Non-invasive blood pressure cuff', model: 'Sandbox Cuff' },
      { id: wearable, type: 'Wrist wearable', model: 'Sandbox Band' },
    ]
    if (this.patient.hasArterialLine)
      described.push({ id: line, type: 'Arterial line transducer', model: 'Sandbox Line' })
    const { zoneOffsetMinutes } = this.#settings
    this.#outbox.resources(at, admission(this.#key, this.#outbox.visit, described, at, zoneOffsetMinutes), true)
  }

  #transfer(at: Instant): void {
    const priorLocation = this.#outbox.visit
    this.#outbox.visit = { ...priorLocation, pointOfCare: 'STEPDOWN' }
    this.#outbox.adt(at, (envelope) => writeAdt('A02', envelope, { occurred: at, priorLocation }))
  }

  #vitalSigns(at: Instant): void {
    const { rates } = this.#settings
    const groups: ReadingGroup[] = []
    const monitor = this.#sensors.monitor(at)
    if (monitor) groups.push({ readings: monitor, taken: at, device: this.#devices.monitor })
    const line = this.patient.hasArterialLine ? this.#sensors.arterialLine(at) : undefined
    if (line) groups.push({ readings: line, taken: at, device: this.#devices.line, method: invasive })
    this.#outbox.results(at, vitalSigns, groups)
    this.#agenda.plan(at + this.#every(at, rates.vitalSignsEvery), { what: 'vital-signs' })
  }

  #cuff(at: Instant): void {
    const readings = this.#sensors.cuff(at)
    if (readings)
      this.#outbox.results(at, vitalSigns, [{ readings, taken: at, device: this.#devices.cuff, method: noninvasive }])
    const { rates, tempo } = this.#settings
    const [shortest, longest] = rates.cuffEvery
    const usual = shortest + (longest - shortest) * this.#rounds.uniform()
    const close = Math.max(15 * second, closeCuff / tempo)
    const next = at - this.#treatmentChangedAt < closeFor ? Math.min(usual, close) : usual
    this.#agenda.plan(at + Math.round(next), { what: 'cuff' })
  }

  #wearable(at: Instant): void {
    this.#kept.push(this.#sensors.wearable(at, at - this.#wearableAt))
    this.#wearableAt = at
    // After a gap, no more than a hundred instants at a time.
    if (this.#sensors.wearableConnected(at))
      this.#outbox.wearable(at, this.#devices.wearable, this.#kept.splice(0, 100))
    this.#agenda.plan(at + this.#every(at, this.#settings.rates.wearableEvery), { what: 'wearable' })
  }

  /** The first echo is reported by FHIR, with the admission; later ones by the echo laboratory's HL7 v2. */
  #echo(at: Instant): void {
    const readings = this.#sensors.echo()
    const { zoneOffsetMinutes, rates, admitted } = this.#settings
    const device = this.#devices.echo
    if (at < admitted + minute) {
      const about = { id: this.#outbox.unique('echo'), taken: at, issued: at, device, category: 'imaging' } as const
      this.#outbox.resources(at, observations(this.#key, readings, about, zoneOffsetMinutes))
    } else this.#outbox.results(at, heartUltrasound, [{ readings, taken: at, device }])
    this.#agenda.plan(at + Math.round(rates.echoEvery * (0.8 + 0.4 * this.#rounds.uniform())), { what: 'echo' })
  }

  /** While a treatment is being set, nurses let the cuff cycle fast. */
  #watchClosely(at: Instant): void {
    this.#treatmentChangedAt = at
    this.#agenda.forget(({ what }) => what === 'cuff')
    const soon = Math.max(15 * second, Math.round(closeCuff / 2 / this.#settings.tempo))
    this.#agenda.plan(at + soon, { what: 'cuff' })
  }

  #every(at: Instant, live: Milliseconds): Milliseconds {
    const { start, rates } = this.#settings
    return at >= start ? live : Math.max(live, Math.min(rates.historyEvery, start - at))
  }
}
