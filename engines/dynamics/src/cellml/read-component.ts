import { DynamicsError } from '../errors.ts'
import { attributeOf, elementsOf, type XmlElement } from '../xml/element.ts'
import { mathNamespace } from '../xml/read-mathml.ts'
import type {
  CellmlVersion,
  ComponentDeclaration,
  Interface,
  UnitsDeclaration,
  VariableDeclaration,
} from './document.ts'
import { readUnits } from './read-units.ts'
import { refuseTwice, strange } from './refusals.ts'

/** Reads `<component>`; what belongs to other namespaces is passed over. */
export function readComponent(element: XmlElement, version: CellmlVersion): ComponentDeclaration {
  const name = attributeOf(element, 'name')
  const variables: VariableDeclaration[] = []
  const units: UnitsDeclaration[] = []
  const equations: XmlElement[] = []
  for (const part of elementsOf(element)) {
    if (part.namespace === mathNamespace && part.name === 'math') equations.push(...elementsOf(part))
    else if (part.namespace !== element.namespace) continue
    else if (part.name === 'variable') variables.push(readVariable(part, version))
    else if (part.name === 'units' && version !== '2.0') units.push(readUnits(part))
    else throw strange(part, `component ${name}`)
  }
  refuseTwice(variables, `in component ${name}, variable`)
  refuseTwice(units, 'units')
  return { name, variables, units, equations, place: element.place }
}

function readVariable(element: XmlElement, version: CellmlVersion): VariableDeclaration {
  const initialValue = element.attributes.get('initial_value')?.trim()
  return {
    name: attributeOf(element, 'name'),
    units: attributeOf(element, 'units'),
    ...(initialValue !== undefined && { initialValue }),
    ...(version === '2.0' ? interfaceOf(element) : interfacesOf(element)),
    place: element.place,
  }
}

function interfacesOf(element: XmlElement): { public: Interface; private: Interface } {
  const of = (which: string): Interface => {
    const value = element.attributes.get(`${which}_interface`) ?? 'none'
    if (value === 'in' || value === 'out' || value === 'none') return value
    throw badInterface(element, value, 'in, out or none')
  }
  return { public: of('public'), private: of('private') }
}

function interfaceOf(element: XmlElement): { public: Interface; private: Interface } {
  const value = element.attributes.get('interface') ?? 'none'
  if (!['public', 'private', 'public_and_private', 'none'].includes(value))
    throw badInterface(element, value, 'public, private, public_and_private or none')
  return { public: value.includes('public') ? 'both' : 'none', private: value.includes('private') ? 'both' : 'none' }
}

const badInterface = (element: XmlElement, value: string, expected: string): DynamicsError =>
  new DynamicsError('syntax', `'${value}' is no interface of variable ${element.attributes.get('name')}`, {
    element: 'variable',
    place: element.place,
    expected,
  })
