import { RadiologyError } from '../errors.ts'
import { type Demand, demandsOf, formulate } from './formulate.ts'
import { oneAfterTheOther } from './greedy.ts'
import { type BookingAnswer, type BookingProblem, checkProblem } from './problem.ts'
import type { Solver, SolverLimits } from './solver.ts'

const usualLimits: SolverLimits = { seconds: 10, gap: 0.01 }

/**
 * Gives every requested exam a machine and a start so that overtime, weighted waiting, idle minutes before a machine's
 * last exam, and the longest weighted wait cost least together; the answer says how far from the optimum it may be.
 *
 * Throws {@link RadiologyError} `schedule-invalid` for a problem that makes no sense; `schedule-infeasible` when not all
 * demands can be met, with a smallest set that clashes in `clash`; `solver-failed` when the time ran out before any answer.
 */
export function book(problem: BookingProblem, solver: Solver, limits: SolverLimits = usualLimits): BookingAnswer {
  checkProblem(problem)
  const { requests, machines, grid, costs } = problem
  const formulation = formulate(problem)
  const { model, starts } = formulation
  const solved = solver.solve(model, limits, oneAfterTheOther(problem, formulation))
  if (solved.status === 'infeasible') throw infeasible(problem, solver, limits)
  if (!solved.values)
    throw new RadiologyError(
      'solver-failed',
      `no answer within ${limits.seconds} s for ${requests.length} exams; expected one: give more time or a coarser grid`,
    )
  const appointments = starts
    .filter((_, column) => solved.values![column]! > 0.5)
    .map(({ request, machine, step, steps }) => ({
      id: requests[request]!.id,
      machine: machines[machine]!.code,
      from: step * grid,
      until: (step + steps) * grid,
    }))
    .sort((a, b) => a.from - b.from || (a.machine < b.machine ? -1 : 1))
  const overtime: Record<string, number> = {}
  const idle: Record<string, number> = {}
  let constant = 0
  for (const { code, from, until, taken } of machines) {
    const own = appointments.filter(({ machine }) => machine === code)
    const held = taken.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, until) - Math.max(a, from)), 0)
    const last = Math.max(from, ...own.map((each) => each.until), ...taken.map(([, b]) => Math.min(b, until)))
    overtime[code] = Math.max(0, last - until)
    idle[code] = last - from - held - own.reduce((sum, each) => sum + each.until - each.from, 0)
    constant += costs.idle * (from + held)
  }
  // What machines work is the same whoever does it, so that idle minutes are ends less constants.
  constant += costs.idle * requests.reduce((sum, { minutes }) => sum + Math.ceil(minutes / grid - 1e-9) * grid, 0)
  const waits = appointments.map(({ id, from }) => {
    const { weight, window } = requests.find((request) => request.id === id)!
    return weight * (from - window[0])
  })
  const objective = solved.objective - constant
  const bound = Math.min(objective, solved.bound - constant)
  return {
    status: solved.status === 'optimal' ? 'optimal' : 'limit',
    appointments,
    objective,
    bound,
    gap: objective - bound <= 1e-6 ? 0 : (objective - bound) / Math.abs(objective),
    overtime,
    idle,
    longestWait: Math.max(0, ...waits),
  }
}

/**
 * The demands that clash: one after the other is left out, and stays out if the rest still cannot be met (a deletion
 * filter: Chinneck & Dravnieks, ORSA J. Comput. 3 (1991) 157–168). What is left is a set none of which can be spared.
 */
function infeasible(problem: BookingProblem, solver: Solver, limits: SolverLimits): RadiologyError {
  const demands = demandsOf(problem)
  const left = new Set<Demand>()
  const cannot = (without: ReadonlySet<Demand>) => {
    const { model } = formulate(problem, without)
    const feasibility = { ...model, columns: model.columns.map((column) => ({ ...column, cost: 0 })) }
    return solver.solve(feasibility, { ...limits, seconds: Math.max(0.2, limits.seconds / 5) }).status === 'infeasible'
  }
  for (const demand of demands) {
    left.add(demand)
    if (!cannot(left)) left.delete(demand)
  }
  const clash = demands.filter((demand) => !left.has(demand))
  return new RadiologyError(
    'schedule-infeasible',
    `not all exams can be booked; these demands clash: ${clash.join('; ')} (widen a window, allow more overtime, or add what is short)`,
    clash,
  )
}
