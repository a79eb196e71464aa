import { hour, type Instant, minute } from '@counterpart/kernel'
import { callOff } from './calendar.ts'
import { attraction, type Clinician, type ClinicianRole, pointsOf, slowness, type Task } from './judgement.ts'
import type { Visit, World } from './world.ts'

const breakLength = 30 * minute
const handoverEach = 2.5 * minute

/** The clinicians on duty and what waits for them. */
export class Clinicians {
  readonly #world: World
  readonly #staff: Clinician[] = []
  readonly #board: Task[] = []
  #dispatching = false
  #again = false
  #streaming = false
  #minors: Clinician | null = null
  /** The rule of order in force, if any: minutes of waiting that a level of acuity counts for. */
  minutesPerLevel: number | null = null

  constructor(world: World) {
    this.#world = world
  }

  /** One clinician looks after minors only, as long as this is on. */
  set streaming(on: boolean) {
    this.#streaming = on
    this.#minors = null
    this.dispatch()
  }

  get onDuty(): number {
    return this.#staff.length
  }
  get busy(): number {
    return this.#staff.filter(({ current }) => current).length
  }
  isThere(role: ClinicianRole): boolean {
    return this.#staff.some((each) => each.role === role && each.present)
  }
  /** People in a space whom no clinician has seen. */
  get unseen(): number {
    return this.#board.filter(({ kind }) => kind === 'assess').length
  }

  start(id: string, role: ClinicianRole, until: Instant): Clinician {
    const random = this.#world.random('clinician', id)
    const clinician: Clinician = {
      id,
      role,
      from: this.#world.now,
      until,
      whim: remembered(({ kind, visit }) => this.#world.random('whim', id, kind, visit.id, visit.rounds).normal()),
      pace: Math.exp(0.16 * random.normal()) * (role === 'senior-clinician' ? 0.88 : 1.04),
      patients: new Set(),
      present: true,
      current: null,
      dropped: [],
      onBreak: false,
      hadBreak: false,
    }
    this.#staff.push(clinician)
    this.#world.at(until, () => this.#goHome(clinician))
    this.dispatch()
    return clinician
  }

  /** Sends somebody home before their time. */
  release(clinician: Clinician): void {
    clinician.until = Math.min(clinician.until, this.#world.now)
    this.#goHome(clinician)
  }

  /** Puts work on the board; somebody takes it when they choose to. */
  post(task: Task): void {
    this.#board.push(task)
    if (task.kind === 'assess' && task.visit.acuity === 1) this.#interrupt()
    this.dispatch()
  }

  /** Takes back what has not been begun about a visit. */
  withdraw(visit: Visit): void {
    for (let i = this.#board.length - 1; i >= 0; i--) if (this.#board[i]!.visit === visit) this.#board.splice(i, 1)
  }

  /** The visit needs this clinician no more. */
  forget(visit: Visit): void {
    visit.clinician?.patients.delete(visit)
  }

  dispatch(): void {
    if (this.#dispatching) {
      this.#again = true
      return
    }
    this.#dispatching = true
    do {
      this.#again = false
      const idle = this.#staff.filter((each) => each.present && !each.current && !each.onBreak)
      idle.sort((a, b) => a.patients.size - b.patients.size)
      for (const clinician of idle) this.#next(clinician)
    } while (this.#again)
    this.#dispatching = false
  }

  #next(clinician: Clinician): void {
    const urgent = this.#board.some(({ kind, visit }) => kind === 'assess' && visit.acuity === 1)
    if (clinician.dropped.length > 0 && !urgent) {
      this.#begin(clinician, clinician.dropped.pop()!)
      return
    }
    let best = -1
    let bestScore = Number.NEGATIVE_INFINITY
    for (const [index, task] of this.#board.entries()) {
      const score = attraction(clinician, task, this.#world.now, clinician === this.#minorsClinician())
      if (score > bestScore) {
        best = index
        bestScore = score
      }
    }
    best = this.#byRule(clinician, best)
    const worked = this.#world.now - clinician.from
    if (!clinician.hadBreak && worked > 3.7 * hour && bestScore < 130 && clinician.until - this.#world.now > 1.5 * hour)
      this.#rest(clinician)
    else if (best >= 0) this.#begin(clinician, this.#board.splice(best, 1)[0]!)
  }

  /** Who wants to see somebody new sees who is next by the rule; now and then people depart from it (assumption: one in ten). */
  #byRule(clinician: Clinician, chosen: number): number {
    const { minutesPerLevel } = this
    const task = this.#board[chosen]
    if (minutesPerLevel === null || task?.kind !== 'assess' || clinician.whim(task) > 1.28) return chosen
    const { now } = this.#world
    let next = chosen
    for (const [index, other] of this.#board.entries()) {
      if (other.kind !== 'assess') continue
      if (attraction(clinician, other, now, clinician === this.#minorsClinician()) === Number.NEGATIVE_INFINITY)
        continue
      if (pointsOf(other.visit, minutesPerLevel, now) > pointsOf(this.#board[next]!.visit, minutesPerLevel, now))
        next = index
    }
    return next
  }

  #minorsClinician(): Clinician | null {
    if (!this.#streaming) return null
    if (!this.#minors?.present)
      this.#minors =
        this.#staff
          .filter(({ role }) => role === 'clinician')
          .sort((a, b) => b.until - a.until || a.patients.size - b.patients.size)[0] ?? null
    return this.#minors
  }

  #begin(clinician: Clinician, task: Task): void {
    task.begin(clinician)
    const length = task.duration * slowness(clinician, this.#world, this.unseen)
    const appointment = this.#world.after(length, () => {
      clinician.current = null
      task.done(clinician)
      if (this.#world.now >= clinician.until) this.#goHome(clinician)
      this.dispatch()
    })
    clinician.current = { task, ends: this.#world.now + length, appointment }
  }

  /** Somebody drops what they do for a patient who cannot wait. */
  #interrupt(): void {
    if (this.#staff.some((each) => each.present && !each.current && !each.onBreak)) return
    let chosen: Clinician | undefined
    for (const each of this.#staff)
      if (each.present && each.current && each.current.task.visit.acuity > 1)
        if (!chosen || each.current.task.visit.acuity > chosen.current!.task.visit.acuity) chosen = each
    if (!chosen) return
    const { task, ends, appointment } = chosen.current!
    callOff(appointment)
    chosen.current = null
    // Taking it up again costs a while of finding one's way back (assumption: 2 min).
    task.duration = (ends - this.#world.now) / slowness(chosen, this.#world, this.unseen) + 2 * minute
    chosen.dropped.push({ ...task, begin: () => {} })
  }

  #rest(clinician: Clinician): void {
    clinician.onBreak = true
    clinician.hadBreak = true
    this.#world.after(breakLength, () => {
      clinician.onBreak = false
      this.dispatch()
    })
  }

  /** Hands the patients over and leaves; what is under way is finished first. */
  #goHome(clinician: Clinician): void {
    if (!clinician.present || clinician.current || this.#world.now < clinician.until) return
    clinician.present = false
    this.#staff.splice(this.#staff.indexOf(clinician), 1)
    for (const task of clinician.dropped.splice(0)) this.#board.push({ ...task, kind: 'review' })
    const [to] = this.#staff
      .filter((each) => each.until - this.#world.now > hour)
      .sort((a, b) => a.patients.size - b.patients.size)
    if (to && clinician.patients.size > 0) {
      for (const visit of clinician.patients) {
        to.patients.add(visit)
        visit.clinician = to
      }
      if (!to.current && !to.onBreak) {
        to.onBreak = true
        this.#world.after(handoverEach * clinician.patients.size, () => {
          to.onBreak = false
          this.dispatch()
        })
      }
    }
    this.dispatch()
  }
}

function remembered(of: (task: Task) => number): (task: Task) => number {
  const known = new WeakMap<Task, number>()
  return (task) => {
    const value = known.get(task) ?? of(task)
    known.set(task, value)
    return value
  }
}
