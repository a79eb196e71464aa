import { noConvergence, notFinite } from '../integrate/failures.ts'
import { createFirstStep } from './first-step.ts'
import type { Kernel } from './kernel.ts'
import type { ControlName } from './kernel-layout.ts'
import { type MemberRun, notFiniteState } from './member-run.ts'

type Lane = 0 | 1
const lanes = [0, 1] as const

/** As the integrators of single trajectories have them. */
const defaults = { relativeTolerance: 1e-8, maximumSteps: 1_000_000 } as const
/** States below this part of the largest state's size count as nothing, as far as no absolute tolerance is given. */
const negligible = 1e-20

/**
 * Two members side by side, each with its own steps: whenever one is done, the next takes its lane. At the end a lane
 * without a member goes on with what is in it, which nobody looks at.
 */
export function runAdaptive(
  run: MemberRun,
  kernel: Kernel,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): void {
  const { machine, times, plan } = run
  const n = machine.stateCount
  const { flow, start, end } = plan
  const { relativeTolerance = defaults.relativeTolerance, maximumSteps = defaults.maximumSteps } = flow
  const rates = new Float64Array(n)
  const weights = new Float64Array(n)
  const observed = new Float64Array(plan.observed.length)
  const firstStep = createFirstStep(machine)
  const { control } = kernel
  const due = control('row')
  const after = control('after')
  const accepted = control('accepted')
  const failed = control('failed')
  const members: [number, number] = [-1, -1]
  const rows: [number, number] = [0, 0]
  let next = from

  const both: readonly (readonly [ControlName, number])[] = [
    ['relativeTolerance', relativeTolerance],
    ['absolutePart', flow.absoluteTolerance === undefined ? relativeTolerance / 100 : 0],
    ['longest', flow.step ?? Number.POSITIVE_INFINITY],
    ['mostSteps', maximumSteps],
    ['lastErrorPower', lastErrorPower],
    ['row', Number.POSITIVE_INFINITY],
  ]
  for (const [name, value] of both) control(name).fill(value)
  refill(0)
  refill(1)
  while (members[0] >= 0 || members[1] >= 0) {
    if (signal?.aborted) throw signal.reason
    kernel.advance()
    while (isDue(0) || isDue(1)) {
      kernel.sample()
      for (const lane of lanes) if (isDue(lane)) writeRow(lane)
    }
    for (const lane of lanes) if (members[lane] >= 0 && isSet(failed, lane)) fail(lane)
    kernel.take()
    for (const lane of lanes) if (members[lane] >= 0 && rows[lane] === times.length) refill(lane)
  }

  function isDue(lane: Lane): boolean {
    return members[lane] >= 0 && isSet(accepted, lane) && due[lane]! <= after[lane]!
  }

  function writeRow(lane: Lane): void {
    run.write(members[lane], rows[lane], kernel.observed, lane, 2)
    rows[lane]++
    due[lane] = times[rows[lane]] ?? Number.POSITIVE_INFINITY
  }

  /** Puts the next member that can begin in a lane, or none. */
  function refill(lane: Lane): void {
    members[lane] = -1
    due[lane] = Number.POSITIVE_INFINITY
    // Nothing left to go: its steps are of no length.
    control('stop')[lane] = control('time')[lane]!
    while (members[lane] < 0 && next < to) {
      try {
        begin(next, lane)
        if (rows[lane] < times.length) members[lane] = next
      } catch (error) {
        run.fail(next, 0, error)
      }
      next++
    }
  }

  function begin(member: number, lane: Lane): void {
    const { parameters, states } = run.initial(member)
    machine.rates(start, states, parameters, rates)
    let most = 0
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(rates[i]! + states[i]!)) throw notFinite(machine, i, rates[i]! + states[i]!, start)
      most = Math.max(most, Math.abs(states[i]!))
    }
    machine.observe(start, states, parameters, observed)
    rows[lane] = 0
    while (rows[lane] < times.length && times[rows[lane]]! <= start) run.write(member, rows[lane]++, observed, 0, 1)
    const least = flow.absoluteTolerance ?? (most > 0 ? most * negligible : negligible)
    for (let i = 0; i < parameters.length; i++) kernel.parameters[2 * i + lane] = parameters[i]!
    for (let i = 0; i < n; i++) {
      const size = Math.abs(states[i]!)
      kernel.states[2 * i + lane] = states[i]!
      kernel.firstRates[2 * i + lane] = rates[i]!
      kernel.largest[2 * i + lane] = size
      weights[i] = control('absolutePart')[lane]! * size + least + relativeTolerance * size
    }
    const set = (name: ControlName, value: number) => {
      control(name)[lane] = value
    }
    set('time', start)
    set('stop', end)
    set('row', times[rows[lane]] ?? Number.POSITIVE_INFINITY)
    set('least', least)
    set('lastErrorPower', lastErrorPower)
    set('steps', 0)
    set('rejected', 0)
    set('next', firstStep(start, end - start, states, parameters, rates, weights))
  }

  function fail(lane: Lane): void {
    const time = control('time')[lane]!
    const steps = control('steps')[lane]! + control('rejected')[lane]!
    const tooMany = steps >= maximumSteps
    const error = control('error')[lane]!
    const broken = error < Number.POSITIVE_INFINITY ? undefined : notFiniteState(machine, kernel.ending, lane, time)
    run.fail(
      members[lane],
      rows[lane],
      tooMany
        ? noConvergence(machine, 'dormand-prince', time, `${maximumSteps} steps were not enough`)
        : (broken ??
            noConvergence(machine, 'dormand-prince', time, 'the step has shrunk below the resolution of time')),
    )
    rows[lane] = times.length
    due[lane] = Number.POSITIVE_INFINITY
  }
}

/** Of the error that control takes for the one before the first step: (10⁻⁴)^0.04. */
const lastErrorPower = 1e-4 ** 0.04

/** Masks are all ones, which as a number is not one. */
const isSet = (mask: Float64Array, lane: Lane) => mask[lane] !== 0
