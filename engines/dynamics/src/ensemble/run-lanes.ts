import type { Clock } from '../integrate/clock.ts'
import type { ErrorControlKernel } from './kernel.ts'
import type { ControlName } from './kernel-layout.ts'
import { createLaneFlow, type LaneFlow } from './lane-flow.ts'
import type { MemberRun } from './member-run.ts'
import { runAlone } from './run-alone.ts'
import type { Underway } from './underway.ts'

type Lane = 0 | 1
const lanes = [0, 1] as const

/** As the integrators of single trajectories have them. */
const defaults = { relativeTolerance: 1e-8, maximumSteps: 1_000_000 } as const

/** A kernel, and what turns at times known beforehand. */
export interface Travel {
  readonly kernel: ErrorControlKernel
  readonly clock: Clock
}

/**
 * Two members side by side, each with its own steps: whenever one is done, or is to go on elsewhere, the next takes its
 * lane. A member whose lane cannot go on runs by itself instead. At the end a lane without a member goes on with what is
 * in it, which nobody looks at.
 */
export function runLanes(
  run: MemberRun,
  { kernel, clock }: Travel,
  source: () => Underway | undefined,
  handOver: (member: Underway) => void,
  signal: AbortSignal | undefined,
): void {
  const { flow } = run.plan
  const { relativeTolerance = defaults.relativeTolerance, maximumSteps = defaults.maximumSteps } = flow
  const { control } = kernel
  const [row, after, accepted, failed, change, crossed] = (
    ['row', 'after', 'accepted', 'failed', 'change', 'crossed'] as const
  ).map(control) as [F, F, F, F, F, F]
  const both: readonly (readonly [ControlName, number])[] = [
    ['relativeTolerance', relativeTolerance],
    ['absolutePart', flow.absoluteTolerance === undefined ? relativeTolerance / 100 : 0],
    ['longest', flow.step ?? Number.POSITIVE_INFINITY],
    ['mostSteps', maximumSteps],
    ['sound', 1],
    ['change', 0],
  ]
  for (const [name, value] of both) control(name).fill(value)
  const flows = lanes.map((lane) => createLaneFlow(run, kernel, lane, clock, relativeTolerance)) as [LaneFlow, LaneFlow]
  refill(0)
  refill(1)
  while (flows[0].of || flows[1].of) {
    if (signal?.aborted) throw signal.reason
    kernel.advance()
    kernel.finish()
    for (const lane of lanes) {
      if (!flows[lane].of) continue
      if (isSet(failed, lane)) runByItself(lane)
      else if (isSet(crossed, lane)) flows[lane].lookAtCrossing()
    }
    while (isDue(0) || isDue(1)) {
      kernel.sample()
      for (const lane of lanes) if (isDue(lane)) flows[lane].writeObserved()
    }
    kernel.take()
    for (const lane of lanes) goOn(lane)
  }

  function isDue(lane: Lane): boolean {
    return flows[lane].of !== undefined && isSet(accepted, lane) && row[lane]! <= after[lane]!
  }

  function goOn(lane: Lane): void {
    const own = flows[lane]
    if (own.of && own.of.row < run.times.length && isSet(accepted, lane)) {
      if (own.arrived) attempt(lane, () => own.restart())
      if (own.of && isSet(change, lane)) {
        handOver(own.handOver())
        own.leave()
      }
    }
    if (!own.of || own.of.row === run.times.length) refill(lane)
  }

  /** Puts the next member that can begin in a lane, or none. */
  function refill(lane: Lane): void {
    const own = flows[lane]
    own.leave()
    for (let next = source(); next; next = source()) {
      const member = next
      attempt(lane, () => own.begin(member))
      if (own.of && own.of.row < run.times.length) return
    }
    own.leave()
  }

  function attempt(lane: Lane, go: () => void): void {
    try {
      go()
    } catch {
      runByItself(lane)
    }
  }

  function runByItself(lane: Lane): void {
    const { member, row } = flows[lane].of!
    flows[lane].leave()
    runAlone(run, member, row, signal)
  }
}

type F = Float64Array

/** Masks are all ones, which as a number is not one. */
const isSet = (mask: Float64Array, lane: Lane) => mask[lane] !== 0
