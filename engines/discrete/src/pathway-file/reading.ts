import type { Place } from '../errors.ts'
import type { Problem } from './problem.ts'
import type { TimeUnit } from './time-units.ts'
import type { YamlNode } from './yaml-nodes.ts'

/** Lists of names that a pathway declares and refers to. */
export type NameKind = 'class' | 'attribute' | 'source' | 'resource' | 'step'

/** What is gathered while a file is read. */
export interface Reading {
  readonly problems: Problem[]
  /** Unit of bare numbers that are times. */
  unit: TimeUnit
  /** Where each name is declared. */
  readonly declared: { readonly [Kind in NameKind]: Map<string, Place> }
  /** Where names are used; held against the declared ones at the end. */
  readonly used: { readonly kind: NameKind; readonly name: string; readonly place: Place }[]
}

export function newReading(): Reading {
  const declared = {
    class: new Map(),
    attribute: new Map(),
    source: new Map(),
    resource: new Map(),
    step: new Map(),
  }
  return { problems: [], unit: 'min', declared, used: [] }
}

/** Tells an error at a node. */
export function refuse(reading: Reading, place: Place, what: string, expected?: string, mend?: string): undefined {
  reading.problems.push({
    severity: 'error',
    place,
    what,
    ...(expected === undefined ? {} : { expected }),
    ...(mend === undefined ? {} : { mend }),
  })
  return undefined
}

/** What stands there, in a few words. */
export function seen(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`
  if (node.value === null) return 'nothing'
  const text = String(node.value)
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return typeof node.value === 'string' ? `"${short}"` : short
}

/** Names that lists of names may not have: they mean something else. */
const RESERVED: Readonly<Partial<Record<NameKind, readonly string[]>>> = { step: ['leave', 'rest'] }

/** Takes down that something of this name is declared here. */
export function declare(reading: Reading, kind: NameKind, name: string, place: Place): void {
  if (!checkName(reading, kind, name, place)) return
  if (RESERVED[kind]?.includes(name))
    refuse(reading, place, `a ${kind} is named "${name}"`, 'another name: this one is reserved')
  else if (reading.declared[kind].has(name))
    refuse(reading, place, `two of "${name}"`, `every ${kind} to have a name of its own`)
  else reading.declared[kind].set(name, place)
}

/** Tells whether something may be named so. */
export function checkName(reading: Reading, kind: string, name: string, place: Place): boolean {
  if (name.trim() === '' || name.length > 200)
    refuse(reading, place, `a ${kind} of ${name.length} characters`, '1 to 200 of them')
  else if (name in Object.prototype)
    refuse(reading, place, `the ${kind} "${name}"`, 'another name: this one is reserved')
  else return true
  return false
}

/** A name that may be of any length, for a message. */
export const shortened = (name: string) => (name.length > 60 ? `${name.slice(0, 60)}…` : name)

/** The members that are not undefined. */
export function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
