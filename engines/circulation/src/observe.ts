import type { StepObserver, Workspace } from './integrate.ts'
import { at, elastance, elastanceRate } from './model.ts'
import { stateSize } from './parameters.ts'

/** Rows of {@link BeatObserver}: the state variables, then the pressures in LA, LV, RA, RV. */
const tracked = stateSize + 4

/** Smallest, largest and mean value of every state variable and chamber pressure over the beats it has watched. */
export interface BeatObserver {
  readonly low: Float64Array
  readonly high: Float64Array
  /** Integral over time; divide by the watched time for the mean. */
  readonly area: Float64Array
  readonly observe: StepObserver
  reset(): void
}

/**
 * Watches steps through their cubic Hermite interpolant, so that an extreme between two steps is found where the
 * interpolant has it: the arterial minimum is a cusp, which sampling would miss.
 */
export function beatObserver(P: Float64Array): BeatObserver {
  const low = new Float64Array(tracked)
  const high = new Float64Array(tracked)
  const area = new Float64Array(tracked)
  const reset = () => {
    low.fill(Number.POSITIVE_INFINITY)
    high.fill(Number.NEGATIVE_INFINITY)
    area.fill(0)
  }
  const take = (row: number, h: number, a: number, da: number, b: number, db: number) => {
    area[row] = area[row]! + (h / 2) * (a + b) + ((h * h) / 12) * (da - db)
    low[row] = Math.min(low[row]!, a, b)
    high[row] = Math.max(high[row]!, a, b)
    if (da * db < 0) {
      const x = extremum(h, a, da, b, db)
      low[row] = Math.min(low[row]!, x)
      high[row] = Math.max(high[row]!, x)
    }
  }
  reset()
  return {
    low,
    high,
    area,
    reset,
    observe(w, from, to) {
      const h = to - from
      for (let i = 0; i < stateSize; i++) take(i, h, w.y0[i]!, w.dy0[i]!, w.y[i]!, w.dy[i]!)
      for (let c = 0; c < 4; c++) {
        const V0 = P[at.chamber + at.perChamber * c + 5]!
        const E0 = elastance(P, c, from)
        const E1 = elastance(P, c, to)
        const before = w.y0[c]! - V0
        const after = w.y[c]! - V0
        take(
          stateSize + c,
          h,
          E0 * before,
          E0 * w.dy0[c]! + elastanceRate(P, c, from) * before,
          E1 * after,
          E1 * w.dy[c]! + elastanceRate(P, c, to) * after,
        )
      }
    },
  }
}

/** State at `t` inside the workspace's last step, by its cubic Hermite interpolant. */
export function interpolate(w: Workspace, from: number, to: number, t: number, into: Float64Array): void {
  const h = to - from
  const s = (t - from) / h
  for (let i = 0; i < stateSize; i++) {
    const a = w.y0[i]!
    const b = w.y[i]!
    const da = h * w.dy0[i]!
    const db = h * w.dy[i]!
    into[i] = a + s * (da + s * (3 * (b - a) - 2 * da - db + s * (2 * (a - b) + da + db)))
  }
}

/** Value of the cubic Hermite interpolant at its extremum inside the step, given slopes of opposite sign at its ends. */
function extremum(h: number, a: number, da: number, b: number, db: number): number {
  // p(s) = a + h da s + (3 (b - a) - h (2 da + db)) s^2 + (2 (a - b) + h (da + db)) s^3
  const q = 3 * (b - a) - h * (2 * da + db)
  const r = 2 * (a - b) + h * (da + db)
  const c = h * da
  let s: number
  if (Math.abs(r) < 1e-14 * (Math.abs(q) + Math.abs(c))) s = -c / (2 * q)
  else {
    const root = Math.sqrt(Math.max(0, q * q - 3 * r * c))
    s = (-q + root) / (3 * r)
    if (!(s >= 0 && s <= 1)) s = (-q - root) / (3 * r)
  }
  if (!(s >= 0 && s <= 1)) return da > 0 ? Math.max(a, b) : Math.min(a, b)
  return a + s * (c + s * (q + s * r))
}
