import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pathwaySchema } from './document-form.ts'
import { everything } from './everything.test-data.ts'
import { liveStateSchema } from './live-state.ts'
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
