import {
  type Belief,
  type Instant,
  membersOf,
  minute,
  type Observation,
  type Quality,
  type Treatment,
  type TwinContext,
} from '@counterpart/kernel'
import { quantiles, randomStream } from '@counterpart/numerics'
import { channels } from './channels.ts'
import { cardiovascular } from './twin.ts'

export const subject = { id: 'patient/example', kind: 'patient' } as const

export function contextWith(treatments: readonly Treatment[] = [], seed = 'test'): TwinContext {
  return { random: (...names) => randomStream(seed, ...names), treatments }
}

const fine: Quality = { score: 1, flags: [] }

export function observed(
  channel: string,
  value: number,
  effective: Instant,
  also: Partial<Observation> & { readonly quality?: Quality } = {},
): Observation {
  const { codes, unit } = channels.find((c) => c.name === channel)!
  return {
    id: `${channel}@${effective}`,
    version: effective,
    status: 'final',
    subject: subject.id,
    channel,
    code: codes[0]!,
    value,
    unit,
    effective,
    source: { protocol: 'hl7v2', system: 'test' },
    quality: fine,
    ...also,
  }
}

/** Two hours of a ward: an echo, then heart rate and pressure every quarter of an hour. */
export function followed(
  vitals: { readonly rate: number; readonly systolic: number; readonly diastolic: number },
  echo?: { readonly endDiastolic: number; readonly endSystolic: number },
  treatments: readonly Treatment[] = [],
  readings = 8,
): Belief {
  const context = contextWith(treatments)
  let belief = cardiovascular.begin(subject, 0, {}, context)
  if (echo)
    belief = cardiovascular.assimilate(
      belief,
      0,
      [
        observed('left-ventricular-end-diastolic-volume', echo.endDiastolic, 0),
        observed('left-ventricular-end-systolic-volume', echo.endSystolic, 0),
      ],
      context,
    )
  for (let i = 1; i <= readings; i++) {
    const at = i * 15 * minute
    belief = cardiovascular.assimilate(
      belief,
      at,
      [
        observed('heart-rate', vitals.rate, at),
        observed('systolic-blood-pressure', vitals.systolic, at),
        observed('diastolic-blood-pressure', vitals.diastolic, at),
      ],
      context,
    )
  }
  return belief
}

export function median(belief: Belief, name: string): number {
  return quantiles(membersOf(belief.ensemble, name), [0.5])[0]!
}

/** Width of the 90 % interval. */
export function width(belief: Belief, name: string): number {
  const [low, high] = quantiles(membersOf(belief.ensemble, name), [0.05, 0.95]) as unknown as [number, number]
  return high - low
}
