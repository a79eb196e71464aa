import type { Formulation } from './formulate.ts'
import type { BookingProblem } from './problem.ts'

/**
 * Exams one after the other, by weight per minute and then by the end of their window, each at the first start that is
 * left: values of all columns of the formulation for the solver to begin from; `undefined` when an exam finds no place.
 */
export function oneAfterTheOther(
  problem: BookingProblem,
  { starts, ends, model }: Formulation,
): Float64Array | undefined {
  const { grid, requests, machines, nurses, technologists } = problem
  const lead = Math.ceil(nurses.minutes / grid - 1e-9)
  const busy = machines.map(() => new Set<number>())
  const nursing = new Map<number, number>()
  const working = new Map<number, number>()
  const columnsOf: number[][] = requests.map(() => [])
  for (const [column, { request }] of starts.entries()) columnsOf[request]!.push(column)
  const order = requests
    .map((_, r) => r)
    .sort((a, b) => {
      const [x, y] = [requests[a]!, requests[b]!]
      return y.weight / y.minutes - x.weight / x.minutes || x.window[1] - y.window[1] || a - b
    })
  const values = new Float64Array(model.columns.length)
  for (const r of order) {
    const { contrast } = requests[r]!
    const fits = (column: number): boolean => {
      const { machine, step, steps } = starts[column]!
      for (let s = step; s < step + steps; s++) {
        if (busy[machine]!.has(s)) return false
        if (technologists !== undefined && (working.get(s) ?? 0) >= technologists) return false
      }
      if (contrast) for (let s = step - lead; s < step; s++) if ((nursing.get(s) ?? 0) >= nurses.count) return false
      return true
    }
    const chosen = columnsOf[r]!.toSorted((a, b) => starts[a]!.step - starts[b]!.step || a - b).find((column) =>
      fits(column),
    )
    if (chosen === undefined) return undefined
    const { machine, step, steps } = starts[chosen]!
    values[chosen] = 1
    for (let s = step; s < step + steps; s++) {
      busy[machine]!.add(s)
      working.set(s, (working.get(s) ?? 0) + 1)
    }
    if (contrast) for (let s = step - lead; s < step; s++) nursing.set(s, (nursing.get(s) ?? 0) + 1)
  }
  for (const [m, { until }] of machines.entries()) {
    let end = model.columns[ends + m]!.lower
    for (const [column, { machine, step, steps }] of starts.entries())
      if (values[column] === 1 && machine === m) end = Math.max(end, (step + steps) * grid)
    values[ends + m] = end
    values[ends + machines.length + m] = Math.max(0, end - until)
  }
  values[ends + 2 * machines.length] = starts.reduce((longest, { request, step }, column) => {
    const { weight, window } = requests[request]!
    return values[column] === 1 ? Math.max(longest, weight * (step * grid - window[0])) : longest
  }, 0)
  return values
}
