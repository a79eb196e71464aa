import { describe, expect, test } from 'vitest'
import type { Expression } from '../expression.ts'
import { readInfix } from './read-infix.ts'
import { readSbml } from './read-sbml.ts'
import { sbml } from './sbml.test-data.ts'

/** As Lisp writes it. */
function shown(formula: Expression): string {
  if (formula.kind === 'number') return String(formula.value)
  if (formula.kind === 'symbol') return formula.id
  if (formula.kind !== 'apply') throw new Error(formula.kind)
  return `(${[formula.operator, ...formula.operands.map(shown)].join(' ')})`
}

describe('a formula of Level 1', () => {
  test.each([
    ['a - b - c', '(minus (minus a b) c)'],
    ['a+b*c/d', '(plus a (divide (times b c) d))'],
    ['-a^2', '(minus (power a 2))'],
    ['a^-b', '(power a (minus b))'],
    ['2^3^2', '(power (power 2 3) 2)'],
    ['-a*b', '(times (minus a) b)'],
    ['a*(b+ -1.5e-3)', '(times a (plus b (minus 0.0015)))'],
    ['pow(a,2)+sqr(b)+sqrt(c)', '(plus (plus (power a 2) (power b 2)) (root 2 c))'],
    ['log(a)+log10(b)', '(plus (ln a) (log 10 b))'],
    ['ceil(.5)', '(ceiling 0.5)'],
  ])('%s', (text, expected) => {
    expect(shown(readInfix(text, { line: 1 }))).toBe(expected)
  })

  test.each(['', 'a b', 'a +', '(a', 'a)', 'f(a', 'pow(a)', 'sin()', 'a # b', '1e999', '.'])('%j is none', (text) => {
    expect(() => readInfix(text, { line: 7 })).toThrow(/^line 7: the formula/)
  })

  test('what is too deep or not written out is refused', () => {
    expect(() => readInfix('('.repeat(1e5), { line: 1 })).toThrow(/too many levels/)
    expect(() => readInfix('massr(k)', { line: 1 })).toThrow(/'massr'/)
  })
})

test('a model of Level 1', () => {
  const model = readSbml(
    sbml(
      `<listOfCompartments><compartment name="C"/></listOfCompartments>
      <listOfSpecies><specie name="S" compartment="C" initialAmount="2" units="mole"/>
      <specie name="B" compartment="C" initialAmount="1" boundaryCondition="true"/></listOfSpecies>
      <listOfParameters><parameter name="k" value="3"/><parameter name="v"/></listOfParameters>
      <listOfRules><parameterRule name="v" formula="k * S"/><specieConcentrationRule specie="B" type="rate" formula="k"/>
      <algebraicRule formula="v - k * S"/></listOfRules>
      <listOfReactions><reaction name="J"><listOfProducts><specieReference specie="S" stoichiometry="3" denominator="2"/></listOfProducts>
      <kineticLaw formula="q * v"><listOfParameters><parameter name="q" value="1"/></listOfParameters></kineticLaw></reaction></listOfReactions>`,
      { level: 1, version: 1 },
    ).replace('id="m"', 'name="m"'),
  )
  expect(model).toMatchObject({
    id: 'm',
    compartments: [{ id: 'C', size: 1, constant: true }],
    species: [
      { id: 'S', substanceUnit: 'mole', hasOnlySubstanceUnits: false },
      { id: 'B', boundaryCondition: true },
    ],
    parameters: [
      // The algebraic rule might determine it.
      { id: 'k', constant: false },
      { id: 'v', constant: false },
    ],
    rules: [{ kind: 'assignment', symbol: 'v' }, { kind: 'rate', symbol: 'B' }, { kind: 'algebraic' }],
    reactions: [
      { products: [{ species: 'S', stoichiometry: 1.5 }], rate: { operator: 'times' }, localParameters: [{ id: 'q' }] },
    ],
  })
  expect(model.reactions[0]!.products[0]).not.toHaveProperty('id')
})
