import {
  loadRotaSolver,
  type Rating,
  type RotaAnswer,
  RotaError,
  type RotaProblem,
  readRotaProblem,
  rotaCsv,
  rotaGrid,
  solveRota,
} from '@counterpart/provider-workload'
import { parse } from 'yaml'
import { textOf } from './text-file.ts'
import { print, readArguments, UsageError } from './usage.ts'

/** `counterpart workload rota`: makes the rota that a YAML or JSON file asks for, or tells which of its rules clash. */
export async function makeRota(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {
    limit: { type: 'string', default: '30' },
    gap: { type: 'string', default: '0.01' },
    csv: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const [file, extra] = positionals
  if (file === undefined || extra !== undefined) throw new UsageError('expected one FILE')
  if (values.csv && values.json) throw new UsageError('--csv and --json cannot both be')
  const problem = problemIn(file)
  const answer = solveRota(problem, await loadRotaSolver(), {
    seconds: between(values.limit, '--limit', 1, 3600),
    gap: between(values.gap, '--gap', 0, 1),
    clock: () => performance.now(),
    progress: ({ step, seconds, points, bound }) => {
      const found = points === undefined ? '' : `; ${points.toFixed(0)} points, bound ${bound?.toFixed(0)}`
      if (process.stderr.isTTY) process.stderr.write(`${seconds.toFixed(1)} s: ${step}${found}\n`)
    },
  })
  if (values.csv && answer.state === 'solved') process.stdout.write(rotaCsv(problem, answer.rota))
  else print(values.json, answer, (answer) => inWords(problem, answer))
  if (answer.state === 'infeasible') throw new Error(`${file}: no rota meets all rules; see above`)
  if (answer.state === 'nothing-found')
    throw new Error(`${file}: no rota was found in ${answer.seconds.toFixed(0)} s; try a longer --limit`)
}

function problemIn(file: string): RotaProblem {
  let said: unknown
  try {
    said = parse(textOf(file))
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
  try {
    return readRotaProblem(said)
  } catch (error) {
    throw error instanceof RotaError ? new Error(`${file}: ${error.message}`, { cause: error }) : error
  }
}

function between(text: string, name: string, low: number, high: number): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= low && number <= high))
    throw new UsageError(`${name} must be a number from ${low} to ${high}, not "${text}"`)
  return number
}

function inWords(problem: RotaProblem, answer: RotaAnswer): string {
  if (answer.state === 'nothing-found') return 'nothing found'
  if (answer.state === 'infeasible') return clashesInWords(answer.explanation)
  const { points, bound, gap, seconds, rating } = answer
  return [
    rotaGrid(problem, answer.rota),
    '',
    `${points.toFixed(1)} points; no rota costs less than ${bound.toFixed(1)} (gap ${(100 * gap).toFixed(2)} %, ${seconds.toFixed(1)} s)`,
    '',
    rulesInWords(rating),
    '',
    ...rating.fairness.lines.map(
      ({ label, unit, mean, worst }) => `${label}: mean ${mean.toFixed(1)}, most ${worst.toFixed(1)} ${unit}`,
    ),
    ...rating.fairness.worseOff.map(({ provider, how }) => `worse off than now: ${provider}, ${how}`),
  ].join('\n')
}

function rulesInWords({ rules }: Rating): string {
  const rows = rules
    .filter(({ places, setting }) => places > 0 && setting !== 'off')
    .map(({ rule, setting, places, broken, by, unit, points }) => {
      const kept = broken === 0 ? `kept in all ${places} places` : `${broken} of ${places} places: ${by} ${unit}`
      return `${rule.padEnd(18)}${setting === 'must' ? 'must  ' : `${points.toFixed(0).padStart(5)} `} ${kept}`
    })
  return rows.join('\n')
}

function clashesInWords({
  clashes,
  repair,
  complete,
}: Extract<RotaAnswer, { state: 'infeasible' }>['explanation']): string {
  return [
    'No rota meets all rules.',
    ...clashes.flatMap(({ sentence, mends: [mend] }) => [
      '',
      sentence,
      ...(mend ? [`  mended by: ${mend.sentence}: ${mend.by} ${mend.unit}`] : []),
    ]),
    ...(complete ? [] : ['', 'There may be more clashes: time ran out.']),
    '',
    `${repair.cheapest ? 'Cheapest' : 'A'} repair of all:`,
    ...repair.steps.map(({ sentence, by, unit }) => `  ${sentence}: ${by} ${unit}`),
  ].join('\n')
}
