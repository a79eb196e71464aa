import { compile } from '../compile/compile.ts'
import { createClock } from '../integrate/clock.ts'
import type { Machine } from '../machine.ts'
import type { System } from '../system.ts'
import { createErrorControlKernel, createFixedStepKernel, type ErrorControlMethod, fitsKernel } from './kernel.ts'
import type { MemberRun } from './member-run.ts'
import type { EnsemblePlan } from './options.ts'
import { runAdaptive } from './run-adaptive.ts'
import { runAlone } from './run-alone.ts'
import { runFixedStep } from './run-fixed-step.ts'
import type { Travel } from './run-lanes.ts'

/** What is compiled once for a system, a method and what is observed. */
export interface WayToRun {
  readonly machine: Machine
  runAll(run: MemberRun, from: number, to: number, signal: AbortSignal | undefined): void
}

/** For one system: of different methods, and of different quantities that are observed. */
const mostRemembered = 8
const remembered = new WeakMap<System, Map<string, WayToRun>>()

/** Two at a time in a kernel where the system fits one, else one by one. Remembered as long as the system is. */
export function wayToRun(system: System, { observed, flow: { method = 'auto' } }: EnsemblePlan): WayToRun {
  const known = remembered.get(system) ?? new Map<string, WayToRun>()
  remembered.set(system, known)
  const key = JSON.stringify([method, observed])
  let way = known.get(key)
  if (!way) {
    way = { machine: compile(system, observed), runAll: runnerOf(system, observed, method) }
    // The oldest gives way.
    for (const old of known.keys()) if (known.size >= mostRemembered) known.delete(old)
    known.set(key, way)
  }
  return way
}

function runnerOf(
  system: System,
  observed: readonly string[],
  method: Exclude<EnsemblePlan['flow']['method'], undefined>,
): WayToRun['runAll'] {
  if (!fitsKernel(system)) return oneByOne
  const nodes = observed.map((symbol) => system.quantities.get(symbol)!.value)
  if (method === 'runge-kutta-4' || method === 'rush-larsen' || method === 'rush-larsen-2') {
    const kernel = createFixedStepKernel(system, nodes, method)
    return (run, from, to, signal) => runFixedStep(run, kernel, from, to, signal)
  }
  const clock = createClock(system)
  const watched = clock.others.map((at) => system.crossings[at]!)
  const by = (one: ErrorControlMethod): Travel | undefined => {
    const kernel = createErrorControlKernel(system, nodes, watched, one, method === 'auto')
    return kernel && { kernel, clock }
  }
  const first = by(method === 'auto' ? 'dormand-prince' : method)
  if (!first) return oneByOne
  let second: { readonly travel: Travel | undefined } | undefined
  const stiff = () => {
    second ??= { travel: by('rodas') }
    return second.travel
  }
  return (run, from, to, signal) => runAdaptive(run, first, stiff, from, to, signal)
}

function oneByOne(run: MemberRun, from: number, to: number, signal: AbortSignal | undefined): void {
  for (let member = from; member < to; member++) runAlone(run, member, 0, signal)
}
