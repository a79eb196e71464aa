import { createFixedStepFollower } from '../ensemble/follow-fixed-step.ts'
import { sparseJacobian } from '../graph/differentiate.ts'
import { reachable } from '../graph/reachable.ts'
import type { Machine } from '../machine.ts'
import type { Node } from '../node.ts'
import { machineOn } from '../system/interpret.ts'
import type { TapeMaker } from '../system/tape.ts'
import type { System } from '../system.ts'
import { compileFunction, type Evaluate } from './functions.ts'
import { functionText } from './javascript.ts'
import { symbolsOfNodes } from './names.ts'
import { stepKernelLender } from './wasm/step-kernel.ts'

/**
 * A machine of generated JavaScript: the same values as {@link interpret}, to a few units in the last place (its
 * exponential is not the language's, both are within one), many times as fast. What is not called is not compiled.
 *
 * @param observed keys of {@link System.quantities}
 * @throws {DynamicsError} `undeclared` for one that is none
 * @example
 * const machine = compile(buildSystem(readModel(text)), ['V'])
 * simulate(machine, { end: 500, steps: 500 })
 */
export function compile(system: System, observed: readonly string[]): Machine {
  const symbols = symbolsOfNodes(system)
  const machine = machineOn(compiledTapes(symbols), system, observed)
  const { rates, gates, crossings, observe } = rootsOf(system, observed)
  const n = system.states.length

  // What integration calls at every step goes straight to its function, unless unknowns or lags have to be found first.
  const direct = <F>(roots: readonly Node[], make: () => F, otherwise: F): F => {
    const needsMore = reachable(roots).some(({ op }) => op === 'unknown' || op === 'lag')
    return needsMore ? otherwise : make()
  }
  const intoArray = (name: string, roots: readonly Node[], otherwise: Machine['rates']): Machine['rates'] =>
    direct(roots, () => straight(() => compileFunction(name, roots, symbols)), otherwise)
  machine.rates = intoArray('rates', rates, machine.rates)
  machine.observe = intoArray('observe', observe, machine.observe)
  machine.crossings = intoArray('crossings', crossings, machine.crossings)
  machine.jacobian = direct(
    rates,
    () => {
      const jacobian = straight(() => compileJacobian(system, symbols))
      return (t, y, p, into) => {
        into.fill(0)
        jacobian(t, y, p, into)
      }
    },
    machine.jacobian,
  )
  machine.gates = direct(
    gates,
    () => {
      const both = new Float64Array(2 * n)
      const evaluate = straight(() => compileFunction('gates', gates, symbols))
      return (t, y, p, linear, constant) => {
        evaluate(t, y, p, both)
        for (let i = 0; i < n; i++) {
          linear[i] = both[i]!
          constant[i] = both[n + i]!
        }
      }
    },
    machine.gates,
  )
  machine.followFixedStep = createFixedStepFollower(system, observed)
  machine.borrowStepKernel = stepKernelLender(system)
  return machine
}

/** The JavaScript that {@link compile} makes for the rates, for gates if there are any, and for `observed`: to be read. */
export function printCompiled(system: System, observed: readonly string[] = []): string {
  const symbols = symbolsOfNodes(system)
  const { rates, gates, observe } = rootsOf(system, observed)
  const names = system.states.map(({ symbol }, i) => `//   ${i} ${symbol.replace(/[^\x20-\x7e]/g, '?')}`)
  const head =
    '// t: time; y: states; p: parameters; u: unknowns; l: lags; w: work. States and their rates are, in order:'
  const parts = [[head, ...names].join('\n'), functionText('rates', rates, symbols).text]
  if (system.states.some(({ gate }) => gate))
    parts.push(
      `// First what the rate of each gate is per its state, then what remains of it.\n${functionText('gates', gates, symbols).text}`,
    )
  if (observed.length > 0) parts.push(functionText('observe', observe, symbols).text)
  return `${parts.join('\n\n')}\n`
}

function rootsOf({ graph, states, crossings, quantities }: System, observed: readonly string[]) {
  const linear = states.map(({ gate }) => gate?.linear ?? graph.number(0))
  const constant = states.map(({ gate, rate }) => gate?.constant ?? rate)
  return {
    rates: states.map(({ rate }) => rate),
    gates: [...linear, ...constant],
    crossings,
    observe: observed.flatMap((symbol) => quantities.get(symbol)?.value ?? []),
  }
}

function compileJacobian({ graph, states }: System, symbols: ReadonlyMap<Node, string>): Evaluate {
  const leaves = states.map((_, slot) => graph.state(slot))
  const rates = states.map(({ rate }) => rate)
  const entries = sparseJacobian(graph, rates, leaves)
  const places = entries.map(({ row, column }) => row * states.length + column)
  return compileFunction(
    'jacobian',
    entries.map(({ value }) => value),
    symbols,
    places,
  )
}

const none = new Float64Array(0)

/** Without unknowns and lags; compiled at the first call. */
function straight(make: () => Evaluate): Machine['rates'] {
  let evaluate: Evaluate | undefined
  return (t, y, p, into) => {
    evaluate ??= make()
    evaluate(t, y, p, none, none, into)
  }
}

function compiledTapes(symbols: ReadonlyMap<Node, string>): TapeMaker {
  return (roots) => {
    const nodes = reachable(roots)
    const values = new Float64Array(roots.length)
    const evaluate = compileFunction('values', roots, symbols)
    return {
      unknowns: nodes.flatMap((node) => (node.op === 'unknown' ? node.slot : [])),
      lags: nodes.flatMap((node) => (node.op === 'lag' ? node.slot : [])),
      run: ({ time, states, parameters, unknowns, lags }) => evaluate(time, states, parameters, unknowns, lags, values),
      value: (at) => values[at]!,
    }
  }
}
