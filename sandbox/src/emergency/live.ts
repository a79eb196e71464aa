import { hour, type Instant, type LayoutDetail, type Milliseconds, type SubjectId, second } from '@counterpart/kernel'
import { startFhirSender } from '../fhir-sender.ts'
import { facility } from '../messages/segments.ts'
import { type Delivery, startMllpSender } from '../mllp-sender.ts'
import type { Clock, Timer } from '../time.ts'
import type { ActionRequest } from './read-action.ts'
import { type HospitalMessage, Registration } from './registration.ts'
import { startRosterSender } from './roster-sender.ts'
import type { EmergencyOptions } from './settings.ts'
import { type HiddenFigures, simulateEmergency } from './simulation.ts'
import { floor } from './spaces.ts'
import { type Census, Chronicle } from './truth.ts'

export interface LiveEmergencyOptions extends Omit<EmergencyOptions, 'from'> {
  /** How the platform calls it, e.g. `department/north-ed`. */
  readonly department: SubjectId
  readonly clock: Clock
  readonly timer: Timer
  /** How long before now its records begin. Default 12 h: the floor is full and shifts have changed. */
  readonly history?: Milliseconds
  /** See `RegistrationOptions.faults`. */
  readonly faults?: number
  /** Where HL7 v2 goes. Left out: nowhere. */
  readonly mllp?: { readonly host: string; readonly port: number; readonly window?: number }
  /** Where FHIR Bundles are posted. */
  readonly fhir?: { readonly base: string; readonly token?: string }
  /** Where rosters are put: `…/api/departments/<id>/roster`. */
  readonly roster?: { readonly url: string; readonly token: string }
  /** How often it is moved on. Default 1 s. */
  readonly tick?: Milliseconds
  readonly onProblem?: (problem: string) => void
}

export interface LiveEmergency {
  readonly department: SubjectId
  readonly layout: LayoutDetail
  /** Takes a request, e.g. from the orders endpoint. */
  request(request: ActionRequest): void
  /** Truth as of the last step, for tests and for watching. */
  readonly hidden: HiddenFigures & { readonly census: Census }
  /** Messages so far. */
  readonly statistics: { readonly due: number; readonly accepted: number; readonly refused: number }
  /** Resolves when the past has been handed over and the department is at the clock's time. */
  readonly live: Promise<void>
  stop(): Promise<void>
}

/** What a platform must be told of the department to follow it: one entry of its file of departments. */
export function departmentEntry(department: SubjectId, { name, utcOffsetMinutes }: Omit<LayoutDetail, 'areas'>) {
  return {
    id: department.replace(/^department\//, ''),
    name,
    utcOffsetMinutes,
    facility,
    classes: ['EMER'],
    areas: floor.map((area) => ({ ...area, spaces: [...area.spaces] })),
    elsewhere: ['CARDIO', 'STEPDOWN', 'WARD*'],
  }
}

/**
 * Starts an emergency department: hands over the records of the past hours, then lives at the pace of the clock, sends what
 * falls due, and does what it is asked for. Nothing is ever sent of the future.
 */
export function startEmergency(options: LiveEmergencyOptions): LiveEmergency {
  const { clock, timer, onProblem, department, seed } = options
  const start = clock()
  const from = start - (options.history ?? 12 * hour)
  const emergency = simulateEmergency({ ...options, from })
  const { utcOffsetMinutes } = emergency.layout
  const registration = new Registration({ seed, department, utcOffsetMinutes, faults: options.faults ?? 1 })
  const chronicle = new Chronicle()
  const mllp = options.mllp && startMllpSender({ window: 16, ...options.mllp, timer, onProblem })
  const fhir = options.fhir && startFhirSender({ ...options.fhir, timer, onProblem })
  const rosters = options.roster && startRosterSender({ ...options.roster, timer, onProblem })
  const count = { due: 0, accepted: 0, refused: 0 }
  let waiting: HospitalMessage[] = []
  let stopped = false
  let cancel: (() => void) | undefined
  let goLive: () => void = () => {}
  const live = new Promise<void>((resolve) => {
    goLive = resolve
  })

  function deliver(message: HospitalMessage): void {
    const delivery: Promise<Delivery> | undefined =
      message.wire === 'hl7v2'
        ? mllp?.send(message)
        : message.wire === 'fhir'
          ? fhir?.send(message.bundle)
          : rosters?.send(message.roster)
    if (!delivery) return
    count.due++
    void delivery.then((outcome) => {
      count[outcome]++
    })
  }

  function move(): void {
    if (stopped) return
    const now = clock()
    // The past in slices of an hour, so that whoever shares the thread breathes.
    const to = emergency.now < start ? Math.min(Math.max(emergency.now, from) + hour, start) : now
    if (to > emergency.now) {
      const events = emergency.advance(to)
      chronicle.take(events)
      waiting.push(...registration.write(events))
      waiting.sort((a, b) => a.due - b.due)
      const due = waiting.findIndex((message) => message.due > to)
      for (const message of due < 0 ? waiting : waiting.slice(0, due)) deliver(message)
      waiting = due < 0 ? [] : waiting.slice(due)
    }
    if (emergency.now >= start) goLive()
    const tick = options.tick ?? second
    cancel = timer(clock() - emergency.now > tick ? 0 : tick, move)
  }
  cancel = timer(0, move)

  return {
    department,
    layout: emergency.layout,
    request: ({ wants, action }) => {
      if (wants === 'start') emergency.act(action)
      else emergency.stop(action.id)
    },
    get hidden() {
      return { ...emergency.hidden, census: chronicle.census(emergency.now as Instant) }
    },
    get statistics() {
      return { ...count }
    },
    live,
    stop: async () => {
      if (stopped) return
      stopped = true
      cancel?.()
      goLive()
      fhir?.stop()
      rosters?.stop()
      await mllp?.stop()
    },
  }
}
