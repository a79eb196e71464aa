import type { LiveEvent, Reading, SubjectList, TwinState } from '@counterpart/server/contract'
import { describe, expect, it } from 'vitest'
import { staleKeys, withBelief, withListEvents, withReading } from './apply.ts'

const reading = (channel: string, effective: number, value = 80): Reading => ({
  channel,
  label: channel,
  value,
  text: null,
  unit: '/min',
  digits: 0,
  effective,
  recorded: effective,
  staleAfter: null,
  quality: { score: 1, flags: [] },
  protocol: 'mqtt',
  device: null,
  event: `e@${effective}`,
})
const summary = (p50: number) => ({ mean: p50, p05: p50 - 2, p25: p50 - 1, p50, p75: p50 + 1, p95: p50 + 2 })
const event = (
  name: LiveEvent['name'],
  subject: string | null,
  twin: string | null,
  data: Record<string, unknown> = {},
): LiveEvent => ({ name, subject, twin, at: 5000, data })

describe('live events move what is on the screen in its place', () => {
  it('a newer reading takes its channel’s place and order stays', () => {
    const after = withReading([reading('a', 1), reading('b', 1)], reading('a', 2, 90))
    expect(after.map((each) => [each.channel, each.effective])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })
  it('a late reading does not replace a newer one', () => {
    const before = [reading('a', 5)]
    expect(withReading(before, reading('a', 2))).toBe(before)
  })
  it('an older belief changes nothing', () => {
    const state = { asOf: 10, quantities: [{ name: 'hr', estimate: summary(80) }] } as unknown as TwinState
    expect(withBelief(state, 9, { hr: summary(99) })).toBe(state)
    expect(withBelief(state, 11, { hr: summary(99) }).quantities[0]?.estimate.p50).toBe(99)
  })
  it('a list keeps its rows in their order, and is the same object when nothing concerns it', () => {
    const list = {
      total: 2,
      places: [],
      subjects: ['p1', 'p2'].map((id) => ({
        id: `patient/${id}`,
        kind: 'patient',
        lastObservation: 1,
        twins: [
          {
            id: `t:patient/${id}`,
            kind: 't',
            asOf: 1,
            openRecommendations: 0,
            headlines: [{ quantity: 'hr', summary: summary(80) }],
          },
        ],
      })),
    } as unknown as SubjectList
    const after = withListEvents(list, [
      event('belief', 'patient/p2', 't:patient/p2', { asOf: 7, quantities: { hr: summary(95) } }),
    ])
    expect(after.subjects.map((each) => each.id)).toEqual(['patient/p1', 'patient/p2'])
    expect(after.subjects[0]).toBe(list.subjects[0])
    expect(after.subjects[1]?.twins[0]?.headlines[0]?.summary.p50).toBe(95)
    expect(withListEvents(list, [event('waveform', 'patient/p1', null)])).toBe(list)
  })
  it('many events of one kind ask for one refetch', () => {
    const events = Array.from({ length: 50 }, () => event('action', 'patient/p1', 't:patient/p1'))
    expect(staleKeys(events)).toEqual([
      ['recommendations', 't:patient/p1'],
      ['twin', 't:patient/p1'],
    ])
  })

  it('draws live pictures anew when the belief moves', () => {
    expect(staleKeys([event('belief', 'department/d', 'ed:department/d')])).toEqual([
      ['live-picture', 'ed:department/d'],
    ])
  })

  it('fetches the treatments in force again when the hospital reports one', () => {
    const reported: LiveEvent = { name: 'action', subject: 'patient/p1', twin: null, at: 1, data: {} }
    expect(staleKeys([reported])).toEqual([['twin']])
  })
})
