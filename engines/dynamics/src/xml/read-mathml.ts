import { DynamicsError, type Place } from '../errors.ts'
import { type Expression, type NamedNumber, naryOperators, type Operator, unaryOperators } from '../expression.ts'
import { elementsOf, textOf, type XmlElement } from './element.ts'

export const mathNamespace = 'http://www.w3.org/1998/Math/MathML'

/** Formulas within formulas: beyond this a formula is refused, whoever wrote or made it. */
export const formulaDepth = 1_000

/**
 * Reads content MathML 2.0, the part of it that SBML Level 3 Version 2 (section 3.4.1) and CellML use, as a formula.
 *
 * @param element `<math>` with one formula in it, or a formula's own element.
 * @param unitsNamespace Where the `units` attribute of `<cn>` comes from: SBML's or CellML's namespace.
 *
 * @throws {DynamicsError} `syntax` where the MathML is not right, `not-supported` for what has no meaning here, both
 *   with the element and its place.
 */
export function readMathml(element: XmlElement, unitsNamespace: string): Expression {
  return read(onlyFormula(element), unitsNamespace, 0)
}

/** A function as MathML has them: names of arguments, and what is made of them. */
export interface Lambda {
  readonly arguments: readonly string[]
  readonly body: Expression
}

/** Reads `<math>` with one `<lambda>` in it, or the `<lambda>` itself. */
export function readLambda(element: XmlElement, unitsNamespace: string): Lambda {
  const lambda = onlyFormula(element)
  if (lambda.name !== 'lambda') throw wrong(lambda, `<${lambda.name}> is not a function`, '<lambda>')
  const parts = elementsOf(lambda)
  const variables = parts.filter(({ name }) => name === 'bvar')
  const bodies = parts.filter(({ name }) => name !== 'bvar')
  if (bodies.length !== 1) throw wrong(lambda, `<lambda> holds ${bodies.length} formulas`, 'one')
  return {
    arguments: variables.map((variable) => symbolIn(onlyChild(variable))),
    body: read(unwrapped(bodies[0]!), unitsNamespace, 0),
  }
}

/** What `<math>` and the wrappers of annotations hold. */
function onlyFormula(element: XmlElement): XmlElement {
  return unwrapped(element.name === 'math' ? onlyChild(element) : element)
}

function unwrapped(element: XmlElement): XmlElement {
  let inner = element
  while (inner.name === 'semantics') {
    const first = elementsOf(inner)[0]
    if (!first) throw wrong(inner, '<semantics> is empty', 'a formula')
    inner = first
  }
  return inner
}

function onlyChild(element: XmlElement): XmlElement {
  const children = elementsOf(element)
  if (children.length !== 1) throw wrong(element, `<${element.name}> holds ${children.length} elements`, 'one')
  return children[0]!
}

const namedNumbers: ReadonlyMap<string, NamedNumber> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['pi', 'pi'],
  ['exponentiale', 'e'],
  ['infinity', 'infinity'],
  ['notanumber', 'not-a-number'],
])
const operators: ReadonlySet<string> = new Set([...unaryOperators, ...naryOperators])
const unary: ReadonlySet<string> = new Set(unaryOperators)
const binary: ReadonlySet<string> = new Set(['divide', 'power', 'quotient', 'rem', 'implies', 'neq'])

function read(element: XmlElement, unitsNamespace: string, depth: number): Expression {
  const { name, place } = element
  if (depth > formulaDepth)
    throw new DynamicsError('not-supported', `<${name}> lies in more than ${formulaDepth} others`, {
      element: name,
      place,
      mend: 'break the formula into several, each with a symbol of its own',
    })
  const inner = (child: XmlElement) => read(unwrapped(child), unitsNamespace, depth + 1)
  if (element.namespace !== mathNamespace) throw wrong(element, `<${name}> is not MathML`, `namespace ${mathNamespace}`)
  const named = namedNumbers.get(name)
  if (named) return { kind: 'named-number', name: named, place }
  if (name === 'cn') return numberIn(element, unitsNamespace)
  if (name === 'ci') return { kind: 'symbol', id: symbolIn(element), place }
  if (name === 'csymbol') return namedSymbol(element)
  if (name === 'piecewise') return piecewiseIn(element, inner)
  if (name === 'apply') return applied(element, inner)
  if (name === 'lambda') throw wrong(element, '<lambda> within a formula', 'it in a function definition only')
  if (operators.has(name))
    throw new DynamicsError('not-supported', `<${name}/> is given as a value`, { element: name, place })
  throw new DynamicsError('not-supported', `<${name}> in a formula`, { element: name, place })
}

type Inner = (child: XmlElement) => Expression

function applied(element: XmlElement, inner: Inner): Expression {
  const { place } = element
  const [wrappedHead, ...rest] = elementsOf(element)
  if (!wrappedHead) throw wrong(element, '<apply> is empty', 'an operator or a function')
  const head = unwrapped(wrappedHead)
  if (head.name === 'ci') return { kind: 'call', function: symbolIn(head), operands: rest.map(inner), place }
  if (head.name === 'csymbol') return appliedSymbol(element, head, rest, inner)
  if (!operators.has(head.name))
    throw new DynamicsError('not-supported', `<${head.name}> as an operator`, { element: head.name, place: head.place })
  const operator = head.name as Operator
  const qualifier = operator === 'root' ? 'degree' : operator === 'log' ? 'logbase' : undefined
  const [qualifiers, operands] = [
    rest.filter((child) => child.name === qualifier),
    rest.filter((child) => child.name !== qualifier),
  ]
  checkCount(element, operator, operands.length)
  if (!qualifier) return { kind: 'apply', operator, operands: operands.map(inner), place }
  if (qualifiers.length > 1)
    throw wrong(element, `<${operator}/> has ${qualifiers.length} of <${qualifier}>`, 'one at most')
  const first: Expression = qualifiers[0]
    ? inner(onlyChild(qualifiers[0]))
    : { kind: 'number', value: operator === 'root' ? 2 : 10, place }
  return { kind: 'apply', operator, operands: [first, ...operands.map(inner)], place }
}

function checkCount(element: XmlElement, operator: Operator, count: number): void {
  const expected =
    unary.has(operator) || operator === 'root' || operator === 'log'
      ? count !== 1 && 'one'
      : binary.has(operator)
        ? count !== 2 && 'two'
        : operator === 'minus'
          ? count !== 1 && count !== 2 && 'one or two'
          : (operator === 'min' || operator === 'max') && count === 0 && 'at least one'
  if (expected) throw wrong(element, `<${operator}/> has ${count} operands`, expected)
}

function piecewiseIn(element: XmlElement, inner: Inner): Expression {
  const parts = elementsOf(element)
  const otherwise = parts.filter(({ name }) => name === 'otherwise')
  const strange = parts.find(({ name }) => name !== 'otherwise' && name !== 'piece')
  if (strange) throw wrong(strange, `<${strange.name}> in <piecewise>`, '<piece> or <otherwise>')
  if (otherwise.length > 1) throw wrong(otherwise[1]!, '<piecewise> has two of <otherwise>', 'one at most')
  const pieces = parts
    .filter(({ name }) => name === 'piece')
    .map((piece) => {
      const [value, condition, ...more] = elementsOf(piece)
      if (!value || !condition || more.length > 0)
        throw wrong(piece, `<piece> holds ${elementsOf(piece).length} elements`, 'a value and a condition')
      return { value: inner(value), condition: inner(condition) }
    })
  return {
    kind: 'piecewise',
    pieces,
    ...(otherwise[0] && { otherwise: inner(onlyChild(otherwise[0])) }),
    place: element.place,
  }
}

const symbolUrl = 'http://www.sbml.org/sbml/symbols/'

/** SBML's own symbols are known by their URL; what they are called in the text means nothing (section 3.4.6). */
function urlOf(csymbol: XmlElement): string {
  const url = csymbol.attributes.get('definitionURL')?.trim() ?? ''
  if (url.startsWith(symbolUrl)) return url.slice(symbolUrl.length)
  throw new DynamicsError('not-supported', `<csymbol> with definitionURL '${url}'`, {
    element: 'csymbol',
    place: csymbol.place,
    expected: `${symbolUrl} followed by time, delay, avogadro or rateOf`,
  })
}

function namedSymbol(element: XmlElement): Expression {
  const { place } = element
  const name = urlOf(element)
  if (name === 'time') return { kind: 'time', place }
  if (name === 'avogadro') return { kind: 'named-number', name: 'avogadro', place }
  throw new DynamicsError('not-supported', `<csymbol> '${name}' is given as a value`, { element: 'csymbol', place })
}

function appliedSymbol(element: XmlElement, head: XmlElement, rest: readonly XmlElement[], inner: Inner): Expression {
  const { place } = element
  const name = urlOf(head)
  if (name === 'delay') {
    if (rest.length !== 2) throw wrong(element, `delay has ${rest.length} operands`, 'two: of what, and by how much')
    return { kind: 'delay', of: inner(rest[0]!), by: inner(rest[1]!), place }
  }
  if (name === 'rateOf') {
    if (rest.length !== 1) throw wrong(element, `rateOf has ${rest.length} operands`, 'one')
    const of = unwrapped(rest[0]!)
    if (of.name !== 'ci') throw wrong(of, `rateOf is applied to <${of.name}>`, 'a symbol in <ci>')
    return { kind: 'rate-of', id: symbolIn(of), place }
  }
  throw new DynamicsError('not-supported', `<csymbol> '${name}' as a function`, { element: 'csymbol', place })
}

function symbolIn(element: XmlElement): string {
  const inner = unwrapped(element)
  const id = textOf(inner).trim()
  if (inner.name !== 'ci' || id === '' || elementsOf(inner).length > 0)
    throw wrong(inner, `<${inner.name}> does not name a symbol`, 'a name in <ci>')
  return id
}

const real = /^[+-]?(\d+\.?\d*|\.\d+)$/
const realWithExponent = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const whole = /^[+-]?\d+$/

function numberIn(element: XmlElement, unitsNamespace: string): Expression {
  const { attributes, children, place } = element
  const type = attributes.get('type') ?? 'real'
  const parts = ['']
  for (const child of children)
    if (typeof child === 'string') parts[parts.length - 1] += child
    else if (child.name === 'sep') parts.push('')
    else throw wrong(child, `<${child.name}> in a number`, '<sep/> only')
  const [first, second, ...more] = parts.map((part) => part.trim())
  const written = `'${parts.map((part) => part.trim()).join(' <sep/> ')}' of type ${type}`
  if ((attributes.get('base') ?? '10').trim() !== '10')
    throw new DynamicsError('not-supported', `a number in base ${attributes.get('base')}`, { element: 'cn', place })
  const value =
    more.length > 0
      ? undefined
      : type === 'e-notation' && real.test(first!) && whole.test(second ?? '')
        ? Number(`${first}e${second}`)
        : type === 'rational' && whole.test(first!) && whole.test(second ?? '')
          ? Number(first) / Number(second)
          : second === undefined &&
              ((type === 'integer' && whole.test(first!)) || (type === 'real' && realWithExponent.test(first!)))
            ? Number(first)
            : undefined
  if (value === undefined)
    throw wrong(element, `${written} is not a number`, 'type real, integer, e-notation or rational')
  if (!Number.isFinite(value))
    throw wrong(
      element,
      `${written} is beyond the numbers of double precision`,
      '<infinity/> or <notanumber/> where meant',
    )
  const unit = attributes.get(`{${unitsNamespace}}units`)
  return { kind: 'number', value, ...(unit !== undefined && { unit }), place }
}

function wrong(
  element: { readonly name: string; readonly place: Place },
  what: string,
  expected: string,
): DynamicsError {
  return new DynamicsError('syntax', what, { element: element.name, place: element.place, expected })
}
