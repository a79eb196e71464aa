import { day, type Instant, minute } from '@counterpart/kernel'
import type { Clinicians } from './clinicians.ts'
import type { ClinicianRole } from './judgement.ts'
import type { Pool } from './pool.ts'
import { type Duty, dutiesOn, publishedRoster, type Shift, type StaffRole } from './roster.ts'
import type { World } from './world.ts'

type PoolRole = Exclude<StaffRole, ClinicianRole>

/** Brings people on duty by the roster, and others whom somebody sends for. */
export class Staffing {
  readonly #world: World
  readonly #shifts: readonly Shift[]
  readonly #clinicians: Clinicians
  readonly #pools: Readonly<Record<PoolRole, Pool>>
  readonly #heads: Record<PoolRole, number> = { nurse: 0, 'triage-nurse': 0, porter: 0 }
  /** Nurses lent to triage, and those whom the overflow ties down. */
  #lent = 0
  #tied = 0

  constructor(world: World, shifts: readonly Shift[], clinicians: Clinicians, pools: Readonly<Record<PoolRole, Pool>>) {
    this.#world = world
    this.#shifts = shifts
    this.#clinicians = clinicians
    this.#pools = pools
    const today = this.#midnight()
    for (const duty of [...this.#duties(today - day), ...this.#duties(today)]) this.#roster(duty)
    this.#world.at(today + day, () => this.#everyMidnight())
  }

  /** Publishes what is planned for the coming days, with what is known of absences. */
  publish(days: number): void {
    const from = this.#midnight()
    const duties: Duty[] = []
    for (let d = -1; d <= days; d++) duties.push(...this.#duties(from + d * day))
    const { now } = this.#world
    const known = (absences: boolean, start: Instant, end: Instant) =>
      this.#world.emit({
        at: now,
        kind: 'roster',
        roster: publishedRoster(duties, start, end, absences),
      })
    // Who is ill is known on the day only.
    known(true, from, from + day)
    if (days > 1) known(false, from + day, from + days * day)
  }

  addNurses(people: number): void {
    this.#change('nurse', people)
  }

  /** Lends nurses to triage (or takes them back: negative), as many as can be spared; returns how many. */
  lendToTriage(people: number): number {
    const lent = Math.max(-this.#lent, Math.min(people, this.#heads.nurse - this.#lent - this.#tied - 2))
    this.#lent += lent
    this.#apply()
    return lent
  }

  /** Nurses whom the overflow ties down. */
  tieNurses(people: number): void {
    this.#tied += people
    this.#apply()
  }

  #duties(midnight: Instant): Duty[] {
    return dutiesOn(this.#world.seed, this.#shifts, midnight)
  }

  #midnight(): Instant {
    const offset = this.#world.utcOffsetMinutes * minute
    return Math.floor((this.#world.now + offset) / day) * day - offset
  }

  #everyMidnight(): void {
    for (const duty of this.#duties(this.#midnight())) this.#roster(duty)
    const weekday = (Math.floor((this.#world.now + this.#world.utcOffsetMinutes * minute) / day) + 4) % 7
    this.publish(weekday === 1 ? 8 : 1)
    this.#world.at(this.#midnight() + day, () => this.#everyMidnight())
  }

  #roster(duty: Duty): void {
    if (duty.absent || duty.until <= this.#world.now) return
    const { role } = duty
    this.#world.at(duty.from, () => {
      if (role === 'clinician' || role === 'senior-clinician') {
        this.#clinicians.start(duty.id, role, duty.until)
        return
      }
      this.#change(role, 1)
      this.#world.at(duty.until, () => this.#change(role, -1))
    })
  }

  #change(role: PoolRole, people: number): void {
    this.#heads[role] += people
    this.#apply()
  }

  #apply(): void {
    const { nurse, porter } = this.#heads
    this.#pools.nurse.capacity = nurse - this.#lent - this.#tied
    this.#pools['triage-nurse'].capacity = this.#heads['triage-nurse'] + this.#lent
    this.#pools.porter.capacity = porter
  }
}
