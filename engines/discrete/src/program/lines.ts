import type { Step, Taking } from '../pathway.ts'
import { type PreparedChance, prepareChance } from './chances.ts'
import { bundlesOf } from './desks.ts'
import type { Draft } from './draft.ts'
import { refuse } from './names.ts'
import type { PlainLine } from './plain-lines.ts'
import { mostOf, type Pool } from './pools.ts'

/** One way of satisfying a line: claims from `from` to before `to`. */
export interface Option {
  readonly from: number
  readonly to: number
}

/** A step where resources are taken, and how people wait there. */
export interface Line {
  readonly name: string
  /** Its place among the lines. */
  readonly index: number
  readonly step: number
  readonly options: readonly Option[]
  /** Where a patient keeps what was taken here: columns from `column` to before `columnEnd`. */
  readonly column: number
  readonly columnEnd: number
  readonly desk: number
  readonly seizeAt: number
  /** Whether an activity follows at once, rather than the next step. */
  readonly activity: boolean
  readonly interruptible: boolean
  readonly interrupted: 'resume' | 'restart' | 'resample'
  readonly baulking: PreparedChance | undefined
  readonly baulkingStream: number
  readonly onBaulking: number
  readonly patience: number
  readonly patienceStream: number
  readonly onLeaving: number
  readonly limit: number
  readonly displace: boolean
  readonly onFull: number
  readonly worsens: number
  readonly worsensStream: number
  readonly worsensTo: number
  /** Whether patience or worsening run while one waits. */
  readonly timed: boolean
  /** Whether one of its pools lets higher priorities interrupt. */
  readonly preempts: boolean
  /** Where the short way may be taken. */
  readonly plain: PlainLine | undefined
}

export interface Claims {
  /** Pool and amount of each claim. */
  readonly pool: number[]
  readonly amount: number[]
}

/** More ways than this of choosing members are refused: nobody writes them on purpose. */
const MOST_OPTIONS = 1024

/** The lines of all steps that take resources, in the order of the steps. */
export function linesOf(
  draft: Draft,
  pools: readonly Pool[],
  deskOf: Int32Array,
): { readonly lines: Line[]; readonly claims: Claims; readonly columns: number } {
  const claims: Claims = { pool: [], amount: [] }
  const lines: Line[] = []
  let columns = 0
  for (const [place, step] of draft.pathway.steps.entries()) {
    if (step.kind !== 'activity' && step.kind !== 'seize') continue
    const options = optionsOf(draft, pools, step, claims)
    const column = columns
    columns += Math.max(...options.map((o) => o.to - o.from))
    lines.push(lineOf(draft, pools, deskOf, claims, { step, place, index: lines.length, options, column, columns }))
  }
  return { lines, claims, columns }
}

function lineOf(
  draft: Draft,
  pools: readonly Pool[],
  deskOf: Int32Array,
  claims: Claims,
  at: {
    readonly step: Step & Taking
    readonly place: number
    readonly index: number
    readonly options: readonly Option[]
    readonly column: number
    readonly columns: number
  },
): Line {
  const { step, place, index, options } = at
  const { classOf, durationSet, entries, goto, leave, streamOf } = draft
  const by = `step "${step.name}"`
  if (step.lineLimit !== undefined && !(Number.isInteger(step.lineLimit) && step.lineLimit >= 0))
    throw refuse(`${by} has lineLimit ${step.lineLimit}`, step.name, 'an integer of at least 0')
  const first = options[0]!.from
  const used = claims.pool.slice(first, options.at(-1)!.to).map((pool) => pools[pool]!)
  return {
    name: step.name,
    index,
    step: place,
    options,
    column: at.column,
    columnEnd: at.columns,
    desk: deskOf[claims.pool[first]!]!,
    seizeAt: entries[place]!,
    activity: step.kind === 'activity',
    interruptible: step.kind === 'activity' && used.some((pool) => pool.interruptible),
    interrupted: (step.kind === 'activity' && step.interrupted) || 'resume',
    baulking: step.baulking === undefined ? undefined : prepareChance(draft, step.baulking, by, index),
    baulkingStream: step.baulking === undefined ? -1 : streamOf(`${step.name}: baulking`),
    onBaulking: goto(step.onBaulking, by, leave),
    patience: step.patience ? durationSet(step.patience, `patience of ${by}`) : -1,
    patienceStream: step.patience ? streamOf(`${step.name}: patience`) : -1,
    onLeaving: goto(step.onLeaving, by, leave),
    limit: step.lineLimit ?? Number.POSITIVE_INFINITY,
    displace: step.whenFull === 'displace',
    onFull: goto(step.onFull, by, leave),
    worsens: step.worsens ? durationSet(step.worsens.after, `worsening in ${by}`) : -1,
    worsensStream: step.worsens ? streamOf(`${step.name}: worsening`) : -1,
    worsensTo: step.worsens ? classOf(step.worsens.to, by) : -1,
    timed: step.patience !== undefined || step.worsens !== undefined,
    preempts: used.some((pool) => pool.preemption),
    plain: undefined,
  }
}

/** Writes down the claims of every way to satisfy the step: its alternatives, and within each the choice of members. */
function optionsOf(draft: Draft, pools: readonly Pool[], step: Step & Taking, claims: Claims): Option[] {
  const by = `step "${step.name}"`
  const options: Option[] = []
  const bundles = bundlesOf(step)
  for (const name of Object.keys(step.skills ?? {})) {
    if (!draft.pathway.resources[draft.resourceOf(name, by)]!.members)
      throw refuse(`${by} asks for a skill of "${name}", which has no members`, step.name, 'a resource with members')
    if (!bundles.some((bundle) => name in bundle))
      throw refuse(`${by} asks for a skill of "${name}", which it does not need`, step.name, 'a resource that it needs')
  }
  for (const bundle of bundles) {
    let ways: (readonly (readonly [pool: number, amount: number])[])[] = [[]]
    for (const [name, amount] of Object.entries(bundle)) {
      const place = draft.resourceOf(name, by)
      const resource = draft.pathway.resources[place]!
      if (!Number.isInteger(amount) || amount < 1)
        throw refuse(`${by} needs ${amount} of "${name}"`, step.name, 'an integer of at least 1')
      const skill = step.skills?.[name]
      const own = pools.flatMap((pool, i) =>
        pool.resource === place && (!skill || pool.skills.includes(skill)) ? [i] : [],
      )
      const most = resource.members ? own.length : mostOf(resource)
      const what = skill ? `"${name}" who can do "${skill}"` : `"${name}"`
      if (amount > most) throw refuse(`${by} needs ${amount} of ${what}, which never has more than ${most}`, step.name)
      const choices = resource.members
        ? chooseOf(own, amount).map((chosen) => chosen.map((pool) => [pool, 1] as const))
        : [[[own[0]!, amount] as const]]
      ways = ways.flatMap((way) => choices.map((choice) => [...way, ...choice]))
      if (options.length + ways.length > MOST_OPTIONS)
        throw refuse(`${by} can be staffed in more than ${MOST_OPTIONS} ways`, step.name, 'fewer members at a time')
    }
    for (const way of ways) {
      if (way.length === 0) throw refuse(`${by} needs nothing`, step.name, 'a resource')
      const from = claims.pool.length
      for (const [pool, amount] of way) {
        claims.pool.push(pool)
        claims.amount.push(amount)
      }
      options.push({ from, to: claims.pool.length })
    }
  }
  if (options.length === 0) throw refuse(`${by} needs nothing`, step.name, 'a resource')
  return options
}

/** All ways to choose so many, in the order of the list; no more than are refused anyway. */
function chooseOf(list: readonly number[], amount: number): number[][] {
  if (amount === 0) return [[]]
  const ways: number[][] = []
  for (let i = 0; i + amount <= list.length && ways.length <= MOST_OPTIONS; i++)
    for (const rest of chooseOf(list.slice(i + 1), amount - 1)) ways.push([list[i]!, ...rest])
  return ways
}
