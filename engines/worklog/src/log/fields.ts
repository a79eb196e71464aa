// One line of CSV as bytes: where its fields are, and two hashes of each, in one pass.

const firstHash = -2128831035
const firstSecond = 374761393

/** The fields of one line. */
export interface Fields {
  /** As many as the header has, and one more. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** As `hashOf` of byte-words. */
  readonly hashes: Int32Array
  /** Another one, so that both together tell lines apart. */
  readonly seconds: Int32Array
  /** What they lie in: the bytes of the file, or a copy of the line without its quotes. */
  bytes: Uint8Array
  scratch: Uint8Array
  /** How many there are; one more than the header has stands for any that are too many. */
  count: number
}

const none = new Uint8Array(0)

export function fieldsFor(width: number): Fields {
  const make = () => new Int32Array(width + 1)
  return { starts: make(), ends: make(), hashes: make(), seconds: make(), bytes: none, scratch: none, count: 0 }
}

const [lineFeed, carriageReturn, comma, quote, unitSeparator] = [10, 13, 44, 34, 31] as const

/**
 * Splits the line that begins at `from` and ends with a line feed; gives where the next begins.
 *
 * @param unhashed the field that needs no hash, −1 for none
 */
export function splitFields(bytes: Uint8Array, from: number, fields: Fields, unhashed: number): number {
  const next = split(bytes, from, comma, fields, unhashed)
  return next >= 0 ? next : splitQuoted(bytes, from, fields)
}

function split(bytes: Uint8Array, from: number, separator: number, fields: Fields, unhashed: number): number {
  const { ends, hashes, seconds, starts } = fields
  const beyond = starts.length - 1
  fields.bytes = bytes
  let p = from
  let field = 0
  for (;;) {
    starts[field] = p
    let byte = bytes[p]!
    if (byte === quote && separator === comma) return -1
    let hash = firstHash
    let second = firstSecond
    if (field === unhashed) while (byte !== separator && byte !== lineFeed) byte = bytes[++p]!
    else
      while (byte !== separator && byte !== lineFeed) {
        hash = Math.imul(hash ^ byte, 16777619)
        second = Math.imul(second ^ byte, -1640531535) ^ (second >>> 15)
        byte = bytes[++p]!
      }
    ends[field] = p
    hashes[field] = hash
    seconds[field] = second
    if (byte === lineFeed) {
      if (p > starts[field]! && bytes[p - 1] === carriageReturn) shorten(bytes, field, fields)
      fields.count = field + 1
      return p + 1
    }
    p++
    if (field < beyond) field++
  }
}

/** The line feed had a carriage return before it, which is no part of the field. */
function shorten(bytes: Uint8Array, field: number, { ends, hashes, seconds, starts }: Fields): void {
  let hash = firstHash
  let second = firstSecond
  const until = ends[field]! - 1
  for (let p = starts[field]!; p < until; p++) {
    hash = Math.imul(hash ^ bytes[p]!, 16777619)
    second = Math.imul(second ^ bytes[p]!, -1640531535) ^ (second >>> 15)
  }
  ends[field] = until
  hashes[field] = hash
  seconds[field] = second
}

/** Copies the line without its quotes, with a separator that is in no field, and splits that. */
function splitQuoted(bytes: Uint8Array, from: number, fields: Fields): number {
  const end = bytes.indexOf(lineFeed, from)
  if (end - from >= fields.scratch.length) fields.scratch = new Uint8Array(2 * (end - from) + 1)
  const { scratch } = fields
  let to = 0
  let within = false
  for (let p = from; p < end; p++) {
    const byte = bytes[p]!
    if (byte === quote) {
      if (within && bytes[p + 1] === quote) scratch[to++] = bytes[p++]!
      else within = !within
    } else scratch[to++] = byte === comma && !within ? unitSeparator : byte
  }
  scratch[to] = lineFeed
  split(scratch, 0, unitSeparator, fields, -1)
  return end + 1
}
