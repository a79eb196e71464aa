import { departmentChannels, hour, type JsonObject, membersOf, minute } from '@counterpart/kernel'
import { mean, randomStream, standardDeviation } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { beliefAfter, came, layout, observed, start, visit } from '../department.test-data.ts'
import { departmentOf } from '../memory/department.ts'
import { drawEnsemble, gammaAt } from './ensemble.ts'
import { posteriorOf } from './posterior.ts'
import { priors } from './priors.ts'
import { probabilityHere } from './silence.ts'

const laidOut = observed(departmentChannels.layout, start - 6 * hour, layout as unknown as JsonObject)
const known = (observations: Parameters<typeof beliefAfter>[0], at = start) => {
  const belief = beliefAfter([laidOut, ...observations], at)
  return { belief, department: departmentOf(belief), posterior: posteriorOf(departmentOf(belief), at) }
}

describe('what is learnt', () => {
  test('without data the prior stands', () => {
    const { posterior } = known([], start - 6 * hour)
    expect(posterior.arrivals.shape / posterior.arrivals.exposure).toBeCloseTo(priors.arrivals.perHour, 6)
    expect(60 / (posterior.clinician.shape / posterior.clinician.exposure)).toBeCloseTo(priors.clinicianMinutes.mean, 6)
    expect(Math.exp(posterior.care[2]!.mean)).toBeCloseTo(priors.care.medians[2]!, 6)
    expect(posterior.mix.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
  })

  test('people still in care make care longer, not shorter, and count for nothing while they are new', () => {
    const of = (minutesInCare: number) =>
      known(
        Array.from({ length: 6 }, (_, i) =>
          came(`c${i}`, start, { arrived: minutesInCare + 20, triaged: minutesInCare + 10, seen: minutesInCare }),
        ).flat(),
      ).posterior.care[2]!.mean
    const prior = Math.log(priors.care.medians[2]!)
    expect(of(300)).toBeGreaterThan(prior + 0.1)
    // A bound that nearly everybody exceeds tells nothing.
    expect(Math.abs(of(3) - prior)).toBeLessThan(0.02)
  })

  test('finished care moves the median towards itself', () => {
    const finished = Array.from({ length: 30 }, (_, i) => [
      ...came(`c${i}`, start - i * minute, { arrived: 100, triaged: 90, seen: 45 }),
      visit(`c${i}`, start - i * minute, { what: 'left', disposition: 'discharged' }),
    ]).flat()
    const { posterior } = known(finished)
    expect(Math.exp(posterior.care[2]!.mean)).toBeGreaterThan(45)
    expect(Math.exp(posterior.care[2]!.mean)).toBeLessThan(65)
    expect(posterior.admitted[2]!.no).toBeCloseTo(0.829 * 10 + 30, 0)
  })

  test('assessments, chairs of those who come by ambulance, and ends that are never told', () => {
    const stories = Array.from({ length: 30 }, (_, i) => [
      ...came(`c${i}`, start - i * minute, { arrived: 100, triaged: 90, area: 'MAJ', seen: 60 }),
      visit(`c${i}`, start - (i + 48) * minute, { what: 'test-ordered', test: 'CT', order: `t${i}` }),
      visit(`c${i}`, start - i * minute, { what: 'left', disposition: 'discharged' }),
      ...came(`s${i}`, start - i * minute, { arrived: 50, triaged: 45, mode: 'ambulance' }),
      visit(`s${i}`, start - (i + 42) * minute, { what: 'placed', at: { area: i % 2 === 0 ? 'WAIT' : 'MAJ' } }),
    ]).flat()
    const { posterior, department } = known(stories)
    // From 12 minutes each and a prior of 18 worth 20.
    expect(Math.exp(posterior.assessment.mean)).toBeCloseTo(Math.exp((30 * Math.log(12) + 20 * Math.log(18)) / 50), 0)
    expect(posterior.sitsShare[2]).toBeCloseTo((0.3 * 10 + 15) / 40, 1)
    expect(posterior.handoverMinutes).toBeLessThan(11)
    expect(department.tallies.ended).toBeCloseTo(30, 0)
    expect(department.tallies.lost).toBe(0)
  })

  test('a silent feed is no calm', () => {
    const arrivals = Array.from({ length: 12 }, (_, i) => came(`a${i}`, start - i * 10 * minute, { arrived: 0 })).flat()
    const hours = (at: number) =>
      departmentOf(beliefAfter([laidOut, ...arrivals], at)).tallies.arrivalHours.reduce((a, b) => a + b, 0)
    expect(hours(start + 12 * hour)).toBe(hours(start))
    expect(hours(start + hour)).toBe(hours(start))
    // Half an hour without a word may be one.
    expect(hours(start + hour / 2)).toBeGreaterThan(hours(start) + 0.4)
  })
})

test('members have the mean and spread of the posterior', () => {
  const { belief, posterior } = known([])
  const members = membersOf(belief.ensemble, 'arrivals')
  const { shape, exposure } = posterior.arrivals
  expect(mean(members)).toBeCloseTo(shape / exposure, 2)
  expect(standardDeviation(members) / (Math.sqrt(shape) / exposure)).toBeCloseTo(1, 1)
  const again = drawEnsemble(posterior, (...names) => randomStream(...names), priors.nurseMinutes)
  expect(drawEnsemble(posterior, (...names) => randomStream(...names), priors.nurseMinutes)).toEqual(again)
})

test('the gamma quantile by Wilson and Hilferty is within one per cent', () => {
  // Exact quantiles of gamma(shape, 1) at 0.05, 0.5, 0.95: half the chi-square tables at twice the shape.
  for (const [shape, score, exact] of [
    [4, -1.6449, 1.3663],
    [4, 0, 3.6721],
    [4, 1.6449, 7.7537],
    [20, 1.6449, 27.8792],
  ] as const)
    expect(Math.abs(gammaAt(shape, score) / exact - 1)).toBeLessThan(0.011)
})

test('silence fades a visit slowly at first, and later where the state usually lasts longer', () => {
  const at = (state: 'waiting' | 'boarding', hours: number) => {
    const story =
      state === 'waiting' ? { arrived: 60, triaged: 55 } : { arrived: 60, triaged: 55, seen: 50, boarding: 40 }
    const { department } = known(came('a', start, story))
    return probabilityHere(department.visits.a!, department, start + hours * hour)
  }
  expect(at('waiting', 0)).toBeGreaterThan(0.98)
  const faded = [1, 4, 8, 16, 32].map((hours) => at('waiting', hours))
  expect(faded).toEqual([...faded].sort((a, b) => b - a))
  expect(faded[0]).toBeGreaterThan(0.97)
  expect(faded[4]).toBeLessThan(0.05)
  expect(at('boarding', 16)).toBeGreaterThan(at('waiting', 16))
})

describe('who waits in a line', () => {
  // One comes 401 minutes ago and is never triaged; of thirty who come after, so many are.
  const line = (later: number) => {
    const others = Array.from({ length: 30 }, (_, i) =>
      came(`n${i}`, start, { arrived: 13 * i + 2, ...(i < later ? { triaged: 13 * i } : {}) }),
    )
    const { department } = known([...came('old', start, { arrived: 401 }), ...others.flat()])
    return probabilityHere(department.visits.old!, department, start)
  }

  test('is believed to wait as long as the line stands still', () => {
    expect(line(0)).toBeGreaterThan(0.98)
    // Nothing at all was heard for hours: then the feed may be down, and the time counts.
    const { department } = known(came('old', start, { arrived: 200 }))
    expect(probabilityHere(department.visits.old!, department, start)).toBeLessThan(0.5)
  })

  test('is doubted the more, the more of the like who came later go before', () => {
    const doubted = [3, 10, 20, 30].map(line)
    expect(doubted).toEqual([...doubted].sort((a, b) => b - a))
    expect(doubted[0]).toBeGreaterThan(0.5)
    expect(doubted[3]).toBeLessThan(0.5)
  })
})
