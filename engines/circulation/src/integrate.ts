import { CirculationError } from './errors.ts'
import { derivative, elastances } from './model.ts'
import { stateNames, stateSize } from './parameters.ts'

/** What a run works in; made once, so that no step allocates. */
export interface Workspace {
  /** State at the end of the last accepted step. */
  readonly y: Float64Array
  /** Its derivative. */
  readonly dy: Float64Array
  /** State and derivative at the step's start. */
  readonly y0: Float64Array
  readonly dy0: Float64Array
  readonly stages: readonly Float64Array[]
  readonly trial: Float64Array
  readonly E: Float64Array
  /** Elastances at every half step of a fixed-step beat, 4 per instant; empty until first used. */
  table: Float64Array
  tableFor: Float64Array | undefined
  /** Step that the error control would take next, s; 0 before the first. */
  nextStep: number
}

export function workspace(state: Float64Array): Workspace {
  const array = () => new Float64Array(stateSize)
  return {
    y: Float64Array.from(state),
    dy: array(),
    y0: array(),
    dy0: array(),
    stages: [array(), array(), array(), array(), array(), array(), array()],
    trial: array(),
    E: new Float64Array(4),
    table: new Float64Array(0),
    tableFor: undefined,
    nextStep: 0,
  }
}

/** Told of every accepted step: `workspace` then holds both ends of it. Times in s from the start of the beat. */
export type StepObserver = (workspace: Workspace, from: number, to: number) => void

/**
 * One beat by the fifth-order pair of Dormand and Prince (J Comput Appl Math 1980;6:19) with error control: steps of
 * some milliseconds in between, of microseconds where a valve turns. Runge–Kutta steps keep linear invariants, so
 * total volume moves by rounding only.
 */
export function adaptiveBeat(P: Float64Array, w: Workspace, tolerance: number, observe?: StepObserver): void {
  const { y, dy, y0, dy0, stages, trial, E } = w
  const [, k2, k3, k4, k5, k6, k7] = stages as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const cycle = P[0]!
  let t = 0
  let h = w.nextStep > 0 ? w.nextStep : 1e-4
  elastances(P, 0, E)
  derivative(P, E, y, dy)
  while (t < cycle) {
    const left = cycle - t
    const last = h >= left * (1 - 1e-12)
    if (last) h = left
    const a21 = h * (1 / 5)
    const a31 = h * (3 / 40),
      a32 = h * (9 / 40)
    const a41 = h * (44 / 45),
      a42 = h * (56 / 15),
      a43 = h * (32 / 9)
    const a51 = h * (19372 / 6561),
      a52 = h * (25360 / 2187),
      a53 = h * (64448 / 6561),
      a54 = h * (212 / 729)
    const a61 = h * (9017 / 3168),
      a62 = h * (355 / 33),
      a63 = h * (46732 / 5247),
      a64 = h * (49 / 176),
      a65 = h * (5103 / 18656)
    const b1 = h * (35 / 384),
      b3 = h * (500 / 1113),
      b4 = h * (125 / 192),
      b5 = h * (2187 / 6784),
      b6 = h * (11 / 84)
    const e1 = h * (71 / 57600),
      e3 = h * (71 / 16695),
      e4 = h * (71 / 1920),
      e5 = h * (17253 / 339200),
      e6 = h * (22 / 525),
      e7 = h * (1 / 40)
    elastances(P, t + h / 5, E)
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + a21 * dy[i]!
    derivative(P, E, trial, k2)
    elastances(P, t + h * (3 / 10), E)
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + (a31 * dy[i]! + a32 * k2[i]!)
    derivative(P, E, trial, k3)
    elastances(P, t + h * (4 / 5), E)
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + (a41 * dy[i]! - a42 * k2[i]! + a43 * k3[i]!)
    derivative(P, E, trial, k4)
    elastances(P, t + h * (8 / 9), E)
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + (a51 * dy[i]! - a52 * k2[i]! + a53 * k3[i]! - a54 * k4[i]!)
    derivative(P, E, trial, k5)
    elastances(P, t + h, E)
    for (let i = 0; i < 12; i++)
      trial[i] = y[i]! + (a61 * dy[i]! - a62 * k2[i]! + a63 * k3[i]! + a64 * k4[i]! - a65 * k5[i]!)
    derivative(P, E, trial, k6)
    for (let i = 0; i < 12; i++)
      trial[i] = y[i]! + (b1 * dy[i]! + b3 * k3[i]! + b4 * k4[i]! - b5 * k5[i]! + b6 * k6[i]!)
    derivative(P, E, trial, k7)
    let sum = 0
    for (let i = 0; i < 12; i++) {
      const error = e1 * dy[i]! - e3 * k3[i]! + e4 * k4[i]! - e5 * k5[i]! + e6 * k6[i]! - e7 * k7[i]!
      const ratio = error / (1 + Math.max(Math.abs(y[i]!), Math.abs(trial[i]!)))
      sum += ratio * ratio
    }
    const norm = Math.sqrt(sum / 12) / tolerance
    if (norm <= 1) {
      for (let i = 0; i < 12; i++) {
        y0[i] = y[i]!
        dy0[i] = dy[i]!
        y[i] = trial[i]!
        dy[i] = k7[i]!
      }
      const from = t
      t = last ? cycle : t + h
      if (observe) observe(w, from, t)
      h *= Math.min(5, 0.9 * Math.max(norm, 1e-10) ** -0.2)
      // A step cut short by the end of the beat says little about the next one.
      if (!last) w.nextStep = h
    } else if (norm > 1) {
      h *= Math.max(0.2, 0.9 * norm ** -0.2)
      if (h < 1e-12) failed(y, t, 'the step fell below 1e-12 s')
    } else failed(trial, t, 'a value is not a number')
  }
}

/**
 * One beat by the classical fourth-order Runge–Kutta method in `steps` equal steps: the fast mode. The elastances at
 * its instants are tabulated once per run.
 */
export function fixedBeat(P: Float64Array, w: Workspace, steps: number, observe?: StepObserver): void {
  const { y, dy, y0, dy0, stages, trial, E } = w
  const [, k2, k3, k4] = stages as [Float64Array, Float64Array, Float64Array, Float64Array]
  const cycle = P[0]!
  const h = cycle / steps
  const half = h / 2
  const sixth = h / 6
  if (w.tableFor !== P || w.table.length !== 4 * (2 * steps + 1)) {
    w.table = elastanceTable(P, steps)
    w.tableFor = P
  }
  const table = w.table
  for (let s = 0; s < steps; s++) {
    let row = 8 * s
    for (let c = 0; c < 4; c++) E[c] = table[row + c]!
    derivative(P, E, y, dy)
    row += 4
    for (let c = 0; c < 4; c++) E[c] = table[row + c]!
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + half * dy[i]!
    derivative(P, E, trial, k2)
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + half * k2[i]!
    derivative(P, E, trial, k3)
    row += 4
    for (let c = 0; c < 4; c++) E[c] = table[row + c]!
    for (let i = 0; i < 12; i++) trial[i] = y[i]! + h * k3[i]!
    derivative(P, E, trial, k4)
    if (observe) {
      for (let i = 0; i < 12; i++) {
        y0[i] = y[i]!
        dy0[i] = dy[i]!
      }
      for (let i = 0; i < 12; i++) y[i] = y[i]! + sixth * (dy[i]! + 2 * (k2[i]! + k3[i]!) + k4[i]!)
      derivative(P, E, y, dy)
      observe(w, s * h, s === steps - 1 ? cycle : (s + 1) * h)
    } else for (let i = 0; i < 12; i++) y[i] = y[i]! + sixth * (dy[i]! + 2 * (k2[i]! + k3[i]!) + k4[i]!)
  }
  for (let i = 0; i < 12; i++) if (!Number.isFinite(y[i]!)) failed(y, cycle, `${steps} steps per beat are too few`)
}

function elastanceTable(P: Float64Array, steps: number): Float64Array {
  const table = new Float64Array(4 * (2 * steps + 1))
  for (let i = 0; i <= 2 * steps; i++) elastances(P, ((i / 2) * P[0]!) / steps, table.subarray(4 * i, 4 * i + 4))
  return table
}

/**
 * Fewest steps per beat at which {@link fixedBeat} is stable, with a margin: the fastest mode is a stiff chamber
 * emptying through an open valve, or a vessel's L/R; the method is stable up to 2.78 times its time constant.
 */
export function stableSteps(P: Float64Array): number {
  const open = Math.exp(P[25]! + (P[26]! * Math.PI) / 2)
  const stiffness = (c: number) => P[1 + 6 * c]! + P[2 + 6 * c]!
  const fastest = Math.max(
    (stiffness(0) + stiffness(1) * 0.5) * open,
    (stiffness(1) + P[27]!) * open,
    (stiffness(2) + stiffness(3) * 0.5) * open,
    (stiffness(3) + P[33]!) * open,
    P[28]! * P[29]!,
    P[31]! * P[32]!,
    P[34]! * P[35]!,
    P[37]! * P[38]!,
  )
  return Math.ceil((P[0]! * fastest) / 2)
}

function failed(y: Float64Array, t: number, why: string): never {
  const bad = stateNames.filter((_, i) => !Number.isFinite(y[i]!))
  throw new CirculationError(
    'not-finite',
    `the integration broke down ${(1000 * t).toFixed(3)} ms into a beat: ${why}${bad.length > 0 ? ` (${bad.join(', ')})` : ''}; check the parameters and the initial state, or use the adaptive method`,
  )
}
