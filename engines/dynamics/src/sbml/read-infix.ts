import { DynamicsError, type Place } from '../errors.ts'
import type { Expression, Operator } from '../expression.ts'
import { formulaDepth } from '../xml/read-mathml.ts'

/** What Level 1's functions are called here (Level 1 Version 2, Table 4); of one operand each unless said otherwise. */
const functions: ReadonlyMap<string, (operands: readonly Expression[], place: Place) => Expression> = new Map([
  ...(
    [
      ['abs', 'abs'],
      ['acos', 'arccos'],
      ['asin', 'arcsin'],
      ['atan', 'arctan'],
      ['ceil', 'ceiling'],
      ['cos', 'cos'],
      ['exp', 'exp'],
      ['floor', 'floor'],
      ['log', 'ln'],
      ['sin', 'sin'],
      ['tan', 'tan'],
    ] as const
  ).map(([name, operator]) => [name, applied(operator)] as const),
  ['log10', (operands, place) => applied('log')([number(10, place), ...operands], place)],
  ['sqrt', (operands, place) => applied('root')([number(2, place), ...operands], place)],
  ['sqr', (operands, place) => applied('power')([...operands, number(2, place)], place)],
  ['pow', (operands, place) => applied('power')(operands, place)],
])

function applied(operator: Operator): (operands: readonly Expression[], place: Place) => Expression {
  return (operands, place) => ({ kind: 'apply', operator, operands, place })
}

const number = (value: number, place: Place): Expression => ({ kind: 'number', value, place })

/** Binding strengths (Level 1 Version 2, Table 3): all from the left; negation lies between powers and products. */
const strengths: ReadonlyMap<string, readonly [strength: number, operator: Operator]> = new Map([
  ['+', [1, 'plus']],
  ['-', [1, 'minus']],
  ['*', [2, 'times']],
  ['/', [2, 'divide']],
  ['^', [4, 'power']],
])
const negation = 3

/**
 * Reads a formula as Level 1 writes them: `k1 * S1 ^ 2 / (Km + S1)`.
 *
 * @throws {DynamicsError} `syntax` with the place of the element; `not-supported` for Level 1's predefined rate laws.
 */
export function readInfix(text: string, place: Place): Expression {
  const tokens = text.match(/\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\S/g) ?? []
  let next = 0
  let depth = 0
  const wrong = (what: string, expected: string) =>
    new DynamicsError('syntax', `the formula '${text}': ${what}`, { place, expected })
  const take = (token: string) => {
    if (tokens[next] !== token)
      throw wrong(tokens[next] === undefined ? 'it ends too early' : `'${tokens[next]}'`, `'${token}'`)
    next++
  }

  function operand(): Expression {
    const token = tokens[next++]
    if (token === undefined) throw wrong('it ends too early', 'a number, a name, - or (')
    if (token === '-') return { kind: 'apply', operator: 'minus', operands: [expression(negation)], place }
    if (token === '(') {
      const inner = expression(0)
      take(')')
      return inner
    }
    if (/^[\d.]/.test(token)) {
      const value = Number(token)
      if (Number.isFinite(value)) return number(value, place)
    }
    if (!/^[A-Za-z_]/.test(token)) throw wrong(`'${token}'`, 'a number, a name, - or (')
    return tokens[next] === '(' ? call(token) : { kind: 'symbol', id: token, place }
  }

  function call(name: string): Expression {
    const operands: Expression[] = []
    take('(')
    while (tokens[next] !== ')') {
      if (operands.length > 0) take(',')
      operands.push(expression(0))
    }
    take(')')
    const make = functions.get(name)
    if (!make)
      throw new DynamicsError('not-supported', `the function '${name}' in a formula of Level 1`, {
        element: name,
        place,
        mend: 'write the formula out',
      })
    const expected = name === 'pow' ? 2 : 1
    if (operands.length !== expected) throw wrong(`'${name}' has ${operands.length} operands`, String(expected))
    return make(operands, place)
  }

  /** An operand and what follows it with operators stronger than `least`. */
  function expression(least: number): Expression {
    if (++depth > formulaDepth) throw new DynamicsError('not-supported', 'a formula of too many levels', { place })
    let left = operand()
    for (;;) {
      const [strength, operator] = strengths.get(tokens[next] ?? '') ?? [0, 'plus' as const]
      if (strength <= least) break
      next++
      left = { kind: 'apply', operator, operands: [left, expression(strength)], place }
    }
    depth--
    return left
  }

  const formula = expression(0)
  if (next < tokens.length) throw wrong(`'${tokens[next]}'`, 'an operator or the end')
  return formula
}
