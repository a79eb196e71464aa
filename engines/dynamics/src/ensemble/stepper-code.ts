import { type Code, f64, i32, type ValueType, v128, type WasmFunction, w } from '@counterpart/numerics/wasm'

// What the integrators' code has in common.

/** Vectors of this length or less are gone through without a loop. */
const unrolled = 40

/** Numbers locals as they are asked for. */
export function createFunction(name: string, parameters: readonly ValueType[], results: readonly ValueType[] = []) {
  const locals: ValueType[] = []
  return {
    local(type: ValueType = v128): number {
      locals.push(type)
      return parameters.length + locals.length - 1
    },
    end: (body: Code): WasmFunction => ({ name, parameters, results, locals, body }),
  }
}

/** One element of a vector of pairs. */
export interface Element {
  load(vector: number): Code
  store(vector: number, value: Code): Code
}

/** `body` for each of `count` elements; `offset` is a local of its own. */
export function each(count: number, offset: number, body: (element: Element) => Code): Code {
  const element = (address: Code, more: number): Element => ({
    load: (vector) => w.load(address, vector + more),
    store: (vector, value) => w.store(address, value, vector + more),
  })
  if (count <= unrolled) return Array.from({ length: count }, (_, i) => body(element(w.i32Const(0), 16 * i)))
  return [
    w.set(offset, w.i32Const(0)),
    w.loop(
      body(element(w.get(offset), 0)),
      w.branchIf(0, w.i32LessUnsigned(w.tee(offset, w.i32Add(w.get(offset), w.i32Const(16))), w.i32Const(16 * count))),
    ),
  ]
}

/** `body` as often as the local `count` says, at least once. */
export function repeat(count: number, body: Code): Code {
  return w.loop(body, w.branchIf(0, w.tee(count, w.i32Sub(w.get(count), w.i32Const(1)))))
}

/** c₁ v₁ + c₂ v₂ + … of one element, the coefficients being locals. */
export function combination(
  element: Element,
  terms: readonly (readonly [coefficient: number, vector: number])[],
): Code {
  return terms
    .map(([coefficient, vector]) => w.mul(w.get(coefficient), element.load(vector)))
    .reduce((sum, term) => w.add(sum, term))
}

export const wholeSteps = [f64, f64, i32] as const
