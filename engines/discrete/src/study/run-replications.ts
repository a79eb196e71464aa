import { quantileOf, RunningMoments, studentT } from '@counterpart/numerics'
import { DiscreteError } from '../errors.ts'
import type { Program } from '../program.ts'
import { Run } from '../run.ts'
import type { Metric } from './measure.ts'
import { prepareMetric } from './prepared-metric.ts'

/** The mean of a metric over replications, and how sure it is. */
export interface MetricSummary {
  readonly mean: number
  /** With divisor n − 1; NaN for fewer than two. */
  readonly sd: number
  /** Half the width of the 95 % Student interval of the mean. */
  readonly halfWidth95: number
  /** Replications in which the metric had a value. */
  readonly n: number
}

export interface ReplicationOptions {
  /** How many, at least 1; with `target` the most. */
  readonly replications: number
  readonly seed?: number
  /** Number of the first replication, for studies in parts; 0. */
  readonly first?: number
  /** How long each runs, on from the pathway's start; > 0. */
  readonly until: number
  /** Statistics begin this long after the start; 0. */
  readonly warmUp?: number
  readonly metrics?: Readonly<Record<string, Metric>>
  /** Stops once this metric's half-width is at most this part of its mean's size; looked at from 10 replications on. */
  readonly target?: { readonly metric: string; readonly relativeHalfWidth: number }
  /** Events that one replication may take; 100 million. */
  readonly events?: number
  /** People who may be present at once; 1 million. */
  readonly present?: number
  onProgress?(done: number, of: number): void
}

export interface Replications {
  /** By metric: one value for each replication, NaN where there was nothing to see. */
  readonly values: Readonly<Record<string, Float64Array>>
  readonly metrics: Readonly<Record<string, MetricSummary>>
  readonly replications: number
  /** Events of all of them. */
  readonly events: number
  /** Whether `target` was asked for and not reached. */
  readonly missedTarget: boolean
}

const FEWEST_FOR_TARGET = 10

/**
 * Runs a pathway again and again, each time from empty at its start, and summarises its metrics. Replication k of a seed is
 * the same whatever runs beside it, and scenarios that share names share its random numbers, so that their values pair.
 *
 * Throws `DiscreteError`: `invalid-option`, also when a replication took more events or people than allowed;
 * `undeclared` for names in metrics.
 *
 * @example
 * ```ts
 * const { metrics } = runReplications(compilePathway(pathway), { replications: 1000, until: 1140 })
 * metrics['wait: triage'] // { mean: 30.6, sd: 17.4, halfWidth95: 1.1, n: 1000 }
 * ```
 */
export function runReplications(program: Program, options: ReplicationOptions): Replications {
  const { first = 0, replications, seed = 0, target, until, warmUp = 0 } = options
  checkOptions(options)
  const prepared = Object.entries(options.metrics ?? defaultMetrics(program)).map(([name, metric]) =>
    prepareMetric(program, name, metric),
  )
  requireSize(prepared.length * replications, `${prepared.length} metrics of ${replications} replications`)
  const watched = prepared.findIndex(({ name }) => name === target?.metric)
  if (target)
    requireOption(watched >= 0, 'target.metric', target.metric, `one of ${prepared.map((m) => m.name).join(', ')}`)
  const columns = prepared.map(() => new Float64Array(replications))
  const records = prepared.some((metric) => metric.records)
  const before = new Float64Array(program.sources.length)
  const moments = new RunningMoments()
  let run = new Run(program, { seed, replication: first, records })
  const begins = run.now
  let events = 0
  let done = 0
  let reached = target === undefined
  while (done < replications) {
    const replication = first + done
    // Records only grow: with them every replication has a run of its own.
    if (done > 0 && records) run = new Run(program, { seed, replication, records })
    else if (done > 0) run.begin(replication)
    before.fill(0)
    if (warmUp > 0) {
      advance(run, begins + warmUp, replication, options)
      run.resetStatistics()
      before.set(run.state.arrivals)
    }
    advance(run, begins + until, replication, options)
    events += run.events
    for (let m = 0; m < prepared.length; m++) columns[m]![done] = prepared[m]!.of(run, before)
    done++
    options.onProgress?.(done, replications)
    if (!target) continue
    const value = columns[watched]![done - 1]!
    if (!Number.isNaN(value)) moments.add(value)
    reached = done >= FEWEST_FOR_TARGET && halfWidth(moments) <= target.relativeHalfWidth * Math.abs(moments.mean)
    if (reached) break
  }
  const values = Object.fromEntries(prepared.map(({ name }, m) => [name, columns[m]!.slice(0, done)]))
  return {
    values,
    metrics: Object.fromEntries(Object.entries(values).map(([name, column]) => [name, summaryOf(column)])),
    replications: done,
    events,
    missedTarget: !reached,
  }
}

function checkOptions({ replications, target, until, warmUp = 0 }: ReplicationOptions): void {
  const whole = Number.isSafeInteger(replications) && replications >= 1 && replications <= 1e7
  requireOption(whole, 'replications', replications, 'a whole number from 1 to 10 million')
  requireOption(until > 0 && until < Number.POSITIVE_INFINITY, 'until', until, 'a time above 0')
  requireOption(warmUp >= 0 && warmUp < until, 'warmUp', warmUp, `a time of at least 0 and before ${until}`)
  if (!target) return
  const { relativeHalfWidth } = target
  requireOption(relativeHalfWidth > 0, 'target.relativeHalfWidth', relativeHalfWidth, 'a number above 0')
}

function advance(run: Run, until: number, replication: number, options: ReplicationOptions): void {
  const { events = 1e8, present = 1e6 } = options
  const stop = run.advance({ until, events: Math.max(0, events - run.events), present })
  if (stop === 'events' || stop === 'present') throw spent(replication, stop, run.now)
}

/** Mean, spread and 95 % Student interval of the values that are not NaN. */
export function summaryOf(values: Float64Array): MetricSummary {
  const moments = new RunningMoments()
  for (const value of values) if (!Number.isNaN(value)) moments.add(value)
  return { mean: moments.mean, sd: Math.sqrt(moments.variance), halfWidth95: halfWidth(moments), n: moments.count }
}

function halfWidth(moments: RunningMoments): number {
  const { count: n, variance } = moments
  return n < 2 ? Number.NaN : quantileOf(studentT(n - 1), 0.975) * Math.sqrt(variance / n)
}

/** What is measured when a pathway says nothing of it: waits, use of resources, stays by class, numbers of people. */
export function defaultMetrics(program: Program): Readonly<Record<string, Metric>> {
  const { classes, resources } = program.pathway
  return Object.fromEntries<Metric>([
    ['arrivals', { kind: 'arrivals' }],
    ['departures', { kind: 'departures' }],
    ['mean present', { kind: 'mean-present' }],
    ...classes.map(({ name }) => [`stay: ${name}`, { kind: 'mean-stay', classes: [name] }] as const),
    ...program.lines.flatMap((line) => [
      [`wait: ${line.name}`, { kind: 'mean-wait', step: line.name }] as const,
      [`waiting: ${line.name}`, { kind: 'mean-waiting', steps: [line.name] }] as const,
      ...(line.patience >= 0
        ? [[`left waiting: ${line.name}`, { kind: 'left-waiting', steps: [line.name] }] as const]
        : []),
    ]),
    ...resources.map(({ name }) => [`utilisation: ${name}`, { kind: 'utilisation', resource: name }] as const),
  ])
}

export function requireOption(holds: boolean, name: string, value: unknown, expected: string): void {
  if (!holds) throw new DiscreteError('invalid-option', `${name} is ${value}`, { element: name, expected })
}

/** Numbers that a study may keep at once: half a gigabyte. */
const MOST_NUMBERS = 2 ** 26

/** Refuses a study that would keep too many numbers. */
export function requireSize(numbers: number, what: string): void {
  if (numbers <= MOST_NUMBERS) return
  throw new DiscreteError('invalid-option', `${what} are ${numbers} numbers`, {
    element: 'replications',
    expected: `at most ${MOST_NUMBERS}`,
    mend: 'ask for fewer measures, moments or replications, or run the study in parts',
  })
}

/** A replication that took too much: the pathway takes in more than it can serve, or runs too long. */
export function spent(replication: number, stop: 'events' | 'present', now: number): DiscreteError {
  return new DiscreteError(
    'invalid-option',
    `replication ${replication} had used up its budget of ${stop === 'events' ? 'events' : 'people present'} at time ${now}`,
    { element: stop, mend: 'run it for a shorter time, give it more capacity, or allow more' },
  )
}
