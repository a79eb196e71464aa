import { w } from '@counterpart/numerics/wasm'
import * as c from '../integrate/rodas-coefficients.ts'
import type { AdaptiveMethod } from './adaptive-code.ts'
import type { KernelLayout } from './kernel-layout.ts'
import { controlCode } from './step-size-code.ts'
import { type Element, each } from './stepper-code.ts'
import { stiffVotes } from './votes-code.ts'

const inner = [
  [c.A21],
  [c.A31, c.A32],
  [c.A41, c.A42, c.A43],
  [c.A51, c.A52, c.A53, c.A54],
  [c.A61, c.A62, c.A63, c.A64, c.A65],
]
const earlier = [
  [],
  [c.G21],
  [c.G31, c.G32],
  [c.G41, c.G42, c.G43],
  [c.G51, c.G52, c.G53, c.G54],
  [c.G61, c.G62, c.G63, c.G64, c.G65],
  [c.G71, c.G72, c.G73, c.G74, c.G75, c.G76],
  [c.G81, c.G82, c.G83, c.G84, c.G85, c.G86, c.G87],
]
const nodes = [0, c.C2, c.C3, c.C4, c.C5, 1, 1, 1]
const byTimeParts = [c.GAMMA, c.D2, c.D3, c.D4, c.D5, 0, 0, 0]

/** How many pairs each of its own vectors has: eight stages, the time derivative, what the stiffness is estimated with, the factors, the Jacobian, and behind it the right side. */
export const rodasVectors = (n: number, watched: number, entries: number, factors: number): readonly number[] => [
  ...Array(11).fill(n),
  factors,
  entries,
  n + watched,
]

/** What {@link rodasVectors} are, by name. */
export function rodasPlaces({ own }: KernelLayout) {
  const [byTime, direction, image, factors, jacobian, right] = own.slice(8) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return { stages: own.slice(0, 8), byTime, direction, image, factors, jacobian, right }
}

/** Numbers of functions; `byTime` only where rates depend on the time. */
export interface RodasFunctions {
  readonly jacobian: number
  readonly byTime: number | undefined
  readonly factors: number
  readonly solution: number
  readonly sound: number
  readonly product: number
}

const g = w.get

/**
 * Rodas5P on both lanes, as `integrate/rodas.ts` has it for one trajectory; `stale` says that a lane has moved since the
 * Jacobian was taken.
 *
 * @param voting lanes may ask for an explicit method
 */
export function rodasCode(functions: RodasFunctions, n: number, layout: KernelLayout, voting: boolean): AdaptiveMethod {
  const { at, put } = controlCode(layout)
  const { states, stage, ending, firstRates, lastRates } = layout
  const { stages, byTime, direction, image, factors, jacobian, right } = rodasPlaces(layout)
  const weighted = (e: Element, coefficients: readonly number[]) =>
    coefficients.map((value, j) => w.mul(w.both(value), e.load(stages[j]!))).reduce((sum, term) => w.add(sum, term))
  const product = w.call(functions.product, w.both(0), w.i32Const(direction), w.i32Const(image))

  return {
    beta: 0,
    attempt({ t, h, rates }, scratch) {
      const [diagonal, inverse, partOfTime] = [scratch.pair(), scratch.pair(), scratch.pair()]
      const { offset } = scratch
      const take = [
        w.call(functions.jacobian, g(t), w.i32Const(states), w.i32Const(jacobian)),
        functions.byTime === undefined ? [] : w.call(functions.byTime, g(t), w.i32Const(states), w.i32Const(byTime)),
        put('stale', w.both(0)),
      ]
      /** Where a stage looks at the rates; beyond the sixth it goes on from where the last one led. */
      const move = (s: number) =>
        each(n, offset, (e) =>
          e.store(
            stage,
            s <= 5 ? w.add(e.load(states), weighted(e, inner[s - 1]!)) : w.add(e.load(stage), e.load(stages[s - 1]!)),
          ),
        )
      const one = (s: number) => [
        s === 0 ? [] : [move(s), rates(w.add(g(t), w.mul(g(h), w.both(nodes[s]!))), stage, right)],
        w.set(partOfTime, w.mul(g(h), w.both(byTimeParts[s]!))),
        each(n, offset, (e) => {
          const own = e.load(s === 0 ? firstRates : right)
          const sum = s === 0 ? own : w.add(own, w.mul(g(inverse), weighted(e, earlier[s]!)))
          const timed = functions.byTime !== undefined && byTimeParts[s] !== 0
          return e.store(right, timed ? w.add(sum, w.mul(g(partOfTime), e.load(byTime))) : sum)
        }),
        w.call(functions.solution, w.both(0), w.i32Const(right), w.i32Const(stages[s]!)),
      ]
      const code = [
        w.ifElse(w.anyTrue(at('stale')), take),
        w.set(inverse, w.div(w.both(1), g(h))),
        w.set(diagonal, w.div(w.both(1), w.mul(g(h), w.both(c.GAMMA)))),
        w.call(functions.factors, g(diagonal), w.i32Const(0), w.i32Const(factors)),
        one(0),
        w.call(functions.sound, g(diagonal), w.i32Const(stages[0]!), w.i32Const(layout.control.sound)),
        [1, 2, 3, 4, 5, 6, 7].map(one),
        each(n, offset, (e) => e.store(ending, w.add(e.load(stage), e.load(stages[7]!)))),
        rates(w.add(g(t), g(h)), ending, lastRates),
      ]
      return { code, error: (e) => e.load(stages[7]!) }
    },
    dense(_h, scratch) {
      const fourth = scratch.pair()
      return {
        before: [],
        of: (e) => [
          w.set(fourth, weighted(e, c.H4)),
          weighted(e, c.H2),
          w.add(weighted(e, c.H3), g(fourth)),
          w.neg(g(fourth)),
        ],
      }
    },
    vote: voting ? stiffVotes(product, direction, image, n, layout) : undefined,
  }
}
