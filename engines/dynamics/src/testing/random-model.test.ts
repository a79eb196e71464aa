import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomModel } from './random-model.test-data.ts'

test('a random model’s ids are unique and what it names is declared', () => {
  fc.assert(
    fc.property(randomModel(), (model) => {
      const references = model.reactions.flatMap(({ reactants, products }) => [...reactants, ...products])
      const ids = [
        ...[...model.compartments, ...model.species, ...model.parameters, ...model.reactions, ...model.functions],
        ...references.filter(({ id }) => id !== undefined),
      ].map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { species } of references) expect(model.species.map(({ id }) => id)).toContain(species)
      for (const { symbol } of model.rules.filter((rule) => rule.kind !== 'algebraic')) expect(ids).toContain(symbol)
    }),
  )
})

test('over some models every feature comes up, and none that is left out', () => {
  const models = fc.sample(randomModel(), { numRuns: 300, seed: 1 })
  const some = (count: (model: (typeof models)[number]) => number) => models.some((model) => count(model) > 0)
  expect(some(({ events }) => events.length)).toBe(true)
  expect(some(({ rules }) => rules.filter(({ kind }) => kind === 'algebraic').length)).toBe(true)
  expect(some(({ reactions }) => reactions.filter(({ fast }) => fast).length)).toBe(true)
  const text = JSON.stringify(models)
  for (const word of ['"delay"', '"rate-of"', '"call"', '"piecewise"', '"conversionFactor"', '"localParameters":[{'])
    expect(text).toContain(word)
  const less = fc.sample(randomModel({ without: ['delays', 'rates of symbols'] }), { numRuns: 100, seed: 1 })
  expect(JSON.stringify(less)).not.toMatch(/"kind":"(delay|rate-of)"/)
})
