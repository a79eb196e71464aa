import { randomStream } from '@counterpart/numerics'
import { DiscreteError } from './errors.ts'
import type { Program } from './program.ts'
import { State, type StateTables } from './state.ts'

/** A captured state as JSON. All of it is numbers and texts; treat it as opaque. */
export interface StateJson {
  readonly format: 'counterpart-discrete-state'
  readonly version: 1
  /** Of the pathway, as 32 hexadecimal digits. */
  readonly program: string
  /** Of the tables. */
  readonly content: string
  /** A number that JSON cannot say is a text: `Infinity`, `-Infinity`, `NaN`. */
  readonly tables: unknown
}

/** A captured state in a form that JSON can hold; `stateFromJson` gives the same state, bit for bit. */
export function stateToJson(program: Program, state: State): StateJson {
  const tables = toPlain(state.toTables())
  return {
    format: 'counterpart-discrete-state',
    version: 1,
    program: hashOf(program.pathway),
    content: hashOf(tables),
    tables,
  }
}

/**
 * The state that `stateToJson` wrote. A `DiscreteError` (`wrong-state`) when it is of another pathway, even one that
 * differs in a single number, or was damaged.
 */
export function stateFromJson(program: Program, json: unknown): State {
  const refuse = (what: string, expected: string) => new DiscreteError('wrong-state', what, { expected })
  const { format, version, program: hash, content, tables } = Object(json) as Partial<StateJson>
  if (format !== 'counterpart-discrete-state' || version !== 1)
    throw refuse(`this is no state of a run: format ${format}, version ${version}`, 'what stateToJson wrote')
  if (hash !== hashOf(program.pathway))
    throw refuse(
      `the state belongs to another pathway than "${program.pathway.name}"`,
      'the very pathway it was captured of',
    )
  // Whoever changes a table cannot give it the right hash by accident; the shape follows from that.
  if (typeof tables !== 'object' || content !== hashOf(tables))
    throw refuse('the state was damaged', 'it as it was written')
  const state = State.of(program, fromPlain(tables) as StateTables)
  if (!state) throw refuse('the state has tables of other lengths', 'a state of this version')
  return state
}

const toPlain = (value: unknown): unknown =>
  map(value, (leaf) => (typeof leaf === 'number' && !Number.isFinite(leaf) ? String(leaf) : leaf))

const fromPlain = (value: unknown): unknown => map(value, (leaf) => (typeof leaf === 'string' ? Number(leaf) : leaf))

function map(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => map(one, leaf))
  if (typeof value !== 'object' || value === null) return leaf(value)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one, leaf)]))
}

/** 128 bits of a value, whatever the order of its keys. */
function hashOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : one,
  )
  const stream = randomStream('discrete-state', sorted)
  return Array.from({ length: 4 }, () => stream.uint32().toString(16).padStart(8, '0')).join('')
}
