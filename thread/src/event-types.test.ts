import { expect, test } from 'vitest'
import { defineEventTypes, schemaVersionOf, upcast } from './event-types.ts'

test('a type without a way up from an older version is refused', () => {
  expect(() => defineEventTypes({ 'a.b': { version: 3, upcasters: { 1: (old) => old } } })).toThrow(
    'no upcaster from version 2 to 3',
  )
  expect(() => defineEventTypes({ 'a.b': { version: 0 } })).toThrow('must be 1, 2, 3')
})

test('an older payload goes through every step on its way up, a present one through none', () => {
  const types = defineEventTypes({
    'a.b': { version: 3, upcasters: { 1: (old) => ({ ...old, second: true }), 2: (old) => ({ ...old, third: true }) } },
  })
  expect(upcast(types, 'a.b', 1, {})).toEqual({ second: true, third: true })
  expect(upcast(types, 'a.b', 2, {})).toEqual({ third: true })
  expect(upcast(types, 'a.b', 3, {})).toEqual({})
  expect(() => upcast(types, 'a.b', 4, {})).toThrow(expect.objectContaining({ code: 'schema-newer' }))
})

test('a type that nobody has described is in its first version', () => {
  expect(schemaVersionOf({}, 'new.thing')).toBe(1)
})
