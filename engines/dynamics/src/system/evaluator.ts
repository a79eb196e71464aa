import { DynamicsError } from '../errors.ts'
import { reachable } from '../graph/reachable.ts'
import type { History } from '../machine.ts'
import type { Node } from '../node.ts'
import { placeOf } from '../place-of.ts'
import type { ImplicitBlock, System } from '../system.ts'
import { createFlowToRest } from './flow-to-rest.ts'
import { createNewton, type Equations } from './newton.ts'
import type { Tape, TapeInputs, TapeMaker } from './tape.ts'

/** Delays of what is itself delayed, of what is delayed, … */
const deepestLag = 200

/** Evaluates nodes of a system with its unknowns solved for and its lags looked up. */
export interface Evaluator {
  /** Nodes to be evaluated together, with all they need. */
  prepare(roots: readonly Node[]): Prepared
  /** What stands at the leaves; the caller's arrays. */
  at(time: number, states: Float64Array, parameters: Float64Array): void
  readonly inputs: Readonly<TapeInputs>
  forgetGuesses(): void
  /** An event has been carried out. */
  restart(): void
}

export interface Prepared {
  /** Evaluates at what {@link Evaluator.at} said last. */
  run(): void
  value(at: number): number
}

/**
 * @param createTape evaluates nodes
 * @param history where states at earlier times come from
 * @param depth how many lags this one is evaluated within
 */
export function createEvaluator(
  system: System,
  createTape: TapeMaker,
  history: () => History | undefined,
  depth = 0,
): Evaluator {
  const { implicit, lags } = system
  const unknownCount = 1 + Math.max(-1, ...implicit.flatMap((block) => block.unknowns.map(({ slot }) => slot)))
  const inputs: TapeInputs = {
    time: 0,
    states: new Float64Array(0),
    parameters: new Float64Array(0),
    unknowns: new Float64Array(unknownCount),
    lags: new Float64Array(lags.length),
  }
  const guessed = new Uint8Array(implicit.length)
  const blockOf = new Map(implicit.flatMap((block, at) => block.unknowns.map(({ slot }) => [slot, at] as const)))

  /** Steps that fill unknowns and lags, made when first needed; each knows the steps before it. */
  const blockSteps = new Map<number, () => void>()
  const lagSteps = new Map<number, () => void>()
  const collect = (tape: Tape, into: Set<() => void>) => {
    for (const slot of tape.lags) {
      let step = lagSteps.get(slot)
      if (!step) {
        step = lagStep(slot)
        lagSteps.set(slot, step)
      }
      into.add(step)
    }
    for (const block of new Set(tape.unknowns.map((slot) => blockOf.get(slot)!))) {
      let step = blockSteps.get(block)
      if (!step) {
        step = blockStep(block)
        blockSteps.set(block, step)
      }
      into.add(step)
    }
  }
  const runAll = (steps: Iterable<() => void>) => {
    for (const step of steps) step()
  }

  const prepareTape = (tape: Tape): Prepared => {
    const before = new Set<() => void>()
    collect(tape, before)
    return {
      run() {
        runAll(before)
        tape.run(inputs)
      },
      value: tape.value,
    }
  }
  const prepare = (roots: readonly Node[]) => prepareTape(createTape(roots))

  const lagStep = (slot: number) => {
    const { of, by: length } = system.lags[slot]!
    const earlier = prepare([length])
    let then: { evaluator: Evaluator; of: Prepared; states: Float64Array; parameters: Float64Array } | undefined
    return () => {
      earlier.run()
      const by = earlier.value(0)
      if (by < 0) {
        throw new DynamicsError('invalid-model', `a delay is negative at time ${inputs.time}: ${by}`, {
          ...whoDelays(system, slot),
          expected: 'zero or more',
        })
      }
      const time = inputs.time - by
      if (!then) {
        if (depth >= deepestLag) {
          throw new DynamicsError('not-supported', `a delay is within more than ${deepestLag} others`, {
            ...whoDelays(system, slot),
            mend: 'what is delayed may not lead back to the same delay except through a rate',
          })
        }
        const evaluator = createEvaluator(system, createTape, history, depth + 1)
        const states = new Float64Array(system.states.length)
        const parameters = new Float64Array(system.parameters.length)
        then = { evaluator, of: evaluator.prepare([of]), states, parameters }
      }
      then.states.set(inputs.states)
      then.parameters.set(inputs.parameters)
      history()?.(time, then.states, then.parameters)
      then.evaluator.at(time, then.states, then.parameters)
      then.of.run()
      inputs.lags[slot] = then.of.value(0)
    }
  }

  const blockStep = (at: number) => {
    const block = implicit[at]!
    const { unknowns } = block
    const before = new Set<() => void>()
    const own = new Set(unknowns.map(({ slot }) => slot))
    const residualTape = createTape(block.residuals)
    const fullTape = createTape([...block.residuals, ...block.jacobian.flat()])
    const guess = prepare(unknowns.map((unknown) => unknown.guess))
    collect({ ...fullTape, unknowns: fullTape.unknowns.filter((slot) => !own.has(slot)) }, before)
    const n = unknowns.length
    const place = (values: Float64Array) => {
      for (let i = 0; i < n; i++) inputs.unknowns[unknowns[i]!.slot] = values[i]!
    }
    const equations: Equations = {
      size: n,
      // Extents are what amounts have gone by.
      ...(block.flows && { scale: () => inputs.states.reduce((most, one) => Math.max(most, Math.abs(one)), 0) }),
      evaluate(values, residuals, jacobian) {
        place(values)
        const tape = jacobian ? fullTape : residualTape
        tape.run(inputs)
        for (let i = 0; i < n; i++) residuals[i] = tape.value(i)
        if (jacobian) for (let i = 0; i < n * n; i++) jacobian[i] = tape.value(n + i)
      },
    }
    const solve = createNewton(equations)
    const flowToRest = block.flows ? createFlowToRest(equations) : undefined
    const solution = new Float64Array(n)
    const takeGuess = () => {
      guess.run()
      for (let i = 0; i < n; i++) solution[i] = guess.value(i)
    }
    return () => {
      runAll(before)
      const fresh = guessed[at] === 0
      let found = !fresh && solve(solution)
      if (!found && flowToRest) {
        takeGuess()
        flowToRest(solution)
        found = solve(solution)
      }
      if (!found) {
        takeGuess()
        found = solve(solution)
      }
      if (!found) {
        guessed[at] = 0
        throw noSolution(system, block, inputs.time)
      }
      guessed[at] = 1
      place(solution)
    }
  }

  return {
    prepare,
    at(time, states, parameters) {
      inputs.time = time
      inputs.states = states
      inputs.parameters = parameters
    },
    inputs,
    forgetGuesses() {
      guessed.fill(0)
    },
    restart() {
      for (const [at, block] of implicit.entries()) if (block.restartsAtEvents) guessed[at] = 0
    },
  }
}

/** The first symbol whose value or rate names a delay. */
function whoDelays({ model, graph, states, quantities }: System, slot: number) {
  const lag = graph.lag(slot)
  const names = (node: Node) => reachable([node]).includes(lag)
  const element =
    [...quantities.values()].find(({ value }) => names(value))?.symbol ?? states.find(({ rate }) => names(rate))?.symbol
  if (element === undefined) return {}
  const place = placeOf(model, element)
  return { element, ...(place && { place }) }
}

function noSolution({ model }: System, block: ImplicitBlock, time: number): DynamicsError {
  const names = block.unknowns.map(({ symbol }) => `“${symbol}”`).join(', ')
  const element = block.unknowns[0]!.symbol
  const place = placeOf(model, element) ?? model.rules.find(({ kind }) => kind === 'algebraic')?.place
  return new DynamicsError('no-convergence', `no solution found for ${names} at time ${time}`, {
    element,
    ...(place && { place }),
    mend: 'check that the equations have one, and give initial values near it',
  })
}
