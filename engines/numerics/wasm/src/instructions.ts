import { type Code, signed, unsigned, type ValueType } from './encode.ts'

// Instructions as functions of their operands' code, so that a kernel reads like the formula it computes. Operation
// codes: WebAssembly Core Specification 2.0, section 5.4.

const plain =
  (...opcode: readonly number[]) =>
  (...operands: readonly Code[]): Code => [operands, opcode]
const vector = (opcode: number) => plain(0xfd, ...bytesOf(opcode))
const bytesOf = (value: number) => unsigned(value) as readonly number[]

// Numbers.
const word = new DataView(new ArrayBuffer(8))
export const i32Const = (value: number): Code => [0x41, signed(value)]
/** The same number in both lanes. */
export const both = (value: number): Code => {
  word.setFloat64(0, value)
  return { bits: word.getBigUint64(0) }
}
export const bothWhole = (value: bigint): Code => ({ bits: BigInt.asUintN(64, value) })

// Locals and control.
export const get = (local: number): Code => [0x20, unsigned(local)]
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)]
export const tee = (local: number, value: Code): Code => [value, 0x22, unsigned(local)]
export const call = (target: number, ...operands: readonly Code[]): Code => [operands, 0x10, unsigned(target)]
/** `type` left out: the branches leave nothing. */
export const ifElse = (condition: Code, then: Code, otherwise?: Code, type?: ValueType): Code => [
  condition,
  0x04,
  type ?? 0x40,
  then,
  otherwise === undefined ? [] : [0x05, otherwise],
  0x0b,
]
export const loop = (...body: readonly Code[]): Code => [0x03, 0x40, body, 0x0b]
/** To the `depth`-th enclosing block's end, or loop's beginning. */
export const branch = (depth: number): Code => [0x0c, unsigned(depth)]
export const branchIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)]
/** Out of the function. */
export const leave: Code = 0x0f

// Memory: addresses are in bytes; `at` is added to what the address code gives.
const access = (opcode: Code, align: number, at: number): Code => [opcode, align, unsigned(at)]
export const load = (address: Code, at = 0): Code => [address, access([0xfd, 0x00], 3, at)]
export const store = (address: Code, value: Code, at = 0): Code => [address, value, access([0xfd, 0x0b], 3, at)]
/** One number in both lanes; and the first lane's number alone. */
export const loadSplat = (address: Code, at = 0): Code => [address, access([0xfd, 0x0a], 3, at)]
export const storeFirst = (address: Code, value: Code, at = 0): Code => [address, value, access([0xfd, 0x5b], 3, at), 0]

// Whole numbers.
export const i32Add = plain(0x6a)
export const i32Sub = plain(0x6b)
export const i32And = plain(0x71)
export const i32Shl = plain(0x74)
export const i32LessUnsigned = plain(0x49)
export const i32Wrap = plain(0xa7)

// Two lanes of numbers.
export const splat = vector(0x14)
export const lane = (which: 0 | 1, value: Code): Code => [value, 0xfd, 0x21, which]
export const replaceLane = (which: 0 | 1, value: Code, by: Code): Code => [value, by, 0xfd, 0x22, which]
export const add = vector(0xf0)
export const sub = vector(0xf1)
export const mul = vector(0xf2)
export const div = vector(0xf3)
export const min = vector(0xf4)
export const max = vector(0xf5)
/** As Math.min and Math.max where both are numbers; the second operand's not-a-number is lost. */
export const lesser = (a: Code, b: Code): Code => [a, b, 0xfd, bytesOf(0xf6)]
export const greater = (a: Code, b: Code): Code => [a, b, 0xfd, bytesOf(0xf7)]
export const abs = vector(0xec)
export const neg = vector(0xed)
export const sqrt = vector(0xef)
export const ceil = vector(0x74)
export const floor = vector(0x75)
export const eq = vector(0x47)
export const ne = vector(0x48)
export const lt = vector(0x49)
export const le = vector(0x4b)

// Two lanes of bits and whole numbers.
export const not = vector(0x4d)
export const and = vector(0x4e)
export const andNot = vector(0x4f)
export const or = vector(0x50)
export const xor = vector(0x51)
/** `a` where the mask has ones, else `b`. */
export const select = (mask: Code, a: Code, b: Code): Code => [a, b, mask, 0xfd, 0x52]
export const anyTrue = vector(0x53)
export const allTrue = vector(0xc3)
export const wholeLane = (which: 0 | 1, value: Code): Code => [value, 0xfd, 0x1d, which]
export const wholeAdd = vector(0xce)
export const wholeSub = vector(0xd1)
export const shiftLeft = (value: Code, by: number): Code => [value, i32Const(by), 0xfd, bytesOf(0xcb)]
export const shiftRight = (value: Code, by: number): Code => [value, i32Const(by), 0xfd, bytesOf(0xcc)]
export const shiftRightUnsigned = (value: Code, by: number): Code => [value, i32Const(by), 0xfd, bytesOf(0xcd)]
/** The first, or the second, lanes of both. */
export const firsts = (a: Code, b: Code): Code => [a, b, 0xfd, 0x0d, bytes(0), bytes(16)]
export const seconds = (a: Code, b: Code): Code => [a, b, 0xfd, 0x0d, bytes(8), bytes(24)]
const bytes = (from: number, count = 8) => Array.from({ length: count }, (_, i) => from + i)

// Four lanes of 32-bit whole numbers.
export const fourSplat = vector(0x11)
export const fourAdd = vector(0xae)
export const fourShiftRight = (value: Code, by: number): Code => [value, i32Const(by), 0xfd, bytesOf(0xad)]
export const fourLane = (which: 0 | 1 | 2 | 3, value: Code, by: Code): Code => [value, by, 0xfd, 0x1c, which]
/** Lanes 0 and 1 of both, or 2 and 3, multiplied to 64 bits, without sign. */
export const productsOfFirst = vector(0xde)
export const productsOfLast = vector(0xdf)
/** The lanes with these numbers, 0 to 3 of `a`, 4 to 7 of `b`. */
export const pick = (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code => [
  a,
  b,
  0xfd,
  0x0d,
  lanes.map((each) => bytes(4 * each, 4)),
]
/** Lanes 0 and 1 as numbers, without sign. */
export const numbersOfFirst = vector(0xff)
