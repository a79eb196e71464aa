import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expression } from '../expression.ts'
import type { Model, Reaction, SpeciesReference, UnitFactor } from '../model.ts'
import { randomModel } from '../testing/random-model.test-data.ts'
import { readAntimony } from './read-antimony.ts'
import { writeAntimony } from './write-antimony.ts'

/** Without places, which a written model has and a made one has not. */
const placeless = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (key, part) => (key === 'place' ? undefined : saved(part)))) as T
/** JSON has no −0, infinities and NaN. */
const saved = (value: unknown) =>
  typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value))
    ? `number ${Object.is(value, -0) ? '-0' : value}`
    : value

function literalOf(value: Expression): { readonly value: number; readonly unit?: string } | undefined {
  if (value.kind === 'number') return value
  if (value.kind === 'named-number' && value.name === 'infinity') return { value: Number.POSITIVE_INFINITY }
  if (value.kind === 'named-number' && value.name === 'not-a-number') return { value: Number.NaN }
  const [only] =
    value.kind === 'apply' && value.operator === 'minus' && value.operands.length === 1 ? value.operands : []
  return only?.kind === 'named-number' && only.name === 'infinity' ? { value: Number.NEGATIVE_INFINITY } : undefined
}

/** What Antimony keeps of a model by its own rules, all of which leave the trajectory as it is. */
function kept(model: Model): unknown {
  const { source: _, ...rest } = model
  const ruled = new Set(model.rules.map((rule) => (rule.kind === 'algebraic' ? '' : rule.symbol)))
  // A formula that is only a number is a value, and its unit the symbol's.
  const literals = new Map(
    model.initialAssignments.flatMap(({ symbol, value }) => {
      const literal = literalOf(value)
      return literal ? [[symbol, literal] as const] : []
    }),
  )
  const valued = (id: string, key: string, unitKey: string, unit: string | undefined) => {
    const literal = literals.get(id)
    if (!literal) return {}
    return { [key]: literal.value, ...(unit === undefined && literal.unit ? { [unitKey]: literal.unit } : {}) }
  }
  const factor = ({ unit, exponent, scale, multiplier }: UnitFactor) => ({
    unit,
    exponent,
    size: (multiplier * 10 ** scale).toPrecision(12),
  })
  const reference = ({ name: _, ...one }: SpeciesReference) => (one.id === undefined ? { ...one, constant: true } : one)
  return placeless({
    ...rest,
    unitDefinitions: model.unitDefinitions.map((one) => ({ ...one, factors: one.factors.map(factor) })),
    species: model.species.map((one) => ({
      ...one,
      ...valued(
        one.id,
        one.hasOnlySubstanceUnits ? 'initialAmount' : 'initialConcentration',
        'substanceUnit',
        one.substanceUnit,
      ),
      boundaryCondition: one.boundaryCondition || ruled.has(one.id),
    })),
    parameters: model.parameters.map((one) => ({ ...one, ...valued(one.id, 'value', 'unit', one.unit) })),
    reactions: model.reactions.map(
      (one): Reaction => ({
        ...one,
        reactants: one.reactants.map(reference),
        products: one.products.map(reference),
      }),
    ),
    initialAssignments: model.initialAssignments.filter(({ symbol }) => !literals.has(symbol)),
  })
}

test('a model that Antimony has words for reads back as it was', () => {
  const models = randomModel({
    without: [
      'conversion factors',
      'constant species',
      'constraint messages',
      'fast reactions',
      'local parameters',
      'model units',
      'names of references',
      'spatial dimensions',
      'stoichiometry formulas',
    ],
  })
  fc.assert(
    fc.property(models, (model) => {
      const text = writeAntimony(model)
      expect(kept(readAntimony(text)), text).toEqual(kept(model))
    }),
    { numRuns: 100, endOnFailure: true },
  )
})

test('what is written is stable: written and read again it stays the same, word for word', () => {
  fc.assert(
    fc.property(randomModel({ without: ['fast reactions'] }), (model) => {
      const once = readAntimony(writeAntimony(model))
      const text = writeAntimony(once)
      const twice = readAntimony(text)
      expect(placeless(twice)).toEqual(placeless(once))
      expect(writeAntimony(twice)).toBe(text)
    }),
    { numRuns: 100, endOnFailure: true },
  )
})
