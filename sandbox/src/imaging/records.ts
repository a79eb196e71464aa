import type { ImagingLayoutDetail, Instant, JsonObject } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { patientResource } from '../emergency/department-fhir.ts'
import { type PaperPerson, paperPerson } from '../emergency/people.ts'
import type { HospitalMessage } from '../emergency/registration.ts'
import { transaction } from '../messages/fhir.ts'
import { isoTime } from '../time.ts'
import type { ExamHappening, ImagingEvent } from './events.ts'

interface Folder {
  readonly person: PaperPerson
  readonly since: Instant
  readonly protocol: string
  appointment: { readonly machine: string; readonly at: Instant; readonly minutes: number } | null
  started: { readonly machine: string; readonly at: Instant } | null
}

const accessionSystem = 'urn:counterpart:sandbox:accession'
const protocolSystem = 'urn:counterpart:sandbox:protocol'
const stepSystem = 'urn:counterpart:imaging-step'
/** FHIR v3 ActCode of the encounter from which an exam was asked for. */
const classes = { emergency: 'EMER', inpatient: 'IMP' } as const

/** The imaging department's information system: turns what happens into FHIR R4. The same events give the same messages. */
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
      if (event.kind === 'roster') return [{ wire: 'roster', due: event.at, roster: event.roster }]
      const resources =
        event.kind === 'exam'
          ? this.#exam(event.exam, event.person, event.at, event.happening)
          : event.kind === 'machine'
            ? [this.#machine(event.machine.machine, event.machine.state, event.at)]
            : []
      return resources.length === 0
        ? []
        : [{ wire: 'fhir', due: event.at, bundle: transaction(resources, event.at, this.#zone) }]
    })
  }

  get #zone(): number {
    return this.#layout.utcOffsetMinutes
  }

  #exam(id: string, number: number, at: Instant, happening: ExamHappening): JsonObject[] {
    if (happening.what === 'ordered') {
      const random = randomStream('imaging', this.#seed, 'paper', number)
      const sex = random.uniform() < 0.5 ? 'female' : 'male'
      const person = paperPerson(this.#seed, { number, age: 18 + random.integer(70), sex, arrival: at })
      this.#folders.set(id, { person, since: at, protocol: happening.protocol, appointment: null, started: null })
      return this.#order(id, at, happening)
    }
    const folder = this.#folders.get(id)
    if (!folder) return []
    switch (happening.what) {
      case 'booked':
        folder.appointment = happening
        return this.#appointment(id, folder, at, 'booked')
      case 'arrived':
        return this.#appointment(id, folder, at, 'arrived')
      case 'no-show':
        return this.#appointment(id, folder, at, 'noshow')
      case 'cancelled':
        return this.#appointment(id, folder, at, 'cancelled')
      case 'prepared':
        return this.#step(id, folder, at, 'prepared')
      case 'sequence-done':
        return this.#step(id, folder, at, 'sequence-done', happening.sequence)
      case 'started':
        folder.started = { machine: happening.machine, at }
        return this.#procedure(id, folder, at)
      case 'finished':
        return this.#procedure(id, folder, at, at)
      case 'reported':
        return this.#about(folder, {
          ...this.#named('DiagnosticReport', `${id}-report`, at),
          basedOn: [this.#basedOn(id)],
          status: 'final',
          code: this.#protocol(folder.protocol),
          subject: this.#subject(folder),
          issued: isoTime(at, this.#zone),
        })
    }
  }

  #order(id: string, at: Instant, { origin, urgency }: Extract<ExamHappening, { what: 'ordered' }>): JsonObject[] {
    const folder = this.#folders.get(id)!
    const encounter = origin === 'emergency' || origin === 'inpatient' ? classes[origin] : undefined
    const encounterId = `${id.toLowerCase()}-from`
    return this.#about(
      folder,
      ...(encounter === undefined
        ? []
        : [
            {
              ...this.#named('Encounter', encounterId, at),
              identifier: [{ system: `${accessionSystem}:encounter`, value: encounterId }],
              status: 'in-progress',
              class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: encounter },
              subject: this.#subject(folder),
            },
          ]),
      {
        ...this.#named('ServiceRequest', id, at),
        identifier: [{ system: accessionSystem, value: id }],
        status: 'active',
        intent: 'order',
        priority: urgency,
        code: this.#protocol(folder.protocol),
        subject: this.#subject(folder),
        authoredOn: isoTime(at, this.#zone),
        ...(encounter === undefined ? {} : { encounter: { reference: `Encounter/${encounterId}` } }),
      },
    )
  }

  /** Who comes without an appointment has one of the moment of coming, on any machine of the protocol's kind. */
  #appointment(id: string, folder: Folder, at: Instant, status: string): JsonObject[] {
    const modality = this.#layout.protocols.find(({ code }) => code === folder.protocol)!.modality
    const any = this.#layout.machines.find((machine) => machine.modality === modality)!.code
    const { machine, at: start, minutes } = folder.appointment ?? { machine: any, at, minutes: 0 }
    return this.#about(folder, {
      ...this.#named('Appointment', `${id}-appointment`, at),
      basedOn: [this.#basedOn(id)],
      status,
      start: isoTime(start, this.#zone),
      ...(minutes > 0 ? { minutesDuration: minutes, end: isoTime(start + minutes * 60_000, this.#zone) } : {}),
      participant: [
        { actor: this.#subject(folder), status: 'accepted' },
        { actor: { reference: `Location/${machine}` }, status: 'accepted' },
      ],
    })
  }

  #procedure(id: string, folder: Folder, at: Instant, end?: Instant): JsonObject[] {
    if (!folder.started) return []
    return this.#about(folder, {
      ...this.#named('Procedure', `${id}-exam`, at),
      basedOn: [this.#basedOn(id)],
      status: end === undefined ? 'in-progress' : 'completed',
      code: this.#protocol(folder.protocol),
      subject: this.#subject(folder),
      performedPeriod: {
        start: isoTime(folder.started.at, this.#zone),
        ...(end === undefined ? {} : { end: isoTime(end, this.#zone) }),
      },
      location: { reference: `Location/${folder.started.machine}` },
    })
  }

  #step(id: string, folder: Folder, at: Instant, step: string, sequence?: number): JsonObject[] {
    const modality = this.#layout.protocols.find(({ code }) => code === folder.protocol)!.modality
    const machine = folder.started?.machine ?? this.#layout.machines.find((each) => each.modality === modality)!.code
    return this.#about(folder, {
      ...this.#named('Task', `${id}-${step}${sequence ?? ''}`, at),
      status: 'completed',
      intent: 'order',
      code: { coding: [{ system: stepSystem, code: step }] },
      focus: this.#basedOn(id),
      for: this.#subject(folder),
      location: { reference: `Location/${machine}` },
      lastModified: isoTime(at, this.#zone),
      executionPeriod: { end: isoTime(at, this.#zone) },
      ...(sequence === undefined ? {} : { input: [{ type: { text: 'sequence' }, valueInteger: sequence }] }),
    })
  }

  #machine(code: string, state: string, at: Instant): JsonObject {
    return {
      ...this.#named('Location', code, at),
      id: code,
      identifier: [{ system: `${accessionSystem}:machine`, value: code }],
      status: state === 'down' ? 'suspended' : 'active',
      operationalStatus: {
        system: 'http://terminology.hl7.org/CodeSystem/v2-0116',
        code: state === 'maintenance' ? 'H' : 'U',
      },
    }
  }

  #named(resourceType: string, id: string, at: Instant) {
    return { resourceType, id: id.toLowerCase(), meta: { lastUpdated: isoTime(at, this.#zone) } }
  }

  /** Each message introduces the patient: it may be the first that is heard of them. */
  #about({ person, since }: Folder, ...resources: JsonObject[]): JsonObject[] {
    return [patientResource(person, since, this.#zone), ...resources]
  }

  #basedOn(id: string): JsonObject {
    return { identifier: { system: accessionSystem, value: id } }
  }

  #subject({ person }: Folder): JsonObject {
    return { reference: `Patient/${person.recordNumber.toLowerCase()}` }
  }

  #protocol(code: string): JsonObject {
    const { label } = this.#layout.protocols.find((protocol) => protocol.code === code)!
    return { coding: [{ system: protocolSystem, code, display: label }] }
  }
}
