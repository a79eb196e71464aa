/** Words met as bytes, numbered as they come: found without making a string of each. */
export interface ByteWords {
  readonly size: number
  /** The number of the word at `bytes[from..until)` with this hash; −1 when it is new. */
  find(bytes: Uint8Array, from: number, until: number, hash: number): number
  /** Takes in a word that {@link find} does not know; gives its number. */
  add(bytes: Uint8Array, from: number, until: number, hash: number): number
  text(index: number): string
}

const firstHash = -2128831035

/** The hash that {@link ByteWords} goes by: FNV-1a of 32 bits. */
export const nextHash = (hash: number, byte: number): number => Math.imul(hash ^ byte, 16777619)

export function hashOf(bytes: Uint8Array, from = 0, until = bytes.length): number {
  let hash = firstHash
  for (let i = from; i < until; i++) hash = nextHash(hash, bytes[i]!)
  return hash
}

export function byteWords(): ByteWords {
  let slots = new Int32Array(256).fill(-1)
  const words: Uint8Array[] = []
  const hashes: number[] = []
  const same = (word: Uint8Array, bytes: Uint8Array, from: number, length: number) => {
    if (word.length !== length) return false
    for (let i = 0; i < length; i++) if (word[i] !== bytes[from + i]) return false
    return true
  }
  const put = (index: number) => {
    let slot = hashes[index]! & (slots.length - 1)
    while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = index
  }
  return {
    get size() {
      return words.length
    },
    find(bytes, from, until, hash) {
      let slot = hash & (slots.length - 1)
      for (;;) {
        const index = slots[slot]!
        if (index === -1) return -1
        if (hashes[index] === hash && same(words[index]!, bytes, from, until - from)) return index
        slot = (slot + 1) & (slots.length - 1)
      }
    },
    add(bytes, from, until, hash) {
      words.push(bytes.slice(from, until))
      hashes.push(hash)
      if (2 * words.length > slots.length) {
        slots = new Int32Array(2 * slots.length).fill(-1)
        for (let index = 0; index < words.length; index++) put(index)
      } else put(words.length - 1)
      return words.length - 1
    },
    text: (index) => new TextDecoder().decode(words[index]),
  }
}
