import type { Instant, MachineDetail } from '@counterpart/kernel'
import { type Draft, doubt, learn, underWayOn, without } from './draft.ts'
import { inMinutes } from './exam.ts'
import type { Fact } from './facts.ts'
import { tallied } from './learned.ts'
import { departmentIn } from './memory.ts'
import { reduceExam } from './reduce-exam.ts'
import { withRoster } from './staffing.ts'

/** Ends and orders first: what frees a machine at an instant comes before what takes it. */
export function inOrder(facts: readonly Fact[], draft: Draft): readonly Fact[] {
  const rank = (fact: Fact): number => {
    if (fact.kind === 'layout') return 0
    if (fact.kind === 'roster') return 1
    if (fact.kind === 'machine') return fact.detail.state === 'up' ? 2 : 12
    // After what it is about.
    if (fact.kind === 'unreadable' || fact.kind === 'doubt') return 13
    const { exam, what } = fact.detail
    if ((what === 'finished' || what === 'cancelled') && draft.exams[exam]?.started !== undefined) return 3
    const natural = ['ordered', 'booked', 'arrived', 'prepared', 'started', 'sequence-done', 'finished', 'reported']
    const place = natural.indexOf(what)
    return place < 0 ? 11 : 4 + place / 2
  }
  return facts
    .map((fact, i) => ({ fact, i, rank: rank(fact) }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ fact }) => fact)
}

export function reduceFact(draft: Draft, fact: Fact, at: Instant): void {
  switch (fact.kind) {
    case 'layout':
      draft.layout = fact.detail
      break
    case 'roster':
      draft.rosters = withRoster(draft.rosters, fact.detail, at)
      break
    case 'machine':
      reduceMachine(draft, fact.detail, at)
      break
    case 'exam':
      reduceExam(draft, fact.detail, at)
      break
    case 'doubt':
      doubt(draft, fact.detail.visit, at, fact.detail.problem, fact.detail.assumed)
      break
    case 'unreadable':
      doubt(draft, fact.about, at, fact.problem, 'passed over')
      break
  }
}

function reduceMachine(draft: Draft, { machine, state, until }: MachineDetail, at: Instant): void {
  if (!departmentIn(draft).machines.has(machine)) {
    doubt(draft, machine, at, `no machine "${machine}" is in the layout`, 'passed over')
    return
  }
  const before = draft.machines[machine]
  if (before?.state === state) return
  const { breakdowns, delays } = draft.learned
  if (state === 'down') learn(draft, { breakdowns: { ...breakdowns, count: breakdowns.count + 1 } })
  if (state === 'up' && before?.state === 'down') {
    const minutes = inMinutes(at - before.since)
    if (minutes >= 1 && minutes < 7 * 24 * 60)
      learn(draft, { delays: { ...delays, repair: tallied(delays.repair, Math.log(minutes)) } })
  }
  draft.machines = {
    ...draft.machines,
    [machine]: { state, since: at, ...(until !== undefined && until > at ? { until } : {}) },
  }
  if (state !== 'down') return
  const broken = underWayOn(draft, machine)
  if (!broken) return
  const waiting = without(broken, ['started', 'sequences', 'sequenceAt'])
  draft.exams[broken.id] = { ...waiting, arrived: broken.arrived ?? broken.started! }
  doubt(draft, broken.id, at, 'the machine broke down during the exam', 'it waits to begin again')
}
