import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { DynamicsError } from '../errors.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { type HandMade, handMade } from './hand-made.test-data.ts'
import { decay, robertson } from './problems.test-data.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

const failureOf = (run: () => unknown): DynamicsError => {
  try {
    run()
  } catch (error) {
    if (error instanceof DynamicsError) return error
    throw error
  }
  throw new Error('it did not fail')
}
const follow = (rates: HandMade['rates'], options: Partial<SimulateOptions> = {}, more: Partial<HandMade> = {}) =>
  simulate(handMade({ initial: { steady: 0, culprit: 1 }, rates, ...more }), { end: 10, steps: 10, ...options })

describe('what cannot be followed is refused', () => {
  it.each(['auto', 'rodas', 'dormand-prince', 'runge-kutta-4', 'rush-larsen'] as const)(
    '%s names the symbol whose rate is not a number, and the time',
    (method) => {
      const failure = failureOf(() =>
        follow((t, _y, _p, into) => into.set([0, Math.sqrt(5 - t)]), { method, step: 0.1 }),
      )
      expect(failure.code).toBe('not-finite')
      expect(failure.element).toBe('culprit')
      expect(Number(/time ([\d.]+)/.exec(failure.message)![1])).toBeCloseTo(5, 0)
    },
  )

  it.each(['auto', 'rodas', 'runge-kutta-4'] as const)(
    '%s names the symbol at which it began, and its line',
    (method) => {
      const text = "x = 1\nfactor := 1 / (time - 2) ^ 0.5\nother := 2 * factor\nx' = other * x"
      const failure = failureOf(() =>
        simulate(interpret(buildSystem(readAntimony(text)), ['x']), { end: 4, steps: 4, method, step: 0.1 }),
      )
      expect(failure).toMatchObject({ code: 'not-finite', element: 'factor', place: { line: 2 } })
      expect(failure.message).toMatch(/rate of x is .* at time 0, because factor is/)
    },
  )

  it.each(['auto', 'rodas', 'dormand-prince'] as const)('%s tells of a solution that has no bounds', (method) => {
    // x' = x², x(0) = 1 is 1 / (1 − t).
    const failure = failureOf(() => follow((_, y, _p, into) => into.set([0, y[1]! * y[1]!]), { method }))
    expect(['no-convergence', 'not-finite']).toContain(failure.code)
    expect(Number(/time ([\d.]+)/.exec(failure.message)![1])).toBeCloseTo(1, 3)
  })

  it('tells within a second that the problem is too stiff for an explicit method, and what to do', () => {
    const begun = performance.now()
    const failure = failureOf(() => simulate(robertson(), { end: 1e6, steps: 1, method: 'dormand-prince' }))
    expect(performance.now() - begun).toBeLessThan(1000)
    expect(failure.code).toBe('no-convergence')
    expect(failure.message).toMatch(/use method rodas/)
  })

  it('tells of rates that switch to and fro without end', () => {
    const failure = failureOf(() =>
      follow((_, y, _p, into) => into.set([0, y[1]! > 0 ? -1 : 1]), {}, { crossings: [(_, y) => y[1]!] }),
    )
    expect(failure.code).toBe('no-convergence')
  })

  it('stops when it is told to', () => {
    const abort = new AbortController()
    const rates: HandMade['rates'] = (t, _y, _p, into) => {
      into.fill(0)
      if (t > 5) abort.abort(new Error('enough'))
    }
    expect(() => follow(rates, { signal: abort.signal, step: 0.1 })).toThrow('enough')
  })

  it('options out of their range', () => {
    const option = (options: Partial<SimulateOptions>) =>
      failureOf(() => simulate(decay(), { end: 1, steps: 1, ...options }))
    const wrong: Partial<SimulateOptions>[] = [
      { steps: 0 },
      { steps: 1.5 },
      { end: Number.NaN },
      { start: 2 },
      { relativeTolerance: 0 },
      { absoluteTolerance: -1 },
      { method: 'euler' as 'auto' },
      { method: 'runge-kutta-4' as const },
      { given: { nobody: 1 } },
      { given: { k: Number.NaN } },
    ]
    for (const options of wrong) expect(option(options).code).toBe('invalid-option')
  })
})

it('a rate that is a small difference of large terms does not stop a run', () => {
  const text = "x = 3.3; y = 1.1; z = 0; z' = 1e3 * (x - 3 * y); x' = -0.1 * x; y' = -0.1 * y"
  for (const method of ['auto', 'rodas', 'dormand-prince'] as const) {
    const { values, statistics } = simulate(interpret(buildSystem(readAntimony(text)), ['x', 'z']), {
      end: 50,
      steps: 1,
      method,
    })
    expect(statistics.steps).toBeLessThan(500)
    expect(values[2]! / (3.3 * Math.exp(-5))).toBeCloseTo(1, 6)
    expect(values[3]).toBeCloseTo(0, 8)
  }
})

describe('constraints', () => {
  it('are told of once, with the time at which they first fail, between rows too', () => {
    const run = follow(
      (_, _y, _p, into) => into.set([1, 0]),
      {},
      {
        constraints: [{ message: 'steady is small', holds: (_, y) => y[0]! < 3.5 }],
      },
    )
    expect(run.warnings).toHaveLength(1)
    expect(run.warnings[0]).toMatch(/^a constraint does not hold at time 3\.50{8}\d*: steady is small$/)
  })
})

describe('a compartment that shrinks through zero', () => {
  it.each([
    ['by a rate rule', "V' = -1; V = 2"],
    ['by an assignment rule', 'V := 2 - time'],
    ['by an event', 'V = 2; at time >= 2: V = -1'],
  ])('%s is told of, with the time', (_, size) => {
    const system = buildSystem(readAntimony(`compartment V; species S in V; S = 1; S -> ; k*V; k = 0.1; ${size}`))
    for (const options of [{}, { method: 'runge-kutta-4', step: 0.1 }] as const) {
      const { warnings } = simulate(compile(system, ['V']), { end: 5, steps: 5, ...options })
      expect(warnings[0]).toMatch(
        /^a constraint does not hold at time (2(\.0{6}\d*)?|1\.9{6}\d*): the size of compartment “V” should not be negative$/,
      )
    }
  })

  it('is not spoken of where it only becomes small', () => {
    const system = buildSystem(readAntimony("compartment V; V' = -V; V = 2; species S in V; S = 1"))
    expect(simulate(compile(system, ['V']), { end: 5, steps: 5 }).warnings).toEqual([])
    // It is no part of what the model says.
    expect(system.constraints.every(({ implied }) => implied)).toBe(true)
  })
})

it('a ball whose bounces come together is told of: what it does then no number tells', () => {
  const text = "h = 1; v = 0; h' = v; v' = -9.81; at h <= 0: v = -0.5 * v"
  const { warnings } = simulate(interpret(buildSystem(readAntimony(text)), ['h']), { end: 5, steps: 5 })
  expect(warnings).toHaveLength(1)
  // √(2/g) · (1 + 2 · (1/2 + 1/4 + …))
  expect(Number(/time ([\d.]+)/.exec(warnings[0]!)![1])).toBeCloseTo(3 * Math.sqrt(2 / 9.81), 6)
})

describe('a run', () => {
  it('tells how far it is', () => {
    const told: number[] = []
    simulate(decay(), { end: 1, steps: 4, onProgress: (fraction) => told.push(fraction) })
    expect(told).toEqual([0.2, 0.4, 0.6, 0.8, 1])
  })

  it('takes given values in place of the model’s', () => {
    const { values } = simulate(decay(), { end: 1, steps: 1, given: { x: 3, k: 2 } })
    expect([...values]).toEqual([3, expect.closeTo(3 * Math.exp(-2), 7)])
  })
})
