/** Words met as bytes, numbered as they come: found without making a string of each. */
export interface ByteWords {
  readonly size: number
  /** The number of the word at `bytes[from..until)` with this hash; −1 when it is new. */
  find(bytes: Uint8Array, from: number, until: number, hash: number): number
  /** Takes in a word that {@link find} does not know; gives its number. */
  add(bytes: Uint8Array, from: number, until: number, hash: number): number
  text(index: number): string
  hash(index: number): number
}

const firstHash = -2128831035

/** The hash that {@link ByteWords} goes by: FNV-1a of 32 bits. */
const nextHash = (hash: number, byte: number): number => Math.imul(hash ^ byte, 16777619)

export function hashOf(bytes: Uint8Array, from = 0, until = bytes.length): number {
  let hash = firstHash
  for (let i = from; i < until; i++) hash = nextHash(hash, bytes[i]!)
  return hash
}

export function byteWords(): ByteWords {
  let slots = new Int32Array(256).fill(-1)
  // The words one after the other, where each begins, and its hash.
  let letters = new Uint8Array(1024)
  let begins = new Int32Array(65)
  let hashes = new Int32Array(64)
  let size = 0
  const put = (index: number) => {
    let slot = hashes[index]! & (slots.length - 1)
    while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = index
  }
  const grow = (length: number) => {
    if (letters.length < length) letters = grown(letters, new Uint8Array(2 * length))
    if (size < hashes.length) return
    hashes = grown(hashes, new Int32Array(2 * size))
    begins = grown(begins, new Int32Array(2 * size + 1))
  }
  return {
    get size() {
      return size
    },
    find(bytes, from, until, hash) {
      const mask = slots.length - 1
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const index = slots[slot]!
        if (index === -1) return -1
        if (hashes[index] !== hash) continue
        const begin = begins[index]!
        const length = until - from
        if (begins[index + 1]! - begin !== length) continue
        let i = 0
        while (i < length && letters[begin + i] === bytes[from + i]) i++
        if (i === length) return index
      }
    },
    add(bytes, from, until, hash) {
      const begin = begins[size]!
      grow(begin + until - from)
      letters.set(bytes.subarray(from, until), begin)
      hashes[size] = hash
      begins[++size] = begin + until - from
      if (2 * size > slots.length) {
        slots = new Int32Array(2 * slots.length).fill(-1)
        for (let index = 0; index < size; index++) put(index)
      } else put(size - 1)
      return size - 1
    },
    hash: (index) => hashes[index]!,
    text: (index) => new TextDecoder().decode(letters.subarray(begins[index], begins[index + 1])),
  }
}

function grown<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from)
  return to
}
