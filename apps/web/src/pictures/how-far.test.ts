import { expect, it } from 'vitest'
import { howFar } from './how-far.ts'

it('how far a drawing is goes by the parts done, before the first by how long the last one took', () => {
  const told = (done: number | null, of: number | null, usual: number | null = null) => ({
    done,
    of,
    elapsed: 0,
    usual,
  })
  expect(howFar(told(2, 8), 6_000, undefined)).toEqual({ part: 0.25, left: 18_000 })
  expect(howFar(told(0, 8, 40_000), 10_000, undefined)).toEqual({ part: 0.25, left: 30_000 })
  expect(howFar(told(0, 8), 10_000, undefined)).toEqual({ part: 0, left: undefined })
  expect(howFar(null, 10_000, 20_000)).toEqual({ part: 0.5, left: 10_000 })
  expect(howFar(null, 30_000, 20_000)).toEqual({ part: 0.97, left: 0 })
  expect(howFar(null, 10_000, undefined)).toEqual({ part: undefined, left: undefined })
})
