import type { Belief, Picture, PictureOffer, Scenario, TwinContext } from '@counterpart/kernel'
import { floorPicture } from './pictures/floor.ts'
import { pathwayPicture } from './pictures/pathway.ts'
import { pressurePicture } from './pictures/pressure.ts'
import { stressPicture } from './pictures/stress.ts'

export const pictures: readonly PictureOffer[] = [
  { name: 'floor', label: 'The floor now', kind: 'floor', live: true },
  { name: 'pressure', label: 'What holds people up', kind: 'pressure', live: false },
  { name: 'pathway', label: 'The way through', kind: 'pathway', live: true },
  { name: 'stress', label: 'Stress tests', kind: 'stress', live: false },
]

/** The picture of this name; the floor when there is none. */
export function picture(belief: Belief, scenario: Scenario, context: TwinContext, name = 'floor'): Picture {
  switch (name) {
    case 'pressure':
      return pressurePicture(belief, scenario, context)
    case 'pathway':
      return pathwayPicture(belief)
    case 'stress':
      return stressPicture(belief, scenario, context)
    default:
      return floorPicture(belief)
  }
}
