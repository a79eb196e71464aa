// Days of a simulated hospital, with a shift lead who takes the twin's advice or without, on threads of their own.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { emergencyDepartment } from '@counterpart/emergency-department'
import { day, hour, type Instant, minute, type RankedOption } from '@counterpart/kernel'
import { mean } from '@counterpart/numerics'
import { type DepartmentAction, type EmergencyOptions, fourHours } from '@counterpart/sandbox'
import { FollowedHospital } from './department-hospital.ts'

/** A Monday 08:00; a day is counted from 08:00 to 08:00. */
const start = Date.UTC(2026, 0, 5, 8)
const learningDays = 8
/** Hours after 08:00 at which the shift lead looks: every two, until 20:00. */
const looksAt = [0, 2, 4, 6, 8, 10, 12]

/** The shift lead's rule. */
const rule = {
  /** Probability of being better than carrying on. */
  surely: 0.8,
  /** Hours of people called in that a day may cost. */
  staffHoursPerDay: 18,
} as const

/** A hospital, for so many days, and who decides there. */
export interface Arm {
  readonly options: Omit<EmergencyOptions, 'from'>
  readonly days: number
  /** `advised`: the shift lead asks the twin. Otherwise what is done every day, by hours after 08:00. */
  readonly lead: 'advised' | readonly { readonly at: number; readonly action: Omit<DepartmentAction, 'id'> }[]
}

export interface DayOutcome {
  /** Mean minutes until seen, or until leaving unseen. */
  readonly wait: number
  /** % that stayed longer than four hours. */
  readonly breaches: number
  /** % that left unseen. */
  readonly unseen: number
  /** The same of those last triaged acuity 1 or 2. */
  readonly urgentWait: number
}

export interface Lived {
  readonly days: readonly DayOutcome[]
  /** Times each intervention was asked for. */
  readonly acted: Readonly<Record<string, number>>
  /** Clinician and nurse hours called in, per day. */
  readonly staffHours: number
  readonly looks: number
  /** Looks at which nothing was done. */
  readonly nothing: number
}

/** Lives through arms, so many at a time, in the order asked for. */
export async function liveThrough(arms: readonly Arm[], threads = 2): Promise<Lived[]> {
  const lived: Lived[] = []
  let next = 0
  const thread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { department: 'days' } })
      let current = -1
      const more = () => {
        current = next++
        if (current < arms.length) worker.postMessage(arms[current])
        else void worker.terminate().then(() => resolve())
      }
      worker.on('message', (result: Lived) => {
        lived[current] = result
        more()
      })
      worker.once('error', reject)
      more()
    })
  await Promise.all(Array.from({ length: Math.min(threads, arms.length) }, thread))
  return lived
}

if (!isMainThread && (workerData as { readonly department?: string } | null)?.department === 'days')
  parentPort!.on('message', (arm: Arm) => parentPort!.postMessage(live(arm)))

function live({ options, days, lead }: Arm): Lived {
  const advised = lead === 'advised'
  const hospital = new FollowedHospital({ ...options, from: start }, advised)
  const begins = start + learningDays * day
  const acted: Record<string, number> = {}
  let [staffHours, looks, nothing] = [0, 0, 0]
  hospital.advance(begins)
  for (let d = 0; d < days; d++) {
    let spent = 0
    const hours = advised ? looksAt : [...new Set(lead.map(({ at }) => at))].sort((a, b) => a - b)
    for (const after of hours) {
      const at = begins + d * day + after * hour
      hospital.advance(at)
      const actions = advised
        ? approved(hospital, rule.staffHoursPerDay - spent)
        : lead.filter((each) => each.at === after).map(({ action }) => action)
      looks++
      if (actions.length === 0) nothing++
      for (const [i, action] of actions.entries()) {
        hospital.act({ ...action, id: `lead-${at}-${i}` })
        acted[action.name] = (acted[action.name] ?? 0) + 1
        spent += hoursOf(action)
      }
    }
    staffHours += spent
  }
  // Until those who came last have been seen and have left.
  hospital.advance(begins + (days + 1) * day)
  return {
    days: Array.from({ length: days }, (_, d) => outcomeOf(hospital, begins + d * day)),
    acted,
    staffHours: staffHours / days,
    looks,
    nothing,
  }
}

/** The first option that is surely better, is not of high risk and can be paid for. */
function approved(hospital: FollowedHospital, affordable: number): readonly Omit<DepartmentAction, 'id'>[] {
  const [objective] = emergencyDepartment.objectives
  const recommendation = emergencyDepartment
    .advise(hospital.belief, objective!, hospital.context)
    .find((each) => each.objective.name === objective!.name)
  const actionsOf = (option: RankedOption) =>
    option.scenario.interventions.map(({ intervention, dose, from, until }) => ({
      name: intervention as DepartmentAction['name'],
      dose,
      from,
      ...(until === undefined ? {} : { until }),
    }))
  const staffHours = (option: RankedOption) => actionsOf(option).reduce((sum, each) => sum + hoursOf(each), 0)
  const chosen = recommendation?.options.find(
    (option) =>
      option.scenario.interventions.length > 0 &&
      option.riskClass !== 'high' &&
      option.probabilityBetter >= rule.surely &&
      staffHours(option) <= affordable,
  )
  return chosen ? actionsOf(chosen) : []
}

/** Hours of people who would otherwise be at home. */
function hoursOf({ name, dose }: Omit<DepartmentAction, 'id'>): number {
  return name === 'call-in-clinician' || name === 'call-in-nurse' ? 6 * dose : 0
}

function outcomeOf(hospital: FollowedHospital, from: Instant): DayOutcome {
  const visits = hospital.chronicle.visits.filter(({ arrived }) => arrived >= from && arrived < from + day)
  const share = (which: (visit: (typeof visits)[number]) => boolean) =>
    (100 * visits.filter(which).length) / visits.length
  const wait = (of: typeof visits) =>
    mean(Float64Array.from(of, ({ arrived, seen, left }) => ((seen ?? left ?? hospital.now) - arrived) / minute))
  return {
    wait: wait(visits),
    breaches: share(({ arrived, left }) => (left ?? hospital.now) - arrived > fourHours),
    unseen: share(({ disposition }) => disposition === 'left-without-being-seen'),
    urgentWait: wait(visits.filter(({ acuity }) => acuity !== null && acuity <= 2)),
  }
}
