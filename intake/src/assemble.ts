import { isDeepStrictEqual } from 'node:util'
import type { Catalogue, Channel, Instant, Observation, SubjectId, Treatment } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import type { EventId, NewEvent } from '@counterpart/thread'
import type { AppointmentStatement } from './clinic/appointment.ts'
import { type AppointmentBook, appointmentStated } from './clinic/appointment-book.ts'
import { statementObservation } from './department/statement.ts'
import { visitObservation } from './department/visit-fact.ts'
import { IntakeError } from './errors.ts'
import type { DecodedMessage, Identifier, MeasuredFact, SubjectFacts, TreatmentFact } from './facts.ts'
import { plain } from './facts.ts'
import { nameOf, sha256 } from './hash.ts'
import type { IdentityDirectory } from './identity.ts'
import { molecularWeightOf } from './molecular-weights.ts'
import type { OwnershipStatement } from './ownership.ts'
import { judge } from './quality.ts'
import type { Units } from './units.ts'

/** How far a measurement may lie ahead of this house's clock: clocks of devices differ by so much, not more. */
const mostAhead = 2 * minute

export interface Surroundings {
  readonly catalogue: Catalogue
  readonly units: Units
  readonly directory: IdentityDirectory
  readonly now: Instant
  /** What was said of the appointments of clinics so far. */
  readonly appointments: AppointmentBook
  /** The secret behind the names of visits. */
  readonly pseudonymKey?: Uint8Array
  /** Where the message came from, when it is one that a person mended in the quarantine. */
  readonly derivedFrom?: readonly EventId[]
}

/** What a message comes to: its events, and what the directory is to learn once they are durable. */
export interface Assembly {
  readonly events: readonly NewEvent[]
  readonly subjects: readonly SubjectId[]
  readonly learned: readonly { subject: SubjectId; identifiers: readonly Identifier[]; described: boolean }[]
  readonly notes: readonly string[]
  /** What becomes of whole records, when the events have been appended. */
  readonly statements: readonly OwnershipStatement[]
  /** What was said of appointments and is new. */
  readonly appointments: readonly AppointmentStatement[]
}

/**
 * Judges a decoded message and makes its events: for each subject the raw message, then all that derives from it. Looks
 * at no other observation, so that the order of messages does not matter. Throws {@link IntakeError} when any
 * part of it is to be refused; then all of it is.
 */
export function assemble(message: DecodedMessage, surroundings: Surroundings): Assembly {
  const { now, directory } = surroundings
  if (message.sentAt !== undefined) notAhead(message.sentAt, now, message.protocol === 'hl7v2' ? 'MSH-7' : '')
  const events: NewEvent[] = []
  const learned: Assembly['learned'][number][] = []
  const notes = [...message.notes]
  const booked: AppointmentStatement[] = []
  const told = message.subjects.map((facts) => ({ facts, home: directory.homeOf(facts.whose) }))
  const statements = told.flatMap(({ facts, home }) => statementsOf(facts, home, directory, notes))
  const ownership = statements.reduce((so, statement) => so.with(statement), directory.ownership)
  const bySubject = new Map<SubjectId, { readonly facts: SubjectFacts; readonly home: SubjectId }[]>()
  for (const part of told) {
    const subject = ownership.ownerOf(part.home, part.facts.encounterId)
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), part])
  }
  const key = `${message.protocol}/${message.system}/${message.key ?? message.controlId}`
  for (const [subject, parts] of bySubject) {
    const root = events.length
    const common = { stream: subject, subject }
    // With one subject the message is kept to the byte; of others' data nothing may stand under this subject's key.
    // Nor does a clinic keep whom its appointments are for.
    const ofClinic = subject.startsWith('clinic/')
    const text = bySubject.size === 1 && !ofClinic ? message.text : parts.map(({ facts }) => facts.text).join('\n')
    const received = message.sentAt ?? latestEffective(parts.map(({ facts }) => facts)) ?? now
    events.push({
      ...common,
      type: 'message.received',
      effective: received,
      idempotencyKey: `message/${key}`,
      payload: plain({
        protocol: message.protocol,
        system: message.system,
        controlId: message.controlId,
        contentType: ofClinic && message.protocol !== 'api' ? 'application/json' : message.contentType,
        text,
        ...(ofClinic && { sha256: sha256(message.text) }),
      }),
      ...(surroundings.derivedFrom && { derivedFrom: surroundings.derivedFrom }),
    })
    const said = new Map<string, NewEvent>()
    const add = (type: string, effective: Instant, what: string, payload: object, of: SubjectId = subject): void => {
      const idempotencyKey = `${what}/${key}`
      const event = {
        stream: of,
        subject: of,
        type,
        effective,
        idempotencyKey,
        payload: plain(payload),
        derivedFrom: [`#${root}`],
      } as const
      const earlier = said.get(idempotencyKey)
      if (earlier && isDeepStrictEqual(earlier, event)) return
      if (earlier)
        throw new IntakeError('invalid', `the message says two different things of one ${what.split('/')[0]}`, {
          location: what,
          expected: 'one statement for each version of a fact',
          mend: 'give each fact an identifier of its own, and each version its time of issue',
        })
      said.set(idempotencyKey, event)
      events.push(event)
    }
    const addOfDepartment = (observation: Observation): void => {
      const { id, version, effective, subject: department } = observation
      const what = `observation/${id}@${version}`
      add('observation.recorded', effective, what, { observation: plain(observation) }, department)
    }
    for (const { facts, home } of parts) {
      const identity = identityEvent(facts, home, surroundings)
      if (identity) {
        learned.push({ subject: home, identifiers: identity.identifiers, described: identity.name !== undefined })
        add('subject.identified', identity.version || (message.sentAt ?? now), 'subject', identity, home)
      }
      for (const statement of statements) {
        const { kind, into, version } = statement
        if (into !== home) continue
        notAhead(version, now, 'MRG')
        if (kind === 'person') {
          const { prior, standing } = statement
          add('subject.merged', version, `merged/${prior}`, { into, standing, version }, prior)
        } else {
          const { encounterId, from } = statement
          add('encounter.moved', version, `moved/${encounterId}`, { encounterId, into, version }, from)
        }
      }
      // So that it can go where it belongs when that becomes known.
      const carried = {
        ...(home !== subject && { home }),
        ...(facts.encounterId !== undefined && { encounter: facts.encounterId }),
      }
      for (const encounter of facts.encounters) {
        const { effective = received, ...payload } = encounter
        if (encounter.status !== 'planned') notAhead(effective, now, 'the encounter')
        notAhead(encounter.version, now, 'the encounter')
        add('encounter.changed', effective, `encounter/${encounter.encounterId}@${encounter.version}`, {
          ...payload,
          ...(home !== subject && { home }),
        })
      }
      for (const device of facts.devices) {
        const { effective = received, ...payload } = device
        notAhead(device.version, now, 'the device')
        add('device.described', effective, `device/${device.deviceId}`, { ...payload, ...carried })
      }
      for (const fact of facts.measured) {
        const observation = observationOf(fact, subject, message, surroundings)
        add(eventTypeOf(observation), observation.effective, `observation/${observation.id}@${observation.version}`, {
          observation: plain(observation),
          ...carried,
        })
      }
      for (const fact of facts.treatments) {
        const treatment = treatmentOf(fact, surroundings, notes)
        if (treatment)
          add('treatment.reported', treatment.from, `treatment/${treatment.id}@${treatment.version}`, {
            treatment: plain(treatment),
            ...carried,
          })
      }
      for (const fact of facts.visits ?? []) {
        notAhead(fact.effective, now, fact.location)
        addOfDepartment(visitObservation(fact, subject, message, surroundings.pseudonymKey))
      }
      for (const statement of facts.statements ?? []) {
        notAhead(statement.effective, now, facts.whose.location)
        addOfDepartment(statementObservation(statement, subject, message))
      }
    }
    const appointments = parts.flatMap(({ facts }) => facts.appointments ?? [])
    for (const { said } of appointments) notAhead(said, now, 'the appointment')
    const fresh = surroundings.appointments.unknown(appointments)
    for (const { clinic: _, ...said } of fresh)
      add(appointmentStated, said.said, `appointment/${said.appointment}@${said.said}.${said.rank}`, said)
    for (const sheet of surroundings.appointments.sheetsAfter(fresh))
      addOfDepartment(statementObservation(sheet, subject, message))
    booked.push(...fresh)
  }
  return { events, subjects: [...bySubject.keys()], learned, notes, statements, appointments: booked }
}

/** What a message says of whole records, of the subjects they are. */
function statementsOf(
  { changes = [] }: SubjectFacts,
  into: SubjectId,
  directory: IdentityDirectory,
  notes: string[],
): readonly OwnershipStatement[] {
  return changes.flatMap((change): readonly OwnershipStatement[] => {
    const { version } = change
    const other = directory.homeOf(change.kind === 'person' ? change.prior : change.from)
    if (other === into) {
      notes.push('MRG: both numbers are of one record here, so nothing is merged or moved')
      return []
    }
    return change.kind === 'person'
      ? [{ kind: 'person', prior: other, into, standing: change.standing, version }]
      : [{ kind: 'visit', encounterId: change.encounterId, from: other, into, version }]
  })
}

function identityEvent(facts: SubjectFacts, subject: SubjectId, { directory, now }: Surroundings) {
  const { whose, person } = facts
  if (whose.kind !== 'introduced' || !person) return undefined
  if (facts.personVersion !== undefined) notAhead(facts.personVersion, now, whose.location)
  const inPassing = facts.personVersion === 0
  if (inPassing && directory.knows(subject, whose.identifiers, person.name !== undefined)) return undefined
  return { identifiers: whose.identifiers, ...person, version: facts.personVersion ?? now }
}

function observationOf(
  fact: MeasuredFact,
  subject: SubjectId,
  message: DecodedMessage,
  { catalogue, units, now }: Surroundings,
): Observation {
  const { id, version, status, effective, device, location } = fact
  notAhead(effective, now, location)
  notAhead(version, now, location)
  const code = fact.codes.find((coding) => catalogue.channelOf(coding)) ?? fact.codes[0]!
  const channel = catalogue.channelOf(code)
  const settled = settle(fact, channel, units)
  return {
    id,
    version,
    status,
    subject,
    channel: channel?.name ?? `${code.system}|${code.code}`,
    code,
    value: settled.value,
    unit: settled.unit,
    ...(settled.text !== undefined && { text: settled.text }),
    effective,
    source: {
      protocol: message.protocol,
      system: message.system,
      ...(device && { device }),
      ...(settled.sentValue !== undefined && { sentValue: settled.sentValue }),
      ...(settled.sentUnit !== undefined && { sentUnit: settled.sentUnit }),
    },
    quality: judge(settled.value, channel?.plausible, {
      effective,
      sentAt: message.sentAt,
      preliminary: status === 'preliminary',
      unit: settled.how,
      flags: fact.flags,
    }),
  }
}

interface Settled {
  readonly value: number | null
  readonly unit: string
  readonly how: 'as-is' | 'converted' | 'assumed'
  readonly text?: string
  readonly sentValue?: string
  readonly sentUnit?: string
}

/** Brings a value to its channel's unit. Without a channel it stays as it was sent. */
function settle({ value: sent, codes, location }: MeasuredFact, channel: Channel | undefined, units: Units): Settled {
  const number = numberIn(sent, channel)
  if (!number) {
    const text = sent.kind === 'number' ? sent.sent : sent.text
    return { value: null, unit: '', how: 'as-is', text, sentValue: text }
  }
  const { value, unit, sent: sentValue } = number
  const asSent = { sentValue, ...(unit !== undefined && { sentUnit: unit }) }
  if (!channel) return { value, unit: (unit && units.ucumOf(unit)) ?? unit ?? '', how: 'as-is', ...asSent }
  if (unit === undefined && units.ambiguousWithoutUnit(channel.unit))
    throw new IntakeError('unit-ambiguous', `${channel.label} of ${value} has no unit, and several are in common use`, {
      location,
      expected: `a UCUM unit that converts to ${channel.unit}`,
      mend: `send the unit, e.g. ${channel.unit}`,
    })
  const inUnit =
    unit === undefined
      ? value
      : convert(value, unit, channel, molecularWeightOf([...codes, ...channel.codes]), units, location)
  const [low, high] = channel.plausible
  if (!(inUnit >= low && inUnit <= high))
    throw new IntakeError('implausible', `${channel.label} of ${inUnit} ${channel.unit} is physically impossible`, {
      location,
      expected: `${low} to ${high} ${channel.unit}`,
      mend: 'check the value and its unit; if the sensor was off, send no value',
    })
  const how = unit === undefined ? 'assumed' : inUnit === value ? 'as-is' : 'converted'
  return { value: inUnit, unit: channel.unit, how, ...asSent }
}

/** A number where one is to be had: also in a text, when its code is a channel's (monitors send `ST` for `NM`). */
function numberIn(sent: MeasuredFact['value'], channel: Channel | undefined) {
  if (sent.kind === 'number') return { value: sent.value, unit: sent.unit, sent: sent.sent }
  if (sent.kind === 'text' && channel && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(sent.text))
    return { value: Number(sent.text), unit: sent.unit, sent: sent.text }
  return undefined
}

function convert(
  value: number,
  unit: string,
  channel: Channel,
  molecularWeight: number | undefined,
  units: Units,
  location: string,
): number {
  try {
    const converted = units.convert(value, unit, channel.unit, molecularWeight)
    if (Number.isFinite(converted)) return converted
    throw new IntakeError('invalid', `${value} ${unit} has no value in ${channel.unit}`)
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error
    throw new IntakeError(error.code, `${channel.label}: ${error.message}`, { ...error, location }, { cause: error })
  }
}

function treatmentOf(
  fact: TreatmentFact,
  { catalogue, units, now }: Surroundings,
  notes: string[],
): Treatment | undefined {
  const intervention = fact.codes.map((code) => catalogue.interventionOf(code)).find(Boolean)
  if (!intervention) {
    notes.push(`${fact.location}: no twin knows this treatment, so it is kept in the raw message only`)
    return undefined
  }
  notAhead(fact.from, now, fact.location)
  const { id, version, from, until, retracted, location, on } = fact
  const known = {
    ...{ id, version, intervention: intervention.name, from },
    ...(on && { on }),
    ...(until !== undefined && { until }),
  }
  if (retracted) return { ...known, dose: 0, retracted }
  let refusal: IntakeError | undefined
  for (const { value, unit } of fact.doses) {
    try {
      return { ...known, dose: units.convert(value, unit, intervention.unit) }
    } catch (error) {
      if (!(error instanceof IntakeError)) throw error
      refusal = new IntakeError(error.code, `dose of ${intervention.label}: ${error.message}`, { ...error, location })
    }
  }
  if (refusal) throw refusal
  if (!fact.usualDoseWhenMissing)
    throw new IntakeError('invalid', `the dose of ${intervention.label} is missing`, {
      location: `${location}.dosage`,
      expected: `a rate or dose that converts to ${intervention.unit}`,
      mend: 'fill in dosage.rateQuantity or dosage.dose',
    })
  notes.push(`${location}: no dose was sent; the usual ${intervention.dose.usual} ${intervention.unit} is taken`)
  return { ...known, dose: intervention.dose.usual }
}

function eventTypeOf({ status }: Observation): string {
  if (status === 'retracted') return 'observation.retracted'
  return status === 'corrected' ? 'observation.corrected' : 'observation.recorded'
}

function latestEffective(parts: readonly SubjectFacts[]): Instant | undefined {
  const times = parts.flatMap(({ measured, encounters, devices, treatments, visits = [], statements = [] }) => [
    ...[...measured, ...encounters, ...devices, ...visits, ...statements].flatMap(({ effective }) => effective ?? []),
    ...treatments.map(({ from }) => from),
  ])
  return times.length === 0 ? undefined : times.reduce((latest, time) => Math.max(latest, time))
}

function notAhead(time: Instant, now: Instant, location: string): void {
  if (time - now <= mostAhead) return
  throw new IntakeError('in-the-future', `${new Date(time).toISOString()} is in the future`, {
    location,
    expected: `no later than ${mostAhead / minute} minutes after ${new Date(now).toISOString()}`,
    mend: 'set the clock of the sender, and check the offset from UTC that it sends',
  })
}

/** A name for a message that brings none of its own. */
export function controlIdOf(text: string): string {
  return nameOf(text)
}
