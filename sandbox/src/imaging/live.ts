import { hour, type Milliseconds, type SubjectId } from '@counterpart/kernel'
import { type Feed, type FeedOptions, startFeed } from '../feed.ts'
import { hospitalPlan, imagingPlan } from './plan.ts'
import { ImagingRecords } from './records.ts'
import { type Imaging, type ImagingOptions, simulateImaging } from './simulation.ts'

export interface LiveImagingOptions extends Omit<ImagingOptions, 'from'>, FeedOptions {
  /** How long before now its records begin. Default 12 h. */
  readonly history?: Milliseconds
}

/**
 * What a platform must be told of the imaging department to follow it: one entry of its file of departments. `whole`: with the
 * machines of the emergency department, as in `startHospital`.
 */
export function imagingEntry(
  department: SubjectId,
  { name, utcOffsetMinutes }: { readonly name: string; readonly utcOffsetMinutes: number },
  whole = false,
) {
  const plan = whole ? hospitalPlan : imagingPlan
  return { kind: 'imaging', id: department.replace(/^department\//, ''), name, utcOffsetMinutes, ...plan }
}

/** Starts an imaging department: hands over the records of the past hours, then lives at the pace of the clock. */
export function startImaging(options: LiveImagingOptions): Feed {
  return feedImaging(simulateImaging({ ...options, from: options.clock() - (options.history ?? 12 * hour) }), options)
}

/** Sends what a simulated imaging department writes. */
export function feedImaging(imaging: Imaging, options: FeedOptions & Pick<ImagingOptions, 'seed'>): Feed {
  const records = new ImagingRecords(options.seed, imaging.layout)
  return startFeed(
    {
      get now() {
        return imaging.now
      },
      advance: (to) => records.write(imaging.advance(to)),
    },
    options,
  )
}
