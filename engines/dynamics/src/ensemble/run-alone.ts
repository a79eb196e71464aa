import { simulate } from '../integrate/simulate.ts'
import type { MemberRun } from './member-run.ts'

/** Follows one member as a single trajectory; `written`: rows that it has already, which stay if this fails. */
export function runAlone(run: MemberRun, member: number, written: number, signal: AbortSignal | undefined): void {
  const { machine, plan, given } = run
  const { start, end, steps, flow } = plan
  const own = Object.fromEntries(Object.entries(given).map(([symbol, values]) => [symbol, values[member]!]))
  const seed = `${flow.seed}/${member}`
  try {
    const { values } = simulate(machine, { ...flow, seed, start, end, steps, given: own, signal })
    for (let row = 0; row <= steps; row++) run.write(member, row, values, row * plan.observed.length, 1)
  } catch (error) {
    run.fail(member, written, error)
  }
}
