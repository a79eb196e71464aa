import { DiscreteError, type Place } from '../errors.ts'
import { compilePathway } from '../program.ts'
import { document, type PathwayDocument } from './document-form.ts'
import { flowProblems } from './flow-problems.ts'
import { errorOf, inOrder, nearest, type Problem } from './problem.ts'
import { newReading, type Reading } from './reading.ts'
import { type TimeUnit, timeUnits } from './time-units.ts'
import { entryOf, patched, type YamlMap, type YamlNode, yamlNodes } from './yaml-nodes.ts'

/** What an examination of a pathway's text found. */
export interface Examined {
  /** Present when no problem is an error. */
  readonly document?: PathwayDocument
  /** Names of the variants that the file offers. */
  readonly variants: readonly string[]
  /** In the order of the text. */
  readonly problems: readonly Problem[]
}

export interface ReadingOptions {
  /** Variants of the file to apply, in this order. */
  readonly variants?: readonly string[]
}

/**
 * Reads a pathway from YAML. Throws a `DiscreteError` (`invalid-pathway`) that tells all that is wrong, each with line and
 * column; warnings, and variants that are not asked for, are passed over (see `examinePathway`).
 *
 * @example
 * ```ts
 * const { pathway } = readPathway(text, { variants: ['triage+1'] })
 * const run = new Run(compilePathway(pathway))
 * ```
 */
export function readPathway(text: string, options: ReadingOptions = {}): PathwayDocument {
  const { document, problems } = examinePathway(text, { variants: options.variants ?? [] })
  if (!document) throw errorOf(problems.filter((p) => p.severity === 'error'))
  return document
}

/**
 * Reads a pathway from YAML and tells all that is wrong or doubtful with it. Without `variants` every variant of the file
 * is tried too.
 */
export function examinePathway(text: string, { variants }: ReadingOptions = {}): Examined {
  const problems: Problem[] = []
  const root = yamlNodes(text, problems)
  if (!root) return { problems: inOrder(problems), variants: [] }
  const patches = variantsOf(root)
  const unknown = (variants ?? []).filter((name) => !patches.has(name))
  for (const name of unknown) problems.push(noVariant(name, [...patches.keys()], root.place))
  const chosen = (variants ?? []).flatMap((name) => patches.get(name) ?? [])
  const { document, problems: found } = examined(chosen.reduce(patched, root))
  problems.push(...found)
  if (variants === undefined)
    for (const [name, patch] of patches)
      for (const problem of examined(patched(root, patch)).problems)
        if (!problems.some((p) => sameProblem(p, problem)))
          problems.push({ ...problem, what: `in variant "${name}": ${problem.what}` })
  const bad = problems.some((p) => p.severity === 'error')
  return { ...(document && !bad ? { document } : {}), variants: [...patches.keys()], problems: inOrder(problems) }
}

/** The variants of a file; one that says nothing changes nothing. */
function variantsOf(root: YamlNode): Map<string, YamlNode> {
  const offered = root.kind === 'map' ? entryOf(root, 'variants')?.value : undefined
  const entries = offered?.kind === 'map' ? offered.entries : []
  return new Map(
    entries.map(({ key, value }) => [
      key,
      value.kind === 'map' ? value : { kind: 'map', place: value.place, entries: [] },
    ]),
  )
}

const sameProblem = (a: Problem, b: Problem) =>
  a.what.endsWith(b.what) && a.place.line === b.place.line && a.place.column === b.place.column

function noVariant(name: string, offered: readonly string[], place: Place): Problem {
  const meant = nearest(name, offered)
  return {
    severity: 'error',
    place,
    what: `there is no variant "${name.slice(0, 60)}"`,
    expected: offered.length > 0 ? `one of ${offered.join(', ')}` : 'a file with variants',
    ...(meant ? { mend: `did you mean "${meant}"?` } : {}),
  }
}

function examined(root: YamlNode): { document?: PathwayDocument; problems: Problem[] } {
  const reading = newReading()
  reading.unit = unitOf(root)
  const read = document.read(root, reading)
  checkNames(reading)
  if (!read || reading.problems.length > 0) return { problems: reading.problems }
  const problems = flowProblems(read.pathway, reading.declared)
  if (problems.some((p) => p.severity === 'error')) return { problems }
  try {
    compilePathway(read.pathway)
  } catch (error) {
    if (!(error instanceof DiscreteError)) throw error
    problems.push(refusedBy(error, reading, root))
  }
  return { document: read, problems }
}

/** The unit counts for the whole file, wherever in it it stands. */
function unitOf(root: YamlNode): TimeUnit {
  const entry = root.kind === 'map' ? entryOf(root as YamlMap, 'time') : undefined
  return timeUnits.find((unit) => entry?.value.kind === 'scalar' && entry.value.value === unit) ?? 'min'
}

/** Problems after which nothing is guessed any more: in a long file it would take long. */
const MOST_GUESSES = 100

/** Holds the names that were used against those that are declared. */
export function checkNames({ declared, problems, used }: Reading): void {
  for (const { kind, name, place } of used) {
    if (declared[kind].has(name) || (kind === 'step' && name === 'leave')) continue
    const known = [...declared[kind].keys()]
    const meant =
      problems.length < MOST_GUESSES ? nearest(name, kind === 'step' ? [...known, 'leave'] : known) : undefined
    problems.push({
      severity: 'error',
      place,
      what: `there is no ${kind} "${name.slice(0, 60)}"`,
      expected: known.length > 0 ? `one of ${known.slice(0, 20).join(', ')}` : `a ${kind} to be declared`,
      ...(meant ? { mend: `did you mean "${meant}"?` } : {}),
    })
  }
}

/** What only the compiler saw, at the place of the first element that it names. */
function refusedBy(error: DiscreteError, { declared }: Reading, root: YamlNode): Problem {
  const { element = '', message } = error
  const quoted = [...`${element} ${message}`.matchAll(/"([^"]+)"/g)].map(([, name]) => name!)
  const kinds = [declared.step, declared.resource, declared.source, declared.class, declared.attribute]
  const places = [element, ...quoted].flatMap((name) => kinds.flatMap((names) => names.get(name) ?? []))
  return { severity: 'error', place: places[0] ?? root.place, what: message }
}
