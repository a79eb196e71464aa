import type { Bundle, Pathway, Resource, Taking } from '../pathway.ts'
import { type Lookup, refuse } from './names.ts'

/** Resources that are asked for together, and so share the order of waiting. */
export interface Desk {
  readonly pools: readonly number[]
  /** First of its lanes, one per priority level (one in all when first come, first served). */
  readonly lane: number
  readonly lanes: number
  /** Steps that ask there. */
  readonly lines: number
  /** Rates by level of accumulating priority; empty otherwise. */
  readonly rates: readonly number[]
  /** Where it begins by level. */
  readonly from: readonly number[]
}

/** The alternatives of a step. */
export const bundlesOf = (step: Taking): readonly Bundle[] =>
  'oneOf' in step.needs && Array.isArray(step.needs.oneOf) ? step.needs.oneOf : [step.needs as Bundle]

/** Resources that any step asks for together or as alternatives get one desk. */
export function desksOf(
  { resources, steps }: Pathway,
  levels: number,
  resourceOf: Lookup,
  poolsOf: readonly (readonly number[])[],
): { readonly desks: Desk[]; readonly deskOf: Int32Array; readonly lanes: number } {
  const root = resources.map((_, i) => i)
  const find = (i: number): number => {
    let at = i
    while (root[at] !== at) at = root[at]!
    return at
  }
  const asked = steps.flatMap((step) =>
    step.kind === 'activity' || step.kind === 'seize'
      ? [bundlesOf(step).flatMap((b) => Object.keys(b).map((name) => resourceOf(name, `step "${step.name}"`)))]
      : [],
  )
  for (const each of asked) for (const resource of each) root[find(resource)] = find(each[0]!)
  const deskOf = new Int32Array(poolsOf.flat().length)
  const desks: Desk[] = []
  let lanes = 0
  for (const [i] of resources.entries()) {
    if (find(i) !== i) continue
    const members = resources.map((_, r) => r).filter((r) => find(r) === i)
    const disciplines = members.map((r) => resources[r]!.discipline ?? 'priority')
    const discipline = disciplines[0]!
    const names = members.map((r) => `"${resources[r]!.name}"`).join(', ')
    if (disciplines.some((d) => JSON.stringify(d) !== JSON.stringify(discipline)))
      throw refuse(`${names} are asked for together but differ in discipline`, resources[i]!.name, 'one discipline')
    const { accumulating: rates, from } = accumulationOf(discipline, levels, names, resources[i]!.name)
    const pools = members.flatMap((r) => poolsOf[r]!)
    for (const pool of pools) deskOf[pool] = desks.length
    const own = discipline === 'first-come' ? 1 : levels
    desks.push({
      pools,
      lane: lanes,
      lanes: own,
      lines: asked.filter(([first]) => find(first!) === i).length,
      rates,
      from,
    })
    lanes += own
  }
  return { deskOf, desks, lanes }
}

function accumulationOf(
  discipline: Exclude<Resource['discipline'], undefined>,
  levels: number,
  names: string,
  element: string,
) {
  if (typeof discipline !== 'object') return { accumulating: [], from: [] }
  const { accumulating, from = new Array<number>(levels).fill(0) } = discipline
  for (const [what, numbers] of [
    ['rates', accumulating],
    ['beginnings', from],
  ] as const)
    if (numbers.length < levels || numbers.some((r) => !(r >= 0 && r < 1e300)))
      throw refuse(`the accumulating ${what} of ${names} are ${numbers}`, element, `${levels} numbers of at least 0`)
  return { accumulating, from }
}
