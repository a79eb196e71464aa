import { compile } from '../compile/compile.ts'
import { DynamicsError } from '../errors.ts'
import { createClock } from '../integrate/clock.ts'
import type { System } from '../system.ts'
import { createErrorControlKernel, createFixedStepKernel, fitsKernel } from './kernel.ts'
import type { Given, MemberRun } from './member-run.ts'
import { type EnsembleFailure, type EnsemblePlan, rowTimes } from './options.ts'
import { runAdaptive } from './run-adaptive.ts'
import { runAlone } from './run-alone.ts'
import { runFixedStep } from './run-fixed-step.ts'

/** Runs members of one ensemble: `from` up to, not including, `to`, into the ensemble's values. */
export type MemberRunner = (
  from: number,
  to: number,
  given: Given,
  values: Float64Array,
  signal?: AbortSignal,
) => readonly EnsembleFailure[]

/**
 * The way that suits a system and a method: two at a time in WebAssembly ({@link fitsKernel}), else one by one as a
 * single trajectory would run. A member's trajectory does not depend on which others run with it.
 */
export function createMemberRunner(system: System, plan: EnsemblePlan): MemberRunner {
  const machine = compile(system, plan.observed)
  const times = rowTimes({ ...plan, rows: 'all' })
  const runAll = wayToRun(system, plan)
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

type WayToRun = (run: MemberRun, from: number, to: number, signal: AbortSignal | undefined) => void

function wayToRun(system: System, { observed, flow }: EnsemblePlan): WayToRun {
  if (!fitsKernel(system)) return oneByOne
  const { method = 'auto' } = flow
  const nodes = observed.map((symbol) => system.quantities.get(symbol)!.value)
  if (method === 'runge-kutta-4' || method === 'rush-larsen' || method === 'rush-larsen-2') {
    const kernel = createFixedStepKernel(system, nodes, method)
    return (run, from, to, signal) => runFixedStep(run, kernel, from, to, signal)
  }
  const watched = createClock(system).others.map((at) => system.crossings[at]!)
  const methods = method === 'auto' ? (['dormand-prince', 'rodas'] as const) : [method]
  const kernels = methods.map((one) => createErrorControlKernel(system, nodes, watched, one, methods.length > 1))
  const [first, second] = kernels
  if (!first || kernels.includes(undefined)) return oneByOne
  return (run, from, to, signal) => runAdaptive(run, [first, second], from, to, signal)
}

function oneByOne(run: MemberRun, from: number, to: number, signal: AbortSignal | undefined): void {
  for (let member = from; member < to; member++) runAlone(run, member, 0, signal)
}
