import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  buildSystem,
  DynamicsError,
  interpret,
  type Model,
  readAntimony,
  readSbml,
  simulate,
  writeAntimony,
  writeSbml,
} from '@counterpart/dynamics'
import type { Measurement } from '../scripts/measure.ts'
import { type CaseSettings, readSettings, within } from './sbml.ts'

const root = resolve(import.meta.dirname, '..', process.env.COUNTERPART_DATA ?? '../shared/data', 'sbml-test-suite')
const maximumSteps = 200_000

/** A format that models are written in and read back from. */
interface Way {
  readonly name: string
  readonly through: (model: Model) => Model
}
const ways: readonly Way[] = [
  { name: 'Antimony', through: (model) => readAntimony(writeAntimony(model)) },
  { name: 'SBML', through: (model) => readSbml(writeSbml(model)) },
  { name: 'Antimony and SBML', through: (model) => readSbml(writeSbml(readAntimony(writeAntimony(model)))) },
]

type Outcome =
  | { readonly kind: 'same' | 'kept' }
  | { readonly kind: 'refused' | 'differs' | 'stopped'; readonly reason: string }

/**
 * Every core model of the SBML Test Suite that is at hand, written in each format and read back: does what comes back run
 * as the original does, within the tolerance of the case?
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
  const outcomes = new Map<string, (Outcome & { readonly id: string })[]>(ways.map(({ name }) => [name, []]))
  let models = 0
  for (const id of readdirSync(root)
    .filter((entry) => /^\d+$/.test(entry))
    .sort()) {
    const original = runnable(join(root, id), id)
    if (!original) continue
    models++
    for (const { name, through } of ways) outcomes.get(name)!.push({ id, ...compare(original, through) })
  }
  return [
    { name: 'models that run', value: models, unit: '' },
    ...ways.flatMap(({ name }) => rows(name, outcomes.get(name)!)),
  ]
}

function rows(way: string, outcomes: readonly (Outcome & { readonly id: string })[]): Measurement[] {
  const of = (...kinds: Outcome['kind'][]) => outcomes.filter(({ kind }) => kinds.includes(kind))
  const told = (some: readonly (Outcome & { readonly id: string })[]) =>
    some.map((one) => `${one.id}${'reason' in one ? ` (${one.reason})` : ''}`).join('; ')
  const wrong = of('differs', 'stopped')
  return [
    { name: `${way}: trajectory kept`, value: of('same', 'kept').length, unit: '' },
    { name: `${way}: to the last bit`, value: of('same').length, unit: '' },
    {
      name: `${way}: trajectory not kept`,
      value: wrong.length,
      unit: '',
      target: '0',
      met: wrong.length === 0,
      note: told(wrong),
    },
    { name: `${way}: refused by name`, value: of('refused').length, unit: '', note: told(of('refused')) },
  ]
}

interface Original {
  readonly model: Model
  readonly settings: CaseSettings
  readonly run: Run
}
type Run = ReadonlyMap<string, Float64Array>

/** The newest of a case's models, unless this house refuses it. */
function runnable(folder: string, id: string): Original | undefined {
  const file = readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .at(-1)
  if (file === undefined) return undefined
  try {
    const settings = readSettings(readFileSync(join(folder, `${id}-settings.txt`), 'utf8'))
    if (!(settings.steps >= 1)) return undefined
    const model = readSbml(readFileSync(join(folder, file), 'utf8'))
    return { model, settings, run: follow(model, settings) }
  } catch (error) {
    if (error instanceof DynamicsError) return undefined
    throw error
  }
}

/** What a model does with what its case asks for. */
function follow(model: Model, settings: CaseSettings): Run {
  const { variables, start, duration, steps } = settings
  const system = buildSystem(model)
  // Antimony calls what is called like one of its words otherwise.
  const symbols = variables.map((variable) => (system.quantities.has(variable) ? variable : `${variable}_`))
  const { values } = simulate(interpret(system, symbols), { start, end: start + duration, steps, maximumSteps })
  return new Map(
    variables.map((variable, column) => [
      variable,
      Float64Array.from({ length: steps + 1 }, (_, row) => values[row * symbols.length + column]!),
    ]),
  )
}

function compare({ model, settings, run }: Original, through: (model: Model) => Model): Outcome {
  try {
    const other = follow(through(model), settings)
    let same = true
    for (const [variable, values] of run)
      for (const [row, value] of values.entries()) {
        const back = other.get(variable)![row]!
        same &&= Object.is(back, value)
        if (!within(back, value, settings)) return { kind: 'differs', reason: `${variable}: ${back} for ${value}` }
      }
    return { kind: same ? 'same' : 'kept' }
  } catch (error) {
    if (!(error instanceof DynamicsError)) throw error
    return { kind: error.code === 'not-supported' ? 'refused' : 'stopped', reason: error.message }
  }
}

if (import.meta.main)
  console.table((await validate()).map(({ name, value, note }) => ({ name, value, note: note?.slice(0, 300) })))
