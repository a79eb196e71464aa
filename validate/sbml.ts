import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  buildSystem,
  compile,
  DynamicsError,
  interpret,
  readSbml,
  simulate,
  type Trajectory,
} from '@counterpart/dynamics'
import type { Measurement } from '../scripts/measure.ts'

const root = resolve(import.meta.dirname, '..', process.env.COUNTERPART_DATA ?? '../shared/data', 'sbml-test-suite')

/** So that one case that goes wrong does not hold up the others; the longest that goes right takes some ten thousand. */
const maximumSteps = 200_000

/** What a case's settings file asks for. */
export interface CaseSettings {
  readonly start: number
  readonly duration: number
  readonly steps: number
  readonly variables: readonly string[]
  readonly absolute: number
  readonly relative: number
  /** Species that are wanted as amounts, and as concentrations; the others as the model means them. */
  readonly amount: readonly string[]
  readonly concentration: readonly string[]
}

export interface CaseResult {
  readonly id: string
  readonly tags: readonly string[]
  readonly outcome: 'passed' | 'failed' | 'refused'
  /** Why it was refused, or how it failed. */
  readonly reason?: string
}

/**
 * Every semantic case of the SBML Test Suite that is at hand: read, run compiled and interpreted with the settings that a
 * user gets who gives none, and compared with the case's results at the tolerance its own settings file states.
 *
 * @see https://github.com/sbmlteam/sbml-test-suite
 */
export async function validate(): Promise<Measurement[]> {
  if (!existsSync(root))
    return [
      {
        name: 'SBML Test Suite',
        value: 'not at hand',
        unit: '',
        note: 'looked for at ../shared/data, COUNTERPART_DATA',
      },
    ]
  const started = performance.now()
  const results = readdirSync(root)
    .filter((entry) => /^\d+$/.test(entry))
    .sort()
    .map((id) => runCase(join(root, id), id))
  const seconds = (performance.now() - started) / 1000
  const [passed, failed, refused] = (['passed', 'failed', 'refused'] as const).map((outcome) =>
    results.filter((result) => result.outcome === outcome),
  ) as [CaseResult[], CaseResult[], CaseResult[]]
  for (const { id, reason } of failed) console.log(`${id}  ${reason}`)
  console.log(`${passed.length} passed, ${failed.length} failed, ${refused.length} refused`)
  const core = passed.length + failed.length
  return [
    {
      name: 'cases passed',
      value: passed.length,
      unit: '',
      target: `all ${core} not refused`,
      met: failed.length === 0,
    },
    { name: 'cases failed', value: failed.length, unit: '', target: '0', met: failed.length === 0, note: ids(failed) },
    {
      name: 'cases refused',
      value: refused.length,
      unit: '',
      target: 'Level 3 packages only',
      met: refused.every(({ reason }) => reason?.includes('package')),
    },
    { name: 'time for all', value: seconds, unit: 's' },
    ...grouped(failed, ({ reason }) => [`failed: ${reason}`]),
    ...grouped(refused, ({ reason }) => [`refused: ${reason}`]),
    // What the suite calls the packages' own things; the other tags do not say why a case is refused.
    ...grouped(refused, ({ tags }) => tags.filter((tag) => tag.includes(':')).map((tag) => `refused, with tag ${tag}`)),
  ]
}

const ids = (results: readonly CaseResult[]): string => results.map(({ id }) => id).join(' ')

function grouped(results: readonly CaseResult[], groupsOf: (result: CaseResult) => readonly string[]): Measurement[] {
  const groups = new Map<string, CaseResult[]>()
  for (const result of results)
    for (const group of groupsOf(result)) groups.set(group, [...(groups.get(group) ?? []), result])
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => ({ name, value: members.length, unit: '', note: ids(members) }))
}

/** Runs every model file of a case: it passes only if all do. */
export function runCase(folder: string, id: string): CaseResult {
  const text = (ending: string) => readFileSync(join(folder, `${id}-${ending}`), 'utf8')
  const description = text('model.m')
  const tags = ['componentTags', 'testTags'].flatMap((field) => listed(fieldOf(description, field)))
  if (fieldOf(description, 'testType') !== 'TimeCourse')
    return { id, tags, outcome: 'refused', reason: 'flux balance analysis, which needs the SBML package fbc' }
  const settings = readSettings(text('settings.txt'))
  const expected = readResults(text('results.csv'))
  for (const file of readdirSync(folder).filter((name) => name.startsWith(id) && name.endsWith('.xml')))
    try {
      const difference = runModel(readFileSync(join(folder, file), 'utf8'), settings, expected)
      if (difference !== undefined) return { id, tags, outcome: 'failed', reason: difference }
    } catch (error) {
      const refused = error instanceof DynamicsError && error.code === 'not-supported'
      const reason = error instanceof Error ? error.message : String(error)
      return refused
        ? { id, tags, outcome: 'refused', reason: reason.replace(/^line \d+(, column \d+)?: /, '') }
        : { id, tags, outcome: 'failed', reason: error instanceof DynamicsError ? reason : `${reason} (a defect)` }
    }
  return { id, tags, outcome: 'passed' }
}

/** @returns How the run differs from what is expected, or `undefined`. */
function runModel(text: string, settings: CaseSettings, expected: Results): string | undefined {
  const { start, duration, steps, variables, amount, concentration } = settings
  const system = buildSystem(readSbml(text))
  const symbols = variables.map((variable) =>
    amount.includes(variable) && system.quantities.has(`amount:${variable}`)
      ? `amount:${variable}`
      : concentration.includes(variable) && system.quantities.has(`concentration:${variable}`)
        ? `concentration:${variable}`
        : variable,
  )
  for (const machine of [compile(system, symbols), interpret(system, symbols)]) {
    const run = simulate(machine, { start, end: start + duration, steps, maximumSteps })
    const difference = differenceOf(run, variables, expected, settings)
    if (difference !== undefined) return difference
  }
  return undefined
}

function differenceOf(
  { times, values }: Trajectory,
  variables: readonly string[],
  expected: Results,
  settings: CaseSettings,
): string | undefined {
  if (expected.rows.length !== times.length) return `${times.length} rows, expected ${expected.rows.length}`
  for (const [column, variable] of variables.entries()) {
    // The first column is the time; a variable may be called that too.
    const index = expected.columns.indexOf(variable, 1)
    for (const [row, reference] of expected.rows.entries()) {
      const value = values[row * variables.length + column]!
      if (!within(value, reference[index]!, settings))
        return `${variable} at ${times[row]} is ${value}, expected ${reference[index]}`
    }
  }
  return undefined
}

/** Whether |value − reference| ≤ absolute + relative · |reference|; infinities and not-a-number must be the same. */
export function within(
  value: number,
  reference: number,
  { absolute, relative }: Pick<CaseSettings, 'absolute' | 'relative'>,
): boolean {
  if (!Number.isFinite(reference)) return Object.is(value, reference)
  return Math.abs(value - reference) <= absolute + relative * Math.abs(reference)
}

export function readSettings(text: string): CaseSettings {
  const field = (name: string) => fieldOf(text, name)
  return {
    start: Number(field('start')),
    duration: Number(field('duration')),
    steps: Number(field('steps')),
    variables: listed(field('variables')),
    absolute: Number(field('absolute')),
    relative: Number(field('relative')),
    amount: listed(field('amount')),
    concentration: listed(field('concentration')),
  }
}

interface Results {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly number[])[]
}

function readResults(text: string): Results {
  const [head, ...rows] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const number = (cell: string): number => {
    const word = cell.trim().toLowerCase()
    if (/^[+]?inf(inity)?$/.test(word)) return Number.POSITIVE_INFINITY
    if (/^-inf(inity)?$/.test(word)) return Number.NEGATIVE_INFINITY
    return word === '' ? Number.NaN : Number(word)
  }
  return { columns: listed(head!), rows: rows.map((row) => row.split(',').map(number)) }
}

/** What stands after `name:` on a line of its own. */
const fieldOf = (text: string, name: string): string =>
  new RegExp(`^[ \\t]*${name}[ \\t]*:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(text.replaceAll('\r', ''))?.[1] ?? ''

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim().replaceAll('"', ''))
    .filter(Boolean)

if (import.meta.main) console.table(await validate())
