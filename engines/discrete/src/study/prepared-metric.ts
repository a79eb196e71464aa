import { DiscreteError } from '../errors.ts'
import type { Program } from '../program.ts'
import type { Run } from '../run.ts'
import type { State } from '../state.ts'
import type { Metric } from './measure.ts'
import {
  busyAhead,
  busyTime,
  capacityIn,
  capacityTime,
  departedOf,
  isPresent,
  lineTime,
  numberAt,
  poolsOf,
  presentTime,
  sinceOf,
  sourceAt,
  spanOf,
  staysOf,
  WAITS,
  waitSum,
} from './seen-state.ts'

/** A metric made ready: what it reads of a run at its end, without allocating. */
export interface PreparedMetric {
  readonly name: string
  /** Whether the run must keep records. */
  readonly records: boolean
  /** `before` holds the arrivals of each source when the statistics began. */
  of(run: Run, before: Float64Array): number
}

/** Places of these names in a list; all when no names are given. Throws `DiscreteError` (`undeclared`). */
export function placesIn(
  what: string,
  declared: readonly { readonly name: string }[],
  names: readonly string[] | undefined,
  by: string,
): Int32Array {
  if (names === undefined) return Int32Array.from(declared, (_, i) => i)
  return Int32Array.from(names, (name) => {
    const place = declared.findIndex((each) => each.name === name)
    if (place < 0)
      throw new DiscreteError('undeclared', `"${by}" names the ${what} "${name}"`, {
        element: by,
        expected: `one of ${declared
          .map((each) => each.name)
          .slice(0, 20)
          .join(', ')}`,
      })
    return place
  })
}

/** Places of the lines of these steps. */
export function linesOf(program: Program, steps: readonly string[], by: string): Int32Array {
  return placesIn('line of step', program.lines, steps, by)
}

/** Makes a metric ready for a program; throws `DiscreteError` (`undeclared`) for names that it does not have. */
export function prepareMetric(program: Program, name: string, metric: Metric): PreparedMetric {
  const { pathway } = program
  const kinds = pathway.classes.length
  const classesOf = (names?: readonly string[]) => placesIn('class', pathway.classes, names, name)
  const ready = (of: PreparedMetric['of'], records = false): PreparedMetric => ({ name, records, of })
  switch (metric.kind) {
    case 'arrivals': {
      const sources = placesIn('source', pathway.sources, metric.sources, name)
      return ready(({ state }, before) => sumOver(sources, (i) => state.arrivals[i]! - before[i]!))
    }
    case 'departures': {
      const classes = classesOf(metric.classes)
      return ready(({ state }) => departuresOf(state, classes))
    }
    case 'mean-wait': {
      const lines = linesOf(program, [metric.step], name)
      const classes = classesOf(metric.classes)
      return ready(
        ({ state }) =>
          waitSum(state, kinds, lines, classes, WAITS.SUM) / waitSum(state, kinds, lines, classes, WAITS.SERVED),
      )
    }
    case 'mean-stay': {
      const classes = classesOf(metric.classes)
      return ready(({ state }) => sumOver(classes, (k) => staysOf(state, k)) / departuresOf(state, classes))
    }
    case 'share-within': {
      const wanted = new Uint8Array(kinds)
      for (const place of classesOf(metric.classes)) wanted[place] = 1
      return ready((run) => shareWithin(run, metric.time, wanted), true)
    }
    case 'left-waiting': {
      const lines = linesOf(program, metric.steps, name)
      const classes = classesOf()
      return ready(({ state }) => waitSum(state, kinds, lines, classes, WAITS.LEFT))
    }
    case 'mean-waiting': {
      const lines = linesOf(program, metric.steps, name)
      return ready(({ state }) => sumOver(lines, (line) => lineTime(state, line)) / spanOf(state))
    }
    case 'utilisation': {
      const [resource] = placesIn('resource', pathway.resources, [metric.resource], name)
      const pools = poolsOf(program, resource!)
      if (metric.counting !== 'whole') return ready(({ state }) => busyTime(state, pools) / capacityTime(state, pools))
      return ready(
        ({ state }) =>
          (busyTime(state, pools) + busyAhead(program, state, pools)) / (spanOf(state) * capacityIn(state, pools)),
      )
    }
    case 'mean-present':
      return ready(({ state }) => presentTime(state) / spanOf(state))
  }
}

function sumOver(places: Int32Array, of: (place: number) => number): number {
  let sum = 0
  for (let i = 0; i < places.length; i++) sum += of(places[i]!)
  return sum
}

/** People of these classes who left. */
export function departuresOf(state: State, classes: Int32Array): number {
  let count = 0
  for (let i = 0; i < classes.length; i++) count += departedOf(state, classes[i]!)
  return count
}

/** Of those who left since the statistics began, the part whose whole stay took no longer than `limit`; from records. */
function shareWithin(run: Run, limit: number, wanted: Uint8Array): number {
  const { records, state } = run
  if (!records) return Number.NaN
  const since = sinceOf(state)
  // People by number, source after source; those who were there at the start come last.
  const from = new Int32Array(state.arrivals.length + 1)
  for (let source = 0; source < state.arrivals.length; source++)
    from[source + 1] = from[source]! + state.arrivals[source]!
  const people = from[state.arrivals.length]! + state.admitted
  const came = new Float64Array(people).fill(Number.NaN)
  const went = new Float64Array(people).fill(Number.NaN)
  const kinds = new Uint8Array(people)
  for (let i = 0; i < records.length; i++) {
    const stay = records.at(i)
    const who = from[stay.source]! + stay.number
    if (Number.isNaN(came[who]!)) came[who] = stay.queued
    went[who] = stay.ended
    kinds[who] = stay.class
  }
  for (let slot = 0; slot < state.used; slot++)
    if (isPresent(state, slot)) went[from[sourceAt(state, slot)]! + numberAt(state, slot)] = Number.NaN
  let [within, all] = [0, 0]
  for (let who = 0; who < people; who++) {
    if (!(went[who]! >= since) || wanted[kinds[who]!] === 0) continue
    all++
    if (went[who]! - came[who]! <= limit) within++
  }
  return within / all
}
