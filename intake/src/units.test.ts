import { beforeAll, describe, expect, test } from 'vitest'
import { molecularWeightOf } from './molecular-weights.ts'
import type { Units } from './units.ts'
import { loadUnits } from './units.ts'

let units: Units
beforeAll(async () => {
  units = await loadUnits()
})

describe('a value', () => {
  test.each([
    [98.6, '[degF]', 'Cel', 37],
    [310.15, 'K', 'Cel', 37],
    [16, 'kPa', 'mm[Hg]', 120.01],
    [1.3, 'Hz', '/min', 78],
    [0.55, '1', '%', 55],
    [8.2, '10*9/L', '10*3/uL', 8.2],
    [150, '[lb_av]', 'kg', 68.0388],
    [5, 'L/min', 'mL/s', 83.333],
  ])('of %d %s in %s is %d', (value, from, to, expected) => {
    expect(units.convert(value, from, to)).toBeCloseTo(expected, 2)
  })

  test.each([
    [80, 'bpm', '/min', 80],
    [120, 'mmHg', 'mm[Hg]', 120],
    [98.6, 'F', 'Cel', 37],
    [37, 'C', 'Cel', 37],
    [37, '°C', 'Cel', 37],
    [5, 'mcg/kg/min', 'ug/kg/min', 5],
  ])('of %d %s, as monitors write it, in %s is %d', (value, from, to, expected) => {
    expect(units.convert(value, from, to)).toBeCloseTo(expected, 6)
  })

  test('in moles becomes grams only where the molecular weight is known', () => {
    const glucose = molecularWeightOf([{ system: 'http://loinc.org', code: '2345-7' }])
    expect(units.convert(5, 'mmol/L', 'mg/dL', glucose)).toBeCloseTo(90.08, 2)
    expect(() => units.convert(5, 'mmol/L', 'mg/dL')).toThrow(expect.objectContaining({ code: 'unit-dimension' }))
    expect(molecularWeightOf([{ system: 'http://loinc.org', code: '718-7' }])).toBeUndefined()
    expect(molecularWeightOf([{ system: 'urn:else', code: '2345-7' }])).toBeUndefined()
  })

  test.each([
    ['kg', 'mm[Hg]', 'unit-dimension'],
    ['C', 'kg', 'unit-dimension'],
    ['furlong-ish', 'm', 'unit-invalid'],
    ['', 'm', 'unit-invalid'],
    ['('.repeat(100_000), 'm', 'unit-invalid'],
  ])('in %.12j is refused where %s is wanted', (from, to, code) => {
    expect(() => units.convert(1, from, to)).toThrow(expect.objectContaining({ code }))
    expect(() => units.convert(1, from, to)).toThrow(expect.objectContaining({ code })) // remembered
  })

  test('that was converted keeps no noise of the arithmetic', () => {
    expect(units.convert(4, '10*3/uL', '10*9/L')).toBe(4)
    expect(units.convert(99.5, '[degF]', 'Cel')).toBe(37.5)
    expect(units.convert(32, '[degF]', 'Cel')).toBe(0)
    expect(units.convert(3, 'mg/h', 'ug/min')).toBe(50)
  })
})

test('a bare number is ambiguous for temperature, mass, length and concentrations, not for rates and pressures', () => {
  const ambiguous = ['Cel', '[degF]', 'kg', 'cm', 'mg/dL', 'mmol/L', 'g/L', '/min', 'mm[Hg]', '%', 'mL'].filter(
    (unit) => units.ambiguousWithoutUnit(unit),
  )
  expect(ambiguous).toEqual(['Cel', '[degF]', 'kg', 'cm', 'mg/dL', 'mmol/L', 'g/L'])
})
