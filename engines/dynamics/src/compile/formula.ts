import type { BinaryOp, Node, UnaryOp } from '../node.ts'

/** How tightly JavaScript's operators bind. */
const binding = { choice: 1, or: 2, and: 3, equality: 4, relation: 5, sum: 6, product: 7, prefix: 8, whole: 9 } as const
type Written = readonly [text: string, binding: number]

/** Formulas as JavaScript, in brackets only where needed; `place` gives the name of what has one. */
export function createFormulas(place: (node: Node) => string | undefined) {
  const wrapped = ([text, own]: Written, least: number) => (own < least ? `(${text})` : text)

  function value(node: Node, own = false): Written {
    const name = own ? undefined : place(node)
    if (name !== undefined) return [name, binding.whole]
    switch (node.op) {
      case 'number':
        return number(node.value)
      case 'time':
        return ['t', binding.whole]
      case 'state':
        return [`y[${node.slot}]`, binding.whole]
      case 'parameter':
        return [`p[${node.slot}]`, binding.whole]
      case 'unknown':
        return [`u[${node.slot}]`, binding.whole]
      case 'lag':
        return [`l[${node.slot}]`, binding.whole]
      case 'if':
        return [
          `${wrapped(truth(node.a), 2)} ? ${wrapped(value(node.b), 2)} : ${wrapped(value(node.c), 1)}`,
          binding.choice,
        ]
      case 'neg':
        return [`-${wrapped(value(node.a), binding.whole)}`, binding.prefix]
      case 'lt':
      case 'le':
      case 'eq':
      case 'ne':
      case 'and':
      case 'or':
      case 'not':
        return [`${wrapped(truth(node, own), 2)} ? 1 : 0`, binding.choice]
      default:
        return 'b' in node
          ? operation(node.op, node.a, node.b)
          : [`${functionNames[node.op]}(${value(node.a)[0]})`, binding.whole]
    }
  }

  function operation(op: Exclude<BinaryOp, Truth>, a: Node, b: Node): Written {
    if (op === 'power' || op === 'min' || op === 'max')
      return [`Math.${op === 'power' ? 'pow' : op}(${value(a)[0]}, ${value(b)[0]})`, binding.whole]
    const [sign, own] = infix[op]
    // The right operand binds tighter always: a + (b + c) is not (a + b) + c.
    return [`${wrapped(value(a), own)} ${sign} ${wrapped(value(b), own + 1)}`, own]
  }

  function truth(node: Node, own = false): Written {
    const name = own ? undefined : place(node)
    if (name !== undefined) return [`${name} !== 0`, binding.equality]
    switch (node.op) {
      case 'lt':
      case 'le':
        return [
          `${wrapped(value(node.a), binding.sum)} ${node.op === 'lt' ? '<' : '<='} ${wrapped(value(node.b), binding.sum)}`,
          binding.relation,
        ]
      case 'eq':
      case 'ne':
        return [
          `${wrapped(value(node.a), binding.sum)} ${node.op === 'eq' ? '===' : '!=='} ${wrapped(value(node.b), binding.sum)}`,
          binding.equality,
        ]
      case 'and':
        return [`${wrapped(truth(node.a), 4)} && ${wrapped(truth(node.b), 4)}`, binding.and]
      case 'or':
        return [`${wrapped(truth(node.a), 4)} || ${wrapped(truth(node.b), 4)}`, binding.or]
      case 'not':
        return [`!${wrapped(truth(node.a), binding.whole)}`, binding.prefix]
      default:
        return [`${wrapped(value(node, own), binding.sum)} !== 0`, binding.equality]
    }
  }

  return {
    /** A node's value; `own`: as it is computed, not by its name. */
    value: (node: Node, own = false): string => value(node, own)[0],
    truth: (node: Node): string => truth(node)[0],
  }
}

type Truth = 'lt' | 'le' | 'eq' | 'ne' | 'and' | 'or'

const infix = {
  add: ['+', binding.sum],
  sub: ['-', binding.sum],
  mul: ['*', binding.product],
  div: ['/', binding.product],
  rem: ['%', binding.product],
} as const

function number(value: number): Written {
  if (Object.is(value, -0)) return ['-0', binding.relation]
  return [String(value), value < 0 ? binding.relation : binding.whole]
}

/** `exp` is ours, see {@link exponential}; the others are the language's. */
const functionNames: Readonly<Record<Exclude<UnaryOp, 'neg' | 'not'>, string>> = {
  abs: 'Math.abs',
  sqrt: 'Math.sqrt',
  exp: 'exp',
  expm1: 'Math.expm1',
  ln: 'Math.log',
  log10: 'Math.log10',
  floor: 'Math.floor',
  ceiling: 'Math.ceil',
  factorial: 'factorial',
  sin: 'Math.sin',
  cos: 'Math.cos',
  tan: 'Math.tan',
  sinh: 'Math.sinh',
  cosh: 'Math.cosh',
  tanh: 'Math.tanh',
  arcsin: 'Math.asin',
  arccos: 'Math.acos',
  arctan: 'Math.atan',
  arcsinh: 'Math.asinh',
  arccosh: 'Math.acosh',
  arctanh: 'Math.atanh',
}
