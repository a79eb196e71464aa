import { DiscreteError, type Place } from '../errors.ts'
import type { Pathway } from '../pathway.ts'
import { compilePathway, type Program } from '../program.ts'
import { type Presence, Run } from '../run.ts'
import type { PathwayDocument } from './document-form.ts'
import { errorOf, inOrder, type Problem } from './problem.ts'
import { checkNames } from './read-pathway.ts'
import { newReading, type Reading, refuse } from './reading.ts'
import { fields, flag, list, made, mapOf, nameOf, number, type Schema, text } from './shape.ts'
import { time } from './time-form.ts'
import { yamlNodes } from './yaml-nodes.ts'

/** Who is where at a moment. */
export interface LiveState {
  /** On the pathway's clock. */
  readonly now: number
  /** Those in a step first, then those who wait, in the order in which they began to. */
  readonly people: readonly Presence[]
}

const anyTime = time({})

const person = made(
  fields(
    { class: nameOf('class'), step: nameOf('step'), arrived: anyTime, since: anyTime },
    {
      id: text,
      space: text,
      waiting: flag,
      holding: list(nameOf('step'), { short: true }),
      attributes: made(mapOf(number(), { uses: 'attribute' }), (pairs) => Object.fromEntries(pairs)),
    },
  ),
  (value, node) => ({ ...value, place: node.place }),
)

const form = fields({ now: anyTime, people: list(person) }, { describe: text })

/** The JSON Schema (draft 2020-12) of live states. */
export const liveStateSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Counterpart live state',
  description:
    'Who is where in a pathway at a moment. Times are on the pathway’s clock, in its unit or with one of their own.',
  ...form.schema,
})

/**
 * Reads who is where, as JSON (or YAML), for a pathway file. Throws a `DiscreteError` (`invalid-option`) that tells all that
 * is wrong, with lines and columns: unknown names, times that run backwards, somebody or some space twice, more people in
 * a step than it has room for.
 */
export function readLiveState(state: string, { pathway, time: unit }: PathwayDocument): LiveState {
  const problems: Problem[] = []
  const root = yamlNodes(state, problems)
  const reading: Reading = { ...newReading(), problems, unit }
  declareNames(reading, pathway)
  const read = root && form.read(root, reading)
  checkNames(reading)
  if (!root || !read || problems.length > 0) throw errorOf(inOrder(problems), 'invalid-option')

  const { now } = read
  const people = new Map<string, Place>()
  const spaces = new Map<string, Place>()
  for (const { arrived, id, place, since, space } of read.people) {
    if (since > now)
      refuse(reading, place, `since ${since} is after now, ${now}: a negative time in the step`, 'since ≤ now')
    if (arrived > since) refuse(reading, place, `came at ${arrived} and is there since ${since}`, 'arrived ≤ since')
    twice(reading, people, id, place, (where) => `"${id}" is in two places, here and in line ${where}`)
    twice(reading, spaces, space, place, (where) => `two people are in "${space}", this one and that of line ${where}`)
  }
  if (problems.length > 0) throw errorOf(inOrder(problems), 'invalid-option')

  const inSteps = read.people.filter(({ waiting }) => waiting !== true)
  const inLines = read.people.filter(({ waiting }) => waiting === true).toSorted((a, b) => a.since - b.since)
  const placed = [...inSteps, ...inLines].map(({ id: _, place, space: __, ...presence }) => ({ place, presence }))
  const run = new Run(programAt(pathway, now))
  for (const { place, presence } of placed)
    try {
      run.admit(presence)
    } catch (error) {
      if (!(error instanceof DiscreteError)) throw error
      refuse(reading, place, error.message)
    }
  if (problems.length > 0) throw errorOf(inOrder(problems), 'invalid-option')
  return { now, people: placed.map(({ presence }) => presence) }
}

/** The pathway compiled to begin at this time of its clock. */
export const programAt = (pathway: Pathway, now: number): Program => compilePathway({ ...pathway, startsAt: now })

function declareNames({ declared }: Reading, pathway: Pathway): void {
  const somewhere = { line: 1 }
  for (const { name } of pathway.classes) declared.class.set(name, somewhere)
  for (const { name } of pathway.steps) declared.step.set(name, somewhere)
  for (const name of pathway.attributes ?? []) declared.attribute.set(name, somewhere)
}

function twice(
  reading: Reading,
  seen: Map<string, Place>,
  name: string | undefined,
  place: Place,
  what: (line: number) => string,
): void {
  if (name === undefined) return
  const before = seen.get(name)
  if (before) refuse(reading, place, what(before.line), 'everybody once', 'keep the later of the two')
  else seen.set(name, place)
}
