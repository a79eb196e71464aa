import { type Code, encodeModule, i32, type ValueType, v128 } from '../wasm/src/encode.ts'
import * as w from '../wasm/src/instructions.ts'
import { philox4x32, philoxRounds } from './philox.ts'
import { logarithm, portableLog } from './portable-math.ts'

/** Blocks of a batch. */
const BLOCKS = 4

/**
 * Four blocks of {@link philox4x32} with neighbouring counters at a time, as uniform numbers: a quarter of the time of the
 * blocks one by one.
 */
export interface UniformBatch {
  /**
   * Of block b = 0 … 3: place b for the block's first two words, place 4 + b for its last two. On the odd multiples of
   * 2⁻⁵³ in (0, 1). Overwritten by the next batch.
   */
  readonly uniforms: Float64Array
  /** −ln of the same by `portableLog`, after `drawExponential`. */
  readonly exponentials: Float64Array
  /** Blocks with the first word of the counter from `counter0` on, which must be a multiple of 4. */
  draw(counter0: number, counter1: number, counter2: number, counter3: number, key0: number, key1: number): void
  drawExponential(
    counter0: number,
    counter1: number,
    counter2: number,
    counter3: number,
    key0: number,
    key1: number,
  ): void
}

let made: UniformBatch | undefined

/** The batch of this thread: in WebAssembly where that may run, else by numbers; bit for bit the same. */
export function uniformBatch(): UniformBatch {
  made ??= inWebAssembly() ?? byNumbers()
  return made
}

/** Without WebAssembly, which a page's content security policy may forbid. */
export function byNumbers(): UniformBatch {
  const uniforms = new Float64Array(2 * BLOCKS)
  const exponentials = new Float64Array(2 * BLOCKS)
  const block = new Uint32Array(4)
  const draw: UniformBatch['draw'] = (counter0, ...rest) => {
    for (let b = 0; b < BLOCKS; b++) {
      philox4x32(block, counter0 + b, ...rest)
      uniforms[b] = uniformOfWords(block[0]!, block[1]!)
      uniforms[BLOCKS + b] = uniformOfWords(block[2]!, block[3]!)
    }
  }
  return {
    uniforms,
    exponentials,
    draw,
    drawExponential(...counterAndKey) {
      draw(...counterAndKey)
      for (let i = 0; i < 2 * BLOCKS; i++) exponentials[i] = -portableLog(uniforms[i]!)
    },
  }
}

const uniformOfWords = (high: number, low: number) => ((high >>> 6) * 2 ** 26 + (low >>> 6) + 0.5) * 2 ** -52

export function inWebAssembly(): UniformBatch | undefined {
  const bytes = 8 * 2 * BLOCKS
  const parameters = [i32, i32, i32, i32, i32, i32] as const
  const locals = Array.from({ length: LOCALS }, () => v128 as ValueType)
  try {
    const module = new WebAssembly.Module(
      encodeModule({
        imports: [],
        functions: [
          { name: 'draw', parameters, results: [], locals, body: drawCode },
          { name: 'drawExponential', parameters, results: [], locals, body: [drawCode, logarithmsCode(bytes)] },
        ],
        memory: 2 * bytes,
      }),
    )
    const { exports } = new WebAssembly.Instance(module)
    const { buffer } = exports.memory as WebAssembly.Memory
    return {
      uniforms: new Float64Array(buffer, 0, 2 * BLOCKS),
      exponentials: new Float64Array(buffer, bytes, 2 * BLOCKS),
      draw: exports.draw as UniformBatch['draw'],
      drawExponential: exports.drawExponential as UniformBatch['draw'],
    }
  } catch {
    return undefined
  }
}

// Locals: four words of the counter of four blocks, two of the key, two products, two numbers at work.
const [C0, C1, C2, C3, K0, K1, LOW, HIGH, NEXT, F, S, Z] = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17] as const
const LOCALS = 12
const { get, set } = w
const address = w.i32Const(0)

const rounds: Code = Array.from({ length: 10 }, (_, round) => {
  const { multipliers, increments } = philoxRounds
  // The upper halves of the products go to NEXT and C2, the lower ones to C3 and C1.
  const product = (word: number, by: number): Code => [
    set(LOW, w.productsOfFirst(get(word), w.fourSplat(w.i32Const(by)))),
    set(HIGH, w.productsOfLast(get(word), w.fourSplat(w.i32Const(by)))),
  ]
  const upper = w.pick(get(LOW), get(HIGH), [1, 3, 5, 7])
  const lower = w.pick(get(LOW), get(HIGH), [0, 2, 4, 6])
  return [
    round === 0
      ? []
      : [
          set(K0, w.fourAdd(get(K0), w.fourSplat(w.i32Const(increments[0])))),
          set(K1, w.fourAdd(get(K1), w.fourSplat(w.i32Const(increments[1])))),
        ],
    product(C0, multipliers[0]),
    set(NEXT, w.xor(w.xor(upper, get(C3)), get(K1))),
    set(C3, lower),
    product(C2, multipliers[1]),
    set(C0, w.xor(w.xor(upper, get(C1)), get(K0))),
    set(C1, lower),
    set(C2, get(NEXT)),
  ]
})

/** Two of the four uniforms of a pair of words. */
function uniformCode(high: number, low: number, last: boolean): Code {
  const part = (word: number) => {
    const shifted = w.fourShiftRight(get(word), 6)
    return w.numbersOfFirst(last ? w.pick(shifted, shifted, [2, 3, 2, 3]) : shifted)
  }
  const whole = w.add(w.mul(part(high), w.both(2 ** 26)), part(low))
  return w.mul(w.add(whole, w.both(0.5)), w.both(2 ** -52))
}

const neighbours = [1, 2, 3] as const
const drawCode: Code = [
  set(C0, w.fourSplat(get(0))),
  neighbours.map((b) => set(C0, w.fourLane(b, get(C0), w.i32Add(get(0), w.i32Const(b))))),
  [1, 2, 3, 4, 5].map((parameter) => set(C0 + parameter, w.fourSplat(get(parameter)))),
  rounds,
  w.store(address, uniformCode(C0, C1, false), 0),
  w.store(address, uniformCode(C0, C1, true), 16),
  w.store(address, uniformCode(C2, C3, false), 32),
  w.store(address, uniformCode(C2, C3, true), 48),
]

/** −ln of all uniforms, operation by operation as `portableLog`. */
function logarithmsCode(behind: number): Code {
  const { LN2_HIGH, LN2_LOW, CARRY, even, odd } = logarithm
  const series = (coefficients: readonly number[]): Code =>
    coefficients.length === 1
      ? w.both(coefficients[0]!)
      : w.add(w.both(coefficients[0]!), w.mul(get(W), series(coefficients.slice(1))))
  const [BIASED, EXPONENT, W, HALF] = [C0, C1, C2, C3]
  const twoAt = (at: number): Code => [
    set(F, w.load(address, at)),
    set(BIASED, w.shiftRightUnsigned(w.wholeAdd(w.shiftRightUnsigned(get(F), 32), w.bothWhole(BigInt(CARRY))), 20)),
    // A whole number below 2⁵² in the last bits of 2⁵² is added to it.
    set(EXPONENT, w.sub(w.or(get(BIASED), w.both(2 ** 52)), w.both(2 ** 52 + 1023))),
    set(F, w.sub(w.mul(get(F), w.shiftLeft(w.wholeSub(w.bothWhole(2046n), get(BIASED)), 52)), w.both(1))),
    set(S, w.div(get(F), w.add(get(F), w.both(2)))),
    set(Z, w.mul(get(S), get(S))),
    set(W, w.mul(get(Z), get(Z))),
    set(HALF, w.mul(w.mul(w.both(0.5), get(F)), get(F))),
    w.store(
      address,
      w.neg(
        w.sub(
          w.mul(get(EXPONENT), w.both(LN2_HIGH)),
          w.sub(
            w.sub(
              get(HALF),
              w.add(
                w.mul(get(S), w.add(get(HALF), w.add(w.mul(get(W), series(even)), w.mul(get(Z), series(odd))))),
                w.mul(get(EXPONENT), w.both(LN2_LOW)),
              ),
            ),
            get(F),
          ),
        ),
      ),
      behind + at,
    ),
  ]
  return [0, 16, 32, 48].map(twoAt)
}
