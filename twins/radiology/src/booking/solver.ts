import { RadiologyError } from '../errors.ts'

/** A linear program with whole-number columns, to be minimised. */
export interface LinearModel {
  readonly columns: readonly {
    readonly cost: number
    readonly lower: number
    readonly upper: number
    readonly whole: boolean
  }[]
  readonly rows: readonly {
    readonly lower: number
    readonly upper: number
    readonly entries: readonly (readonly [column: number, factor: number])[]
  }[]
}

export interface SolverLimits {
  /** Seconds of wall time. */
  readonly seconds: number
  /** Relative gap between the answer and the bound at which to stop. */
  readonly gap: number
}

interface Solved {
  /** `limit`: the time ran out; `values` are the best found, if any. */
  readonly status: 'optimal' | 'limit' | 'infeasible'
  readonly values: Float64Array | undefined
  readonly objective: number
  /** No answer can be better. */
  readonly bound: number
}

/** What solves linear programs with whole numbers. */
export interface Solver {
  /** `start`: values of all columns that meet every row, to begin from. */
  solve(model: LinearModel, limits: SolverLimits, start?: Float64Array): Solved
}

/**
 * HiGHS as WebAssembly, loaded when first asked for (once per thread, tens of milliseconds). The package finds its own
 * binary in Node.js, in worker threads and in browsers; each solve frees its memory.
 *
 * Source: Q. Huangfu, J. A. J. Hall, Parallelizing the dual revised simplex method, Math. Program. Comput. 10 (2018)
 * 119–142; npm `highs`.
 */
export async function loadSolver(): Promise<Solver> {
  const { default: load } = await import('highs')
  // The package's types describe its CommonJS face, one level deeper than the module that is loaded.
  const highs = await (load as unknown as typeof load.default)()
  const { modelStatus } = highs.constants
  return {
    solve: ({ columns, rows }, { seconds, gap }, start) => {
      const begins = new Int32Array(rows.length + 1)
      for (const [i, { entries }] of rows.entries()) begins[i + 1] = begins[i]! + entries.length
      const indices = new Int32Array(begins[rows.length]!)
      const values = new Float64Array(indices.length)
      for (const [i, { entries }] of rows.entries())
        for (const [k, [column, factor]] of entries.entries()) {
          indices[begins[i]! + k] = column
          values[begins[i]! + k] = factor
        }
      const bound = (x: number) =>
        x === Number.POSITIVE_INFINITY ? highs.infinity : x === Number.NEGATIVE_INFINITY ? -highs.infinity : x
      return highs.withModel(
        {
          numCols: columns.length,
          numRows: rows.length,
          colCost: Float64Array.from(columns, ({ cost }) => cost),
          colLower: Float64Array.from(columns, ({ lower }) => bound(lower)),
          colUpper: Float64Array.from(columns, ({ upper }) => bound(upper)),
          rowLower: Float64Array.from(rows, ({ lower }) => bound(lower)),
          rowUpper: Float64Array.from(rows, ({ upper }) => bound(upper)),
          matrix: { format: 'csr', numRows: rows.length, numCols: columns.length, starts: begins, indices, values },
          integrality: Int32Array.from(columns, ({ whole }) => (whole ? 1 : 0)),
        },
        (model): Solved => {
          model.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: gap, random_seed: 1 })
          if (start) model.setSolution({ colValue: start })
          const { modelStatus: status } = model.run()
          if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible)
            return { status: 'infeasible', values: undefined, objective: Number.NaN, bound: Number.NaN }
          if (status !== modelStatus.optimal && status !== modelStatus.timeLimit)
            throw new RadiologyError('solver-failed', `HiGHS stopped with model status ${status}; expected an answer`)
          // A mark of HiGHS: 2 is a feasible primal solution.
          const found = Number(model.info.get('primal_solution_status')) === 2
          return {
            status: status === modelStatus.optimal ? 'optimal' : 'limit',
            values: found ? Float64Array.from(model.getSolution().colValue) : undefined,
            objective: found ? model.getObjectiveValue() : Number.NaN,
            bound: Number(model.info.get('mip_dual_bound')),
          }
        },
      )
    },
  }
}
