import type { Coding, Instant, ObservationStatus } from '@counterpart/kernel'
import { visitsOfResults } from '../department/exam-of-result.ts'
import { visitsOfVitalSigns } from '../department/from-vital-signs.ts'
import { careDepartmentOf } from '../department/hl7-place.ts'
import { IntakeError } from '../errors.ts'
import type { MeasuredFact, SentValue, SubjectFacts } from '../facts.ts'
import { nameOf } from '../hash.ts'
import type { Header } from './header.ts'
import { codingsOf, given, optionalTime, required } from './header.ts'
import type { Hl7Message, Repetition, Segment } from './message.ts'
import { partOf, repetitionsOf, valueAt } from './message.ts'
import { onePatient } from './one-patient.ts'
import { aboutPerson } from './patient.ts'

/** HL7 table 0085 as the house has it; `null`: there is nothing to know yet (or nothing was asked). */
const statuses: Readonly<Record<string, ObservationStatus | null>> = {
  F: 'final',
  P: 'preliminary',
  R: 'preliminary', // entered, not verified
  S: 'preliminary', // partial
  C: 'corrected',
  D: 'retracted', // deletes the record
  W: 'retracted', // posted as wrong, e.g. on the wrong patient
  X: 'retracted', // results cannot be obtained: what was said before falls
  U: 'final',
  I: null,
  N: null,
  O: null,
}

/** Of two versions issued within one second, the later step of the result's life holds. */
const rank: Readonly<Record<ObservationStatus, number>> = { preliminary: 0, final: 1, corrected: 2, retracted: 3 }

/** Reads an ORU^R01. Throws {@link IntakeError}: one bad OBX and nothing of the message is taken. */
export function decodeOru(message: Hl7Message, header: Header, text: string): { facts: SubjectFacts; notes: string[] } {
  if (header.trigger !== 'R01')
    throw new IntakeError('not-supported', `ORU^${header.trigger} is not taken`, {
      location: 'MSH-9.2',
      expected: 'ORU^R01',
      mend: 'send unsolicited results as ORU^R01',
    })
  const pid = onePatient(message)
  const notes: string[] = []
  const measured: MeasuredFact[] = []
  const occurrences = new Map<string, number>()
  let order: Segment | undefined
  let orders = 0
  let results = 0
  for (const segment of message.segments) {
    if (segment.name === 'OBR') {
      order = segment
      orders++
    } else if (segment.name === 'SPM') order = undefined // OBX after SPM describe the specimen
    if (segment.name !== 'OBX') continue
    results++
    const location = `OBX[${results}]`
    if (!order) {
      notes.push(`${location}: not under an OBR, so it is no result of an order; not taken in`)
      continue
    }
    const fact = measuredOf(segment, order, header, location, occurrences, notes)
    if (fact) measured.push(fact)
  }
  if (orders === 0 || results === 0)
    throw new IntakeError('invalid', `the message has no ${orders === 0 ? 'OBR' : 'OBX'} segment`, {
      location: orders === 0 ? 'OBR' : 'OBX',
      expected: 'at least one OBR with an OBX',
      mend: 'the message may have been cut off; send it whole',
    })
  const pv1 = message.segments.find(({ name }) => name === 'PV1')
  const about = aboutPerson(pid, pv1, header, text)
  return {
    facts: {
      ...about,
      measured,
      visits: [
        ...visitsOfResults(message, { header, pid, notes, ...(pv1 && { pv1 }) }),
        ...visitsOfVitalSigns(measured, careDepartmentOf(pv1, header), about.encounterId),
      ],
    },
    notes,
  }
}

function measuredOf(
  obx: Segment,
  obr: Segment,
  header: Header,
  location: string,
  occurrences: Map<string, number>,
  notes: string[],
): MeasuredFact | undefined {
  const codes = codingsOf(repetitionsOf(obx, 3)[0], header)
  if (codes.length === 0) required(obx, 3, 1, `${location}-3`, 'the code of what was measured')
  const sentStatus = required(obx, 11, 1, `${location}-11`, 'the status of the result')
  const status = statuses[sentStatus]
  if (status === undefined)
    throw new IntakeError('invalid', `"${sentStatus.slice(0, 20)}" is not a result status`, {
      location: `${location}-11`,
      expected: `one of ${Object.keys(statuses).join(', ')} (HL7 table 0085)`,
      mend: 'the segment may have been cut off; send it whole',
    })
  if (status === null) {
    notes.push(`${location}: status ${sentStatus} means that there is no result (yet)`)
    return undefined
  }
  const value: SentValue | undefined =
    status === 'retracted' ? { kind: 'absent', text: 'retracted' } : valueOfObx(obx, location, notes)
  if (!value) return undefined
  const effective = effectiveOf(obx, obr, header, location)
  const fact = factKey(obx, obr, codes, effective)
  const occurrence = (occurrences.get(fact) ?? 0) + 1
  occurrences.set(fact, occurrence)
  const device = given(valueAt(obx, 18))
  return {
    id: nameOf('hl7v2', header.sender, fact, occurrence),
    version: header.sentAt + rank[status],
    status,
    codes,
    value,
    effective,
    ...(device && { device }),
    location,
  }
}

/**
 * What makes a result the same fact when it comes again: its own identifier (OBX-21) where it has one; else the order
 * (OBR-3, OBR-2), what was measured (OBX-3, OBX-4) and when. The time is part of it because bedside monitors reuse one
 * order number for all they measure.
 */
function factKey(obx: Segment, obr: Segment, codes: readonly Coding[], effective: Instant): string {
  const own = repetitionsOf(obx, 21)[0]
  if (own && given(partOf(own, 1))) return JSON.stringify(['OBX-21', own])
  const order = [3, 2].map((field) => repetitionsOf(obr, field)[0] ?? [])
  return JSON.stringify([order, codes[0]!.system, codes[0]!.code, obx.fields[3] ?? [], effective])
}

function effectiveOf(obx: Segment, obr: Segment, header: Header, location: string): Instant {
  const time =
    optionalTime(obx, 14, header, `${location}-14`) ??
    optionalTime(obr, 7, header, 'OBR-7') ??
    optionalTime(obx, 19, header, `${location}-19`) ??
    optionalTime(obr, 22, header, 'OBR-22')
  if (time === undefined)
    throw new IntakeError('invalid', 'it does not say when this was measured', {
      location: `${location}-14`,
      expected: 'a time in OBX-14, or one for the whole order in OBR-7',
      mend: 'fill in OBX-14',
    })
  return time
}

function valueOfObx(obx: Segment, location: string, notes: string[]): SentValue | undefined {
  const type = valueAt(obx, 2)
  const values = repetitionsOf(obx, 5).filter((value) => given(partOf(value, 1)) ?? given(partOf(value, 2)))
  if (values.length === 0) {
    notes.push(`${location}: there is no value`)
    return undefined
  }
  const unit = given(valueAt(obx, 6))
  const [value] = values as [Repetition]
  switch (type) {
    case 'NM': {
      const numbers = values.map((repetition) => numberOf(partOf(repetition, 1), `${location}-5`))
      if (numbers.length > 1) return { kind: 'text', text: `${numbers.join(', ')}${unit ? ` ${unit}` : ''}` }
      return { kind: 'number', value: numbers[0]!, sent: partOf(value, 1), ...(unit && { unit }) }
    }
    case 'SN':
      return structuredNumber(value, unit, location)
    case 'ST':
    case 'TX':
    case 'FT':
    case 'IS':
    case 'ID':
      return { kind: 'text', text: values.map((repetition) => partOf(repetition, 1)).join('\n'), ...(unit && { unit }) }
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF':
      return {
        kind: 'text',
        text: values.map((coded) => partOf(coded, 2) || partOf(coded, 9) || partOf(coded, 1)).join(', '),
      }
    case 'DT':
    case 'TM':
    case 'TS':
    case 'DTM':
      return { kind: 'text', text: partOf(value, 1) }
    case '':
      throw new IntakeError('invalid', 'the value has no type', {
        location: `${location}-2`,
        expected: 'NM, SN, ST, TX, CE, CWE …',
        mend: 'fill in OBX-2',
      })
    default:
      notes.push(`${location}: values of type ${type.slice(0, 10)} are not carried over; the raw message has them`)
      return undefined
  }
}

/** SN: comparator, number, separator, number (HL7 v2.5.1 chapter 2A.71). Only a bare number is a measurement. */
function structuredNumber(value: Repetition, unit: string | undefined, location: string): SentValue {
  const [comparator, first, separator, second] = [1, 2, 3, 4].map((at) => partOf(value, at)) as [
    string,
    string,
    string,
    string,
  ]
  const number = numberOf(first, `${location}-5.2`)
  if ((comparator === '' || comparator === '=') && separator === '' && second === '')
    return { kind: 'number', value: number, sent: first, ...(unit && { unit }) }
  if (second !== '') numberOf(second, `${location}-5.4`)
  return { kind: 'text', text: `${comparator}${first}${separator}${second}${unit ? ` ${unit}` : ''}` }
}

function numberOf(text: string, location: string): number {
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!Number.isFinite(number))
    throw new IntakeError('invalid', `"${text.slice(0, 40)}" is not a number`, {
      location,
      expected: 'digits with at most one decimal point (type NM)',
      mend: 'send a result that is no number as ST, one with a comparator such as "<" as SN',
    })
  return number
}
