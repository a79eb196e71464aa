import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { pathwaySchema } from './document-form.ts'
import { everything } from './everything.test-data.ts'
import { liveStateSchema } from './live-state.ts'
import { examinePathway } from './read-pathway.ts'
import type { Schema } from './shape.ts'

const stored = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'))

test('the schemas for editors are what the reader reads', () => {
  expect(pathwaySchema()).toEqual(stored('pathway.schema.json'))
  expect(liveStateSchema()).toEqual(stored('live-state.schema.json'))
})

test('every definition that the schema refers to is there, and every key has its place in the test data', () => {
  const keys = new Set<string>()
  const walk = (schema: unknown): void => {
    if (Array.isArray(schema)) for (const each of schema) walk(each)
    else if (typeof schema === 'object' && schema !== null) {
      const { $ref, properties } = schema as { $ref?: string; properties?: Schema }
      if ($ref) expect(Object.keys(pathwaySchema().$defs as Schema)).toContain($ref.replace('#/$defs/', ''))
      for (const key of Object.keys(properties ?? {})) keys.add(key)
      for (const each of Object.values(schema)) walk(each)
    }
  }
  walk(pathwaySchema())
  expect([...keys].filter((key) => !everything.includes(`${key}:`))).toEqual([])
})

/** Whether a value is valid; only the keywords that our schemas use. */
function valid(value: unknown, schema: Schema, defs: Schema): boolean {
  const {
    $ref,
    additionalProperties,
    anyOf,
    items,
    pattern,
    properties = {},
    required = [],
    type,
  } = schema as {
    readonly $ref?: string
    readonly additionalProperties?: Schema | false
    readonly anyOf?: readonly Schema[]
    readonly items?: Schema
    readonly pattern?: string
    readonly properties?: Readonly<Record<string, Schema>>
    readonly required?: readonly string[]
    readonly type?: string | readonly string[]
  }
  const bound = (keyword: string) => schema[keyword] as number | undefined
  if ($ref !== undefined) return valid(value, defs[$ref.replace('#/$defs/', '')] as Schema, defs)
  if (anyOf && !anyOf.some((each) => valid(value, each, defs))) return false
  if (schema.enum && !(schema.enum as unknown[]).includes(value)) return false
  if (type !== undefined && ![type].flat().some((each) => isOf(value, each))) return false
  if (typeof value === 'number')
    return (
      value >= (bound('minimum') ?? -Infinity) &&
      value > (bound('exclusiveMinimum') ?? -Infinity) &&
      value <= (bound('maximum') ?? Infinity)
    )
  if (typeof value === 'string')
    return value.length >= (bound('minLength') ?? 0) && (pattern === undefined || new RegExp(pattern).test(value))
  if (Array.isArray(value))
    return value.length >= (bound('minItems') ?? 0) && (!items || value.every((each) => valid(each, items, defs)))
  if (typeof value !== 'object' || value === null) return true
  const keys = Object.keys(value)
  if (keys.length < (bound('minProperties') ?? 0) || required.some((key) => !keys.includes(key))) return false
  return Object.entries(value).every(([key, each]) => {
    if (properties[key]) return valid(each, properties[key], defs)
    return (
      additionalProperties === undefined || (additionalProperties !== false && valid(each, additionalProperties, defs))
    )
  })
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type && value !== null && !Array.isArray(value)
}

const byEditor = (text: string) => valid(parse(text), pathwaySchema(), pathwaySchema().$defs as Schema)

test('editors take what the reader takes', () => {
  expect(byEditor(everything)).toBe(true)
  const folder = join(import.meta.dirname, '../../../../pathways')
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.yaml')))
    expect(byEditor(readFileSync(join(folder, name), 'utf8')), name).toBe(true)
})

test.each([
  ['a key that means nothing', 'handover: 15 min', 'handovers: 15 min'],
  ['a time without a unit that is one', 'at-most: 20 min', 'at-most: 20 minutes'],
  ['part of a person', 'porter: { capacity: 2', 'porter: { capacity: 2.5'],
  ['a probability above 1', 'critical: 0.9', 'critical: 1.9'],
  ['two distributions', '{ exponential: 200 }', '{ exponential: 200, uniform: [1, 2] }'],
  ['a word that is none', 'interrupted: restart', 'interrupted: begin again'],
  ['a step that does nothing', 'separate: true', 'part: true'],
  ['no steps', 'steps:', 'stepping:'],
])('editors and the reader refuse %s', (_what, from, to) => {
  const wrong = everything.replace(from, to)
  expect(wrong).not.toBe(everything)
  expect(examinePathway(wrong).document).toBeUndefined()
  expect(byEditor(wrong)).toBe(false)
})
