import { type Forecast, programAt, readLiveState, runForecast, type TimeUnit } from '@counterpart/discrete'
import { onlyFile, readPathwayFile, seedFrom, variantsFrom, within } from './flow-file.ts'
import { shown, timeFrom } from './flow-run.ts'
import { progress } from './progress.ts'
import { textOf } from './text-file.ts'
import { print, readArguments, UsageError, wholeNumber } from './usage.ts'

export const forecastUsage =
  'flow forecast FILE --state STATE --horizon H [--every E] [--replications N] [--seed S] [--variant NAME] [--json]'

/** `counterpart flow forecast`: begins from who is where now and prints what may come. */
export function forecastFlow(args: readonly string[]): void {
  const { values, positionals } = readArguments(args, {
    state: { type: 'string' },
    horizon: { type: 'string' },
    every: { type: 'string' },
    replications: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '0' },
    variant: { type: 'string', multiple: true },
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
  const told = progress('futures:')
  const forecast = within(file, () =>
    runForecast(programAt(document.pathway, live.now), live.people, {
      replications,
      horizon,
      seed,
      ...(every === undefined ? {} : { every }),
      ...(Object.keys(document.quantities).length > 0 ? { quantities: document.quantities } : {}),
      onProgress: told,
    }),
  )
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
