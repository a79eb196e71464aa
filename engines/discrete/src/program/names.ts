import { DiscreteError } from '../errors.ts'

/** A contradiction within a pathway. */
export const refuse = (what: string, element: string, expected?: string, mend?: string) =>
  new DiscreteError('invalid-pathway', what, { element, expected, mend })

/** The place of a name in its list; `by` says who names it, for the error if nobody declares it. */
export type Lookup = (name: string, by: string) => number

/** Looks names up in a list without duplicates. */
export function lookup(what: string, names: readonly string[]): Lookup {
  const places = new Map<string, number>()
  for (const [place, name] of names.entries()) {
    if (places.has(name)) throw refuse(`two ${what}s are named "${name}"`, name, 'names used once')
    places.set(name, place)
  }
  return (name, by) => {
    const place = places.get(name)
    if (place === undefined)
      throw new DiscreteError('undeclared', `${by} names the ${what} "${name}"`, {
        element: by,
        expected: names.length > 0 ? `one of ${names.slice(0, 20).join(', ')}` : `a ${what} to be declared`,
      })
    return place
  }
}
