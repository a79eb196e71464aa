import { encodeModule } from '@counterpart/numerics/wasm'
import { reachable } from '../../graph/reachable.ts'
import type { Machine, StepControlName, StepKernel } from '../../machine.ts'
import type { System } from '../../system.ts'
import { elementaryFunctions, hostFunctions, hostImports } from './elementary.ts'
import { kernelFunctions } from './kernel-function.ts'
import { arriveCode, attemptCode, finishCode, growCode, runCode, type StepLayout } from './step-code.ts'
import { freeMemory, writeTables } from './tables.ts'

/** {@link Machine.borrowStepKernel}: one kernel, made when it is first asked for. */
export function stepKernelLender(system: System): Machine['borrowStepKernel'] {
  const rates = system.states.map(({ rate }) => rate)
  if (rates.length === 0 || reachable(rates).some(({ op }) => op === 'unknown' || op === 'lag')) return undefined
  let kernel: Omit<StepKernel, 'giveBack'> | undefined
  let lent = false
  return () => {
    if (lent) return undefined
    lent = true
    kernel ??= createStepKernel(system)
    return {
      ...kernel,
      giveBack() {
        lent = false
      },
    }
  }
}

/**
 * Dormand–Prince's steps of one trajectory in WebAssembly: the rates are computed in one lane, two states at a time are
 * combined.
 */
function createStepKernel(system: System): Omit<StepKernel, 'giveBack'> {
  const n = system.states.length
  const layout = layOut(n, system.parameters.length)
  const made = kernelFunctions(
    'rates',
    system.states.map(({ rate }) => rate),
    { ...layout, single: true },
    hostImports.length + elementaryFunctions().length,
  )
  const before = [...elementaryFunctions(), ...made.functions]
  const rates = hostImports.length + before.length - 1
  const own = { attempt: rates + 1, arrive: rates + 2, grow: rates + 3 }
  const functions = [
    ...before,
    attemptCode(rates, n, layout),
    arriveCode(n, layout),
    growCode(n, layout),
    finishCode(n, layout),
    runCode(own, layout),
  ]
  const module = new WebAssembly.Module(
    encodeModule({ imports: hostImports, functions, memory: layout.work + 16 * made.workSize }),
  )
  const { exports } = new WebAssembly.Instance(module, { host: hostFunctions })
  const { buffer } = exports.memory as WebAssembly.Memory
  writeTables(buffer)
  new Float64Array(buffer, layout.exponents, 2).set([-(1 / 5 - 0.75 * 0.04), 0.04])
  const numbers = (at: number, count = n) => new Float64Array(buffer, at, count)
  return {
    ...(exports as unknown as Pick<StepKernel, 'attempt' | 'arrive' | 'finish' | 'run'>),
    parameters: numbers(layout.parameters, system.parameters.length),
    start: numbers(layout.start),
    end: numbers(layout.end),
    sixth: numbers(layout.sixth),
    absoluteTolerance: numbers(layout.absoluteTolerance),
    largest: numbers(layout.largest),
    rates: layout.rates.map((at) => numbers(at)),
    dense: numbers(layout.dense, 5 * n),
    control: Object.fromEntries(
      Object.entries(layout.control).map(([name, at]) => [name, numbers(at, 1)]),
    ) as unknown as StepKernel['control'],
  }
}

const controlNames: readonly StepControlName[] = [
  'time',
  'stop',
  'limit',
  'next',
  'longest',
  'size',
  'lastError',
  'steps',
  'rejected',
  'rejectedInARow',
  'relativeTolerance',
  'absolutePart',
  'negligible',
]

function layOut(n: number, parameters: number): StepLayout {
  let next = freeMemory
  const take = (count: number) => {
    const at = next
    next += 16 * Math.ceil(count / 2)
    return at
  }
  const controls = take(controlNames.length)
  return {
    control: Object.fromEntries(controlNames.map((name, i) => [name, controls + 8 * i])) as StepLayout['control'],
    exponents: take(2),
    parameters: take(parameters),
    start: take(n),
    end: take(n),
    sixth: take(n),
    absoluteTolerance: take(n),
    largest: take(n),
    rates: Array.from({ length: 7 }, () => take(n)),
    // Room for the pair that the last row is written in.
    dense: take(5 * n + 1),
    work: next,
  }
}
