import type { Arrivals, Duration, DurationByClass, Pathway, Step } from '../pathway.ts'
import { bundlesOf, type Way, waysOf } from './flow-problems.ts'
import { TIME_UNITS, type TimeUnit } from './time-units.ts'

/** A pathway as a graph: what a `PathwayPicture` of the kernel shows. */
export interface PathwayGraph {
  readonly nodes: readonly {
    /** `source: NAME`, `step: NAME` or `leave`. */
    readonly id: string
    readonly label: string
    /** `source`, a kind of step, or `leave`. */
    readonly kind: string
    /** What it takes, in words. */
    readonly needs: readonly string[]
    readonly duration?: string
  }[]
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    readonly label?: string
    /** Part of the people, where the pathway says it. */
    readonly share?: number
  }[]
}

/** The sources and steps of a pathway and the ways between them; `unit` is that of its times. */
export function describePathway(pathway: Pathway, unit: TimeUnit = 'min'): PathwayGraph {
  const { sources, steps } = pathway
  const idOf = (name: string | undefined) => (name === undefined || name === 'leave' ? 'leave' : `step: ${name}`)
  const edges = [
    ...sources.map(({ class: kind, name, to }) => ({
      from: `source: ${name}`,
      to: idOf(to ?? steps[0]!.name),
      label: kind,
    })),
    ...steps.flatMap((step, place) =>
      waysOf(pathway, place).map((way) => {
        const label = labelOf(step, way)
        return {
          from: `step: ${step.name}`,
          to: idOf(way.to),
          ...(label === undefined ? {} : { label }),
          ...(way.share === undefined ? {} : { share: way.share }),
        }
      }),
    ),
  ]
  const nodes = [
    ...sources.map(({ arrivals, name }) => ({
      id: `source: ${name}`,
      label: name,
      kind: 'source',
      needs: [],
      duration: arrivalsInWords(arrivals, unit),
    })),
    ...steps.map((step) => {
      const duration = durationOf(step)
      return {
        id: `step: ${step.name}`,
        label: step.name,
        kind: step.kind,
        needs: step.kind === 'activity' || step.kind === 'seize' ? needsInWords(step) : [],
        ...(duration === undefined ? {} : { duration: durationInWords(duration, unit) }),
      }
    }),
    ...(edges.some(({ to }) => to === 'leave') ? [{ id: 'leave', label: 'leaves', kind: 'leave', needs: [] }] : []),
  ]
  return { nodes, edges }
}

function labelOf(step: Step, { of, why }: Way): string | undefined {
  if (why === 'class') return of
  if (why === 'below' && step.kind === 'if-below') return `${step.attribute} below ${step.value}`
  if (why === 'patience') return 'patience ends'
  if (why === 'full') return 'line is full'
  if (why === 'baulking') return 'does not join'
  return undefined
}

const needsInWords = (step: Extract<Step, { kind: 'activity' | 'seize' }>): string[] =>
  bundlesOf(step.needs).map((bundle) =>
    Object.entries(bundle)
      .map(([name, amount]) => (amount === 1 ? name : `${amount} × ${name}`))
      .join(' and '),
  )

const durationOf = (step: Step): DurationByClass | undefined =>
  step.kind === 'activity' || step.kind === 'delay' ? step.duration : undefined

function durationInWords(duration: DurationByClass, unit: TimeUnit): string {
  if (!('byClass' in duration)) return oneInWords(duration, unit)
  return Object.entries(duration.byClass)
    .map(([name, each]) => `${name}: ${oneInWords(each, unit)}`)
    .join('; ')
}

function oneInWords(d: Duration, unit: TimeUnit): string {
  const span = (low: number, high: number) => `${rounded(low)} to ${rounded(high)} ${unit}`
  switch (d.kind) {
    case 'constant':
      return `${rounded(d.value)} ${unit}`
    case 'uniform':
      return span(d.lower, d.upper)
    case 'triangular':
      return `${span(d.lower, d.upper)}, mostly ${rounded(d.mode)}`
    case 'exponential':
    case 'normal':
    case 'log-normal':
      return `${d.kind}, mean ${rounded(d.mean)} ${unit}`
    case 'gamma':
      return `gamma, mean ${rounded(d.shape * d.scale)} ${unit}`
    case 'weibull':
      return `Weibull, shape ${rounded(d.shape)}, scale ${rounded(d.scale)} ${unit}`
    case 'list':
      return `${d.values.length} values in turn`
  }
}

function arrivalsInWords(arrivals: Arrivals, unit: TimeUnit): string {
  switch (arrivals.kind) {
    case 'intervals':
      return `every ${oneInWords(arrivals.between, unit)}`
    case 'times':
      return `${arrivals.times.length} times`
    case 'rates': {
      const perHour = arrivals.rates.map((rate) => rate * (TIME_UNITS.h / TIME_UNITS[unit]))
      const [low, high] = [Math.min(...perHour), Math.max(...perHour)]
      return low === high ? `${rounded(low)} an hour` : `${rounded(low)} to ${rounded(high)} an hour`
    }
  }
}

const rounded = (value: number) => Number(value.toPrecision(3))
