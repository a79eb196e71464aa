import { type PreparedDuration, prepareDuration } from '../duration.ts'
import type { Arrivals } from '../pathway.ts'
import type { Draft } from './draft.ts'
import { refuse } from './names.ts'

export interface PreparedSource {
  readonly class: number
  readonly entry: number
  readonly stream: number
  readonly arrivals: Arrivals
  readonly between: PreparedDuration | undefined
  /** Of arrivals by rates. */
  readonly rates: Float64Array
  readonly limit: number
  readonly until: number
}

export function sourcesOf(draft: Draft): PreparedSource[] {
  return draft.pathway.sources.map((source) => {
    const { arrivals, limit = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY } = source
    const by = `source "${source.name}"`
    checkArrivals(arrivals, by)
    if (!(limit === Number.POSITIVE_INFINITY || Number.isInteger(limit)) || limit < 0)
      throw refuse(`${by} has limit ${limit}`, source.name, 'an integer of at least 0')
    if (Number.isNaN(until)) throw refuse(`${by} goes on until ${until}`, source.name, 'a time')
    return {
      class: draft.classOf(source.class, by),
      entry: draft.goto(source.to, by, 0),
      stream: draft.streamOf('arrivals'),
      arrivals,
      between: arrivals.kind === 'intervals' ? prepareDuration(arrivals.between, by) : undefined,
      rates: Float64Array.from(arrivals.kind === 'rates' ? arrivals.rates : []),
      limit,
      until,
    }
  })
}

function checkArrivals(arrivals: Arrivals, by: string): void {
  if (arrivals.kind === 'rates') {
    if (!(arrivals.every > 0 && arrivals.every < Number.POSITIVE_INFINITY))
      throw refuse(`${by} has rates for every ${arrivals.every}`, by, 'a positive span')
    if (arrivals.rates.length === 0 || arrivals.rates.some((r) => !(r >= 0 && r < Number.POSITIVE_INFINITY)))
      throw refuse(`${by} has rates ${arrivals.rates}`, by, 'finite numbers of at least 0')
  } else if (arrivals.kind === 'times') {
    let last = Number.NEGATIVE_INFINITY
    for (const time of arrivals.times) {
      if (!(time >= last && time < Number.POSITIVE_INFINITY))
        throw refuse(`${by} has an arrival at ${time}`, by, 'finite times in ascending order')
      last = time
    }
  } else if (arrivals.kind !== 'intervals')
    throw refuse(`${by} has arrivals of an unknown kind`, by, 'intervals, rates or times')
}
