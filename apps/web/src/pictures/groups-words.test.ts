import type { GroupsPicture } from '@counterpart/server/contract'
import { describe, expect, it } from 'vitest'
import { digitsOf, groupsTable, writeValue } from './groups-words.ts'

const picture: GroupsPicture = {
  kind: 'groups',
  title: 'Measures',
  description: '',
  asOf: 0,
  indicators: [{ name: 'a', label: 'EHR-Time8', unit: 'h', digits: 1 }],
  groups: [
    {
      name: 'w',
      label: 'Women',
      heading: 'Sex',
      n: 30,
      values: { a: { estimate: 5.2, low: 4.9, high: 5.5, completeness: 0.9 } },
    },
    { name: 'y', label: 'Yew', values: { a: { estimate: null, suppressed: 'fewer than 5 people' } } },
    { name: 'z', label: 'Ash', n: 9, values: {} },
  ],
  notes: [],
}

describe('groups beside each other, in words', () => {
  it('has a line for each group, with why there is nothing', () => {
    expect(groupsTable(picture).rows()).toEqual([
      ['EHR-Time8', 'Sex: Women', '30', '5.2 h', '4.9–5.5', '90 %'],
      ['EHR-Time8', 'Yew', '', 'fewer than 5 people', '', ''],
      ['EHR-Time8', 'Ash', '9', 'not told', '', ''],
    ])
  })

  it('shows an interval that is narrower than a digit', () => {
    const narrow = { ...picture.groups[0]!, values: { a: { estimate: 0.031, low: 0.027, high: 0.036 } } }
    expect(digitsOf(picture, picture.indicators[0]!)).toBe(1)
    expect(digitsOf({ ...picture, groups: [...picture.groups, narrow] }, picture.indicators[0]!)).toBe(3)
    expect(writeValue(narrow.values.a, 3)).toMatchObject({ value: '0.031', low: '0.027', high: '0.036' })
    expect(writeValue({ estimate: 1.43 }, 1)).toMatchObject({ value: '1.4', low: '1.4', high: '1.4' })
  })
})
