import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sbmlNamespace } from './dialect.ts'

/** Where the SBML Test Suite's cases lie, if they are at hand. Nothing of them is kept in this repository. */
const root = resolve(import.meta.dirname, '../../../..', process.env.COUNTERPART_DATA ?? '../shared/data')
export const suite = existsSync(join(root, 'sbml-test-suite')) ? join(root, 'sbml-test-suite') : undefined

/** A document around the content of a model; its content begins in line 3. */
export function sbml(content: string, { level = 3, version = 2, attributes = '' } = {}): string {
  return `<sbml xmlns="${sbmlNamespace(level, version)}" level="${level}" version="${version}" ${attributes}>
<model id="m">
${content}
</model></sbml>`
}

/** The same with every `place` left out. */
export function withoutPlaces<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutPlaces) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'place')
      .map(([key, inner]) => [key, withoutPlaces(inner)]),
  ) as T
}
