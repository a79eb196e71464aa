import type { RiskClass, Role, SubjectId } from '@counterpart/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Principal, roles } from './accounts.ts'
import { type AccessAction, type AccessedThing, accessActions, openPolicy } from './policy.ts'

const policy = openPolicy()
const someone = (role: Role, subject?: SubjectId): Principal => ({
  userId: `account:${role}`,
  name: role,
  role,
  subject,
})
const allowed = async (principal: Principal, action: AccessAction, thing?: AccessedThing) =>
  (await policy.decide(principal, action, thing)).allowed

const patient: SubjectId = 'patient/1'
const department: SubjectId = 'department/ed'

/** Written down apart from the policies, so that a slip in one is seen in the other. For a patient who is not the user. */
const permittedOnPatient: Readonly<Record<Role, readonly AccessAction[]>> = {
  patient: ['view-trust'],
  clinician: [
    'view-subject-list',
    'view-subject',
    'view-identity',
    'view-observations',
    'view-raw-message',
    'run-what-if',
    'view-trust',
    'use-models',
    'ingest',
  ],
  manager: ['view-subject-list', 'view-subject', 'view-identity', 'view-trust', 'use-models'],
  researcher: ['view-subject-list', 'view-subject', 'view-observations', 'run-what-if', 'view-trust', 'use-models'],
  engineer: ['view-trust', 'view-quarantine', 'view-engineering', 'use-models', 'ingest'],
  steward: [
    'view-subject-list',
    'view-subject',
    'view-identity',
    'view-trust',
    'view-audit',
    'view-quarantine',
    'resubmit-quarantine',
    'view-engineering',
    'use-models',
    'erase-subject',
    'manage-accounts',
  ],
}

describe('the policy', () => {
  test.each(roles)('a %s may do on a patient what the table says and nothing else', async (role) => {
    const permitted = []
    for (const action of accessActions)
      if (await allowed(someone(role, 'patient/other'), action, action === 'view-trust' ? {} : { subject: patient }))
        permitted.push(action)
    expect(permitted).toEqual(accessActions.filter((action) => permittedOnPatient[role].includes(action)))
  })

  test('a patient sees themselves and who looked at them, and lists nobody else', async () => {
    const self = someone('patient', patient)
    for (const action of ['view-subject', 'view-identity', 'view-observations', 'run-what-if', 'view-audit'] as const)
      expect(await allowed(self, action, { subject: patient }), action).toBe(true)
    expect(await policy.decide(self, 'view-subject-list')).toEqual({
      allowed: true,
      reasons: ['patient-lists-self'],
      obligations: ['own-only'],
    })
    expect(await allowed(someone('patient'), 'view-subject-list')).toBe(false)
    expect(await policy.decide(self, 'view-subject', { subject: 'patient/2' })).toMatchObject({
      allowed: false,
      reasons: ['patients-see-nobody-else'],
    })
  })

  test('a researcher sees no identities, an engineer and a steward no clinical content', async () => {
    expect((await policy.decide(someone('researcher'), 'view-subject', { subject: patient })).obligations).toEqual([
      'de-identify',
    ])
    expect((await policy.decide(someone('engineer'), 'view-quarantine')).obligations).toEqual(['no-clinical-content'])
    expect((await policy.decide(someone('steward'), 'view-subject', { subject: patient })).obligations).toEqual([
      'no-clinical-content',
    ])
    expect((await policy.decide(someone('clinician'), 'view-subject', { subject: patient })).obligations).toEqual([])
  })

  test('a manager sees into departments but not into patients', async () => {
    expect(await allowed(someone('manager'), 'view-observations', { subject: department })).toBe(true)
    expect(await allowed(someone('manager'), 'view-observations', { subject: patient })).toBe(false)
    expect(await allowed(someone('manager'), 'view-audit', { subject: department })).toBe(true)
    expect(await allowed(someone('manager'), 'view-audit', { subject: patient })).toBe(false)
    expect(await allowed(someone('manager'), 'view-audit', { user: 'account:clinician' })).toBe(false)
    expect(await allowed(someone('clinician'), 'view-audit', { subject: department })).toBe(false)
  })

  test('only a role that the intervention names decides, and high risk for a patient only a clinician', async () => {
    const thing = (subject: SubjectId, riskClass: RiskClass, mayApprove: readonly Role[]) => ({
      subject,
      riskClass,
      mayApprove,
    })
    expect(await allowed(someone('clinician'), 'take-decision', thing(patient, 'high', ['clinician']))).toBe(true)
    expect(await allowed(someone('clinician'), 'take-decision', thing(department, 'low', ['manager']))).toBe(false)
    expect(await allowed(someone('manager'), 'take-decision', thing(department, 'high', ['manager']))).toBe(true)
    expect(await allowed(someone('manager'), 'take-decision', thing(patient, 'high', ['manager', 'clinician']))).toBe(
      false,
    )
    expect(
      await allowed(someone('manager'), 'reverse-decision', thing(patient, 'high', ['manager', 'clinician'])),
    ).toBe(true)
    expect(await allowed(someone('engineer'), 'take-decision', thing(department, 'low', ['engineer']))).toBe(false)
    expect(await allowed(someone('patient', patient), 'take-decision', thing(patient, 'low', ['patient']))).toBe(true)
    expect(await allowed(someone('patient', patient), 'take-decision', thing(patient, 'moderate', ['patient']))).toBe(
      false,
    )
    expect(await allowed(someone('clinician'), 'take-decision', { subject: patient })).toBe(false)
  })

  test('what is held of one provider is seen by that person alone; a steward knows that it is there and may erase it', async () => {
    const own: SubjectId = 'provider/north.family.p001'
    const self = someone('clinician', own)
    const everybody = [
      ...roles.map((role) => someone(role)),
      someone('clinician', 'provider/north.family.p002'),
      someone('clinician', 'provider/other.p001'),
      someone('patient', 'patient/1'),
    ]
    const permitted = async (principal: Principal) => {
      const all = await Promise.all(accessActions.map((action) => allowed(principal, action, { subject: own })))
      return accessActions.filter((_, i) => all[i])
    }
    expect(await permitted(self)).toEqual(['view-audit', 'view-own-work', 'record-own-work'])
    for (const other of everybody)
      expect([other.role, await permitted(other)]).toEqual([
        other.role,
        other.role === 'steward' ? ['view-subject', 'view-audit', 'erase-subject'] : [],
      ])
    expect((await policy.decide(someone('steward'), 'view-subject', { subject: own })).obligations).toEqual([
      'no-clinical-content',
    ])
  })

  test('a clinic is seen by its manager and those who work in it; its logs by nobody', async () => {
    const clinic: SubjectId = 'clinic/north.family'
    const member = someone('clinician', 'provider/north.family.p001')
    for (const [who, sees] of [
      [someone('manager'), true],
      [member, true],
      [someone('clinician'), false],
      [someone('clinician', 'provider/other.p001'), false],
    ] as const)
      expect(await allowed(who, 'view-observations', { subject: clinic })).toBe(sees)
    for (const role of roles) {
      expect(await allowed(someone(role), 'view-raw-message', { subject: clinic })).toBe(false)
      expect(await allowed(someone(role), 'view-staff', { subject: clinic })).toBe(role === 'manager')
    }
    expect(await allowed(member, 'view-staff', { subject: clinic })).toBe(false)
    expect(await allowed(member, 'view-raw-message', { subject: clinic })).toBe(false)
    expect(await allowed(member, 'ingest', { subject: clinic })).toBe(false)
  })

  test('everyone may see their own trail', async () => {
    expect(await allowed(someone('engineer'), 'view-audit', { user: 'account:engineer' })).toBe(true)
    expect(await allowed(someone('engineer'), 'view-audit', { user: 'account:clinician' })).toBe(false)
  })

  test('without policies everything is denied, whoever asks for whatever', async () => {
    const empty = openPolicy({ policies: '' })
    await fc.assert(
      fc.asyncProperty(anyone, fc.constantFrom(...accessActions), anything, async (principal, action, thing) => {
        expect(await empty.decide(principal, action, thing)).toEqual({ allowed: false, reasons: [], obligations: [] })
      }),
      { numRuns: 200 },
    )
  })

  test('nothing is allowed that no policy permits; no patient reaches another; only named roles decide', async () => {
    await fc.assert(
      fc.asyncProperty(anyone, fc.constantFrom(...accessActions), anything, async (principal, action, thing) => {
        const answer = await policy.decide(principal, action, thing)
        if (answer.allowed) expect(answer.reasons.length).toBeGreaterThan(0)
        else expect(answer.obligations).toEqual([])
        if (principal.role === 'patient' && thing.subject !== undefined && thing.subject !== principal.subject)
          expect(answer.allowed).toBe(false)
        if (action === 'take-decision' && !thing.mayApprove?.includes(principal.role))
          expect(answer.allowed).toBe(false)
        const aboutNobody = action === 'view-trust' || action === 'view-audit' || action === 'use-models'
        if (principal.role === 'researcher' && answer.allowed && !aboutNobody)
          expect(answer.obligations).toContain('de-identify')
      }),
      { numRuns: 300 },
    )
  })

  test('a remembered answer is the answer: asking again, in any order, changes nothing', async () => {
    const small = openPolicy({ remember: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyone, fc.constantFrom(...accessActions), anything), { maxLength: 12 }),
        async (questions) => {
          for (const [principal, action, thing] of [...questions, ...questions])
            expect(await small.decide(principal, action, thing)).toEqual(await policy.decide(principal, action, thing))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('names that look like code are names', async () => {
    const odd = { userId: '" || true || "', name: 'x', role: 'researcher' } as const
    expect(await allowed(odd, 'erase-subject', { subject: 'patient/"};permit(principal,action,resource);' })).toBe(
      false,
    )
  })

  test('an action or a role that there is not is an error, not an answer', async () => {
    await expect(policy.decide(someone('clinician'), 'delete-everything' as AccessAction)).rejects.toMatchObject({
      code: 'access-request-invalid',
    })
    await expect(policy.decide(someone('god' as Role), 'view-trust')).rejects.toMatchObject({
      code: 'access-request-invalid',
    })
  })

  test.each([
    ['a slip of the pen', '@id("a") permit (principal, action, resource) when { principal.roel == "x" };', 'roel'],
    ['no grammar', 'permit everything', 'permit|unexpected'],
    ['no name', 'permit (principal, action, resource);', '@id'],
    [
      'an obligation nobody knows',
      '@id("a") @obligation("whisper") permit (principal is User, action, resource);',
      'whisper',
    ],
  ])('policies with %s are refused when loaded', async (_, policies, why) => {
    await expect(openPolicy({ policies }).ready()).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringMatching(why),
    })
  })
})

const anySubject = fc.constantFrom<SubjectId>(
  'patient/1',
  'patient/2',
  'department/ed',
  'clinic/x',
  'population/p',
  'provider/x.p1',
)
const anyone: fc.Arbitrary<Principal> = fc.record(
  {
    userId: fc.constantFrom('account:a', 'account:b'),
    name: fc.constant('A'),
    role: fc.constantFrom(...roles),
    subject: fc.constantFrom<SubjectId>('patient/1', 'patient/2', 'provider/x.p1'),
  },
  { requiredKeys: ['userId', 'name', 'role'] },
)
const anything: fc.Arbitrary<AccessedThing> = fc.record(
  {
    subject: anySubject,
    user: fc.constantFrom('account:a', 'account:b'),
    riskClass: fc.constantFrom<RiskClass>('low', 'moderate', 'high'),
    mayApprove: fc.subarray([...roles]),
  },
  { requiredKeys: [] },
)
