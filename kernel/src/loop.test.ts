import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weighing, weightTwin } from '../test-support/weight-twin.ts'
import { encodeBelief } from './belief-codec.ts'
import { type Fact, LoopNeedsHistory, TwinLoop, treatmentsKnownAt } from './loop.ts'
import { day, hour } from './time.ts'

const subject = { id: 'patient/a', kind: 'patient' } as const
const bytesOf = (loop: TwinLoop) => Buffer.from(encodeBelief(loop.belief!)).toString('hex')
const observed = (n: number, kilograms: number, extra = {}): Fact => ({
  kind: 'observation',
  observation: weighing(subject.id, n * hour, kilograms, { id: `w${n}`, ...extra }),
})
const fold = (facts: readonly Fact[], chunk = facts.length, memory = 256) => {
  const loop = new TwinLoop({ definition: weightTwin, subject, memory })
  for (let i = 0; i < facts.length; i += chunk) loop.take(facts.slice(i, i + chunk))
  return loop
}

describe('a belief is a function of the set of facts', () => {
  const factSets = fc
    .array(fc.record({ at: fc.integer({ min: 0, max: 400 }), kg: fc.integer({ min: 50, max: 90 }) }), {
      minLength: 1,
      maxLength: 60,
    })
    .map((weights) => weights.map(({ at, kg }, i) => observed(at, kg, { id: `w${i}` })))

  test('any order of arrival, in any chunks, gives the same bytes', () => {
    fc.assert(
      fc.property(factSets, fc.nat(), fc.integer({ min: 1, max: 9 }), (facts, seed, chunk) => {
        const shuffled = facts
          .map((fact, i) => ({ fact, key: Math.imul(i + 1, seed * 2 + 1) >>> 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ fact }) => fact)
        expect(bytesOf(fold(shuffled, chunk))).toBe(bytesOf(fold(facts)))
      }),
      { numRuns: 60 },
    )
  })

  test('handing a fact in twice changes nothing', () => {
    const loop = fold([observed(1, 70), observed(2, 71)])
    const before = bytesOf(loop)
    expect(loop.take([observed(1, 70)]).changed).toBe(false)
    expect(bytesOf(loop)).toBe(before)
  })

  test('a correction counts instead of what it corrects, whichever comes first', () => {
    const original = observed(1, 170)
    const correction = observed(1, 70, { version: 5 * hour, status: 'corrected' })
    const truth = bytesOf(fold([observed(1, 70), observed(2, 71)]))
    expect(bytesOf(fold([original, observed(2, 71), correction], 1))).toBe(truth)
    expect(bytesOf(fold([correction, observed(2, 71), original], 1))).toBe(truth)
  })

  test('earlier beliefs can be had as long as they are at hand', () => {
    const facts = Array.from({ length: 60 }, (_, i) => observed(i + 1, 70 + (i % 5)))
    const loop = fold(facts, 7)
    const bytesAt = (at: number) => Buffer.from(encodeBelief(loop.beliefAt(at)!)).toString('hex')
    for (const hours of [1, 16, 17, 33.5, 59, 60, 99])
      expect(bytesAt(hours * hour)).toBe(bytesOf(fold(facts.slice(0, Math.min(60, Math.floor(hours))))))
    expect(loop.beliefAt(0)).toBeNull()
    const short = fold(facts, 7, 16)
    expect(short.beliefAt(2 * hour)).toBeUndefined()
    expect(short.beliefAt(59 * hour)).toBeDefined()
  })

  test('what is more than a number is taken in too; words alone are not', () => {
    const seen: (string | null)[] = []
    const definition = {
      ...weightTwin,
      assimilate: (...args: Parameters<typeof weightTwin.assimilate>) => {
        seen.push(...args[2].map(({ detail }) => (detail ? JSON.stringify(detail) : null)))
        return { ...args[0], asOf: args[1] }
      },
    }
    const loop = new TwinLoop({ definition, subject })
    const said = (n: number, extra: object): Fact => {
      const { observation } = observed(n, 0) as Extract<Fact, { kind: 'observation' }>
      return { kind: 'observation', observation: { ...observation, value: null, ...extra } }
    }
    loop.take([said(1, { text: 'unreadable' }), said(2, { detail: { what: 'arrived' } })])
    expect(seen).toEqual(['{"what":"arrived"}'])
    expect(loop.belief?.asOf).toBe(2 * hour)
  })

  test('a retracted fact leaves no mark', () => {
    const withdrawn = observed(3, 40, { version: 9 * hour, status: 'retracted' })
    expect(bytesOf(fold([observed(1, 70), observed(3, 40), observed(2, 71), withdrawn], 1))).toBe(
      bytesOf(fold([observed(1, 70), observed(2, 71)])),
    )
  })

  test('an old fact that was forgotten calls for history, and nothing has changed', () => {
    const facts = Array.from({ length: 200 }, (_, i) => observed(i + 10, 70 + (i % 3)))
    const loop = fold(facts, 1, 32)
    const before = bytesOf(loop)
    expect(() => loop.take([observed(1, 60)])).toThrow(LoopNeedsHistory)
    expect(bytesOf(loop)).toBe(before)
    expect(before).toBe(bytesOf(fold(facts)))
  })

  test('the final version of a forgotten preliminary calls for history, also after a checkpoint', () => {
    const early = observed(1, 90, { status: 'preliminary' })
    const later = Array.from({ length: 200 }, (_, i) => observed(i + 10, 70 + (i % 3)))
    const loop = fold([early, ...later], 1, 32)
    const final = observed(205, 71, { id: 'w1', version: 300 * hour })
    expect(() => loop.take([final])).toThrow(LoopNeedsHistory)
    const resumed = new TwinLoop({ definition: weightTwin, subject, checkpoint: loop.checkpoint! })
    expect(() => resumed.take([observed(300, 71, { id: 'w1', version: 300 * hour })])).toThrow(LoopNeedsHistory)
  })

  test('a loop begun from a checkpoint goes on as if it had never stopped', () => {
    const facts = Array.from({ length: 20 }, (_, i) => observed(i, 70 + (i % 3)))
    const half = fold(facts.slice(0, 10))
    const resumed = new TwinLoop({ definition: weightTwin, subject, checkpoint: { belief: half.belief! } })
    resumed.take(facts.slice(10), { complete: true })
    expect(bytesOf(resumed)).toBe(bytesOf(fold(facts)))
  })
})

test('an instant at which a definition returns NaN is passed over, the same way in any order', () => {
  const breakable: typeof weightTwin = {
    ...weightTwin,
    assimilate: (belief, asOf, seen, context) => {
      const next = weightTwin.assimilate(belief, asOf, seen, context)
      if (seen[0]!.value === 99) next.ensemble.values[0] = Number.NaN
      return next
    },
  }
  const loop = new TwinLoop({ definition: breakable, subject })
  loop.take([observed(1, 70)])
  const before = bytesOf(loop)
  const [failure] = loop.take([observed(2, 99)]).failures
  expect((failure!.error as Error).message).toMatch(/NaN for "weight"/)
  expect(bytesOf(loop)).toBe(before)
  loop.take([observed(3, 71)])
  expect(loop.belief!.asOf).toBe(3 * hour)
  const replayed = new TwinLoop({ definition: breakable, subject })
  replayed.take([observed(3, 71), observed(2, 99), observed(1, 70)])
  expect(bytesOf(replayed)).toBe(bytesOf(loop))
})

test('of one version of a treatment said twice with different doses, the same one counts in any order', () => {
  const said = (dose: number): Fact => ({
    kind: 'treatment',
    treatment: { id: 't', version: 3, intervention: 'diet', dose, from: day },
  })
  const dosesAfter = (...facts: Fact[]) => fold(facts, 1).treatments.map(({ dose }) => dose)
  expect(dosesAfter(said(1), said(2))).toEqual(dosesAfter(said(2), said(1)))
})

test('a treatment that ends later was still open before its end', () => {
  const treatment = { id: 't', version: 3, intervention: 'diet', dose: 1, from: day, until: 3 * day }
  expect(treatmentsKnownAt([treatment], 2 * day)[0]).not.toHaveProperty('until')
  expect(treatmentsKnownAt([treatment], 3 * day)[0]).toHaveProperty('until', 3 * day)
  expect(treatmentsKnownAt([treatment], 0)).toEqual([])
})
