import { type PreparedDuration, prepareDuration } from '../duration.ts'
import type { Duration, DurationByClass, Pathway, Step } from '../pathway.ts'
import { type Lookup, lookup, refuse } from './names.ts'

/** What an attribute adds to the logarithm of a duration, see `scaledBy`. */
export interface Scale {
  readonly attributes: readonly number[]
  readonly coefficients: readonly number[]
}

/** What the parts of the compiler share: names looked up, and tables that grow while they work. */
export interface Draft {
  readonly pathway: Pathway
  readonly classOf: Lookup
  readonly attributeOf: Lookup
  readonly resourceOf: Lookup
  /** The first instruction of each step. */
  readonly entries: Int32Array
  /** The instruction at which everybody leaves. */
  readonly leave: number
  /** The instruction to go to; `otherwise` when no name is given. */
  readonly goto: (name: string | undefined, by: string, otherwise: number) => number
  /** The line of a step where resources are taken. */
  readonly lineOf: Lookup
  readonly streams: string[]
  readonly streamOf: (name: string) => number
  readonly durations: PreparedDuration[]
  readonly scales: Scale[]
  /** The number of this duration's set, one duration for each class. */
  readonly durationSet: (d: DurationByClass, element: string) => number
}

const lengthOf = (step: Step) => (step.kind === 'activity' ? 2 : 1)

/** Begins to compile: checks the names and lays out the instructions. */
export function draftOf(pathway: Pathway): Draft {
  const { classes, steps } = pathway
  if (classes.length === 0) throw refuse('there is no class of patients', pathway.name, 'at least one class')
  if (classes.length > 256) throw refuse(`there are ${classes.length} classes`, pathway.name, 'at most 256')
  if (steps.length === 0) throw refuse('there is no step', pathway.name, 'at least one step')
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
  const classOf = lookup('class', names(classes))
  const stepOf = lookup('step', names(steps))
  const attributeOf = lookup('attribute', pathway.attributes ?? [])
  lookup('source', names(pathway.sources))

  const entries = new Int32Array(steps.length)
  let leave = 0
  for (const [i, step] of steps.entries()) {
    if (step.name === 'leave') throw refuse('a step is named "leave"', step.name, 'another name: it ends a pathway')
    entries[i] = leave
    leave += lengthOf(step)
  }

  const streams: string[] = []
  const durations: PreparedDuration[] = []
  const scales: Scale[] = []
  const scaled = (one: Duration, element: string): PreparedDuration => {
    const { scaledBy, ...plain } = one
    const ready = prepareDuration(plain as Duration, element)
    if (!scaledBy) return ready
    for (const [name, coefficient] of Object.entries(scaledBy))
      if (!Number.isFinite(coefficient)) throw refuse(`${element} is scaled by ${coefficient} · ${name}`, element)
    const attributes = Object.keys(scaledBy).map((name) => attributeOf(name, element))
    return { ...ready, scale: scales.push({ attributes, coefficients: Object.values(scaledBy) }) - 1 }
  }
  return {
    pathway,
    classOf,
    attributeOf,
    resourceOf: lookup('resource', names(pathway.resources)),
    entries,
    leave,
    goto: (name, by, otherwise) =>
      name === undefined ? otherwise : name === 'leave' ? leave : entries[stepOf(name, by)]!,
    lineOf: lookup('step with a line', names(steps.filter((s) => s.kind === 'activity' || s.kind === 'seize'))),
    streams,
    streamOf: (name) => {
      const place = streams.indexOf(name)
      return place >= 0 ? place : streams.push(name) - 1
    },
    durations,
    scales,
    durationSet: (d, element) => {
      const set = durations.length / classes.length
      if ('byClass' in d) for (const name of Object.keys(d.byClass)) classOf(name, element)
      for (const { name } of classes) {
        const one = 'byClass' in d ? d.byClass[name] : d
        if (!one) throw refuse(`${element} has no duration for class "${name}"`, element, 'one for every class')
        durations.push(scaled(one, element))
      }
      return set
    },
  }
}
