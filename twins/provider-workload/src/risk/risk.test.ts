import { binomial, randomStream, sample, summarise } from '@counterpart/numerics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawCausalMember, logOddsOfChange, movedShare, publishedLogOdds } from './change.ts'
import { estimateRisk, expectedShare } from './estimate.ts'
import { surveysOf, type WorkedGroup, workedGroup } from './group.ts'
import { drawRiskMember, usualWork } from './prior.ts'

const random = (...names: readonly (string | number)[]) => randomStream('risk-test', ...names)
const group = (name: string, people: number, outside = 7.2, messages = 243): WorkedGroup => ({
  name,
  people,
  outside: { mean: outside, standardDeviation: 4 },
  messages: { mean: messages, standardDeviation: 90 },
})
const none = new Map()

describe('risk of burnout in groups', () => {
  it('is refused for one person, and for fewer than the minimum', () => {
    expect(() => workedGroup('p001', [9], [240], 1)).toThrow(/1 people; risk is told of 3 and more/)
    expect(() => workedGroup('south', [9, 8, 7, 6], [1, 2, 3, 4], 5)).toThrow(/4 people; risk is told of 5 and more/)
    const pods = [group('south', 4)]
    expect(() => estimateRisk({ clinic: group('clinic', 52), pods, surveys: none, minimum: 5, random })).toThrow(
      expect.objectContaining({ code: 'group-too-small' }),
    )
  })

  it('is a wide interval about what primary care reports, where nothing else is known', () => {
    const [clinic] = estimateRisk({ clinic: group('clinic', 52), pods: [], surveys: none, minimum: 5, random })
    expect(clinic!.share.mean).toBeGreaterThan(0.4)
    expect(clinic!.share.mean).toBeLessThan(0.55)
    expect(clinic!.share.p95 - clinic!.share.p05).toBeGreaterThan(0.25)
  })

  it('rises with hours outside scheduled time, by little', () => {
    const pods = [group('calm', 9, 3), group('busy', 9, 12)]
    const [calm, busy] = estimateRisk({ clinic: group('clinic', 52), pods, surveys: none, minimum: 5, random })
    const difference = busy!.share.mean - calm!.share.mean
    expect(difference).toBeGreaterThan(0.03)
    expect(difference).toBeLessThan(0.3)
  })

  it('follows what people answered, and less so where few did', () => {
    const withAnswers = (answers: number) => {
      const surveys = surveysOf([
        { group: 'clinic', measure: 'burnout', from: 0, until: 1, n: answers, above: Math.round(0.2 * answers) },
      ])
      return estimateRisk({ clinic: group('clinic', 52), pods: [], surveys, minimum: 5, random })[0]!.share
    }
    const [many, few] = [withAnswers(50), withAnswers(10)]
    expect(many.mean).toBeLessThan(0.32)
    expect(few.mean).toBeGreaterThan(many.mean)
    expect(few.p95 - few.p05).toBeGreaterThan(many.p95 - many.p05)
  })

  it('does not listen to figures that were suppressed', () => {
    expect(surveysOf([{ group: 'north', measure: 'burnout', from: 0, until: 1, suppressed: 'too-few' }]).size).toBe(0)
  })

  it('covers the share that is there in groups drawn from what it holds true', () => {
    const truth = random('truth')
    const worlds = 120
    let inside = 0
    for (let w = 0; w < worlds; w++) {
      const member = drawRiskMember(truth)
      const pods = Array.from({ length: 5 }, (_, i) =>
        group(`pod-${i}`, 9, 7.2 + 3 * truth.normal(), 243 + 60 * truth.normal()),
      )
      const shares = pods.map((pod) => expectedShare(pod, member, member.betweenPods * truth.normal()))
      const there = shares.map((share) => sample(binomial(9, share), truth))
      const surveys = surveysOf(
        there.map((above, i) => ({ group: `pod-${i}`, measure: 'burnout' as const, from: 0, until: 1, n: 9, above })),
      )
      // The same people a month later: some are still as they were, the others by chance.
      const later = shares.map((share, i) => {
        const still = (of: number) => (of > 0 ? sample(binomial(of, member.lasting), truth) : 0)
        const [are, areNot] = [still(there[i]!), still(9 - there[i]!)]
        return (are + (9 - are - areNot > 0 ? sample(binomial(9 - are - areNot, share), truth) : 0)) / 9
      })
      const estimates = estimateRisk({
        clinic: group('clinic', 45),
        pods,
        surveys,
        minimum: 5,
        size: 500,
        random: (...names) => random(w, ...names),
      })
      later.forEach((share, i) => {
        const { p05, p95 } = estimates[i]!.share
        if (share >= p05 && share <= p95) inside++
      })
    }
    // A discrete share of nine people: at least nine in ten, and not everything.
    expect(inside / (5 * worlds)).toBeGreaterThan(0.87)
    expect(inside / (5 * worlds)).toBeLessThan(0.99)
  })

  it('is a share whatever the work is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 2000, noNaN: true }),
        (o, m) => {
          const share = expectedShare(group('any', 9, o, m), drawRiskMember(random('any')), 0)
          return share > 0 && share < 1
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('burnout when work is changed', () => {
  const draws = (difference: Parameters<typeof logOddsOfChange>[2]) => {
    const stream = random('change')
    return Float64Array.from({ length: 4000 }, () =>
      logOddsOfChange(drawRiskMember(stream), drawCausalMember(stream), difference),
    )
  }

  it('is compatible with what Olson found of scribes, though nothing of that study is in it', () => {
    const predicted = draws({ outside: -0.9, messages: 0, scribes: 1 })
    const { value, standardDeviation } = publishedLogOdds('scribe-olson-burnout')
    expect(summarise(predicted).mean).toBeLessThan(-0.1)
    // What such a study would find: the effect with the error of its 263 people.
    const error = random('study')
    const { p05, p95 } = summarise(predicted.map((each) => each + standardDeviation! * error.normal()))
    expect(p05).toBeLessThan(value)
    expect(p95).toBeGreaterThan(value)
  })

  it('is next to nothing where only notifications become fewer, as in the VHA', () => {
    const { p05, mean } = summarise(draws({ outside: 0, messages: -14 * 5, scribes: 0 }))
    expect(mean).toBeGreaterThan(-0.15)
    expect(p05).toBeGreaterThan(-0.4)
  })

  it('moves a share along its odds', () => {
    expect(movedShare(0.519, Math.log(0.588))).toBeCloseTo(0.388, 2)
    expect(usualWork.outside.mean).toBeGreaterThan(0)
  })
})
