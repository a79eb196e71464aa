import type { PathwayPicture } from '@counterpart/kernel'
import { quantile } from '@counterpart/numerics'
import type { Laws, LogLaw } from '../draws.ts'
import { kindOf } from '../exam.ts'
import type { DelayName } from '../learned.ts'
import type { Situation } from '../situation.ts'

type Node = PathwayPicture['nodes'][number]

/** The way of an exam from order to report, with who is where now and how long each step takes. */
export function pathwayPicture(situation: Situation, laws: readonly Laws[]): PathwayPicture {
  const { department, waiting, underWay, unreported, coming, openings, staff } = situation
  const modalities = [...new Set(department.layout.machines.map(({ modality }) => modality))]
  const minutes = (of: (law: Laws) => LogLaw) => {
    const medians = Float64Array.from(laws, (law) => Math.exp(of(law).centre))
    return `${quantile(medians, 0.5).toFixed(0)} min (90 %: ${quantile(medians, 0.05).toFixed(0)}–${quantile(medians, 0.95).toFixed(0)})`
  }
  const delay = (name: DelayName) => minutes((law) => law.delay(name))
  const fetched = waiting.filter((exam) => exam.arrived === undefined && exam.prepared === undefined)
  const preparing = waiting.filter((exam) => exam.arrived !== undefined && exam.prepared === undefined)
  const ready = waiting.filter((exam) => exam.prepared !== undefined)
  const contrast = preparing.filter((exam) => department.protocolOf(exam).contrast)
  const modalityOf = (exam: (typeof waiting)[number]) => department.protocolOf(exam).modality
  const nodes: Node[] = [
    { id: 'booked', label: 'Booked, to come', kind: 'source', needs: [], present: coming.length },
    {
      id: 'fetch',
      label: 'Fetched from ward or emergency department',
      kind: 'delay',
      needs: [],
      duration: `ward ${delay('fetch-inpatient')}, emergency ${delay('fetch-emergency')}`,
      present: fetched.length,
    },
    {
      id: 'prepare',
      label: 'Changing, safety questions',
      kind: 'delay',
      needs: [],
      duration: delay('prepare'),
      present: preparing.length - contrast.length,
    },
    {
      id: 'cannulate',
      label: 'Cannula for contrast',
      kind: 'activity',
      needs: ['1 contrast nurse'],
      duration: delay('cannulate'),
      present: contrast.length,
    },
    ...modalities.map((modality): Node => {
      const machines = openings.filter(({ machine }) => machine.modality === modality)
      const protocols = department.layout.protocols.filter((protocol) => protocol.modality === modality)
      return {
        id: `scan-${modality}`,
        label: `${modality} exam`,
        kind: 'activity',
        needs: [`1 of ${machines.map(({ machine }) => machine.label).join(', ')}`, '1 technologist'],
        duration: protocols
          .map(({ code, label }) => `${label} ${minutes((law) => law.scan(code, 'booked'))}`)
          .join('; '),
        present: underWay.filter((exam) => modalityOf(exam) === modality).length,
        waiting: ready.filter((exam) => modalityOf(exam) === modality).length,
      }
    }),
    {
      id: 'report',
      label: 'Report',
      kind: 'activity',
      needs: ['1 radiologist'],
      duration: `${quantile(
        Float64Array.from(laws, (law) => law.readingMinutes),
        0.5,
      ).toFixed(0)} min per CT`,
      present: Math.min(unreported.length, staff.radiologist[0]?.count ?? 0),
      waiting: Math.max(0, unreported.length - (staff.radiologist[0]?.count ?? 0)),
    },
  ]
  const kinds = [...waiting, ...underWay].map(kindOf)
  const emergencies = kinds.filter((kind) => kind === 'emergency').length
  return {
    kind: 'pathway',
    title: `From order to report, ${department.layout.name}`,
    description: `${coming.length} booked patients are to come, ${waiting.length} wait, ${underWay.length} are on a machine, ${unreported.length} lack a report; ${emergencies} of those here are emergencies.`,
    nodes,
    edges: [
      { from: 'booked', to: 'prepare' },
      { from: 'booked', to: 'cannulate', label: 'contrast' },
      { from: 'fetch', to: 'cannulate', label: 'contrast' },
      ...modalities.flatMap((modality) => [
        { from: 'fetch', to: `scan-${modality}` },
        { from: 'prepare', to: `scan-${modality}` },
        { from: 'cannulate', to: `scan-${modality}` },
        { from: `scan-${modality}`, to: 'report' },
      ]),
    ],
  }
}
