import { buildSystem, checkUnits, compile, type Model, simulate, type Trajectory } from '@counterpart/dynamics'
import { type Column, columnsOf } from './model-columns.ts'
import { readModelFile, within } from './model-file.ts'
import { printable } from './model-words.ts'
import { progress } from './progress.ts'
import { print, readArguments, UsageError } from './usage.ts'

const methods = ['auto', 'dormand-prince', 'rodas', 'runge-kutta-4', 'rush-larsen', 'rush-larsen-2'] as const

export const runUsage = `model run FILE [--start T0] --end T --steps N [--species a,b] [--amounts a] [--concentrations b] [--parameters k=1,m=2] [--method ${methods.join('|')}] [--step H] [--relative-tolerance R] [--absolute-tolerance A] [--seed TEXT] [--csv | --json]`

const options = {
  start: { type: 'string', default: '0' },
  end: { type: 'string' },
  steps: { type: 'string' },
  species: { type: 'string' },
  amounts: { type: 'string' },
  concentrations: { type: 'string' },
  parameters: { type: 'string' },
  method: { type: 'string', default: 'auto' },
  step: { type: 'string' },
  'relative-tolerance': { type: 'string' },
  'absolute-tolerance': { type: 'string' },
  seed: { type: 'string' },
  csv: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

/** `counterpart model run`: follows a model and prints what is asked for at equally spaced times. */
export function runModel(args: readonly string[]): void {
  const { values, positionals } = readArguments(withNegativeNumbers(args), options)
  const [file, extra] = positionals
  if (file === undefined || extra !== undefined) throw new UsageError('expected one FILE')
  if (values.csv && values.json) throw new UsageError('choose one of --csv and --json')
  const asked = {
    species: values.species === undefined ? undefined : listed(values.species),
    amounts: listed(values.amounts),
    concentrations: listed(values.concentrations),
  }
  const how = howToRun(values)

  within(file, () => {
    const model = readModelFile(file)
    const system = buildSystem(model)
    const columns = columnsOf(system, asked)
    const machine = compile(
      system,
      columns.map(({ quantity }) => quantity),
    )
    const told = progress('per cent done:')
    const trajectory = simulate(machine, { ...how, onProgress: (done) => told(Math.round(100 * done), 100) })
    const warnings = [...clashesOf(model), ...system.warnings, ...trajectory.warnings]
    for (const warning of warnings) process.stderr.write(`counterpart model: warning: ${printable(warning)}\n`)
    if (values.json) print(true, documentOf(model.id, system.identity, columns, trajectory, warnings), () => '')
    else writeCsv(columns, trajectory)
  })
}

/** Units that clash; the first of many. */
function clashesOf(model: Model): string[] {
  const clashes = checkUnits(model).filter(({ severity }) => severity === 'error')
  const shown = clashes.slice(0, 5).map(({ message }) => `units: ${message}`)
  const left = clashes.length - shown.length
  return left > 0 ? [...shown, `units: ${left} more clash; counterpart model check shows all`] : shown
}

type Values = Readonly<Partial<Record<keyof typeof options, string | boolean>>>

function howToRun(values: Values) {
  const text = (name: keyof typeof options) => values[name] as string | undefined
  const method = methods.find((each) => each === values.method)
  if (!method) throw new UsageError(`--method must be one of ${methods.join(', ')}`)
  const start = finite(text('start')!, '--start')
  const end = finite(required(text('end'), '--end'), '--end')
  if (end < start) throw new UsageError(`--end ${end} is before --start ${start}`)
  const steps = finite(required(text('steps'), '--steps'), '--steps')
  if (!Number.isSafeInteger(steps) || steps < 1) throw new UsageError('--steps must be a whole number from 1')
  const step = positive(text('step'), '--step')
  const relativeTolerance = positive(text('relative-tolerance'), '--relative-tolerance')
  const absoluteTolerance = positive(text('absolute-tolerance'), '--absolute-tolerance')
  const seed = text('seed')
  return {
    start,
    end,
    steps,
    method,
    given: givenValues(listed(text('parameters'))),
    ...(step === undefined ? {} : { step }),
    ...(relativeTolerance === undefined ? {} : { relativeTolerance }),
    ...(absoluteTolerance === undefined ? {} : { absoluteTolerance }),
    ...(seed === undefined ? {} : { seed }),
  }
}

function documentOf(
  model: string,
  identity: string,
  columns: readonly Column[],
  { times, values, statistics }: Trajectory,
  warnings: readonly string[],
) {
  return {
    model,
    identity,
    times,
    columns: columns.map(({ symbol, quantity, unit }, at) => ({
      symbol,
      quantity,
      unit: unit ?? null,
      values: times.map((_, row) => values[row * columns.length + at]!),
    })),
    warnings,
    statistics,
  }
}

/** Rows in pieces, so that a long run needs no second copy of itself in memory. Numbers are the shortest that read back the same. */
function writeCsv(columns: readonly Column[], { times, values }: Trajectory): void {
  let text = `${['time', ...columns.map(({ symbol }) => symbol)].join(',')}\n`
  for (let row = 0; row < times.length; row += 1) {
    text += times[row]!
    for (let column = 0; column < columns.length; column += 1) text += `,${values[row * columns.length + column]!}`
    text += '\n'
    if (text.length > 1 << 16) {
      process.stdout.write(text)
      text = ''
    }
  }
  process.stdout.write(text)
}

/** `--start -10` reads as two options to the parser of arguments; a person means one. */
function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const each of args) {
    const last = joined.at(-1)
    if (/^-\.?\d/.test(each) && last !== undefined && /^--[a-z-]+$/.test(last))
      joined[joined.length - 1] = `${last}=${each}`
    else joined.push(each)
  }
  return joined
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function givenValues(pairs: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, symbol, value] = /^([^=\s]+)\s*=\s*(.+)$/.exec(pair) ?? []
      if (symbol === undefined) throw new UsageError(`--parameters expects k=1,m=2; "${pair}" is not like that`)
      return [symbol, finite(value!, `--parameters ${symbol}`)]
    }),
  )
}

function required(text: string | undefined, name: string): string {
  if (text === undefined) throw new UsageError(`${name} is missing`)
  return text
}

function finite(text: string, name: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) throw new UsageError(`${name} must be a number, not "${text}"`)
  return number
}

function positive(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  const number = finite(text, name)
  if (number <= 0) throw new UsageError(`${name} must be above 0, not ${text}`)
  return number
}
