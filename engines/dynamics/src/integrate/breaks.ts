/**
 * Times at which a solution with delays is not smooth: a lag after the start, after every jump and kink, and a lag
 * after those, smoother each time until no method notices (Bellen, Zennaro, Numerical Methods for Delay Differential
 * Equations, 2.2).
 */
export interface Breaks {
  /** At `time` the solution is not smooth, and what is delayed goes back by these lags. */
  add(lags: readonly number[], time: number): void
  /** The first one after this time; infinite if there is none. */
  next(after: number): number
}

/** The order of the methods: a jump in a derivative of higher order is not noticed. */
const DEEPEST = 5
const MOST = 1000

export function createBreaks(): Breaks {
  let ahead: { readonly time: number; readonly depth: number }[] = []
  return {
    add(lags, time) {
      const near = 1e-12 * Math.abs(time)
      const here = ahead.find((one) => Math.abs(one.time - time) <= near)
      const depth = (here?.depth ?? 0) + 1
      ahead = ahead.filter((one) => one.time > time + near)
      if (depth > DEEPEST) return
      for (const lag of lags) {
        const due = time + lag
        if (ahead.length >= MOST || ahead.some((one) => Math.abs(one.time - due) <= near && one.depth <= depth))
          continue
        ahead.push({ time: due, depth })
      }
    },
    next(after) {
      let first = Number.POSITIVE_INFINITY
      for (const { time } of ahead) if (time > after && time < first) first = time
      return first
    },
  }
}
