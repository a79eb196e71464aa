import type { JsonObject } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { startOrdersEndpoint } from '../orders-endpoint.ts'
import { type ActionRequest, isDepartmentTask, readDepartmentTask } from './read-action.ts'

const department = 'department/north-ed'
const task: JsonObject = {
  resourceType: 'Task',
  id: 'order-7',
  status: 'requested',
  intent: 'order',
  code: { coding: [{ system: 'urn:counterpart:department-action', code: 'call-in-clinician' }] },
  for: { type: 'Location', identifier: { system: 'urn:counterpart:subject', value: department } },
  restriction: { period: { start: '2026-01-05T09:00:00Z', end: '2026-01-05T15:00:00Z' } },
  input: [{ type: { text: 'dose' }, valueQuantity: { value: 2, code: '{person}' } }],
}

describe('a Task for the department', () => {
  it('says what is asked for, how much and when', () => {
    expect(readDepartmentTask('order-7', task, department)).toEqual({
      wants: 'start',
      action: {
        id: 'order-7',
        name: 'call-in-clinician',
        dose: 2,
        unit: '{person}',
        from: Date.UTC(2026, 0, 5, 9),
        until: Date.UTC(2026, 0, 5, 15),
      },
    })
    expect(readDepartmentTask('order-7', { ...task, status: 'cancelled' }, department).wants).toBe('stop')
    expect(isDepartmentTask({ ...task, code: { coding: [{ system: 'urn:x', code: 'call-in-clinician' }] } })).toBe(
      false,
    )
  })

  it.each([
    [{ status: 'maybe' }, /status "maybe" asks for nothing/],
    [{ for: { identifier: { value: 'department/south' } } }, /expected the identifier .*department\/north-ed/],
    [
      { code: { coding: [{ system: 'urn:counterpart:department-action', code: 'dance' }] } },
      /nobody here knows how to "dance"/,
    ],
    [{ input: [{ valueQuantity: { value: 40 } }] }, /takes a quantity from 1 to 3/],
    [{ input: [] }, /takes a quantity from 1 to 3/],
    [{ restriction: { period: { start: 'soon' } } }, /period.start is "soon"/],
    [
      { restriction: { period: { start: '2026-01-05T09:00:00Z', end: '2026-01-05T08:00:00Z' } } },
      /ends before it begins/,
    ],
    [{ id: 'other' }, /it must be the id in the URL/],
  ])('is refused with %j', (wrong, message) => {
    expect(() => readDepartmentTask('order-7', { ...task, ...wrong } as JsonObject, department)).toThrow(message)
  })

  it('comes in by the same endpoint as orders for patients', async () => {
    const told: ActionRequest[] = []
    const endpoint = await startOrdersEndpoint({
      clock: () => 0,
      patients: [],
      onOrder: () => expect.unreachable(),
      department: { id: department, onRequest: (request) => told.push(request) },
    })
    const put = (body: JsonObject) =>
      fetch(`${endpoint.url}/Task/order-7`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify(body),
      })
    expect((await put(task)).status).toBe(201)
    expect((await put(task)).status).toBe(200)
    expect((await put({ ...task, input: [] })).status).toBe(422)
    expect((await put({ ...task, status: 'cancelled' })).status).toBe(200)
    await endpoint.stop()
    expect(told.map(({ wants }) => wants)).toEqual(['start', 'stop'])
  })
})
