import { philox4x32, randomStream } from '@counterpart/numerics'

/**
 * Random numbers without state. The uniform that patient `number` of a source draws as its `occurrence`-th from a
 * stream is one block of Philox4x32-10: the counter holds number, occurrence and replication, the key and the last word
 * of the counter hold a hash of (seed, stream name, source name). So a draw depends on nothing that happened elsewhere
 * in the run: scenarios that share names share their random numbers patient by patient, and there is nothing to
 * capture but how often each patient drew.
 */
export interface StreamKeys {
  /** Key 0, key 1 and counter 3 of (stream, source) at 3·(stream·sources + source). */
  readonly words: Int32Array
  readonly sources: number
}

/** The keys made last: the members of a forecast ask for the same ones, and hashing names is what starting a run costs. */
let latest: (StreamKeys & { readonly seed: number; readonly names: readonly string[] }) | undefined

/** The keys of every pair of names under one seed. */
export function streamKeys(seed: number, streams: readonly string[], sources: readonly string[]): StreamKeys {
  const names = [...streams, ...sources]
  const known = latest
  if (
    known?.seed === seed &&
    known.sources === sources.length &&
    known.names.length === names.length &&
    names.every((name, i) => name === known.names[i])
  )
    return known
  const words = new Int32Array(3 * streams.length * sources.length)
  let at = 0
  for (const stream of streams)
    for (const source of sources) {
      const hash = randomStream('discrete', seed, stream, source)
      for (let i = 0; i < 3; i++) words[at++] = hash.uint32()
    }
  latest = { words, sources: sources.length, seed, names }
  return latest
}

const block = new Uint32Array(4)

/** Uniform in (0, 1) on the odd multiples of 2⁻⁵³. */
export function uniformOf(
  keys: StreamKeys,
  stream: number,
  source: number,
  number: number,
  occurrence: number,
  replication: number,
): number {
  const at = 3 * (stream * keys.sources + source)
  philox4x32(block, number, occurrence, replication, keys.words[at + 2]!, keys.words[at]!, keys.words[at + 1]!)
  return ((block[0]! >>> 6) * 67108864 + (block[1]! >>> 6) + 0.5) * 2 ** -52
}
