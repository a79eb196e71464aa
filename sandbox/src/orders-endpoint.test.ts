import type { JsonObject } from '@counterpart/kernel'
import { afterEach, describe, expect, it } from 'vitest'
import type { Order } from './orders.ts'
import { type OrdersEndpoint, type OrdersEndpointOptions, startOrdersEndpoint } from './orders-endpoint.ts'

const now = Date.UTC(2026, 0, 5, 9)
const system = 'urn:oid:2.16.840.1.113883.19.5.4600'
const patients = [{ recordNumber: 'SBX-1', patientId: 'sbx-1', weight: 80 }]
let endpoint: OrdersEndpoint | undefined
let orders: Order[] = []

afterEach(async () => {
  await endpoint?.stop()
  endpoint = undefined
})

async function start(options: Partial<OrdersEndpointOptions> = {}): Promise<void> {
  orders = []
  endpoint = await startOrdersEndpoint({
    clock: () => now,
    patients,
    onOrder: (order) => orders.push(order),
    ...options,
  })
}

function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${endpoint!.url}/${path}`, init)
}

function put(
  resource: JsonObject,
  path = `${String(resource.resourceType)}/${String(resource.id)}`,
): Promise<Response> {
  return request(path, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  })
}

const trinitrate: JsonObject = {
  resourceType: 'MedicationRequest',
  id: 'o1',
  status: 'active',
  intent: 'order',
  subject: { identifier: { system, value: 'SBX-1' } },
  medicationCodeableConcept: { coding: [{ system: 'http://www.whocc.no/atc', code: 'C01DA02' }] },
  dosageInstruction: [{ doseAndRate: [{ rateQuantity: { value: 50, code: 'ug/min' } }] }],
}

describe('the orders endpoint', () => {
  it('takes an order once, however often it is put, and gives it back', async () => {
    await start()
    const created = await put(trinitrate)
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe('MedicationRequest/o1/_history/1')
    const again = await put(trinitrate)
    expect([again.status, again.headers.get('etag')]).toEqual([200, 'W/"1"'])
    expect(orders).toHaveLength(1)
    expect(orders[0]).toMatchObject({
      id: 'o1',
      wants: 'start',
      recordNumber: 'SBX-1',
      sentDose: { value: 50, unit: 'ug/min' },
    })
    const read = await request('MedicationRequest/o1')
    expect(await read.json()).toMatchObject({ ...trinitrate, meta: { versionId: '1' } })
    expect((await request('MedicationRequest/o2')).status).toBe(404)
  })

  it('takes another body under the same id as the next version of the order', async () => {
    await start()
    await put(trinitrate)
    const revoked = await put({ ...trinitrate, status: 'stopped' })
    expect([revoked.status, revoked.headers.get('etag')]).toEqual([200, 'W/"2"'])
    expect(orders.map(({ wants }) => wants)).toEqual(['start', 'stop'])
  })

  it('reads ServiceRequest and Task too, with doses in any unit that the drug is given in', async () => {
    await start()
    const service = await put({
      resourceType: 'ServiceRequest',
      id: 's1',
      status: 'active',
      intent: 'order',
      subject: { reference: 'https://hospital.example/fhir/Patient/sbx-1' },
      code: { coding: [{ system: 'http://www.whocc.no/atc', code: 'B05BB01' }] },
      quantityQuantity: { value: 0.5, unit: 'L' },
      occurrencePeriod: { start: '2026-01-05T10:00:00+01:00' },
    })
    const task = await put({
      resourceType: 'Task',
      id: 't1',
      status: 'requested',
      intent: 'order',
      for: { reference: 'Patient/SBX-1' },
      code: { coding: [{ system: 'http://www.whocc.no/atc', code: 'C01CA07' }] },
      input: [{ type: { text: 'dose' }, valueQuantity: { value: 400, code: 'ug/min' } }],
    })
    expect([service.status, task.status]).toEqual([201, 201])
    expect(orders[0]).toMatchObject({ type: 'ServiceRequest', drug: { name: 'crystalloid-bolus' }, from: now })
    expect(orders[1]).toMatchObject({ type: 'Task', drug: { name: 'dobutamine' } })
  })

  it.each<[what: string, change: JsonObject, message: RegExp]>([
    ['an unknown code', { medicationCodeableConcept: { coding: [{ system: 'x', code: 'y' }] } }, /cannot give/],
    ['an unknown patient', { subject: { identifier: { system, value: 'SBX-2' } } }, /nobody on this ward/],
    [
      'an unknown unit',
      { dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 5, code: 'cm' } }] }] },
      /unit "cm"/,
    ],
    [
      'a dose beyond reason',
      { dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 5000, code: 'ug/min' } }] }] },
      /outside 1 to 400/,
    ],
    ['no dose', { dosageInstruction: [] }, /no dose/],
    ['a status that asks for nothing', { status: 'unknown' }, /status "unknown"/],
    ['another id than the URL', { id: 'other' }, /id in the resource/],
  ])('refuses %s with 422 and says what is wrong', async (_, change, message) => {
    await start()
    const response = await put({ ...trinitrate, ...change }, 'MedicationRequest/o1')
    expect(response.status).toBe(422)
    const outcome = (await response.json()) as { resourceType: string; issue: { diagnostics: string }[] }
    expect(outcome.resourceType).toBe('OperationOutcome')
    expect(outcome.issue[0]!.diagnostics).toMatch(message)
    expect(orders).toEqual([])
    expect((await request('MedicationRequest/o1')).status).toBe(404)
  })

  it('refuses what is no order at all', async () => {
    await start()
    const raw = (body: string, type = 'application/fhir+json') =>
      request('Task/t1', { method: 'PUT', headers: { 'Content-Type': type }, body })
    expect((await raw('{')).status).toBe(400)
    expect((await raw('[]')).status).toBe(400)
    expect((await raw('{}', 'text/plain')).status).toBe(415)
    expect((await raw(JSON.stringify({ text: 'x'.repeat(1_000_001) }))).status).toBe(413)
    expect((await request('Patient/1')).status).toBe(404)
    expect((await request('Task/t1', { method: 'DELETE' })).status).toBe(405)
    expect((await put({ ...trinitrate, id: 'a_b' })).status).toBe(400)
  })

  it('wants its token when it has one', async () => {
    await start({ token: 'secret' })
    expect((await put(trinitrate)).status).toBe(401)
    const response = await request('MedicationRequest/o1', { headers: { Authorization: 'Bearer secret' } })
    expect(response.status).toBe(404)
  })

  it('fails when a test asks for it', async () => {
    await start({ failure: ({ count }) => (count === 1 ? 503 : count === 2 ? 'drop' : undefined) })
    expect((await put(trinitrate)).status).toBe(503)
    await expect(put(trinitrate)).rejects.toThrow()
    expect((await put(trinitrate)).status).toBe(201)
  })
})
