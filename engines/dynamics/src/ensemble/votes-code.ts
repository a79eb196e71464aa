import { type Code, w } from '@counterpart/numerics/wasm'
import { AGAINST_STIFF, EDGE_OF_STABILITY, FOR_STIFF, LOOK_EVERY } from '../integrate/method-choice.ts'
import { type AdaptiveMethod, type Scratch, toleranceCode } from './adaptive-code.ts'
import type { KernelLayout } from './kernel-layout.ts'
import { controlCode } from './step-size-code.ts'
import { type Element, each } from './stepper-code.ts'

// Whether a problem is stiff, found out and voted on as `integrate/method-choice.ts` does for one trajectory.

type Vote = NonNullable<AdaptiveMethod['vote']>

const g = w.get
const finite = (local: number) => w.lt(g(local), w.both(Number.POSITIVE_INFINITY))

/** Of the size of one vector to that of another, both by the states' tolerances. */
function ratio(
  n: number,
  layout: KernelLayout,
  scratch: Scratch,
  into: number,
  over: (element: Element) => Code,
  under: (element: Element) => Code,
): Code {
  const [above, below, weight, part] = [scratch.pair(), scratch.pair(), scratch.pair(), scratch.pair()]
  const sum = (of: number, value: Code) => [
    w.set(part, w.div(value, g(weight))),
    w.set(of, w.add(g(of), w.mul(g(part), g(part)))),
  ]
  return [
    w.set(above, w.both(0)),
    w.set(below, w.both(0)),
    each(n, scratch.offset, (e) => [
      w.set(weight, toleranceCode(layout, e, w.abs(e.load(layout.ending)))),
      sum(above, over(e)),
      sum(below, under(e)),
    ]),
    w.set(into, w.sqrt(w.div(g(above), g(below)))),
  ]
}

/** From the two stages at the step's end (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2, (2.26)). */
export function explicitVotes(sixthRates: number, n: number, layout: KernelLayout): Vote {
  const { at, put } = controlCode(layout)
  const { lastRates, ending, stage } = layout
  return (h, accepted, scratch) => {
    const [looks, stiff, calm, growth] = [scratch.pair(), scratch.pair(), scratch.pair(), scratch.pair()]
    const rounds = w.mul(at('steps'), w.both(1 / LOOK_EVERY))
    const worth = w.or(w.lt(w.both(0), at('votes')), w.eq(w.floor(rounds), rounds))
    return [
      put('change', w.both(0)),
      w.set(looks, w.and(g(accepted), worth)),
      w.ifElse(w.anyTrue(g(looks)), [
        ratio(
          n,
          layout,
          scratch,
          growth,
          (e) => w.sub(e.load(lastRates), e.load(sixthRates)),
          (e) => w.sub(e.load(ending), e.load(stage)),
        ),
        w.set(stiff, w.and(finite(growth), w.lt(w.both(EDGE_OF_STABILITY), w.mul(g(h), g(growth))))),
        w.set(calm, w.andNot(g(looks), g(stiff))),
        w.set(stiff, w.and(g(looks), g(stiff))),
        put('against', w.select(g(stiff), w.both(0), w.add(at('against'), w.and(g(calm), w.both(1))))),
        put('votes', w.add(at('votes'), w.and(g(stiff), w.both(1)))),
        w.set(calm, w.and(g(calm), w.le(w.both(AGAINST_STIFF), at('against')))),
        put('votes', w.select(g(calm), w.both(0), at('votes'))),
        put('against', w.select(g(calm), w.both(0), at('against'))),
        put('change', w.and(g(stiff), w.le(w.both(FOR_STIFF), at('votes')))),
      ]),
    ]
  }
}

/**
 * The Jacobian's largest eigenvalue by one product a step.
 *
 * @param product code that puts the Jacobian times `direction` in `image`
 */
export function stiffVotes(product: Code, direction: number, image: number, n: number, layout: KernelLayout): Vote {
  const { at, put } = controlCode(layout)
  return (h, accepted, scratch) => {
    const [growth, known, calm] = [scratch.pair(), scratch.pair(), scratch.pair()]
    return [
      product,
      ratio(
        n,
        layout,
        scratch,
        growth,
        (e) => e.load(image),
        (e) => e.load(direction),
      ),
      w.set(known, w.and(w.lt(w.both(0), g(growth)), finite(growth))),
      each(n, scratch.offset, (e) => {
        const turned = w.select(g(known), w.div(e.load(image), g(growth)), w.both(1))
        return e.store(direction, w.select(g(accepted), turned, e.load(direction)))
      }),
      w.set(calm, w.or(w.not(g(known)), w.lt(w.mul(g(h), g(growth)), w.both(EDGE_OF_STABILITY / 3)))),
      put('votes', w.select(g(accepted), w.and(g(calm), w.add(at('votes'), w.both(1))), at('votes'))),
      put('change', w.and(g(accepted), w.le(at('patience'), at('votes')))),
    ]
  }
}
