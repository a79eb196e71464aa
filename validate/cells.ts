import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  buildSystem,
  compile,
  type Expression,
  type Model,
  readCellml,
  simulate,
  withRule,
} from '@counterpart/dynamics'
import type { Measurement } from '../scripts/measure.ts'

/**
 * A model of a heart's cell, and where the standard stimulus of the reference traces goes in.
 *
 * The traces come from Chaste's own tests of its CellML converter: 40 µA/cm² inwards for 2 ms at 50 ms instead of the
 * model's own stimulus. Chaste takes the membrane for 1 µF/cm², so that it is 40 A/F, times the cell's capacitance
 * where the model counts whole cells' currents. Models that beat by themselves get none.
 */
interface Cell {
  readonly file: string
  /** Symbol of the membrane's voltage, mV. */
  readonly voltage: string
  readonly stimulus?: {
    readonly symbol: string
    /** In the symbol's unit and sign: most models count outward currents as positive. */
    readonly value: number
  }
  /** The largest difference allowed before and after the upstroke, mV; not asked of the others. */
  readonly offUpstroke?: number
}

const perCapacitance = -40
const cells: readonly Cell[] = [
  // 0.4 µA/mm², counted inwards.
  {
    file: 'beeler_reuter_model_1977',
    voltage: 'membrane__V',
    stimulus: { symbol: 'stimulus_protocol__Istim', value: 0.4 },
  },
  // 100 pF
  {
    file: 'courtemanche_ramirez_nattel_1998',
    voltage: 'membrane__V',
    stimulus: { symbol: 'membrane__i_st', value: -4000 },
    offUpstroke: 0.1,
  },
  // 0.075 µF, nA
  {
    file: 'difrancesco_noble_model_1985',
    voltage: 'membrane__V',
    stimulus: { symbol: 'stimulus__i_pulse', value: -3000 },
  },
  { file: 'dokos_model_1996', voltage: 'membrane__E' },
  {
    file: 'fink_noble_giles_model_2008',
    voltage: 'cell__V',
    stimulus: { symbol: 'cell__i_Stim', value: perCapacitance },
  },
  {
    file: 'grandi_pasqualini_bers_2010_ss',
    voltage: 'membrane_potential__V_m',
    stimulus: { symbol: 'membrane_potential__i_Stim', value: perCapacitance },
  },
  // µA/cm²
  {
    file: 'hodgkin_huxley_squid_axon_model_1952_modified',
    voltage: 'membrane__V',
    stimulus: { symbol: 'membrane__i_Stim', value: -40 },
  },
  { file: 'hund_rudy_2004', voltage: 'cell__V', stimulus: { symbol: 'cell__i_Stim', value: perCapacitance } },
  { file: 'livshitz_rudy_2007', voltage: 'cell__V', stimulus: { symbol: 'cell__i_Stim', value: perCapacitance } },
  // 0.4 µA/mm², counted inwards.
  { file: 'luo_rudy_1994', voltage: 'membrane__V', stimulus: { symbol: 'membrane__I_st', value: 0.4 } },
  { file: 'mahajan_shiferaw_2008', voltage: 'cell__V', stimulus: { symbol: 'cell__i_Stim', value: perCapacitance } },
  { file: 'noble_SAN_model_1989', voltage: 'membrane__V' },
  // 95 pF, nA
  { file: 'noble_model_1998', voltage: 'membrane__V', stimulus: { symbol: 'membrane__i_Stim', value: -3.8 } },
  // 50 pF, pA
  { file: 'nygren_atrial_model_1998', voltage: 'membrane__V', stimulus: { symbol: 'membrane__i_Stim', value: -2000 } },
  {
    file: 'shannon_wang_puglisi_weber_bers_2004',
    voltage: 'cell__V',
    stimulus: { symbol: 'cell__i_Stim', value: perCapacitance },
  },
  { file: 'stewart_zhang_model_2008_ss', voltage: 'membrane__V' },
  {
    file: 'ten_tusscher_model_2004_endo',
    voltage: 'membrane__V',
    stimulus: { symbol: 'membrane__i_Stim', value: perCapacitance },
  },
  {
    file: 'ten_tusscher_model_2006_epi',
    voltage: 'membrane__V',
    stimulus: { symbol: 'membrane__i_Stim', value: perCapacitance },
    offUpstroke: 0.1,
  },
  {
    file: 'viswanathan_model_1999_epi',
    voltage: 'membrane__V',
    stimulus: { symbol: 'membrane__I_st', value: perCapacitance },
  },
  { file: 'zhang_SAN_model_2000_0D_capable', voltage: 'membrane__V' },
]

/** From 50 ms to 52 ms, in the model's own unit of time. */
function stimulated(model: Model, { symbol, value }: NonNullable<Cell['stimulus']>, millisecond: number): Model {
  const unit = model.parameters.find(({ id }) => id === symbol)?.unit
  const at = (milliseconds: number): Expression => ({
    kind: 'number',
    value: milliseconds * millisecond,
    unit: model.units.time,
  })
  const pulse: Expression = {
    kind: 'apply',
    operator: 'and',
    operands: [
      { kind: 'apply', operator: 'geq', operands: [{ kind: 'time' }, at(50)] },
      { kind: 'apply', operator: 'lt', operands: [{ kind: 'time' }, at(52)] },
    ],
  }
  return withRule(model, symbol, {
    kind: 'piecewise',
    pieces: [{ value: { kind: 'number', value, unit }, condition: pulse }],
    otherwise: { kind: 'number', value: 0, unit },
  })
}

interface Trace {
  /** ms */
  readonly times: readonly number[]
  /** mV */
  readonly voltages: readonly number[]
}

function readTrace(path: string): Trace {
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number))
  return { times: rows.map((row) => row[0]!), voltages: rows.map((row) => row[1]!) }
}

function compare(cell: Cell, folder: string): Measurement[] {
  const text = readFileSync(join(folder, 'cellml', `${cell.file}.cellml`), 'utf8')
  const trace = readTrace(join(folder, 'traces', `${cell.file}.dat`))
  const started = performance.now()
  const read = readCellml(text)
  const millisecond = read.units.time === 'second' ? 0.001 : 1
  const model = cell.stimulus ? stimulated(read, cell.stimulus, millisecond) : read
  const machine = compile(buildSystem(model), [cell.voltage])
  const end = trace.times.at(-1)! * millisecond
  const { values, statistics } = simulate(machine, { end, steps: trace.times.length - 1, method: 'auto' })
  const seconds = (performance.now() - started) / 1000
  const differences = trace.voltages.map((voltage, row) => Math.abs(values[row]! - voltage))
  const worst = differences.reduce((max, difference) =>
    difference > max || Number.isNaN(difference) ? difference : max,
  )
  const at = trace.times[differences.indexOf(worst)]
  const quiet = differences.filter((_, row) => trace.times[row]! < 50 || trace.times[row]! > 60)
  const row = (name: string, value: number, limit: number, note: string): Measurement => ({
    name: `${cell.file}: ${name}`,
    value: Number(value.toPrecision(2)),
    unit: 'mV',
    target: `≤ ${limit} mV`,
    met: value <= limit,
    note,
  })
  const rows = [
    row(
      'voltage',
      worst,
      1,
      `at ${at} ms; ${trace.times.length} samples, ${statistics.steps} steps, ${seconds.toFixed(2)} s`,
    ),
  ]
  if (cell.offUpstroke !== undefined)
    rows.push(row('voltage but for 50 to 60 ms', Math.max(...quiet), cell.offUpstroke, 'off the upstroke'))
  return rows
}

/** 20 published models of cells, written in CellML, against traces of another simulator. */
export function validate(): Measurement[] {
  const folder = resolve(import.meta.dirname, '..', process.env.COUNTERPART_DATA ?? '../shared/data', 'chaste')
  if (!existsSync(folder))
    return [{ name: 'models of cells', value: 'skipped', unit: '', note: `no data at ${folder}` }]
  return cells.flatMap((cell) => {
    try {
      return compare(cell, folder)
    } catch (error) {
      return [{ name: `${cell.file}: voltage`, value: 'failed', unit: '', met: false, note: String(error) }]
    }
  })
}

if (import.meta.main) console.table(validate(), ['name', 'value', 'met', 'note'])
