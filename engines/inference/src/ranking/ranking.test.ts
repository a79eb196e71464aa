import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import {
  allocateBudget,
  goodSelectionAdvance,
  goodSelectionJobs,
  InferenceError,
  type KimNelsonDesign,
  kimNelsonAdvance,
  kimNelsonRequest,
  startGoodSelection,
  startKimNelson,
} from '../index.ts'
import { rinottConstant, screeningConstant } from './selection-constants.ts'

describe('budget allocation', () => {
  const published = {
    means: [1.2, 2.1, 3.4, 4.87, 6.05],
    variances: [3.3, 2.0, 4.5, 5.3, 6.9],
    replications: [12, 6, 5, 5, 4],
    budget: 100,
    direction: 'minimise',
  } as const

  it('gives the published example of Chen and Lee', () => {
    expect(allocateBudget(published)).toEqual([48, 38, 11, 2, 1])
  })

  it('is the same for gains as for losses', () => {
    expect(allocateBudget({ ...published, means: published.means.map((m) => 10 - m), direction: 'maximise' })).toEqual([
      48, 38, 11, 2, 1,
    ])
  })

  it('spends the budget exactly, ties, zero variances and overspent systems included', () => {
    const stream = randomStream('ocba')
    for (let run = 0; run < 200; run++) {
      const k = 2 + stream.integer(8)
      const draw = <T>(f: () => T) => Array.from({ length: k }, f)
      const budget = stream.integer(500)
      const more = allocateBudget({
        means: draw(() => stream.integer(4)),
        variances: draw(() => stream.integer(3)),
        replications: draw(() => stream.integer(100)),
        budget,
        direction: run % 2 ? 'minimise' : 'maximise',
      })
      expect(more.every((n) => Number.isInteger(n) && n >= 0)).toBe(true)
      expect(more.reduce((a, b) => a + b)).toBe(budget)
    }
  })

  it('names what is wrong', () => {
    expect(() => allocateBudget({ ...published, variances: [1, -1, 1, 1, 1] })).toThrow(/variance of system 1 is -1/)
    expect(() => allocateBudget({ ...published, budget: 1.5 })).toThrow(InferenceError)
    expect(() => allocateBudget({ ...published, means: [1] })).toThrow(/expected as many of each/)
  })
})

/** Normal observations, each named by system and replication; `common` adds a part shared by all systems. */
function observe(run: number | string, means: readonly number[], sd: number, common = 0) {
  return (system: number, from: number, count: number) =>
    Float64Array.from({ length: count }, (_, j) => {
      const own = randomStream('ranking', run, system, from + j).normal()
      const shared = common === 0 ? 0 : common * randomStream('ranking', run, 'common', from + j).normal()
      return means[system]! + sd * own + shared
    })
}

function selectByKimNelson(design: KimNelsonDesign, simulate: ReturnType<typeof observe>, chunk = 1) {
  let state = startKimNelson(design)
  while (state.selected === undefined) {
    const { systems, from, replications } = kimNelsonRequest(state)
    state = kimNelsonAdvance(
      state,
      systems.map((system) => simulate(system, from, Math.max(chunk, replications))),
    )
  }
  return state
}

// The least favourable configuration: all others worse by just the indifference zone.
const slippage = [0.5, 0.5, 0, 0.5, 0.5]
const base = { systems: 5, direction: 'minimise', indifference: 0.5, confidence: 0.9, initial: 10 } as const

describe("Kim and Nelson's selection", () => {
  it.each([
    ['first-stage', true, 0],
    ['first-stage', false, 2],
    ['updated', true, 0],
  ] as const)('%s, independent %s: selects the best at least nine times in ten', (variances, independent, common) => {
    const runs = 250
    let correct = 0
    let used = 0
    for (let run = 0; run < runs; run++) {
      const state = selectByKimNelson({ ...base, variances, independent }, observe(run, slippage, 1, common), 8)
      if (state.selected === 2) correct++
      used += state.used.reduce((a, b) => a + b) / runs
    }
    // Three standard deviations of a binomial share at 0.9: what chance allows a procedure that just keeps its promise.
    expect(correct / runs).toBeGreaterThan(0.9 - 3 * Math.sqrt((0.9 * 0.1) / runs))
    expect(used).toBeGreaterThan(5 * base.initial)
  })

  it('spends less when variances are updated, and when the means lie apart', () => {
    const cost = (variances: 'first-stage' | 'updated', means: readonly number[]) => {
      let used = 0
      for (let run = 0; run < 60; run++)
        used += selectByKimNelson({ ...base, variances, independent: true }, observe(run, means, 1), 8).replications
      return used
    }
    const apart = [2, 3, 0, 4, 5]
    expect(cost('updated', slippage)).toBeLessThan(cost('first-stage', slippage))
    expect(cost('first-stage', apart)).toBeLessThan(cost('first-stage', slippage))
  })

  it('does not depend on how many observations come at once, nor on a stop in between', () => {
    const design = { ...base, variances: 'updated', independent: true } as const
    const simulate = observe('chunks', slippage, 1)
    const one = selectByKimNelson(design, simulate)
    expect(selectByKimNelson(design, simulate, 37)).toEqual(one)
    let state = startKimNelson(design)
    while (state.selected === undefined) {
      const { systems, from, replications } = kimNelsonRequest(state)
      state = JSON.parse(
        JSON.stringify(
          kimNelsonAdvance(
            state,
            systems.map((s) => simulate(s, from, replications)),
          ),
        ),
      )
    }
    expect(state).toEqual(one)
  })

  it('follows the published constants by hand for two systems', () => {
    // n₀ = 3, α = 0.05: η = ½((0.1)^(−1) − 1) = 4.5, h² = 2·η·2 = 18; differences 1, 2, 3 have S² = 1, so with δ = 3
    // N = ⌊18/9⌋ = 2 < n₀: decided at once, by the means.
    const design = { ...base, systems: 2, indifference: 3, confidence: 0.95, initial: 3, independent: false } as const
    const first = startKimNelson({ ...design, variances: 'first-stage' })
    expect(
      kimNelsonAdvance(first, [
        [1, 2, 3],
        [0, 0, 0],
      ]),
    ).toMatchObject({ selected: 1, replications: 3 })
    // With δ = 1: N = 18; W(3) = (1/6)(18 − 3) = 2.5 > 2, so it goes on, and W(4) = (1/8)(18 − 4) = 1.75.
    let state = startKimNelson({ ...design, indifference: 1, variances: 'first-stage' })
    state = kimNelsonAdvance(state, [
      [1, 2, 3],
      [0, 0, 0],
    ])
    expect(state.selected).toBeUndefined()
    expect(kimNelsonAdvance(state, [[0.9], [0]])).not.toHaveProperty('selected') // mean 1.725
    expect(kimNelsonAdvance(state, [[1.1], [0]])).toMatchObject({ selected: 1, replications: 4 }) // mean 1.775
  })

  it('names what is wrong', () => {
    const state = startKimNelson({ ...base, variances: 'updated', independent: true })
    expect(() => kimNelsonAdvance(state, [[1]])).toThrow(/1 rows of observations; expected 5/)
    expect(() => kimNelsonAdvance(state, [[1], [1], [Number.NaN], [1], [1]])).toThrow(
      /replication 0 of system 2 gave NaN/,
    )
    expect(() => startKimNelson({ ...base, confidence: 0.1, variances: 'updated', independent: true })).toThrow(
      InferenceError,
    )
  })
})

describe('the parallel good selection procedure', () => {
  const design = { ...base, initial: 10, rounds: 5, batch: 20 } as const

  /** Pieces of work done by several workers that finish in a strange order. */
  function select(run: number | string, means: readonly number[], workers: number, split = Number.POSITIVE_INFINITY) {
    const simulate = observe(run, means, 1)
    let state = start
    while (state.selected === undefined) {
      const jobs = goodSelectionJobs(state, split)
      const rows: Float64Array[] = []
      for (let worker = workers - 1; worker >= 0; worker--)
        jobs.forEach(({ system, from, replications }, j) => {
          if (j % workers === worker) rows[j] = simulate(system, from, replications)
        })
      state = goodSelectionAdvance(state, rows, split)
    }
    return state
  }
  const start = startGoodSelection(design)

  it('selects within the indifference zone at least nine times in ten', () => {
    const runs = 200
    let good = 0
    let better = 0
    for (let run = 0; run < runs; run++) {
      if (select(run, slippage, 1).selected === 2) good++
      if (slippage[select(run, [0.5, 0.2, 0, 0.5, 0.6], 1).selected!] !== 0.5) better++
    }
    const least = 0.9 - 3 * Math.sqrt((0.9 * 0.1) / runs)
    expect(good / runs).toBeGreaterThan(least)
    expect(better / runs).toBeGreaterThan(least)
  })

  it('gives the same answer, to the last bit, for any number of workers and any cutting of the jobs', () => {
    const one = select('workers', slippage, 1)
    for (const [workers, split] of [
      [2, 7],
      [3, 1],
      [16, 50],
    ] as const)
      expect(select('workers', slippage, workers, split)).toEqual(one)
  })

  it('screens systems out early when the means lie far apart', () => {
    const state = select('apart', [50, 90, 0, 70, 60], 4)
    expect(state.selected).toBe(2)
    expect(state.used).toEqual([10, 10, 10, 10, 10])
  })

  it('names what is wrong', () => {
    expect(() => goodSelectionAdvance(start, [])).toThrow(/0 rows for 5 jobs/)
    expect(() => goodSelectionAdvance(start, [[1], [1], [1], [1], [1]])).toThrow(/1 observations of system 0/)
    expect(() => startGoodSelection({ ...design, initial: 2 })).toThrow(/initial is 2/)
  })
})

describe('constants of selection', () => {
  it('Rinott: known variances, two systems: √2 times the normal quantile', () => {
    // With f → ∞ the requirement is Φ(h/√2) = p; the difference at 10⁶ degrees of freedom is of order 1/f.
    expect(rinottConstant(2, 0.95, 1e6)).toBeCloseTo(Math.SQRT2 * 1.6448536269514722, 4)
  })

  it('both constants give the probability asked for, checked by drawing', () => {
    const stream = randomStream('constants')
    const [k, p, f] = [5, 0.9, 9]
    const h = rinottConstant(k, p, f)
    const eta = screeningConstant(k, p, f)
    const runs = 40_000
    const chi = () => 2 * stream.gamma(f / 2)
    let held = 0
    let crossed = 0
    for (let run = 0; run < runs; run++) {
      const y = chi()
      // Rinott's bound: given the own sample size, each comparison has a normal error of its own, of variance
      // f(1/X + 1/Y)/h² in units of the indifference zone.
      let best = true
      for (let i = 1; i < k; i++) if (stream.normal() * Math.sqrt(f / y + f / chi()) > h) best = false
      if (best) held++
      if (Math.abs(stream.normal()) > eta * Math.sqrt(Math.min(chi(), chi()))) crossed++
    }
    expect(Math.abs(held / runs - p)).toBeLessThan(3 * Math.sqrt((p * (1 - p)) / runs))
    const error = 1 - p ** (1 / (k - 1))
    expect(Math.abs(crossed / runs - error)).toBeLessThan(3 * Math.sqrt((error * (1 - error)) / runs))
  })
})
