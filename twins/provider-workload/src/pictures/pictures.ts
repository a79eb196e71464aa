import type { Belief, Picture, PictureOffer, Scenario, TwinContext } from '@counterpart/kernel'
import type { JudgedPeople } from '../fairness/judged.ts'
import { fairnessPicture } from '../fairness/of-belief.ts'
import { clinicOf } from '../memory/clinic.ts'
import { measuresPicture, myMeasuresPicture } from './measures.ts'
import { myWeeksPicture } from './my-weeks.ts'
import { riskPicture } from './risk.ts'
import { weekPicture, weeksAheadPicture } from './week.ts'

/**
 * What can be drawn. Pictures for managers are of pods and the clinic, and of no pod that is too small or would follow from
 * the others; pictures for a member are of that member alone.
 */
export const pictures: readonly PictureOffer[] = [
  { name: 'week', kind: 'load', label: 'This week', live: true },
  { name: 'weeks-ahead', kind: 'load', label: 'Weeks ahead', live: false },
  { name: 'measures', kind: 'groups', label: 'Measures', live: false },
  { name: 'risk', kind: 'groups', label: 'Burnout to be expected', live: false },
  { name: 'fairness', kind: 'groups', label: 'Fairness', live: false },
  { name: 'my-weeks', kind: 'load', label: 'Your weeks', live: false, audience: 'member' },
  { name: 'my-measures', kind: 'groups', label: 'Your measures', live: false, audience: 'member' },
]

/**
 * Draws one of {@link pictures}; the first when no name is given. `member`: a provider's code, for pictures whose audience is
 * a member; others take no notice of it. Throws `RangeError` for a name that is not offered, and for a member's picture
 * without a member who works in the clinic.
 */
export function picture(
  belief: Belief,
  scenario: Scenario,
  context: TwinContext,
  name = 'week',
  member?: string,
): Picture {
  switch (name) {
    case 'week':
      return weekPicture(belief, scenario, context)
    case 'weeks-ahead':
      return weeksAheadPicture(belief, scenario, context)
    case 'measures':
      return measuresPicture(belief)
    case 'risk':
      return riskPicture(belief, context)
    case 'fairness':
      return fairnessPicture(belief, judgedOf(belief))
    case 'my-weeks':
      return myWeeksPicture(belief, scenario, context, memberNamed(name, member))
    case 'my-measures':
      return myMeasuresPicture(belief, memberNamed(name, member))
    default:
      throw new RangeError(`no picture "${name}"; there are ${pictures.map((each) => each.name).join(', ')}`)
  }
}

function memberNamed(name: string, member: string | undefined): string {
  if (member === undefined)
    throw new RangeError(`picture "${name}" is of one member; expected a provider's code, e.g. "p017"`)
  return member
}

/** What came of the twin's forecasts of each person's weeks, as far as they have been judged. */
const judgedOf = (belief: Belief): JudgedPeople => clinicOf(belief).record.fair.judged
