import { describe, expect, it } from 'vitest'
import type { Model } from '../model.ts'
import { equations } from './equations.ts'
import { apply, divide, emptyModel, n, parameter, plus, power, reaction, s, species, times } from './print.test-data.ts'
import { unitText } from './unit-text.ts'

const cell = { id: 'cell', size: 2, spatialDimensions: 3, constant: true } as const
const texts = (model: Partial<Model>) =>
  equations({ ...emptyModel, ...model }).map(({ kind, text }) => `${kind}: ${text}`)

describe('equations of a model', () => {
  it('gathers reactions with their stoichiometry; what stands on both sides cancels', () => {
    const binding = reaction('v1', {
      reactants: [
        { species: 'A', stoichiometry: 2, constant: true },
        { species: 'E', stoichiometry: 1, constant: true },
      ],
      products: [
        { species: 'B', stoichiometry: 1, constant: true },
        { species: 'E', stoichiometry: 1, constant: true },
      ],
      rate: times(s('k'), s('A'), s('E')),
    })
    const decay = reaction('v2', {
      reactants: [{ species: 'B', stoichiometry: 1, constant: true }],
      rate: times(s('d'), s('B')),
      localParameters: [parameter('d', { value: 0.5 })],
    })
    expect(
      texts({
        compartments: [cell],
        species: [
          species('A', { initialConcentration: 10 }),
          species('B', { initialAmount: 3 }),
          species('E', { boundaryCondition: true, initialConcentration: 1 }),
        ],
        parameters: [parameter('k', { value: 0.1 })],
        reactions: [binding, decay],
      }),
    ).toEqual([
      'reaction: v1 = k * A * E',
      'reaction: v2 = d * B',
      'rate: dA/dt = -2 * v1 / cell',
      'rate: dB/dt = (v1 - v2) / cell',
      'initial: A(0) = 10',
      'initial: B(0) = 3 / cell',
      'initial: E(0) = 1',
      'constant: d = 0.5',
      'constant: cell = 2',
      'constant: k = 0.1',
    ])
  })

  it('gives the rate of the amount where the compartment changes, and none to what no reaction may change', () => {
    const grows = { ...cell, constant: false }
    const flow = reaction('v', {
      reactants: [{ species: 'S', stoichiometry: 1, constant: true }],
      products: [
        { species: 'fixed', stoichiometry: 1, constant: true },
        { id: 'n', species: 'P', constant: false },
      ],
      rate: s('k'),
    })
    expect(
      texts({
        compartments: [grows],
        species: [
          species('S'),
          species('fixed', { constant: true, boundaryCondition: true }),
          species('P', { hasOnlySubstanceUnits: true, conversionFactor: 'cf' }),
        ],
        reactions: [flow],
        rules: [{ kind: 'rate', symbol: 'cell', value: n(0.01) }],
      }),
    ).toEqual([
      'reaction: v = k',
      'rate: dcell/dt = 0.01',
      'rate: d(S * cell)/dt = -v',
      'rate: dP/dt = cf * (n * v)',
      'initial: cell(0) = 2',
    ])
  })

  it('tells events in words', () => {
    const trigger = apply('geq', { kind: 'time' }, n(8))
    const bolus = { symbol: 'G', value: plus(s('G'), s('dose')) }
    const [event] = equations({
      ...emptyModel,
      events: [
        {
          id: 'meal',
          trigger,
          initialValue: false,
          persistent: false,
          delay: n(2),
          priority: n(1),
          useValuesFromTriggerTime: false,
          assignments: [bolus, { symbol: 'eaten', value: n(1) }],
        },
      ],
    })
    expect(event!.text).toBe(
      'when t >= 8 becomes true, after 2 if it still holds then, with the values of that later moment, at the start too, with priority 1:\n  G := G + dose\n  eaten := 1',
    )
    expect(event!.mathml).toContain('<mtext>when\u00a0</mtext>')
    expect(event!.latex).toContain('\\begin{aligned} & \\text{when }t \\geq 8\\text{ becomes true}')
  })

  it('shows functions, definitions, algebraic rules, constraints, units and names', () => {
    const all = equations({
      ...emptyModel,
      unitDefinitions: [
        { id: 'per_min', factors: [{ unit: 'second', exponent: -1, scale: 0, multiplier: 60 }] },
        {
          id: 'mM',
          factors: [
            { unit: 'mole', exponent: 1, scale: -3, multiplier: 1 },
            { unit: 'litre', exponent: -1, scale: 0, multiplier: 1 },
          ],
        },
        { id: 'odd', name: 'mmHg', factors: [{ unit: 'pascal', exponent: 1, scale: 0, multiplier: 133.322 }] },
      ],
      functions: [{ id: 'mm', arguments: ['x', 'K'], body: divide(s('x'), plus(s('K'), s('x'))) }],
      parameters: [
        parameter('k_a', { name: 'absorption', value: 0.05, unit: 'per_min' }),
        parameter('K_m', { value: 2, unit: 'mM' }),
        parameter('P_lv', { unit: 'odd', constant: false }),
        parameter('x', { constant: false, value: 1 }),
      ],
      rules: [
        { kind: 'assignment', symbol: 'P_lv', value: power(s('x'), n(2)) },
        { kind: 'algebraic', value: plus(s('x'), s('k_a')) },
      ],
      initialAssignments: [{ symbol: 'K_m', value: times(n(3, 'mM'), s('k_a')) }],
      constraints: [{ condition: apply('gt', s('x'), n(0)), message: 'x must stay above 0' }],
    })
    expect(all.map(({ kind, text, label, unit }) => [kind, text, label, unit])).toEqual([
      ['function', 'mm(x, K) = x / (K + x)', 'mm', undefined],
      ['definition', 'P_lv = x^2', 'P_lv', 'mmHg'],
      ['algebraic', '0 = x + k_a', '', undefined],
      ['constraint', 'x > 0', 'x must stay above 0', undefined],
      ['initial', 'x(0) = 1', 'x', undefined],
      ['constant', 'k_a = 0.05 min⁻¹', 'absorption', 'min⁻¹'],
      ['constant', 'K_m = 3 mmol/L * k_a', 'K_m', 'mmol/L'],
    ])
    expect(all[1]!.mathml).toBe(
      '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="P_lv = x^2"><mrow><msub><mi>P</mi><mi>lv</mi></msub><mo>=</mo><msup><mi>x</mi><mn>2</mn></msup></mrow></math>',
    )
  })

  it('draws variables of components by their own names, and tells apart those that share one', () => {
    const model = {
      ...emptyModel,
      parameters: [parameter('membrane__V'), parameter('gate__m', { constant: false }), parameter('pump__m')],
      rules: [{ kind: 'rate', symbol: 'gate__m', value: times(s('membrane__V'), s('pump__m'), s('gate__m')) }] as const,
    }
    const [rate] = equations(model)
    expect(rate!.text).toBe('dgate__m/dt = membrane__V * pump__m * gate__m')
    expect(rate!.latex).toContain('= V \\cdot m_{\\mathrm{pump}} \\cdot m_{\\mathrm{gate}}')
  })

  it('writes units as people do', () => {
    const factor = (unit: string, exponent = 1, scale = 0, multiplier = 1) => ({ unit, exponent, scale, multiplier })
    const unitDefinitions = [
      { id: 'uU', factors: [factor('item', 1, -6)] },
      { id: 'uU_per_ml', factors: [factor('uU'), factor('litre', -1, -3)] },
      { id: 'mmHg_own', base: true, factors: [] },
      { id: 'half', factors: [factor('second', 0.5)] },
      { id: 'rate', factors: [factor('mg'), factor('kilogram', -1), factor('second', -1, 0, 60)] },
      { id: 'both', factors: [factor('volt', -1, -3), factor('second', -2, -3)] },
      { id: 'area', factors: [factor('metre', 2, -2)] },
      { id: 'day', factors: [factor('second', 1, 0, 86_400)] },
      { id: 'percent', factors: [factor('dimensionless', 1, -2)] },
      { id: 'one', factors: [factor('dimensionless')] },
      { id: 'loop', factors: [factor('loop')] },
      { id: 'mg', factors: [factor('kilogram', 1, -6)] },
    ]
    const texts = unitDefinitions.map(({ id }) => [id, unitText({ ...emptyModel, unitDefinitions }, id)])
    expect(Object.fromEntries(texts)).toEqual({
      uU: 'uU',
      uU_per_ml: 'uU/mL',
      mmHg_own: 'mmHg_own',
      half: 's^0.5',
      rate: 'mg/kg/min',
      both: 'mV⁻¹·ms⁻²',
      area: 'cm²',
      day: 'd',
      percent: 'percent',
      one: '',
      loop: 'loop',
      mg: 'mg',
    })
  })

  it('keeps markup in names and messages out of the page', () => {
    const [constant] = equations({
      ...emptyModel,
      parameters: [parameter('k', { name: '<b>', value: 1, unit: '"><script>' })],
    })
    expect(constant!.mathml).not.toContain('<script>')
    expect(constant!.mathml).not.toContain('""')
  })
})
