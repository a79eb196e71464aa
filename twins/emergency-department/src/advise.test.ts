import {
  departmentChannels,
  hour,
  type JsonObject,
  minute,
  type Observation,
  type Treatment,
} from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { beliefAfter, came, contextAt, layout, observed, roster, seenInOrder, start } from './department.test-data.ts'
import { emergencyDepartment as twin } from './twin.ts'

const [flow] = twin.objectives
const advice = (observations: readonly Observation[], at = start) =>
  twin.advise(beliefAfter(observations, at), flow!, contextAt(at))
const setting = (staff: Readonly<Record<string, number>>, at = start) => [
  observed(departmentChannels.layout, at - 5 * hour, layout as unknown as JsonObject),
  roster(at - 5 * hour, staff),
]
const usual = { clinician: 5, nurse: 8, 'triage-nurse': 2 }
const chosenKinds = (recommendation: ReturnType<typeof advice>[number]) =>
  recommendation.options[0]!.scenario.interventions.map(({ intervention }) => intervention)

describe('advice', () => {
  test('when too few clinicians face a full waiting room, somebody is called in', () => {
    const waiting = Array.from({ length: 14 }, (_, i) =>
      came(`w${i}`, start, { arrived: 100 - 5 * i, triaged: 95 - 5 * i, acuity: i % 2 === 0 ? 3 : 4 }),
    )
    const inCare = Array.from({ length: 4 }, (_, i) =>
      came(`c${i}`, start, { arrived: 150, triaged: 140, area: 'MAJ', bed: `M${i + 1}`, seen: 20 + 10 * i }),
    )
    const [first] = advice([...setting({ ...usual, clinician: 2 }), ...waiting.flat(), ...inCare.flat()])
    expect(chosenKinds(first!)).toContain('call-in-clinician')
    expect(first!.finding).toMatch(/^Clinicians hold people up/)
    const [best] = first!.options
    expect(best!.probabilityBetter).toBeGreaterThan(0.8)
    expect(best!.gain.mean).toBeGreaterThan(100)
    expect(first!.options.map(({ scenario }) => scenario.id)).toContain('carry-on')
    expect(first!.options.map(({ rank }) => rank)).toEqual(first!.options.map((_, i) => i + 1))
  })

  test('when boarders fill the bays, beds upstairs are pulled', () => {
    const boarding = Array.from({ length: 13 }, (_, i) =>
      came(`b${i}`, start, { arrived: 400, triaged: 390, area: 'MAJ', bed: `M${i + 1}`, seen: 380, boarding: 200 - i }),
    )
    const waiting = Array.from({ length: 10 }, (_, i) =>
      came(`w${i}`, start, { arrived: 80 - 5 * i, triaged: 75 - 5 * i }),
    )
    const [first] = advice([...setting({ ...usual, clinician: 8 }), ...boarding.flat(), ...waiting.flat()])
    expect(chosenKinds(first!)).toContain('early-inpatient-pull')
    expect(first!.finding).toMatch(
      /^Beds upstairs hold people up .* usable treatment spaces hold patients who wait for a bed upstairs/,
    )
  })

  test('on a quiet day nothing is advised, nor when the feed has been silent', () => {
    const night = start - 7 * hour
    const few = Array.from({ length: 3 }, (_, i) =>
      came(`q${i}`, night, { arrived: 50, triaged: 45, area: 'MAJ', bed: `M${i + 1}`, seen: 40 - i }),
    )
    const quiet = [...setting({ clinician: 8, nurse: 12, 'triage-nurse': 3 }, night), ...few.flat()]
    expect(advice(quiet, night)).toEqual([])
    const busy = Array.from({ length: 14 }, (_, i) =>
      came(`w${i}`, start, { arrived: 90 - 5 * i, triaged: 80 - 5 * i }),
    )
    const then = [...setting({ ...usual, clinician: 2 }), ...busy.flat()]
    expect(advice(then)).not.toEqual([])
    expect(advice(then, start + 90 * minute)).toEqual([])
  })

  describe('on who is next', () => {
    const order = twin.objectives.find(({ name }) => name === 'who-is-next')!
    const asked = (observations: readonly Observation[], treatments: readonly Treatment[] = []) =>
      twin.advise(beliefAfter(observations, start, treatments), order, contextAt(start, treatments))
    const staff = setting({ ...usual, clinician: 3 })

    test('where people are seen as they come, urgency is given its due, and what that changes is told', () => {
      const comeFirst = [...staff, ...seenInOrder((a, b) => b.arrived - a.arrived)]
      const [advised] = asked(comeFirst)
      const [best] = advised!.options
      expect(best!.scenario.interventions).toMatchObject([{ intervention: 'queue-rule', dose: expect.any(Number) }])
      expect(best!.scenario.name).toMatch(
        /^See people in order of waiting, each level of acuity counting as \d+ minutes waited; acuity 1 at once$/,
      )
      expect(best!.probabilityBetter).toBeGreaterThan(0.7)
      expect(best!.reason).toMatch(/acuity 5 waits \d+ minutes more/)
      expect(best!.mayApprove).toEqual(['clinician', 'manager'])
      // It comes besides what the usual question brings.
      const both = twin.advise(beliefAfter(comeFirst, start), flow!, contextAt(start))
      expect(both.map(({ objective }) => objective.name)).toEqual(['flow', 'who-is-next'])
    })

    test('where urgency comes first already, or a rule is in force, there is nothing to say', () => {
      expect(asked([...staff, ...seenInOrder((a, b) => a.acuity - b.acuity || b.arrived - a.arrived)])).toEqual([])
      const rule = { id: 'r', version: 1, intervention: 'queue-rule', dose: 60, from: start - hour }
      expect(asked([...staff, ...seenInOrder((a, b) => b.arrived - a.arrived)], [rule])).toEqual([])
    })
  })
})
