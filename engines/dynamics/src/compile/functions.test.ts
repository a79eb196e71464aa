import { encodeModule, f64, type WasmFunction, w } from '@counterpart/numerics/wasm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../graph/evaluate.ts'
import { createGraph } from '../graph/graph.ts'
import type { Node } from '../node.ts'
import { exponential } from './exponential.ts'
import { compileFunction } from './functions.ts'
import { functionText } from './javascript.ts'
import { buildRoots, exactRecipe, smoothRecipe } from './random-graph.test-data.ts'
import { exactExp, exactly, unitsOff } from './wasm/elementary.test-data.ts'
import { elementaryFunctions, hostFunctions, hostImports } from './wasm/elementary.ts'
import { kernelFunctions } from './wasm/kernel-function.ts'
import { freeMemory, writeTables } from './wasm/tables.ts'

const none = new Float64Array(0)
const noNames = new Map<Node, string>()

function inJavaScript(roots: readonly Node[], t: number, y: Float64Array, p: Float64Array): Float64Array {
  const into = new Float64Array(roots.length)
  compileFunction('values', roots, noNames)(t, y, p, none, none, into)
  return into
}

/** Values in the first lane, the second has other inputs; or single numbers, with the same time in both lanes. */
function inWebAssembly(
  roots: readonly Node[],
  t: number,
  y: Float64Array,
  p: Float64Array,
  single = false,
): Float64Array {
  const states = freeMemory
  const parameters = states + 16 * y.length
  const results = parameters + 16 * p.length
  const work = results + 16 * roots.length
  const first = hostImports.length + elementaryFunctions().length
  const { functions, workSize } = kernelFunctions('values', roots, { parameters, work, single }, first)
  const run: WasmFunction = {
    name: 'run',
    parameters: [f64, f64],
    results: [],
    locals: [],
    body: w.call(
      first + functions.length - 1,
      w.replaceLane(1, w.splat(w.get(0)), w.get(1)),
      w.i32Const(states),
      w.i32Const(results),
    ),
  }
  const module = encodeModule({
    imports: hostImports,
    functions: [...elementaryFunctions(), ...functions, run],
    memory: work + 16 * workSize,
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { host: hostFunctions })
  const { buffer } = exports.memory as WebAssembly.Memory
  writeTables(buffer)
  const lanes = (at: number, count: number) => new Float64Array(buffer, at, 2 * count)
  if (single) {
    lanes(states, y.length).set(y)
    lanes(parameters, p.length).set(p)
    ;(exports.run as (a: number, b: number) => void)(t, t)
    return lanes(results, roots.length).slice(0, roots.length)
  }
  for (const [values, at] of [
    [y, states],
    [p, parameters],
  ] as const)
    lanes(at, values.length).set([...values].flatMap((value) => [value, -value + 0.25]))
  ;(exports.run as (a: number, b: number) => void)(t, t + 1)
  return lanes(results, roots.length).filter((_, i) => i % 2 === 0)
}

const number = fc.double({ min: -5, max: 5, noNaN: true })
const inputs = fc.record({
  t: number,
  y: fc.array(number, { minLength: 3, maxLength: 3 }),
  p: fc.array(number, { minLength: 2, maxLength: 2 }),
})

describe('formulas compiled', () => {
  it('to JavaScript and WebAssembly give the bits that evaluating them gives', () => {
    fc.assert(
      fc.property(exactRecipe, inputs, (recipe, { t, y, p }) => {
        const roots = buildRoots(createGraph(), recipe)
        const [states, parameters] = [Float64Array.from(y), Float64Array.from(p)]
        const expected = Float64Array.from(evaluate(roots, { time: t, states, parameters }))
        expect(inJavaScript(roots, t, states, parameters)).toEqual(expected)
        for (const single of [false, true])
          expect(inWebAssembly(roots, t, states, parameters, single)).toEqual(expected)
      }),
      { numRuns: 80 },
    )
  })

  it('give the same values to rounding where elementary functions take part', () => {
    fc.assert(
      fc.property(smoothRecipe, inputs, (recipe, { t, y, p }) => {
        const roots = buildRoots(createGraph(), recipe)
        const [states, parameters] = [Float64Array.from(y), Float64Array.from(p)]
        const expected = evaluate(roots, { time: t, states, parameters })
        const inLanes = inWebAssembly(roots, t, states, parameters)
        const single = inWebAssembly(roots, t, states, parameters, true)
        expect(single).toEqual(inLanes)
        for (const values of [inJavaScript(roots, t, states, parameters), inLanes])
          for (const [i, value] of expected.entries())
            expect(Math.abs(values[i]! - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)))
      }),
      { numRuns: 80 },
    )
  })

  it('in long functions are cut into parts', () => {
    const graph = createGraph()
    let last: Node = graph.state(0)
    const all: Node[] = []
    for (let i = 0; i < 6000; i++) {
      last = graph.binary('sub', graph.binary('mul', last, graph.parameter(i % 2)), graph.number(i))
      all.push(last)
    }
    const roots = [last, all[10]!, all[5000]!]
    const [y, p] = [Float64Array.of(0.7), Float64Array.of(0.999, -1.001)]
    expect(functionText('rates', roots, noNames).text).toContain('rates_2(t, y, p, u, l, into)')
    const expected = Float64Array.from(evaluate(roots, { time: 0, states: y, parameters: p }))
    expect(inJavaScript(roots, 0, y, p)).toEqual(expected)
    expect(inWebAssembly(roots, 0, y, p)).toEqual(expected)
  })

  it('nest choices as deep as they come', () => {
    const graph = createGraph()
    let last: Node = graph.number(-1)
    for (let i = 3000; i > 0; i--)
      last = graph.if(
        graph.binary('lt', graph.state(0), graph.number(i)),
        graph.unary('exp', graph.binary('mul', graph.number(-i), graph.parameter(0))),
        last,
      )
    const [y, p] = [Float64Array.of(2999.5), Float64Array.of(1 / 3000)]
    // The first condition that holds is that of 1 to 3000 in order: state < 3000.
    expect(inJavaScript([last], 0, y, p)[0]).toBeCloseTo(Math.exp(-1), 14)
    expect(inWebAssembly([last], 0, y, p)[0]).toBeCloseTo(Math.exp(-1), 14)
  })

  it('compute only the side of a choice that is chosen, and once what is shared', () => {
    const graph = createGraph()
    const root = graph.unary('exp', graph.state(1))
    const both = graph.binary('mul', root, root)
    const choice = graph.if(
      graph.binary('lt', graph.state(0), graph.number(0)),
      both,
      graph.unary('ln', graph.state(2)),
    )
    expect(functionText('rates', [graph.binary('add', choice, graph.number(1))], new Map([[root, 'root']])).text).toBe(
      `function rates(t, y, p, u, l, into) {
  const v1 = y[0]
  let v2
  if (v1 < 0) {
    const v3 = y[1]
    const root = exp(v3)
    v2 = root * root
  } else {
    const v4 = y[2]
    v2 = Math.log(v4)
  }
  into[0] = v2 + 1
}`,
    )
  })

  it('have names from the model that can only be names', () => {
    const graph = createGraph()
    const nasty = ['constructor', 'a; throw 1 //', 'into', '`1`', '\u2028x', 'ça', 'delete', '1e5', 'y', 'exp', '']
    const nodes = nasty.map((_, slot) => graph.state(slot))
    const sum = nodes.reduce((a, b) => graph.binary('add', a, b))
    const text = functionText('rates', [sum], new Map(nodes.map((node, i) => [node, nasty[i]!]))).text
    expect(text).toMatch(/^[\w\s(){}[\],=+.]+$/)
    const into = new Float64Array(1)
    const evaluate = compileFunction('rates', [sum], new Map(nodes.map((node, i) => [node, nasty[i]!])))
    evaluate(
      0,
      Float64Array.from(nasty, (_, i) => 2 ** i),
      none,
      none,
      none,
      into,
    )
    expect(into[0]).toBe(2 ** nasty.length - 1)
  })
})

describe('the exponential', () => {
  it('is within 0.6 units in the last place, and the language’s own where it is out of range', () => {
    let worst = 0
    for (let i = 0; i < 2000; i++) {
      const x = ((i * 0.6180339887498949) % 1) * 1416 - 708
      worst = Math.max(worst, unitsOff(exponential(x), exactExp(exactly(x))))
    }
    expect(worst).toBeLessThan(0.6)
    for (const x of [0, -0, 710, -746, -740, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(exponential(x)).toBe(Math.exp(x))
  })
})
