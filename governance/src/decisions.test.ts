import {
  carryOn,
  type Decision,
  decisionVerbs,
  hour,
  type Instant,
  type Intervention,
  minute,
  type PlannedIntervention,
  type Recommendation,
  type Role,
} from '@counterpart/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roles } from './accounts.ts'
import {
  approvalNeeds,
  type DecisionCase,
  type DecisionRequest,
  decide,
  decisionEvent,
  reasonsFor,
  recommendationState,
} from './decisions.ts'

const madeAt: Instant = Date.UTC(2026, 0, 5, 8)
const order = (code: string) =>
  ({ resource: 'ServiceRequest', code: { system: 'urn:example', code, display: code } }) as const
const intervention = (name: string, mayApprove: readonly Role[]): Intervention => ({
  name,
  label: name,
  unit: 'ug/kg/min',
  dose: { low: 0.1, high: 2, step: 0.1, usual: 0.5 },
  reversibility: 'within minutes',
  mayApprove,
  riskClass: name === 'inotrope' ? 'high' : 'moderate',
  cost: 'little',
  order: order(name),
  undo: 'stop it',
  evidence: 'made up for this test',
})
const interventions = [intervention('vasodilator', ['clinician']), intervention('inotrope', ['clinician', 'manager'])]
const plan = (name: string, dose: number, from = madeAt, until?: Instant): PlannedIntervention => ({
  intervention: name,
  dose,
  from,
  ...(until && { until }),
})
const summary = { mean: 0, p05: 0, p25: 0, p50: 0, p75: 0, p95: 0 }
const option = (rank: number, id: string, planned: readonly PlannedIntervention[], mayApprove: readonly Role[]) => ({
  rank,
  scenario: id === carryOn.id ? carryOn : { id, name: id, interventions: planned },
  effects: [],
  gain: summary,
  probabilityBetter: 0.9,
  probabilityOfHarm: 0.01,
  reason: '',
  riskClass: 'moderate' as const,
  cost: '',
  mayApprove,
  undo: '',
})
const recommendation: Recommendation = {
  id: 'r1',
  twin: { kind: 'cardiovascular', version: '1.0.0', subject: 'patient/1' },
  madeAt,
  expires: madeAt + hour,
  objective: { name: 'o', statement: '', unit: '1' },
  finding: '',
  options: [
    option(1, 'dilate', [plan('vasodilator', 0.5)], ['clinician']),
    option(2, 'both', [plan('vasodilator', 0.3), plan('inotrope', 0.2)], ['clinician', 'manager']),
    option(3, 'carry-on', [], ['clinician']),
  ],
}
const ada = { userId: 'account:ada', name: 'Ada King', role: 'clinician' } as const
const ask = (request: DecisionRequest, more: Partial<DecisionCase> = {}) =>
  decide({ recommendation, earlier: [], interventions, user: ada, now: madeAt + minute, id: 'd1', request, ...more })
const taken = (request: DecisionRequest, more: Partial<DecisionCase> = {}): Decision => {
  const result = ask(request, more)
  if (!result.ok) throw new Error(result.refusal.message)
  return result.decision
}
const refusal = (request: DecisionRequest, more: Partial<DecisionCase> = {}) => {
  const result = ask(request, more)
  return result.ok ? `taken: ${result.decision.verb}` : result.refusal.code
}
const accept: DecisionRequest = { verb: 'accept', scenarioId: 'dilate', reason: { code: 'agrees-with-assessment' } }
const reject: DecisionRequest = { verb: 'reject', scenarioId: 'dilate', reason: { code: 'data-not-trusted' } }
const modify = (...planned: PlannedIntervention[]): DecisionRequest => ({
  verb: 'modify',
  scenarioId: 'dilate',
  interventions: planned,
  reason: { code: 'dose-adjusted' },
})
const override = (...planned: PlannedIntervention[]): DecisionRequest => ({
  verb: 'override',
  scenarioId: 'mine',
  interventions: planned,
  reason: { code: 'prediction-not-trusted' },
})
const reverse = (id: string): DecisionRequest => ({ verb: 'reverse', reverses: id, reason: { code: 'adverse-effect' } })

describe('deciding on a recommendation', () => {
  test('accepting takes the option as it stands', () => {
    expect(taken(accept)).toEqual({
      id: 'd1',
      recommendation: 'r1',
      twin: 'cardiovascular:patient/1',
      subject: 'patient/1',
      verb: 'accept',
      scenarioId: 'dilate',
      interventions: [plan('vasodilator', 0.5)],
      reason: { code: 'agrees-with-assessment' },
      by: ada,
      at: madeAt + minute,
    })
  })

  test('carrying on as now can be accepted: nothing is done', () => {
    expect(taken({ ...accept, scenarioId: 'carry-on' }).interventions).toEqual([])
  })

  test('rejecting does nothing', () => {
    expect(taken(reject).interventions).toEqual([])
  })

  test('modifying keeps what is done and changes how much or when', () => {
    expect(taken(modify(plan('vasodilator', 0.7))).interventions).toEqual([plan('vasodilator', 0.7)])
    expect(taken(modify(plan('vasodilator', 0.5, madeAt, madeAt + hour))).verb).toBe('modify')
    expect(refusal(modify(plan('vasodilator', 0.5)))).toBe('unchanged')
    expect(refusal(modify(plan('inotrope', 0.5)))).toBe('not-a-modification')
    expect(refusal(modify())).toBe('not-a-modification')
  })

  test('overriding does something of one’s own', () => {
    expect(taken(override(plan('inotrope', 0.4)))).toMatchObject({
      scenarioId: 'mine',
      interventions: [plan('inotrope', 0.4)],
    })
    expect(refusal(override(plan('vasodilator', 0.5)))).toBe('unchanged')
    expect(refusal(override())).toBe('unchanged')
    expect(refusal({ ...override(plan('inotrope', 0.4)), scenarioId: 'both' })).toBe('unchanged')
  })

  test.each([
    ['above the bounds', 2.1, 'dose-out-of-bounds'],
    ['below the bounds', 0, 'dose-out-of-bounds'],
    ['no number', Number.NaN, 'dose-out-of-bounds'],
    ['between steps', 0.55, 'dose-not-on-step'],
    ['on the highest step', 2, 'taken: modify'],
    ['on a step that binary cannot hold', 0.1 + 0.2, 'taken: modify'],
  ])('a dose %s', (_, dose, expected) => {
    expect(refusal(modify(plan('vasodilator', dose)))).toBe(expected)
  })

  test('times must make sense, and nothing runs twice at once', () => {
    expect(refusal(modify(plan('vasodilator', 0.5, madeAt - hour)))).toBe('time-invalid')
    expect(refusal(modify(plan('vasodilator', 0.5, madeAt, madeAt + 1)))).toBe('time-invalid')
    expect(refusal(modify(plan('vasodilator', 0.5, 0.5)))).toBe('time-invalid')
    expect(refusal(override(plan('inotrope', 0.5), plan('inotrope', 0.6)))).toBe('intervention-twice')
    const on = (dose: number, ...parts: string[]) => ({ ...plan('inotrope', dose), on: parts })
    expect(refusal(override(on(0.5, 'a', 'b'), on(0.6, 'c'), on(0.7, 'b')))).toBe('intervention-twice')
    expect(refusal(override(on(0.5, 'a'), plan('inotrope', 0.6)))).toBe('intervention-twice')
    expect(refusal(override(on(0.5, 'a'), on(0.6, 'b')))).toBe('taken: override')
    const inTurn = [plan('inotrope', 0.5, madeAt, madeAt + hour), plan('inotrope', 0.6, madeAt + hour)]
    expect(refusal(override(...inTurn))).toBe('taken: override')
  })

  test('what the recommendation or the twin does not know is refused', () => {
    expect(refusal({ ...accept, scenarioId: 'nothing-such' })).toBe('unknown-option')
    expect(refusal(override(plan('leeches', 1)))).toBe('unknown-intervention')
    expect(refusal({ ...accept, interventions: [plan('vasodilator', 1)] })).toBe('interventions-not-wanted')
  })

  test('it takes a role that every part names', () => {
    const manager = { user: { ...ada, role: 'manager' as const } }
    expect(refusal(accept, manager)).toBe('role-not-permitted')
    expect(refusal({ ...accept, scenarioId: 'both' }, manager)).toBe('role-not-permitted')
    expect(refusal(override(plan('inotrope', 0.5)), manager)).toBe('taken: override')
    expect(refusal(reject, manager)).toBe('taken: reject')
    for (const role of roles.filter((r) => r !== 'clinician' && r !== 'manager'))
      expect(refusal(reject, { user: { ...ada, role } })).toBe('role-not-permitted')
  })

  test('a reason is needed, that fits, and "other" says which', () => {
    const because = (code: string, text?: string) => ({ ...accept, reason: { code, text } }) as DecisionRequest
    expect(refusal(because('felt-like-it'))).toBe('reason-unknown')
    expect(refusal(because('toString'))).toBe('reason-unknown')
    expect(refusal(because('contraindicated'))).toBe('reason-does-not-fit')
    expect(refusal(because('other'))).toBe('reason-needs-text')
    expect(refusal(because('other', '  '))).toBe('reason-needs-text')
    expect(refusal(because('other', 'x'.repeat(2_001)))).toBe('reason-too-long')
    expect(taken(because('other', ' asked by the family ')).reason).toEqual({
      code: 'other',
      text: 'asked by the family',
    })
  })

  test('it is decided once, and before it expires', () => {
    expect(refusal(accept, { now: recommendation.expires - 1 })).toBe('taken: accept')
    expect(refusal(accept, { now: recommendation.expires })).toBe('expired')
    expect(refusal(accept, { earlier: [taken(reject)] })).toBe('already-decided')
    expect(refusal(reject, { earlier: [taken(accept)] })).toBe('already-decided')
    expect(refusal(accept, { earlier: [{ ...taken(reject), recommendation: 'another' }] })).toBe('taken: accept')
  })
})

describe('taking a decision back', () => {
  const earlier = [taken(accept)]

  test('undoes what was done, also after the recommendation has expired and by a colleague', () => {
    const user = { userId: 'account:ben', name: 'Ben', role: 'clinician' } as const
    expect(taken(reverse('d1'), { earlier, id: 'd2', user, now: madeAt + 5 * hour })).toMatchObject({
      verb: 'reverse',
      reverses: 'd1',
      scenarioId: 'dilate',
      interventions: [plan('vasodilator', 0.5)],
      by: user,
    })
    expect(refusal(reverse('d1'), { earlier, user: { ...user, role: 'manager' } })).toBe('role-not-permitted')
  })

  test('is done once, and only where something was done', () => {
    const undone = [...earlier, taken(reverse('d1'), { earlier, id: 'd2' })]
    expect(refusal(reverse('d1'), { earlier: undone })).toBe('already-reversed')
    expect(refusal(reverse('d2'), { earlier: undone })).toBe('nothing-to-undo')
    expect(refusal(accept, { earlier: undone })).toBe('already-decided')
    expect(refusal(reverse('d1'), { earlier: [taken(reject)] })).toBe('nothing-to-undo')
    expect(refusal(reverse('d1'), { earlier: [taken({ ...accept, scenarioId: 'carry-on' })] })).toBe('nothing-to-undo')
    expect(refusal(reverse('d9'), { earlier })).toBe('unknown-decision')
  })
})

describe('the event of a decision', () => {
  test('two first decisions about one recommendation share a key, as do two reversals of one decision', () => {
    const first = decisionEvent(taken(accept), ['cardiovascular:patient/1@7'])
    expect(first).toMatchObject({
      stream: 'cardiovascular:patient/1',
      type: 'decision.taken',
      derivedFrom: ['cardiovascular:patient/1@7'],
    })
    expect(decisionEvent(taken(reject, { id: 'd7' }), []).idempotencyKey).toBe(first.idempotencyKey)
    const earlier = [taken(accept)]
    const back = (id: string) => decisionEvent(taken(reverse('d1'), { earlier, id }), []).idempotencyKey
    expect(back('d2')).toBe(back('d3'))
    expect(back('d2')).not.toBe(first.idempotencyKey)
  })
})

test('whatever is asked in whatever order, a recommendation is decided once at most and taken back once at most', () => {
  const dose = fc.oneof(
    fc.integer({ min: 0, max: 25 }).map((n) => n / 10),
    fc.double({ min: -1, max: 3 }),
  )
  const planned = fc.array(
    fc.record(
      {
        intervention: fc.constantFrom('vasodilator', 'inotrope', 'leeches'),
        dose,
        from: fc.constantFrom(madeAt, madeAt + hour),
        until: fc.constantFrom(madeAt + hour, madeAt + 2 * hour),
      },
      { requiredKeys: ['intervention', 'dose', 'from'] },
    ),
    { maxLength: 2 },
  )
  const anyRequest: fc.Arbitrary<DecisionRequest> = fc.constantFrom(...decisionVerbs).chain((verb) =>
    fc.record(
      {
        verb: fc.constant(verb),
        scenarioId: fc.constantFrom('dilate', 'both', 'carry-on', 'mine'),
        interventions: verb === 'modify' || verb === 'override' ? planned : fc.constant(undefined),
        reason: fc.record({ code: fc.constantFrom(...reasonsFor[verb]), text: fc.constant('because') }),
        reverses: fc.constantFrom('d0', 'd0', 'd1', 'd2'),
      },
      { requiredKeys: ['verb', 'reason', 'scenarioId', 'reverses'] },
    ),
  )
  let reached = 0
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          anyRequest,
          fc.constantFrom(...roles, 'clinician' as const, 'clinician' as const),
          fc.nat(20 * minute),
        ),
        { maxLength: 12 },
      ),
      (asked) => {
        const earlier: Decision[] = []
        let now = madeAt
        for (const [i, [request, role, pause]] of asked.entries()) {
          now += pause
          const before = recommendationState(recommendation, earlier, now)
          const result = ask(request, { earlier, now, id: `d${i}`, user: { ...ada, role } })
          if (!result.ok) continue
          reached++
          const { decision } = result
          expect(before).toBe(decision.verb === 'reverse' ? 'in-force' : 'open')
          if (decision.verb !== 'reverse') expect(now).toBeLessThan(recommendation.expires)
          if (decision.verb === 'reject') expect(decision.interventions).toEqual([])
          expect(approvalNeeds({ recommendation, earlier, interventions, request }).mayApprove).toContain(role)
          for (const { intervention, dose } of decision.interventions) {
            const known = interventions.find(({ name }) => name === intervention)!
            expect(known.mayApprove).toContain(role)
            expect(dose).toBeGreaterThanOrEqual(known.dose.low)
            expect(dose).toBeLessThanOrEqual(known.dose.high)
          }
          earlier.push(decision)
        }
        expect(earlier.filter(({ verb }) => verb !== 'reverse').length).toBeLessThanOrEqual(1)
        expect(earlier.filter(({ verb }) => verb === 'reverse').length).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 500 },
  )
  expect(reached).toBeGreaterThan(100)
})
