import { type Code, f64, type Signature, v128, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { factorial } from '../../graph/factorial.ts'
import {
  exponentialTable,
  halfPiParts,
  ln2Head,
  ln2Tail,
  logarithmStart,
  logarithmTable,
  stepHead,
  stepTail,
} from './tables.ts'

/**
 * Elementary functions on two lanes, each lane as if it were alone. Where an argument is out of the range of the quick
 * way (huge, tiny, not a number) that lane is handed to the host's own function.
 *
 * Exponential and logarithm go by tables (Tang 1989, doi:10.1145/63522.214928; 1990, doi:10.1145/98267.98294) with
 * Taylor's series between the entries, sine and cosine by Cody and Waite's reduction. Errors measured over the whole
 * range (`elementary.test.ts`): exp, ln, sin, cos and power below 1 unit in the last place, expm1 below 2.5, tanh below 3.
 */
export type PairFunction = 'exp' | 'expm1' | 'ln' | 'tanh' | 'sin' | 'cos' | 'power'

/** What the host does for single numbers; in this order they are a module's first imports. */
export const hostFunctions = {
  exp: Math.exp,
  expm1: Math.expm1,
  ln: Math.log,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: Math.atanh,
  power: (a: number, b: number) => a ** b,
  rem: (a: number, b: number) => a % b,
  factorial,
} as const
export type HostFunction = keyof typeof hostFunctions

const twoOperands: ReadonlySet<string> = new Set(['power', 'rem'])
const importNames = Object.keys(hostFunctions) as HostFunction[]

export const hostImports: readonly (Signature & { readonly name: string })[] = importNames.map((name) => ({
  name,
  parameters: twoOperands.has(name) ? [f64, f64] : [f64],
  results: [f64],
}))

export const pairFunctions = ['exp', 'expm1', 'ln', 'tanh', 'sin', 'cos', 'power'] as const

/** Numbers by which a kernel calls functions of {@link elementaryFunctions}. */
export function pairCall(name: PairFunction | HostFunction, ...operands: readonly Code[]): Code {
  const quick = pairFunctions.indexOf(name as PairFunction)
  const target = quick >= 0 ? hostImports.length + quick : hostImports.length + pairFunctions.length + slot(name)
  return w.call(target, ...operands)
}

const slot = (name: PairFunction | HostFunction) => importNames.indexOf(name as HostFunction)

/** First functions of every kernel's module: the quick ones, then each host function lane by lane. */
export function elementaryFunctions(): readonly WasmFunction[] {
  return [
    quick('exp', 1, 8, (s) => exponential(s, false)),
    quick('expm1', 1, 8, (s) => exponential(s, true)),
    quick('ln', 1, 14, (s) => logarithm(s)),
    quick('tanh', 1, 3, (s) => hyperbolicTangent(s)),
    quick('sin', 1, 10, (s) => trigonometric(s, 0n)),
    quick('cos', 1, 10, (s) => trigonometric(s, 1n)),
    quick('power', 2, 20, (s) => power(s)),
    ...importNames.map((name) => laneByLane(name)),
  ]
}

type Locals = readonly number[]

/** How many locals of its own {@link inlineExponential} needs. */
export const inlineLocals = 7

/** The exponential written out in place, which saves putting everything else away for a call. */
export function inlineExponential(operand: Code, locals: Locals): Code {
  return [w.set(locals[0]!, operand), exponential(locals, false)]
}

function quick(_name: PairFunction, operands: number, locals: number, body: (locals: Locals) => Code): WasmFunction {
  return {
    parameters: Array(operands).fill(v128),
    results: [v128],
    locals: Array(locals).fill(v128),
    body: body(Array.from({ length: operands + locals }, (_, i) => i)),
  }
}

function laneByLane(name: HostFunction): WasmFunction {
  const operands = twoOperands.has(name) ? [0, 1] : [0]
  const of = (which: 0 | 1) => w.call(slot(name), ...operands.map((local) => w.lane(which, w.get(local))))
  return {
    parameters: operands.map(() => v128),
    results: [v128],
    locals: [],
    body: w.replaceLane(1, w.splat(of(0)), of(1)),
  }
}

/** `result`, but the host's in lanes where the mask `ok` is zero. */
function mended(name: HostFunction, operands: readonly number[], ok: number, result: number): Code {
  const keepOr = (which: 0 | 1) =>
    w.ifElse(
      w.i32Wrap(w.wholeLane(which, w.get(ok))),
      w.lane(which, w.get(result)),
      w.call(slot(name), ...operands.map((local) => w.lane(which, w.get(local)))),
      f64,
    )
  return w.ifElse(w.allTrue(w.get(ok)), w.get(result), w.replaceLane(1, w.splat(keepOr(0)), keepOr(1)), v128)
}

/** Adding it puts the nearest whole number in a number's lowest bits. */
const shifter = 6755399441055744

/** A polynomial by Horner's rule, constant first. */
const polynomial = (x: Code, coefficients: readonly number[]): Code =>
  coefficients.slice(0, -1).reduceRight<Code>((sum, c) => w.add(w.both(c), w.mul(x, sum)), w.both(coefficients.at(-1)!))

const tableEntry = (size: number, which: 0 | 1, index: Code): Code =>
  w.i32Shl(w.i32And(w.i32Wrap(w.wholeLane(which, index)), w.i32Const(127)), w.i32Const(size))

/** Sets `scale` and `part` so that e^(x + extra) = scale · (1 + part), for |x| ≤ 708. */
function scaleAndPart(x: number, extra: number | undefined, k: number, r: number, scale: number, part: number): Code {
  const g = w.get
  const entry = (which: 0 | 1) => w.load(tableEntry(4, which, g(k)), exponentialTable)
  return [
    w.set(k, w.add(w.mul(g(x), w.both(1 / (stepHead + stepTail))), w.both(shifter))),
    w.set(r, w.sub(g(k), w.both(shifter))),
    w.set(r, w.sub(w.sub(g(x), w.mul(g(r), w.both(stepHead))), w.mul(g(r), w.both(stepTail)))),
    extra === undefined ? [] : w.set(r, w.add(g(r), g(extra))),
    w.set(scale, entry(0)),
    w.set(part, w.firsts(g(scale), w.tee(x, entry(1)))),
    w.set(scale, w.wholeAdd(w.seconds(g(scale), g(x)), w.shiftLeft(g(k), 45))),
    w.set(k, w.mul(g(r), g(r))),
    w.set(
      part,
      w.add(
        w.add(w.add(g(part), g(r)), w.mul(g(k), polynomial(g(r), [1 / 2, 1 / 6]))),
        w.mul(w.mul(g(k), g(k)), polynomial(g(r), [1 / 24, 1 / 120])),
      ),
    ),
  ]
}

function exponential(s: Locals, lessOne: boolean): Code {
  const [x, k, r, scale, part, argument, ok] = s as [number, number, number, number, number, number, number]
  const g = w.get
  const value = lessOne
    ? w.select(w.eq(g(argument), w.both(0)), g(argument), w.add(w.sub(g(scale), w.both(1)), w.mul(g(scale), g(part))))
    : w.add(g(scale), w.mul(g(scale), g(part)))
  return [
    w.set(argument, g(x)),
    w.set(ok, w.le(w.abs(g(x)), w.both(708))),
    scaleAndPart(x, undefined, k, r, scale, part),
    w.set(part, value),
    mended(lessOne ? 'expm1' : 'exp', [argument], ok, part),
  ]
}

/**
 * Sets `head` and `tail` to ln x in two parts (relative error of their sum below 2⁻⁶³) and `ok` where x is a normal
 * positive number: x = 2^k z, r = z/c − 1 exactly in two parts, ln x = k ln 2 + ln c + r − r²/2 + r³/3 − …
 */
function logarithmParts(x: number, head: number, tail: number, ok: number, s: Locals): Code {
  const [bits, z, high, low, r, t, half, base, k] = s as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const g = w.get
  const index = w.shiftRight(g(bits), 45)
  const entry = (which: 0 | 1, at: number) => w.load(tableEntry(5, which, index), logarithmTable + at)
  return [
    w.set(ok, w.and(w.le(w.both(2.2250738585072014e-308), g(x)), w.le(g(x), w.both(Number.MAX_VALUE)))),
    w.set(bits, w.wholeSub(g(x), w.bothWhole(logarithmStart))),
    w.set(z, w.wholeSub(g(x), w.and(g(bits), w.bothWhole(-(1n << 52n))))),
    // k as a number: small whole numbers lie in the lowest bits of a number near the shifter.
    w.set(k, w.wholeAdd(shiftedRightBy52(g(bits)), w.both(shifter))),
    w.set(k, w.sub(g(k), w.both(shifter))),
    w.set(high, entry(0, 0)),
    w.set(low, entry(1, 0)),
    w.set(t, w.firsts(g(high), g(low))), // 1/c
    w.set(base, w.seconds(g(high), g(low))), // ln c, first part
    w.set(tail, w.firsts(entry(0, 16), entry(1, 16))), // ln c, second part
    w.set(r, w.and(w.wholeAdd(g(z), w.bothWhole(1n << 31n)), w.bothWhole(-(1n << 32n)))),
    w.set(low, w.mul(w.sub(g(z), g(r)), g(t))),
    w.set(high, w.sub(w.mul(g(r), g(t)), w.both(1))),
    w.set(r, w.add(g(high), g(low))),
    // Sum of the large parts, and what their rounding lost.
    w.set(base, w.add(w.mul(g(k), w.both(ln2Head)), g(base))),
    w.set(t, w.add(g(base), g(r))),
    w.set(tail, w.add(w.mul(g(k), w.both(ln2Tail)), g(tail))),
    w.set(tail, w.add(g(tail), w.add(w.sub(g(base), g(t)), g(r)))),
    // r lost what high + low rounded.
    w.set(tail, w.add(g(tail), w.add(w.sub(g(high), g(r)), g(low)))),
    // −r²/2 with the square of the first part exact.
    w.set(half, w.mul(w.both(-0.5), w.mul(g(high), g(high)))),
    w.set(head, w.add(g(t), g(half))),
    w.set(tail, w.add(g(tail), w.add(w.sub(g(t), g(head)), g(half)))),
    w.set(tail, w.sub(g(tail), w.mul(g(low), w.mul(w.both(0.5), w.add(g(high), g(r)))))),
    w.set(half, w.mul(g(r), g(r))),
    w.set(
      tail,
      w.add(
        g(tail),
        w.mul(w.mul(g(r), g(half)), polynomial(g(r), [1 / 3, -1 / 4, 1 / 5, -1 / 6, 1 / 7, -1 / 8, 1 / 9])),
      ),
    ),
    w.set(t, w.add(g(head), g(tail))),
    w.set(tail, w.add(w.sub(g(head), g(t)), g(tail))),
    w.set(head, g(t)),
  ]
}

const shiftedRightBy52 = (value: Code): Code => w.shiftRight(value, 52)

function logarithm(s: Locals): Code {
  const [x, head, tail, ok, ...rest] = s as [number, number, number, number, ...number[]]
  return [logarithmParts(x, head, tail, ok, rest), mended('ln', [x], ok, head)]
}

/** x^y = e^(y ln x) with the product y ln x in two parts (Dekker 1971). */
function power(s: Locals): Code {
  const [x, y, head, tail, ok, k, r, scale, part, product, yHigh, ...rest] = s as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ]
  const g = w.get
  const upper = (value: Code) => w.and(value, w.bothWhole(-(1n << 27n)))
  const general = [
    logarithmParts(x, head, tail, ok, rest),
    w.set(yHigh, upper(g(y))),
    w.set(k, upper(g(head))),
    w.set(tail, w.add(w.sub(g(head), g(k)), g(tail))),
    w.set(product, w.mul(g(yHigh), g(k))),
    w.set(tail, w.add(w.mul(w.sub(g(y), g(yHigh)), g(k)), w.mul(g(y), g(tail)))),
    w.set(ok, w.and(g(ok), w.le(w.abs(g(product)), w.both(707)))),
    scaleAndPart(product, tail, k, r, scale, part),
    w.set(part, w.add(g(scale), w.mul(g(scale), g(part)))),
    mended('power', [x, y], ok, part),
  ]
  // Parameters that are powers mostly are these: how many molecules bind together.
  const whenBoth = (exponent: number, then: Code, otherwise: Code) =>
    w.ifElse(w.allTrue(w.eq(g(y), w.both(exponent))), then, otherwise, v128)
  return whenBoth(1, g(x), whenBoth(2, w.mul(g(x), g(x)), general))
}

/** tanh |x| = −t / (t + 2) with t = e^(−2|x|) − 1; the argument's sign comes back at the end. */
function hyperbolicTangent(s: Locals): Code {
  const [x, t] = s as [number, number]
  const g = w.get
  return [
    w.set(t, pairCall('expm1', w.mul(w.both(-2), w.min(w.abs(g(x)), w.both(30))))),
    w.or(w.abs(w.div(g(t), w.add(g(t), w.both(2)))), w.and(g(x), w.bothWhole(-(1n << 63n)))),
  ]
}

/** Taylor's coefficients behind the leading ones: −1/3!, 1/5!, … and 1/4!, −1/6!, … */
const series = (from: number, count: number, sign: number) =>
  Array.from({ length: count }, (_, i) => {
    let factorial = 1
    for (let n = 2; n <= from + 2 * i; n++) factorial *= n
    return (i % 2 === 0 ? sign : -sign) / factorial
  })

/** Sine of x + `quarters` · π/2: x = n π/2 + (r + low), both series, the one that n says. */
function trigonometric(s: Locals, quarters: bigint): Code {
  const [x, n, k, r, low, z, sine, cosine, t] = s as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const g = w.get
  const [first, second, third] = halfPiParts
  return [
    w.set(k, w.add(w.mul(g(x), w.both(2 / Math.PI)), w.both(shifter))),
    w.set(n, w.sub(g(k), w.both(shifter))),
    w.set(t, w.sub(g(x), w.mul(g(n), w.both(first)))),
    w.set(z, w.mul(g(n), w.both(second))),
    w.set(r, w.sub(g(t), g(z))),
    w.set(low, w.sub(w.sub(w.sub(g(t), g(r)), g(z)), w.mul(g(n), w.both(third)))),
    // r anew, so that r + low has no more than a rounding in low.
    w.set(t, w.add(g(r), g(low))),
    w.set(low, w.add(w.sub(g(r), g(t)), g(low))),
    w.set(r, g(t)),
    w.set(z, w.mul(g(r), g(r))),
    w.set(
      sine,
      w.add(
        g(r),
        w.add(
          w.mul(w.mul(g(z), g(r)), polynomial(g(z), series(3, 8, -1))),
          w.mul(g(low), w.sub(w.both(1), w.mul(w.both(0.5), g(z)))),
        ),
      ),
    ),
    w.set(t, w.sub(w.both(1), w.mul(w.both(0.5), g(z)))),
    w.set(
      cosine,
      w.add(
        g(t),
        w.add(
          w.sub(w.sub(w.both(1), g(t)), w.mul(w.both(0.5), g(z))),
          w.sub(w.mul(w.mul(g(z), g(z)), polynomial(g(z), series(4, 8, 1))), w.mul(g(r), g(low))),
        ),
      ),
    ),
    w.set(k, w.wholeAdd(g(k), w.bothWhole(quarters))),
    w.set(t, w.shiftRight(w.shiftLeft(g(k), 63), 63)),
    w.set(t, w.select(g(t), g(cosine), g(sine))),
    w.set(t, w.xor(g(t), w.shiftLeft(w.and(g(k), w.bothWhole(2n)), 62))),
    quarters === 0n ? w.set(t, w.select(w.eq(g(x), w.both(0)), g(x), g(t))) : [],
    w.set(n, w.le(w.abs(g(x)), w.both(262144))),
    mended(quarters === 0n ? 'sin' : 'cos', [x], n, t),
  ]
}
