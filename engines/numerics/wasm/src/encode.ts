/**
 * WebAssembly in its binary form (WebAssembly Core Specification 2.0, chapter 5), as far as kernels need it: functions
 * over one memory, which they export as `memory`.
 */

/** Bytes, nested as it suits whoever writes them. */
export type Code = number | PairConstant | Uint8Array | readonly Code[]

/**
 * Two equal 64-bit numbers, by their bits. They are kept in the memory and loaded where they are used: V8 would put each
 * together from immediate operands, which takes three instructions.
 */
interface PairConstant {
  readonly bits: bigint
}

export const i32 = 0x7f
export const f64 = 0x7c
export const v128 = 0x7b
export type ValueType = typeof i32 | typeof f64 | typeof v128

export interface Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

export interface WasmFunction extends Signature {
  /** Exported by this name when there is one. */
  readonly name?: string
  readonly locals: readonly ValueType[]
  readonly body: Code
}

/** Imports are counted before the functions: function `i` of the list is called by the number `imports.length + i`. */
export interface WasmModule {
  /** Names in the host's object `host`. */
  readonly imports: readonly (Signature & { readonly name: string })[]
  readonly functions: readonly WasmFunction[]
  /** Bytes of memory that the functions use; the constants lie behind. */
  readonly memory: number
}

/** The module's bytes. */
export function encodeModule({ imports, functions, memory }: WasmModule): Uint8Array<ArrayBuffer> {
  const types: Code[] = []
  const known = new Map<string, number>()
  const typeOf = ({ parameters, results }: Signature) => {
    const key = `${parameters}:${results}`
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, types.length)
    types.push([0x60, vector(parameters), vector(results)])
    return types.length - 1
  }
  const importEntries = imports.map((i) => [text('host'), text(i.name), 0x00, unsigned(typeOf(i))])
  const functionTypes = functions.map((f) => unsigned(typeOf(f)))
  const exported = functions.flatMap(({ name }, i) =>
    name === undefined ? [] : [[text(name), 0x00, unsigned(imports.length + i)]],
  )
  const constants = createConstants(memory)
  const bodies = functions.map((one) => functionBody(one, constants))
  const data = constants.bytes()
  const pages = Math.ceil((memory + data.length) / 65536)
  return flatten([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, types),
    section(2, importEntries),
    section(3, functionTypes),
    section(5, [[0x00, unsigned(pages)]]),
    section(7, [[text('memory'), 0x02, 0x00], ...exported]),
    section(10, bodies),
    section(11, [[0x00, 0x41, signed(memory), 0x0b, unsigned(data.length), data]]),
  ])
}

function functionBody({ locals, body }: WasmFunction, constants: Constants): Code {
  const groups: [count: number, type: ValueType][] = []
  for (const type of locals) {
    const last = groups.at(-1)
    if (last && last[1] === type) last[0]++
    else groups.push([1, type])
  }
  return sized([vector(groups.map(([count, type]) => [unsigned(count), type])), body, 0x0b], constants)
}

const section = (id: number, entries: readonly Code[]): Code => [id, sized(vector(entries))]
const vector = (entries: readonly Code[]): Code => [unsigned(entries.length), entries]

function sized(content: Code, constants?: Constants): Code {
  const bytes = flatten(content, constants)
  return [unsigned(bytes.length), bytes]
}

function text(value: string): Code {
  const bytes = Array.from(new TextEncoder().encode(value))
  return [unsigned(bytes.length), bytes]
}

/** A whole number from 0 in LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low + 128 : low)
  } while (rest > 0)
  return bytes
}

/** A whole number of either sign in LEB128. */
export function signed(value: number | bigint): Code {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (;;) {
    const low = Number(rest & 127n)
    rest >>= 7n
    const done = (rest === 0n && low < 64) || (rest === -1n && low >= 64)
    bytes.push(done ? low : low + 128)
    if (done) return bytes
  }
}

/** One run of bytes; without recursion, as code nests as deep as its formulas. */
function flatten(code: Code, constants?: Constants): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(1024)
  let length = 0
  const reserve = (more: number) => {
    if (length + more <= bytes.length) return
    const larger = new Uint8Array(2 * (length + more))
    larger.set(bytes)
    bytes = larger
  }
  const open: { readonly code: readonly Code[]; next: number }[] = [{ code: [code], next: 0 }]
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const item = top.code[top.next++]
    if (item === undefined) open.pop()
    else if (typeof item === 'number') {
      reserve(1)
      bytes[length++] = item
    } else if (item instanceof Uint8Array) {
      reserve(item.length)
      bytes.set(item, length)
      length += item.length
    } else if ('bits' in item) open.push({ code: [constants!.load(item)], next: 0 })
    else open.push({ code: item, next: 0 })
  }
  return bytes.slice(0, length)
}

interface Constants {
  /** Code that loads it. */
  load(constant: PairConstant): Code
  bytes(): readonly number[]
}

function createConstants(from: number): Constants {
  const places = new Map<bigint, number>()
  return {
    load({ bits }) {
      const place = places.get(bits) ?? places.size
      places.set(bits, place)
      return [0x41, 0x00, 0xfd, 0x00, 0x03, unsigned(from + 16 * place)]
    },
    bytes: () =>
      [...places.keys()].flatMap((bits) => {
        const own = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(8 * i)) & 0xffn))
        return [...own, ...own]
      }),
  }
}
