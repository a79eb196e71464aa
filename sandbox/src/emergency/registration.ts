import {
  type Acuity,
  type Disposition,
  type Instant,
  type JsonObject,
  type RosterDetail,
  type SubjectId,
  second,
  type VisitPlace,
} from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { transaction } from '../messages/fhir.ts'
import { type EmergencyTrigger, type VisitOnRecord, writeEmergencyAdt } from './adt.ts'
import { actionTask, patientResource, testRequest } from './department-fhir.ts'
import type { HospitalEvent, VisitHappening } from './events.ts'
import { drawFaults, onItsWay, type RecordFaults } from './faults.ts'
import { type PaperPerson, paperPerson } from './people.ts'
import { drawVisitor } from './visitor.ts'
import { writeVitalSigns } from './vital-signs.ts'

/** What the hospital sends, by the wire it goes by, when it goes. */
export type HospitalMessage = { readonly due: Instant } & (
  | { readonly wire: 'hl7v2'; readonly controlId: string; readonly text: string }
  | { readonly wire: 'fhir'; readonly bundle: JsonObject }
  | { readonly wire: 'roster'; readonly roster: RosterDetail }
)

export interface RegistrationOptions {
  readonly seed: string
  readonly department: SubjectId
  readonly utcOffsetMinutes: number
  /** Scales mistakes and delays in the records: 1 (default) as in life, 0 none. */
  readonly faults?: number
  /** Scans are told of by the imaging department's system, orders and reports. Default: by this one. */
  readonly scansToldByImaging?: boolean
}

interface Folder {
  record: VisitOnRecord
  readonly faults: RecordFaults
  readonly random: RandomStream
  readonly orders: Map<string, { readonly kind: string; readonly ordered: Instant }>
  messages: number
  /** The last instant written about, and how many messages bear it already. */
  written: { readonly at: Instant; readonly count: number }
  spaced: boolean
}

/** HL7 table 0112, as the platform reads it. */
const dispositionCodes: Readonly<Record<Disposition, string>> = {
  discharged: '01',
  admitted: '09',
  transferred: '02',
  'left-without-being-seen': '07',
  died: '20',
  unknown: '',
}

/**
 * The hospital's registration desk: turns what happens into HL7 v2 (ADT, ORU), FHIR (tests, actions) and rosters, with the mistakes
 * that people make. Same options and events: the same messages, bit for bit, with the same numbers.
 */
export class Registration {
  readonly #options: Required<RegistrationOptions>
  readonly #folders = new Map<string, Folder>()
  readonly #begun = new Map<string, Instant>()
  #out: HospitalMessage[] = []

  constructor(options: RegistrationOptions) {
    this.#options = { faults: 1, scansToldByImaging: false, ...options }
  }

  /** Messages about these events, not in order: each has its time. */
  write(events: readonly HospitalEvent[]): HospitalMessage[] {
    for (const event of events) {
      if (event.kind === 'visit') this.#visit(event.visit, event.person, event.at, event.happening)
      else if (event.kind === 'roster') this.#out.push({ wire: 'roster', due: event.at, roster: event.roster })
      else if (event.kind === 'action') this.#action(event)
      else if (event.kind === 'vital-signs') this.#signs(event)
    }
    const out = this.#out
    this.#out = []
    return out
  }

  #visit(id: string, number: number, at: Instant, happening: VisitHappening): void {
    if (happening.what === 'arrived') {
      this.#arrive(id, number, at, happening)
      return
    }
    const folder = this.#folders.get(id)
    if (!folder) return
    if (happening.what === 'placed') this.#place(folder, at, happening.at)
    else if (happening.what === 'triaged') this.#send(folder, 'A08', at, { acuity: { level: happening.acuity, at } })
    else if (happening.what === 'seen') this.#change(folder, 'A08', at, { seen: true })
    else if (happening.what === 'admission-requested') this.#change(folder, 'A06', at, { admitted: true })
    else if (happening.what === 'left') this.#leave(id, folder, at, happening.disposition)
    else {
      const known = folder.orders.get(happening.order)
      const test = happening.what === 'test-ordered' ? { kind: happening.test, ordered: at } : known
      if (!test || (test.kind !== 'laboratory' && this.#options.scansToldByImaging)) return
      folder.orders.set(happening.order, test)
      this.#test(folder, at, happening.order, test, happening.what === 'test-done')
    }
  }

  #arrive(
    id: string,
    number: number,
    at: Instant,
    { mode, complaint }: Extract<VisitHappening, { what: 'arrived' }>,
  ): void {
    const { seed, faults } = this.#options
    const random = randomStream('emergency', seed, 'records', number)
    const folder: Folder = {
      record: {
        number: id,
        person: paperPerson(seed, drawVisitor(seed, number, at)),
        arrived: at,
        mode,
        complaint,
        seen: false,
        admitted: false,
      },
      faults: drawFaults(random, faults),
      random,
      orders: new Map(),
      messages: 0,
      written: { at: 0, count: 0 },
      spaced: false,
    }
    this.#folders.set(id, folder)
    const { mistaken, twice } = folder.faults
    this.#send(folder, 'A04', at)
    for (const [suffix, delay] of [
      ['X', mistaken],
      ['T', twice],
    ] as const) {
      if (delay === null) continue
      // A second registration of somebody who is there once.
      const { person } = folder.record
      const other: PaperPerson = {
        ...person,
        recordNumber: `${person.recordNumber}${suffix}`,
        family: 'Sandbox-Unknown',
      }
      const second: Folder = { ...folder, record: { ...folder.record, number: `${id}${suffix}`, person: other } }
      this.#send(second, 'A04', at)
      if (suffix === 'X') this.#send(second, 'A11', at + delay)
      else
        this.#send(folder, 'A40', at + delay, {
          merged: { recordNumber: other.recordNumber, visitNumber: second.record.number },
        })
    }
  }

  #place(folder: Folder, at: Instant, place: VisitPlace): void {
    const { wrongBed, strangePlace } = folder.faults
    const first = !folder.spaced && place.bed !== undefined
    if (first) folder.spaced = true
    // Whoever is put into a chair on arrival stands so in the registration already.
    const move = (when: Instant, to: VisitPlace) => {
      const { place: priorPlace, ...rest } = folder.record
      folder.record = { ...rest, place: to, ...(priorPlace ? { priorPlace } : {}) }
      this.#send(folder, 'A02', when)
    }
    if (first && strangePlace) move(at, { area: 'ED-CORRIDOR', bed: 'C1' })
    if (first && wrongBed !== null && place.bed) {
      const neighbour = `${place.bed.slice(0, 2)}${place.bed.endsWith('1') ? '02' : '01'}`
      move(at, { ...place, bed: neighbour })
      move(at + wrongBed, place)
    } else move(first && strangePlace ? at + 60 * second : at, place)
  }

  #leave(id: string, folder: Folder, at: Instant, disposition: Disposition): void {
    const { leavingLate, dischargedTooSoon } = folder.faults
    const gone = (when: Instant): VisitOnRecord => ({
      ...folder.record,
      left: { at: when, code: dispositionCodes[disposition] },
    })
    if (dischargedTooSoon !== null && disposition === 'discharged') {
      const soon = Math.max(folder.record.arrived + 60 * second, at - dischargedTooSoon)
      const before = folder.record
      folder.record = gone(soon)
      this.#send(folder, 'A03', soon)
      folder.record = before
      this.#send(folder, 'A13', soon + Math.round((at - soon) / 2))
    }
    this.#folders.delete(id)
    if (leavingLate === Number.POSITIVE_INFINITY) return
    folder.record = gone(at)
    this.#send(folder, 'A03', at, {}, leavingLate ?? 0)
  }

  #change(folder: Folder, trigger: EmergencyTrigger, at: Instant, change: Partial<VisitOnRecord>): void {
    folder.record = { ...folder.record, ...change }
    this.#send(folder, trigger, at)
  }

  #send(
    folder: Folder,
    trigger: EmergencyTrigger,
    occurred: Instant,
    more: {
      readonly acuity?: { readonly level: Acuity; readonly at: Instant }
      readonly merged?: { readonly recordNumber: string; readonly visitNumber: string }
    } = {},
    charted = 0,
  ): void {
    const { delay, again } = onItsWay(folder.random, this.#options.faults)
    // Messages about one instant are told apart by when they were written.
    const { at, count } = folder.written
    folder.written = { at: occurred + charted, count: occurred + charted === at ? count + 1 : 0 }
    const sent = occurred + charted + folder.written.count
    const controlId = this.#control(folder, JSON.stringify([trigger, sent, folder.record, more]))
    const envelope = { controlId, sent, zoneOffsetMinutes: this.#options.utcOffsetMinutes }
    const text = writeEmergencyAdt(trigger, envelope, folder.record, { occurred, ...more })
    this.#out.push({ wire: 'hl7v2', due: sent + delay, controlId, text })
    if (again !== null) this.#out.push({ wire: 'hl7v2', due: sent + again, controlId, text })
  }

  /** The same number for the same content only: a later run in which things went otherwise must not reuse it. */
  #control(folder: Folder, content: string): string {
    let hash = 0
    for (let i = 0; i < content.length; i++) hash = (Math.imul(hash, 31) + content.charCodeAt(i)) >>> 0
    return `${folder.record.number}.${(folder.messages++).toString(36)}.${hash.toString(36)}`.toUpperCase()
  }

  #test(
    folder: Folder,
    at: Instant,
    order: string,
    { kind, ordered }: { readonly kind: string; readonly ordered: Instant },
    done: boolean,
  ): void {
    const { utcOffsetMinutes: zone } = this.#options
    const { person, number, place } = folder.record
    const area = place?.area ?? 'ED-WAIT'
    const test = { order, kind, visit: number, person, area, ordered, ...(done ? { done: at } : {}) }
    const { delay } = onItsWay(folder.random, this.#options.faults)
    const bundle = transaction(
      [patientResource(person, folder.record.arrived, zone), testRequest(test, zone)],
      at,
      zone,
    )
    this.#out.push({ wire: 'fhir', due: at + delay, bundle })
  }

  #signs({ visit, at, signs }: Extract<HospitalEvent, { kind: 'vital-signs' }>): void {
    const folder = this.#folders.get(visit)
    if (!folder) return
    const { record } = folder
    const controlId = this.#control(folder, JSON.stringify([at, record.place ?? null, signs]))
    const envelope = { controlId, sent: at, zoneOffsetMinutes: this.#options.utcOffsetMinutes }
    const text = writeVitalSigns(envelope, record, signs)
    this.#out.push({ wire: 'hl7v2', due: at + onItsWay(folder.random, this.#options.faults).delay, controlId, text })
  }

  #action({ action, status, at, reason }: Extract<HospitalEvent, { kind: 'action' }>): void {
    const { department, utcOffsetMinutes: zone } = this.#options
    if (status === 'in-progress') this.#begun.set(action.id, at)
    const begun = this.#begun.get(action.id)
    const over = status === 'completed' || status === 'cancelled'
    const report = {
      status,
      at,
      ...(begun !== undefined && status !== 'failed' ? { begun } : {}),
      ...(begun !== undefined && over ? { ended: at } : {}),
      ...(reason === undefined ? {} : { reason }),
    }
    this.#out.push({
      wire: 'fhir',
      due: at,
      bundle: transaction([actionTask(department, action, report, zone)], at, zone),
    })
  }
}
