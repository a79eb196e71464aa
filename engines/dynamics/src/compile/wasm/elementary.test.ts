import { encodeModule, w } from '@counterpart/numerics/wasm'
import { describe, expect, it } from 'vitest'
import {
  type Exact,
  exactCos,
  exactExp,
  exactExpm1,
  exactLn,
  exactly,
  exactPower,
  exactSin,
  exactTanh,
  fixed,
  unitsOff,
} from './elementary.test-data.ts'
import { elementaryFunctions, hostFunctions, hostImports, type PairFunction, pairCall } from './elementary.ts'
import { freeMemory, writeTables } from './tables.ts'

const names: readonly PairFunction[] = ['exp', 'expm1', 'ln', 'tanh', 'sin', 'cos', 'power']

const pairs = (() => {
  const operand = (i: number) => w.load(w.i32Const(freeMemory + 16 * i))
  const module = encodeModule({
    imports: hostImports,
    functions: [
      ...elementaryFunctions(),
      ...names.map((name) => ({
        name,
        parameters: [],
        results: [],
        locals: [],
        body: w.store(
          w.i32Const(freeMemory + 32),
          pairCall(name, operand(0), ...(name === 'power' ? [operand(1)] : [])),
        ),
      })),
    ],
    memory: freeMemory + 48,
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { host: hostFunctions })
  const memory = exports.memory as WebAssembly.Memory
  writeTables(memory.buffer)
  const numbers = new Float64Array(memory.buffer, freeMemory, 6)
  return (name: PairFunction, a: readonly [number, number], b: readonly [number, number] = [0, 0]) => {
    numbers.set([...a, ...b])
    ;(exports[name] as () => void)()
    return [numbers[4]!, numbers[5]!] as const
  }
})()

/** The same draws every time (a linear congruence with the constants of Numerical Recipes). */
function draws(): () => number {
  let state = 12345
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const bounds: readonly [PairFunction, number, (u: () => number) => number, (x: number) => Exact][] = [
  ['exp', 0.6, (u) => (u() - 0.5) * 1414, (x) => exactExp(exactly(x))],
  ['exp', 0.6, (u) => (u() - 0.5) * 2, (x) => exactExp(exactly(x))],
  ['expm1', 2.5, (u) => (u() - 0.5) * 200, (x) => exactExpm1(exactly(x))],
  ['expm1', 2.5, (u) => (u() - 0.5) * 2 ** (-30 * u()), (x) => exactExpm1(exactly(x))],
  ['ln', 0.6, (u) => 2 ** ((u() - 0.5) * 2000), (x) => fixed(exactLn(x))],
  ['ln', 0.6, (u) => 1 + (u() - 0.5) * 2 ** (-40 * u()), (x) => fixed(exactLn(x))],
  ['tanh', 3, (u) => (u() - 0.5) * 40, (x) => exactTanh(exactly(x))],
  ['tanh', 3, (u) => (u() - 0.5) * 2 ** (-30 * u()), (x) => exactTanh(exactly(x))],
  ['sin', 1, (u) => (u() - 0.5) * 20, (x) => fixed(exactSin(exactly(x)))],
  ['sin', 1, (u) => (u() - 0.5) * 500000, (x) => fixed(exactSin(exactly(x)))],
  ['cos', 1, (u) => (u() - 0.5) * 20, (x) => fixed(exactCos(exactly(x)))],
  ['cos', 1, (u) => Math.round(u() * 1000) * (Math.PI / 2), (x) => fixed(exactCos(exactly(x)))],
]

describe('elementary functions on two lanes', () => {
  for (const [name, bound, draw, exact] of bounds)
    it(`${name} is within ${bound} units in the last place`, () => {
      const u = draws()
      let worst = 0
      for (let i = 0; i < 1500; i++) {
        const x = draw(u)
        if (x !== 0) worst = Math.max(worst, unitsOff(pairs(name, [x, 0.5])[0], exact(x)))
      }
      expect(worst).toBeLessThan(bound)
      expect(worst).toBeGreaterThan(0.3)
    })

  it('power is within 0.7 units in the last place', () => {
    const u = draws()
    let worst = 0
    for (let i = 0; i < 2000; i++) {
      const x = 2 ** ((u() - 0.5) * (i % 2 ? 2 : 60))
      const y = ((u() - 0.5) * 1400) / Math.abs(Math.log(x))
      worst = Math.max(worst, unitsOff(pairs('power', [0.5, x], [1, y])[1], exactPower(x, y)))
    }
    expect(worst).toBeLessThan(0.7)
  })

  it('does what the host does where the quick way ends', () => {
    const special = [
      0,
      -0,
      1,
      -1,
      5e-324,
      1e-310,
      708.5,
      -708.5,
      709.78,
      710,
      -745,
      -746,
      1e300,
      -1e300,
      Infinity,
      -Infinity,
      NaN,
    ]
    for (const name of names)
      for (const a of special)
        for (const b of name === 'power' ? special : [0]) {
          const host = name === 'tanh' ? Math.tanh(a) : hostFunctions[name](a, b)
          const [first, second] = pairs(name, [a, 0.5], [b, 1])
          if (!(Object.is(first, host) || Math.abs(first / host - 1) < 1e-15))
            expect([name, a, b, first]).toEqual([name, a, b, host])
          expect(pairs(name, [0.5, 0.5], [1, 1])[1]).toBe(second)
        }
  })

  it('gives the same in either lane, whatever the other holds', () => {
    const u = draws()
    for (const name of names)
      for (let i = 0; i < 300; i++) {
        const [x, y] = [u() * 20, u() * 1e4]
        const [a, b] = pairs(name, [x, y], [1.5, -0.5])
        expect(pairs(name, [y, x], [-0.5, 1.5])).toEqual([b, a])
        expect(pairs(name, [x, NaN], [1.5, 2])[0]).toBe(a)
      }
  })
})
