import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Calendar, callOff } from './calendar.ts'

describe('a calendar', () => {
  it('gives what is due in order of time, then of planning, without what was called off', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean())), (plans) => {
        const calendar = new Calendar()
        const done: number[] = []
        for (const [i, [at, stays]] of plans.entries()) {
          const appointment = calendar.plan(at, () => done.push(i))
          if (!stays) callOff(appointment)
        }
        for (let next = calendar.take(20); next; next = calendar.take(20)) next.work!()
        const expected = plans
          .map(([at, stays], i) => ({ at, stays, i }))
          .filter(({ stays }) => stays)
          .sort((a, b) => a.at - b.at || a.i - b.i)
        expect(done).toEqual(expected.map(({ i }) => i))
      }),
    )
  })

  it('keeps what is not due yet', () => {
    const calendar = new Calendar()
    calendar.plan(5, () => {})
    expect(calendar.take(4)).toBeUndefined()
    expect(calendar.take(5)?.at).toBe(5)
  })
})
