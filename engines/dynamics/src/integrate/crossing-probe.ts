import { interpolate, type Step, timeResolution } from './step.ts'

/** Looks at the rates around a crossing within the step. */
export interface CrossingProbe {
  /**
   * How far off the step to `reached` is because the rates jump at the crossing, in tolerances. What is less than 0.1
   * does no harm.
   */
  jump(crossing: number, reached: number, toleranceOf: (state: number, size: number) => number): number
  /**
   * Where the rates are numbers at or just after a crossing, at most at `stop`; the step's `end` holds the states there.
   * A published model may compare a voltage with 0 and divide by its exponential minus 1 elsewhere: at exactly 0 that is
   * 0/0, beside it a number.
   */
  besideSingularity(crossing: number, stop: number): number
}

export function createCrossingProbe(step: Step): CrossingProbe {
  const { machine, parameters, end } = step
  const n = end.length
  const beside = new Float64Array(n)
  const ratesBefore = new Float64Array(n)
  const ratesAfter = new Float64Array(n)

  function ratesAt(time: number, into: Float64Array): void {
    interpolate(step.dense, (time - step.from) / step.size, beside)
    machine.rates(time, beside, parameters, into)
  }

  return {
    jump(crossing, reached, toleranceOf) {
      const length = reached - step.from
      // A little off: x / (exp(x) - 1) does not jump at 0, but next to it rounding makes it look so.
      const margin = Math.max(timeResolution(crossing), 1e-7 * length)
      ratesAt(crossing - margin, ratesBefore)
      ratesAt(crossing + margin, ratesAfter)
      let jump = 0
      for (let i = 0; i < n; i++) {
        const change = Math.abs(ratesAfter[i]! - ratesBefore[i]!)
        if (change > 0) jump = Math.max(jump, (change * length) / toleranceOf(i, beside[i]!))
      }
      return jump
    },
    besideSingularity(crossing, stop) {
      machine.rates(crossing, end, parameters, ratesAfter)
      if (ratesAfter.every(Number.isFinite)) return crossing
      beside.set(end)
      const scale = Math.max(Math.abs(crossing), step.size)
      for (let distance = 1e-14 * scale; distance < 1e-8 * scale; distance *= 10) {
        const time = Math.min(crossing + distance, stop)
        // Over so short a way the rates from before serve.
        for (let i = 0; i < n; i++) end[i] = beside[i]! + (time - crossing) * step.startRates[i]!
        machine.rates(time, end, parameters, ratesAfter)
        if (ratesAfter.every(Number.isFinite)) return time
      }
      end.set(beside)
      return crossing
    },
  }
}

/** A jump beyond this spoils the step over it. */
export const SPOILS = 0.1
