import { describe, expect, test } from 'vitest'
import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Model } from '../model.ts'
import { readAntimony } from './read-antimony.ts'
import { printFormula } from './write-formula.ts'

function refusal(text: string): DynamicsError {
  try {
    readAntimony(text)
  } catch (error) {
    if (error instanceof DynamicsError) return error
    throw error
  }
  throw new Error('it was read')
}

const parameter = (model: Model, id: string) => model.parameters.find((one) => one.id === id)
const species = (model: Model, id: string) => model.species.find((one) => one.id === id)

/** A formula with all its parentheses. */
function grouped(text: string): string {
  const [rule] = readAntimony(
    `${'abcdef'
      .split('')
      .map((id) => `${id} = 1`)
      .join(';')}; y := ${text}`,
  ).rules
  const show = (part: Expression): string =>
    part.kind === 'apply' ? `${part.operator}(${part.operands.map(show).join(' ')})` : printFormula(part)
  return show(rule!.value)
}

describe('what a name is', () => {
  const model = readAntimony(`
    compartment cell = 2
    species S1 in cell = 10, $S2
    substanceOnly species S3 in cell = 4
    J1: S1 + 2 S2 => n S3; k1 * S1 * S4
    n = 3; k1 = 0.5; var v = 1; S4 -| J1
    a := S1 / 2; r' = 1; r = 0; at r > 1: e = 2`)

  test('species take part in reactions, and act on them', () => {
    expect(model.species.map(({ id }) => id)).toEqual(['S1', 'S2', 'S3', 'S4'])
    expect(species(model, 'S1')).toMatchObject({
      compartment: 'cell',
      initialConcentration: 10,
      boundaryCondition: false,
    })
    expect(species(model, 'S2')).toMatchObject({ compartment: 'default_compartment', boundaryCondition: true })
    expect(species(model, 'S3')).toMatchObject({ initialAmount: 4, hasOnlySubstanceUnits: true })
    expect(model.compartments).toMatchObject([
      { id: 'default_compartment', size: 1 },
      { id: 'cell', size: 2 },
    ])
  })

  test('a reaction has what stands around its arrow', () => {
    expect(model.reactions).toMatchObject([
      {
        id: 'J1',
        reversible: false,
        reactants: [
          { species: 'S1', stoichiometry: 1 },
          { species: 'S2', stoichiometry: 2 },
        ],
        products: [{ id: 'n', species: 'S3', stoichiometry: 3, constant: true }],
        modifiers: ['S4'],
      },
    ])
  })

  test('what nothing changes is constant', () => {
    const constant = Object.fromEntries(model.parameters.map(({ id, constant }) => [id, constant]))
    expect(constant).toEqual({ k1: true, v: false, a: false, r: false, e: false })
  })
})

describe('initial values', () => {
  const model = readAntimony(`
    S -> ; 1; S in C = 6 / C; substanceOnly species A in C = 2 * C; C = 4
    k = -1.5; i = inf; f = 2 * k`)

  test('a number over its compartment is an amount, of an amount a number times it a concentration', () => {
    expect(species(model, 'S')).toMatchObject({ initialAmount: 6, hasOnlySubstanceUnits: false })
    expect(species(model, 'A')).toMatchObject({ initialConcentration: 2, hasOnlySubstanceUnits: true })
  })

  test('a formula is an initial assignment, a number is a value', () => {
    expect(parameter(model, 'k')!.value).toBe(-1.5)
    expect(parameter(model, 'i')!.value).toBe(Number.POSITIVE_INFINITY)
    expect(parameter(model, 'f')!.value).toBeUndefined()
    expect(model.initialAssignments.map(({ symbol }) => symbol)).toEqual(['f'])
  })
})

describe('formulas', () => {
  test.each([
    ['a + b - c + d', 'plus(minus(plus(a b) c) d)'],
    ['a - b - c', 'minus(minus(a b) c)'],
    ['a * b * c / d', 'divide(times(a b c) d)'],
    ['-a^2', 'minus(power(a 2))'],
    ['-2 * a', 'times(-2 a)'],
    ['2^-1', 'power(2 -1)'],
    ['a^b^c', 'power(power(a b) c)'],
    ['a ** 2', 'power(a 2)'],
    ['a < b && b < c || !(a == c)', 'or(and(lt(a b) lt(b c)) not(eq(a c)))'],
    ['0 < a <= 1', 'and(lt(0 a) leq(a 1))'],
    ['a < b < c', 'lt(a b c)'],
    ['a > 1 and not b > 2', 'and(gt(a 1) gt(not(b) 2))'],
    ['log(a) + log10(b) + log(2, c)', 'plus(ln(a) log(10 b) log(2 c))'],
    ['sqrt(a) + root(3, b) + sqr(c)', 'plus(root(2 a) root(3 b) power(c 2))'],
    ['asin(a) + arcsin(b) + ceil(c) + pow(d, e)', 'plus(arcsin(a) arcsin(b) ceiling(c) power(d e))'],
    ['a % b', 'rem(a b)'],
    ['piecewise(1, a > 0, 2)', 'piecewise(1, a > 0, 2)'],
    ['delay(a, 2) + rateOf(b)', 'plus(delay(a, 2) rateOf(b))'],
  ])('%s', (text, expected) => expect(grouped(text)).toBe(expected))
})

describe('events', () => {
  test('what is not said of them is as libAntimony has it', () => {
    const { events } = readAntimony(
      'x = 1; at x > 2: x = 0; E1: at 3 after x > 2, t0 = false, priority = 2, persistent = false, fromTrigger=0:\n x = 1,\n y = 2',
    )
    expect(events).toMatchObject([
      { initialValue: true, persistent: true, useValuesFromTriggerTime: true, assignments: [{ symbol: 'x' }] },
      {
        id: 'E1',
        delay: { value: 3 },
        priority: { value: 2 },
        initialValue: false,
        persistent: false,
        useValuesFromTriggerTime: false,
        assignments: [{ symbol: 'x' }, { symbol: 'y' }],
      },
    ])
    expect(events[0]).not.toHaveProperty('id')
  })
})

describe('units', () => {
  const model = readAntimony(`
    unit mM = 1e-3 mole / liter; unit hertzish = 60 seconds^-1; unit time_unit = seconds * 60; unit v = 1 / (2 second^2)
    k = 3 mM; x has mM; y := 2 mM * 1; z has 5 mole`)

  test('are products of powers', () => {
    const factors = Object.fromEntries(model.unitDefinitions.map(({ id, factors }) => [id, factors]))
    expect(factors.mM).toEqual([
      { unit: 'mole', exponent: 1, scale: -3, multiplier: 1 },
      { unit: 'litre', exponent: -1, scale: 0, multiplier: 1 },
    ])
    expect(factors.hertzish).toMatchObject([{ unit: 'second', exponent: -1, multiplier: 60 }])
    expect(factors.time_unit).toMatchObject([{ unit: 'second', exponent: 1, multiplier: 60 }])
    expect(factors.v).toMatchObject([{ unit: 'second', exponent: -2, multiplier: 2 }])
    expect(factors.z_unit).toMatchObject([{ unit: 'mole', multiplier: 5 }])
  })

  test('belong to numbers and to symbols', () => {
    expect(parameter(model, 'k')).toMatchObject({ value: 3, unit: 'mM' })
    expect(parameter(model, 'x')).toMatchObject({ unit: 'mM' })
    expect(parameter(model, 'z')).toMatchObject({ unit: 'z_unit' })
    expect(model.rules[0]!.value).toMatchObject({ operands: [{ value: 2, unit: 'mM' }, { value: 1 }] })
    expect(model.units).toEqual({ time: 'time_unit' })
  })
})

describe('submodels', () => {
  const text = `
    model inner(S, k)
      J: S -> P; k * S
      S = 5; P = 0; k = 1; double := 2 * S
    end
    model *outer()
      A: inner(x, 3); B: inner()
      B.S is y; y = 7; B.k = 4; A.P = 9
    end
    outer is "The whole"`
  const model = readAntimony(text)

  test('have their names behind their own', () => {
    expect(model).toMatchObject({ id: 'outer', name: 'The whole' })
    expect(model.reactions.map(({ id }) => id)).toEqual(['A__J', 'B__J'])
    expect(model.species.map(({ id }) => id)).toEqual(['x', 'A__P', 'y', 'B__P'])
  })

  test('what is said further out counts', () => {
    expect(species(model, 'x')!.initialConcentration).toBe(5)
    expect(species(model, 'y')!.initialConcentration).toBe(7)
    expect(species(model, 'A__P')!.initialConcentration).toBe(9)
    expect([parameter(model, 'A__k')!.value, parameter(model, 'B__k')!.value]).toEqual([3, 4])
  })

  test('the model that is read is the marked one, else what stands outside, else the last', () => {
    expect(readAntimony('model a() x = 1 end\nmodel b() y = 1 end').id).toBe('b')
    expect(readAntimony('model *a() x = 1 end\nmodel b() y = 1 end').id).toBe('a')
    expect(readAntimony('model a() x = 1 end; z = 1').id).toBe('__main')
  })

  test('parts are deleted', () => {
    const less = readAntimony(text.replace('A.P = 9', 'delete A.J'))
    expect(less.reactions.map(({ id }) => id)).toEqual(['B__J'])
  })

  test('files are imported where they can be had', () => {
    const resolve = (file: string) => (file === 'inner.txt' ? 'model inner() k = 2 end' : '')
    expect(readAntimony('import "inner.txt"\nA: inner()', { resolve }).parameters).toMatchObject([
      { id: 'A__k', value: 2 },
    ])
    expect(refusal('import "inner.txt"')).toMatchObject({ code: 'not-supported', place: { line: 1 } })
  })
})

describe('a mistake is told with its place and how to mend it', () => {
  test.each([
    ['S -> P; k*(S + 1', 'syntax', 'line 1, column 17: found the end of the text', 'the "(" at line 1, column 11'],
    [
      'k = 1\nS -> P k*S; S = 1',
      'syntax',
      'line 2, column 9: found "*"',
      '"+" and another product, or ";" and the rate',
    ],
    ['S -> P; k*S\nkk = 1', 'undeclared', 'line 1, column 9: k is given no value', 'did you mean "kk"?'],
    [
      'x = 1\ny := sin(x) + csin(x)',
      'undeclared',
      'line 2, column 15: there is no function called csin',
      'did you mean "sin"?',
    ],
    ['y := sin(1, 2)', 'syntax', 'line 1, column 6: sin() is given 2 operands', 'expected 1'],
    [
      'x = 3 mMol\nunit mmol = 1e-3 mole',
      'undeclared',
      'line 1, column 5: there is no unit called mMol',
      'did you mean "mmol"?',
    ],
    ['at x = 5: x = 1', 'syntax', 'line 1, column 6: found "="', 'comparisons are written with "=="'],
    ['at x > 5, prioritty = 1: x = 1', 'syntax', 'line 1, column 11: found "prioritty"', 'did you mean "priority"?'],
    ['species in = 5', 'invalid-model', 'line 1, column 9: in is a word of the language', 'in_ would do'],
    ['const k = 1; at time > 1: k = 2', 'invalid-model', 'k is const, and an event changes it', 'declare it var'],
    [
      'S -> P; 1\nP: A -> B; 1',
      'invalid-model',
      'line 2, column 1: P is a reaction here and at line 1 takes part in a reaction',
      '',
    ],
    [
      'model a()\n x = 1',
      'syntax',
      'line 2, column 7: found the end of the text',
      '"end" of the model a, which begins at line 1',
    ],
    ['model a-b()\nend', 'syntax', 'line 1, column 8: found "-"', 'letters, digits and "_"'],
    ['A: inner()', 'undeclared', 'line 1, column 4: there is no model called inner', ''],
    [
      'model a()\nk = 1\nend\nA: a(); A.kk = 2',
      'undeclared',
      'line 4, column 9: the submodel A has nothing called kk',
      'did you mean "k"?',
    ],
    ['model a()\nA: a()\nend', 'cycle', 'line 2, column 1: the model a contains itself', ''],
    ['x = 1 $', 'syntax', 'line 1, column 7: found "$"', 'the end of the statement'],
    ['x = "one', 'syntax', 'line 1, column 5: a text is not closed', ''],
    ['/* x = 1', 'syntax', 'line 1, column 1: a comment is not closed', '*/'],
    ['µ = 1', 'syntax', 'line 1, column 1: the character "µ" has no meaning here', 'ASCII'],
    ['', 'invalid-model', 'the text has no model in it', 'S -> ; k*S'],
    [
      'x = 1\nx := time; x = 2 * x',
      'invalid-model',
      'line 2, column 12: x has an initial value that is a formula and an assignment rule',
      '',
    ],
    ['function f(x) x + k end\ny := f(1)', 'undeclared', "'k'", ''],
  ])('%j', (text, code, what, mend) => {
    const error = refusal(text)
    expect(error.message).toContain(what)
    expect(error.message).toContain(mend)
    expect(error.code).toBe(code)
  })

  test.each([
    ['--P1--G1--', 'DNA strands'],
    ['dna1: --P1--G1--', 'DNA strands'],
    ['gene G1', 'genes'],
    ['x = normal(0, 1)', 'random draws (normal)'],
    ['S -> P; 1; S.mean = 3', 'uncertainty (S.mean)'],
    ['maximize J0', 'flux balance'],
    ['A: sub(), timeconv = 60', 'conversion factors'],
    ['P1 = S1 + ...', 'DNA strands'],
  ])('%j is refused by name', (text, what) => {
    const error = refusal(text)
    expect(error).toMatchObject({ code: 'not-supported', place: { line: 1 } })
    expect(error.message).toContain(what)
  })

  test('deep and long texts are refused or read, at once', () => {
    const started = performance.now()
    expect(refusal(`y := ${'('.repeat(100_000)}`).message).toContain('more than 1000 levels')
    expect(refusal(`y := ${'-'.repeat(1).concat(' -'.repeat(50_000))}1`).message).toContain('more than 1000 levels')
    expect(refusal(`y := ${'x - '.repeat(50_000)}1; x = 1`).message).toContain('more than 1000 levels')
    expect(readAntimony(`x = 1; y := ${'('.repeat(900)}x${')'.repeat(900)}`).rules.length).toBe(1)
    expect(readAntimony(`x = 1; y := ${'x + '.repeat(20_000)}1`).rules.length).toBe(1)
    const doubling = Array.from({ length: 30 }, (_, i) => `model m${i + 1}()\nA: m${i}(); B: m${i}()\nend\n`).join('')
    expect(refusal(`model m0()\nx = 1\nend\n${doubling}`).message).toContain('more than 100000 statements')
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

test('annotations that are passed over are told of in a remark', () => {
  const text = `model m()
  S -> ; k*S; S = 1; k = 2
  S identity "http://identifiers.org/chebi/CHEBI:17234"
  S.sboTerm = SBO:0000247
  k identity "a",
    "b"
  S notes "kept"
end
m created "2020-01-01T00:00:00Z"`
  expect(readAntimony(text).remarks).toEqual([
    'annotations are passed over, the first in line 3: identity (2 times), sboTerm, created',
  ])
  expect(readAntimony('S -> ; k*S; S = 1; k = 2; S notes "kept"').remarks).toBeUndefined()
})
