import { RotaError } from './rota-error.ts'

/** A linear program, some columns of which are whole, to be minimised; rows are stored one after another. */
export interface LinearModel {
  readonly cost: readonly number[]
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  readonly whole: readonly boolean[]
  readonly rows: readonly LinearRow[]
  /** Added to what the columns cost. */
  readonly offset?: number
}

export interface LinearRow {
  readonly columns: readonly number[]
  readonly factors: readonly number[]
  readonly lower: number
  readonly upper: number
}

export interface SolverLimits {
  /** Seconds of wall time. */
  readonly seconds: number
  /** Relative gap between the answer and the bound at which to stop. */
  readonly gap: number
  /** Values of all columns that meet every row, to begin from. */
  readonly start?: Float64Array
  /** Solve as if no column were whole. */
  readonly relaxed?: boolean
}

interface Solved {
  /** `limit`: the time ran out; `values` are the best found, if any. */
  readonly status: 'optimal' | 'limit' | 'infeasible'
  readonly values?: Float64Array
  readonly objective: number
  /** No answer can be better. */
  readonly bound: number
}

/** What solves linear programs with whole numbers. */
export interface RotaSolver {
  solve(model: LinearModel, limits: SolverLimits): Solved
}

/**
 * HiGHS as WebAssembly, loaded when first asked for (once per thread, tens of milliseconds).
 *
 * Source: Q. Huangfu, J. A. J. Hall, Parallelizing the dual revised simplex method, Math. Program. Comput. 10 (2018)
 * 119–142; npm `highs`.
 */
export async function loadRotaSolver(): Promise<RotaSolver> {
  const { default: load } = await import('highs')
  // The package's types describe its CommonJS face, one level deeper than the module that is loaded.
  const highs = await (load as unknown as typeof load.default)()
  const { modelStatus } = highs.constants
  const finite = (x: number) => (Number.isFinite(x) ? x : x > 0 ? highs.infinity : -highs.infinity)
  return {
    solve: ({ cost, lower, upper, whole, rows, offset = 0 }, { seconds, gap, start, relaxed = false }) => {
      const starts = new Int32Array(rows.length + 1)
      for (const [i, { columns }] of rows.entries()) starts[i + 1] = starts[i]! + columns.length
      const indices = new Int32Array(starts[rows.length]!)
      const values = new Float64Array(indices.length)
      for (const [i, { columns, factors }] of rows.entries()) {
        indices.set(columns, starts[i])
        values.set(factors, starts[i])
      }
      return highs.withModel(
        {
          numCols: cost.length,
          numRows: rows.length,
          offset,
          colCost: Float64Array.from(cost),
          colLower: Float64Array.from(lower, finite),
          colUpper: Float64Array.from(upper, finite),
          rowLower: Float64Array.from(rows, (row) => finite(row.lower)),
          rowUpper: Float64Array.from(rows, (row) => finite(row.upper)),
          matrix: { format: 'csr', numRows: rows.length, numCols: cost.length, starts, indices, values },
          ...(relaxed ? {} : { integrality: Int32Array.from(whole, (each) => (each ? 1 : 0)) }),
        },
        (model): Solved => {
          model.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: gap, random_seed: 1 })
          if (start) model.setSolution({ colValue: start })
          const { modelStatus: status } = model.run()
          if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible)
            return { status: 'infeasible', objective: Number.NaN, bound: Number.NaN }
          if (status !== modelStatus.optimal && status !== modelStatus.timeLimit)
            throw new RotaError('solver-failed', `HiGHS stopped with model status ${status}; expected an answer`)
          // A mark of HiGHS: 2 is a feasible primal solution.
          const found = Number(model.info.get('primal_solution_status')) === 2
          const done = status === modelStatus.optimal
          const objective = found ? model.getObjectiveValue() : Number.NaN
          const linear = relaxed || !whole.includes(true)
          return {
            status: done ? 'optimal' : 'limit',
            ...(found ? { values: Float64Array.from(model.getSolution().colValue) } : {}),
            objective,
            bound: !linear ? Number(model.info.get('mip_dual_bound')) : done ? objective : Number.NEGATIVE_INFINITY,
          }
        },
      )
    },
  }
}
