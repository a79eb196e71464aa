// How far a simulated figure lies from the truth, as rows of a results table.
import type { Measurement } from '../scripts/measure.ts'

/** A mean that was estimated, and its standard error. */
export interface Estimate {
  readonly mean: number
  readonly standardError: number
}

/** How often each number was seen, and what follows from that. */
export class Histogram {
  readonly counts = new Float64Array(1024)
  total = 0

  add(n: number): void {
    this.counts[n]!++
    this.total++
  }

  /** Mean of a function of the number. */
  estimate(of: (n: number) => number): Estimate {
    let sum = 0
    let squares = 0
    for (const [n, count] of this.counts.entries()) {
      if (count === 0) continue
      sum += count * of(n)
      squares += count * of(n) ** 2
    }
    const mean = sum / this.total
    return { mean, standardError: Math.sqrt((squares / this.total - mean ** 2) / this.total) }
  }

  /** The smallest number that at least this share does not exceed. */
  quantile(level: number): number {
    let sum = 0
    for (const [n, count] of this.counts.entries()) {
      sum += count
      if (sum >= level * this.total) return n
    }
    return this.counts.length
  }
}

/** Standard errors between an estimate and the truth. */
export function scoreRow(
  name: string,
  { mean, standardError }: Estimate,
  truth: number,
  limit: number,
  more = '',
): Measurement {
  const z = (mean - truth) / standardError
  return {
    name,
    value: Number(z.toFixed(2)),
    unit: 'standard errors',
    target: `within ± ${limit}`,
    met: Math.abs(z) < limit,
    note: `${shown(mean)} ± ${shown(standardError, 2)}, exact ${shown(truth)}${more}`,
  }
}

/** The relative error beside the score: met when both are, and the estimate is sharp enough for the first to say something. */
export function relativeRow(name: string, estimate: Estimate, truth: number, most: number, more = ''): Measurement {
  const { mean, standardError } = estimate
  const relative = 100 * (mean / truth - 1)
  const z = (mean - truth) / standardError
  return {
    name,
    value: Number(relative.toFixed(3)),
    unit: '%',
    target: `within ± ${most} %`,
    met: Math.abs(relative) <= most,
    note: `${shown(mean)} ± ${shown(standardError, 2)}, exact ${shown(truth)}, z ${z.toFixed(2)}${more}`,
  }
}

export const shown = (value: number, digits = 7): string => String(Number(value.toPrecision(digits)))
