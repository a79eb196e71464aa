import { carryOn, type GroupsPicture, type LoadPicture } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { followed } from './clinic.test-data.ts'
import { picture, pictures } from './pictures.ts'

const usual = followed({ pods: [6, 6] })
const load = ({ belief, context }: typeof usual, name: string, member?: string) =>
  picture(belief, carryOn, context, name, member) as LoadPicture
const groups = ({ belief, context }: typeof usual, name: string, member?: string) =>
  picture(belief, carryOn, context, name, member) as GroupsPicture

describe('pictures of a clinic for its managers', () => {
  it('shows the last week as measured, and the next with intervals, pod by pod', () => {
    const drawn = load(usual, 'week')
    expect(drawn.rows.map(({ label, people }) => [label, people])).toEqual([
      ['Pod 1', 6],
      ['Pod 2', 6],
      ['North family medicine', 12],
    ])
    expect(drawn.periods.map(({ label }) => label)).toEqual(['16 Feb', '23 Feb', '2 Mar'])
    const [last, , next] = drawn.rows[0]!.cells
    expect(last!.known).toBe('measured')
    expect(last!.outside.p95 - last!.outside.p05).toBeCloseTo(0, 9)
    expect(next!.known).toBe('forecast')
    expect(next!.outside.p95).toBeGreaterThan(next!.outside.p05)
    expect(last!.outside.p50).toBeGreaterThan(3 * 0.5 * 26)
  })

  it('adds up: the clinic is the sum of its pods', () => {
    const [a, b, whole] = load(usual, 'week').rows
    for (const i of [0, 1])
      for (const of of ['contracted', 'scheduled'] as const)
        expect(whole!.cells[i]![of]).toBeCloseTo(a!.cells[i]![of] + b!.cells[i]![of], 6)
  })

  it('says where much is done outside scheduled time', () => {
    const { findings } = load(usual, 'weeks-ahead')
    expect(findings.some(({ row, sentence }) => row === 'pod-1' && sentence.includes('outside scheduled time'))).toBe(
      true,
    )
    expect(findings.every(({ sentence }) => !/Dr \d|p0\d\d/.test(sentence))).toBe(true)
  })

  it('leaves out a pod below the minimum cell, and another so that it does not follow', () => {
    const small = followed({ pods: [6, 5, 3] })
    for (const name of ['week', 'weeks-ahead']) {
      const { rows } = load(small, name)
      const hidden = rows.filter(({ cells }) => cells.every(({ suppressed }) => suppressed !== undefined))
      expect(hidden).toHaveLength(2)
      expect(hidden.map(({ label }) => label)).toContain('Pod 3')
      for (const { cells } of hidden) for (const { work, outside } of cells) expect(work.p50 + outside.p50).toBe(0)
    }
    for (const name of ['measures', 'risk']) {
      const told = groups(small, name).groups.filter(({ values }) =>
        Object.values(values).some((v) => v.estimate !== null),
      )
      expect(told.map(({ name: of }) => of)).not.toContain('pod-3')
      expect(told).toHaveLength(2)
    }
  })

  it('tells of nobody in a clinic smaller than the minimum cell', () => {
    const tiny = followed({ pods: [4] })
    for (const { name, kind, audience } of pictures) {
      if (audience === 'member') continue
      const drawn = picture(tiny.belief, carryOn, tiny.context, name)
      if (kind === 'load')
        expect((drawn as LoadPicture).rows.every(({ cells }) => cells.every(({ suppressed }) => suppressed))).toBe(true)
      else
        for (const { values } of (drawn as GroupsPicture).groups)
          expect(Object.values(values).every(({ estimate }) => estimate === null)).toBe(true)
    }
  })

  it('has wider intervals, and says so, where the log has holes', () => {
    const holed = followed({ pods: [6, 6], silent: ['p001', 'p002', 'p003', 'p004'] })
    const [before, after] = [usual, holed].map((of) => load(of, 'week').rows[0]!.cells[0]!)
    expect(after!.known).toBe('partly')
    expect(after!.completeness).toBeLessThan(0.6)
    expect(after!.outside.p95 - after!.outside.p05).toBeGreaterThan(2)
    // No false calm: what is missing is not taken for nothing.
    expect(after!.outside.p50).toBeGreaterThan(0.6 * before!.outside.p50)
    expect(load(holed, 'week').findings.some(({ sentence }) => sentence.includes('holes'))).toBe(true)
  })

  it('measures by published definitions', () => {
    const { groups: rows, indicators } = groups(usual, 'measures')
    const value = rows.find(({ name }) => name === 'clinic')!.values['ehr-time-8']!
    // Four hours at 60 % of the time, and one or three evening hours at 70 %, for eight hours scheduled.
    expect(value.estimate).toBeGreaterThan(2.4 + 0.6)
    expect(value.estimate).toBeLessThan(2.4 + 2.4)
    expect(value.low).toBeLessThan(value.estimate!)
    expect(indicators.every(({ definition }) => definition!.length > 20)).toBe(true)
  })

  it('says of risk that it is of groups, and how little logs can tell', () => {
    const drawn = groups(usual, 'risk')
    expect(drawn.notes.join(' ')).toContain('never of a person')
    const { burnout } = drawn.groups.find(({ name }) => name === 'clinic')!.values
    expect(burnout!.high! - burnout!.low!).toBeGreaterThan(25)
  })

  it('lets published answers to surveys move the risk', () => {
    const asked = followed({
      pods: [6, 6],
      cohorts: [{ group: 'clinic', measure: 'burnout', from: 0, until: 1, n: 12, above: 1 }],
    })
    const of = (which: typeof usual) =>
      groups(which, 'risk').groups.find(({ name }) => name === 'clinic')!.values.burnout!
    expect(of(asked).estimate).toBeLessThan(of(usual).estimate! - 15)
  })

  it('draws something of a clinic of which nothing is known', () => {
    const blank = followed({ pods: [] })
    for (const { name, audience } of pictures)
      if (audience !== 'member') expect(picture(blank.belief, carryOn, blank.context, name).description).not.toBe('')
  })
})

describe('pictures of oneself', () => {
  it('are of that person only', () => {
    const drawn = load(usual, 'my-weeks', 'p001')
    expect(drawn.rows.map(({ label, people }) => [label, people])).toEqual([['You', 1]])
    const measures = groups(usual, 'my-measures', 'p001')
    expect(measures.groups.map(({ name }) => name)).toEqual(['you', 'before'])
    const text = JSON.stringify([drawn, measures])
    expect(text).not.toMatch(/p0\d\d|Dr \d|Pod \d/)
  })

  it('do not change when others work otherwise', () => {
    const other = followed({ pods: [6, 6], silent: ['p007'] })
    const mine = (of: typeof usual) => load(of, 'my-weeks', 'p001').rows[0]!.cells.slice(0, 4)
    expect(mine(other)).toEqual(mine(usual))
  })

  it('need somebody who works there', () => {
    expect(() => load(usual, 'my-weeks')).toThrow(/expected a provider's code/)
    expect(() => load(usual, 'my-measures', 'p999')).toThrow(/nobody with the code "p999"/)
    expect(() => load(usual, 'my-dreams', 'p001')).toThrow(/no picture "my-dreams"; there are week/)
  })
})
