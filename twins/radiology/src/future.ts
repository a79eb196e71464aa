import { compilePathway, Run } from '@counterpart/discrete'
import { hour, type Instant, minute, type TwinContext } from '@counterpart/kernel'
import { type Chance, chanceDraws } from './chance.ts'
import { covers } from './department.ts'
import type { Laws } from './draws.ts'
import { type Course, cameAt, type Exam, type ExamKind, kindOf } from './exam.ts'
import { classFor, machineFor, ofClass, pathwayOf, readingClass, scanStepFor, step, underWayClass } from './pathway.ts'
import type { Situation } from './situation.ts'

const never = Number.POSITIVE_INFINITY
/** The run goes on so long after the horizon, so that whatever began within it has ended and is on record. */
const tail = 5 * hour
/** A department that explodes is stopped; no real one gets near. */
const mostEvents = 200_000

/** The courses of all exams, past and to come, as each member would have them; `first` is the number of the first of them. */
export function futuresOf(
  situation: Situation,
  laws: readonly Laws[],
  context: TwinContext,
  first = 0,
): readonly (readonly Course[])[] {
  const draws = chanceDraws(situation, laws, context, first)
  const seed = context.random('flow', situation.now).uint32()
  return laws.map((law, i) => futureOf(situation, law, draws(i), seed, first + i))
}

interface Going {
  readonly id: string
  readonly kind: ExamKind
  readonly protocol: string
  machine: string
  readonly able: readonly string[]
  readonly booked: Instant
  asked: Instant
  came: Instant
  start: Instant
  end: Instant
  reported: Instant
}

function futureOf(situation: Situation, laws: Laws, chance: Chance, seed: number, member: number): readonly Course[] {
  const { department, now, until, coming, waiting, underWay, unreported, plan, past } = situation
  const program = compilePathway(pathwayOf(situation, laws, chance))
  const run = new Run(program, { seed, replication: member, records: true })
  const minutes = (at: Instant) => Math.min(0, (at - now) / minute)
  const instant = (minutesFromNow: number) => now + minutesFromNow * minute

  const going: Going[] = []
  const admitted: Going[] = []
  const follow = (exam: Exam): Going => {
    const protocol = department.protocolOf(exam)
    const kind = kindOf(exam)
    const one: Going = {
      id: exam.id,
      kind,
      protocol: protocol.code,
      machine: exam.started !== undefined ? exam.machine! : kind === 'booked' ? machineFor(exam, situation) : '',
      able: department.machinesFor(protocol).map(({ code }) => code),
      booked: exam.booked ?? Number.NaN,
      asked: exam.ordered ?? cameAt(exam) ?? never,
      came: cameAt(exam) ?? never,
      start: exam.started ?? never,
      end: exam.finished ?? never,
      reported: plan.outsourced.get(exam.id) ?? never,
    }
    going.push(one)
    return one
  }

  for (const exam of underWay) {
    const one = follow(exam)
    const since = minutes(Math.max(exam.started!, exam.sequenceAt ?? exam.started!))
    if (!department.machines.has(exam.machine!)) {
      one.end = Math.max(now + minute, exam.started! + department.protocolOf(exam).minutes * minute)
      continue
    }
    admitted.push(one)
    run.admit({
      class: underWayClass(exam),
      step: step.scanUnderWay(exam.machine!),
      arrived: minutes(Math.min(one.came, exam.started!)),
      since,
    })
  }
  for (const exam of unreported) {
    const one = follow(exam)
    if (one.reported < never) continue
    admitted.push(one)
    run.admit({
      class: readingClass(one.kind, department.protocolOf(exam).modality),
      step: step.report,
      arrived: minutes(Math.min(one.came, exam.finished!)),
      since: minutes(exam.finished!),
      waiting: true,
    })
  }
  const lines: { exam: Exam; since: Instant }[] = []
  for (const exam of waiting) {
    const stage = stageOf(exam, situation, laws)
    if (stage.step === undefined) {
      lines.push({ exam, since: stage.since })
      continue
    }
    admitted.push(follow(exam))
    run.admit({
      class: classFor(exam, situation),
      step: stage.step,
      arrived: minutes(Math.min(cameAt(exam)!, stage.since)),
      since: minutes(stage.since),
    })
  }
  for (const { exam, since } of lines) {
    admitted.push(follow(exam))
    run.admit({
      class: classFor(exam, situation),
      step: scanStepFor(exam, situation),
      arrived: minutes(Math.min(cameAt(exam)!, since)),
      since: minutes(since),
      waiting: true,
    })
  }
  const booked = coming.map((exam) => {
    const one = follow(exam)
    one.came = chance.arrivals.get(exam.id) ?? never
    return one
  })

  run.advance({ until: (until + tail - now) / minute, events: mostEvents })

  const unbooked = new Map<string, Going>()
  const records = run.records!
  for (let i = 0; i < records.length; i++) {
    const stay = records.at(i)
    if (stay.outcome !== 'served') continue
    const name = program.pathway.steps[stay.step]!.name
    let one: Going | undefined
    if (stay.source === program.sources.length) one = admitted[stay.number]
    else if (stay.source < booked.length) one = booked[stay.source]
    else {
      const { name: source, class: kind } = program.pathway.sources[stay.source]!
      const key = `${source} ${stay.number}`
      one = unbooked.get(key)
      if (!one) {
        const { protocol: code, kind: line } = ofClass(kind)
        const asked = instant(stay.queued)
        one = {
          id: key,
          kind: line,
          protocol: code,
          machine: '',
          able: department.machinesFor(department.protocols.get(code)!).map((machine) => machine.code),
          booked: Number.NaN,
          asked,
          came: asked,
          start: never,
          end: never,
          reported: never,
        }
        unbooked.set(key, one)
        going.push(one)
      }
    }
    if (!one) continue
    if (name.startsWith('scan')) {
      if (one.start === never || one.start >= now) one.start = instant(stay.begun)
      one.end = instant(stay.ended)
    } else if (name === step.report) one.reported = instant(stay.ended)
  }
  placeOnMachines(going, situation, chance)
  return [...past, ...going.filter(({ came }) => came < never)]
}

/** Where a waiting exam is; without a step it stands in line for a machine. */
function stageOf(
  exam: Exam,
  { department, now }: Situation,
  laws: Laws,
): { readonly step?: string; readonly since: Instant } {
  const kind = kindOf(exam)
  const fetched = kind === 'emergency' || kind === 'inpatient'
  if (exam.prepared !== undefined) return { since: exam.prepared }
  if (exam.arrived !== undefined) {
    if (department.protocolOf(exam).contrast) return { step: step.cannulateNow, since: exam.arrived }
    return fetched ? { since: exam.arrived } : { step: step.come, since: exam.arrived }
  }
  const { centre, spread } = laws.delay(kind === 'emergency' ? 'fetch-emergency' : 'fetch-inpatient')
  const asked = exam.ordered ?? now
  // Whoever has been asked for that long is kept back until a machine is free, not on the way.
  return (now - asked) / minute > Math.exp(centre + 2 * spread) ? { since: asked } : { step: step.come, since: asked }
}

/** The records do not say which of several machines was taken: it was the first that was free, in the step's order. */
function placeOnMachines(going: readonly Going[], { openings }: Situation, chance: Chance): void {
  const taken = new Map<string, { from: Instant; until: Instant }[]>(openings.map(({ machine }) => [machine.code, []]))
  const begun = going.filter(({ start }) => start < never).sort((a, b) => a.start - b.start)
  for (const one of begun) if (one.machine !== '') taken.get(one.machine)?.push({ from: one.start, until: one.end })
  for (const one of begun) {
    if (one.machine !== '') continue
    const free = (code: string) => {
      const opening = openings.find(({ machine }) => machine.code === code)!
      const open = one.kind === 'emergency' ? opening.emergency : opening.routine
      return (
        covers(open, one.start) &&
        !covers(chance.broken.get(code) ?? [], one.start) &&
        !taken.get(code)!.some(({ from, until }) => from < one.end && one.start < until)
      )
    }
    one.machine = one.able.find(free) ?? one.able[0]!
    taken.get(one.machine)!.push({ from: one.start, until: one.end })
  }
}
