import { type Belief, day, type Objective, type Recommendation, type TwinContext } from '@counterpart/kernel'
import { clinicOf } from '../memory/clinic.ts'
import { recalibration } from '../record/recalibrate.ts'
import { situationOf } from '../situation.ts'
import { rawWeeks } from '../weeks.ts'
import { firstYear, type Horizon, horizonOf, nextWeeks } from './horizon.ts'
import { type Effort, rankChanges, usualEffort } from './rank.ts'
import type { AdviceSituation } from './runs.ts'
import { ownFiguresOf } from './worth-basis.ts'

const validFor = 7 * day
/** Nothing heard for so long: advice would be about another clinic. */
const freshFor = 7 * day

/**
 * What could be done about the work of a clinic, best first, twice: for the next four weeks, and for the first year, as half
 * of what is slow (hiring, panels, protocols) is there only after months. Empty where nothing is worth it, and where the log
 * has been silent for a week.
 */
export function advise(belief: Belief, objective: Objective, context: TwinContext): readonly Recommendation[] {
  return [nextWeeks, firstYear].flatMap((horizon) => adviseOver(belief, objective, context, horizon))
}

/** {@link advise} for one horizon of so many weeks, at least four. */
export function adviseForWeeks(
  belief: Belief,
  objective: Objective,
  context: TwinContext,
  weeks: number,
  effort: Effort = usualEffort,
): readonly Recommendation[] {
  return adviseOver(belief, objective, context, horizonOf(weeks), effort)
}

function adviseOver(
  belief: Belief,
  objective: Objective,
  context: TwinContext,
  horizon: Horizon,
  effort: Effort = usualEffort,
): readonly Recommendation[] {
  const { heard } = clinicOf(belief)
  if (heard === null || belief.asOf - heard > freshFor) return []
  const ranked = rankChanges(
    adviceSituation(belief, context),
    objective.name,
    horizon,
    ownFiguresOf(clinicOf(belief)),
    effort,
  )
  if (ranked === null) return []
  return [
    {
      id: `${belief.twin.kind}:${belief.twin.subject}:${ranked.objective.name}:${horizon.weeks}:${belief.asOf}`,
      twin: belief.twin,
      madeAt: belief.asOf,
      expires: belief.asOf + validFor,
      ...ranked,
    },
  ]
}

/** Where advice starts from; members beyond those of the belief share its parameters, under other effects and chance. */
export function adviceSituation(belief: Belief, context: TwinContext): AdviceSituation {
  const situation = situationOf(belief, context)
  const { member, members } = situation
  const random: AdviceSituation['random'] = (...names) => context.random(...names)
  return {
    ...situation,
    member: (m) =>
      m < members ? member(m) : { ...member(m % members), random: (...names) => random('advice', m, ...names) },
    random,
    running: context.treatments,
    recalibrate: recalibration(situation, rawWeeks(situation, context.treatments)),
  }
}
