import type { SubjectSummary, Trace, TraceNode } from '@counterpart/server/contract'
import { describe, expect, it } from 'vitest'
import { locateFault } from './fault.ts'
import { inGainUnit } from './gain.ts'
import { countTypes, generationsOf } from './generations.ts'
import { changesBetween, orderOf } from './order.ts'
import { allowedDose, changes, doseDecimals, isSwitch, openThreads, planOf, tellingEffects, timed } from './plan.ts'
import { subjectParams } from './subject-id.ts'
import { tempoOf } from './tempo.ts'

describe('the list', () => {
  const subject = (id: string, name: string, open: number, location: string): SubjectSummary => ({
    id,
    kind: 'patient',
    name,
    identifier: null,
    birthDate: null,
    sex: null,
    location,
    encounterStatus: null,
    lastObservation: null,
    twins: [{ id: `t:${id}`, kind: 't', asOf: null, headlines: [], openRecommendations: open }],
  })
  const all = [
    subject('1', 'Zeta', 0, 'Ward 10'),
    subject('2', 'Beta', 2, 'Ward 9'),
    subject('3', 'Alpha', 0, 'Ward 2'),
  ]
  it('puts those with something to decide first, then by name', () => {
    expect(orderOf(all, 'recommendations')).toEqual(['2', '3', '1'])
  })
  it('sorts wards as people count, both ways', () => {
    expect(orderOf(all, 'location')).toEqual(['3', '2', '1'])
    expect(orderOf(all, '-location')).toEqual(['1', '2', '3'])
  })
  it('counts what a fresh order would change, without making it', () => {
    expect(changesBetween(['1', '2'], ['1', '2'])).toBe(0)
    expect(changesBetween(['1', '2'], ['2', '1'])).toBe(1)
    expect(changesBetween(['1', '2'], ['1', '3'])).toBe(2)
  })
  it('takes a subject’s id with or without its kind in front', () => {
    expect(subjectParams({ id: 'patient/7f3a', kind: 'patient' })).toEqual({ kind: 'patient', id: '7f3a' })
    expect(subjectParams({ id: '7f3a', kind: 'patient' })).toEqual({ kind: 'patient', id: '7f3a' })
  })
})

describe('a plan', () => {
  const dose = { dose: { low: 0, high: 20, step: 0.5, usual: 5 } }
  it('holds only doses that may be given', () => {
    expect(allowedDose(dose, 5.3)).toBe(5.5)
    expect(allowedDose(dose, 99)).toBe(20)
    expect(allowedDose(dose, Number.NaN)).toBe(0)
  })
  it('shows as many decimals as its steps need', () => {
    expect(doseDecimals({ dose: { low: 0.25, high: 5, step: 0.25, usual: 1 } })).toBe(2)
    expect(doseDecimals({ dose: { low: 0, high: 1000, step: 50, usual: 250 } })).toBe(0)
  })
  it('leaves out what the definition does not know', () => {
    expect(planOf([{ name: 'a' }, { name: 'b' }] as never, { b: 2, x: 1 })).toEqual([{ intervention: 'b', dose: 2 }])
    expect(planOf([{ name: 'a' }, { name: 'b' }] as never, { a: 1, b: 2 }, { a: ['elm'], b: [] })).toEqual([
      { intervention: 'a', dose: 1, on: ['elm'] },
      { intervention: 'b', dose: 2 },
    ])
  })
  it('begins and ends when it is planned to, and has no times where it is from now until taken back', () => {
    const planned = { intervention: 'a', dose: 2 }
    expect(timed(planned, undefined, 1000)).toEqual(planned)
    expect(timed(planned, { start: 0, lasts: 0 }, 1000)).toEqual(planned)
    expect(timed(planned, { start: 30, lasts: 0 }, 1000)).toEqual({ ...planned, from: 1_801_000 })
    expect(timed(planned, { start: 0, lasts: 60 }, 1000)).toEqual({ ...planned, until: 3_601_000 })
    expect(timed(planned, { start: 30, lasts: 60 }, 0)).toEqual({ ...planned, from: 1_800_000, until: 5_400_000 })
  })
  it('tells of the effects that stand out most, and of none that is surely none', () => {
    const effect = (name: string, p05: number, p50: number, p95: number) => ({ name, difference: { p05, p50, p95 } })
    const all = [
      effect('none', 0, 0, 0),
      effect('unsure', -9, -1, 9),
      effect('sure', -3, -2, -1),
      effect('small', 0, 1, 2),
    ]
    expect(all.filter(changes).map((each) => each.name)).toEqual(['unsure', 'sure', 'small'])
    expect(tellingEffects(all, 2).map((each) => each.name)).toEqual(['sure', 'small'])
    expect(tellingEffects([effect('even', -1, 0, 1)], 2)).toEqual([])
  })
  it('is a switch where there is only one dose', () => {
    expect(isSwitch({ dose: { low: 1, high: 1, step: 1, usual: 1 } })).toBe(true)
    expect(isSwitch({ dose: { low: 1, high: 3, step: 1, usual: 1 } })).toBe(false)
  })
})

describe('what waits for a decision', () => {
  it('comes by the order of the twin’s objectives, then the newest first; what is over does not wait', () => {
    const thread = (name: string, madeAt: number, state = 'open') => ({
      state,
      madeAt,
      expires: 100,
      objective: { name },
    })
    const threads = [thread('order', 9), thread('flow', 5), thread('flow', 7), thread('flow', 8, 'decided')]
    const order = (now: number) =>
      openThreads(threads, [{ name: 'flow' }, { name: 'order' }], now).map((each) => each.madeAt)
    expect(order(50)).toEqual([7, 5, 9])
    expect(order(100)).toEqual([])
  })
})

describe('gains', () => {
  it('of hundreds of minutes are read as hours, all of one table alike', () => {
    const gain = (p50: number) => ({ p05: p50 - 300, p50, p95: p50 + 300 })
    const many = inGainUnit('min', [gain(1900), gain(120)])
    expect([many.unitText, many.write(gain(1900)).value, many.write(gain(120)).value]).toEqual(['h', '+31.7', '+2.0'])
    expect(inGainUnit('min', [gain(120)]).unitText).toBe('min')
    expect(inGainUnit('mm[Hg]', [gain(900)]).unitText).toBe('mmHg')
  })
})

describe('the tempo of a kind of twin', () => {
  const kind = (...staleAfter: number[]) => ({ channels: staleAfter.map((each) => ({ staleAfter: each })) }) as never
  it('follows from how soon its observations go stale', () => {
    expect(tempoOf(kind(30_000, 7 * 86_400_000))).toMatchObject({
      staleAfter: 15 * 60_000,
      spans: [30 * 60_000, 2 * 3_600_000, 12 * 3_600_000],
    })
    expect(tempoOf(kind(48 * 3_600_000)).staleAfter).toBe(48 * 3_600_000)
    expect(tempoOf(kind(48 * 3_600_000)).spans[0]).toBe(7 * 86_400_000)
    // Observed by the hour, but forecast by the week: seen beside weeks, and stale as soon as ever.
    const weekly = tempoOf({
      ...(kind(6 * 3_600_000) as { channels: [] }),
      forecastSteps: [7, 14].map((days) => days * 86_400_000),
    })
    expect(weekly).toEqual({ staleAfter: 6 * 3_600_000, spans: [7, 30, 90].map((days) => days * 86_400_000) })
  })
  it('has an answer for a kind that observes nothing', () => {
    expect(tempoOf(undefined).spans).toHaveLength(3)
  })
})

describe('a trace', () => {
  const node = (event: string, type: string, from: string[]): TraceNode => ({
    event,
    type,
    stream: 's',
    effective: 0,
    recorded: 0,
    hash: '',
    madeBy: null,
    payload: {},
    from,
    fromCount: from.length,
  })
  const trace: Trace = {
    root: 'b',
    truncated: false,
    nodes: [
      node('b', 'belief.updated', ['o1', 'o2']),
      node('o1', 'observation.recorded', ['m1']),
      node('o2', 'observation.recorded', ['m1']),
      node('m1', 'message.received', []),
    ],
  }
  it('goes back step by step to the messages', () => {
    expect(generationsOf(trace).map((each) => [each.step, each.type, each.nodes.length])).toEqual([
      [0, 'belief.updated', 1],
      [1, 'observation.recorded', 2],
      [2, 'message.received', 1],
    ])
  })
  it('ends although events name each other in a circle', () => {
    expect(generationsOf({ ...trace, nodes: [node('b', 'x', ['c']), node('c', 'y', ['b'])] })).toHaveLength(2)
  })
  it('counts what a number rests on', () => {
    expect([...countTypes(trace)]).toEqual([
      ['observation.recorded', 2],
      ['message.received', 1],
    ])
  })
})

describe('where a quarantined message is wrong', () => {
  const message = 'MSH|^~\\&|A\rOBX|1|NM|8480-6||104|mmHg\rOBX|2|NM|8478-0||72|mmHgg'
  it('finds a field of the n-th segment', () => {
    expect(locateFault(message, 'OBX[2]-6')).toMatchObject({ marked: 'mmHgg', line: 3 })
  })
  it('counts MSH as the standard does', () => {
    expect(locateFault(message, 'MSH-3')?.marked).toBe('A')
  })
  it('finds a JSON member, a character, or says that it cannot', () => {
    const json = '{\n  "a": {\n    "value": 412\n  }\n}'
    expect(locateFault(json, '/a/value')?.marked).toContain('412')
    expect(locateFault('abc', 'offset 1')?.marked).toBe('b')
    expect(locateFault(message, 'ZZZ-1')).toBeUndefined()
    expect(locateFault(message, null)).toBeUndefined()
  })
})
