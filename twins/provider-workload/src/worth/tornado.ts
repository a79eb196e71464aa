import { quantileOf } from '@counterpart/numerics'
import { worthInputs } from './inputs.ts'
import type { WorthValues } from './worth.ts'

/** How the net worth moves when one input goes from the low to the high end of its 90 % interval, all others in the middle. */
export interface Swing {
  readonly input: string
  readonly label: string
  readonly unit: string
  readonly from: number
  readonly to: number
  readonly netFrom: number
  readonly netTo: number
}

/** The inputs by how much they move `net`, greatest first. */
export function tornado(net: (values: WorthValues) => number): readonly Swing[] {
  const middle = Object.fromEntries(
    worthInputs.map(({ name, spread }) => [name, quantileOf(spread, 0.5)]),
  ) as unknown as WorthValues
  return worthInputs
    .map(({ name, label, unit, spread }) => {
      const [from, to] = [quantileOf(spread, 0.05), quantileOf(spread, 0.95)]
      return {
        input: name,
        label,
        unit,
        from,
        to,
        netFrom: net({ ...middle, [name]: from }),
        netTo: net({ ...middle, [name]: to }),
      }
    })
    .sort((a, b) => Math.abs(b.netTo - b.netFrom) - Math.abs(a.netTo - a.netFrom))
}
