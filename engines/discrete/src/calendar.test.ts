import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Calendar } from './calendar.ts'

describe('the calendar', () => {
  const drain = (calendar: Calendar) => {
    const handles: number[] = []
    while (calendar.size > 0) handles.push(calendar.pop())
    return handles
  }

  it('orders by time, then phase, then the order of scheduling', () => {
    const calendar = new Calendar()
    calendar.schedule(0, 2, 0)
    calendar.schedule(1, 1, 3)
    calendar.schedule(2, 1, 0)
    calendar.schedule(3, 1, 3)
    calendar.schedule(1, 1, 3) // scheduled again: now behind 3
    expect(drain(calendar)).toEqual([2, 3, 1, 0])
  })

  it('agrees with a sorted list through any scheduling, moving, cancelling and copying', () => {
    const action = fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 9 }), fc.nat({ max: 3 }), fc.nat({ max: 7 }))
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        let calendar = new Calendar()
        let sequence = 0
        const list = new Map<number, readonly [number, number, number]>()
        const order = (a: number, b: number) => {
          const [x, y] = [list.get(a)!, list.get(b)!]
          return x[0] - y[0] || x[1] - y[1] || x[2] - y[2]
        }
        for (const [handle, time, phase, what] of actions) {
          if (what === 0) {
            calendar.cancel(handle)
            list.delete(handle)
          } else if (what === 1) {
            const first = [...list.keys()].sort(order)[0] ?? -1
            expect(calendar.pop()).toBe(first)
            list.delete(first)
          } else if (what === 2) {
            const copy = new Calendar()
            copy.schedule(handle, 5, 0) // what was in it before must be forgotten
            copy.copyFrom(calendar)
            calendar = copy
          } else if (what === 3 && list.size > 0) {
            // All to a time of their own, phases and the order of scheduling kept.
            for (const [one, [, itsPhase, its]] of list) {
              list.set(one, [(7 * one + time) % 10, itsPhase, its])
              calendar.retime(one, (7 * one + time) % 10)
            }
            calendar.settle()
          } else if (what === 4) {
            calendar = Calendar.of(calendar.toEntries())
          } else {
            calendar.schedule(handle, time, phase)
            list.set(handle, [time, phase, sequence++])
          }
          expect(calendar.has(handle)).toBe(list.has(handle))
        }
        expect(drain(calendar)).toEqual([...list.keys()].sort(order))
      }),
    )
  })
})
