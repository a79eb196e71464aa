import { describe, expect, it } from 'vitest'
import { DynamicsError } from '../errors.ts'
import { type HandMadeEvent, handMade } from './hand-made.test-data.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

const still = (_t: number, _y: Float64Array, _p: Float64Array, into: Float64Array) => {
  into.fill(0)
}
const column = ({ values, symbols }: ReturnType<typeof simulate>, symbol: string) => {
  const at = symbols.indexOf(symbol)
  return Array.from({ length: values.length / symbols.length }, (_, row) => values[row * symbols.length + at]!)
}
/** A clock that counts: states that only events change, comparisons of time with each number. */
const counting = (
  initial: Record<string, number>,
  events: readonly HandMadeEvent[],
  instants: readonly number[],
  options: Partial<SimulateOptions> = {},
) =>
  simulate(
    handMade({ initial, rates: still, events, crossings: instants.map((instant) => (t: number) => t - instant) }),
    {
      end: 10,
      steps: 10,
      ...options,
    },
  )

describe('events', () => {
  it('happen exactly at their time, and a row at that time tells what holds after', () => {
    const run = counting(
      { x: 0, at: 0 },
      [{ name: 'e', trigger: (t) => t >= 5, initialValue: false, assignments: { x: () => 1, at: (t) => t } }],
      [5],
    )
    expect(column(run, 'x')).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    expect(column(run, 'at')[5]).toBe(5)
  })

  it('that come strictly after a time leave the row at that time alone', () => {
    const run = counting(
      { x: 0 },
      [{ name: 'e', trigger: (t) => t > 5, initialValue: false, assignments: { x: () => 1 } }],
      [5],
    )
    expect(column(run, 'x')).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  })

  it('happen where a trigger is true for an instant only', () => {
    const run = counting(
      { x: 0 },
      [{ name: 'e', trigger: (t) => t === 5, initialValue: false, assignments: { x: (_, y) => y[0]! + 1 } }],
      [5],
    )
    expect(column(run, 'x').at(-1)).toBe(1)
  })

  it('happen at the start if the trigger was false before it', () => {
    const event = { name: 'e', trigger: () => true, assignments: { x: () => 7 } }
    expect(column(counting({ x: 0 }, [{ ...event, initialValue: false }], []), 'x')[0]).toBe(7)
    expect(column(counting({ x: 0 }, [{ ...event, initialValue: true }], []), 'x')[0]).toBe(0)
  })

  it('wait for their delay, several times at once, with values of either time', () => {
    const event = (useValuesFromTriggerTime: boolean): HandMadeEvent => ({
      name: 'e',
      trigger: (t) => Math.floor(t) % 2 === 1,
      delay: () => 2.5,
      useValuesFromTriggerTime,
      assignments: { x: (t) => t },
    })
    const instants = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    // Triggered at 1, 3, 5, 7, 9; carried out at 3.5, 5.5, 7.5, 9.5.
    expect(column(counting({ x: 0 }, [event(true)], instants), 'x')).toEqual([0, 0, 0, 0, 1, 1, 3, 3, 5, 5, 7])
    expect(column(counting({ x: 0 }, [event(false)], instants), 'x')).toEqual([
      0, 0, 0, 0, 3.5, 3.5, 5.5, 5.5, 7.5, 7.5, 9.5,
    ])
  })

  it('that are not persistent are forgotten when their trigger stops to hold', () => {
    const event = (persistent: boolean): HandMadeEvent => ({
      name: 'e',
      trigger: (t) => t >= 1 && t < 3,
      persistent,
      delay: () => 4,
      assignments: { x: () => 1 },
    })
    expect(column(counting({ x: 0 }, [event(true)], [1, 3]), 'x').at(-1)).toBe(1)
    expect(column(counting({ x: 0 }, [event(false)], [1, 3]), 'x').at(-1)).toBe(0)
  })

  it('are carried out by priority, which is seen anew before each', () => {
    // The first sets what the others' priorities depend on.
    const append = (digit: number) => ({ x: (_: number, y: Float64Array) => 10 * y[0]! + digit })
    const base = { trigger: (t: number) => t >= 5, useValuesFromTriggerTime: false }
    const run = counting(
      { x: 0, turn: 0 },
      [
        { ...base, name: 'a', priority: (_, y) => (y[1] === 1 ? 1 : 3), assignments: append(1) },
        { ...base, name: 'b', priority: (_, y) => (y[1] === 1 ? 3 : 1), assignments: append(2) },
        { ...base, name: 'c', priority: () => 9, assignments: { ...append(3), turn: () => 1 } },
      ],
      [5],
    )
    expect(column(run, 'x').at(-1)).toBe(321)
  })

  it('of equal priority are carried out in an order drawn by lot, the same for the same seed', () => {
    const append = (digit: number) => ({ x: (_: number, y: Float64Array) => 10 * y[0]! + digit })
    const base = { trigger: (t: number) => t >= 5, useValuesFromTriggerTime: false, priority: () => 1 }
    const order = (seed: string) =>
      column(
        counting(
          { x: 0 },
          [1, 2, 3].map((digit) => ({ ...base, name: `e${digit}`, assignments: append(digit) })),
          [5],
          { seed },
        ),
        'x',
      ).at(-1)!
    const orders = Array.from({ length: 60 }, (_, seed) => order(`${seed}`))
    expect(new Set(orders)).toEqual(new Set([123, 132, 213, 231, 312, 321]))
    expect(order('7')).toBe(orders[7])
  })

  it('set each other off at one instant', () => {
    const run = counting(
      { x: 0, y: 0 },
      [
        { name: 'first', trigger: (t) => t >= 5, assignments: { x: () => 1 } },
        { name: 'second', trigger: (_, s) => s[0]! > 0.5, assignments: { y: (t) => t } },
      ],
      [5],
    )
    expect(column(run, 'y')[5]).toBe(5)
  })

  it('that set each other off without end are refused by name', () => {
    const endless = () =>
      counting(
        { x: 0 },
        [
          { name: 'up', trigger: (t, s) => t >= 5 && s[0] === 0, assignments: { x: () => 1 } },
          { name: 'down', trigger: (_, s) => s[0] === 1, assignments: { x: () => 0 } },
        ],
        [5],
      )
    expect(endless).toThrow(DynamicsError)
    expect(endless).toThrow(/without end at time 5/)
  })

  it('are found to 1e-10 on a solution: a ball bounces', () => {
    // Dropped from 10 with g = 9.81: it meets the ground at √(2·10/g), then after 2·e·v/g with e = 0.8.
    const ball = handMade({
      initial: { height: 10, velocity: 0, last: 0 },
      rates: (_, y, _p, into) => into.set([y[1]!, -9.81, 0]),
      events: [
        {
          name: 'bounce',
          trigger: (_, y) => y[0]! <= 0,
          assignments: { velocity: (_, y) => -0.8 * y[1]!, last: (t) => t },
        },
      ],
      crossings: [(_, y) => y[0]!],
    })
    const fall = Math.sqrt(20 / 9.81)
    const { values } = simulate(ball, { end: 7, steps: 700 })
    const times = new Set(Array.from({ length: 701 }, (_, row) => values[3 * row + 2]!))
    let expected = fall
    let flight = 2 * 0.8 * fall
    const bounces = [...times].filter((time) => time > 0)
    expect(bounces.length).toBe(3)
    for (const bounce of bounces) {
      expect(bounce).toBeCloseTo(expected, 10)
      expected += flight
      flight *= 0.8
    }
  })

  it('are found where a solution dips below a level within one step', () => {
    // cos t is below −0.9999 for 0.028 around π only, its steps are some tenths long.
    const machine = handMade({
      initial: { x: 1, v: 0, seen: 0 },
      rates: (_, y, _p, into) => into.set([y[1]!, -y[0]!, 0]),
      events: [{ name: 'low', trigger: (_, y) => y[0]! < -0.9999, assignments: { seen: (t) => t } }],
      crossings: [(_, y) => y[0]! + 0.9999],
    })
    const { values } = simulate(machine, { end: 4, steps: 1, relativeTolerance: 1e-6 })
    expect(values.at(-1)!).toBeCloseTo(Math.acos(-0.9999), 4)
  })
})

describe('discontinuities of rates', () => {
  it('are stepped onto: a rate that turns at times gives its exact integral', () => {
    const machine = handMade({
      initial: { x: 0 },
      rates: (t, _y, _p, into) => {
        into[0] = t < Math.PI ? 1 : -2
      },
      crossings: [(t) => t - Math.PI],
    })
    const run = simulate(machine, { end: 10, steps: 1 })
    expect(run.values[1]).toBeCloseTo(Math.PI - 2 * (10 - Math.PI), 8)
  })
})
