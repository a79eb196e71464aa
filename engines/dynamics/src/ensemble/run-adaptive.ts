import { morePatience } from '../integrate/method-choice.ts'
import type { MemberRun } from './member-run.ts'
import { runAlone } from './run-alone.ts'
import { runLanes, type Travel } from './run-lanes.ts'
import { beginMember, type Underway } from './underway.ts'

/**
 * Members by a first way to travel; those that ask for it go on by the one for stiff problems, and come back when they
 * ask for that, or start again by themselves if there is none. When they ask depends on nothing but themselves.
 */
export function runAdaptive(
  run: MemberRun,
  first: Travel,
  stiff: () => Travel | undefined,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): void {
  let explicit: Underway[] = []
  let waiting: Underway[] = []
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
  runLanes(run, first, begun, (member) => waiting.push(member), signal)
  while (waiting.length > 0) {
    const travel = stiff()
    if (!travel) {
      for (const { member, row } of waiting) runAlone(run, member, row, signal)
      return
    }
    explicit = []
    runLanes(run, travel, taking(waiting), (member) => explicit.push(lessHasty(member)), signal)
    waiting = []
    runLanes(run, first, taking(explicit), (member) => waiting.push(member), signal)
  }
}

function taking(members: readonly Underway[]): () => Underway | undefined {
  let next = 0
  return () => members[next++]
}

/** Each way there and back makes a member slower to leave the stiff method again. */
function lessHasty(member: Underway): Underway {
  member.control.patience = morePatience(member.control.patience)
  return member
}
