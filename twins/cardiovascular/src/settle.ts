import { type Matrix, matrix } from '@counterpart/numerics'
import { rowsOf } from './analysis.ts'
import { emulatePressures } from './emulator.ts'
import type { TreatmentLoad } from './interventions.ts'
import { physiology } from './physiology.ts'
import { underTreatment } from './variables.ts'

const rowOf = (name: string) => physiology.findIndex((v) => v.name === name)
const resistance = rowOf('resistance')
const compliance = rowOf('compliance')

/** Change of a logarithm by which slopes are found. */
const step = 0.05
/** No correction is longer, in logarithms: beyond, a slope says little. */
const longest = 0.3
/** Where resistance and compliance no longer tell the two pressures apart, as at a face of the emulator's box. */
const flat = 0.02

/** Logarithms of the systolic and diastolic pressure of every member's settled cycle. */
export function settledPressures(systolic: Float64Array, diastolic: Float64Array): Matrix {
  return rowsOf([systolic.map(Math.log), diastolic.map(Math.log)], systolic.length)
}

/**
 * Finds each member's resistance and compliance again from its settled pressures, by one step of Newton's method.
 *
 * Members that agree with the same pressures lie on a curved surface: a stiffer heart with more blood, a weaker one with
 * a higher resistance. A linear analysis moves them along a plane, and what it leaves between plane and surface would
 * look, to the next reading, like knowledge of whatever was never measured; within hours of an arterial line the
 * stiffness was off by four standard deviations. So the pressures themselves are carried as variables, in which the
 * readings are linear (joint space: Anderson, Mon Weather Rev 2003;131:634; change of variables: Bocquet et al., Mon
 * Weather Rev 2010;138:2997), and the arterial parameters follow from them.
 */
export function withSettledPressures(state: Matrix, wanted: Matrix, load: TreatmentLoad): Matrix {
  const size = state.columns
  const logs = underTreatment(state.values, size, load)
  const pressures = (row?: number) => {
    const moved = logs.slice()
    if (row !== undefined) for (let m = row * size; m < (row + 1) * size; m++) moved[m] = moved[m]! + step
    const { systolic, diastolic } = emulatePressures(moved, size)
    return settledPressures(systolic, diastolic).values
  }
  const now = pressures()
  const resisted = pressures(resistance)
  const complied = pressures(compliance)
  const values = state.values.slice()
  const bounded = (change: number) => Math.max(-longest, Math.min(longest, change))
  for (let m = 0; m < size; m++) {
    const d = size + m
    const [systolicByR, diastolicByR] = [(resisted[m]! - now[m]!) / step, (resisted[d]! - now[d]!) / step]
    const [systolicByC, diastolicByC] = [(complied[m]! - now[m]!) / step, (complied[d]! - now[d]!) / step]
    const determinant = systolicByR * diastolicByC - systolicByC * diastolicByR
    if (!(determinant > flat)) continue
    const systolic = wanted.values[m]! - now[m]!
    const diastolic = wanted.values[d]! - now[d]!
    const [r, c] = [resistance * size + m, compliance * size + m]
    values[r] = values[r]! + bounded((systolic * diastolicByC - diastolic * systolicByC) / determinant)
    values[c] = values[c]! + bounded((diastolic * systolicByR - systolic * diastolicByR) / determinant)
  }
  return matrix(state.rows, size, values)
}
