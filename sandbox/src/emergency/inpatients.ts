import { day, hour, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import type { StreamName } from '@counterpart/numerics'
import { logNormal } from './visitor.ts'
import type { World } from './world.ts'

interface Stay {
  /** When the bed becomes free; moved when somebody makes haste. */
  leaves: Instant
  gone: boolean
}

interface Waiting {
  readonly since: Instant
  readonly name: StreamName
  readonly wanted: () => boolean
  readonly ready: () => void
  readonly lengthOfStay: Milliseconds
}

/** Direct admissions (general practice, transfers in) and planned ones per day; assumptions. */
const directPerDay = 7
const plannedPerDay = 7

/**
 * The wards upstairs: beds free up by hour of day and day of week, with rounds and discharge letters. Discharges cluster
 * about 14:30, fewer at weekends (English hospital statistics in shape; figures assumed).
 */
export class Inpatients {
  readonly #world: World
  readonly #beds: number
  readonly #stays: Stay[] = []
  readonly #queue: Waiting[] = []
  #taken = 0

  constructor(world: World, beds: number) {
    this.#world = world
    this.#beds = beds
    const random = world.random('wards')
    // As in a hospital that has been running: stays begun some time ago, so the rest of each is drawn.
    const lying = Math.round(beds * 0.94)
    for (let i = 0; i < lying; i++) this.#lieDown(`first ${i}`, logNormal(random, 3.4 * 24 * 60, 1) * random.uniform())
    this.#everyDay()
  }

  get free(): number {
    return this.#beds - this.#taken
  }
  get waiting(): number {
    return this.#queue.length
  }

  /**
   * Asks for a bed; `ready` is called when one is clean and free, `wanted` says whether it still is needed. `name` is the
   * patient's own: when they will go home is theirs, whoever else comes before them.
   */
  ask(name: StreamName, wanted: () => boolean, lengthOfStay: Milliseconds, ready: () => void): void {
    this.#queue.push({ since: this.#world.now, name, wanted, ready, lengthOfStay })
    this.#serve()
  }

  /** Tries to bring forward so many of the next half day's discharges. Returns how many can be expected. */
  pull(beds: number, name: string): number {
    const { now } = this.#world
    const random = this.#world.random('pull', name)
    const soon = this.#stays
      .filter(({ gone, leaves }) => !gone && leaves > now + 75 * minute && leaves < now + 12 * hour)
      .sort((a, b) => a.leaves - b.leaves)
      .slice(0, beds)
    let done = 0
    for (const stay of soon) {
      if (random.uniform() > 0.75) continue
      done++
      stay.leaves = now + Math.round((35 + 45 * random.uniform()) * minute)
      this.#world.at(stay.leaves, () => this.#leave(stay))
    }
    return done
  }

  #serve(): void {
    while (this.#taken < this.#beds && this.#queue.length > 0) {
      const next = this.#queue.shift()!
      if (!next.wanted()) continue
      this.#lieDown(next.name, next.lengthOfStay)
      next.ready()
    }
  }

  #lieDown(name: StreamName, lengthOfStay: Milliseconds): void {
    this.#taken++
    const stay: Stay = { leaves: this.#discharge(name, this.#world.now + lengthOfStay), gone: false }
    this.#stays.push(stay)
    this.#world.at(stay.leaves, () => this.#leave(stay))
  }

  #leave(stay: Stay): void {
    if (stay.gone || this.#world.now < stay.leaves) return
    stay.gone = true
    this.#stays.splice(this.#stays.indexOf(stay), 1)
    // Cleaning and making the bed.
    this.#world.after(45 * minute, () => {
      this.#taken--
      this.#serve()
    })
  }

  /** When somebody who would be well enough at `well` really leaves: on a round day, in the afternoon; sooner when the house is full. */
  #discharge(name: StreamName, well: Instant): Instant {
    const random = this.#world.random('discharge', name)
    const offset = this.#world.utcOffsetMinutes * minute
    let date = Math.floor((well + offset) / day)
    // 1970-01-01 was a Thursday.
    const weekday = () => (date + 4) % 7
    const full = this.#queue.length > 6
    while ((weekday() === 0 || weekday() === 6) && random.uniform() < (full ? 0.2 : 0.38)) date++
    const at = 14.4 + 2.6 * random.normal() - (full ? 1 : 0)
    return Math.max(this.#world.now + hour, date * day + Math.round(Math.min(21, Math.max(8.5, at)) * hour) - offset)
  }

  /** People who come to the wards by other doors. */
  #everyDay(): void {
    const offset = this.#world.utcOffsetMinutes * minute
    const date = Math.floor((this.#world.now + offset) / day)
    const midnight = date * day - offset
    const random = this.#world.random('other doors', date)
    const weekend = (date + 4) % 7 === 0 || (date + 4) % 7 === 6
    const come = (door: string, perDay: number, from: number, until: number, whileWaiting: number) => {
      let number = 0
      for (let t = random.exponential() / perDay; t < 1; t += random.exponential() / perDay) {
        const name = `${door} ${date}-${number++}`
        const at = midnight + Math.round((from + (until - from) * t) * hour)
        const stay = logNormal(random, 2.6 * 24 * 60, 0.9)
        if (at >= this.#world.now)
          this.#world.at(at, () => {
            // A full house puts planned patients off.
            if (this.#queue.length < whileWaiting)
              this.ask(
                name,
                () => true,
                stay,
                () => {},
              )
          })
      }
    }
    come('direct', directPerDay, 9, 22, 12)
    if (!weekend) come('planned', plannedPerDay, 7, 12, 4)
    this.#world.at(midnight + day, () => this.#everyDay())
  }
}
