import type { SubjectId } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import { fhirHandler } from '../fhir/endpoint.ts'
import { eventsOf, verdict, type Ward } from '../test-support.ts'
import { openClinic, peer, present } from './clinic.test-data.ts'

const me: SubjectId = 'provider/north-family.p001'
const identifier = { system: 'urn:counterpart:subject', value: me }
const agreed = { consentOf: () => true }
const answers = { mental: 80, physical: 35, temporal: 75, performance: 40, effort: 70, frustration: 65 }
const survey = (change: object = {}, given: Record<string, number> = answers) => ({
  resourceType: 'QuestionnaireResponse',
  id: 'q1',
  questionnaire: 'urn:counterpart:survey/nasa-tlx',
  status: 'completed',
  authored: '2026-03-10T18:00:00Z',
  source: { identifier },
  item: Object.entries(given).map(([linkId, value]) => ({ linkId, answer: [{ valueInteger: value }] })),
  ...change,
})
const worn = (code: string, value: number, unit: string, change: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { identifier },
  effectiveDateTime: '2026-03-10',
  valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
  ...change,
})
const within = async (options: Parameters<typeof openClinic>[0], use: (ward: Ward) => Promise<void>) => {
  const ward = await openClinic(options)
  await use(ward)
  await ward.close()
}
const ownEvents = async ({ thread }: Ward) =>
  (await eventsOf(thread)).map(({ stream, subject, type, payload }) => ({ stream, subject, type, payload }))

test('answers to a survey stand on the person’s own stream, under their own key, and nowhere else', () =>
  within(agreed, async (ward) => {
    expect(verdict(await ward.intake.receiveFhir(survey(), peer))).toBe('accepted')
    expect(verdict(await ward.intake.receiveFhir(JSON.stringify(survey()), peer))).toBe('duplicate')
    const own = { stream: me, subject: me, type: 'survey.answered' }
    expect(await ownEvents(ward)).toEqual([
      { ...own, payload: { id: expect.any(String), instrument: 'nasa-tlx', answers } },
    ])
  }))

test('what was measured of a day is put together, whatever came first', () =>
  within(agreed, async (ward) => {
    await ward.intake.receiveFhir(worn('93832-4', 6.75, 'h'), peer)
    await ward.intake.receiveFhir(worn('55423-8', 8123, '{steps}'), peer)
    // Late in the evening by the clinic's own clock, in winter.
    await ward.intake.receiveFhir(worn('80404-7', 41.5, 'ms', { effectiveDateTime: '2026-03-10T23:30:00Z' }), peer)
    const again = await ward.intake.receiveFhir(worn('55423-8', 8123, '{steps}'), peer)
    expect(again.outcome).toBe('duplicate')
    const events = await ownEvents(ward)
    expect(events).toHaveLength(3)
    expect(events.at(-1)!.payload).toEqual({
      days: [{ day: '2026-03-10', sleep: 405, steps: 8123, heartRateVariability: 41.5 }],
    })
  }))

test('a bundle is taken whole', () =>
  within(agreed, async (ward) => {
    const entry = [survey(), worn('93832-4', 7, 'h'), worn('55423-8', 900, '{steps}')].map((resource) => ({ resource }))
    const receipt = await ward.intake.receiveFhir({ resourceType: 'Bundle', type: 'transaction', entry }, peer)
    expect(receipt).toEqual({ outcome: 'accepted', events: [], subjects: [], notes: [] })
    expect((await ownEvents(ward)).map(({ type }) => type)).toEqual(['survey.answered', 'wearable.recorded'])
  }))

test.each([
  ['nobody was asked', {}],
  ['they said no', { consentOf: () => false }],
  ['they agreed to something else', { consentOf: (_: SubjectId, what: string) => what === 'wearable' }],
])('without consent nothing is kept, not even in the quarantine: %s', (_, options) =>
  within(options, async (ward) => {
    expect(await ward.intake.receiveFhir(survey(), peer)).toMatchObject({ outcome: 'refused', code: 'no-consent' })
    expect(await ward.thread.lastPosition()).toBe(0)
  }),
)

test('who has erased what was theirs goes on under a new key', () =>
  within({ ...agreed, ownStream: (person) => `${person}.r2` as SubjectId }, async (ward) => {
    await ward.intake.receiveFhir(survey(), peer)
    expect((await ownEvents(ward))[0]).toMatchObject({ stream: `${me}.r2`, subject: `${me}.r2` })
  }))

test.each<[string, object | string, string]>([
  ['answers that are not all there', survey({}, { mental: 77 }), 'invalid at QuestionnaireResponse.item'],
  [
    'an answer out of range',
    survey({}, { ...answers, mental: 777 }),
    'invalid at QuestionnaireResponse.item[0].answer',
  ],
  [
    'half a point of five',
    survey({
      questionnaire: 'urn:counterpart:survey/mini-z',
      item: [{ linkId: 'burnout', answer: [{ valueDecimal: 3.5 }] }],
    }),
    'invalid at QuestionnaireResponse.item[0].answer',
  ],
  [
    'another survey',
    survey({ questionnaire: 'http://loinc.org/q/1' }),
    'invalid at QuestionnaireResponse.questionnaire',
  ],
  ['one that is not finished', survey({ status: 'in-progress' }), 'invalid at QuestionnaireResponse.status'],
  [
    'a stranger',
    survey({ source: { identifier: { ...identifier, value: 'provider/north-family.p999' } } }),
    'unknown-subject at QuestionnaireResponse.source.identifier',
  ],
  ['tomorrow', survey({ authored: '2026-03-12T08:00:00Z' }), 'in-the-future at QuestionnaireResponse.authored'],
  ['no time', survey({ authored: undefined }), 'invalid at QuestionnaireResponse.authored'],
  ['a day of thirty hours’ sleep', worn('93832-4', 30, 'h'), 'invalid at Observation.valueQuantity.value'],
  ['sleep in millimetres', worn('93832-4', 777, 'mm'), 'invalid at Observation.valueQuantity.code'],
  ['a pulse', worn('8867-4', 777, '/min'), 'invalid at Observation.code'],
  ['JSON that is cut off', JSON.stringify(survey({}, { mental: 777 })).slice(0, -9), 'malformed at '],
  [
    'mixed with others’ data',
    {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ resource: survey() }, { resource: { resourceType: 'Patient', id: 'x' } }],
    },
    'not-supported at Bundle.entry',
  ],
])('%s: refused without a trace of it', (_, resource, wanted) => {
  const said: string[] = []
  return within({ ...agreed, onReceipt: (receipt) => void said.push(JSON.stringify(receipt)) }, async (ward) => {
    const receipt = await ward.intake.receiveFhir(resource, peer)
    expect(verdict(receipt).replace(/malformed at .*/, 'malformed at ')).toBe(wanted)
    expect(await ward.thread.lastPosition()).toBe(0)
    expect(JSON.stringify([receipt, said])).not.toMatch(/777|p001/)
  })
})

test('by HTTP too: to the wrong address, too long, in a batch', () =>
  within(agreed, async (ward) => {
    const { intake, thread } = ward
    const handle = fhirHandler({ intake, thread, clock: () => present, basePath: '/fhir', bodyBytes: 4_000 })
    const post = (path: string, body: object) =>
      handle(
        new Request(`http://house/fhir${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/fhir+json' },
          body: JSON.stringify(body),
        }),
      )
    expect((await post('/Patient', survey())).status).toBe(422)
    expect((await post('/QuestionnaireResponse', survey({ text: { div: 'x'.repeat(5_000) } }))).status).toBe(413)
    expect(await thread.lastPosition()).toBe(0)
    expect((await post('/QuestionnaireResponse', survey())).status).toBe(201)
    const batch = await post('', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ resource: worn('93832-4', 7, 'h') }],
    })
    expect(batch.status).toBe(200)
    expect(await batch.text()).not.toContain('p001')
    expect((await ownEvents(ward)).map(({ stream }) => stream)).toEqual([me, me])
  }))
