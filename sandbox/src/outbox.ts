import type { Coding, Instant, JsonObject } from '@counterpart/kernel'
import { second } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import type { BedSettings } from './bed.ts'
import { type PatientKey, transaction } from './messages/fhir.ts'
import { type Envelope, type ReadingGroup, type Visit, writeOru } from './messages/hl7v2.ts'
import { wearablePayload, wearableTopic } from './messages/wearable.ts'
import type { WearableReading } from './sensors.ts'
import type { Outgoing } from './simulation.ts'

/** Shares of messages that go twice, or late. */
const doubled = 0.004
const delayed = 0.004

/** Writes and numbers one patient's messages, and lets the ward's network mistreat a few of them. */
export class Outbox {
  visit: Visit
  readonly #patient: number
  readonly #key: PatientKey
  readonly #settings: BedSettings
  readonly #network: RandomStream
  /** Numbers begin with the second of the admission, so that a later run never repeats them. */
  readonly #run: string
  #messages = 0
  #sequence: number
  #out: Outgoing[] = []

  constructor(patient: number, key: PatientKey, settings: BedSettings) {
    const { admitted } = settings
    this.#patient = patient
    this.#key = key
    this.#settings = settings
    this.#network = settings.random('network', patient)
    this.#run = Math.floor(admitted / 1000)
      .toString(36)
      .toUpperCase()
    this.#sequence = Math.floor(admitted / 1000)
    this.visit = {
      visitNumber: `V${this.#run}-${patient + 1}`,
      admitted,
      pointOfCare: 'CARDIO',
      room: String(101 + Math.floor(patient / 2)),
      bed: patient % 2 === 0 ? 'A' : 'B',
    }
  }

  /** A name that no other run and no other patient uses. */
  unique(stem: string): string {
    return `${stem}-${this.#run}-${this.#patient + 1}`.toLowerCase()
  }

  /** Hands over what has been written since the last call. */
  empty(): Outgoing[] {
    const out = this.#out
    this.#out = []
    return out
  }

  /** A message about the stay. `introduces`: from it the platform learns who this is. */
  adt(at: Instant, write: (envelope: Envelope) => string, introduces = false): void {
    this.#out.push(this.#hl7(at, write, introduces))
  }

  results(at: Instant, service: Coding, groups: readonly ReadingGroup[]): void {
    if (groups.length === 0) return
    const filler = `${this.#run}.${this.#patient}.${this.#messages.toString(36)}`
    this.#stray(this.#hl7(at, (envelope) => writeOru(envelope, { filler, service, taken: at, groups }), false))
  }

  resources(at: Instant, resources: readonly JsonObject[], introduces = false): void {
    const bundle = transaction(resources, at, this.#settings.zoneOffsetMinutes)
    this.#out.push({ protocol: 'fhir', due: at, patient: this.#patient, introduces, bundle })
  }

  wearable(at: Instant, device: string, batch: readonly WearableReading[]): void {
    const payload = wearablePayload(device, this.#key.person.recordNumber, this.#sequence++, batch)
    const topic = wearableTopic(device)
    this.#stray({ protocol: 'mqtt', due: at, patient: this.#patient, device, topic, payload })
  }

  #hl7(at: Instant, write: (envelope: Envelope) => string, introduces: boolean): Outgoing {
    // At most 7 + 1 + 2 + 1 + 7 of the 20 characters of MSH-10.
    const controlId = `${this.#run}.${this.#patient.toString(36)}.${(this.#messages++).toString(36)}`.toUpperCase()
    const { zoneOffsetMinutes } = this.#settings
    const text = write({ controlId, sent: at, zoneOffsetMinutes, person: this.#key.person, visit: this.visit })
    return { protocol: 'hl7v2', due: at, patient: this.#patient, introduces, controlId, text }
  }

  /** Now and then a message goes twice, or is overtaken by later ones. */
  #stray(message: Outgoing): void {
    const { faults, start } = this.#settings
    const [twice, late, length] = [this.#network.uniform(), this.#network.uniform(), this.#network.uniform()]
    const live = message.due >= start
    const due = live && late < delayed * faults ? message.due + Math.round((5 + 55 * length) * second) : message.due
    this.#out.push({ ...message, due })
    if (live && twice < doubled * faults)
      this.#out.push({ ...message, due: due + Math.round((1 + 20 * length) * second) })
  }
}
