import { hour, type Milliseconds, type SubjectId } from '@counterpart/kernel'
import { type Feed, type FeedOptions, startFeed } from '../feed.ts'
import { imagingPlan } from './plan.ts'
import { ImagingRecords } from './records.ts'
import { type ImagingOptions, simulateImaging } from './simulation.ts'

export interface LiveImagingOptions extends Omit<ImagingOptions, 'from'>, FeedOptions {
  /** How long before now its records begin. Default 12 h. */
  readonly history?: Milliseconds
}

/** What a platform must be told of the imaging department to follow it: one entry of its file of departments. */
export function imagingEntry(
  department: SubjectId,
  { name, utcOffsetMinutes }: { name: string; utcOffsetMinutes: number },
) {
  return { kind: 'imaging', id: department.replace(/^department\//, ''), name, utcOffsetMinutes, ...imagingPlan }
}

/** Starts an imaging department: hands over the records of the past hours, then lives at the pace of the clock. */
export function startImaging(options: LiveImagingOptions): Feed {
  const imaging = simulateImaging({ ...options, from: options.clock() - (options.history ?? 12 * hour) })
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
