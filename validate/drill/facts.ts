import { type RandomStream, randomStream } from '@counterpart/numerics'

/** One message of the set that is handed over in many orders. */
export interface OrderedMessage {
  readonly protocol: 'hl7v2' | 'fhir' | 'mqtt'
  /** The text as sent; for MQTT the payload. */
  readonly text: string
  /** For MQTT: the device that sends it. */
  readonly device?: string
  readonly patient: number
  /** When what it says was so. */
  readonly effective: number
}

const epoch = Date.UTC(2026, 0, 1)
const second = 1_000
const minute = 60_000
const authority = 'urn:oid:2.999.1'
const record = (patient: number) => `ORDER-${patient}`
export const deviceOf = (patient: number) => `order-watch-${patient}`
/** No message of the set is later than this. */
export const endOfFacts = (instants: number) => epoch + instants * minute + 60 * minute

/** Introduces every patient: whoever is only referred to must be known. */
export function introductions(patients: number): readonly OrderedMessage[] {
  return Array.from({ length: patients }, (_, patient) => {
    const at = hl7Time(epoch - minute)
    const text = [
      `MSH|^~\\&|ADMIT|WARD|COUNTERPART|HOUSE|${at}||ADT^A04^ADT_A01|A${patient}|P|2.5.1`,
      `EVN||${at}`,
      person(patient),
      'PV1|1|O',
      '',
    ].join('\r')
    return { protocol: 'hl7v2', text, patient, effective: epoch - minute }
  })
}

/**
 * What three protocols say of some patients: measurements once a minute, and of some of them a correction, a correction of
 * their time, a retraction or a second sending, and treatments that begin, change, end, or never were.
 */
export function orderedMessages(patients: number, instants: number, seed: string): readonly OrderedMessage[] {
  const messages: OrderedMessage[] = []
  for (let patient = 0; patient < patients; patient++)
    for (let instant = 0; instant < instants; instant++)
      messages.push(...measured(patient, instant, randomStream('facts', seed, patient, instant)))
  for (let patient = 0; patient < patients; patient++) messages.push(...treated(patient, instants))
  const random = randomStream('facts sent twice', seed)
  return [...messages, ...messages.filter(() => random.uniform() < 0.05)]
}

/** The same messages in another order. */
export function shuffled<Of>(things: readonly Of[], random: RandomStream): readonly Of[] {
  const all = [...things]
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    const held = all[i]!
    all[i] = all[j]!
    all[j] = held
  }
  return all
}

function measured(patient: number, instant: number, random: RandomStream): OrderedMessage[] {
  const effective = epoch + instant * minute + patient * second
  const value = Math.round(70 + 15 * Math.sin(instant / 30) + random.normal() * 3)
  const say = [hl7Says, fhirSays, mqttSays][random.integer(3)]!
  const said = (version: number, status: Status, more: { value?: number; at?: number } = {}): OrderedMessage => ({
    ...say({ patient, instant, version, status, value: more.value ?? value, at: more.at ?? effective, random }),
    patient,
    effective: more.at ?? effective,
  })
  const kind = random.uniform()
  if (kind < 0.08) return [said(0, 'final'), said(1, 'corrected', { value: value + 20 })]
  if (kind < 0.12) return [said(0, 'final'), said(1, 'retracted')]
  if (kind < 0.14) return [said(0, 'final'), said(1, 'corrected', { value: value - 9 }), said(2, 'retracted')]
  if (kind < 0.18) return [said(0, 'preliminary', { value: value + 3 }), said(1, 'final')]
  // Only where a fact has an identifier of its own can its time be corrected.
  if (kind < 0.22 && say !== hl7Says)
    return [said(0, 'final'), said(1, 'corrected', { at: effective + (random.uniform() < 0.5 ? -1 : 1) * 95 * second })]
  return [said(0, 'final')]
}

type Status = 'preliminary' | 'final' | 'corrected' | 'retracted'
interface Saying {
  readonly patient: number
  readonly instant: number
  readonly version: number
  readonly status: Status
  readonly value: number
  readonly at: number
  readonly random: RandomStream
}
type Said = Pick<OrderedMessage, 'protocol' | 'text' | 'device'>

const sentAt = ({ instant, version }: Saying) => epoch + instant * minute + 50 * second + version * 10 * minute

function hl7Says(saying: Saying): Said {
  const { patient, instant, version, status, value, at } = saying
  const flag = { preliminary: 'P', final: 'F', corrected: 'C', retracted: 'W' }[status]
  const pressure = 60 + value
  const results = [
    ['8867-4^Heart rate^LN', value, '/min'],
    ...(instant % 3 === 0 ? [['8480-6^Systolic^LN', pressure, 'mm[Hg]'] as const] : []),
    ...(instant % 3 === 0 ? [['8462-4^Diastolic^LN', pressure - 45, 'mm[Hg]'] as const] : []),
  ]
  const text = [
    `MSH|^~\\&|MONITOR|WARD|COUNTERPART|HOUSE|${hl7Time(sentAt(saying))}||ORU^R01^ORU_R01|H${patient}.${instant}.${version}|P|2.5.1`,
    person(patient),
    `OBR|1|||29274-8^Vital signs^LN|||${hl7Time(at)}`,
    ...results.map(
      ([code, number, unit], i) => `OBX|${i + 1}|NM|${code}||${number}|${unit}^^UCUM|||||${flag}|||${hl7Time(at)}`,
    ),
    '',
  ].join('\r')
  return { protocol: 'hl7v2', text }
}

function fhirSays(saying: Saying): Said {
  const { patient, instant, status, value, at } = saying
  const id = `heart-rate-${patient}-${instant}`
  return {
    protocol: 'fhir',
    text: transaction(patient, {
      resourceType: 'Observation',
      id,
      meta: { lastUpdated: new Date(sentAt(saying)).toISOString() },
      status: status === 'retracted' ? 'entered-in-error' : status,
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
      effectiveDateTime: new Date(at).toISOString(),
      valueQuantity: { value, system: 'http://unitsofmeasure.org', code: '/min' },
    }),
  }
}

function mqttSays(saying: Saying): Said {
  const { patient, instant, version, status, value, at } = saying
  const device = deviceOf(patient)
  const payload = {
    device,
    subject: { system: authority, value: record(patient) },
    sequence: instant * 10 + version,
    sentAt: new Date(sentAt(saying)).toISOString(),
    readings: [
      {
        code: { system: 'http://loinc.org', code: '8867-4' },
        value: status === 'retracted' ? null : value,
        unit: '/min',
        time: new Date(at).toISOString(),
        id: `reading-${instant}`,
        status,
      },
    ],
  }
  return { protocol: 'mqtt', text: JSON.stringify(payload), device }
}

/** An infusion that is begun, turned up and stopped; a bolus; and one that was noted by mistake. */
function treated(patient: number, instants: number): OrderedMessage[] {
  const from = epoch + Math.floor(instants / 3) * minute + patient * second
  const until = epoch + Math.floor(instants / 2) * minute
  const give = (id: string, version: number, code: string, at: number, more: object): OrderedMessage => ({
    protocol: 'fhir',
    text: transaction(patient, {
      resourceType: 'MedicationAdministration',
      id: `${id}-${patient}`,
      meta: { lastUpdated: new Date(at + version * minute).toISOString() },
      medicationCodeableConcept: { coding: [{ system: 'http://www.whocc.no/atc', code }] },
      ...more,
    }),
    patient,
    effective: at,
  })
  const rate = (value: number) => ({
    rateQuantity: { value, system: 'http://unitsofmeasure.org', code: 'ug/kg/min' },
  })
  const volume = { dose: { value: 250, system: 'http://unitsofmeasure.org', code: 'mL' } }
  const start = new Date(from).toISOString()
  const end = new Date(until).toISOString()
  return [
    give('infusion', 0, 'C02DD01', from, { status: 'in-progress', effectivePeriod: { start }, dosage: rate(1) }),
    give('infusion', 1, 'C02DD01', from, { status: 'in-progress', effectivePeriod: { start }, dosage: rate(2) }),
    give('infusion', 2, 'C02DD01', from, { status: 'completed', effectivePeriod: { start, end }, dosage: rate(2) }),
    give('bolus', 0, 'B05BB01', until, { status: 'completed', effectiveDateTime: end, dosage: volume }),
    give('mistake', 0, 'B05BB01', from, { status: 'completed', effectiveDateTime: start, dosage: volume }),
    give('mistake', 1, 'B05BB01', from, { status: 'entered-in-error', effectiveDateTime: start, dosage: volume }),
  ]
}

function transaction(
  patient: number,
  resource: { readonly resourceType: string; readonly id: string } & Readonly<Record<string, unknown>>,
): string {
  const subject = `urn:uuid:00000000-0000-4000-8000-00000000000${patient}`
  const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] }
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: subject,
        resource: { resourceType: 'Patient', identifier: [{ type, system: authority, value: record(patient) }] },
        request: { method: 'POST', url: 'Patient' },
      },
      {
        fullUrl: `urn:uuid:${resource.resourceType}-${resource.id}`,
        resource: { ...resource, subject: { reference: subject } },
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      },
    ],
  })
}

function person(patient: number): string {
  return `PID|1||${record(patient)}^^^ORDER&2.999.1&ISO^MR||ORDER^PATIENT ${patient}||19500101|F`
}

function hl7Time(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:T]/g, '').replace('Z', '')}+0000`
}
