import { type Forecast, programAt, readLiveState, runForecast, type TimeUnit } from '@counterpart/discrete'
import {
  onlyFile,
  onThreads,
  readPathwayFile,
  seedFrom,
  threadsFrom,
  variantsFrom,
  whileWithin,
  within,
  worthThreads,
} from './flow-file.ts'
import { shown, timeFrom } from './flow-run.ts'
import { progress } from './progress.ts'
import { textOf } from './text-file.ts'
import { print, readArguments, UsageError, wholeNumber } from './usage.ts'

export const forecastUsage =
  'flow forecast FILE --state STATE --horizon H [--every E] [--replications N] [--seed S] [--variant NAME] [--threads N] [--json]'

/** `counterpart flow forecast`: begins from who is where now and prints what may come, on several threads. */
export async function forecastFlow(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {
    state: { type: 'string' },
    horizon: { type: 'string' },
    every: { type: 'string' },
    replications: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '0' },
    variant: { type: 'string', multiple: true },
    threads: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const file = onlyFile(positionals)
  const { state } = values
  if (state === undefined) throw new UsageError('--state is missing: the file that says who is where')
  const replications = wholeNumber(values.replications, '--replications', 1, 1e7)
  const seed = seedFrom(values.seed)
  const document = readPathwayFile(file, variantsFrom(values.variant))
  const horizon = timeFrom(values.horizon, '--horizon', document.time)
  if (horizon === undefined) throw new UsageError('--horizon is missing: how far to look')
  const every = timeFrom(values.every, '--every', document.time)
  const live = within(state, () => readLiveState(textOf(state), document))
  const threads = threadsFrom(values.threads)
  const options = {
    replications,
    horizon,
    seed,
    ...(every === undefined ? {} : { every }),
    ...(Object.keys(document.quantities).length > 0 ? { quantities: document.quantities } : {}),
    onProgress: progress('futures:'),
  }
  const forecast = await whileWithin(file, async () => {
    const program = programAt(document.pathway, live.now)
    if (threads === 1 || replications < worthThreads) return runForecast(program, live.people, options)
    return await onThreads(threads, (pool) => pool.forecast(program.pathway, live.people, options))
  })
  print(values.json, { quantities: byMoment(forecast) }, ({ quantities }) => inWords(quantities, document.time))
}

type Moment = {
  readonly t: number
  readonly mean: number
  readonly q05: number
  readonly q50: number
  readonly q95: number
}

/** Times are from now. */
function byMoment({ quantities, times }: Forecast): Record<string, readonly Moment[]> {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, { mean, q05, q50, q95 }]) => [
      name,
      Array.from(times, (t, i) => ({ t, mean: mean[i]!, q05: q05[i]!, q50: q50[i]!, q95: q95[i]! })),
    ]),
  )
}

function inWords(quantities: Readonly<Record<string, readonly Moment[]>>, unit: TimeUnit): string {
  const row = (cells: readonly string[]) => `  ${cells.map((cell) => cell.padStart(10)).join('')}`
  return Object.entries(quantities)
    .flatMap(([name, moments]) => [
      name,
      row([`in ${unit}`, 'mean', '5 %', '50 %', '95 %']),
      ...moments.map(({ t, mean, q05, q50, q95 }) => row([t, mean, q05, q50, q95].map(shown))),
    ])
    .join('\n')
}
