import { type Coding, loincSystem } from '@counterpart/kernel'
import { type Measure, type Reading, responsiveness } from '../codes.ts'
import { writeOru } from '../messages/hl7v2.ts'
import type { Header } from '../messages/segments.ts'
import type { VisitOnRecord } from './adt.ts'
import type { VitalSigns } from './events.ts'

const vitalSigns: Coding = { system: loincSystem, code: '8716-3', display: 'Vital signs' }

/** Bedside readings of somebody in the department as an ORU^R01, numbered as the message is. */
export function writeVitalSigns(envelope: Header, record: VisitOnRecord, signs: VitalSigns): string {
  const { controlId, sent: taken } = envelope
  const { person, number, arrived, admitted, place } = record
  return writeOru(
    {
      ...envelope,
      person,
      visit: {
        visitNumber: number,
        admitted: arrived,
        pointOfCare: place?.area ?? '',
        room: '',
        bed: place?.bed ?? '',
        class: admitted ? 'I' : 'E',
      },
    },
    {
      filler: controlId,
      service: vitalSigns,
      taken,
      groups: [
        {
          taken,
          device: `spot-check-${place?.area ?? 'door'}`,
          readings: readingsOf(signs),
          ...(signs.consciousness === undefined
            ? {}
            : { findings: [{ code: responsiveness, text: signs.consciousness }] }),
        },
      ],
    },
  )
}

/** Those who breathe air are on 0 L/min of oxygen; how much the others get is not told apart. */
function readingsOf(signs: VitalSigns): Reading[] {
  const { pulse, systolic, diastolic, respiratoryRate, saturation, temperature, oxygen } = signs
  const values: Partial<Record<Measure, number | undefined>> = {
    heartRate: pulse,
    cuffSystolic: systolic,
    cuffDiastolic: diastolic,
    respiratoryRate,
    saturation,
    oxygenFlow: oxygen === undefined ? undefined : oxygen ? 4 : 0,
    temperature,
  }
  return (Object.entries(values) as [Measure, number | undefined][]).flatMap(([measure, value]) =>
    value === undefined ? [] : [{ measure, value }],
  )
}
