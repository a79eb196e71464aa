import { carryOn, departmentChannels, hour, type Instant, type JsonObject, minute } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { contextAt, layout, observed, roster, start, subject, visit } from './department.test-data.ts'
import { emergencyDepartment as twin } from './twin.ts'

const begun = start - 4 * hour
/** Everything about the visits of four hours, one every six minutes, until the feed goes silent. */
const facts = [
  observed(departmentChannels.layout, begun, layout as unknown as JsonObject),
  roster(begun, { clinician: 5, nurse: 6, 'triage-nurse': 1 }),
  ...Array.from({ length: 40 }, (_, i) => {
    const at = begun + 6 * i * minute
    return [
      visit(`v${i}`, at, { what: 'arrived', mode: 'walk-in' }),
      visit(`v${i}`, at + 3 * minute, { what: 'triaged', acuity: 3 + (i % 2) }),
    ]
  }).flat(),
]
const times = [...new Set(facts.map(({ effective }) => effective))].sort((a, b) => a - b)
const known = times.reduce(
  (belief, at) =>
    twin.assimilate(
      belief,
      at,
      facts.filter(({ effective }) => effective === at),
      contextAt(at),
    ),
  twin.begin(subject, begun, {}, contextAt(begun)),
)
const after = (silence: number) => {
  const at = known.asOf + silence
  return twin.assimilate(known, at, [], contextAt(at))
}
const meanPresent = (belief: typeof known, at: Instant) => {
  const { members } = twin.forecast(belief, carryOn, [at], contextAt(belief.asOf)).quantities.present!
  return members.reduce((sum, each) => sum + each, 0) / members.length
}

describe('a feed that goes silent', () => {
  test('is forecast from what was heard last: people still come and go, though nobody says so', () => {
    const at = known.asOf + 90 * minute
    const told = meanPresent(known, at)
    // A minute before that time, an hour and a half of silence are behind.
    const blind = meanPresent(after(89 * minute), at)
    expect(Math.abs(blind - told)).toBeLessThan(1.5)
    expect(Math.abs(blind - twin.counted!(known).present!)).toBeGreaterThan(2)
  })

  test('is not yet silent after a few minutes: futures begin at what is counted', () => {
    const soon = after(5 * minute)
    expect(meanPresent(soon, soon.asOf)).toBeCloseTo(twin.counted!(known).present!, 0)
  })
})
