import { expect, it } from 'vitest'
import { readModel } from '../read-model.ts'
import { describeModel } from './describe-model.ts'

it('says what is in a model, with values, units and lines', () => {
  const described = describeModel(
    readModel(`model tank
  unit hour = 3600 second
  unit time_unit = hour
  compartment C = 2; C has litre
  species S in C; S = 3; S has mole
  k = 0.5
  k has 1 / hour
  k2 = 2 * k
  filled = 0
  S -> ; k * S * C
  E: at time >= 1: filled = 1
end`),
  )
  expect(described.timeUnit).toBe('h')
  expect(described.identity).toMatch(/^[0-9a-f]{64}$/)
  expect(described.states).toEqual([{ symbol: 'S', label: 'S', unit: 'mol/L', value: 3, line: 5 }])
  expect(
    described.parameters.map(({ symbol, value, computed, discrete }) => [symbol, value, computed, discrete]),
  ).toEqual(
    expect.arrayContaining([
      ['C', 2, false, false],
      ['k', 0.5, false, false],
      ['k2', 1, true, false],
      ['filled', 0, false, true],
    ]),
  )
  expect(described.events).toEqual(['E'])
  expect(described.quantities.find(({ symbol }) => symbol === 'amount:S')).toMatchObject({
    kind: 'amount',
    unit: 'mol',
  })
})

it('tells the line of a unit that clashes once', () => {
  const { unitFindings } = describeModel(readModel('x = 1; x has metre\nv = 2; v has second\ny := x + v\ny has metre'))
  const clash = unitFindings.find(({ severity }) => severity === 'error')!
  expect(clash.place?.line).toBe(3)
  expect(clash.message).toMatch(/^assignment rule of y/)
})

it('refuses what cannot run, naming it', () => {
  expect(() => describeModel(readModel('a := b\nb := a + undefined_thing'))).toThrow('undefined_thing')
})
