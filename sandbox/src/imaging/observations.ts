import {
  departmentChannels,
  departmentCodeSystem,
  type Instant,
  imagingChannels,
  type JsonObject,
  type Observation,
  type SubjectId,
} from '@counterpart/kernel'
import type { ImagingEvent } from './events.ts'

/** The imaging department's events as a platform would know them when every message arrives at once and right. */
export function imagingObservationsOf(events: readonly ImagingEvent[], department: SubjectId): Observation[] {
  return events.map((event): Observation => {
    const tell = (channel: string, id: string, text: string, detail: object): Observation =>
      observation(department, channel, id, event.at, text, detail)
    switch (event.kind) {
      case 'exam': {
        const { exam, person, happening, waiting } = event
        const again = happening.what === 'sequence-done' ? `/${happening.sequence}` : ''
        const detail = {
          exam,
          patient: waiting ? `patient/${person.toString(36)}` : `patient/imaging-${person.toString(36)}`,
          ...happening,
        }
        return tell(imagingChannels.exam, `${exam}/${happening.what}${again}`, `${exam}: ${happening.what}`, detail)
      }
      case 'machine': {
        const { machine, state } = event.machine
        return tell(imagingChannels.machine, `${machine}/${event.at}`, `${machine} is ${state}`, event.machine)
      }
      case 'layout':
        return tell(imagingChannels.layout, 'layout', event.layout.name, event.layout)
      default:
        return tell(departmentChannels.roster, `roster/${event.at}`, 'roster', event.roster)
    }
  })
}

function observation(
  subject: SubjectId,
  channel: string,
  id: string,
  at: Instant,
  text: string,
  detail: object,
): Observation {
  return {
    id: `${subject}/${id}`,
    version: at,
    status: 'final',
    subject,
    channel,
    code: { system: departmentCodeSystem, code: channel },
    value: null,
    unit: '',
    text,
    detail: detail as JsonObject,
    effective: at,
    source: { protocol: 'api', system: 'sandbox' },
    quality: { score: 1, flags: [] },
  }
}
