import { philox4x32, randomStream } from '@counterpart/numerics'

/**
 * Random numbers without state. The uniform that patient `number` of a source draws as its `occurrence`-th from a
 * stream is half a block of Philox4x32-10: the counter holds number >> 1, occurrence and replication, the key and the
 * last word of the counter hold a hash of (seed, stream name, source name); even numbers take the first half, odd ones
 * the second. So a draw depends on nothing that happened elsewhere in the run: scenarios that share names share their
 * random numbers patient by patient, and there is nothing to capture but how often each patient drew.
 */
export interface Draws {
  /** Key 0, key 1 and counter 3 of (stream, source) at 3·(stream·sources + source). */
  readonly keys: Int32Array
  readonly sources: number
  /**
   * The last block of each pair of names, since the next patient most often wants its other half: what it is of
   * (number >> 1, occurrence, replication) and its two uniforms.
   */
  readonly blocks: Int32Array
  readonly uniforms: Float64Array
}

/** The keys hashed last: the members of a forecast ask for the same ones, and hashing names is most of beginning a run. */
let latest: { readonly names: readonly (string | number)[]; readonly keys: Int32Array } | undefined

function keysOf(seed: number, streams: readonly string[], sources: readonly string[]): Int32Array {
  const names = [seed, streams.length, ...streams, ...sources]
  if (latest?.names.length === names.length && names.every((name, i) => Object.is(name, latest!.names[i])))
    return latest.keys
  const keys = new Int32Array(3 * streams.length * sources.length)
  let at = 0
  for (const stream of streams)
    for (const source of sources) {
      const hash = randomStream('discrete', seed, stream, source)
      for (let i = 0; i < 3; i++) keys[at++] = hash.uint32()
    }
  latest = { names, keys }
  return keys
}

/** The draws for every pair of names under one seed. */
export function drawsOf(seed: number, streams: readonly string[], sources: readonly string[]): Draws {
  const pairs = streams.length * sources.length
  const keys = keysOf(seed, streams, sources)
  return {
    keys,
    sources: sources.length,
    // Nobody has the pair number −1.
    blocks: new Int32Array(3 * pairs).fill(-1),
    uniforms: new Float64Array(2 * pairs),
  }
}

const block = new Uint32Array(4)

/** Uniform in (0, 1) on the odd multiples of 2⁻⁵³. */
export function uniformOf(
  draws: Draws,
  stream: number,
  source: number,
  number: number,
  occurrence: number,
  replication: number,
): number {
  const { blocks, keys, uniforms } = draws
  const place = stream * draws.sources + source
  const at = 3 * place
  const pair = number >>> 1
  const rest = replication | 0
  if (blocks[at] !== pair || blocks[at + 1] !== occurrence || blocks[at + 2] !== rest) {
    blocks[at] = pair
    blocks[at + 1] = occurrence
    blocks[at + 2] = rest
    philox4x32(block, pair, occurrence, rest, keys[at + 2]!, keys[at]!, keys[at + 1]!)
    uniforms[2 * place] = uniform(block[0]!, block[1]!)
    uniforms[2 * place + 1] = uniform(block[2]!, block[3]!)
  }
  return uniforms[2 * place + (number & 1)]!
}

/** Of two words of a block. */
export const uniform = (high: number, low: number): number => ((high >>> 6) * 67108864 + (low >>> 6) + 0.5) * 2 ** -52
