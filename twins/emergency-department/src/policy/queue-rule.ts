import type { Pathway } from '@counterpart/discrete'
import type { LinearRule, RuleFeature } from '@counterpart/learning'

/** A class of waiting people as a rule sees it. */
export interface RankedClass {
  /** A class of the pathway. */
  readonly name: string
  /** 1 most urgent … 5 least. */
  readonly acuity: number
  /** How long caring for one of them usually keeps a clinician, min. */
  readonly expectedMinutes: number
}

/**
 * What a queue rule may look at: urgency (5 − acuity, so 4 is most urgent), the logarithm of the expected clinician time,
 * the time waited, and the time waited times urgency. Who scores highest is seen next. First come first served, strict
 * priority, cμ and accumulating priority are all rules of this form, see {@link usualRules}.
 */
export const queueFeatures: readonly RuleFeature[] = [
  { name: 'urgency' },
  { name: 'log of expected care', unit: 'min' },
  { name: 'waited', unit: 'h' },
  { name: 'urgency × waited', unit: 'h' },
]

export const queueRule = (weights: readonly [number, number, number, number]): LinearRule => ({
  features: queueFeatures,
  weights,
})

/**
 * The nearest rule under which urgency and waiting never count against anybody, and waiting never counts less for the
 * more urgent: what a search may come up with otherwise, nobody should be asked to follow.
 */
export const safeRule = ({ weights: [urgency, care, waited, both] }: LinearRule): LinearRule =>
  queueRule([Math.max(0, urgency!), care!, Math.max(0, waited!), Math.max(0, both!)])

/** A class's score at the start of its wait and how much it grows in an hour, under a {@link safeRule}. */
export function scoreOf({ weights }: LinearRule, { acuity, expectedMinutes }: RankedClass) {
  const urgency = 5 - acuity
  return {
    from: weights[0]! * urgency + weights[1]! * Math.log(expectedMinutes),
    perHour: weights[2]! + weights[3]! * urgency,
  }
}

export type UsualRule = 'first-come' | 'strict-priority' | 'accumulating' | 'c-mu'

/**
 * The disciplines that departments use already. `costPerHour` is what an hour of waiting costs by class, for cμ
 * (D. R. Cox, W. L. Smith, "Queues", Methuen 1961): cost over expected time, here as a sum of logarithms by a line
 * through the classes' costs.
 */
export function usualRules(
  classes: readonly RankedClass[],
  costPerHour: (acuity: number) => number,
): Readonly<Record<UsualRule, LinearRule>> {
  const slope = leastSquaresSlope(classes.map(({ acuity }) => [5 - acuity, Math.log(costPerHour(acuity))]))
  return {
    'first-come': queueRule([0, 0, 1, 0]),
    'strict-priority': queueRule([1e6, 0, 1, 0]),
    accumulating: queueRule([0, 0, 1, 1]),
    'c-mu': queueRule([1e6 * slope, -1e6, 1, 0]),
  }
}

function leastSquaresSlope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((p) => p[0]), mean((p) => p[1])]
  const spread = mean((p) => (p[0] - x) ** 2)
  return spread > 0 ? mean((p) => (p[0] - x) * (p[1] - y)) / spread : 0
}

/**
 * The pathway (times in minutes) with the line for `resources` ordered by a rule. Each class gets a level of its own, in
 * the order of the pathway's classes by acuity; every class must be among `classes`.
 */
export function withQueueRule(
  pathway: Pathway,
  resources: readonly string[],
  classes: readonly RankedClass[],
  rule: LinearRule,
): Pathway {
  const levels = [...classes].sort((a, b) => a.acuity - b.acuity || a.expectedMinutes - b.expectedMinutes)
  const levelOf = new Map(levels.map(({ name }, level) => [name, level]))
  const scores = levels.map((each) => scoreOf(rule, each))
  const lowest = Math.min(...scores.map(({ from }) => from))
  const discipline = {
    accumulating: scores.map(({ perHour }) => perHour / 60),
    from: scores.map(({ from }) => from - lowest),
  }
  return {
    ...pathway,
    classes: pathway.classes.map((each) => {
      const level = levelOf.get(each.name)
      if (level === undefined) throw new RangeError(`the rule knows no class "${each.name}"; give it for every class`)
      return { ...each, priority: level }
    }),
    resources: pathway.resources.map((each) => (resources.includes(each.name) ? { ...each, discipline } : each)),
  }
}
