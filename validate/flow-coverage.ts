// How often intervals hold the truth, over many experiments with a queue whose truth is known.
import { compilePathway, Run, statisticsOf } from '@counterpart/discrete'
import { batchMeans, replicationIntervals, warmUpLength } from '@counterpart/inference'
import { wilsonInterval } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'
import { waitOfMmc } from './flow-exact.ts'
import { exponential, singleQueue } from './flow-queues.ts'

const [rate, service, servers] = [1.6, 1, 2] as const
const truth = waitOfMmc(rate, service, servers)

/** Replications with a Student interval, and one long run with MSER-5 and batch means. */
export function coverageRows(experiments: number): Measurement[] {
  return [
    row('Student intervals of 20 replications', experiments, replicated()),
    // Shown beside, because a run that is too short for its batches looks just as good to whoever made it.
    row('batch means after MSER-5, a run of 40,000', experiments, longRun(40_000), false),
    row('batch means after MSER-5, a run of 160,000', experiments, longRun(160_000)),
  ]
}

type Interval = (experiment: number) => { readonly mean: number; readonly halfWidth: number }

function row(name: string, experiments: number, intervalOf: Interval, judged = true): Measurement {
  let held = 0
  let widths = 0
  for (let experiment = 0; experiment < experiments; experiment++) {
    const { mean, halfWidth } = intervalOf(experiment)
    if (Math.abs(mean - truth) <= halfWidth) held++
    widths += halfWidth
  }
  const share = held / experiments
  const { low, high } = wilsonInterval(held, experiments)
  const percent = (value: number) => (100 * value).toFixed(1)
  return {
    name: `M/M/2, ρ 0.8, mean wait: coverage of 95 % intervals, ${name}`,
    value: Number((100 * share).toFixed(2)),
    unit: '%',
    ...(judged && { target: '93 to 97', met: share >= 0.93 && share <= 0.97 }),
    note: `${held} of ${experiments} experiments, ${percent(low)}–${percent(high)} %; half-width on average ${percent(widths / experiments / truth)} % of the mean`,
  }
}

/** Twenty independent replications of 2,500 people after a warm-up. */
function replicated(): Interval {
  const replications = 20
  const run = new Run(compilePathway(singleQueue([rate], exponential(service), servers)), { seed: 2 })
  return (experiment) => {
    const means = Array.from({ length: replications }, (_, i) => {
      run.begin(replications * experiment + i)
      run.advance({ until: 400 })
      run.resetStatistics()
      run.advance({ until: 400 + 2500 / rate })
      return statisticsOf(run).lines.service!.all.mean
    })
    return replicationIntervals(means).at(-1)!
  }
}

/** The waits of so many people from an empty start, in the order in which they came to be served. */
function longRun(people: number): Interval {
  const program = compilePathway({
    ...singleQueue([rate], exponential(service), servers),
    sources: [
      {
        name: 'door',
        class: 'class 0',
        arrivals: { kind: 'intervals', between: exponential(1 / rate) },
        limit: people,
      },
    ],
  })
  return (experiment) => {
    const run = new Run(program, { seed: 3, replication: experiment, records: true })
    run.advance({})
    const waits = new Float64Array(people)
    for (let i = 0; i < people; i++) {
      const { number, begun, queued } = run.records!.at(i)
      waits[number] = begun - queued
    }
    return batchMeans(waits, { from: warmUpLength(waits).length })
  }
}
