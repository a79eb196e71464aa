import type { QuantityName } from '../quantities.ts'

/**
 * The scale on which errors of a quantity are alike: counts and waits scatter in proportion to their root, shares do
 * not. `whole`: values are whole numbers, and stay so.
 */
export interface Scale {
  readonly onto: (value: number) => number
  readonly back: (scaled: number) => number
  readonly whole: boolean
}

const root = (whole: boolean, offset: number): Scale => ({
  onto: (value) => Math.sqrt(Math.max(0, value) + offset),
  back: (scaled) => Math.max(0, Math.max(0, scaled) ** 2 - offset),
  whole,
})

/** Beyond 0 and 100 %, where all is late or nothing, lies as much more as keeps a small error from leaving the bound. */
const margin = 10

export const scales: Readonly<Record<QuantityName, Scale>> = {
  // Anscombe's offset for counts: Biometrika 35 (1948) 246–254.
  present: root(true, 3 / 8),
  waiting: root(true, 3 / 8),
  boarding: root(true, 3 / 8),
  breaches: root(true, 3 / 8),
  'left-unseen': root(true, 0.1),
  'wait-to-clinician': root(false, 0.1),
  'ambulance-offload': root(false, 0.1),
  occupancy: { onto: (value) => value, back: (scaled) => Math.max(0, scaled), whole: false },
  'breach-rate': {
    onto: (value) => (value <= 0 ? -margin : value >= 100 ? 100 + margin : value),
    back: (scaled) => Math.min(100, Math.max(0, scaled)),
    whole: false,
  },
}
