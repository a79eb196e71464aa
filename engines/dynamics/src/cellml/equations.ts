import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import { elementsOf, textOf, type XmlElement } from '../xml/element.ts'
import { mathNamespace, readMathml } from '../xml/read-mathml.ts'
import type { Component, Variable } from './flatten.ts'

/** An equation as CellML has them: two sides, with the names that its component gives to variables. */
export interface Equation {
  readonly component: Component
  readonly left: Side
  readonly right: Side
  readonly place: Place
}

export interface Side {
  /** Rates of change are `rate-of`; symbols and numbers' units are named as in the component. */
  readonly value: Expression
  /** What it is as a whole, where it is no more than this. */
  readonly is: { readonly kind: 'variable' | 'rate'; readonly variable: Variable } | { readonly kind: 'formula' }
  /** What the rates in it are taken by. */
  readonly by: readonly Variable[]
}

/** Reads the equations of a component. */
export function readEquations(component: Component): Equation[] {
  return component.equations.map((element) => {
    const [head, left, right, ...more] = element.name === 'apply' ? elementsOf(element) : []
    if (head?.name !== 'eq' || !left || !right || more.length > 0)
      throw new DynamicsError('not-supported', `<${element.name}> of component ${component.name} is no equation`, {
        element: element.name,
        place: element.place,
        expected: '<apply> of <eq/> and two sides',
      })
    return { component, left: sideOf(left, component), right: sideOf(right, component), place: element.place }
  })
}

function sideOf(element: XmlElement, component: Component): Side {
  const by: Variable[] = []
  const value = readMathml(asRead(element, component, by), component.namespace)
  return { value, is: wholeOf(value, component), by }
}

function wholeOf(value: Expression, component: Component): Side['is'] {
  if (value.kind !== 'symbol' && value.kind !== 'rate-of') return { kind: 'formula' }
  const variable = variableOf(component, value.id, value.place)
  return { kind: value.kind === 'symbol' ? 'variable' : 'rate', variable }
}

/** The variable that a component calls `name`. */
export function variableOf(component: Component, name: string, place: Place | undefined): Variable {
  const variable = component.variables.get(name)
  if (variable) return variable
  throw new DynamicsError('undeclared', `component ${component.name} has no variable ${name}`, {
    element: name,
    ...(place && { place }),
  })
}

const rateOf: XmlElement = {
  name: 'csymbol',
  namespace: mathNamespace,
  attributes: new Map([['definitionURL', 'http://www.sbml.org/sbml/symbols/rateOf']]),
  declared: new Map(),
  children: [],
  place: { line: 1 },
}

/**
 * The same formula as MathML is read for all formats: derivatives named as SBML names them, and the units of numbers in
 * the document's own namespace, for some documents have them in that of another version.
 */
function asRead(element: XmlElement, component: Component, by: Variable[]): XmlElement {
  const parts = elementsOf(element)
  if (element.name === 'cn') {
    const [units] = [...element.attributes].filter(([name]) => /^\{http:\/\/www\.cellml\.org\/.*\}units$/.test(name))
    if (!units || units[0] === `{${component.namespace}}units`) return element
    return { ...element, attributes: new Map([...element.attributes, [`{${component.namespace}}units`, units[1]]]) }
  }
  if (element.name === 'csymbol')
    throw new DynamicsError('not-supported', '<csymbol> in CellML', { element: 'csymbol', place: element.place })
  if (element.name !== 'apply' || parts[0]?.name !== 'diff') {
    if (parts.length === 0) return element
    return {
      ...element,
      children: element.children.map((child) => (typeof child === 'string' ? child : asRead(child, component, by))),
    }
  }
  const { place } = element
  const bound = parts.filter(({ name }) => name === 'bvar')
  const of = parts.slice(1).filter(({ name }) => name !== 'bvar')
  const [variable, degree] = bound[0] ? elementsOf(bound[0]) : []
  if (degree && Number(textOf(degree)) !== 1)
    throw new DynamicsError('not-supported', `a derivative of degree ${textOf(degree).trim()}`, {
      element: 'diff',
      place,
      mend: 'give the first derivative a variable of its own, and state its rate of change',
    })
  if (bound.length !== 1 || variable?.name !== 'ci' || of.length !== 1 || of[0]!.name !== 'ci')
    throw new DynamicsError('not-supported', 'a derivative of something else than one variable by one other', {
      element: 'diff',
      place,
    })
  by.push(variableOf(component, textOf(variable).trim(), variable.place))
  return { ...element, children: [{ ...rateOf, place: parts[0].place }, of[0]!] }
}
