import { hour } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { type HospitalMessage, Registration } from './registration.ts'
import { simulateEmergency } from './simulation.ts'

const from = Date.UTC(2026, 0, 5)
const department = 'department/north-ed'

function messagesOf(faults: number, until = from + 8 * hour) {
  const emergency = simulateEmergency({ seed: 'desk', from, unseenDays: 1 })
  const registration = new Registration({ seed: 'desk', department, utcOffsetMinutes: 0, faults })
  const events = emergency.advance(until)
  return { events, messages: registration.write(events) }
}

const field = (text: string, segment: string, index: number) =>
  text
    .split('\r')
    .find((line) => line.startsWith(segment))
    ?.split('|')[segment === 'MSH' ? index - 1 : index]

const hl7 = (messages: readonly HospitalMessage[]) =>
  messages
    .filter((message) => message.wire === 'hl7v2')
    .map((message) => ({ ...message, type: field(message.text, 'MSH', 9)! }))

describe('the registration desk', () => {
  it('writes one message for everything that happens, without faults, the moment it happens', () => {
    const { events, messages } = messagesOf(0)
    const of = (trigger: string) => hl7(messages).filter(({ type }) => type.startsWith(`ADT^${trigger}`)).length
    const happened = (what: string) =>
      events.filter((event) => event.kind === 'visit' && event.happening.what === what).length
    expect(of('A04')).toBe(happened('arrived'))
    expect(of('A02')).toBe(happened('placed'))
    expect(of('A08')).toBe(happened('triaged') + happened('seen'))
    expect(of('A06')).toBe(happened('admission-requested'))
    expect(of('A03')).toBe(happened('left'))
    expect(of('A11') + of('A13') + of('A40')).toBe(0)
    expect(messages.filter(({ wire }) => wire === 'fhir')).toHaveLength(
      happened('test-ordered') + happened('test-done'),
    )
    // Several messages of one instant are milliseconds apart.
    const told = events.filter(({ kind }) => kind !== 'layout')
    for (const [i, { due }] of messages.entries()) expect(Math.abs(due - told[i]!.at)).toBeLessThan(10)
  })

  it('says who, where, how ill and how it ended', () => {
    const { messages } = messagesOf(0)
    const discharge = hl7(messages).find(({ type }) => type === 'ADT^A03^ADT_A03')!
    const visit = field(discharge.text, 'PV1', 19)
    expect(visit).toMatch(/^ED[0-9A-Z]+\^\^\^SANDBOX&2\.16\.840\.1\.113883\.19\.5\.4600\.2&ISO\^VN$/)
    const story = hl7(messages).filter(({ text }) => field(text, 'PV1', 19) === visit)
    expect(field(story[0]!.text, 'PV2', 38)).toMatch(/^[OAC]$/)
    expect(field(story.find(({ text }) => text.includes('75636-1'))!.text, 'OBX', 5)).toMatch(/^[1-5]$/)
    expect(field(story.find(({ type }) => type.includes('A02'))!.text, 'PV1', 3)).toMatch(/^ED-[A-Z]+\^\^/)
    expect(field(discharge.text, 'PV1', 36)).toMatch(/^(01|02|07|09|20)$/)
    for (const { controlId } of story) expect(controlId.length).toBeLessThanOrEqual(20)
  })

  it('numbers messages so that a number never means two contents, and a repeat means the same', () => {
    const { messages } = messagesOf(20, from + 24 * hour)
    const texts = new Map<string, string>()
    for (const { controlId, text } of hl7(messages)) {
      expect(texts.get(controlId) ?? text).toBe(text)
      texts.set(controlId, text)
    }
    expect(hl7(messages).length).toBeGreaterThan(texts.size)
    expect(messagesOf(20, from + 24 * hour).messages).toEqual(messages)
  })

  it('errs as people and networks do: late, twice, in the wrong bed, merged, taken back', () => {
    const { events, messages } = messagesOf(20, from + 48 * hour)
    const types = hl7(messages).map(({ type }) => type.split('^')[1])
    for (const trigger of ['A11', 'A13', 'A40']) expect(types).toContain(trigger)
    expect(
      messages.some(({ wire, ...rest }) => wire === 'hl7v2' && 'text' in rest && rest.text.includes('ED-CORRIDOR')),
    ).toBe(true)
    const left = events.filter((event) => event.kind === 'visit' && event.happening.what === 'left').length
    const discharges = new Set(
      hl7(messages).flatMap(({ type, controlId }) => (type.includes('A03') ? [controlId] : [])),
    )
    const takenBack = types.filter((each) => each === 'A13').length
    expect(discharges.size).toBeLessThan(left + takenBack)
  })

  it('reports what is done about an order as a Task', () => {
    const registration = new Registration({ seed: 'desk', department, utcOffsetMinutes: 0 })
    const action = { id: 'order-1', name: 'open-overflow', dose: 4, unit: '{space}' } as const
    const [begun, done] = registration.write([
      { at: from, kind: 'action', action, status: 'in-progress' },
      { at: from + hour, kind: 'action', action, status: 'completed' },
    ])
    const task = (message: HospitalMessage | undefined) =>
      (message as unknown as { bundle: { entry: { resource: object }[] } }).bundle.entry[0]!.resource
    const shared = {
      resourceType: 'Task',
      id: 'order-1',
      code: { coding: [{ system: 'urn:counterpart:department-action', code: 'open-overflow' }] },
      for: { identifier: { system: 'urn:counterpart:subject', value: department } },
      input: [{ valueQuantity: { value: 4, code: '{space}' } }],
    }
    expect(task(begun)).toMatchObject({
      ...shared,
      status: 'in-progress',
      executionPeriod: { start: '2026-01-05T00:00:00.000+00:00' },
    })
    expect(task(done)).toMatchObject({
      ...shared,
      status: 'completed',
      executionPeriod: { start: '2026-01-05T00:00:00.000+00:00', end: '2026-01-05T01:00:00.000+00:00' },
    })
  })
})
