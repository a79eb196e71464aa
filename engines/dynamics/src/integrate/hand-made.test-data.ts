import type { Machine } from '../machine.ts'
import type { Node } from '../node.ts'
import type { System, SystemEvent } from '../system.ts'

type Values = Float64Array

/** A machine written by hand, for tests: states are named, and all of them observed. */
export interface HandMade {
  readonly initial: Readonly<Record<string, number>>
  readonly parameters?: Readonly<Record<string, number>>
  readonly rates: (t: number, y: Values, p: Values, into: Values) => void
  /** Left out: by differences. */
  readonly jacobian?: (t: number, y: Values, p: Values, into: Values) => void
  readonly gates?: Machine['gates']
  readonly crossings?: readonly ((t: number, y: Values, p: Values) => number)[]
  readonly events?: readonly HandMadeEvent[]
  readonly constraints?: readonly { readonly message: string; readonly holds: (t: number, y: Values) => boolean }[]
}

export interface HandMadeEvent {
  readonly name: string
  readonly trigger: (t: number, y: Values, p: Values) => boolean
  readonly initialValue?: boolean
  readonly persistent?: boolean
  readonly useValuesFromTriggerTime?: boolean
  readonly delay?: (t: number, y: Values, p: Values) => number
  readonly priority?: (t: number, y: Values, p: Values) => number
  /** State by name, and the value it gets. */
  readonly assignments: Readonly<Record<string, (t: number, y: Values, p: Values) => number>>
}

const anyNode: Node = { op: 'number', index: 0, value: 0 }

export function handMade(of: HandMade): Machine {
  const names = Object.keys(of.initial)
  const parameterNames = Object.keys(of.parameters ?? {})
  const n = names.length
  const events = of.events ?? []
  const crossings = of.crossings ?? []
  const system = {
    model: { id: 'hand_made' },
    identity: '',
    states: names.map((symbol) => ({ symbol, initial: anyNode, rate: anyNode })),
    parameters: parameterNames.map((symbol) => ({ symbol, initial: of.parameters![symbol]!, discrete: false })),
    implicit: [],
    events: events.map(
      (event): SystemEvent => ({
        name: event.name,
        trigger: anyNode,
        initialValue: event.initialValue ?? true,
        persistent: event.persistent ?? true,
        ...(event.delay ? { delay: anyNode } : {}),
        ...(event.priority ? { priority: anyNode } : {}),
        useValuesFromTriggerTime: event.useValuesFromTriggerTime ?? true,
        assignments: Object.keys(event.assignments).map((symbol) => ({
          symbol,
          target: { kind: 'state', slot: names.indexOf(symbol) },
          value: anyNode,
        })),
      }),
    ),
    lags: [],
    quantities: new Map(),
    constraints: (of.constraints ?? []).map(({ message }) => ({ condition: anyNode, message })),
    crossings: crossings.map(() => ({ op: 'state' as const, index: 1, slot: 0 })),
    warnings: [],
  } as unknown as System
  const plus = new Float64Array(n)
  const minus = new Float64Array(n)
  const shifted = new Float64Array(n)
  return {
    system,
    observed: names,
    stateCount: n,
    parameterCount: parameterNames.length,
    history: undefined,
    initialise(_, parameters, states) {
      for (let i = 0; i < n; i++) if (Number.isNaN(states[i])) states[i] = of.initial[names[i]!]!
      for (let i = 0; i < parameters.length; i++)
        if (Number.isNaN(parameters[i])) parameters[i] = of.parameters![parameterNames[i]!]!
    },
    rates: of.rates,
    jacobian(t, y, p, into) {
      if (of.jacobian) return of.jacobian(t, y, p, into)
      for (let j = 0; j < n; j++) {
        const step = 1e-6 * Math.max(Math.abs(y[j]!), 1e-6)
        shifted.set(y)
        shifted[j] = y[j]! + step
        of.rates(t, shifted, p, plus)
        shifted[j] = y[j]! - step
        of.rates(t, shifted, p, minus)
        for (let i = 0; i < n; i++) into[i * n + j] = (plus[i]! - minus[i]!) / (2 * step)
      }
    },
    rateOfRates(t, y, p, into) {
      const step = 1e-6 * Math.max(1, Math.abs(t))
      of.rates(t + step, y, p, plus)
      of.rates(t - step, y, p, minus)
      for (let i = 0; i < n; i++) into[i] = (plus[i]! - minus[i]!) / (2 * step)
    },
    gates(t, y, p, linear, constant) {
      if (of.gates) return of.gates(t, y, p, linear, constant)
      linear.fill(0)
      of.rates(t, y, p, constant)
    },
    crossings(t, y, p, into) {
      for (const [i, crossing] of crossings.entries()) into[i] = crossing(t, y, p)
    },
    triggers(t, y, p, into) {
      for (const [i, { trigger }] of events.entries()) into[i] = trigger(t, y, p) ? 1 : 0
    },
    delay: (event, t, y, p) => events[event]!.delay!(t, y, p),
    priority: (event, t, y, p) => events[event]!.priority!(t, y, p),
    assigned(event, t, y, p, into) {
      for (const [i, value] of Object.values(events[event]!.assignments).entries()) into[i] = value(t, y, p)
    },
    assign(event, _t, y, _p, values) {
      for (const [i, symbol] of Object.keys(events[event]!.assignments).entries()) y[names.indexOf(symbol)] = values[i]!
    },
    observe(_t, y, _p, into) {
      into.set(y)
    },
    constraints(t, y, _p, into) {
      for (const [i, { holds }] of (of.constraints ?? []).entries()) into[i] = holds(t, y) ? 1 : 0
    },
  }
}
