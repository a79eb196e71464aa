import { type Decision, hour, type Instant, type Intervention } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { fhirOrder, type OrderBasis } from './fhir-order.ts'
import { backOff, readFailure, readResponse } from './responses.ts'
import { fhirStop } from './undo.ts'

const at: Instant = Date.UTC(2026, 0, 5, 8)
const basis = (resource: Intervention['order']['resource'], unit = 'ug/kg/min'): OrderBasis => {
  const planned = { intervention: 'vasodilator', dose: 0.5, from: at, until: at + 6 * hour }
  return {
    actionId: 'act-1',
    planned,
    decision: {
      id: 'd1',
      recommendation: 'r1',
      twin: 'cardiovascular:patient/1',
      subject: 'patient/1',
      verb: 'accept',
      scenarioId: 'dilate',
      interventions: [planned],
      reason: { code: 'other', text: 'as the family asked' },
      by: { userId: 'account:ada', name: 'Ada King', role: 'clinician' },
      at,
    },
    intervention: {
      name: 'vasodilator',
      label: 'Vasodilator',
      unit,
      dose: { low: 0, high: 5, step: 0.1, usual: 1 },
      reversibility: '',
      mayApprove: ['clinician'],
      riskClass: 'moderate',
      cost: '',
      order: {
        resource,
        code: { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '7476', display: 'nitroprusside' },
      },
      undo: '',
      evidence: '',
    },
    subject: { system: 'urn:mrn', value: '12345' },
    finding: 'Afterload is high',
  }
}
const reversal: Decision = {
  ...basis('Task').decision,
  id: 'd2',
  verb: 'reverse',
  reverses: 'd1',
  reason: { code: 'adverse-effect' },
  at: at + hour,
}

describe('an order in FHIR R4', () => {
  test('as a ServiceRequest', () => {
    expect(fhirOrder(basis('ServiceRequest'))).toEqual({
      resourceType: 'ServiceRequest',
      id: 'act-1',
      identifier: [{ system: 'urn:counterpart:action', value: 'act-1' }],
      status: 'active',
      intent: 'order',
      code: {
        coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '7476', display: 'nitroprusside' }],
        text: 'Vasodilator',
      },
      quantityQuantity: { value: 0.5, unit: 'ug/kg/min', system: 'http://unitsofmeasure.org', code: 'ug/kg/min' },
      subject: { type: 'Patient', identifier: { system: 'urn:mrn', value: '12345' } },
      occurrencePeriod: { start: '2026-01-05T08:00:00.000Z', end: '2026-01-05T14:00:00.000Z' },
      authoredOn: '2026-01-05T08:00:00.000Z',
      requester: { identifier: { system: 'urn:counterpart:user', value: 'account:ada' }, display: 'Ada King' },
      reasonCode: [{ text: 'Afterload is high' }],
      supportingInfo: [
        { identifier: { system: 'urn:counterpart:recommendation', value: 'r1' }, display: 'Afterload is high' },
        { identifier: { system: 'urn:counterpart:decision', value: 'd1' } },
      ],
      note: [{ time: '2026-01-05T08:00:00.000Z', text: 'as the family asked' }],
    })
  })

  test('as a MedicationRequest, with a rate where the unit is one and a dose where it is not', () => {
    const dosage = (unit: string) => {
      const order = fhirOrder(basis('MedicationRequest', unit))
      return order.resourceType === 'MedicationRequest' ? order.dosageInstruction?.[0] : undefined
    }
    expect(dosage('ug/kg/min')).toMatchObject({
      text: '0.5 ug/kg/min',
      timing: { repeat: { boundsPeriod: { start: '2026-01-05T08:00:00.000Z' } } },
      doseAndRate: [{ rateQuantity: { value: 0.5, code: 'ug/kg/min' } }],
    })
    expect(dosage('mg')?.doseAndRate).toEqual([{ doseQuantity: expect.objectContaining({ value: 0.5, code: 'mg' }) }])
  })

  test('as a Task, which waits to be taken up', () => {
    expect(fhirOrder(basis('Task'))).toMatchObject({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      for: { identifier: { value: '12345' } },
      restriction: { period: { start: '2026-01-05T08:00:00.000Z' } },
      input: [{ type: { text: 'dose' }, valueQuantity: { value: 0.5 } }],
    })
  })

  test('names the parts of its subject that a Task concerns', () => {
    const whole = basis('Task', '1')
    const order = fhirOrder({ ...whole, planned: { ...whole.planned, on: ['pod-a', 'pod-c'] } })
    expect(order).toMatchObject({
      input: [
        { type: { text: 'dose' }, valueQuantity: { value: 0.5 } },
        { type: { text: 'on' }, valueString: 'pod-a' },
        { type: { text: 'on' }, valueString: 'pod-c' },
      ],
    })
  })
  test('for a department, as a Task for the place that it is', () => {
    const { decision, ...rest } = basis('Task', '1')
    const subject = { system: 'urn:counterpart:subject', value: 'department/north-ed' }
    const order = fhirOrder({ ...rest, decision: { ...decision, subject: 'department/north-ed' }, subject })
    expect(order).toMatchObject({
      for: { type: 'Location', identifier: subject },
      restriction: { period: { start: '2026-01-05T08:00:00.000Z', end: '2026-01-05T14:00:00.000Z' } },
      input: [{ valueQuantity: { value: 0.5, code: '1' } }],
    })
    expect(fhirStop(order, reversal)).toMatchObject({ id: 'act-1', status: 'cancelled', for: { identifier: subject } })
  })
})

describe('taking an order back', () => {
  test.each([
    ['ServiceRequest', 'revoked'],
    ['MedicationRequest', 'stopped'],
    ['Task', 'cancelled'],
  ] as const)('keeps the id of a %s, makes it %s and says who and why', (resource, status) => {
    const order = fhirOrder(basis(resource))
    const stop = fhirStop(order, reversal)
    expect(stop).toMatchObject({ resourceType: resource, id: 'act-1', status })
    expect(stop.note?.at(-1)?.text).toBe('Taken back by Ada King: An adverse effect was seen or is feared')
  })

  test('a medication whose time has not come is cancelled rather than stopped', () => {
    expect(fhirStop(fhirOrder(basis('MedicationRequest')), { ...reversal, at: at - 1 }).status).toBe('cancelled')
  })
})

describe('what an answer means', () => {
  const answer = (status: number, headers: Record<string, string> = {}, body: string | null = null) =>
    readResponse(new Response(body, { status, headers }), at)

  test.each([200, 201, 204])('%i: done', async (status) => {
    expect((await answer(status, { etag: 'W/"3"' })).kind).toBe('acknowledged')
  })
  test.each([301, 307, 400, 401, 403, 404, 409, 410, 412, 422])('%i: refused for good', async (status) => {
    expect((await answer(status)).kind).toBe('refused')
  })
  test.each([408, 429, 500, 502, 503, 504])('%i: try again', async (status) => {
    expect((await answer(status)).kind).toBe('again')
  })

  test('the words of an OperationOutcome are kept', async () => {
    const outcome = {
      resourceType: 'OperationOutcome',
      issue: [{ diagnostics: 'no such code' }, { details: { text: 'nor unit' } }],
    }
    expect(await answer(422, {}, JSON.stringify(outcome))).toMatchObject({ detail: 'HTTP 422: no such code; nor unit' })
    expect(await answer(422, {}, '<html>')).toMatchObject({ detail: 'HTTP 422' })
  })

  test('Retry-After in seconds or as a date', async () => {
    expect(await answer(503, { 'retry-after': '7' })).toMatchObject({ retryAfter: 7_000 })
    expect(await answer(503, { 'retry-after': new Date(at + 60_000).toUTCString() })).toMatchObject({
      retryAfter: 60_000,
    })
    expect(await answer(503, { 'retry-after': 'soon' })).not.toHaveProperty('retryAfter')
  })

  test('only where no connection came about is it sure that nothing arrived', () => {
    const failure = (code: string) => readFailure(new TypeError('fetch failed', { cause: { code } }))
    expect(failure('ECONNREFUSED')).toMatchObject({ kind: 'again', reached: 'no' })
    expect(failure('ECONNRESET')).toMatchObject({ kind: 'again', reached: 'maybe' })
  })

  test('waits double up to the most, lose up to half at random, and keep to Retry-After', () => {
    const wait = (attempts: number, uniform: number, retryAfter?: number) =>
      backOff(attempts, { base: 1_000, most: 60_000, uniform, retryAfter })
    expect([1, 2, 3, 7, 60].map((n) => wait(n, 0))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000])
    expect(wait(1, 1)).toBe(500)
    expect(wait(1, 0.5, 30_000)).toBe(30_000)
    expect(wait(1, 0.5, 100 * hour)).toBe(hour)
  })
})
