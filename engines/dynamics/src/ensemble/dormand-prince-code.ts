import { w } from '@counterpart/numerics/wasm'
import { dormandPrinceTableau } from '../integrate/dormand-prince-tableau.ts'
import type { AdaptiveMethod, Scratch } from './adaptive-code.ts'
import type { KernelLayout } from './kernel-layout.ts'
import { combination, each } from './stepper-code.ts'
import { explicitVotes } from './votes-code.ts'

const { nodes, stages, error: errors, dense: denseLast } = dormandPrinceTableau

/** Own vectors it needs: the inner stages' rates. */
export const dormandPrinceVectors = 5

const g = w.get

/**
 * The pair of order 5(4) of Dormand and Prince (J Comput Appl Math 1980;6:19) on both lanes, with dense output of order
 * 4 (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.6).
 *
 * @param voting lanes may ask for a method for stiff problems
 */
export function dormandPrinceCode(n: number, layout: KernelLayout, voting: boolean): AdaptiveMethod {
  const { states, stage, ending, firstRates, lastRates } = layout
  const k = [firstRates, ...layout.own.slice(0, dormandPrinceVectors), lastRates]

  /** Terms of a combination of the stages, and the code that sets their coefficients, each times the step. */
  function terms(coefficients: readonly number[], locals: readonly number[], h: number) {
    const used = coefficients.flatMap((c, i) => (c === 0 ? [] : [{ c, local: locals[i]!, vector: k[i]! }]))
    return {
      set: used.map(({ c, local }) => w.set(local, w.mul(g(h), w.both(c)))),
      of: used.map(({ local, vector }) => [local, vector] as const),
    }
  }
  const seven = (scratch: Scratch) => Array.from({ length: 7 }, () => scratch.pair())

  return {
    beta: 0.04,
    attempt({ t, h, rates }, scratch) {
      const coefficients = seven(scratch)
      const moves = stages.map((row, s) => {
        const { set, of } = terms(row, coefficients, h)
        const into = s === stages.length - 1 ? ending : stage
        return [
          set,
          each(n, scratch.offset, (e) => e.store(into, w.add(e.load(states), combination(e, of)))),
          rates(w.add(g(t), w.mul(g(h), w.both(nodes[s]!))), into, k[s + 1]!),
        ]
      })
      const { set, of } = terms(errors, coefficients, h)
      return { code: [moves, set], error: (e) => combination(e, of) }
    },
    dense(h, scratch) {
      const { set, of } = terms(denseLast, seven(scratch), h)
      const [rise, bend] = [scratch.pair(), scratch.pair()]
      return {
        before: set,
        of: (e) => [
          [
            w.set(rise, w.sub(e.load(ending), e.load(states))),
            w.set(bend, w.sub(w.mul(g(h), e.load(firstRates)), g(rise))),
          ],
          g(bend),
          w.sub(w.sub(g(rise), w.mul(g(h), e.load(lastRates))), g(bend)),
          combination(e, of),
        ],
      }
    },
    vote: voting ? explicitVotes(k[5]!, n, layout) : undefined,
  }
}
