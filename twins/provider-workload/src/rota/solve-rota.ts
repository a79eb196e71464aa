import { type Explanation, explainClash } from './explain-clash.ts'
import { anyRota, type FirstRota, firstRota } from './first-rota.ts'
import { formulate } from './formulate.ts'
import { improve } from './improve.ts'
import { type Rating, rateRota } from './rate-rota.ts'
import { type Rota, rotaOf } from './rota.ts'
import type { Formulation } from './rota-columns.ts'
import { rotaFacts } from './rota-facts.ts'
import { linear, objectiveParts } from './rota-model.ts'
import type { RotaProblem, RuleName } from './rota-problem.ts'
import type { LinearModel, RotaSolver } from './solver.ts'

export interface RotaOptions {
  /** Wall time for the rota; telling why there is none takes up to as long again. */
  readonly seconds: number
  /** Relative gap to the bound at which a rota is good enough; default 0.01. */
  readonly gap?: number
  /** The whole program alone, to see what the first rota and the parts bring. */
  readonly wholeOnly?: boolean
  /** Milliseconds of any clock that goes forward. */
  readonly clock: () => number
  /** Told between steps. */
  readonly progress?: (progress: RotaProgress) => void
}

export interface RotaProgress {
  readonly step: 'solving' | 'improving' | 'explaining'
  readonly seconds: number
  readonly points?: number
  readonly bound?: number
}

export type RotaAnswer =
  | {
      readonly state: 'solved'
      readonly rota: Rota
      /** What the rota costs, in points, and what no rota can cost less than. */
      readonly points: number
      readonly bound: number
      /** (points − bound) ÷ points: 0 = proven best. */
      readonly gap: number
      /** Points by rule. */
      readonly parts: Readonly<Partial<Record<RuleName, number>>>
      readonly rating: Rating
      readonly seconds: number
    }
  | { readonly state: 'infeasible'; readonly explanation: Explanation; readonly seconds: number }
  /** Time ran out before any rota was found. */
  | { readonly state: 'nothing-found'; readonly seconds: number }

/**
 * The best rota that can be found in a time, with a bound on how good any could be; or which rules clash when there is none.
 * A first rota comes from the relaxed program and starts HiGHS on the whole one. What time is left goes into parts of it, the
 * rest held fast: the bound stays that of the whole.
 *
 * @example
 * const answer = solveRota(problem, await loadRotaSolver(), { seconds: 30, clock: () => performance.now() })
 */
export function solveRota(problem: RotaProblem, solver: RotaSolver, options: RotaOptions): RotaAnswer {
  const { seconds, gap = 0.01, wholeOnly = false, clock, progress = () => {} } = options
  const began = clock()
  const spent = () => (clock() - began) / 1000
  const facts = rotaFacts(problem)
  const formulation = formulate(facts)
  const program = { ...linear(formulation.model), offset: offsetOf(formulation) }
  // A solver looks at its clock now and then only, and the last rota has to be priced.
  const reserve = Math.min(1, 0.1 * seconds)
  const left = () => seconds - reserve - spent()
  const explain = (): RotaAnswer => {
    progress({ step: 'explaining', seconds: spent() })
    const until = spent() + Math.max(seconds, 10)
    const explanation = explainClash(facts, solver, { left: () => until - spent() })
    return { state: 'infeasible', explanation, seconds: spent() }
  }
  progress({ step: 'solving', seconds: 0 })
  const first: FirstRota = wholeOnly
    ? { bound: Number.NEGATIVE_INFINITY, infeasible: false }
    : firstRota(formulation, program, solver, () => left() - 0.6 * seconds)
  if (first.infeasible) return explain()
  if (first.values)
    progress({ step: 'solving', seconds: spent(), points: pointsOf(program, first.values), bound: first.bound })
  const limits = { seconds: Math.max(0.1, left() - (wholeOnly ? 0 : 0.3) * seconds), gap }
  const whole = solver.solve(program, first.values ? { ...limits, start: first.values } : limits)
  if (whole.status === 'infeasible') return explain()
  const start = whole.values ?? first.values ?? (wholeOnly ? undefined : anyRota(formulation, program, solver, left))
  if (start === 'infeasible') return explain()
  if (!start) return { state: 'nothing-found', seconds: spent() }
  const bound = Math.max(whole.bound, first.bound)
  const improved = improve(formulation, program, settled(program, start, solver), solver, {
    left,
    bound,
    gap,
    found: (points) => progress({ step: 'improving', seconds: spent(), points, bound }),
  })
  const values = settled(program, improved, solver)
  const rota = rotaOf(facts, formulation.columns, values)
  const points = pointsOf(program, values)
  return {
    state: 'solved',
    rota,
    points,
    bound,
    gap: points <= bound ? 0 : (points - bound) / Math.abs(points),
    parts: Object.fromEntries(objectiveParts(formulation.model, values)),
    rating: rateRota(problem, rota),
    seconds: spent(),
  }
}

/** The same rota with what only counts at its least: what is found when time runs out may carry more than it must. */
function settled(program: LinearModel, values: Float64Array, solver: RotaSolver): Float64Array {
  const [lower, upper] = [[...program.lower], [...program.upper]]
  for (const [column, whole] of program.whole.entries())
    if (whole) lower[column] = upper[column] = Math.round(values[column]!)
  const least = solver.solve({ ...program, lower, upper }, { seconds: 5, gap: 0, relaxed: true }).values ?? values
  return pointsOf(program, least) < pointsOf(program, values) ? least : values
}

const offsetOf = ({ model }: Formulation) => model.constants.reduce((total, { cost }) => total + cost, 0)

const pointsOf = ({ cost, offset = 0 }: LinearModel, values: Float64Array) =>
  cost.reduce((total, each, column) => total + each * values[column]!, offset)
