import { type Coding, loincSystem } from '@counterpart/kernel'
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
          readings: [
            { measure: 'heartRate', value: signs.heartRate },
            { measure: 'cuffSystolic', value: signs.systolic },
            { measure: 'cuffDiastolic', value: signs.diastolic },
          ],
        },
      ],
    },
  )
}
