import {
  type Belief,
  day,
  departmentChannels,
  hour,
  type ImagingLayoutDetail,
  type Instant,
  imagingChannels,
  type JsonObject,
  minute,
  type Observation,
  type TwinContext,
} from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { assimilate, begin } from './assimilate.ts'

export const subject = { id: 'department/test-imaging', kind: 'department' } as const
/** A Monday, 08:00 UTC. */
export const eight: Instant = Date.UTC(2026, 0, 5, 8)
export const midnight: Instant = eight - 8 * hour

export const context: TwinContext = { random: (...names) => randomStream('radiology-test', ...names), treatments: [] }

export const layout: ImagingLayoutDetail = {
  name: 'Test imaging',
  utcOffsetMinutes: 0,
  machines: [
    {
      code: 'CT1',
      label: 'CT 1',
      modality: 'CT',
      sessions: [{ days: [0, 1, 2, 3, 4], from: 480, until: 1080 }],
      onCall: true,
    },
    { code: 'CT2', label: 'CT 2', modality: 'CT', sessions: [{ days: [0, 1, 2, 3, 4], from: 480, until: 1080 }] },
    { code: 'MR1', label: 'MRI 1', modality: 'MR', sessions: [{ days: [0, 1, 2, 3, 4], from: 480, until: 1080 }] },
  ],
  protocols: [
    { code: 'HEAD', label: 'CT head', modality: 'CT', contrast: false, minutes: 15, sequences: [5] },
    { code: 'CHEST', label: 'CT chest', modality: 'CT', contrast: true, minutes: 20, sequences: [5, 5] },
    { code: 'BRAIN', label: 'MRI brain', modality: 'MR', contrast: false, minutes: 30, sequences: [6, 6, 6, 6] },
  ],
}

let told = 0
export function tell(
  channel: string,
  detail: unknown,
  effective: Instant,
  more: Partial<Observation> = {},
): Observation {
  return {
    id: `o${told++}`,
    version: effective,
    status: 'final',
    subject: subject.id,
    channel,
    code: { system: 'urn:counterpart:department', code: channel },
    value: null,
    unit: '',
    detail: detail as JsonObject,
    effective,
    source: { protocol: 'api', system: 'test' },
    quality: { score: 1, flags: [] },
    ...more,
  }
}

export const exam = (id: string, what: string, effective: Instant, more: object = {}): Observation =>
  tell(imagingChannels.exam, { exam: id, patient: `patient/${id}`, what, ...more }, effective)

export const order = (id: string, protocol: string, origin: string, effective: Instant): Observation =>
  exam(id, 'ordered', effective, { protocol, origin, urgency: origin === 'emergency' ? 'stat' : 'routine' })

export const booking = (id: string, machine: string, at: Instant, effective: Instant, minutes = 20): Observation =>
  exam(id, 'booked', effective, { machine, at, minutes })

export const machine = (code: string, state: string, effective: Instant): Observation =>
  tell(imagingChannels.machine, { machine: code, state }, effective)

export const opening = (at: Instant = midnight): readonly Observation[] => [
  tell(imagingChannels.layout, layout, at),
  tell(
    departmentChannels.roster,
    {
      from: midnight,
      until: midnight + 7 * day,
      spans: [
        { role: 'technologist', from: midnight, until: midnight + 7 * day, count: 3 },
        { role: 'radiologist', from: midnight, until: midnight + 7 * day, count: 2 },
        { role: 'contrast-nurse', from: midnight, until: midnight + 7 * day, count: 1 },
      ],
    },
    at,
  ),
]

/** The belief after these observations, folded by time. */
export function beliefAfter(observations: readonly Observation[], asOf?: Instant): Belief {
  const sorted = observations.toSorted((a, b) => a.effective - b.effective)
  let belief = begin(subject, sorted[0]!.effective, {}, context)
  for (let i = 0; i < sorted.length; ) {
    const at = sorted[i]!.effective
    const same = sorted.filter((o) => o.effective === at)
    belief = assimilate(belief, at, same, context)
    i += same.length
  }
  return asOf === undefined || asOf === belief.asOf ? belief : assimilate(belief, asOf, [], context)
}

/** An ordinary morning: three booked, one under way, an inpatient and an emergency waiting, as of 09:00. */
export const morning = (): readonly Observation[] => [
  ...opening(),
  ...['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id, i) => [
    order(id, ['HEAD', 'CHEST', 'BRAIN'][i % 3]!, 'outpatient', midnight + hour),
    booking(id, ['CT1', 'CT2', 'MR1'][i % 3]!, eight + i * 20 * minute, midnight + hour),
  ]),
  exam('a', 'arrived', eight - 15 * minute),
  exam('a', 'prepared', eight - 5 * minute),
  exam('a', 'started', eight, { machine: 'CT1' }),
  exam('a', 'finished', eight + 16 * minute),
  exam('b', 'arrived', eight + 5 * minute),
  exam('b', 'prepared', eight + 20 * minute),
  exam('b', 'started', eight + 21 * minute, { machine: 'CT2' }),
  exam('b', 'finished', eight + 45 * minute),
  exam('c', 'arrived', eight + 20 * minute),
  exam('c', 'prepared', eight + 30 * minute),
  exam('c', 'started', eight + 40 * minute, { machine: 'MR1' }),
  exam('c', 'sequence-done', eight + 50 * minute, { sequence: 1 }),
  order('in', 'CHEST', 'inpatient', eight + 10 * minute),
  order('em', 'HEAD', 'emergency', eight + 55 * minute),
  exam('a', 'reported', eight + 50 * minute),
]
