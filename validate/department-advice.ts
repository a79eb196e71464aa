// "It helps": a simulated hospital in closed loop. Three times a day the twin advises, a shift lead approves by a simple rule, the
// hospital obeys as people do. Beside it the same hospital with the same people, unadvised, and with a roster that has the
// same extra clinician hours at the best time of day, found beforehand on other seeds.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { emergencyDepartment } from '@counterpart/emergency-department'
import { day, hour, type Instant, minute, type RankedOption } from '@counterpart/kernel'
import { mean, quantileOf, standardDeviation, studentT } from '@counterpart/numerics'
import { type DepartmentAction, type EmergencyOptions, fourHours, type Shift, usualShifts } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedHospital } from './department-hospital.ts'

const seeds = ['judged-11', 'judged-12', 'judged-13', 'judged-14']
const practiceSeeds = ['practice-21', 'practice-22']
const learningDays = 8
const judgedDays = 8
const practiceDays = 21
/** Hours of the day at which the shift lead looks. */
const lookAt = [9, 13, 17]
/** A Monday 08:00; a day is counted from 08:00 to 08:00. */
const start = Date.UTC(2026, 0, 5, 8)
/** What the shift lead may spend; besides, each kind of action once a day. */
const staffHoursPerDay = 18
const surely = 0.8
/** People are called in only for this many minutes of gain per hour of theirs. */
const worthwhile = 30
/** Starts that the fixed roster is tried with. */
const tried = [8, 11, 14, 17, 20]
/** For the hospital whose beds are the limit. */
const fewBeds = 165

interface DayOutcome {
  readonly visits: number
  /** Mean minutes until seen, or until leaving unseen. */
  readonly wait: number
  /** % that stayed longer than four hours. */
  readonly breaches: number
  /** % that left unseen. */
  readonly unseen: number
}

interface Run {
  readonly days: readonly DayOutcome[]
  /** Times each intervention was set about. */
  readonly acted: ReadonlyMap<string, number>
  /** Clinician and nurse hours called in, per day. */
  readonly staffHours: number
  readonly looks: number
  readonly nothing: number
}

type Judge = (
  hospital: FollowedHospital,
  at: Instant,
  today: readonly DepartmentAction[],
) => readonly DepartmentAction[]

/** Runs the arms and compares them day by day. */
export async function validate(): Promise<Measurement[]> {
  const none = seeds.map((seed) => run({ seed }, judgedDays))
  // A twin at a time on each thread.
  const half = Math.ceil(seeds.length / 2)
  const lanes = [seeds.slice(0, half), seeds.slice(half)].map(advisedElsewhere)
  const advised = (await Promise.all(lanes)).flat()
  const hours = mean(Float64Array.from(advised, ({ staffHours }) => staffHours))
  const fixedShift = bestShift(hours)
  const fixed = seeds.map((seed) =>
    run({ seed, ...(fixedShift ? { shifts: [...usualShifts, ...fixedShift] } : {}) }, judgedDays),
  )
  const [a, b, c] = [none, fixed, advised].map((runs) => runs.flatMap(({ days }) => days)) as [
    DayOutcome[],
    DayOutcome[],
    DayOutcome[],
  ]
  const quiet = a.map((_, i) => i).sort((i, j) => a[i]!.wait - a[j]!.wait)
  const third = Math.floor(quiet.length / 3)
  const only = (days: readonly DayOutcome[], which: readonly number[]) => which.map((i) => days[i]!)
  const when = fixedShift
    ? `${hours.toFixed(1)} h a day from ${fixedShift.map(({ begins }) => `${begins}:00`).join(' and ')}`
    : 'no hours'
  return [
    ...compare('advice against carrying on', c, a, true),
    ...compare(`advice against the best fixed roster (${when})`, c, b, true),
    ...compare('best fixed roster against carrying on', b, a, false),
    ...compare(
      'advice against carrying on, third of days with the shortest waits',
      only(c, quiet.slice(0, third)),
      only(a, quiet.slice(0, third)),
      false,
    ),
    ...compare(
      'advice against carrying on, third of days with the longest waits',
      only(c, quiet.slice(-third)),
      only(a, quiet.slice(-third)),
      false,
    ),
    {
      name: 'what was approved',
      value: spell({
        acted: advised.reduce((all, { acted }) => added(all, acted), new Map<string, number>()),
        staffHours: hours,
        looks: advised.reduce((sum, { looks }) => sum + looks, 0),
        nothing: advised.reduce((sum, { nothing }) => sum + nothing, 0),
      }),
      unit: '',
    },
    ...bedsAreTheLimit(),
  ]
}

/** Runs seeds with the twin's advice, one after the other, on a thread of their own. */
function advisedElsewhere(own: readonly string[]): Promise<Run[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { advise: own } })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

const asked = (workerData as { readonly advise?: readonly string[] } | null)?.advise
if (!isMainThread && asked)
  parentPort!.postMessage(
    asked.map((seed) => {
      const done = run({ seed }, judgedDays, shiftLead)
      console.log(`  ${seed}: ${spell(done)}`)
      return done
    }),
  )

/** The hospital over `days` days after the time of learning, with a shift lead or without; a twin follows it if asked. */
function run(options: Omit<EmergencyOptions, 'from'>, days: number, lead?: Judge, twin = lead === shiftLead): Run {
  const hospital = new FollowedHospital({ ...options, from: start }, twin)
  const begins = start + learningDays * day
  const acted = new Map<string, number>()
  let [staffHours, looks, nothing] = [0, 0, 0]
  hospital.advance(begins)
  for (let d = 0; d < days; d++) {
    const today: DepartmentAction[] = []
    for (const at of lookAt.map((each) => begins + d * day + (each - 8) * hour)) {
      hospital.advance(at)
      if (!lead) continue
      looks++
      const actions = lead(hospital, at, today)
      if (actions.length === 0) nothing++
      for (const action of actions) {
        hospital.act(action)
        acted.set(action.name, (acted.get(action.name) ?? 0) + 1)
        today.push(action)
        staffHours += hoursOf(action)
      }
    }
  }
  // Until those who came last have been seen and have left.
  hospital.advance(begins + (days + 1) * day)
  const outcomes = Array.from({ length: days }, (_, d) => outcomeOf(hospital, begins + d * day))
  return { days: outcomes, acted, staffHours: staffHours / days, looks, nothing }
}

/** The first option that is surely better, is not of high risk, is worth its people and can be paid for. */
function shiftLead(
  hospital: FollowedHospital,
  at: Instant,
  today: readonly DepartmentAction[],
): readonly DepartmentAction[] {
  const [recommendation] = emergencyDepartment.advise(
    hospital.belief,
    emergencyDepartment.objectives[0]!,
    hospital.context,
  )
  const actionsOf = (option: RankedOption) =>
    option.scenario.interventions.map(
      ({ intervention, dose, from, until }, i): DepartmentAction => ({
        id: `lead-${at}-${i}`,
        name: intervention as DepartmentAction['name'],
        dose,
        from: Math.max(from, at),
        ...(until === undefined ? {} : { until }),
      }),
    )
  const spent = today.reduce((sum, each) => sum + hoursOf(each), 0)
  const staffHours = (option: RankedOption) => actionsOf(option).reduce((sum, each) => sum + hoursOf(each), 0)
  const chosen = recommendation?.options.find(
    (option) =>
      option.scenario.interventions.length > 0 &&
      option.riskClass !== 'high' &&
      option.probabilityBetter >= surely &&
      option.gain.mean >= worthwhile * staffHours(option) &&
      spent + staffHours(option) <= staffHoursPerDay &&
      !actionsOf(option).some(({ name }) => today.some((each) => each.name === name)),
  )
  return chosen ? actionsOf(chosen) : []
}

/** Hours of people who would otherwise be at home. */
function hoursOf({ name, dose }: DepartmentAction): number {
  return name === 'call-in-clinician' || name === 'call-in-nurse' ? 6 * dose : 0
}

function outcomeOf(hospital: FollowedHospital, from: Instant): DayOutcome {
  const visits = hospital.chronicle.visits.filter(({ arrived }) => arrived >= from && arrived < from + day)
  const share = (which: (visit: (typeof visits)[number]) => boolean) =>
    (100 * visits.filter(which).length) / visits.length
  const waits = visits.map(({ arrived, seen, left }) => ((seen ?? left ?? hospital.now) - arrived) / minute)
  return {
    visits: visits.length,
    wait: mean(Float64Array.from(waits)),
    breaches: share(({ arrived, left }) => (left ?? hospital.now) - arrived > fourHours),
    unseen: share(({ disposition }) => disposition === 'left-without-being-seen'),
  }
}

/** Extra clinician hours as shifts at the time of day that serves practice hospitals best. */
function bestShift(hours: number): readonly Shift[] | null {
  if (hours < 0.5) return null
  const people = hours > 12 ? 2 : 1
  const candidates = tried.flatMap((begins, i) =>
    (people === 1 ? [[begins]] : tried.slice(i).map((second) => [begins, second])).map((starts) =>
      starts.map((each): Shift => ({ role: 'clinician', begins: each, hours: hours / people, people: 1 })),
    ),
  )
  let best: { readonly shifts: readonly Shift[]; readonly wait: number } | undefined
  for (const shifts of candidates) {
    const waits = practiceSeeds.flatMap((seed) =>
      run({ seed, shifts: [...usualShifts, ...shifts] }, practiceDays).days.map(({ wait }) => wait),
    )
    const wait = mean(Float64Array.from(waits))
    if (!best || wait < best.wait) best = { shifts, wait }
  }
  return best!.shifts
}

/** Where more clinicians cannot help: a hospital with too few beds upstairs. No twin is asked; the act itself is judged. */
function bedsAreTheLimit(): Measurement[] {
  const callTwo: Judge = (_, at) =>
    (at - start) % day === (lookAt[0]! - 8) * hour ? [{ id: `call-${at}`, name: 'call-in-clinician', dose: 2 }] : []
  const arms = (inpatientBeds?: number) => {
    const options = (seed: string) => ({ seed, ...(inpatientBeds === undefined ? {} : { inpatientBeds }) })
    const plain = seeds.flatMap((seed) => run(options(seed), judgedDays).days)
    const called = seeds.flatMap((seed) => run(options(seed), judgedDays, callTwo).days)
    return [called, plain] as const
  }
  return [
    ...compare('two clinicians called in every morning', ...arms(), false),
    ...compare(`the same where beds upstairs are the limit (${fewBeds})`, ...arms(fewBeds), false),
  ]
}

function compare(
  name: string,
  ours: readonly DayOutcome[],
  theirs: readonly DayOutcome[],
  target: boolean,
): Measurement[] {
  const of = (label: string, unit: string, read: (day: DayOutcome) => number, aim = false): Measurement => {
    const differences = Float64Array.from(ours, (each, i) => read(each) - read(theirs[i]!))
    const middle = mean(differences)
    const half =
      (quantileOf(studentT(differences.length - 1), 0.975) * standardDeviation(differences)) /
      Math.sqrt(differences.length)
    const usual = mean(Float64Array.from(theirs, read))
    return {
      name: `${label}, ${name}`,
      value: Number(middle.toFixed(2)),
      unit,
      ...(aim ? { target: '< 0, all of the interval', met: middle + half < 0 } : {}),
      note: `95 % interval ${(middle - half).toFixed(2)} to ${(middle + half).toFixed(2)} over ${differences.length} paired days; ${usual.toFixed(1)} without${usual > 0 ? ` (${((100 * middle) / usual).toFixed(0)} %)` : ''}`,
    }
  }
  return [
    of('mean time to clinician', 'min', ({ wait }) => wait, target),
    of('stays over four hours', 'percentage points', ({ breaches }) => breaches, target),
    of('left unseen', 'percentage points', ({ unseen }) => unseen),
  ]
}

function added(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const sum = new Map(a)
  for (const [name, count] of b) sum.set(name, (sum.get(name) ?? 0) + count)
  return sum
}

function spell({ acted, staffHours, looks, nothing }: Omit<Run, 'days'>): string {
  const list = [...acted].sort((x, y) => y[1] - x[1]).map(([name, count]) => `${name} ${count}`)
  return `${list.join(', ') || 'nothing'}; nothing at ${nothing} of ${looks} looks; ${staffHours.toFixed(1)} staff hours a day`
}
