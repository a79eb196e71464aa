import { DynamicsError } from '../errors.ts'
import type { Expression, NamedNumber } from '../expression.ts'
import { formulaDepth, type Lambda, mathNamespace } from './read-mathml.ts'
import type { XmlTree } from './write-xml.ts'

/**
 * Writes a formula as content MathML in SBML's dialect, `<math>` around it.
 *
 * @param unitPrefix Prefix under which the document declares the namespace of `units`; left out: units of numbers are
 *   not written.
 * @throws {DynamicsError} `not-supported` for a formula of more than 1,000 levels.
 */
export function writeMathml(formula: Expression, unitPrefix?: string): XmlTree {
  return math(tree(formula, unitPrefix, 0))
}

export function writeLambda({ arguments: names, body }: Lambda, unitPrefix?: string): XmlTree {
  const variables = names.map((name): XmlTree => ({ name: 'bvar', children: [ci(name)] }))
  return math({ name: 'lambda', children: [...variables, tree(body, unitPrefix, 0)] })
}

const math = (child: XmlTree): XmlTree => ({ name: 'math', attributes: { xmlns: mathNamespace }, children: [child] })
const ci = (id: string): XmlTree => ({ name: 'ci', children: [id] })
const csymbol = (name: string): XmlTree => ({
  name: 'csymbol',
  attributes: { encoding: 'text', definitionURL: `http://www.sbml.org/sbml/symbols/${name}` },
  children: [name],
})
const apply = (...children: XmlTree[]): XmlTree => ({ name: 'apply', children })

const constants: Readonly<Record<Exclude<NamedNumber, 'avogadro'>, string>> = {
  pi: 'pi',
  e: 'exponentiale',
  infinity: 'infinity',
  'not-a-number': 'notanumber',
  true: 'true',
  false: 'false',
}

function tree(formula: Expression, unitPrefix: string | undefined, depth: number): XmlTree {
  if (depth > formulaDepth)
    throw new DynamicsError('not-supported', `a formula of more than ${formulaDepth} levels`, {
      ...(formula.place && { place: formula.place }),
    })
  const inner = (operand: Expression) => tree(operand, unitPrefix, depth + 1)
  switch (formula.kind) {
    case 'number':
      return number(
        formula.value,
        unitPrefix && formula.unit !== undefined ? { [`${unitPrefix}:units`]: formula.unit } : {},
      )
    case 'named-number':
      return formula.name === 'avogadro' ? csymbol('avogadro') : { name: constants[formula.name] }
    case 'symbol':
      return ci(formula.id)
    case 'time':
      return csymbol('time')
    case 'call':
      return apply(ci(formula.function), ...formula.operands.map(inner))
    case 'delay':
      return apply(csymbol('delay'), inner(formula.of), inner(formula.by))
    case 'rate-of':
      return apply(csymbol('rateOf'), ci(formula.id))
    case 'piecewise': {
      const pieces = formula.pieces.map(
        ({ value, condition }): XmlTree => ({ name: 'piece', children: [inner(value), inner(condition)] }),
      )
      const otherwise = formula.otherwise ? [{ name: 'otherwise', children: [inner(formula.otherwise)] }] : []
      return { name: 'piecewise', children: [...pieces, ...otherwise] }
    }
    case 'apply': {
      const { operator } = formula
      const operands = formula.operands.map(inner)
      if (operator !== 'root' && operator !== 'log') return apply({ name: operator }, ...operands)
      const [first, ...rest] = operands
      return apply(
        { name: operator },
        { name: operator === 'root' ? 'degree' : 'logbase', children: [first!] },
        ...rest,
      )
    }
  }
}

/** The shortest decimal that reads back as the same number. */
function number(value: number, units: Readonly<Record<string, string>>): XmlTree {
  if (Number.isNaN(value)) return { name: 'notanumber' }
  if (!Number.isFinite(value)) return value > 0 ? { name: 'infinity' } : apply({ name: 'minus' }, { name: 'infinity' })
  const [mantissa, exponent] = (Object.is(value, -0) ? '-0' : String(value)).split('e')
  return exponent === undefined
    ? { name: 'cn', attributes: units, children: [mantissa!] }
    : {
        name: 'cn',
        attributes: { type: 'e-notation', ...units },
        children: [mantissa!, { name: 'sep' }, exponent.replace('+', '')],
      }
}
