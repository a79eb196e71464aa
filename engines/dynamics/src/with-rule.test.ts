import { expect, test } from 'vitest'
import { membraneAndMeter } from './cellml/cellml.test-data.ts'
import { readCellml } from './cellml/read-cellml.ts'
import type { Expression } from './expression.ts'
import { withRule } from './with-rule.ts'

const model = readCellml(membraneAndMeter)
const zero: Expression = { kind: 'number', value: 0, unit: 'mV' }

test('a rule takes the place of a rate, an initial value and a constant', () => {
  const clamped = withRule(model, 'membrane__V', zero)
  expect(clamped.rules.filter((rule) => rule.kind !== 'algebraic' && rule.symbol === 'membrane__V')).toEqual([
    { kind: 'assignment', symbol: 'membrane__V', value: zero },
  ])
  expect(clamped.parameters.find(({ id }) => id === 'membrane__V')).not.toHaveProperty('value')
  expect(withRule(model, 'membrane__k', zero).parameters.find(({ id }) => id === 'membrane__k')).toMatchObject({
    constant: false,
  })
  expect(clamped.rules).toHaveLength(model.rules.length)
})

test('what is not there, or what events set, is refused', () => {
  expect(() => withRule(model, 'V', zero)).toThrow(/has no parameter, species or compartment V/)
  const event = {
    id: 'E',
    trigger: zero,
    initialValue: true,
    persistent: true,
    useValuesFromTriggerTime: true,
    assignments: [{ symbol: 'membrane__k', value: zero }],
  }
  expect(() => withRule({ ...model, events: [event] }, 'membrane__k', zero)).toThrow(/event E sets membrane__k/)
})
