import { describe, expect, it } from 'vitest'
import { KernelError } from './errors.ts'
import { type News2Parameter, news2, type VitalSigns } from './news2.ts'

const well: VitalSigns = {
  respiratoryRate: 16,
  saturation: 98,
  oxygen: false,
  systolic: 125,
  pulse: 70,
  consciousness: 'A',
  temperature: 37,
}

/** Chart 1 of the RCP's report of 2017: value and points on either side of every limit. */
const chart: Readonly<Record<string, readonly (readonly [value: number, points: number])[]>> = {
  respiratoryRate: [
    [8, 3],
    [9, 1],
    [11, 1],
    [12, 0],
    [20, 0],
    [21, 2],
    [24, 2],
    [25, 3],
  ],
  saturation: [
    [91, 3],
    [92, 2],
    [93, 2],
    [94, 1],
    [95, 1],
    [96, 0],
    [100, 0],
  ],
  systolic: [
    [90, 3],
    [91, 2],
    [100, 2],
    [101, 1],
    [110, 1],
    [111, 0],
    [219, 0],
    [220, 3],
  ],
  pulse: [
    [40, 3],
    [41, 1],
    [50, 1],
    [51, 0],
    [90, 0],
    [91, 1],
    [110, 1],
    [111, 2],
    [130, 2],
    [131, 3],
  ],
  temperature: [
    [35, 3],
    [35.1, 1],
    [36, 1],
    [36.1, 0],
    [38, 0],
    [38.1, 1],
    [39, 1],
    [39.1, 2],
  ],
}

describe('NEWS2', () => {
  it('is 0 of somebody who is well, 20 at worst, and 5 in the example', () => {
    expect(news2(well)).toMatchObject({ score: 0, missing: [], urgency: 'low' })
    const worst = {
      respiratoryRate: 30,
      saturation: 80,
      oxygen: true,
      systolic: 80,
      pulse: 150,
      temperature: 34,
    } as const
    expect(news2({ ...worst, consciousness: 'U' }).score).toBe(20)
    expect(news2({ ...well, respiratoryRate: 22, saturation: 95, pulse: 96, temperature: 38.4 }).score).toBe(5)
  })

  it.each(Object.entries(chart))('gives %s the points of the chart on both sides of every limit', (name, values) => {
    for (const [value, points] of values) {
      const { score, points: each } = news2({ ...well, [name]: value })
      expect([value, each[name as News2Parameter], score]).toEqual([value, points, points])
    }
  })

  it('judges saturation by scale 2 where told to: too much oxygen counts as well, but only on oxygen', () => {
    const on = (saturation: number, oxygen: boolean) =>
      news2({ ...well, saturation, oxygen, saturationScale: 2 }).points.saturation
    const low = [83, 84, 85, 86, 87, 88, 92]
    expect(low.map((each) => on(each, false))).toEqual([3, 2, 2, 1, 1, 0, 0])
    expect(low.map((each) => on(each, true))).toEqual([3, 2, 2, 1, 1, 0, 0])
    const high = [93, 94, 95, 96, 97, 100]
    expect(high.map((each) => on(each, false))).toEqual([0, 0, 0, 0, 0, 0])
    expect(high.map((each) => on(each, true))).toEqual([1, 1, 2, 2, 3, 3])
  })

  it('adds 2 for oxygen and 3 for anything but alert', () => {
    expect(news2({ ...well, oxygen: true }).score).toBe(2)
    expect(
      (['A', 'C', 'V', 'P', 'U'] as const).map((consciousness) => news2({ ...well, consciousness }).score),
    ).toEqual([0, 3, 3, 3, 3])
  })

  it('asks for more from 5 and 7 on, and for a look when one parameter alone gives 3', () => {
    expect(news2({ ...well, systolic: 90 }).urgency).toBe('low-medium')
    expect(news2({ ...well, pulse: 111, respiratoryRate: 21 })).toMatchObject({ score: 4, urgency: 'low' })
    expect(news2({ ...well, pulse: 111, respiratoryRate: 21, temperature: 38.1 }).urgency).toBe('medium')
    expect(news2({ ...well, pulse: 111, respiratoryRate: 21, consciousness: 'C' }).urgency).toBe('high')
  })

  it('reads values as the chart does, in whole numbers and tenths', () => {
    expect(news2({ ...well, respiratoryRate: 20.4, temperature: 38.04 }).score).toBe(0)
    expect(news2({ ...well, respiratoryRate: 20.5, temperature: 38.06 }).score).toBe(3)
  })

  it('names what is missing, and refuses what nobody can have', () => {
    const { oxygen: _, temperature: __, ...some } = well
    expect(news2(some).missing).toEqual(['oxygen', 'temperature'])
    expect(news2({}).missing).toHaveLength(7)
    expect(() => news2({ pulse: 400 })).toThrow(KernelError)
    expect(() => news2({ saturation: Number.NaN })).toThrow(/saturation is NaN; expected 0 to 100/)
  })
})
