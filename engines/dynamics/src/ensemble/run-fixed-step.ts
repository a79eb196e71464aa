import { watchedSteps, watchFixedStep } from '../integrate/fixed-step-watch.ts'
import { stepsBetween } from './follow-fixed-step.ts'
import type { FixedStepKernel } from './kernel.ts'
import { type MemberRun, notFiniteState } from './member-run.ts'

/**
 * Two members side by side with the same steps: between two rows as many equal ones as keep each within the step asked
 * for. A last member without a partner runs in both lanes.
 */
export function runFixedStep(
  run: MemberRun,
  kernel: FixedStepKernel,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): void {
  for (let member = from; member < to; member += 2) {
    if (signal?.aborted) throw signal.reason
    runPair(run, kernel, member, Math.min(member + 1, to - 1))
  }
}

function runPair(run: MemberRun, kernel: FixedStepKernel, first: number, second: number): void {
  const { machine, times, plan } = run
  const live = [load(run, kernel, first, 0), first !== second && load(run, kernel, second, 1)]
  if (!live[0] && !live[1]) return
  // A lane without a member of its own does what the other does.
  if (!live[1]) copyLane(kernel, 0, 1)
  else if (!live[0]) copyLane(kernel, 1, 0)
  const longest = plan.flow.step!
  const { method = 'auto' } = plan.flow
  const expected = (plan.end - plan.start) / longest
  const watches = [0, 1].map((lane) => watchFixedStep(machine, method, expected, { lane, stride: 2 }))
  const take = watchedSteps(kernel, watches)
  for (let row = 0; row < times.length; row++) {
    const time = times[row]!
    if (row > 0) {
      const from = times[row - 1]!
      const count = stepsBetween(from, time, longest)
      take(from, (time - from) / count, count)
    }
    kernel.observe(time)
    for (const lane of [0, 1] as const) {
      if (!live[lane]) continue
      const member = lane === 0 ? first : second
      const error = notFiniteState(machine, kernel.states, lane, time)
      if (!error) run.write(member, row, kernel.observed, lane, 2)
      else {
        run.fail(member, row, error)
        live[lane] = false
      }
    }
    if (!live[0] && !live[1]) return
  }
  for (const [lane, watch] of watches.entries()) {
    const verdict = live[lane] ? watch.verdict() : undefined
    if (!verdict) continue
    const row = times.findIndex((time) => time > verdict.time)
    run.fail(lane === 0 ? first : second, row, verdict.error)
  }
}

/** Puts a member's initial values in a lane; false if it has none. */
function load(run: MemberRun, kernel: FixedStepKernel, member: number, lane: number): boolean {
  try {
    const { parameters, states } = run.initial(member)
    for (let i = 0; i < parameters.length; i++) kernel.parameters[2 * i + lane] = parameters[i]!
    for (let i = 0; i < states.length; i++) kernel.states[2 * i + lane] = states[i]!
    return true
  } catch (error) {
    run.fail(member, 0, error)
    return false
  }
}

/** Makes a lane the same as the other. */
function copyLane(kernel: FixedStepKernel, from: number, to: number): void {
  for (const lanes of [kernel.parameters, kernel.states])
    for (let i = 0; i < lanes.length; i += 2) lanes[i + to] = lanes[i + from]!
}
