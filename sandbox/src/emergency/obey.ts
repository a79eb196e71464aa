import { minute } from '@counterpart/kernel'
import { type ActionStatus, comes, type DepartmentAction, delayOf, departmentActions } from './actions.ts'
import type { Department } from './department.ts'
import type { Clinician } from './judgement.ts'
import type { Staffing } from './staffing.ts'
import type { World } from './world.ts'

interface Running {
  readonly action: DepartmentAction
  status: ActionStatus | 'asked'
  /** Takes the effect back; `null` while there is none. */
  undo: (() => void) | null
}

/** Probability that the desk says no for reasons of its own (assumption). */
const refusal = 0.03

/** Does what the department is asked for, as people do: after a while, not always, not always all of it. */
export class Obedience {
  readonly #world: World
  readonly #department: Department
  readonly #staffing: Staffing
  readonly #running = new Map<string, Running>()

  constructor(world: World, department: Department, staffing: Staffing) {
    this.#world = world
    this.#department = department
    this.#staffing = staffing
  }

  /** The same order with other content replaces what was asked before. */
  ask(action: DepartmentAction): void {
    const known = this.#running.get(action.id)
    if (known && JSON.stringify(known.action) === JSON.stringify(action)) return
    this.stop(action.id)
    const running: Running = { action, status: 'asked', undo: null }
    this.#running.set(action.id, running)
    const random = this.#world.random('obey', action.id)
    const hesitation = (2 + 6 * random.uniform()) * minute
    this.#world.at(Math.max(this.#world.now + Math.round(hesitation), action.from ?? 0), () => {
      if (running.status !== 'asked') return
      if (random.uniform() < refusal) {
        this.#say(running, 'rejected', 'the desk has reasons of its own')
        return
      }
      const until = action.until ?? this.#world.now + departmentActions[action.name].lasts
      if (until <= this.#world.now) {
        this.#say(running, 'rejected', 'its time had passed before anybody could set about it')
        return
      }
      this.#say(running, 'in-progress')
      this.#world.after(delayOf(action.name, random), () => {
        if (running.status !== 'in-progress') return
        const effect = this.#effect(action, until)
        if (typeof effect === 'string') this.#say(running, 'failed', effect)
        else running.undo = effect
      })
      this.#world.at(until, () => this.#end(running, 'completed'))
    })
  }

  /** Ends an action, or calls it off before it has begun. */
  stop(id: string): void {
    const running = this.#running.get(id)
    if (running) this.#end(running, running.status === 'in-progress' ? 'completed' : 'cancelled')
  }

  #end(running: Running, status: 'completed' | 'cancelled'): void {
    if (running.status !== 'asked' && running.status !== 'in-progress') return
    running.undo?.()
    running.undo = null
    this.#say(running, status)
  }

  /** Puts an action into effect; returns how to end it, or why it cannot be done. */
  #effect(action: DepartmentAction, until: number): (() => void) | string {
    const department = this.#department
    const random = this.#world.random('effect', action.id)
    const { dose } = action
    switch (action.name) {
      case 'call-in-clinician':
      case 'call-in-nurse': {
        const probability = comes(this.#world.hourOfDay())
        let people = 0
        for (let i = 0; i < dose; i++) if (random.uniform() < probability) people++
        if (people === 0) return 'nobody who was called can come'
        if (action.name === 'call-in-nurse') {
          this.#staffing.addNurses(people)
          return () => this.#staffing.addNurses(-people)
        }
        const called: Clinician[] = []
        for (let i = 0; i < people; i++)
          called.push(department.clinicians.start(`${action.id}-${i}`, 'clinician', until))
        return () => {
          for (const clinician of called) department.clinicians.release(clinician)
        }
      }
      case 'move-to-triage': {
        const lent = this.#staffing.lendToTriage(dose)
        if (lent <= 0) return 'no nurse can be spared'
        return () => this.#staffing.lendToTriage(-lent)
      }
      case 'open-overflow': {
        const opened = department.spaces.all.filter(({ role, open }) => role === 'overflow' && !open).slice(0, dose)
        if (opened.length === 0) return 'all overflow spaces are open already'
        // One nurse looks after four spaces.
        const nurses = Math.ceil(opened.length / 4)
        for (const space of opened) space.open = true
        this.#staffing.tieNurses(nurses)
        department.place()
        return () => {
          for (const space of opened) space.open = false
          this.#staffing.tieNurses(-nurses)
        }
      }
      case 'expedite-diagnostics': {
        // Part of what is asked for is reached (assumption: 50 to 90 %).
        const factor = 1 - (dose / 100) * (0.5 + 0.4 * random.uniform())
        department.diagnostics.haste *= factor
        return () => {
          department.diagnostics.haste /= factor
        }
      }
      case 'early-inpatient-pull':
        return department.inpatients.pull(dose, action.id) > 0 ? () => {} : 'nobody upstairs can go sooner than planned'
      case 'stream-to-minors':
        department.stream(true)
        return () => department.stream(false)
      case 'queue-rule':
        department.order(dose, action.id)
        return () => department.order(null, action.id)
      case 'divert-ambulances':
        department.diverting = true
        return () => {
          department.diverting = false
        }
    }
  }

  #say(running: Running, status: ActionStatus, reason?: string): void {
    running.status = status
    const { now: at } = this.#world
    this.#world.emit({
      at,
      kind: 'action',
      action: running.action,
      status,
      ...(reason === undefined ? {} : { reason }),
    })
  }
}
