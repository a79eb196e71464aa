import { exponentialTable, freeMemory, intervals, stepHead, stepTail, writeTables } from './wasm/tables.ts'

const powersAt = 2 * intervals

/** 2^(j/128), the relative errors of their rounding, and 2^-1100 to 2^1023. */
export const exponentialTables: Float64Array = (() => {
  const view = new DataView(new ArrayBuffer(freeMemory))
  writeTables(view.buffer)
  const tables = new Float64Array(powersAt + 2124)
  for (let j = 0; j < intervals; j++) {
    const at = exponentialTable + 16 * j
    view.setBigInt64(at + 8, view.getBigInt64(at + 8, true) + (BigInt(j) << 45n), true)
    tables[j] = view.getFloat64(at + 8, true)
    tables[intervals + j] = view.getFloat64(at, true)
  }
  for (let k = 0; k < 2124; k++) tables[powersAt + k] = 2 ** (k - 1100)
  return tables
})()

/**
 * e^x within 0.6 units in the last place, and sooner than `Math.exp` is: the way of the WebAssembly kernels (Tang 1989,
 * doi:10.1145/63522.214928) for one number.
 */
export const exponential = new Function(
  'e',
  `'use strict'\nreturn (x) => {\n${expandedExponential('value', 'x').join('\n')}\nreturn value\n}`,
)(exponentialTables) as (x: number) => number

/** Statements that declare `name` as the exponential of a formula; `e` has {@link exponentialTables}. */
export function expandedExponential(name: string, formula: string): readonly string[] {
  return [
    `let ${name} = ${formula}`,
    `if (${name} > -708 && ${name} < 708) {`,
    `  const e_whole = ${name} * ${1 / (stepHead + stepTail)} + 6755399441055744 - 6755399441055744`,
    '  const e_k = e_whole | 0',
    `  const e_r = ${name} - e_whole * ${stepHead} - e_whole * ${stepTail}`,
    '  const e_square = e_r * e_r',
    `  const e_scale = e[e_k & 127] * e[(e_k >> 7) + ${powersAt + 1100}]`,
    `  ${name} = e_scale + e_scale * (e[(e_k & 127) + ${intervals}] + e_r + e_square * (0.5 + e_r * ${1 / 6}) + e_square * e_square * (${1 / 24} + e_r * ${1 / 120}))`,
    `} else ${name} = Math.exp(${name})`,
  ]
}
