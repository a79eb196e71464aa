import {
  type Coding,
  type Instant,
  type JsonObject,
  loincSystem,
  type Milliseconds,
  minute,
  second,
} from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import type { Reading } from './codes.ts'
import {
  admission,
  type DeviceDescription,
  medicationAdministration,
  observations,
  type PatientKey,
  patientIdOf,
  transaction,
} from './messages/fhir.ts'
import { type Envelope, type ReadingGroup, type Visit, writeAdt, writeOru } from './messages/hl7v2.ts'
import { wearablePayload, wearableTopic } from './messages/wearable.ts'
import { inUnit, type Order } from './orders.ts'
import { HiddenPatient } from './patient.ts'
import { Sensors } from './sensors.ts'
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
  | { readonly what: 'admit' | 'update' | 'transfer' | 'vital-signs' | 'cuff' | 'wearable' | 'echo' }
  | { readonly what: 'start'; readonly order: Order }
  | { readonly what: 'stop'; readonly orderId: string }
  | { readonly what: 'run-out'; readonly orderId: string; readonly administration: string }

interface Running {
  readonly order: Order
  readonly administration: string
  readonly start: Instant
}

const vitalSigns: Coding = { system: loincSystem, code: '8716-3', display: 'Vital signs' }
const heartUltrasound: Coding = { system: loincSystem, code: '42148-7', display: 'US Heart' }
const noninvasive: Coding = { system: 'local', code: 'NIBP', display: 'oscillometric cuff' }
const invasive: Coding = { system: 'local', code: 'ABP', display: 'arterial line' }

/** Shares of messages that go twice, or late. */
const doubled = 0.004
const delayed = 0.004

/** One bed of the ward: its patient, what is attached to them, and the errands that are due. */
export class Bed {
  readonly patient: HiddenPatient
  readonly #settings: BedSettings
  readonly #sensors: Sensors
  readonly #key: PatientKey
  readonly #devices: {
    readonly monitor: string
    readonly cuff: string
    readonly line: string
    readonly wearable: string
    readonly echo: string
  }
  readonly #network: RandomStream
  readonly #rounds: RandomStream
  /** Ascending by time; equal times in order of entry. */
  readonly #errands: { readonly at: Instant; readonly errand: Errand }[] = []
  readonly #orders = new Map<string, { order: Order; running?: Running; administrations: number }>()
  readonly #run: string
  #out: Outgoing[] = []
  #messages = 0
  #visit: Visit
  #wearableSequence: number
  #wearableAt: Instant
  #kept: { readings: readonly Reading[]; stamped: Instant }[] = []
  #treatmentChangedAt = Number.NEGATIVE_INFINITY

  constructor(index: number, settings: BedSettings) {
    const { admitted, seed, start, rates } = settings
    this.#settings = settings
    this.patient = new HiddenPatient({
      seed,
      index,
      start: admitted,
      tempo: settings.tempo,
      mismatch: settings.mismatch,
      zoneOffsetMinutes: settings.zoneOffsetMinutes,
    })
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
    this.#network = settings.random('network', index)
    this.#rounds = settings.random('rounds', index)
    // Numbers of visits and messages begin with the second of the start, so that a later run never repeats them.
    this.#run = Math.floor(admitted / 1000)
      .toString(36)
      .toUpperCase()
    this.#visit = {
      visitNumber: `V${this.#run}-${index + 1}`,
      admitted,
      pointOfCare: 'CARDIO',
      room: String(101 + Math.floor(index / 2)),
      bed: index % 2 === 0 ? 'A' : 'B',
    }
    this.#wearableSequence = Math.floor(admitted / 1000)
    this.#wearableAt = admitted
    this.#plan(admitted, { what: 'admit' })
    this.#plan(admitted + 5 * second, { what: 'echo' })
    this.#plan(admitted + 10 * second, { what: 'cuff' })
    // Beds take turns within the interval, so that messages do not come in bursts.
    const turn = (every: Milliseconds) => Math.floor(((index % 50) / 50) * Math.min(every, 10 * second))
    this.#plan(admitted + 15 * second + turn(rates.vitalSignsEvery), { what: 'vital-signs' })
    this.#plan(admitted + 20 * second + turn(rates.wearableEvery), { what: 'wearable' })
    if (start - admitted > 10 * minute) {
      if (this.#rounds.uniform() < 0.3) this.#plan(admitted + 4 * minute, { what: 'update' })
      if (this.#rounds.uniform() < 0.2) this.#plan(admitted + 8 * minute, { what: 'transfer' })
    }
  }

  advance(to: Instant): Outgoing[] {
    for (;;) {
      const next = this.#errands[0]
      if (!next || next.at > to) break
      this.#errands.shift()
      this.#moveTo(next.at)
      this.#do(next.at, next.errand)
    }
    return this.#handOver()
  }

  /** A nurse will see to it within a minute or so. */
  order(order: Order, received: Instant): void {
    const known = this.#orders.get(order.id)
    const { tempo } = this.#settings
    const version = (known?.administrations ?? 0) + (known?.running ? 1 : 0)
    const nurse = this.#settings.random('nurse', order.id, version, order.wants)
    const delay = ((order.wants === 'start' ? 20 : 10) + 40 * nurse.uniform()) * second
    // A new version replaces whatever was still to be done about the order.
    this.#forget(order.id)
    this.#orders.set(order.id, { administrations: 0, ...known, order })
    // On the patient's whole seconds.
    const soonest = this.#wholeSecond(received + delay / tempo)
    const at = order.wants === 'start' ? Math.max(soonest, this.#wholeSecond(order.from ?? 0)) : soonest
    this.#plan(at, order.wants === 'start' ? { what: 'start', order } : { what: 'stop', orderId: order.id })
  }

  /** Ends what runs and discharges. */
  close(at: Instant): Outgoing[] {
    for (const [orderId, { running }] of this.#orders) if (running) this.#stop(at, orderId)
    this.#visit = { ...this.#visit, discharged: at }
    this.#hl7(at, (envelope) => writeAdt('A03', envelope, { occurred: at }), false)
    return this.#handOver()
  }

  #handOver(): Outgoing[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #moveTo(at: Instant): void {
    const { start } = this.#settings
    // The past is filled in with a coarse step, the present with a fine one; the border is the same in every run.
    if (this.patient.now < start) this.patient.advance(Math.min(at, start), minute)
    if (at >= start) {
      if (this.patient.now < start) this.patient.advance(start, second)
      this.patient.advance(at, second)
    }
  }

  #do(at: Instant, errand: Errand): void {
    if (errand.what === 'admit') this.#admit(at)
    else if (errand.what === 'update') this.#hl7(at, (envelope) => writeAdt('A08', envelope, { occurred: at }), false)
    else if (errand.what === 'transfer') this.#transfer(at)
    else if (errand.what === 'vital-signs') this.#vitalSigns(at)
    else if (errand.what === 'cuff') this.#cuff(at)
    else if (errand.what === 'wearable') this.#wearable(at)
    else if (errand.what === 'echo') this.#echo(at)
    else if (errand.what === 'start') this.#start(at, errand.order)
    else if (errand.what === 'stop') this.#stop(at, errand.orderId)
    else if (errand.what === 'run-out') this.#stop(at, errand.orderId, errand.administration)
  }

  #admit(at: Instant): void {
    this.#hl7(at, (envelope) => writeAdt('A01', envelope, { occurred: at }), true)
    const described: DeviceDescription[] = [
      { id: this.#devices.monitor, type: 'Bedside monitor', model: 'Sandbox Monitor' },
      { id: this.#devices.cuff, type: 'Non-invasive blood pressure cuff', model: 'Sandbox Cuff' },
      { id: this.#devices.wearable, type: 'Wrist wearable', model: 'Sandbox Band' },
      ...(this.patient.hasArterialLine
        ? [{ id: this.#devices.line, type: 'Arterial line transducer', model: 'Sandbox Line' }]
        : []),
    ]
    this.#fhir(at, admission(this.#key, this.#visit, described, at, this.#settings.zoneOffsetMinutes), true)
  }

  #transfer(at: Instant): void {
    const prior = this.#visit
    this.#visit = { ...prior, pointOfCare: 'STEPDOWN' }
    this.#hl7(at, (envelope) => writeAdt('A02', envelope, { occurred: at, priorLocation: prior }), false)
  }

  #vitalSigns(at: Instant): void {
    const { rates } = this.#settings
    const groups: ReadingGroup[] = []
    const monitor = this.#sensors.monitor(at)
    if (monitor) groups.push({ readings: monitor, taken: at, device: this.#devices.monitor })
    if (this.patient.hasArterialLine) {
      const line = this.#sensors.arterialLine(at)
      if (line) groups.push({ readings: line, taken: at, device: this.#devices.line, method: invasive })
    }
    this.#oru(at, vitalSigns, groups)
    this.#plan(at + this.#every(at, rates.vitalSignsEvery, rates.historyEvery), { what: 'vital-signs' })
  }

  #cuff(at: Instant): void {
    const readings = this.#sensors.cuff(at)
    if (readings) this.#oru(at, vitalSigns, [{ readings, taken: at, device: this.#devices.cuff, method: noninvasive }])
    const [shortest, longest] = this.#settings.rates.cuffEvery
    const usual = shortest + (longest - shortest) * this.#rounds.uniform()
    // While a treatment is being set, nurses let the cuff cycle fast.
    const close = Math.max(15 * second, Math.round((2 * minute) / this.#settings.tempo))
    const titrating = at - this.#treatmentChangedAt < 20 * minute
    this.#plan(at + Math.round(titrating ? Math.min(usual, close) : usual), { what: 'cuff' })
  }

  #wearable(at: Instant): void {
    const { rates } = this.#settings
    this.#kept.push(this.#sensors.wearable(at, at - this.#wearableAt))
    this.#wearableAt = at
    if (this.#sensors.wearableConnected(at)) {
      // After a gap, no more than a hundred instants at a time.
      const batch = this.#kept.splice(0, 100)
      const { wearable } = this.#devices
      const payload = wearablePayload(wearable, this.patient.person.recordNumber, this.#wearableSequence++, batch)
      this.#send({
        protocol: 'mqtt',
        due: at,
        patient: this.patient.index,
        device: wearable,
        topic: wearableTopic(wearable),
        payload,
      })
    }
    this.#plan(at + this.#every(at, rates.wearableEvery, rates.historyEvery), { what: 'wearable' })
  }

  /** The first echo is reported by FHIR, with the admission; later ones by the echo laboratory's HL7 v2. */
  #echo(at: Instant): void {
    const readings = this.#sensors.echo()
    const { zoneOffsetMinutes, rates, admitted } = this.#settings
    if (at < admitted + minute) {
      const about = {
        id: `echo-${this.#run}-${this.patient.index + 1}`.toLowerCase(),
        taken: at,
        issued: at,
        device: this.#devices.echo,
        category: 'imaging',
      } as const
      this.#fhir(at, observations(this.#key, readings, about, zoneOffsetMinutes), false)
    } else this.#oru(at, heartUltrasound, [{ readings, taken: at, device: this.#devices.echo }])
    this.#plan(at + Math.round(rates.echoEvery * (0.8 + 0.4 * this.#rounds.uniform())), { what: 'echo' })
  }

  #start(at: Instant, order: Order): void {
    const entry = this.#orders.get(order.id)
    if (!entry) return
    // A changed dose: the old administration ends where the new one begins.
    if (entry.running) {
      if (sameTreatment(entry.running.order, order)) return
      this.#stop(at, order.id)
    }
    if (order.until !== undefined && order.until <= at) return
    entry.administrations++
    const administration = `adm-${order.id}-${entry.administrations}`.slice(-64)
    const amount = inUnit(order.drug, order.sentDose.value, order.sentDose.unit, this.patient.person.weight)!
    const given = this.patient.begin(administration, order.drug, amount, at)
    entry.running = { order, administration, start: at }
    this.#chart(at, entry.running, 'in-progress')
    const ends = Math.min(given.until ?? Infinity, order.until ?? Infinity)
    if (ends < Infinity) this.#plan(this.#wholeSecond(ends), { what: 'run-out', orderId: order.id, administration })
    this.#watchClosely(at)
  }

  /** `ranOut` names the administration that has come to its planned end; otherwise it is stopped before. */
  #stop(at: Instant, orderId: string, ranOut?: string): void {
    const entry = this.#orders.get(orderId)
    const running = entry?.running
    if (!running || (ranOut !== undefined && ranOut !== running.administration)) return
    this.patient.end(running.administration, at)
    delete entry.running
    this.#chart(at, running, ranOut === undefined ? 'stopped' : 'completed', at)
    this.#watchClosely(at)
  }

  #watchClosely(at: Instant): void {
    this.#treatmentChangedAt = at
    const index = this.#errands.findIndex(({ errand }) => errand.what === 'cuff')
    if (index >= 0) this.#errands.splice(index, 1)
    this.#plan(at + Math.max(15 * second, Math.round(minute / this.#settings.tempo)), { what: 'cuff' })
  }

  #chart(
    at: Instant,
    { order, administration, start }: Running,
    status: 'in-progress' | 'completed' | 'stopped',
    end?: Instant,
  ): void {
    const given = {
      id: administration,
      orderId: order.id,
      orderType: order.type,
      code: order.code,
      dose: order.sentDose,
      status,
      start,
      ...(end === undefined ? {} : { end }),
      charted: at,
    }
    this.#fhir(at, [medicationAdministration(this.#key, given, this.#settings.zoneOffsetMinutes)], false)
  }

  #oru(at: Instant, service: Coding, groups: readonly ReadingGroup[]): void {
    if (groups.length === 0) return
    const filler = `${this.#run}.${this.patient.index}.${this.#messages.toString(36)}`
    this.#hl7(at, (envelope) => writeOru(envelope, { filler, service, taken: at, groups }), false, true)
  }

  #hl7(at: Instant, write: (envelope: Envelope) => string, introduces: boolean, mayStray = false): void {
    // At most 7 + 1 + 2 + 1 + 7 of the 20 characters of MSH-10.
    const controlId = `${this.#run}.${this.patient.index.toString(36)}.${(this.#messages++).toString(36)}`.toUpperCase()
    const { zoneOffsetMinutes } = this.#settings
    const text = write({ controlId, sent: at, zoneOffsetMinutes, person: this.patient.person, visit: this.#visit })
    const message: Outgoing = { protocol: 'hl7v2', due: at, patient: this.patient.index, introduces, controlId, text }
    if (mayStray) this.#send(message)
    else this.#out.push(message)
  }

  #fhir(at: Instant, resources: readonly JsonObject[], introduces: boolean): void {
    const bundle = transaction(resources, at, this.#settings.zoneOffsetMinutes)
    this.#out.push({ protocol: 'fhir', due: at, patient: this.patient.index, introduces, bundle })
  }

  /** Over the ward's network: now and then a message goes twice, or is overtaken by later ones. */
  #send(message: Outgoing): void {
    const { faults, start } = this.#settings
    const [twice, late, length] = [this.#network.uniform(), this.#network.uniform(), this.#network.uniform()]
    const live = message.due >= start
    const due = live && late < delayed * faults ? message.due + Math.round((5 + 55 * length) * second) : message.due
    this.#out.push({ ...message, due })
    if (live && twice < doubled * faults)
      this.#out.push({ ...message, due: due + Math.round((1 + 20 * length) * second) })
  }

  #every(at: Instant, live: Milliseconds, history: Milliseconds): Milliseconds {
    const { start } = this.#settings
    return at >= start ? live : Math.max(live, Math.min(history, start - at))
  }

  #plan(at: Instant, errand: Errand): void {
    let index = this.#errands.length
    while (index > 0 && this.#errands[index - 1]!.at > at) index--
    this.#errands.splice(index, 0, { at, errand })
  }

  #forget(orderId: string): void {
    for (let i = this.#errands.length - 1; i >= 0; i--) {
      const { errand } = this.#errands[i]!
      if (
        (errand.what === 'start' && errand.order.id === orderId) ||
        (errand.what === 'stop' && errand.orderId === orderId)
      )
        this.#errands.splice(i, 1)
    }
  }

  #wholeSecond(at: Instant): Instant {
    const { start } = this.#settings
    return start + Math.ceil((at - start) / second) * second
  }
}

function sameTreatment(a: Order, b: Order): boolean {
  return (
    a.drug === b.drug &&
    a.sentDose.value === b.sentDose.value &&
    a.sentDose.unit === b.sentDose.unit &&
    a.until === b.until
  )
}
