import { type Instant, second } from '@counterpart/kernel'
import type { BedSettings } from './bed.ts'
import { medicationAdministration, type PatientKey } from './messages/fhir.ts'
import { inUnit, type Order } from './orders.ts'
import type { Outbox } from './outbox.ts'
import type { HiddenPatient } from './patient.ts'

/** What nurses have yet to do about orders. */
export type NursingErrand =
  | { readonly what: 'start'; readonly order: Order }
  | { readonly what: 'stop'; readonly orderId: string }
  | { readonly what: 'run-out'; readonly orderId: string; readonly administration: string }

/** Where errands are noted down. */
interface NursingAgenda {
  plan(at: Instant, errand: NursingErrand): void
  /** Drops what is still to be started or stopped for an order. */
  forget(orderId: string): void
}

interface Running {
  readonly order: Order
  readonly administration: string
  readonly start: Instant
}

interface Entry {
  readonly order: Order
  running?: Running
  administrations: number
}

/** Obeys orders for one patient: comes after a while, starts or stops the treatment, charts it by FHIR. */
export class Nursing {
  readonly #patient: HiddenPatient
  readonly #key: PatientKey
  readonly #settings: BedSettings
  readonly #agenda: NursingAgenda
  readonly #outbox: Outbox
  readonly #orders = new Map<string, Entry>()

  constructor(patient: HiddenPatient, key: PatientKey, settings: BedSettings, agenda: NursingAgenda, outbox: Outbox) {
    this.#patient = patient
    this.#key = key
    this.#settings = settings
    this.#agenda = agenda
    this.#outbox = outbox
  }

  /** Takes an order; a nurse sees to it within a minute (20 to 60 s, 10 to 50 s for stopping; sooner at a higher tempo). */
  take(order: Order, received: Instant): void {
    const known = this.#orders.get(order.id)
    const version = (known?.administrations ?? 0) + (known?.running ? 1 : 0)
    const nurse = this.#settings.random('nurse', order.id, version, order.wants)
    const delay = ((order.wants === 'start' ? 20 : 10) + 40 * nurse.uniform()) * second
    // A new version replaces whatever was still to be done about the order.
    this.#agenda.forget(order.id)
    this.#orders.set(order.id, { administrations: 0, ...known, order })
    const soonest = this.#wholeSecond(received + delay / this.#settings.tempo)
    if (order.wants === 'stop') this.#agenda.plan(soonest, { what: 'stop', orderId: order.id })
    else this.#agenda.plan(Math.max(soonest, this.#wholeSecond(order.from ?? 0)), { what: 'start', order })
  }

  /** Does an errand; true when the treatment has changed. */
  do(at: Instant, errand: NursingErrand): boolean {
    if (errand.what === 'start') return this.#start(at, errand.order)
    return this.#stop(at, errand.orderId, errand.what === 'run-out' ? errand.administration : undefined)
  }

  stopAll(at: Instant): void {
    for (const orderId of this.#orders.keys()) this.#stop(at, orderId)
  }

  #start(at: Instant, order: Order): boolean {
    const entry = this.#orders.get(order.id)
    if (!entry || (order.until !== undefined && order.until <= at)) return false
    if (entry.running) {
      if (sameTreatment(entry.running.order, order)) return false
      // A changed dose: the old administration ends where the new one begins.
      this.#stop(at, order.id)
    }
    entry.administrations++
    const administration = `adm-${order.id}-${entry.administrations}`.slice(-64)
    const amount = inUnit(order.drug, order.sentDose.value, order.sentDose.unit, this.#patient.person.weight)!
    const given = this.#patient.begin(administration, order.drug, amount, at)
    entry.running = { order, administration, start: at }
    this.#chart(at, entry.running, 'in-progress')
    const ends = Math.min(given.until ?? Infinity, order.until ?? Infinity)
    if (ends < Infinity)
      this.#agenda.plan(this.#wholeSecond(ends), { what: 'run-out', orderId: order.id, administration })
    return true
  }

  /** `ranOut` names the administration that has come to its planned end; otherwise it is stopped before. */
  #stop(at: Instant, orderId: string, ranOut?: string): boolean {
    const entry = this.#orders.get(orderId)
    const running = entry?.running
    if (!running || (ranOut !== undefined && ranOut !== running.administration)) return false
    this.#patient.end(running.administration, at)
    delete entry.running
    this.#chart(at, running, ranOut === undefined ? 'stopped' : 'completed', at)
    return true
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
    this.#outbox.resources(at, [medicationAdministration(this.#key, given, this.#settings.zoneOffsetMinutes)])
  }

  /** Patients are moved on in whole seconds from the start. */
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
