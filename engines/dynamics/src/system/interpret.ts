import { DynamicsError } from '../errors.ts'
import type { History, Machine } from '../machine.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'
import { createEvaluator, type Prepared } from './evaluator.ts'
import { createTotalJacobian } from './implicit-derivatives.ts'
import { createTape, type TapeMaker } from './tape.ts'

/**
 * A machine that walks the system's nodes one by one: slow to run, quick to make, and what compilers are compared with.
 *
 * @param observed keys of {@link System.quantities}
 * @throws {DynamicsError} `undeclared` for one that is none
 */
export function interpret(system: System, observed: readonly string[]): Machine {
  return machineOn(createTape, system, observed)
}

/** A machine that evaluates nodes by the tapes given: what interpreter and compiler share. */
export function machineOn(createTape: TapeMaker, system: System, observed: readonly string[]): Machine {
  const { graph, states, parameters, events } = system
  let history: History | undefined
  const evaluator = createEvaluator(system, createTape, () => history)
  const lazily = <T>(make: () => T) => {
    let made: T | undefined
    return () => {
      made ??= make()
      return made
    }
  }
  const nodes = (roots: readonly (Node | undefined)[]) =>
    lazily(() => evaluator.prepare(roots.map((root) => root ?? graph.number(0))))
  const fill = (prepared: Prepared, into: Float64Array | Uint8Array, count: number) => {
    prepared.run()
    for (let at = 0; at < count; at++) into[at] = prepared.value(at)
  }

  const stateLeaves = states.map((_, slot) => graph.state(slot))
  const stateRates = states.map((state) => state.rate)
  const quantities = observed.map((symbol) => {
    const quantity = system.quantities.get(symbol)
    if (quantity) return quantity.value
    throw new DynamicsError('undeclared', `“${symbol}” is to be observed but the model has no such symbol`, {
      element: symbol,
    })
  })
  const rates = nodes(stateRates)
  const gates = nodes([
    ...states.map(({ gate }) => gate?.linear),
    ...states.map(({ gate, rate }) => gate?.constant ?? rate),
  ])
  const crossings = nodes(system.crossings)
  const triggers = nodes(events.map((event) => event.trigger))
  const constraints = nodes(system.constraints.map((constraint) => constraint.condition))
  const observe = nodes(quantities)
  const delays = events.map((event) => nodes([event.delay]))
  const priorities = events.map((event) => nodes([event.priority]))
  const assigned = events.map((event) => nodes(event.assignments.map((assignment) => assignment.value)))
  const scales = events.map((event) => event.assignments.map(({ scale }) => scale && nodes([scale])))
  const initialState = states.map(({ initial, scale }) => ({
    initial: nodes([initial]),
    scale: scale && nodes([scale]),
  }))
  const initialParameter = parameters.map(({ initial, scale }) => ({
    initial: typeof initial === 'number' ? initial : nodes([initial]),
    scale: scale && nodes([scale]),
  }))
  const jacobian = lazily(() => createTotalJacobian(system, evaluator, stateRates, stateLeaves))
  const byTime = lazily(() => createTotalJacobian(system, evaluator, stateRates, [graph.time]))
  const single = (prepared: () => Prepared) => {
    const made = prepared()
    made.run()
    return made.value(0)
  }

  return {
    system,
    observed,
    stateCount: states.length,
    parameterCount: parameters.length,
    initialise(time, parameters, states) {
      evaluator.forgetGuesses()
      evaluator.at(time, states, parameters)
      for (const { kind, slot } of system.initialisation) {
        if (kind === 'implicit') continue
        const into = kind === 'state' ? states : parameters
        const { initial, scale } = kind === 'state' ? initialState[slot]! : initialParameter[slot]!
        const given = into[slot]!
        if (!Number.isNaN(given)) into[slot] = scale ? given * single(scale) : given
        else into[slot] = typeof initial === 'number' ? initial : single(initial)
      }
    },
    rates(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      fill(rates(), into, states.length)
    },
    jacobian(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      jacobian()(into)
    },
    rateOfRates(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      byTime()(into)
    },
    gates(time, states, parameters, linear, constant) {
      evaluator.at(time, states, parameters)
      const prepared = gates()
      prepared.run()
      for (let at = 0; at < stateRates.length; at++) {
        linear[at] = prepared.value(at)
        constant[at] = prepared.value(stateRates.length + at)
      }
    },
    crossings(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      fill(crossings(), into, system.crossings.length)
    },
    triggers(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      const prepared = triggers()
      prepared.run()
      for (let at = 0; at < events.length; at++) into[at] = prepared.value(at) !== 0 ? 1 : 0
    },
    delay(event, time, states, parameters) {
      evaluator.at(time, states, parameters)
      return single(delays[event]!)
    },
    priority(event, time, states, parameters) {
      evaluator.at(time, states, parameters)
      return single(priorities[event]!)
    },
    assigned(event, time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      fill(assigned[event]!(), into, events[event]!.assignments.length)
    },
    assign(event, time, states, parameters, values) {
      const { assignments } = events[event]!
      evaluator.at(time, states, parameters)
      const scaled = assignments.map((_, at) => {
        const scale = scales[event]![at]
        return scale ? values[at]! * single(scale) : values[at]!
      })
      for (const [at, { target }] of assignments.entries()) {
        const into = target.kind === 'state' ? states : parameters
        into[target.slot] = scaled[at]!
      }
      evaluator.restart()
    },
    observe(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      fill(observe(), into, quantities.length)
    },
    constraints(time, states, parameters, into) {
      evaluator.at(time, states, parameters)
      fill(constraints(), into, system.constraints.length)
    },
    get history() {
      return history
    },
    set history(given) {
      history = given
    },
  }
}
