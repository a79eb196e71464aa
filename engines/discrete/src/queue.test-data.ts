import type { Duration, Pathway, Resource } from './pathway.ts'
import type { Stay } from './records.ts'
import type { Run } from './run.ts'

export const exponential = (mean: number): Duration => ({ kind: 'exponential', mean })
export const list = (...values: number[]): Duration => ({ kind: 'list', values })
export const constant = (value: number): Duration => ({ kind: 'constant', value })

/** One line, one kind of staff, one source for each class in order of priority. */
export function singleQueue(
  rates: readonly number[],
  service: Duration,
  capacity: number,
  resource: Partial<Resource> = {},
  taking: { readonly patience?: Duration } = {},
): Pathway {
  const name = (i: number) => `class ${i}`
  return {
    name: 'single queue',
    classes: rates.map((_, i) => ({ name: name(i), priority: i })),
    sources: rates.map((rate, i) => ({
      name: `source ${i}`,
      class: name(i),
      arrivals: { kind: 'intervals', between: exponential(1 / rate) },
    })),
    resources: [{ name: 'staff', capacity, ...resource }],
    steps: [{ kind: 'activity', name: 'service', needs: { staff: 1 }, duration: service, ...taking }],
  }
}

/** The records of a run. */
export const staysOf = (run: Run): Stay[] => Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i))
