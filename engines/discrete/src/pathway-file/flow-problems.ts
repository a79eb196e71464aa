import type { Place } from '../errors.ts'
import type { Pathway, Step } from '../pathway.ts'
import type { Problem } from './problem.ts'
import type { NameKind } from './reading.ts'

/** Where a step may lead; `undefined` is out of the pathway. */
export interface Way {
  readonly to: string | undefined
  readonly why: 'next' | 'option' | 'class' | 'below' | 'chance' | 'patience' | 'full' | 'baulking'
  /** Of an option, its probability. */
  readonly share?: number
  /** Of a class, which. */
  readonly of?: string
}

/** All ways out of a step. */
export function waysOf(pathway: Pathway, place: number): Way[] {
  const step = pathway.steps[place]!
  const target = (name: string | undefined) => (name === 'leave' ? undefined : name)
  const below = pathway.steps[place + 1]?.name
  const next: Way = { to: step.next === undefined ? below : target(step.next), why: 'next' }
  switch (step.kind) {
    case 'branch':
      return step.options.map(({ to, probability }) => ({ to: target(to), why: 'option', share: probability }))
    case 'chance': {
      if (typeof step.chance !== 'number') return [{ to: target(step.to), why: 'chance' }, next]
      return [
        { to: target(step.to), why: 'chance', share: step.chance },
        { ...next, share: 1 - step.chance },
      ]
    }
    case 'by-class': {
      const ways = Object.entries(step.to).map(([of, to]): Way => ({ to: target(to), why: 'class', of }))
      return pathway.classes.every(({ name }) => Object.hasOwn(step.to, name)) ? ways : [...ways, next]
    }
    case 'if-below':
      return [{ to: target(step.to), why: 'below' }, next]
    case 'activity':
    case 'seize': {
      const ways: Way[] = [next]
      if (step.patience !== undefined) ways.push({ to: target(step.onLeaving), why: 'patience' })
      if (step.lineLimit !== undefined) ways.push({ to: target(step.onFull), why: 'full' })
      if (step.baulking !== undefined) ways.push({ to: target(step.onBaulking), why: 'baulking' })
      return ways
    }
    default:
      return [next]
  }
}

/** Whether time passes in a step; not where it lasts 0 for everybody. */
function takesTime(step: Step): boolean {
  if (step.kind === 'batch') return true
  if (step.kind !== 'activity' && step.kind !== 'delay') return false
  const all = 'byClass' in step.duration ? Object.values(step.duration.byClass) : [step.duration]
  return !all.every((duration) => duration.kind === 'constant' && duration.value === 0)
}

/**
 * What a pathway's graph shows to be wrong: steps that nobody reaches, steps from which nobody ever leaves, circles in
 * which no time passes, resources that are never there, or that nobody uses.
 */
export function flowProblems(
  pathway: Pathway,
  places: { readonly [Kind in NameKind]: ReadonlyMap<string, Place> },
): Problem[] {
  const { resources, sources, steps } = pathway
  const problems: Problem[] = []
  const tell = (severity: Problem['severity'], place: Place | undefined, what: string, mend: string) =>
    problems.push({ severity, place: place ?? { line: 1 }, what, mend })
  const ways = steps.map((_, i) => waysOf(pathway, i))
  const placeOf = new Map(steps.map(({ name }, i) => [name, i]))
  const to = (way: Way) => (way.to === undefined ? -1 : placeOf.get(way.to)!)

  const entries = sources.map(({ to: entry }) => (entry === undefined ? 0 : (placeOf.get(entry) ?? 0)))
  const reached = reachedFrom(entries, ways, to)
  const leads = new Set<number>()
  for (let grown = true; grown; ) {
    grown = false
    for (let i = steps.length - 1; i >= 0; i--) {
      if (leads.has(i) || !ways[i]!.some((way) => way.share !== 0 && (to(way) < 0 || leads.has(to(way))))) continue
      leads.add(i)
      grown = true
    }
  }
  const stuck = [...reached].filter((i) => !leads.has(i))
  // Those who are stuck go round in the end: the circle is what has to be mended.
  const round = stuck.filter((i) => reachedFrom(ways[i]!.map(to), ways, to).has(i)).sort((a, b) => a - b)
  if (round.length > 0) {
    const names = round.map((i) => steps[i]!.name)
    tell(
      'error',
      places.step.get(names[0]!),
      `a dead end: whoever comes to "${names[0]}" never leaves${names.length > 1 ? ` but goes round ${names.join(', ')}` : ''}`,
      'lead one of these steps to "leave" or to a step that does',
    )
  }
  for (const [i, { name }] of steps.entries())
    if (!reached.has(i) && sources.length > 0)
      tell('warning', places.step.get(name), `nobody can reach the step "${name}"`, 'lead there, or take it away')

  for (const circle of timelessCircles(pathway, ways, to))
    if (circle.some((i) => reached.has(i)))
      tell(
        'error',
        places.step.get(steps[circle[0]!]!.name),
        `a circle in which no time passes: ${[...circle, circle[0]!].map((i) => steps[i]!.name).join(' → ')}`,
        'put a step that takes time into it',
      )

  const asked = new Set(
    steps.flatMap((step) => {
      if (step.kind !== 'activity' && step.kind !== 'seize') return []
      return bundlesOf(step.needs).flatMap((bundle) => Object.keys(bundle))
    }),
  )
  for (const resource of resources) {
    const { closures, members, schedule = [] } = resource
    const most = members ? members.length : Math.max(resource.capacity ?? 0, ...schedule.map((s) => s.capacity))
    if (!asked.has(resource.name))
      tell(
        'warning',
        places.resource.get(resource.name),
        `no step needs the resource "${resource.name}"`,
        'use it, or take it away',
      )
    else if (most === 0)
      tell(
        'error',
        places.resource.get(resource.name),
        `the resource "${resource.name}" is needed but never provided: its capacity is 0 throughout`,
        'give it capacity, or take it out of the steps',
      )
    else if (
      closures === undefined &&
      schedule.length > 0 &&
      resource.repeatEvery === undefined &&
      schedule.at(-1)!.capacity === 0
    )
      tell(
        'warning',
        places.resource.get(resource.name),
        `the resource "${resource.name}" is gone for good after ${schedule.at(-1)!.at}`,
        'end its schedule with some capacity, or repeat it',
      )
  }
  return problems
}

export const bundlesOf = (
  needs: Extract<Step, { kind: 'seize' }>['needs'],
): readonly Readonly<Record<string, number>>[] =>
  'oneOf' in needs && Array.isArray(needs.oneOf) ? needs.oneOf : [needs as Readonly<Record<string, number>>]

/** The steps that can be come to from these; −1 is out of the pathway. */
function reachedFrom(from: readonly number[], ways: readonly Way[][], to: (way: Way) => number): Set<number> {
  const reached = new Set<number>()
  const open = [...from]
  while (open.length > 0) {
    const at = open.pop()!
    if (at < 0 || reached.has(at)) continue
    reached.add(at)
    for (const way of ways[at]!) if (way.share !== 0) open.push(to(way))
  }
  return reached
}

/** Circles among steps that take no time, one for each group of steps that reach each other. */
function timelessCircles(pathway: Pathway, ways: readonly Way[][], to: (way: Way) => number): number[][] {
  const circles: number[][] = []
  const state = new Int8Array(pathway.steps.length)
  const path: number[] = []
  const visit = (at: number): void => {
    state[at] = 1
    path.push(at)
    for (const way of ways[at]!) {
      const next = to(way)
      // Who waits lets time pass; a seize is passed at once when its resources are free.
      if (way.why === 'patience' || next < 0 || takesTime(pathway.steps[next]!)) continue
      if (state[next] === 1) circles.push(path.slice(path.indexOf(next)))
      else if (state[next] === 0) visit(next)
    }
    path.pop()
    state[at] = 2
  }
  for (const [i, step] of pathway.steps.entries()) if (state[i] === 0 && !takesTime(step)) visit(i)
  return circles
}
