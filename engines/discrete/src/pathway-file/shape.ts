import { nearest } from './problem.ts'
import { checkName, declare, type NameKind, type Reading, refuse, seen, shortened } from './reading.ts'
import type { YamlNode } from './yaml-nodes.ts'

/** A JSON Schema (draft 2020-12), or a part of one. */
export type Schema = { readonly [keyword: string]: unknown }

/**
 * One form that a part of the file may have: how it is read, and the same as JSON Schema. `read` gives undefined after it
 * has told a problem; whatever it gives is whole.
 */
export interface Shape<T> {
  readonly schema: Schema
  read(node: YamlNode, reading: Reading): T | undefined
}

export type ValueOf<S> = S extends Shape<infer T> ? T : never

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
  let built: Shape<T> | undefined
  const shape = () => (built ??= of())
  return { name, of: shape, schema: { $ref: `#/$defs/${name}` }, read: (node, reading) => shape().read(node, reading) }
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
            `"${shortened(key)}" means nothing here`,
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

/** Names in one map: enough for any hospital, and few enough to look through. */
const MOST_NAMES = 2000

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
      maxProperties: MOST_NAMES,
    },
    read(node, reading) {
      if (node.kind !== 'map') return refuse(reading, node.place, seen(node), 'a map of names')
      const { length } = node.entries
      if (length < least) return refuse(reading, node.place, 'an empty map', `at least ${least}`)
      if (length > MOST_NAMES) return refuse(reading, node.place, `a map of ${length} names`, `at most ${MOST_NAMES}`)
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
    ? `a map with ${node.entries.map((e) => shortened(e.key)).join(', ') || 'nothing'}`
    : seen(node)
}

export const isScalar = (node: YamlNode): boolean => node.kind === 'scalar'
export const isList = (node: YamlNode): boolean => node.kind === 'list'
export const isMap = (node: YamlNode): boolean => node.kind === 'map'
export const hasKey =
  (key: string) =>
  (node: YamlNode): boolean =>
    node.kind === 'map' && node.entries.some((e) => e.key === key)
