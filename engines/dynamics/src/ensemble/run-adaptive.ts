import { morePatience } from '../integrate/method-choice.ts'
import type { ErrorControlKernel } from './kernel.ts'
import type { MemberRun } from './member-run.ts'
import { runLanes } from './run-lanes.ts'
import { beginMember, type Underway } from './underway.ts'

/**
 * Members in a kernel; where there is a second one, for stiff problems, those that ask for it go on there, and come back
 * when they ask for that. When they do depends on nothing but themselves.
 */
export function runAdaptive(
  run: MemberRun,
  [first, second]: readonly [ErrorControlKernel, ErrorControlKernel?],
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): void {
  const waiting: [Underway[], Underway[]] = [[], []]
  let next = from
  const begun = (): Underway | undefined => {
    while (next < to) {
      const member = next++
      try {
        return beginMember(run, member)
      } catch (error) {
        run.fail(member, 0, error)
      }
    }
    return undefined
  }
  runLanes(run, first, begun, (member) => waiting[1].push(member), signal)
  while (second && waiting[1].length > 0) {
    runLanes(
      run,
      second,
      () => waiting[1].pop(),
      (member) => waiting[0].push(lessHasty(member)),
      signal,
    )
    runLanes(
      run,
      first,
      () => waiting[0].pop(),
      (member) => waiting[1].push(member),
      signal,
    )
  }
}

/** Each way there and back makes a member slower to leave the stiff method again. */
function lessHasty(member: Underway): Underway {
  member.control.patience = morePatience(member.control.patience)
  return member
}
