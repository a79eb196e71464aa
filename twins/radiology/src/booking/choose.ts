import { kimNelsonAdvance, kimNelsonRequest, startKimNelson } from '@counterpart/inference'
import type { Belief, Instant, TwinContext } from '@counterpart/kernel'
import { RunningMoments } from '@counterpart/numerics'
import type { DayResult } from './simulated-day.ts'
import { simulateDays } from './simulated-day.ts'
import type { Solver, SolverLimits } from './solver.ts'
import { type BookedDay, bookDay, type Template, type Wish } from './template.ts'

/** What a choice of template promises and may cost. */
export interface ChoiceLimits {
  /** The smallest difference of a day's cost worth finding, in the cost's minutes. */
  readonly indifference: number
  readonly confidence: number
  /** Days simulated for each template at first. */
  readonly initial: number
  /** Days simulated in all before the best so far is taken. */
  readonly mostDays: number
  readonly milp: SolverLimits
}

export interface Choice {
  readonly chosen: BookedDay
  readonly template: Template
  /** Whether the promise holds, or the days ran out first. */
  readonly decided: boolean
  readonly days: number
  /** Mean of each template's cost so far and over how many days; some could not be booked. */
  readonly tried: readonly { readonly template: Template; readonly cost: number; readonly days: number }[]
}

const usualLimits: ChoiceLimits = {
  indifference: 100,
  confidence: 0.9,
  initial: 20,
  mostDays: 1500,
  milp: { seconds: 8, gap: 0.02 },
}

/**
 * The template whose simulated days cost least: every one is booked by mixed-integer programming, then those booked days
 * compete under uncertainty (Kim and Nelson's sequential selection with common random numbers). With probability
 * `confidence` the chosen one is the best, if it is best by `indifference`.
 *
 * Source: S.-H. Kim, B. L. Nelson, A fully sequential procedure for indifference-zone selection in simulation, ACM
 * Trans. Model. Comput. Simul. 11 (2001) 251–273.
 */
export function chooseTemplate(
  belief: Belief,
  date: Instant,
  wishes: readonly Wish[],
  templates: readonly Template[],
  context: TwinContext,
  solver: Solver,
  limits: ChoiceLimits = usualLimits,
): Choice {
  const days = templates.map((template) => bookDay(belief, date, wishes, template, context, solver, limits.milp))
  const run = (system: number, from: number, replications: number) =>
    simulateDays(belief, date, days[system]!, wishes, { from, replications }, context).map(({ cost }) => cost)
  const tried = templates.map((template) => ({ template, sum: 0, days: 0 }))
  const tryOut = (system: number, from: number, replications: number): readonly number[] => {
    const costs = run(system, from, replications)
    const one = tried[system]!
    one.days += costs.length
    one.sum += costs.reduce((sum, cost) => sum + cost, 0)
    return costs
  }
  const spent = () => tried.reduce((sum, one) => sum + one.days, 0)
  let selected = templates.length === 1 ? 0 : undefined
  if (selected === undefined) {
    const { indifference, confidence, initial } = limits
    let state = startKimNelson({
      systems: templates.length,
      direction: 'minimise',
      indifference,
      confidence,
      initial,
      variances: 'first-stage',
      independent: false,
    })
    while (state.selected === undefined && spent() < limits.mostDays) {
      const { systems, from, replications } = kimNelsonRequest(state)
      state = kimNelsonAdvance(
        state,
        systems.map((system) => tryOut(system, from, replications)),
      )
    }
    selected = state.selected
  }
  const mean = ({ sum, days: n }: (typeof tried)[number]) => (n === 0 ? Number.POSITIVE_INFINITY : sum / n)
  const most = Math.max(...tried.map((one) => one.days))
  // When the days ran out: the best of those still in the race.
  const best =
    selected ?? tried.reduce((b, one, i) => (one.days === most && (b < 0 || mean(one) < mean(tried[b]!)) ? i : b), -1)
  return {
    chosen: days[best]!,
    template: templates[best]!,
    decided: selected !== undefined,
    days: spent(),
    tried: tried.map((one) => ({ template: one.template, cost: mean(one), days: one.days })),
  }
}

/** A mean with a 95 % interval for it. */
export interface Compared {
  readonly mean: number
  readonly halfWidth: number
}

/** One booked day against another on the same simulated days: first, second, and first less second. */
export function compareDays(
  belief: Belief,
  date: Instant,
  [first, second]: readonly [BookedDay, BookedDay],
  wishes: readonly Wish[],
  replications: { readonly from: number; readonly replications: number },
  context: TwinContext,
): Readonly<
  Record<keyof DayResult, { readonly first: Compared; readonly second: Compared; readonly difference: Compared }>
> {
  const [a, b] = [first, second].map((booked) => simulateDays(belief, date, booked, wishes, replications, context)) as [
    readonly DayResult[],
    readonly DayResult[],
  ]
  const over = (values: readonly number[]): Compared => {
    const moments = new RunningMoments()
    for (const value of values) moments.add(value)
    // Hundreds of days: the normal quantile.
    return { mean: moments.mean, halfWidth: 1.96 * Math.sqrt(moments.variance / values.length) }
  }
  const names = ['overtime', 'wait', 'idle', 'emergencyWait', 'cost'] as const
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        first: over(a.map((day) => day[name])),
        second: over(b.map((day) => day[name])),
        difference: over(a.map((day, i) => day[name] - b[i]![name])),
      },
    ]),
  ) as ReturnType<typeof compareDays>
}
