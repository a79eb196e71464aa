import { randomStream, uniformBatch } from '@counterpart/numerics'

/**
 * Random numbers without state. The uniform that patient `number` of a source draws as its `occurrence`-th from a
 * stream is half a block of Philox4x32-10: the counter holds number >> 1, occurrence and replication, the key and the
 * last word of the counter hold a hash of (seed, stream name, source name); even numbers take the first half, odd ones
 * the second. Four blocks are worked out at a time. So a draw depends on nothing that happened elsewhere in the run: scenarios that share names share their
 * random numbers patient by patient, and there is nothing to capture but how often each patient drew.
 */
export interface Draws {
  /** Key 0, key 1 and counter 3 of (stream, source) at 3·(stream·sources + source). */
  readonly keys: Int32Array
  readonly sources: number
  /** Of each stream: whether what is drawn from it are exponential times, 1 or 0. */
  readonly exponential: Uint8Array
  /**
   * The last batch of each pair of names, since the next patients most often want what else is in it: what it is of
   * (number >> 1 of the first, occurrence, replication), and its eight uniforms, or also −ln of them.
   */
  readonly batches: Int32Array
  readonly uniforms: Float64Array
  readonly exponentials: Float64Array
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
export function drawsOf(
  seed: number,
  streams: readonly string[],
  sources: readonly string[],
  exponential: Uint8Array,
): Draws {
  const pairs = streams.length * sources.length
  return {
    keys: keysOf(seed, streams, sources),
    sources: sources.length,
    exponential,
    // Nobody has the pair number −1.
    batches: new Int32Array(3 * pairs).fill(-1),
    uniforms: new Float64Array(8 * pairs),
    exponentials: new Float64Array(8 * pairs),
  }
}

/**
 * Where the draw lies in `uniforms`, a number in (0, 1) on the odd multiples of 2⁻⁵³, and, of exponential streams, −ln of
 * it in `exponentials`. A place and not the number, as numbers with a fraction that pass a call cost memory.
 */
export function placeOfDraw(
  draws: Draws,
  stream: number,
  source: number,
  number: number,
  occurrence: number,
  replication: number,
): number {
  const { batches, sources } = draws
  const place = stream * sources + source
  const at = 3 * place
  const pair = number >>> 1
  if (batches[at] !== (pair & -4) || batches[at + 1] !== occurrence || batches[at + 2] !== (replication | 0))
    drawBatch(draws, stream, place, pair & -4, occurrence, replication | 0)
  return 8 * place + 4 * (number & 1) + (pair & 3)
}

const batch = uniformBatch()

function drawBatch(
  { batches, exponential, exponentials, keys, uniforms }: Draws,
  stream: number,
  place: number,
  pair: number,
  occurrence: number,
  rest: number,
): void {
  const at = 3 * place
  batches[at] = pair
  batches[at + 1] = occurrence
  batches[at + 2] = rest
  const to = 8 * place
  if (exponential[stream] === 1) {
    batch.drawExponential(pair, occurrence, rest, keys[at + 2]!, keys[at]!, keys[at + 1]!)
    for (let i = 0; i < 8; i++) exponentials[to + i] = batch.exponentials[i]!
  } else batch.draw(pair, occurrence, rest, keys[at + 2]!, keys[at]!, keys[at + 1]!)
  for (let i = 0; i < 8; i++) uniforms[to + i] = batch.uniforms[i]!
}

/** The uniform number itself. */
export const uniformOf = (
  draws: Draws,
  stream: number,
  source: number,
  number: number,
  occurrence: number,
  replication: number,
): number => draws.uniforms[placeOfDraw(draws, stream, source, number, occurrence, replication)]!
