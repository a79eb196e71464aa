import type { ImagingLayoutDetail, Instant, JsonObject } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { visitSystem } from '../codes.ts'
import { type PaperPerson, paperPerson } from '../emergency/people.ts'
import type { HospitalMessage } from '../emergency/registration.ts'
import { drawVisitor } from '../emergency/visitor.ts'
import { transaction } from '../messages/fhir.ts'
import type { ExamHappening, ImagingEvent, Waiting } from './events.ts'
import { arrivalOf, type Moment, machineOf, procedureOf, stepOf, withPatient } from './fhir.ts'
import { type ExamOnRecord, writeAppointment, writeOrder, writeReport } from './hl7.ts'

interface Folder {
  record: ExamOnRecord
  readonly since: Instant
}

type ExamEvent = Extract<ImagingEvent, { kind: 'exam' }>

const accessionSystem = 'urn:counterpart:sandbox:accession'

/**
 * The imaging department's information system: orders, appointments and reports go by HL7 v2, arrivals, acquisitions and machines
 * by FHIR R4. The same events give the same messages.
 */
export class ImagingRecords {
  readonly #seed: string
  readonly #layout: ImagingLayoutDetail
  readonly #folders = new Map<string, Folder>()

  constructor(seed: string, layout: ImagingLayoutDetail) {
    this.#seed = seed
    this.#layout = layout
  }

  write(events: readonly ImagingEvent[]): HospitalMessage[] {
    return events.flatMap((event): HospitalMessage[] => {
      const moment = { at: event.at, zone: this.#layout.utcOffsetMinutes }
      switch (event.kind) {
        case 'roster':
          return [{ wire: 'roster', due: event.at, roster: event.roster }]
        case 'machine':
          return [inFhir([machineOf(event.machine.machine, event.machine.state, moment)], moment)]
        case 'exam':
          return this.#exam(event, moment)
        default:
          return []
      }
    })
  }

  #exam(event: ExamEvent, moment: Moment): HospitalMessage[] {
    const { exam: id, at, happening } = event
    const folder = happening.what === 'ordered' ? this.#open(event, happening) : this.#folders.get(id)
    if (!folder) return []
    const { record, since } = folder
    const byFhir = (resource: JsonObject) => [inFhir(withPatient(record, since, resource, moment.zone), moment)]
    const byHl7 = (step: string, text: (envelope: Parameters<typeof writeOrder>[1]) => string): HospitalMessage[] => {
      const controlId = `${id}.${step}`
      return [
        { wire: 'hl7v2', due: at, controlId, text: text({ controlId, sent: at, zoneOffsetMinutes: moment.zone }) },
      ]
    }
    switch (happening.what) {
      case 'ordered':
        return byHl7('NW', (envelope) => writeOrder('NW', envelope, record))
      case 'booked':
        folder.record = { ...record, appointment: happening }
        return byHl7('S12', (envelope) => writeAppointment('S12', envelope, folder.record))
      case 'no-show':
      case 'cancelled': {
        if (!record.appointment) return byHl7('CA', (envelope) => writeOrder('CA', envelope, record))
        const trigger = happening.what === 'no-show' ? 'S26' : 'S15'
        return byHl7(trigger, (envelope) => writeAppointment(trigger, envelope, record))
      }
      case 'arrived':
        return byFhir(arrivalOf(record, record.appointment?.machine ?? this.#anyMachine(record), moment))
      case 'prepared':
        return byFhir(stepOf(record, this.#anyMachine(record), 'prepared', undefined, moment))
      case 'started':
        folder.record = { ...record, started: { machine: happening.machine, at } }
        return byFhir(procedureOf(record, { machine: happening.machine, at }, undefined, moment))
      case 'sequence-done': {
        const machine = record.started?.machine ?? this.#anyMachine(record)
        return byFhir(stepOf(record, machine, 'sequence-done', happening.sequence, moment))
      }
      case 'finished':
        return record.started ? byFhir(procedureOf(record, record.started, at, moment)) : []
      case 'reported':
        return byHl7('F', (envelope) => writeReport(envelope, record))
    }
  }

  #open(
    { exam: id, person: number, at, waiting }: ExamEvent,
    { protocol: code, origin, urgency }: Extract<ExamHappening, { what: 'ordered' }>,
  ): Folder {
    const { label } = this.#layout.protocols.find((protocol) => protocol.code === code)!
    const folder: Folder = {
      record: {
        order: { number: id, system: waiting ? `${visitSystem}.order` : accessionSystem },
        person: waiting ? this.#waiting(number, waiting) : this.#stranger(number, at),
        protocol: { code, label },
        origin,
        urgency,
        appointment: null,
        started: null,
        ...(waiting && { visit: { number: waiting.visit, area: waiting.area } }),
      },
      since: at,
    }
    this.#folders.set(id, folder)
    return folder
  }

  /** The same person on paper as in the emergency department. */
  #waiting(number: number, { arrived }: Waiting): PaperPerson {
    return paperPerson(this.#seed, drawVisitor(this.#seed, number, arrived))
  }

  #stranger(number: number, at: Instant): PaperPerson {
    const random = randomStream('imaging', this.#seed, 'paper', number)
    const sex = random.uniform() < 0.5 ? 'female' : 'male'
    return paperPerson(this.#seed, { number, age: 18 + random.integer(70), sex, arrival: at })
  }

  /** Who comes without an appointment may be on any machine of the protocol's kind. */
  #anyMachine({ protocol }: ExamOnRecord): string {
    const { modality } = this.#layout.protocols.find(({ code }) => code === protocol.code)!
    return this.#layout.machines.find((machine) => machine.modality === modality)!.code
  }
}

function inFhir(resources: JsonObject[], { at, zone }: Moment): HospitalMessage {
  return { wire: 'fhir', due: at, bundle: transaction(resources, at, zone) }
}
