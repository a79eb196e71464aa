import { describe, expect, it } from 'vitest'
import { stationaryCases } from './flow-cases.ts'
import { liveStarts } from './flow-live-start.ts'
import { validate as replays } from './flow-replays.ts'

describe('the truths that engines/discrete is held against', () => {
  it('are the published ones: formulas and solved equations give the printed digits', () => {
    const printed = stationaryCases().flatMap(({ expected }) => expected.filter(({ published }) => published))
    expect(printed.length).toBeGreaterThan(25)
    // Five digits after the point or six significant ones are printed; five digits in all at the least.
    for (const { exact, published } of printed) expect(Math.abs(exact / published! - 1)).toBeLessThan(1e-5)
    const laws = liveStarts(200).filter(({ name }) => name.includes('published digits'))
    expect(laws.map(({ met }) => met)).toEqual([true, true])
  })

  it('hold without chance: every published replay', () => {
    const rows = replays()
    expect(rows.length).toBeGreaterThan(12)
    expect(rows.filter(({ met }) => !met)).toEqual([])
  })
})
