import {
  type Belief,
  carryOn,
  type Forecast,
  hour,
  minute,
  type Objective,
  type PredictedEffect,
  type RankedOption,
  type Recommendation,
  type Scenario,
  type Summary,
  type TwinContext,
} from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { memoryOf } from './assimilate.ts'
import { forecast } from './forecast.ts'
import { interventions } from './interventions.ts'

/** What advice is for. `loss` is 0 inside the target and grows outside, in the objective's unit. */
interface Goal extends Objective {
  readonly lowMean: number
  readonly highMean: number
  readonly leastOutput: number
  readonly highestFilling: number
}

/**
 * One unit of loss is one mmHg of mean pressure outside the target. The exchange rates (10 per L/min of output that is
 * missing, 1 per mmHg of filling pressure in excess) are this twin's assumption, stated so that a reader can disagree.
 */
const perLitreMissing = 10
const perFillingExcess = 1

const goals: readonly Goal[] = [
  {
    name: 'perfusion',
    statement:
      'Mean arterial pressure 65 to 100 mmHg, cardiac output at least 4 L/min, filling pressure (mean left atrial) not above 18 mmHg',
    unit: 'mm[Hg] of mean pressure outside the target, or its like',
    lowMean: 65,
    highMean: 100,
    leastOutput: 4,
    highestFilling: 18,
  },
  {
    name: 'decongestion',
    statement:
      'Filling pressure (mean left atrial) not above 12 mmHg with a mean arterial pressure of at least 65 mmHg and an output of at least 3.5 L/min',
    unit: 'mm[Hg] of filling pressure above the target, or its like',
    lowMean: 65,
    highMean: 120,
    leastOutput: 3.5,
    highestFilling: 12,
  },
]

export const objectives: readonly Objective[] = goals.map(({ name, statement, unit }) => ({ name, statement, unit }))

/** Medians of the next hour under carrying on, by which a kind of treatment is considered at all. */
type Outlook = Readonly<Record<JudgedQuantity, number>>

/**
 * What is tried: small, usual and large doses of each kind for which there is an indication. The indications are plain
 * rules on top of the utility, so that a gain in pressure alone never speaks for, say, an inotrope in hypertension.
 */
const candidates: readonly {
  readonly intervention: string
  readonly doses: readonly number[]
  readonly indicated: (outlook: Outlook, goal: Goal) => boolean
}[] = [
  {
    intervention: 'vasodilator',
    doses: [0.5, 1, 2],
    indicated: (o, goal) => o['mean-blood-pressure'] > goal.lowMean + 10,
  },
  {
    intervention: 'inotrope',
    doses: [3, 5, 10],
    indicated: (o, goal) => o['cardiac-output'] < goal.leastOutput && o['mean-blood-pressure'] < goal.highMean,
  },
  {
    intervention: 'beta-blocker',
    doses: [2.5, 5],
    indicated: (o, goal) =>
      o['heart-rate'] > 80 &&
      o['cardiac-output'] > goal.leastOutput + 1 &&
      o['mean-blood-pressure'] > goal.lowMean + 15,
  },
  {
    intervention: 'fluid-bolus',
    doses: [250, 500],
    indicated: (o, goal) =>
      o['left-atrial-pressure'] < goal.highestFilling - 3 && o['mean-blood-pressure'] < goal.highMean - 15,
  },
]

/** Units of gain that a treatment must bring before it is worth its risk. */
const burden = { low: 0, moderate: 0.5, high: 1.5 } as const

/** When effects are judged, after the start: established, and an hour on. */
const judgedAfter = [30 * minute, 60 * minute] as const
const freshPressure = 2 * hour
const validFor = 60 * minute
/** Carrying on is left alone when it is in the target with at least this probability. */
const contentAt = 0.8
const worthwhile = 1

/**
 * Ranks each indicated intervention at two or three doses against carrying on, with paired members, by expected gain
 * less the burden of its risk class and less a penalty for the probability of harm that it adds.
 *
 * Returns nothing when carrying on is within the target with a probability of 80 % or more, when no option is worth at
 * least one unit, or when no blood pressure has been seen in the last two hours: advice about a patient
 * needs that patient's pressure, not the prior's.
 */
export function advise(belief: Belief, objective: Objective, context: TwinContext): readonly Recommendation[] {
  const goal = goals.find((g) => g.name === objective.name) ?? goals[0]!
  const { latest } = memoryOf(belief)
  const lastPressure = Math.max(
    ...['mean-blood-pressure', 'systolic-blood-pressure'].map((name) => latest[name] ?? Number.NEGATIVE_INFINITY),
  )
  if (!(belief.asOf - lastPressure <= freshPressure)) return []
  const times = judgedAfter.map((after) => belief.asOf + after)
  const baseline = judge(forecast(belief, carryOn, times, context), goal)
  const inTarget = share(baseline.loss, (loss) => loss === 0)
  if (inTarget >= contentAt) return []

  const outlook = Object.fromEntries(
    judged.map((name) => [name, summarise(baseline.values[name]).p50]),
  ) as unknown as Outlook
  const options = candidates.flatMap(({ intervention: name, doses, indicated }) =>
    (indicated(outlook, goal) ? doses : []).map((dose) => {
      const intervention = interventions.find((i) => i.name === name)!
      const scenario: Scenario = {
        id: `${name}-${dose}`,
        name: `${intervention.label} ${dose} ${intervention.unit}`,
        interventions: [{ intervention: name, dose, from: belief.asOf }],
      }
      const verdict = judge(forecast(belief, scenario, times, context), goal)
      return option(scenario, verdict, baseline, goal, times.at(-1)!, {
        riskClass: intervention.riskClass,
        cost: intervention.cost,
        mayApprove: intervention.mayApprove,
        undo: intervention.undo,
      })
    }),
  )
  const staying = option(carryOn, baseline, baseline, goal, times.at(-1)!, {
    riskClass: 'low',
    cost: 'None beyond what is being done',
    mayApprove: ['clinician'],
    undo: 'Nothing to undo',
  })
  const worth = (o: Omit<RankedOption, 'rank'>) =>
    o.gain.mean -
    (o.scenario.id === carryOn.id ? 0 : burden[o.riskClass]) -
    harmPenalty * Math.max(0, o.probabilityOfHarm - staying.probabilityOfHarm)
  const ranked = [...options, staying].sort((a, b) => worth(b) - worth(a) || compare(a.scenario.id, b.scenario.id))
  if (ranked[0]!.scenario.id === carryOn.id || worth(ranked[0]!) < worthwhile) return []
  return [
    {
      id: `${belief.twin.kind}:${belief.twin.subject}:${goal.name}:${belief.asOf}`,
      twin: belief.twin,
      madeAt: belief.asOf,
      expires: belief.asOf + validFor,
      objective: { name: goal.name, statement: goal.statement, unit: goal.unit },
      options: ranked.map((o, i) => ({ rank: i + 1, ...o })),
      finding: finding(baseline, goal, inTarget),
    },
  ]
}

/** How many units of gain a certainty of harm is counted as. */
const harmPenalty = 40

interface Verdict {
  /** Members' mean over the judged times. */
  readonly loss: Float64Array
  readonly harmed: Float64Array
  readonly values: Readonly<Record<JudgedQuantity, Float64Array>>
  readonly last: Readonly<Record<JudgedQuantity, Float64Array>>
}

const judged = ['mean-blood-pressure', 'cardiac-output', 'left-atrial-pressure', 'heart-rate'] as const
type JudgedQuantity = (typeof judged)[number]

/** Safety limits, whatever the objective. */
function unsafe(mean: number, output: number, filling: number, rate: number): boolean {
  return mean < 60 || output < 2.5 || filling > 25 || rate < 45 || rate > 130
}

function judge({ quantities, size, times }: Forecast, goal: Goal): Verdict {
  const loss = new Float64Array(size)
  const harmed = new Float64Array(size)
  const at = (name: JudgedQuantity, t: number, m: number) => quantities[name]!.members[t * size + m]!
  for (let t = 0; t < times.length; t++)
    for (let m = 0; m < size; m++) {
      const [mean, output, filling, rate] = judged.map((name) => at(name, t, m)) as [number, number, number, number]
      loss[m] =
        loss[m]! +
        (Math.max(0, goal.lowMean - mean) +
          Math.max(0, mean - goal.highMean) +
          perLitreMissing * Math.max(0, goal.leastOutput - output) +
          perFillingExcess * Math.max(0, filling - goal.highestFilling)) /
          times.length
      if (unsafe(mean, output, filling, rate)) harmed[m] = 1
    }
  const pick = (of: (name: JudgedQuantity, m: number) => number) =>
    Object.fromEntries(
      judged.map((name) => [name, Float64Array.from({ length: size }, (_, m) => of(name, m))]),
    ) as Record<JudgedQuantity, Float64Array>
  return {
    loss,
    harmed,
    values: pick((name, m) => times.reduce((sum, _, t) => sum + at(name, t, m), 0) / times.length),
    last: pick((name, m) => at(name, times.length - 1, m)),
  }
}

function option(
  scenario: Scenario,
  verdict: Verdict,
  baseline: Verdict,
  goal: Goal,
  at: number,
  about: Pick<RankedOption, 'riskClass' | 'cost' | 'mayApprove' | 'undo'>,
): Omit<RankedOption, 'rank'> {
  const gains = verdict.loss.map((loss, m) => baseline.loss[m]! - loss)
  const gain: Summary = summarise(gains)
  const units = {
    'mean-blood-pressure': 'mm[Hg]',
    'cardiac-output': 'L/min',
    'left-atrial-pressure': 'mm[Hg]',
    'heart-rate': '/min',
  }
  const effects = judged.map((quantity): PredictedEffect => {
    const withIt = verdict.last[quantity]
    const carryingOn = baseline.last[quantity]
    return {
      quantity,
      unit: units[quantity],
      at,
      withIt: summarise(withIt),
      carryingOn: summarise(carryingOn),
      difference: summarise(withIt.map((value, m) => value - carryingOn[m]!)),
    }
  })
  const probabilityBetter = share(gains, (g) => g > 0)
  const probabilityOfHarm = share(verdict.harmed, (h) => h > 0)
  return {
    scenario,
    effects,
    gain,
    probabilityBetter,
    probabilityOfHarm,
    reason: reason(scenario, effects, probabilityBetter, probabilityOfHarm, goal),
    ...about,
  }
}

function reason(
  scenario: Scenario,
  effects: readonly PredictedEffect[],
  better: number,
  harm: number,
  goal: Goal,
): string {
  const [mean, output, filling] = effects as [PredictedEffect, PredictedEffect, PredictedEffect]
  const now = (effect: PredictedEffect, digits: number) => effect.withIt.p50.toFixed(digits)
  if (scenario.id === carryOn.id)
    return `Carrying on is expected to leave mean pressure at ${now(mean, 0)} mmHg, output at ${now(output, 1)} L/min and filling pressure at ${now(filling, 0)} mmHg after an hour; it breaks a safety limit with a probability of ${percent(harm)}.`
  const change = (effect: PredictedEffect, digits: number) => {
    const by = effect.difference.p50
    return `${by < 0 ? '−' : '+'}${Math.abs(by).toFixed(digits)}`
  }
  return `After an hour: mean pressure ${now(mean, 0)} mmHg (${change(mean, 0)}), output ${now(output, 1)} L/min (${change(output, 1)}), filling pressure ${now(filling, 0)} mmHg (${change(filling, 0)}); nearer to the ${goal.name} target than carrying on with a probability of ${percent(better)}, a safety limit broken with ${percent(harm)}.`
}

function finding(baseline: Verdict, goal: Goal, inTarget: number): string {
  const mean = summarise(baseline.values['mean-blood-pressure'])
  const output = summarise(baseline.values['cardiac-output'])
  const filling = summarise(baseline.values['left-atrial-pressure'])
  const faults = [
    mean.p50 < goal.lowMean && `mean pressure about ${mean.p50.toFixed(0)} mmHg, below ${goal.lowMean}`,
    mean.p50 > goal.highMean && `mean pressure about ${mean.p50.toFixed(0)} mmHg, above ${goal.highMean}`,
    output.p50 < goal.leastOutput && `output about ${output.p50.toFixed(1)} L/min, below ${goal.leastOutput}`,
    filling.p50 > goal.highestFilling &&
      `filling pressure about ${filling.p50.toFixed(0)} mmHg, above ${goal.highestFilling}`,
  ].filter((fault) => fault !== false)
  const what = faults.length > 0 ? faults.join('; ') : 'each figure is near its limit'
  return `Carrying on stays within the target over the next hour with a probability of ${percent(inTarget)}: ${what}.`
}

function share(values: Float64Array, holds: (value: number) => boolean): number {
  let count = 0
  for (const value of values) if (holds(value)) count++
  return count / values.length
}

/** A share of the ensemble in words: 128 members cannot tell 0 % from half a per cent. */
function percent(share: number): string {
  if (share < 0.01) return 'less than 1 %'
  if (share > 0.99) return 'more than 99 %'
  return `${(100 * share).toFixed(0)} %`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
