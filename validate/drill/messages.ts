/** One measurement that a sender knows it sent: what must be found in the thread once, if it was acknowledged. */
export interface SentMessage {
  /** Unique over the whole drill; also the measurement's effective second, so it can be recognised in the thread. */
  readonly number: number
  readonly effective: number
  readonly value: number
  readonly patient: number
}

const epoch = Date.UTC(2026, 0, 1)

/** The n-th message of one protocol's sender: a heart rate of one of four patients, one second after the one before. */
export function messageNumber(number: number, phase: number): SentMessage {
  return {
    number,
    // Each protocol has its own third of a second, so no two messages share an instant.
    effective: epoch + number * 1_000 + phase * 333,
    value: 60 + (number % 40),
    patient: number % 4,
  }
}

const recordNumber = (patient: number) => `DRILL-${patient}`
const authority = 'urn:oid:2.999.1'

/** HL7 v2.5.1 ORU^R01 with one OBX. */
export function asHl7({ number, effective, value, patient }: SentMessage): string {
  const at = hl7Time(effective)
  return [
    `MSH|^~\\&|MONITOR|WARD|COUNTERPART|HOUSE|${at}||ORU^R01^ORU_R01|H${number}|P|2.5.1`,
    `PID|1||${recordNumber(patient)}^^^DRILL&2.999.1&ISO^MR||DRILL^PATIENT ${patient}||19500101|F`,
    `OBR|1|||29274-8^Vital signs^LN|||${at}`,
    `OBX|1|NM|8867-4^Heart rate^LN||${value}|/min^^UCUM|||||F|||${at}`,
    '',
  ].join('\r')
}

/** A transaction Bundle with the patient and one Observation. */
export function asFhir({ number, effective, value, patient }: SentMessage): object {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${patient}`,
        resource: {
          resourceType: 'Patient',
          identifier: [
            {
              type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
              system: authority,
              value: recordNumber(patient),
            },
          ],
        },
        request: { method: 'POST', url: 'Patient' },
      },
      {
        fullUrl: `urn:uuid:10000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
        resource: {
          resourceType: 'Observation',
          id: `fhir-${number}`,
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
          subject: { reference: `urn:uuid:00000000-0000-4000-8000-00000000000${patient}` },
          effectiveDateTime: new Date(effective).toISOString(),
          valueQuantity: { value, unit: 'beats/minute', system: 'http://unitsofmeasure.org', code: '/min' },
        },
        request: { method: 'PUT', url: `Observation/fhir-${number}` },
      },
    ],
  }
}

/** Payload of `counterpart/v1/<device>/readings`. */
export function asMqtt({ number, effective, value, patient }: SentMessage, device: string): object {
  return {
    device,
    subject: { system: authority, value: recordNumber(patient) },
    sequence: number,
    readings: [
      {
        code: { system: 'http://loinc.org', code: '8867-4' },
        value,
        unit: '/min',
        time: new Date(effective).toISOString(),
      },
    ],
  }
}

function hl7Time(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:T]/g, '').replace('Z', '')}+0000`
}
