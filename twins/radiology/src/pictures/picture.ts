import {
  type Belief,
  hour,
  type Picture,
  type PictureOffer,
  type Scenario,
  type TwinContext,
} from '@counterpart/kernel'
import { lawsOf } from '../draws.ts'
import { outlookOf } from '../forecast.ts'
import { dayPicture } from './day.ts'
import { pathwayPicture } from './pathway.ts'
import { pressurePicture, pressureStep } from './pressure.ts'

export const pictures: readonly PictureOffer[] = [
  { name: 'day', kind: 'day', label: 'Day-sheet', live: true },
  { name: 'pressure', kind: 'pressure', label: 'What will hold people up', live: true },
  { name: 'pathway', kind: 'pathway', label: 'From order to report', live: false },
]

/** Draws one of {@link pictures}; the first when no name is given. Under a second for a department of four machines. */
export function picture(belief: Belief, scenario: Scenario, context: TwinContext, name = 'day'): Picture {
  const now = belief.asOf
  if (name === 'pathway') {
    const { situation } = outlookOf(belief, scenario, now, context, 0)
    return pathwayPicture(situation, lawsOf(belief, context))
  }
  if (name === 'pressure') {
    const times = Array.from({ length: 24 }, (_, i) => now + i * pressureStep)
    const { situation, futures } = outlookOf(belief, scenario, times.at(-1)!, context)
    return pressurePicture(situation, futures, times)
  }
  const { situation, futures } = outlookOf(belief, scenario, now + 24 * hour, context)
  return dayPicture(situation, futures)
}
