import { DynamicsError, type Place } from '../errors.ts'
import type { XmlElement } from '../xml/element.ts'

/** What is declared under one name twice. */
export function refuseTwice(declarations: readonly { name: string; place: Place }[], what: string): void {
  const seen = new Set<string>()
  for (const { name, place } of declarations) {
    if (seen.has(name))
      throw new DynamicsError('invalid-model', `${what} ${name} is there twice`, { element: name, place })
    seen.add(name)
  }
}

/** An element that has no place, or no meaning here, where it stands. */
export const strange = (part: XmlElement, within: string): DynamicsError =>
  new DynamicsError('not-supported', `<${part.name}> in ${within}`, { element: part.name, place: part.place })
