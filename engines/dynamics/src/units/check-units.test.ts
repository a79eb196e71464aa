import { describe, expect, test } from 'vitest'
import type { Expression, Operator } from '../expression.ts'
import type { Model, Parameter, UnitDefinition } from '../model.ts'
import { checkUnits } from './check-units.ts'

const symbol = (id: string): Expression => ({ kind: 'symbol', id, place: { line: 7 } })
const number = (value: number, unit?: string): Expression => ({ kind: 'number', value, ...(unit && { unit }) })
const apply = (operator: Operator, ...operands: Expression[]): Expression => ({
  kind: 'apply',
  operator,
  operands,
  place: { line: 9 },
})
const unit = (id: string, ...factors: [unit: string, exponent?: number, scale?: number][]): UnitDefinition => ({
  id,
  factors: factors.map(([name, exponent = 1, scale = 0]) => ({ unit: name, exponent, scale, multiplier: 1 })),
})
const parameter = (id: string, of?: string, value?: number): Parameter => ({
  id,
  ...(of !== undefined && { unit: of }),
  ...(value !== undefined && { value }),
  constant: true,
})

const units = [
  unit('mV', ['volt', 1, -3]),
  unit('ms', ['second', 1, -3]),
  unit('mL', ['litre', 1, -3]),
  unit('mM', ['mole', 1, -3], ['litre', -1]),
  unit('per_ms', ['ms', -1]),
]
const model = (parts: Partial<Model>): Model => ({
  id: 'm',
  source: { format: 'sbml', version: 'Level 3 Version 2' },
  unitDefinitions: units,
  units: { time: 'ms', substance: 'mole', extent: 'mole', volume: 'litre' },
  functions: [],
  compartments: [],
  species: [],
  parameters: [
    parameter('V', 'mV'),
    parameter('W', 'volt'),
    parameter('c', 'mM', 2),
    parameter('v', 'mL'),
    parameter('k', 'per_ms'),
    parameter('n', 'dimensionless', 2),
    { ...parameter('x'), place: { line: 3 } },
  ],
  reactions: [],
  initialAssignments: [],
  rules: [],
  constraints: [],
  events: [],
  ...parts,
})
const assign = (id: string, value: Expression, parts: Partial<Model> = {}) =>
  checkUnits(model({ rules: [{ kind: 'assignment', symbol: id, value, place: { line: 5 } }], ...parts }))

describe('what differs shows both sides, the element and the line', () => {
  test('in dimension', () => {
    expect(assign('c', symbol('v'))).toEqual([
      {
        severity: 'error',
        kind: 'dimension',
        element: 'assignment rule of c',
        place: { line: 5 },
        message: 'line 5: assignment rule of c: its two sides differ: left: mM (mol m⁻³) right: mL (m³)',
        left: 'mM (mol m⁻³)',
        right: 'mL (m³)',
      },
    ])
  })

  test('in factor only, as a kind of its own', () => {
    expect(assign('V', symbol('W'))).toMatchObject([
      {
        severity: 'warning',
        kind: 'scale',
        left: 'mV (0.001 kg m² s⁻³ A⁻¹)',
        right: 'volt (kg m² s⁻³ A⁻¹)',
      },
    ])
  })

  test('within a sum, a comparison, and pieces', () => {
    expect(assign('V', apply('plus', symbol('V'), symbol('c')))).toMatchObject([
      { kind: 'dimension', place: { line: 9 }, left: expect.stringContaining('mV'), right: 'mM (mol m⁻³)' },
    ])
    const condition = apply('lt', symbol('V'), symbol('v'))
    const pieces = [{ value: symbol('V'), condition }]
    expect(assign('V', { kind: 'piecewise', pieces, otherwise: symbol('k') })).toMatchObject([
      { message: expect.stringMatching(/the sides of a comparison differ: left: mV .* right: mL/) },
      { message: expect.stringMatching(/the pieces of a piecewise formula differ: left: mV .* right: per_ms \(s⁻¹\)/) },
    ])
  })

  test('in what has to be without dimension', () => {
    expect(assign('n', apply('exp', symbol('V')))).toMatchObject([
      { severity: 'error', message: expect.stringMatching(/the argument of exp .* left: mV .* right: dimensionless/) },
    ])
    expect(assign('n', apply('exp', apply('divide', symbol('V'), symbol('W'))))).toMatchObject([
      { severity: 'warning', kind: 'scale', left: 'mV volt⁻¹ (0.001)' },
    ])
    expect(assign('n', apply('power', symbol('n'), symbol('V')))).toMatchObject([{ severity: 'error' }])
    for (const operator of ['sin', 'log', 'factorial', 'arctanh'] as const)
      expect(assign('n', apply(operator, symbol('V'), symbol('V')))[0]).toMatchObject({ severity: 'error' })
  })
})

test('what balances is not told of', () => {
  const rules: Model['rules'] = [
    { kind: 'rate', symbol: 'V', value: apply('times', symbol('k'), apply('minus', symbol('V'), number(3))) },
    { kind: 'assignment', symbol: 'c', value: apply('root', number(2), apply('power', symbol('c'), symbol('n'))) },
    { kind: 'assignment', symbol: 'W', value: apply('times', symbol('W'), apply('exp', symbol('n'))) },
  ]
  expect(checkUnits(model({ rules: rules.slice(0, 1) }))).toEqual([])
  expect(checkUnits(model({ rules: rules.slice(1) }))).toEqual([])
})

test('a number without a unit softens what a product gives, for it may have one that was not written', () => {
  expect(assign('c', apply('times', number(2), symbol('v')))).toMatchObject([
    { severity: 'warning', kind: 'dimension', message: expect.stringContaining('a number without a unit') },
  ])
  expect(assign('V', apply('times', number(1000), symbol('W')))).toMatchObject([{ severity: 'remark', kind: 'scale' }])
  const cellml = { source: { format: 'cellml', version: '1.0' } } as const
  expect(assign('c', apply('times', number(2), symbol('v')), cellml)).toMatchObject([{ severity: 'error' }])
  expect(assign('V', apply('plus', symbol('V'), number(2)), cellml)).toMatchObject([{ severity: 'error' }])
  expect(assign('V', apply('plus', symbol('V'), number(2, 'mV')), cellml)).toEqual([])
})

describe('what cannot be checked is a remark', () => {
  test('one for each symbol without a unit', () => {
    const rules: Model['rules'] = [
      { kind: 'assignment', symbol: 'V', value: apply('times', symbol('x'), symbol('W')) },
      { kind: 'assignment', symbol: 'c', value: symbol('x') },
    ]
    expect(checkUnits(model({ rules }))).toEqual([
      {
        severity: 'remark',
        kind: 'unchecked',
        element: 'x',
        place: { line: 3 },
        message: 'assignment rule of V and 1 more cannot be checked because x has no unit',
      },
    ])
  })

  test('a power that changes', () => {
    const rules: Model['rules'] = [
      { kind: 'assignment', symbol: 'n', value: symbol('n') },
      { kind: 'assignment', symbol: 'c', value: apply('power', symbol('c'), symbol('n')) },
    ]
    expect(checkUnits(model({ rules }))).toMatchObject([{ severity: 'remark', element: 'assignment rule of c' }])
  })

  test('a formula nested too deep', () => {
    let deep = symbol('V')
    for (let i = 0; i < 100_000; i++) deep = apply('abs', deep)
    expect(assign('V', deep)).toMatchObject([{ severity: 'remark', message: expect.stringContaining('levels deep') }])
  })
})

describe('units themselves', () => {
  test('that are defined nowhere, by themselves, or have another zero', () => {
    const unitDefinitions = [unit('a', ['b']), unit('b', ['a']), unit('c', ['fathom']), unit('d', ['celsius'])]
    expect(checkUnits(model({ unitDefinitions, parameters: [], units: {} })).map(({ message }) => message)).toEqual([
      'unit a is defined by itself: a → b → a',
      'unit b is defined by itself: b → a → b',
      'unit fathom is defined nowhere',
      'unit celsius has a zero of its own (give temperatures in kelvin)',
    ])
  })

  test('that a model makes as dimensions of their own', () => {
    const unitDefinitions = [...units, { id: 'beat', base: true, factors: [] }, unit('kbeat', ['beat', 1, 3])]
    const parameters = [parameter('a', 'beat'), parameter('b', 'kbeat'), parameter('c', 'mM')]
    const rule = (id: string) => ({ kind: 'assignment', symbol: 'a', value: symbol(id) }) as const
    expect(checkUnits(model({ unitDefinitions, parameters, rules: [rule('b')] }))).toMatchObject([
      { kind: 'scale', left: 'beat', right: 'kbeat (1000 beat)' },
    ])
    expect(checkUnits(model({ unitDefinitions, parameters, rules: [rule('c')] }))).toMatchObject([
      { kind: 'dimension' },
    ])
  })
})

describe('species, reactions, events and functions', () => {
  const compartments: Model['compartments'] = [{ id: 'cell', size: 1, spatialDimensions: 3, constant: true }]
  const species: Model['species'] = [
    {
      id: 'S',
      compartment: 'cell',
      hasOnlySubstanceUnits: false,
      boundaryCondition: false,
      constant: false,
    },
  ]
  const reaction = (rate: Expression): Partial<Model> => ({
    compartments,
    species,
    reactions: [
      {
        id: 'J',
        place: { line: 30 },
        reversible: false,
        fast: false,
        reactants: [{ species: 'S', constant: true, stoichiometry: 1 }],
        products: [],
        modifiers: [],
        rate,
        localParameters: [parameter('k', 'per_ms', 1)],
      },
    ],
  })

  test('a rate is extent per time, and a species a concentration', () => {
    expect(checkUnits(model(reaction(apply('times', symbol('k'), symbol('S'), symbol('cell')))))).toEqual([])
    expect(checkUnits(model(reaction(apply('times', symbol('k'), symbol('S')))))).toMatchObject([
      {
        element: 'reaction J',
        place: { line: 30 },
        left: 'mole ms⁻¹ (mol s⁻¹)',
        right: 'per_ms mole litre⁻¹ (mol m⁻³ s⁻¹)',
      },
    ])
  })

  test('the body of a function is checked with the units of each call', () => {
    const functions: Model['functions'] = [
      {
        id: 'hill',
        arguments: ['s', 'h', 'n'],
        body: apply('plus', apply('power', symbol('s'), symbol('n')), apply('power', symbol('h'), symbol('n'))),
      },
      ...Array.from({ length: 60 }, (_, i) => ({
        id: `f${i}`,
        arguments: ['a'],
        body:
          i === 0
            ? symbol('a')
            : apply(
                'plus',
                { kind: 'call', function: `f${i - 1}`, operands: [symbol('a')] },
                { kind: 'call', function: `f${i - 1}`, operands: [symbol('a')] },
              ),
      })),
    ]
    const call = (name: string, ...operands: Expression[]): Expression => ({ kind: 'call', function: name, operands })
    const squared = apply('root', number(2), call('hill', symbol('c'), symbol('c'), number(2)))
    expect(assign('c', squared, { functions })).toEqual([])
    expect(assign('c', call('hill', symbol('c'), symbol('V'), number(1)), { functions })).toMatchObject([
      { message: expect.stringContaining('in function hill'), left: 'mM (mol m⁻³)' },
    ])
    expect(assign('c', call('f59', symbol('V')), { functions })).toMatchObject([{ kind: 'dimension' }])
  })

  test('triggers, delays and assignments of events', () => {
    const events: Model['events'] = [
      {
        id: 'E',
        trigger: apply('gt', { kind: 'time' }, number(3, 'mV')),
        initialValue: true,
        persistent: true,
        delay: symbol('V'),
        priority: symbol('V'),
        useValuesFromTriggerTime: true,
        assignments: [{ symbol: 'c', value: { kind: 'rate-of', id: 'c' } }],
      },
    ]
    expect(checkUnits(model({ events })).map(({ element, left, right }) => [element, left, right])).toEqual([
      ['trigger of event E', 'ms (s)', 'mV (kg m² s⁻³ A⁻¹)'],
      ['delay of event E', 'ms (s)', 'mV (kg m² s⁻³ A⁻¹)'],
      ['priority of event E', 'dimensionless', 'mV (kg m² s⁻³ A⁻¹)'],
      ['assignment of c in event E', 'mM (mol m⁻³)', 'mM ms⁻¹ (mol m⁻³ s⁻¹)'],
    ])
  })
})
