import type { Place } from '../errors.ts'
import { nearest, type Problem } from './problem.ts'
import type { TimeUnit } from './time-units.ts'
import type { YamlNode } from './yaml-nodes.ts'

/** A JSON Schema (draft 2020-12), or a part of one. */
export type Schema = { readonly [keyword: string]: unknown }

/** Lists of names that a pathway declares and refers to. */
export type NameKind = 'class' | 'attribute' | 'source' | 'resource' | 'step'

/** What is gathered while a file is read. */
export interface Reading {
  readonly problems: Problem[]
  /** Unit of bare numbers that are times. */
  unit: TimeUnit
  /** Where each name is declared. */
  readonly declared: { readonly [Kind in NameKind]: Map<string, Place> }
  /** Where names are used; held against the declared ones at the end. */
  readonly used: { readonly kind: NameKind; readonly name: string; readonly place: Place }[]
}

export function newReading(): Reading {
  const declared = {
    class: new Map(),
    attribute: new Map(),
    source: new Map(),
    resource: new Map(),
    step: new Map(),
  }
  return { problems: [], unit: 'min', declared, used: [] }
}

/**
 * One form that a part of the file may have: how it is read, and the same as JSON Schema. `read` gives undefined after it
 * has told a problem; whatever it gives is whole.
 */
export interface Shape<T> {
  readonly schema: Schema
  read(node: YamlNode, reading: Reading): T | undefined
}

export type ValueOf<S> = S extends Shape<infer T> ? T : never

/** Tells an error at a node. */
export function refuse(reading: Reading, place: Place, what: string, expected?: string, mend?: string): undefined {
  reading.problems.push({
    severity: 'error',
    place,
    what,
    ...(expected === undefined ? {} : { expected }),
    ...(mend === undefined ? {} : { mend }),
  })
  return undefined
}

/** What stands there, in a few words. */
export function seen(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`
  if (node.value === null) return 'nothing'
  const text = String(node.value)
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return typeof node.value === 'string' ? `"${short}"` : short
}

/** A shape whose value is made into another; `make` may refuse. */
export function made<A, B>(
  shape: Shape<A>,
  make: (value: A, node: YamlNode, reading: Reading) => B | undefined,
): Shape<B> {
  return {
    schema: shape.schema,
    read(node, reading) {
      const value = shape.read(node, reading)
      return value === undefined ? undefined : make(value, node, reading)
    },
  }
}

export const described = <T>(description: string, shape: Shape<T>): Shape<T> => ({
  schema: { description, ...shape.schema },
  read: (node, reading) => shape.read(node, reading),
})

/** A shape defined once and referred to by name in the schema; built when it is needed, so that it may hold itself. */
export interface Named<T> extends Shape<T> {
  readonly name: string
  readonly of: () => Shape<T>
}

export function named<T>(name: string, of: () => Shape<T>): Named<T> {
  return { name, of, schema: { $ref: `#/$defs/${name}` }, read: (node, reading) => of().read(node, reading) }
}

export const text: Shape<string> = {
  schema: { type: 'string', minLength: 1 },
  read(node, reading) {
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '') return node.value
    return refuse(reading, node.place, seen(node), 'text')
  },
}

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read(node, reading) {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value
    return refuse(reading, node.place, seen(node), 'true or false')
  },
}

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return {
    schema: { enum: values },
    read(node, reading) {
      const value = node.kind === 'scalar' ? values.find((each) => each === node.value) : undefined
      return value ?? refuse(reading, node.place, seen(node), `one of ${values.join(', ')}`)
    },
  }
}

export interface Bounds {
  readonly least?: number
  readonly above?: number
  readonly most?: number
  readonly whole?: boolean
}

export function number(bounds: Bounds = {}): Shape<number> {
  return {
    schema: {
      type: bounds.whole ? 'integer' : 'number',
      ...(bounds.least === undefined ? {} : { minimum: bounds.least }),
      ...(bounds.above === undefined ? {} : { exclusiveMinimum: bounds.above }),
      ...(bounds.most === undefined ? {} : { maximum: bounds.most }),
    },
    read(node, reading) {
      if (node.kind === 'scalar' && typeof node.value === 'number' && within(node.value, bounds)) return node.value
      return refuse(reading, node.place, seen(node), inWords(bounds))
    },
  }
}

export function within(value: number, { least, above, most, whole }: Bounds): boolean {
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return false
  return (
    !(least !== undefined && value < least) &&
    !(above !== undefined && value <= above) &&
    !(most !== undefined && value > most)
  )
}

export function inWords({ least, above, most, whole }: Bounds, what = 'number'): string {
  const sides = [
    least === undefined ? '' : `of at least ${least}`,
    above === undefined ? '' : `above ${above}`,
    most === undefined ? '' : `of at most ${most}`,
  ].filter(Boolean)
  return `a ${whole ? 'whole ' : ''}${what}${sides.length > 0 ? ` ${sides.join(' and ')}` : ''}`
}

/** A list; `short` allows one item to stand without brackets. */
export function list<T>(item: Shape<T>, { least = 0, short = false } = {}): Shape<readonly T[]> {
  const whole = { type: 'array', items: item.schema, ...(least > 0 ? { minItems: least } : {}) }
  return {
    schema: short ? { anyOf: [item.schema, whole] } : whole,
    read(node, reading) {
      if (node.kind !== 'list') {
        if (!short) return refuse(reading, node.place, seen(node), 'a list')
        const only = item.read(node, reading)
        return only === undefined ? undefined : [only]
      }
      if (node.items.length < least)
        return refuse(reading, node.place, `a list of ${node.items.length}`, `at least ${least}`)
      const values = node.items.map((each) => item.read(each, reading))
      return values.includes(undefined) ? undefined : (values as T[])
    },
  }
}

/** A map with these keys. */
export function fields<
  R extends Readonly<Record<string, Shape<unknown>>>,
  O extends Readonly<Record<string, Shape<unknown>>>,
>(
  required: R,
  optional: O,
): Shape<{ readonly [K in keyof R]: ValueOf<R[K]> } & { readonly [K in keyof O]?: ValueOf<O[K]> }> {
  const all: Readonly<Record<string, Shape<unknown>>> = { ...required, ...optional }
  const properties = Object.fromEntries(Object.entries(all).map(([key, shape]) => [key, shape.schema]))
  return {
    schema: { type: 'object', properties, required: Object.keys(required), additionalProperties: false },
    read(node, reading) {
      if (node.kind !== 'map') {
        const keys = Object.keys(required)
        return refuse(reading, node.place, seen(node), keys.length > 0 ? `a map with ${keys.join(', ')}` : 'a map')
      }
      const values: Record<string, unknown> = {}
      let whole = true
      for (const { key, place, value } of node.entries) {
        if (!Object.hasOwn(all, key)) {
          const meant = nearest(key, Object.keys(all))
          refuse(
            reading,
            place,
            `"${short(key)}" means nothing here`,
            meant ? undefined : `one of ${Object.keys(all).join(', ')}`,
            meant && `did you mean "${meant}"?`,
          )
          whole = false
          continue
        }
        const read = all[key]!.read(value, reading)
        if (read === undefined) whole = false
        else values[key] = read
      }
      for (const key of Object.keys(required))
        if (!node.entries.some((e) => e.key === key)) {
          refuse(reading, node.place, `"${key}" is missing`)
          whole = false
        }
      return whole ? (values as never) : undefined
    },
  }
}

/** A map from names to values, in the order of the text; `names` says whether the keys declare something, name
 * what is declared elsewhere, or neither (`free`). */
export function mapOf<T>(
  value: Shape<T>,
  names: NameKind | { readonly uses: NameKind } | 'free',
  least = 0,
): Shape<readonly (readonly [string, T])[]> {
  return {
    schema: {
      type: 'object',
      additionalProperties: value.schema,
      ...(least > 0 ? { minProperties: least } : {}),
    },
    read(node, reading) {
      if (node.kind !== 'map') return refuse(reading, node.place, seen(node), 'a map of names')
      if (node.entries.length < least) return refuse(reading, node.place, 'an empty map', `at least ${least}`)
      const pairs: (readonly [string, T])[] = []
      for (const entry of node.entries) {
        if (typeof names === 'object') reading.used.push({ kind: names.uses, name: entry.key, place: entry.place })
        else if (names === 'free') checkName(reading, 'name', entry.key, entry.place)
        else declare(reading, names, entry.key, entry.place)
        const read = value.read(entry.value, reading)
        if (read !== undefined) pairs.push([entry.key, read])
      }
      return pairs.length === node.entries.length ? pairs : undefined
    },
  }
}

/** The name of something declared elsewhere. */
export function nameOf(kind: NameKind): Shape<string> {
  return {
    schema: { type: 'string', minLength: 1 },
    read(node, reading) {
      // A name such as 3 or 2026 reads as a number in YAML.
      const name =
        node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number')
          ? String(node.value)
          : ''
      if (name === '') return refuse(reading, node.place, seen(node), `the name of a ${kind}`)
      reading.used.push({ kind, name, place: node.place })
      return name
    },
  }
}

/** Names that lists of names may not have: they mean something else. */
const RESERVED: Readonly<Partial<Record<NameKind, readonly string[]>>> = { step: ['leave', 'rest'] }

export function declare(reading: Reading, kind: NameKind, name: string, place: Place): void {
  if (!checkName(reading, kind, name, place)) return
  if (RESERVED[kind]?.includes(name))
    refuse(reading, place, `a ${kind} is named "${name}"`, 'another name: this one is reserved')
  else if (reading.declared[kind].has(name))
    refuse(reading, place, `two of "${name}"`, `every ${kind} to have a name of its own`)
  else reading.declared[kind].set(name, place)
}

function checkName(reading: Reading, kind: string, name: string, place: Place): boolean {
  if (name.trim() === '' || name.length > 200)
    refuse(reading, place, `a ${kind} of ${name.length} characters`, '1 to 200 of them')
  else if (name in Object.prototype)
    refuse(reading, place, `the ${kind} "${name}"`, 'another name: this one is reserved')
  else return true
  return false
}

/** The first of these that fits by kind of YAML node or by a key; each tells the rest of its problems itself. */
export function choice<T>(
  expected: string,
  ...options: readonly { readonly when: (node: YamlNode) => boolean; readonly shape: Shape<T> }[]
): Shape<T> {
  return {
    schema: { anyOf: options.map(({ shape }) => shape.schema) },
    read(node, reading) {
      const option = options.find(({ when }) => when(node))
      return option ? option.shape.read(node, reading) : refuse(reading, node.place, strange(node), expected)
    },
  }
}

function strange(node: YamlNode): string {
  return node.kind === 'map'
    ? `a map with ${node.entries.map((e) => short(e.key)).join(', ') || 'nothing'}`
    : seen(node)
}

export const isScalar = (node: YamlNode): boolean => node.kind === 'scalar'
export const isList = (node: YamlNode): boolean => node.kind === 'list'
export const isMap = (node: YamlNode): boolean => node.kind === 'map'
export const hasKey =
  (key: string) =>
  (node: YamlNode): boolean =>
    node.kind === 'map' && node.entries.some((e) => e.key === key)

const short = (name: string) => (name.length > 60 ? `${name.slice(0, 60)}…` : name)
