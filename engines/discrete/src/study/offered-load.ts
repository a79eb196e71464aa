import type { Pathway, Resource, Step } from '../pathway.ts'
import { compilePathway } from '../program.ts'
import type { Quantity } from './measure.ts'
import { runForecast } from './run-forecast.ts'

/** How much of a resource is asked for and how much there is, in units. */
export interface OfferedLoad {
  readonly resource: string
  /** Mean number of units in use if nobody ever had to wait. */
  readonly load: number
  /** The highest of these means at any of the moments looked at. */
  readonly peakLoad: number
  /** When, from the start. */
  readonly peakAt: number
  /** Mean number of units that are there. */
  readonly capacity: number
}

export interface OfferedLoadOptions {
  /** The span that is looked at, from the start of the pathway: `from` 0 when left out. */
  readonly from?: number
  readonly until: number
  /** How often the pathway is run; 100. */
  readonly replications?: number
  readonly seed?: number
}

const MOMENTS = 48

/** More than are ever wanted at once. */
const PLENTY = 1e6

/**
 * The load that a pathway offers to its resources: the pathway is run with so many of everything that nobody waits. What a
 * real run needs is at least that, and more where something is held while its patient waits for something else. A mean of
 * simulations: with the default of 100 of them good to some per cent.
 */
export function offeredLoad(pathway: Pathway, options: OfferedLoadOptions): OfferedLoad[] {
  const { from = 0, replications = 100, seed = 0, until } = options
  const every = until / MOMENTS
  const seen = (kind: 'busy' | 'capacity', of: Pathway, futures: number) =>
    runForecast(compilePathway(of), [], {
      horizon: until,
      every,
      replications: futures,
      seed,
      quantities: Object.fromEntries(
        pathway.resources.map(({ name }): [string, Quantity] => [name, { kind, resource: name }]),
      ),
    })
  const wanted = seen('busy', unconstrained(pathway), replications)
  const there = seen(
    'capacity',
    { ...pathway, sources: [] },
    pathway.resources.some((r) => r.breakdowns) ? replications : 1,
  )
  return pathway.resources.map(({ name }) => {
    const busy = wanted.quantities[name]!.mean
    const capacity = there.quantities[name]!.mean
    const moments = [...wanted.times.keys()].filter((t) => wanted.times[t]! > from)
    const meanOf = (values: Float64Array) => moments.reduce((sum, t) => sum + values[t]!, 0) / moments.length
    const peak = moments.reduce((best, t) => (busy[t]! > busy[best]! ? t : best))
    return {
      resource: name,
      load: meanOf(busy),
      peakLoad: busy[peak]!,
      peakAt: wanted.times[peak]!,
      capacity: meanOf(capacity),
    }
  })
}

/** The pathway with plenty of everything; nobody waits, so nobody leaves, worsens or is turned away while waiting. */
function unconstrained(pathway: Pathway): Pathway {
  const plenty = ({ discipline, name }: Resource): Resource => ({
    name,
    capacity: PLENTY,
    ...(discipline === undefined ? {} : { discipline }),
  })
  const freely = (step: Step): Step => {
    if (step.kind !== 'activity' && step.kind !== 'seize') return step
    const { skills: _skills, patience: _patience, onLeaving: _onLeaving, lineLimit: _limit, ...rest } = step
    return rest
  }
  return { ...pathway, resources: pathway.resources.map(plenty), steps: pathway.steps.map(freely) }
}
