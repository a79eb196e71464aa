import { expect, it } from 'vitest'
import { lanesOf } from './lanes.ts'

const span = (from: number, until: number) => ({ from, until })

it('spans that follow each other share a lane', () => {
  expect(lanesOf([span(0, 10), span(10, 20), span(25, 30)])).toEqual({ lanes: [0, 0, 0], count: 1 })
})

it('spans that overlap get a lane each, and lanes are used again once they are free', () => {
  expect(lanesOf([span(0, 10), span(5, 15), span(6, 8), span(12, 20)])).toEqual({ lanes: [0, 1, 2, 0], count: 3 })
})

it('answers in the order of the spans, whatever order they are in, and keeps one lane for none', () => {
  expect(lanesOf([span(5, 15), span(0, 10)])).toEqual({ lanes: [1, 0], count: 2 })
  expect(lanesOf([])).toEqual({ lanes: [], count: 1 })
})
