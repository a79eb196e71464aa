import { DynamicsError } from '../errors.ts'
import type { System } from '../system.ts'
import type { Given, MemberRun } from './member-run.ts'
import { type EnsembleFailure, type EnsemblePlan, rowTimes } from './options.ts'
import { wayToRun } from './way-to-run.ts'

/** Runs members of one ensemble: `from` up to, not including, `to`, into the ensemble's values. */
export type MemberRunner = (
  from: number,
  to: number,
  given: Given,
  values: Float64Array,
  signal?: AbortSignal,
) => readonly EnsembleFailure[]

/**
 * The way that suits a system and a method: see {@link wayToRun}. A member's trajectory does not depend on which others run with it.
 */
export function createMemberRunner(system: System, plan: EnsemblePlan): MemberRunner {
  const { machine, runAll } = wayToRun(system, plan)
  const times = rowTimes({ ...plan, rows: 'all' })
  const columns = plan.observed.length
  const kept = plan.rows === 'all' ? times.length : 1
  const parameters = new Float64Array(machine.parameterCount)
  const states = new Float64Array(machine.stateCount)
  const slots = new Map([
    ...system.parameters.map(({ symbol }, slot) => [symbol, { into: parameters, slot }] as const),
    ...system.states.map(({ symbol }, slot) => [symbol, { into: states, slot }] as const),
  ])

  return (from, to, given, values, signal) => {
    const failures: EnsembleFailure[] = []
    const run: MemberRun = {
      machine,
      plan,
      times,
      given,
      initial(member) {
        parameters.fill(Number.NaN)
        states.fill(Number.NaN)
        for (const [symbol, of] of Object.entries(given)) {
          const value = of[member]!
          if (!Number.isFinite(value))
            throw new DynamicsError('invalid-option', `${symbol} of member ${member} is given as ${value}`, {
              element: symbol,
              expected: 'a finite number',
            })
          const { into, slot } = slots.get(symbol)!
          into[slot] = value
        }
        machine.initialise(plan.start, parameters, states)
        return { parameters, states }
      },
      write(member, row, source, at, stride) {
        const keptRow = plan.rows === 'all' ? row : row - times.length + 1
        if (keptRow < 0) return
        const to = (member * kept + keptRow) * columns
        for (let column = 0; column < columns; column++) values[to + column] = source[at + stride * column]!
      },
      fail(member, row, error) {
        if (!(error instanceof DynamicsError)) throw error
        failures.push({ member, error })
        const first = plan.rows === 'all' ? row : 0
        values.fill(Number.NaN, (member * kept + first) * columns, (member + 1) * kept * columns)
      },
    }
    runAll(run, from, to, signal)
    return failures.sort((a, b) => a.member - b.member)
  }
}
