import type { Belief, Picture } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import type { ComputeJob, ComputeResult } from './compute.ts'
import type { ComputePool } from './compute-pool.ts'
import { Drawings } from './drawings.ts'

const twin = 'headcount:department/ed'
const belief = {} as Belief
const asked = { name: 'stress', moment: 0, job: () => ({ twin }) as unknown as ComputeJob }
const picture = { kind: 'stress' } as Picture

/** A pool whose jobs end when the test says so. */
function poolByHand() {
  const jobs: { finish: (result: ComputeResult) => void; tell: (done: number, of: number) => void }[] = []
  let given = 0
  const pool: ComputePool = {
    run: (_, __, { signal, onProgress } = {}) =>
      new Promise((resolve, reject) => {
        jobs.push({ finish: resolve, tell: onProgress! })
        signal!.addEventListener('abort', () => {
          given++
          reject(signal!.reason)
        })
      }),
    load: 0,
    close: async () => {},
  }
  return { pool, jobs, givenUp: () => given }
}

test('ten who ask at once cost one drawing, and each is told how far it is', async () => {
  const { pool, jobs } = poolByHand()
  const drawings = new Drawings(pool)
  const still = new AbortController().signal
  const all = Array.from({ length: 10 }, () => drawings.draw(belief, asked, still))
  expect(jobs).toHaveLength(1)
  expect(drawings.progress(twin, 'stress')).toMatchObject({ done: null, of: null, usual: null })
  jobs[0]!.tell(2, 5)
  expect(drawings.progress(twin, 'stress')).toMatchObject({ done: 2, of: 5 })
  jobs[0]!.finish({ pictures: [picture] })
  expect(await Promise.all(all)).toEqual(Array(10).fill(picture))
  expect(drawings.progress(twin, 'stress')).toBeUndefined()
  expect(await drawings.draw(belief, asked, still)).toBe(picture)
  // The next moment is another picture, and it is known how long such a one takes.
  void drawings.draw(belief, { ...asked, moment: 1 }, still)
  expect(jobs).toHaveLength(2)
  expect(drawings.progress(twin, 'stress')!.usual).toBeGreaterThanOrEqual(0)
})

test('who leaves stops the drawing only when nobody else waits; who asks then has it drawn anew', async () => {
  const { pool, jobs, givenUp } = poolByHand()
  const drawings = new Drawings(pool)
  const [one, two] = [new AbortController(), new AbortController()]
  const first = drawings.draw(belief, asked, one.signal)
  const second = drawings.draw(belief, asked, two.signal)
  one.abort(new Error('left'))
  await expect(first).rejects.toThrow('left')
  expect(givenUp()).toBe(0)
  two.abort(new Error('left too'))
  await expect(second).rejects.toThrow('left too')
  expect(givenUp()).toBe(1)
  const again = drawings.draw(belief, asked, new AbortController().signal)
  expect(jobs).toHaveLength(2)
  jobs[1]!.finish({ pictures: [picture] })
  expect(await again).toBe(picture)
})
