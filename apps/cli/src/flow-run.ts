import { compilePathway, type MetricSummary, runReplications, type TimeUnit, timeIn } from '@counterpart/discrete'
import {
  onlyFile,
  onThreads,
  readPathwayFile,
  seedFrom,
  threadsFrom,
  variantsFrom,
  whileWithin,
  worthThreads,
} from './flow-file.ts'
import { progress } from './progress.ts'
import { print, readArguments, UsageError, wholeNumber } from './usage.ts'

export const runUsage =
  'flow run FILE [--replications N] [--seed S] [--warm-up T] [--until T] [--variant NAME] [--target METRIC=PART] [--threads N] [--json]'

/** `counterpart flow run`: runs a pathway again and again, on several threads, and prints its metrics. */
export async function runFlow(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {
    replications: { type: 'string' },
    seed: { type: 'string', default: '0' },
    'warm-up': { type: 'string' },
    until: { type: 'string' },
    variant: { type: 'string', multiple: true },
    target: { type: 'string' },
    threads: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const file = onlyFile(positionals)
  const seed = seedFrom(values.seed)
  const asked =
    values.replications === undefined ? undefined : wholeNumber(values.replications, '--replications', 1, 1e7)
  const target = targetFrom(values.target)
  const { metrics, pathway, study, time } = readPathwayFile(file, variantsFrom(values.variant))
  const until = timeFrom(values.until, '--until', time) ?? study.until
  if (until === undefined) throw new UsageError(`--until is missing: ${file} does not say how long to run`)
  const warmUp = timeFrom(values['warm-up'], '--warm-up', time) ?? study.warmUp ?? 0
  const threads = threadsFrom(values.threads)
  const options = {
    replications: asked ?? study.replications ?? 100,
    seed,
    until,
    warmUp,
    ...(Object.keys(metrics).length > 0 ? { metrics } : {}),
    onProgress: progress('replications:'),
  }
  const result = await whileWithin(file, async () => {
    // Threads give the same bits; whether a target is reached is looked at between replications, on one.
    if (target) return runReplications(compilePathway(pathway), { ...options, target })
    if (threads === 1 || options.replications < worthThreads) return runReplications(compilePathway(pathway), options)
    return await onThreads(threads, (pool) => pool.replicate(pathway, options))
  })
  if (result.missedTarget)
    process.stderr.write(
      `counterpart flow: warning: ${result.replications} replications do not give "${target!.metric}" within ${100 * target!.relativeHalfWidth} %\n`,
    )
  print(values.json, { metrics: result.metrics }, ({ metrics: found }) =>
    inWords(pathway.name, result.replications, found),
  )
}

/** A number in the unit of the pathway, or text such as `4 h`. */
export function timeFrom(text: string | undefined, name: string, unit: TimeUnit): number | undefined {
  if (text === undefined) return undefined
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const value = Number.isNaN(number) ? timeIn(text, unit) : number
  if (value === undefined || !Number.isFinite(value) || value < 0)
    throw new UsageError(`${name} must be a time such as 90 (in ${unit}) or "4 h", not "${text}"`)
  return value
}

/** `METRIC=PART`: the half-width to reach, as part of the mean. */
function targetFrom(
  text: string | undefined,
): { readonly metric: string; readonly relativeHalfWidth: number } | undefined {
  if (text === undefined) return undefined
  const at = text.lastIndexOf('=')
  const relativeHalfWidth = Number(text.slice(at + 1))
  if (at < 1 || !(relativeHalfWidth > 0)) throw new UsageError(`--target expects METRIC=0.05, not "${text}"`)
  return { metric: text.slice(0, at), relativeHalfWidth }
}

function inWords(name: string, replications: number, metrics: Readonly<Record<string, MetricSummary>>): string {
  const width = Math.max(6, ...Object.keys(metrics).map((metric) => metric.length))
  const row = (metric: string, cells: readonly string[]) =>
    `  ${metric.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join('')}`
  const rows = Object.entries(metrics).map(([metric, { halfWidth95, mean, n, sd }]) =>
    row(metric, [shown(mean), shown(halfWidth95), shown(sd), String(n)]),
  )
  const heading = `${name}: ${replications} replication${replications === 1 ? '' : 's'}`
  return [heading, row('', ['mean', '± 95 %', 'sd', 'n']), ...rows].join('\n')
}

/** A number in five digits, or four after the point if it is small; a dash where there is none. */
export function shown(value: number): string {
  if (Number.isNaN(value)) return '–'
  return String(Number(Math.abs(value) < 1 ? value.toFixed(4) : value.toPrecision(5)))
}
