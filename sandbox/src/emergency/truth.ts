import { hour, type Instant, minute } from '@counterpart/kernel'
import type { HospitalEvent } from './events.ts'
import { floor } from './spaces.ts'
import { drawVisitor } from './visitor.ts'

/** One visit as it went, in instants; `null`: has not happened. */
export interface VisitRecord {
  readonly visit: string
  readonly mode: 'walk-in' | 'ambulance' | 'transfer'
  readonly arrived: Instant
  acuity: number | null
  handedOver: Instant | null
  seen: Instant | null
  boardingSince: Instant | null
  left: Instant | null
  disposition: string | null
  area: string | null
}

/** The department at one instant, by what its records say; `null` where there is nothing to measure it by. */
export interface Census {
  readonly at: Instant
  readonly present: number
  /** Arrived, not yet seen by a clinician. */
  readonly waiting: number
  readonly boarding: number
  /** % of treatment spaces; overflow spaces count while they are open. */
  readonly occupancy: number
  /** Present for longer than four hours. */
  readonly breaches: number
  /** % of those who left in the past hour who had stayed longer than four hours. */
  readonly breachRate: number | null
  /** Left in the past hour without being seen. */
  readonly leftUnseen: number
  /** Mean minutes from arriving to handing over, of ambulances handed over in the past hour. */
  readonly ambulanceOffload: number | null
}

export const fourHours = 4 * hour
const treatmentRoles = new Set(['resuscitation', 'majors', 'minors', 'paediatric', 'observation', 'overflow'])
const treatmentAreas = new Set(floor.filter(({ role }) => treatmentRoles.has(role)).map(({ code }) => code))
const usualSpaces = floor
  .filter(({ role }) => treatmentRoles.has(role) && role !== 'overflow')
  .reduce((sum, { spaces }) => sum + spaces.length, 0)

/** Follows what happens and counts: the truth by which forecasts and actions are judged. */
export class Chronicle {
  /** All visits so far, in order of arrival. */
  readonly visits: VisitRecord[] = []
  readonly #byId = new Map<string, VisitRecord>()
  #overflow = new Map<string, number>()

  take(events: readonly HospitalEvent[]): void {
    for (const event of events) {
      if (event.kind === 'action' && event.action.name === 'open-overflow') {
        if (event.status === 'in-progress') this.#overflow.set(event.action.id, event.action.dose)
        else this.#overflow.delete(event.action.id)
      }
      if (event.kind !== 'visit') continue
      const { at, happening } = event
      if (happening.what === 'arrived') {
        const record: VisitRecord = {
          visit: event.visit,
          mode: happening.mode,
          arrived: at,
          acuity: null,
          handedOver: null,
          seen: null,
          boardingSince: null,
          left: null,
          disposition: null,
          area: null,
        }
        this.visits.push(record)
        this.#byId.set(event.visit, record)
        continue
      }
      const record = this.#byId.get(event.visit)
      if (!record) continue
      if (happening.what === 'triaged') record.acuity = happening.acuity
      else if (happening.what === 'placed') {
        record.area = happening.at.area
        record.handedOver ??= at
      } else if (happening.what === 'seen') record.seen ??= at
      else if (happening.what === 'admission-requested') record.boardingSince ??= at
      else if (happening.what === 'left') {
        record.left = at
        record.disposition = happening.disposition
      }
    }
  }

  /** Counts as of `at`; all events up to then must have been taken. */
  census(at: Instant): Census {
    let [present, waiting, boarding, inSpaces, breaches, leftUnseen, out, outLate] = [0, 0, 0, 0, 0, 0, 0, 0]
    let [handed, minutes] = [0, 0]
    for (let i = this.visits.length - 1; i >= 0; i--) {
      const visit = this.visits[i]!
      // Nobody stays for so long; the wards' own census is not this department's business.
      if (visit.arrived < at - 72 * hour) break
      if (visit.arrived > at) continue
      if (visit.mode === 'ambulance' && visit.handedOver !== null && within(visit.handedOver, at)) {
        handed++
        minutes += (visit.handedOver - visit.arrived) / minute
      }
      if (visit.left !== null && visit.left <= at) {
        if (!within(visit.left, at)) continue
        out++
        if (visit.left - visit.arrived > fourHours) outLate++
        if (visit.disposition === 'left-without-being-seen') leftUnseen++
        continue
      }
      present++
      if (visit.seen === null || visit.seen > at) waiting++
      if (visit.boardingSince !== null && visit.boardingSince <= at) boarding++
      if (visit.area !== null && treatmentAreas.has(visit.area)) inSpaces++
      if (at - visit.arrived > fourHours) breaches++
    }
    const opened = [...this.#overflow.values()].reduce((sum, each) => sum + each, 0)
    return {
      at,
      present,
      waiting,
      boarding,
      occupancy: (100 * inSpaces) / (usualSpaces + Math.min(8, opened)),
      breaches,
      breachRate: out === 0 ? null : (100 * outLate) / out,
      leftUnseen,
      ambulanceOffload: handed === 0 ? null : minutes / handed,
    }
  }
}

/** What no system knows of somebody: how they were to fare while waiting. */
export interface HiddenCourse {
  readonly age: number
  readonly sex: 'female' | 'male'
  /** When they get worse by a grade each, for as long as they wait; none after the gravest. */
  readonly worsens: readonly Instant[]
}

/** The truth about one visitor of a simulated hospital, by the number in its events and the time of arriving. */
export function hiddenCourse(seed: string, person: number, arrived: Instant): HiddenCourse {
  const { age, sex, acuity, worsensAfter } = drawVisitor(seed, person, arrived)
  const worsens: Instant[] = []
  let after = worsensAfter
  for (let at = arrived + after; worsens.length < acuity - 1; at += after) {
    worsens.push(Math.round(at))
    after *= 1.5
  }
  return { age, sex, worsens }
}

function within(time: Instant, at: Instant): boolean {
  return time > at - hour && time <= at
}
