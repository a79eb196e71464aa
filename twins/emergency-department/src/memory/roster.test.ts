import { day, hour } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { priors } from '../estimates/priors.ts'
import { changesOf, noRoster, onDuty, withRoster } from './roster.ts'

const span = (role: string, from: number, until: number, count: number) => ({
  role,
  from: from * hour,
  until: until * hour,
  count,
})
const detail = (from: number, until: number, ...spans: ReturnType<typeof span>[]) => ({
  from: from * hour,
  until: until * hour,
  spans,
})
const first = withRoster(
  noRoster,
  detail(0, 24, span('clinician', 8, 20, 4), span('senior-clinician', 8, 16, 1), span('nurse', 0, 24, 6)),
  0,
)
const clinicians = (roster: typeof first, at: number) => onDuty(roster, 'clinician', at * hour)

describe('who is on duty', () => {
  test('seniors are clinicians too; nobody outside their spans', () => {
    expect([clinicians(first, 9), clinicians(first, 17), clinicians(first, 21)]).toEqual([5, 4, 0])
    const changes = changesOf(first, 'clinician', 0, 24 * hour)
    expect([8, 16, 20].every((at) => changes.includes(at * hour))).toBe(true)
  })

  test('where no roster speaks, as the day before; a role that none names, as assumed of any department', () => {
    expect([clinicians(first, 33), clinicians(first, 45)]).toEqual([5, 0])
    expect(onDuty(first, 'triage-nurse', 9 * hour)).toBe(priors.staff['triage-nurse'])
    expect(onDuty(noRoster, 'nurse', 0)).toBe(priors.staff.nurse)
  })

  test('a newer roster replaces what an older one said of its span, and nothing else', () => {
    const newer = withRoster(first, detail(12, 14, span('clinician', 12, 14, 9)), 10 * hour)
    expect([11, 12, 13, 14].map((at) => clinicians(newer, at))).toEqual([5, 9, 9, 5])
    expect(onDuty(newer, 'nurse', 13 * hour)).toBe(0)
  })

  test('what ended days ago is let go', () => {
    expect(withRoster(first, detail(240, 264, span('nurse', 240, 264, 3)), 10 * day).spans).toHaveLength(1)
  })
})
