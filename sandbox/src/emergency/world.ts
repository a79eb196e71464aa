import type { Acuity, Instant, Milliseconds } from '@counterpart/kernel'
import { type RandomStream, randomStream, type StreamName } from '@counterpart/numerics'
import { type Appointment, Calendar } from './calendar.ts'
import type { HospitalEvent, VisitHappening } from './events.ts'
import type { ImagingDesk } from './imaging-desk.ts'
import type { Clinician } from './judgement.ts'
import type { Space } from './spaces.ts'
import type { Visitor } from './visitor.ts'

export type Stage =
  | 'ambulance'
  | 'reception'
  | 'to-place'
  | 'to-see'
  | 'in-care'
  | 'results'
  | 'to-review'
  | 'decided'
  | 'boarding'
  | 'gone'

/** Somebody in the department, as they truly are. */
export interface Visit {
  readonly id: string
  readonly visitor: Visitor
  readonly arrived: Instant
  trueAcuity: Acuity
  /** As triaged; before triage as the desk guesses. */
  acuity: Acuity
  triaged: boolean
  stage: Stage
  /** Since when in the stage. */
  since: Instant
  space: Space | null
  /** Code of the area where they are known to be; `null` in an ambulance. */
  area: string | null
  seen: Instant | null
  clinician: Clinician | null
  /** Tests and treatments that are awaited. */
  pending: number
  rounds: number
  orders: number
  giveUp: Appointment | null
}

/** What all parts of the hospital share: time, chance, who is there, and a record of what happens. */
export class World {
  readonly seed: string
  readonly utcOffsetMinutes: number
  readonly calendar = new Calendar()
  /** Everybody in the department, in order of arrival. */
  readonly visits = new Map<string, Visit>()
  now: Instant
  /** The imaging department of the same hospital; `null`: the department has scanners of its own. */
  imaging: ImagingDesk | null = null
  #events: HospitalEvent[] = []

  constructor(seed: string, from: Instant, utcOffsetMinutes: number) {
    this.seed = seed
    this.now = from
    this.utcOffsetMinutes = utcOffsetMinutes
  }

  random(...names: readonly StreamName[]): RandomStream {
    return randomStream('emergency', this.seed, ...names)
  }

  after(delay: Milliseconds, work: () => void): Appointment {
    return this.calendar.plan(this.now + Math.max(0, Math.round(delay)), work)
  }

  at(time: Instant, work: () => void): Appointment {
    return this.calendar.plan(Math.max(time, this.now), work)
  }

  /** Hour of the day on the hospital's clocks, 0 to 24. */
  hourOfDay(): number {
    return (((this.now + this.utcOffsetMinutes * 60_000) % 86_400_000) / 3_600_000 + 24) % 24
  }

  emit(event: HospitalEvent): void {
    this.#events.push(event)
  }

  happen(visit: Visit, happening: VisitHappening): void {
    this.emit({ at: this.now, kind: 'visit', visit: visit.id, person: visit.visitor.number, happening })
    if (happening.what === 'left') this.imaging?.left(visit.id)
  }

  /** Hands over what has happened since the last call. */
  drain(): HospitalEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }
}

export function stageOf(world: World, visit: Visit, stage: Stage): void {
  visit.stage = stage
  visit.since = world.now
}
