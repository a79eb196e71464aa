import type { BinaryOp, UnaryOp } from '../node.ts'
import { factorial } from './factorial.ts'

/** What each operation of a {@link Node} does to numbers: the definition that every compiler has to agree with. */
export const unaryFunctions: Readonly<Record<UnaryOp, (a: number) => number>> = {
  neg: (a) => -a,
  not: (a) => (a === 0 ? 1 : 0),
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  ln: Math.log,
  log10: Math.log10,
  floor: Math.floor,
  ceiling: Math.ceil,
  factorial,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: Math.atanh,
}

export const binaryFunctions: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  power: (a, b) => a ** b,
  rem: (a, b) => a % b,
  min: Math.min,
  max: Math.max,
  lt: (a, b) => (a < b ? 1 : 0),
  le: (a, b) => (a <= b ? 1 : 0),
  eq: (a, b) => (a === b ? 1 : 0),
  ne: (a, b) => (a !== b ? 1 : 0),
  and: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  or: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
}

export const unaryOps = Object.keys(unaryFunctions) as readonly UnaryOp[]
export const binaryOps = Object.keys(binaryFunctions) as readonly BinaryOp[]

const unary = new Set<string>(unaryOps)

export const isUnaryOp = (op: string): op is UnaryOp => unary.has(op)
