import type { Machine } from '../machine.ts'
import { interpolate, type Step } from './step.ts'

/** Says of each constraint when it first failed: at an end of a step, and then when in that step it began to. */
export interface ConstraintWatch {
  /** Whether there is a constraint that has not failed yet. */
  readonly watching: boolean
  at(machine: Machine, time: number, states: Float64Array, parameters: Float64Array): void
  /** From the step's start to `until`. */
  through(step: Step, until: number): void
}

export function watchConstraints(of: Machine, warnings: string[]): ConstraintWatch {
  const { constraints } = of.system
  const holds = new Uint8Array(constraints.length)
  const told = new Uint8Array(constraints.length)
  const states = new Float64Array(of.stateCount)
  let left = constraints.length

  function tell(constraint: number, time: number): void {
    told[constraint] = 1
    left--
    warnings.push(`a constraint does not hold at time ${time}: ${constraints[constraint]!.message}`)
  }

  function holdsAt({ machine, parameters, dense, from, size }: Step, time: number): Uint8Array {
    interpolate(dense, (time - from) / size, states)
    machine.constraints(time, states, parameters, holds)
    return holds
  }

  /** The first number at which it does not hold: halving until there is none in between. */
  function failure(step: Step, until: number, constraint: number): number {
    let a = step.from
    let b = until
    for (;;) {
      const middle = a + (b - a) / 2
      if (!(middle > a && middle < b)) return b
      if (holdsAt(step, middle)[constraint] === 1) a = middle
      else b = middle
    }
  }

  return {
    get watching() {
      return left > 0
    },
    at(machine, time, there, parameters) {
      if (left === 0) return
      machine.constraints(time, there, parameters, holds)
      for (let i = 0; i < holds.length; i++) if (holds[i] === 0 && told[i] === 0) tell(i, time)
    },
    through(step, until) {
      if (left === 0) return
      const failed = [...holdsAt(step, until).keys()].filter((i) => holds[i] === 0 && told[i] === 0)
      for (const i of failed) tell(i, failure(step, until, i))
    },
  }
}
