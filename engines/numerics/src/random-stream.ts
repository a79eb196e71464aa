import { NumericsError } from './errors.ts'
import { normalQuantile } from './normal-quantile.ts'
import { philox4x32 } from './philox.ts'
import { portableExp, portableLog } from './portable-math.ts'

/** What a stream can be named with. */
export type StreamName = string | number

/**
 * A reproducible source of random numbers, known by its names alone: the same names give the same bytes on every
 * platform, in every worker, in any order of use. Drawing moves the stream on; no draw allocates.
 */
export interface RandomStream {
  /** 32 random bits as an integer in [0, 2³²). */
  uint32(): number
  /** Uniform in the open interval (0, 1), on the grid of multiples of 2⁻⁵³. */
  uniform(): number
  /** Standard normal (mean 0, variance 1), by inversion of one `uniform()`. */
  normal(): number
  /** Exponential with mean 1. */
  exponential(): number
  /** Uniform among 0, 1, … `below` − 1, without bias; `below` is an integer from 1 to 2⁵³ − 1. */
  integer(below: number): number
  /** Gamma with the given shape (> 0) and scale 1. */
  gamma(shape: number): number
  /** Fills the array with independent standard normals. */
  fillNormal(out: Float64Array): void
  /**
   * The stream of this stream's names followed by these; it does not depend on what was drawn here, so
   * `randomStream('a').substream('b')` is `randomStream('a', 'b')`.
   */
  substream(...names: readonly StreamName[]): RandomStream
}

/**
 * The stream with these names.
 *
 * A counter-based generator, Philox4x32-10 (Salmon et al. 2011, SC'11): of a 128-bit hash of the names, 64 bits are the
 * key and 64 bits the upper half of the counter; the lower half counts blocks, so a stream holds 2⁶⁶ draws of 32 bits
 * and two streams meet only if their hashes collide. Text and numbers are told apart (`1` is not `'1'`), and every name
 * carries its length (`('a', 'bc')` is not `('ab', 'c')`). The hash is for independence, not secrecy: never use a
 * stream for keys or tokens.
 *
 * Throws `NumericsError` (`argument-out-of-range`) for a name that is a number but not finite.
 *
 * @example
 * ```ts
 * const stream = randomStream('forecast', 'patient/17', 3)
 * stream.normal()
 * ```
 */
export function randomStream(...names: readonly StreamName[]): RandomStream {
  return new PhiloxStream(INITIAL_CHAIN, names)
}

const TWO_POW_MINUS_53 = 2 ** -53
const TWO_POW_32 = 2 ** 32

class PhiloxStream implements RandomStream {
  readonly #chain: Uint32Array
  readonly #block = new Uint32Array(4)
  readonly #key0: number
  readonly #key1: number
  readonly #counter2: number
  readonly #counter3: number
  #counter0 = 0
  #counter1 = 0
  #used = 4

  constructor(parent: Uint32Array, names: readonly StreamName[]) {
    const chain = parent.slice()
    for (const name of names) absorb(chain, name)
    this.#chain = chain
    const hash = new Uint32Array(4)
    philox4x32(hash, chain[0]!, chain[1]!, chain[2]!, chain[3]!, FINAL_KEY0, FINAL_KEY1)
    this.#key0 = (hash[0]! ^ chain[0]!) >>> 0
    this.#key1 = (hash[1]! ^ chain[1]!) >>> 0
    this.#counter2 = (hash[2]! ^ chain[2]!) >>> 0
    this.#counter3 = (hash[3]! ^ chain[3]!) >>> 0
  }

  uint32(): number {
    if (this.#used === 4) {
      philox4x32(this.#block, this.#counter0, this.#counter1, this.#counter2, this.#counter3, this.#key0, this.#key1)
      this.#counter0 = (this.#counter0 + 1) >>> 0
      if (this.#counter0 === 0) this.#counter1 = (this.#counter1 + 1) >>> 0
      this.#used = 0
    }
    return this.#block[this.#used++]!
  }

  uniform(): number {
    for (;;) {
      const value = this.#bits53()
      if (value !== 0) return value * TWO_POW_MINUS_53
    }
  }

  normal(): number {
    return normalQuantile(this.uniform())
  }

  exponential(): number {
    return -portableLog(this.uniform())
  }

  integer(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1)
      throw new NumericsError(
        'argument-out-of-range',
        `integer(below): below is ${below}; expected an integer from 1 to 2^53 - 1`,
      )
    // Draws in the incomplete last cycle of `below` are rejected, which is what keeps every value equally likely.
    if (below <= TWO_POW_32) {
      const limit = TWO_POW_32 - (TWO_POW_32 % below)
      for (;;) {
        const value = this.uint32()
        if (value < limit) return value % below
      }
    }
    const range = 2 ** 53
    const limit = range - (range % below)
    for (;;) {
      const value = this.#bits53()
      if (value < limit) return value % below
    }
  }

  /**
   * G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26 (2000)
   * 363–372; shapes below 1 by the identity G(a) = G(a + 1)·U^(1/a) of its section 6.
   */
  gamma(shape: number): number {
    if (!(shape > 0) || shape === Number.POSITIVE_INFINITY)
      throw new NumericsError('argument-out-of-range', `gamma(shape): shape is ${shape}; expected a positive number`)
    if (shape < 1) {
      const boosted = this.gamma(shape + 1)
      return boosted * portableExp(portableLog(this.uniform()) / shape)
    }
    const d = shape - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = this.normal()
      const root = 1 + c * x
      if (root <= 0) continue
      const v = root * root * root
      const u = this.uniform()
      const square = x * x
      if (u < 1 - 0.0331 * square * square) return d * v
      if (portableLog(u) < 0.5 * square + d * (1 - v + portableLog(v))) return d * v
    }
  }

  fillNormal(out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.normal()
  }

  substream(...names: readonly StreamName[]): RandomStream {
    return new PhiloxStream(this.#chain, names)
  }

  /** An integer in [0, 2⁵³). */
  #bits53(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return high * 67108864 + low
  }
}

/*
 * The hash of names. Each name becomes bytes: 1, the length of its UTF-8 in four bytes and that UTF-8; or 2 and its
 * IEEE 754 double; padded with zeros to whole blocks of eight bytes. Each block keys one Philox call on the 128-bit
 * chain, whose input is added back by exclusive or (the Davies–Meyer construction), so that no step can be undone to
 * make two names meet.
 */
const INITIAL_CHAIN = Uint32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344)
const FINAL_KEY0 = 0xffffffff
const FINAL_KEY1 = 0xa4093822
const utf8 = new TextEncoder()

function absorb(chain: Uint32Array, name: StreamName): void {
  const bytes = typeof name === 'string' ? bytesOfText(name) : bytesOfNumber(name)
  const view = new DataView(bytes.buffer)
  const mixed = new Uint32Array(4)
  for (let offset = 0; offset < bytes.length; offset += 8) {
    const key0 = view.getUint32(offset)
    const key1 = view.getUint32(offset + 4)
    philox4x32(mixed, chain[0]!, chain[1]!, chain[2]!, chain[3]!, key0, key1)
    for (let i = 0; i < 4; i++) chain[i]! ^= mixed[i]!
  }
}

function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const encoded = utf8.encode(text)
  const bytes = new Uint8Array(Math.ceil((5 + encoded.length) / 8) * 8)
  bytes[0] = 1
  new DataView(bytes.buffer).setUint32(1, encoded.length)
  bytes.set(encoded, 5)
  return bytes
}

function bytesOfNumber(value: number): Uint8Array<ArrayBuffer> {
  if (!Number.isFinite(value))
    throw new NumericsError(
      'argument-out-of-range',
      `randomStream: the name ${value} is not a finite number; name streams with text or finite numbers`,
    )
  const bytes = new Uint8Array(16)
  bytes[0] = 2
  // −0 and 0 are one name.
  new DataView(bytes.buffer).setFloat64(1, value === 0 ? 0 : value)
  return bytes
}
