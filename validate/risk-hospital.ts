// A simulated hospital followed for weeks: what a twin that hears its records said of people who wait, beside what came of them.
import { type WaitingRisk, waitingRisks } from '@counterpart/emergency-department'
import { day, hour, type Instant, minute } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type HiddenCourse, hiddenCourse } from '@counterpart/sandbox'
import { FollowedHospital } from './department-hospital.ts'

const learningDays = 42
const judgedDays = 28
/** The simpler models are fitted on the truth of this part of the time of learning. */
const fittedDays = 28
export const every = 15 * minute
const start = Date.UTC(2026, 0, 5)

/** Somebody who waited, as of one moment of the wait, chosen by chance. */
interface Case {
  readonly seed: string
  readonly risk: WaitingRisk
  readonly hidden: HiddenCourse
  /** A look in an hour would find them worse than the last one. */
  readonly worse: boolean
}

/** Somebody who was cared for, with what the twin said at triage. */
interface Cared {
  readonly seed: string
  readonly risk: WaitingRisk
  readonly hidden: HiddenCourse
  readonly admitted: boolean
}

export interface Followed {
  readonly fitted: readonly Case[]
  readonly judged: readonly Case[]
  readonly fittedCared: readonly Cared[]
  readonly cared: readonly Cared[]
  /** Of every quarter of an hour: people who wait, people to be looked at again, of these worse than at the last look or soon. */
  readonly moments: readonly { readonly waiting: number; readonly suggested: number; readonly worse: number }[]
  /** People who did get worse while they waited, and those of them suggested before a look found it. */
  readonly fell: number
  readonly caught: number
}

/** One hospital, its records heard by a twin, and the truth beside. */
export function followRisks(seed: string, learning = learningDays, judging = judgedDays): Followed {
  const hospital = new FollowedHospital({ seed, from: start }, true, { vitalSigns: true })
  const learnt = start + learning * day
  const cases = new Map<string, { readonly at: Instant; readonly case: Case; readonly key: number }>()
  const triaged = new Map<string, { readonly at: Instant; readonly risk: WaitingRisk }>()
  const suggested = new Set<string>()
  const fallen = new Map<string, boolean>()
  const moments: Followed['moments'][number][] = []
  const hidden = new Map<string, HiddenCourse>()
  const hiddenOf = (visit: string, arrived: Instant) => {
    const known = hidden.get(visit) ?? hiddenCourse(seed, Number.parseInt(visit.slice(2), 36), arrived)
    hidden.set(visit, known)
    return known
  }
  for (let at = start + every; at <= learnt + judging * day; at += every) {
    hospital.advance(at)
    if (at < learnt - fittedDays * day) continue
    const arrivals = new Map(hospital.chronicle.visits.slice(-2000).map((visit) => [visit.visit, visit.arrived]))
    const [moment, judged] = [{ waiting: 0, suggested: 0, worse: 0 }, at > learnt]
    for (const risk of waitingRisks(hospital.belief)) {
      const arrived = arrivals.get(risk.visit)
      // Nothing is more urgent than acuity 1; who is not triaged was not looked at.
      if (arrived === undefined || risk.acuity === null || risk.acuity === 1) continue
      const course = hiddenOf(risk.visit, arrived)
      const look = at - risk.hoursSinceLook * hour
      const worse = course.worsens.some((when) => when > look && when <= at + hour)
      if (!triaged.has(risk.visit)) triaged.set(risk.visit, { at, risk })
      moment.waiting++
      if (risk.attention) {
        moment.suggested++
        if (worse) moment.worse++
        if (judged) suggested.add(`${risk.visit} ${look}`)
      }
      if (judged && course.worsens.some((when) => when > look && when <= at))
        fallen.set(`${risk.visit} ${look}`, suggested.has(`${risk.visit} ${look}`))
      // One moment of each wait, whichever draws the lowest number: cases do not hang together.
      const key = randomStream('department risk', seed, risk.visit, at).uniform()
      if (key < (cases.get(risk.visit)?.key ?? 1))
        cases.set(risk.visit, { at, case: { seed, risk, hidden: course, worse }, key })
    }
    if (judged) moments.push(moment)
  }
  const all = [...cases.values()]
  const outcomes = hospital.chronicle.visits.flatMap(({ visit, seen, boardingSince, disposition, arrived }) => {
    const said = triaged.get(visit)
    const known = seen !== null && (boardingSince !== null || disposition !== null)
    if (!said || !known) return []
    return [
      {
        at: said.at,
        cared: { seed, risk: said.risk, hidden: hiddenOf(visit, arrived), admitted: boardingSince !== null },
      },
    ]
  })
  return {
    fitted: all.filter(({ at }) => at <= learnt).map((each) => each.case),
    judged: all.filter(({ at }) => at > learnt).map((each) => each.case),
    fittedCared: outcomes.filter(({ at }) => at <= learnt).map(({ cared }) => cared),
    cared: outcomes.filter(({ at }) => at > learnt).map(({ cared }) => cared),
    moments,
    fell: fallen.size,
    caught: [...fallen.values()].filter(Boolean).length,
  }
}
