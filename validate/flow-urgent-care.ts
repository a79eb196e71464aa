import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Replications, readPathway } from '@counterpart/discrete'
import { createFlowPool, type FlowPool } from '@counterpart/discrete/node'
import { covariance, mean, variance } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'
import { shown } from './flow-score.ts'
import {
  type Cell,
  exactArrivals,
  legacyTable,
  legacyUtilisations,
  type Scenario,
  scenarios,
  secondLegacy,
  varianceRatios,
} from './flow-urgent-care-reference.ts'

const limit = 3.5
const nonTrauma = 'total time non-trauma'

/** The urgent-care centre, pathways/urgent-care.yaml, against what others' programs give, with their arrivals and correct ones. */
export function validate(): Promise<readonly Measurement[]> {
  return urgentCare(20_000)
}

export async function urgentCare(replications: number): Promise<readonly Measurement[]> {
  await using pool = createFlowPool()
  const legacy = await allScenarios(pool, ['legacy'], replications)
  const exact = await allScenarios(pool, [], replications)
  return [
    ...Object.entries(legacyTable).flatMap(([metric, cells]) =>
      scenarios.map((scenario) => cellRow(`legacy, ${scenario}: ${metric}`, legacy[scenario], metric, cells[scenario])),
    ),
    ...table('legacy, base', legacy.base, legacyUtilisations),
    ...table('legacy, base, second program', legacy.base, secondLegacy),
    ...table('correct arrivals, base', exact.base, exactArrivals),
    told(legacy.base, exact.base),
    ...[legacy, exact].flatMap((all, i) => rankings(['legacy', 'correct arrivals'][i]!, all)),
    ...commonNumbers(legacy),
  ]
}

type ByScenario = Readonly<Record<Scenario, Replications>>

async function allScenarios(pool: FlowPool, arrivals: readonly string[], replications: number): Promise<ByScenario> {
  const text = readFileSync(join(import.meta.dirname, '../pathways/urgent-care.yaml'), 'utf8')
  const found: [Scenario, Replications][] = []
  for (const scenario of scenarios) {
    const { pathway, metrics, study } = readPathway(text, { variants: [...arrivals, scenario] })
    found.push([scenario, await pool.replicate(pathway, { replications, seed: 1, until: study.until!, metrics })])
  }
  return Object.fromEntries(found) as unknown as ByScenario
}

const table = (name: string, { metrics, ...rest }: Replications, cells: Readonly<Record<string, Cell>>) =>
  Object.entries(cells).map(([metric, cell]) => cellRow(`${name}: ${metric}`, { metrics, ...rest }, metric, cell))

/** Our mean against theirs, in standard errors of the difference. */
function cellRow(name: string, { metrics }: Replications, metric: string, [theirs, halfWidth]: Cell): Measurement {
  const { mean: ours, sd, n } = metrics[metric]!
  const z = (ours - theirs) / Math.hypot(sd / Math.sqrt(n), halfWidth / 1.96)
  return {
    name: `urgent care, ${name}`,
    value: Number(z.toFixed(2)),
    unit: 'standard errors',
    target: `within ± ${limit}`,
    met: Math.abs(z) < limit,
    note: `${shown(ours, 6)} ± ${shown((1.96 * sd) / Math.sqrt(n), 2)}, reference ${theirs} ± ${halfWidth}; ${n} replications`,
  }
}

/** Whether the quirk of the arrivals is told from correct ones: what the switch does must be seen. */
function told(legacy: Replications, exact: Replications): Measurement {
  const metric = 'triage wait'
  const shift = differences(exact, legacy, metric)
  const z = mean(shift) / Math.sqrt(variance(shift) / shift.length)
  return {
    name: 'urgent care, correct arrivals: triage wait above that of legacy',
    value: Number(((100 * mean(shift)) / legacy.metrics[metric]!.mean).toFixed(2)),
    unit: '%',
    target: 'told apart (3 standard errors)',
    met: z > 3,
    note: `${shown(z, 3)} standard errors of the paired difference; others found 2.8 %`,
  }
}

/** Scenarios by mean time of those without trauma, and by throughput, against the order of the reference. */
function rankings(name: string, all: ByScenario): Measurement[] {
  return ([nonTrauma, 'throughput'] as const).map((metric) => {
    const sign = metric === 'throughput' ? -1 : 1
    const orderBy = (of: (scenario: Scenario) => number) => scenarios.toSorted((a, b) => sign * (of(a) - of(b)))
    const found = orderBy((scenario) => all[scenario].metrics[metric]!.mean)
    const reference = orderBy((scenario) => legacyTable[metric]![scenario][0])
    // Neighbours in the order, replication by replication.
    const least = Math.min(
      ...found.slice(1).map((worse, i) => {
        const difference = differences(all[worse], all[found[i]!], metric)
        return (sign * mean(difference)) / Math.sqrt(variance(difference) / difference.length)
      }),
    )
    return {
      name: `urgent care, ${name}: order of scenarios by ${metric}`,
      value: found.join(', '),
      unit: '',
      target: 'as the reference',
      met: found.join() === reference.join(),
      note: `the closest neighbours are ${shown(least, 3)} standard errors of their paired difference apart`,
    }
  })
}

/** What sharing random numbers patient by patient is worth. */
function commonNumbers(all: ByScenario): Measurement[] {
  return varianceRatios.map(([scenario, metric, theirs]) => {
    const [a, b] = [all.base.values[metric]!, all[scenario].values[metric]!]
    const apart = variance(a) + variance(b)
    const ratio = apart / (apart - 2 * covariance(a, b))
    return {
      name: `urgent care, ${scenario} against base: variance of the difference in ${metric}, independent over common random numbers`,
      value: Number(ratio.toFixed(1)),
      unit: '1',
      note: `the Python program ${theirs}`,
    }
  })
}

const differences = (a: Replications, b: Replications, metric: string) =>
  a.values[metric]!.map((value, i) => value - b.values[metric]![i]!)
