import { stringify } from 'yaml'
import type { Arrivals, Chance, Duration, DurationByClass, Resource, Step, Taking } from '../pathway.ts'
import type { Metric, Quantity } from '../study/measure.ts'
import type { PathwayDocument } from './document-form.ts'
import { bundlesOf } from './flow-problems.ts'

/**
 * Writes a pathway as YAML that reads back as the same, number for number: times in the unit of the document. Comments,
 * variants and the ways in which a file said things are not kept.
 */
export function writePathway({ description, metrics, pathway, quantities, study, time }: PathwayDocument): string {
  return stringify(
    {
      pathway: pathway.name,
      ...kept({ describe: description }),
      time,
      ...kept({ 'starts-at': pathway.startsAt }),
      classes: byName(pathway.classes, ({ priority }) => kept({ priority })),
      ...kept({ attributes: pathway.attributes }),
      arrivals: byName(pathway.sources, ({ arrivals, class: kind, limit, to, until }) => ({
        class: kind,
        ...kept({ to }),
        ...arrivalsOut(arrivals),
        ...kept({ limit, until }),
      })),
      resources: byName(pathway.resources, resourceOut),
      steps: byName(pathway.steps, stepOut),
      ...filled({ study: kept({ until: study.until, 'warm-up': study.warmUp, replications: study.replications }) }),
      ...filled({ metrics: mapped(metrics, metricOut), quantities: mapped(quantities, quantityOut) }),
    },
    { lineWidth: 120, aliasDuplicateObjects: false },
  )
}

type Plain = Record<string, unknown>

/** The members that are there. */
const kept = (members: Plain): Plain => Object.fromEntries(Object.entries(members).filter(([, v]) => v !== undefined))

/** The members that hold anything. */
const filled = (members: Readonly<Record<string, Plain>>): Plain =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => Object.keys(value).length > 0))

/** A `Map`, so that names such as 10 keep their place. */
const byName = <T extends { readonly name: string }>(list: readonly T[], out: (each: T) => unknown) =>
  new Map(list.map((each) => [each.name, out(each)]))

const mapped = <T>(record: Readonly<Record<string, T>>, out: (each: T) => unknown): Plain =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, out(value)]))

function durationOut({ scaledBy, ...duration }: Duration): unknown {
  const form = distributionOut(duration)
  if (scaledBy === undefined) return form
  return { ...(typeof form === 'number' ? { constant: form } : form), 'scaled-by': scaledBy }
}

function distributionOut(d: Duration): number | Plain {
  switch (d.kind) {
    case 'constant':
      return d.value
    case 'exponential':
      return { exponential: d.mean }
    case 'uniform':
      return { uniform: [d.lower, d.upper] }
    case 'triangular':
      return { triangular: [d.lower, d.mode, d.upper] }
    case 'normal':
      return { normal: { mean: d.mean, 'standard-deviation': d.standardDeviation, ...kept({ 'at-least': d.atLeast }) } }
    case 'log-normal':
      return { 'log-normal': { mean: d.mean, 'standard-deviation': d.standardDeviation } }
    case 'gamma':
    case 'weibull':
      return { [d.kind]: { shape: d.shape, scale: d.scale } }
    case 'list':
      return { list: d.values }
  }
}

const byClassOut = (d: DurationByClass): unknown =>
  'byClass' in d ? { 'by-class': mapped(d.byClass, durationOut) } : durationOut(d)

const optional = (d: DurationByClass | undefined) => (d === undefined ? undefined : byClassOut(d))

function arrivalsOut(arrivals: Arrivals): Plain {
  switch (arrivals.kind) {
    case 'intervals':
      return { every: durationOut(arrivals.between) }
    case 'times':
      return { at: arrivals.times }
    case 'rates':
      return {
        rates: arrivals.rates,
        each: arrivals.every,
        ...kept({ repeat: arrivals.repeat, 'legacy-thinning': arrivals.legacyThinning }),
      }
  }
}

function resourceOut(resource: Resource): unknown {
  const { breakdowns, members } = resource
  return kept({
    capacity: resource.capacity,
    schedule: resource.schedule,
    'repeat-every': resource.repeatEvery,
    'at-change': resource.atChange,
    closures: resource.closures,
    breakdowns: breakdowns && {
      after: durationOut(breakdowns.after),
      repair: durationOut(breakdowns.repair),
      ...kept({ 'under-way': breakdowns.underWay }),
    },
    preemption: resource.preemption,
    discipline: resource.discipline,
    cohorts: resource.cohorts,
    members:
      members &&
      byName(members, ({ breaks, repeatEvery, shifts, skills }) =>
        kept({ skills, shifts, breaks, 'repeat-every': repeatEvery }),
      ),
    fatigue: resource.fatigue,
    handover: resource.handover,
  })
}

function needsOut(needs: Taking['needs']): unknown {
  const bundles = bundlesOf(needs).map((bundle) => {
    const names = Object.keys(bundle)
    return names.length === 1 && bundle[names[0]!] === 1 ? names[0] : bundle
  })
  return bundles.length === 1 ? bundles[0] : bundles
}

const takingOut = (step: Taking): Plain =>
  kept({
    skills: step.skills,
    baulking: step.baulking === undefined ? undefined : chanceOut(step.baulking),
    'on-baulking': step.onBaulking,
    patience: optional(step.patience),
    'on-leaving': step.onLeaving,
    'line-limit': step.lineLimit,
    'when-full': step.whenFull,
    'on-full': step.onFull,
    worsens: step.worsens && { after: byClassOut(step.worsens.after), to: step.worsens.to },
  })

function chanceOut(chance: Chance): unknown {
  if (typeof chance === 'number') return chance
  if ('byClass' in chance) return { 'by-class': chance.byClass }
  if ('byLength' in chance) return { 'by-length': chance.byLength, ...kept({ lines: chance.lines }) }
  return chance
}

function stepOut(step: Step): unknown {
  const { next } = step
  switch (step.kind) {
    case 'activity':
      return {
        needs: needsOut(step.needs),
        takes: byClassOut(step.duration),
        ...takingOut(step),
        ...kept({ stream: step.stream, interrupted: step.interrupted, next }),
      }
    case 'seize':
      return { seize: needsOut(step.needs), ...takingOut(step), ...kept({ next }) }
    case 'release':
      return { release: step.of, ...kept({ next }) }
    case 'delay':
      return { takes: byClassOut(step.duration), ...kept({ stream: step.stream, next }) }
    case 'branch':
      return {
        branch: optionsOut(step.options),
        ...kept({ stream: step.stream, next }),
      }
    case 'chance':
      return { chance: chanceOut(step.chance), to: step.to, ...kept({ stream: step.stream, next }) }
    case 'by-class':
      return { 'by-class': step.to, ...kept({ next }) }
    case 'if-below':
      return { if: step.attribute, below: step.value, to: step.to, ...kept({ next }) }
    case 'set':
      return { set: step.attribute, value: byClassOut(step.value), ...kept({ next }) }
    case 'classify':
      return { classify: step.as, ...kept({ next }) }
    case 'batch':
      return { batch: step.size, ...kept({ 'at-most': optional(step.atMost), next }) }
    case 'separate':
      return { separate: true, ...kept({ next }) }
  }
}

/** Options that lead to the same step become one. */
function optionsOut(options: Extract<Step, { kind: 'branch' }>['options']): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  for (const { probability, to } of options) shares.set(to, (shares.get(to) ?? 0) + probability)
  return shares
}

function metricOut(metric: Metric): unknown {
  switch (metric.kind) {
    case 'arrivals':
      return { arrivals: metric.sources ?? 'all' }
    case 'departures':
      return { departures: metric.classes ?? 'all' }
    case 'mean-wait':
      return { 'mean-wait': metric.step, ...kept({ classes: metric.classes }) }
    case 'mean-stay':
      return { 'mean-stay': metric.classes ?? 'all' }
    case 'share-within':
      return { 'share-within': metric.time, ...kept({ classes: metric.classes }) }
    case 'left-waiting':
    case 'mean-waiting':
      return { [metric.kind]: metric.steps }
    case 'utilisation':
      return { utilisation: metric.resource, ...kept({ counting: metric.counting }) }
    case 'mean-present':
      return 'mean-present'
  }
}

function quantityOut(quantity: Quantity): unknown {
  switch (quantity.kind) {
    case 'present':
      return { present: quantity.classes ?? 'all', ...kept({ 'longer-than': quantity.longerThan }) }
    case 'departures':
      return { departures: quantity.classes ?? 'all' }
    case 'busy':
    case 'capacity':
    case 'occupancy':
      return { [quantity.kind]: quantity.resource }
    default:
      return { [quantity.kind]: quantity.steps }
  }
}
