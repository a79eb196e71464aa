import type { Expression, Operator } from '../expression.ts'
import type { Model, Parameter, Reaction, Species } from '../model.ts'

export const n = (value: number, unit?: string): Expression => ({
  kind: 'number',
  value,
  ...(unit === undefined ? {} : { unit }),
})
export const s = (id: string): Expression => ({ kind: 'symbol', id })
export const apply = (operator: Operator, ...operands: Expression[]): Expression => ({
  kind: 'apply',
  operator,
  operands,
})
export const plus = (...operands: Expression[]) => apply('plus', ...operands)
export const minus = (...operands: Expression[]) => apply('minus', ...operands)
export const times = (...operands: Expression[]) => apply('times', ...operands)
export const divide = (a: Expression, b: Expression) => apply('divide', a, b)
export const power = (a: Expression, b: Expression) => apply('power', a, b)

export const emptyModel: Model = {
  id: 'model',
  source: { format: 'antimony', version: '2' },
  unitDefinitions: [],
  units: {},
  functions: [],
  compartments: [],
  species: [],
  parameters: [],
  reactions: [],
  initialAssignments: [],
  rules: [],
  constraints: [],
  events: [],
}

export const parameter = (id: string, more: Partial<Parameter> = {}): Parameter => ({ id, constant: true, ...more })

export const species = (id: string, more: Partial<Species> = {}): Species => ({
  id,
  compartment: 'cell',
  hasOnlySubstanceUnits: false,
  boundaryCondition: false,
  constant: false,
  ...more,
})

export const reaction = (id: string, more: Partial<Reaction> = {}): Reaction => ({
  id,
  reversible: false,
  fast: false,
  reactants: [],
  products: [],
  modifiers: [],
  localParameters: [],
  ...more,
})
