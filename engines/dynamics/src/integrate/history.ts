import { DynamicsError } from '../errors.ts'
import { reachable } from '../graph/reachable.ts'
import type { Machine } from '../machine.ts'
import type { InitialValues } from './options.ts'
import { interpolate, type Step, timeResolution } from './step.ts'

/**
 * What a solution was, for systems with delays. Before the start it is given as it was at the start; formulas that make
 * something else of that time are part of the system's lags.
 */
export interface PastSolution {
  /** The machine, which from now on is told the past, and by which the past knows what time it is asked at. */
  readonly machine: Machine
  /** The step whose start is the present. */
  follow(step: Step): void
  /** A piece of solution is known: `step.from` to `until`. */
  keep(step: Step, until: number): void
  /** Parameters have changed at this instant. */
  parametersChanged(): void
  /** The step's own solution is known from here on, and may be asked for; `undefined`: not yet. */
  know(step: Step | undefined): void
  /** How far into the step being tried, whose solution is not known yet, was asked since this was last called. */
  takeExcess(): number
  /** A first solution of the step being tried, in place of the last step's continuation. */
  suppose(step: Step | undefined): void
  /** How long ago everything was that is asked for at `time`. */
  lagsAt(time: number, states: Float64Array, parameters: Float64Array): readonly number[]
}

interface Piece {
  readonly from: number
  readonly until: number
  readonly size: number
  readonly dense: Float64Array
  readonly parameters: Float64Array
}

export function rememberSolution(original: Machine, start: number, initial: InitialValues): PastSolution {
  const { lags, parameters: ofSystem } = original.system
  const n = original.stateCount
  const firstStates = Float64Array.from(initial.states)
  const firstParameters = Float64Array.from(initial.parameters)
  let parametersNow = firstParameters
  const pieces: Piece[] = []
  let dropped = 0
  // With lags that do not change, what is older than the longest is never asked for again.
  const fixed = reachable(lags.map(({ by }) => by)).every(
    (node) =>
      node.op !== 'time' &&
      node.op !== 'state' &&
      node.op !== 'unknown' &&
      node.op !== 'lag' &&
      !(node.op === 'parameter' && ofSystem[node.slot]?.discrete),
  )
  let oldest = 0
  let now = start
  let known: Step | undefined
  let supposed: { from: number; size: number; dense: Float64Array } | undefined
  let excess = 0
  let present: Step | undefined
  let asked: number[] | undefined

  function past(time: number, states: Float64Array, parameters: Float64Array): void {
    asked?.push(now - time)
    if (now - time > oldest) oldest = now - time
    if (time > now)
      throw new DynamicsError('invalid-model', `a delay is negative at time ${now}: ${now - time}`, {
        expected: 'zero or more',
      })
    if (time === now) return
    const last = pieces.at(-1)
    if (!last || time < pieces[dropped]!.from) {
      if (time < start || !last) {
        states.set(firstStates)
        parameters.set(firstParameters)
        // Within the first step the start is the best guess there is.
        if (time > start) beyond(time, states)
        return
      }
    }
    const at = last && time < last.until ? find(time) : undefined
    if (at) {
      interpolate(at.dense, Math.min(1, Math.max(0, (time - at.from) / at.size)), states)
      parameters.set(at.parameters)
    } else if (known && time >= known.from) interpolate(known.dense, (time - known.from) / known.size, states)
    else if (present && time <= present.from) states.set(present.start)
    else beyond(time, states)
  }

  function beyond(time: number, states: Float64Array): void {
    const last = pieces.at(-1)
    excess = Math.max(excess, time - (last?.until ?? start))
    if (supposed) interpolate(supposed.dense, (time - supposed.from) / supposed.size, states)
    else if (last) interpolate(last.dense, (time - last.from) / last.size, states)
  }

  /** The piece in which `time` lies; at a boundary the later. */
  function find(time: number): Piece {
    let low = dropped
    let high = pieces.length - 1
    // A jump is where the times differ by rounding only; what is asked for there is what holds after it.
    const near = time + timeResolution(time) + timeResolution(now) / 2
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (pieces[middle]!.from <= near) low = middle
      else high = middle - 1
    }
    return pieces[low]!
  }

  original.history = past
  const timed: Machine = Object.create(original, {})
  const at = (time: number) => {
    now = time
    return original
  }
  const machine: Machine = Object.assign(timed, {
    rates: (time, ...rest) => at(time).rates(time, ...rest),
    jacobian: (time, ...rest) => at(time).jacobian(time, ...rest),
    rateOfRates: (time, ...rest) => at(time).rateOfRates(time, ...rest),
    gates: (time, ...rest) => at(time).gates(time, ...rest),
    crossings: (time, ...rest) => at(time).crossings(time, ...rest),
    triggers: (time, ...rest) => at(time).triggers(time, ...rest),
    delay: (event, time, ...rest) => at(time).delay(event, time, ...rest),
    priority: (event, time, ...rest) => at(time).priority(event, time, ...rest),
    assigned: (event, time, ...rest) => at(time).assigned(event, time, ...rest),
    assign: (event, time, ...rest) => at(time).assign(event, time, ...rest),
    observe: (time, ...rest) => at(time).observe(time, ...rest),
    constraints: (time, ...rest) => at(time).constraints(time, ...rest),
  } satisfies Partial<Machine>)
  const rates = new Float64Array(n)

  return {
    machine,
    follow(step) {
      present = step
    },
    keep(step, until) {
      pieces.push({
        from: step.from,
        until,
        size: step.size,
        dense: Float64Array.from(step.dense),
        parameters: parametersNow,
      })
      if (!fixed) return
      while (dropped < pieces.length - 2 && pieces[dropped + 1]!.from < step.from - oldest * (1 + 1e-9)) dropped++
      if (dropped > 1000 && dropped > pieces.length / 2) {
        pieces.splice(0, dropped)
        dropped = 0
      }
    },
    parametersChanged() {
      parametersNow = Float64Array.from(initial.parameters)
    },
    know(step) {
      known = step
    },
    takeExcess() {
      const taken = excess
      excess = 0
      return taken
    },
    suppose(step) {
      supposed = step && { from: step.from, size: step.size, dense: Float64Array.from(step.dense) }
    },
    lagsAt(time, states, parameters) {
      asked = []
      machine.rates(time, states, parameters, rates)
      const found = new Set(asked)
      asked = undefined
      return [...found].filter((lag) => lag > 0)
    },
  }
}
