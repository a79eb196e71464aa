import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSystem, compile, readSbml, simulate } from '@counterpart/dynamics'
import type { Measurement } from '../scripts/measure.ts'

/**
 * The meal of Dalla Man, Rizza and Cobelli 2007 (IEEE Trans Biomed Eng 54:1740) as BioModels has it (BIOMD0000000379),
 * followed by DOP853 and Radau at a relative tolerance of 1e-11, which agree within 1e-6: minutes, plasma glucose
 * (mg/dL), plasma insulin (pmol/L).
 */
const reference = [
  [0, 94.680851, 25],
  [30, 141.944929, 206.111073],
  [60, 162.975118, 235.309244],
  [90, 160.225361, 257.643009],
  [120, 145.851047, 213.14488],
  [180, 116.211687, 102.822017],
  [240, 101.423571, 51.95765],
  [300, 95.213309, 33.25814],
  [420, 91.275584, 23.00158],
] as const

/** mg/dL and minutes. */
const peak = { glucose: 163.946, minutes: 69.5 }

/** The published glucose model of a meal against its reference trajectory. */
export function validate(): Measurement[] {
  const folder = resolve(import.meta.dirname, '..', process.env.COUNTERPART_DATA ?? '../shared/data')
  const file = join(folder, 'dalla-man-2007/BIOMD0000000379.xml')
  if (!existsSync(file)) return [{ name: 'Dalla Man 2007', value: 'skipped', unit: '', note: `no data at ${file}` }]
  const started = performance.now()
  const machine = compile(buildSystem(readSbml(readFileSync(file, 'utf8'))), ['G', 'I'])
  const { values, statistics } = simulate(machine, { end: 420, steps: 840, relativeTolerance: 1e-9 })
  const took = `${statistics.steps} steps, ${(performance.now() - started).toFixed(0)} ms with reading and compiling`
  /** Rows are half a minute apart. */
  const at = (minutes: number, column: 0 | 1) => values[2 * 2 * minutes + column]!
  const differences = (column: 0 | 1) => reference.map((row) => Math.abs(at(row[0], column) - row[column + 1]!))
  const row = (name: string, column: 0 | 1, unit: string, limit: number): Measurement => {
    const worst = Math.max(...differences(column))
    const when = reference[differences(column).indexOf(worst)]?.[0]
    return {
      name: `Dalla Man 2007, meal of 78 g: ${name}`,
      value: Number(worst.toPrecision(2)),
      unit,
      target: `≤ ${limit} ${unit}`,
      met: worst <= limit,
      note: `at ${when} min, of ${reference.length} times; ${took}`,
    }
  }
  const glucose = Array.from({ length: 841 }, (_, i) => at(i / 2, 0))
  const highest = Math.max(...glucose)
  const when = glucose.indexOf(highest) / 2
  return [
    row('plasma glucose', 0, 'mg/dL', 1e-4),
    row('plasma insulin', 1, 'pmol/L', 1e-3),
    {
      name: 'Dalla Man 2007, meal of 78 g: peak of glucose',
      value: Number(highest.toFixed(4)),
      unit: 'mg/dL',
      target: `${peak.glucose} at ${peak.minutes} min`,
      met: Math.abs(highest - peak.glucose) <= 5e-4 && when === peak.minutes,
      note: `at ${when} min`,
    },
  ]
}

if (import.meta.main) console.table(validate())
