import { day, hour, type ImagingMachine, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import { logNormal } from '../emergency/visitor.ts'
import { SandboxError } from '../errors.ts'
import { overtime } from './appointments.ts'
import { type Exam, isEmergency } from './exam.ts'
import { spansOn } from './plan.ts'
import type { ImagingSite } from './site.ts'

interface Room {
  readonly machine: ImagingMachine
  busy: boolean
  down: boolean
}

const breakdownEvery = 14 * day

/** The machines with those who wait for them. */
export class Scanners {
  readonly #site: ImagingSite
  readonly #scanned: (exam: Exam) => void
  readonly #rooms: readonly Room[]
  readonly #waiting = new Set<Exam>()

  constructor(site: ImagingSite, scanned: (exam: Exam) => void) {
    this.#site = site
    this.#scanned = scanned
    this.#rooms = site.layout.machines.map((machine) => ({ machine, busy: false, down: false }))
    for (const room of this.#rooms) this.#wear(room)
  }

  queue(exam: Exam): void {
    this.#waiting.add(exam)
    this.#serve()
  }

  /** Whether somebody was waiting who does not any more. */
  withdraw(exam: Exam): boolean {
    return this.#waiting.delete(exam)
  }

  breakDown(code: string, lasts: Milliseconds): void {
    const room = this.#rooms.find(({ machine }) => machine.code === code)
    if (!room) throw new SandboxError('options-invalid', `there is no machine "${code}" to break down`)
    this.#fail(room, lasts, () => {})
  }

  /** Planned maintenance of a day. */
  maintain(midnight: Instant): void {
    for (const room of this.#rooms)
      for (const { from, until } of spansOn(room.machine.maintenance, midnight)) {
        this.#site.at(from, () => this.#state(room, 'maintenance', until))
        this.#site.at(until, () => this.#state(room, 'up'))
      }
  }

  /** Whom a free machine takes next: emergencies, then whose time has come, then inpatients in between. */
  #serve(): void {
    for (const room of this.#rooms) {
      if (room.busy || room.down) continue
      let best: Exam | undefined
      let bestRank = Number.POSITIVE_INFINITY
      for (const exam of this.#waiting) {
        const value = this.#rank(exam, room.machine)
        if (value !== null && value < bestRank) {
          best = exam
          bestRank = value
        }
      }
      if (best) this.#scan(room, best)
    }
  }

  /** The smaller, the sooner; `null`: not here, or not now. */
  #rank(exam: Exam, machine: ImagingMachine): number | null {
    const { now } = this.#site
    const time = this.#site.hourOfDay()
    const open = (late: number) =>
      spansOn(machine.sessions, this.#site.midnight(now)).some(
        ({ from, until }) => now >= from - 10 * minute && now < until + late,
      )
    if (exam.protocol.modality !== machine.modality || machine.without?.includes(exam.protocol.code)) return null
    if (isEmergency(exam))
      return machine.onCall || open(0) ? exam.ready! - (exam.urgency === 'stat' ? 10 : 5) * day : null
    if (exam.booked) return exam.booked.machine === machine.code && open(overtime) ? exam.booked.at : null
    const onCall = this.#site.demand.inpatientsOnCall && machine.onCall && time < 20 && time >= 8
    return open(0) || onCall ? exam.ready! + 2 * hour : null
  }

  #scan(room: Room, exam: Exam): void {
    const site = this.#site
    this.#waiting.delete(exam)
    room.busy = true
    exam.over = true
    site.happen(exam, { what: 'started', machine: room.machine.code })
    const { minutes, sequences } = exam.protocol
    const rest = minutes - sequences.reduce((sum, each) => sum + each, 0)
    const ill = exam.origin === 'outpatient' ? 1 : 1.25
    const setUp = logNormal(exam.random, 0.6 * rest * ill, 0.35)
    const next = (i: number) => {
      const planned = sequences[i]
      if (planned === undefined) {
        site.at(site.now + logNormal(exam.random, 0.4 * rest * ill, 0.35), () => {
          room.busy = false
          site.happen(exam, { what: 'finished' })
          this.#scanned(exam)
          this.#serve()
        })
        return
      }
      // Somebody moves and the sequence is done again.
      const again = exam.random.uniform() < 0.06 ? 2 : 1
      site.at(site.now + again * logNormal(exam.random, planned, 0.08), () => {
        site.happen(exam, { what: 'sequence-done', sequence: i + 1 })
        next(i + 1)
      })
    }
    site.at(site.now + setUp, () => next(0))
  }

  #wear(room: Room): void {
    const site = this.#site
    const random = site.random('wear', room.machine.code)
    const next = () =>
      site.at(site.now + breakdownEvery * random.exponential(), () => {
        this.#fail(room, logNormal(random, 140, 0.7), next)
      })
    next()
  }

  #fail(room: Room, lasts: Milliseconds, mended: () => void): void {
    const site = this.#site
    this.#state(room, 'down', site.now + Math.round(lasts / hour + 0.5) * hour)
    site.at(site.now + lasts, () => {
      this.#state(room, 'up')
      mended()
    })
  }

  /** A machine that is being used finishes its exam first. */
  #state(room: Room, state: 'up' | 'down' | 'maintenance', until?: Instant): void {
    room.down = state !== 'up'
    const machine = { machine: room.machine.code, state, ...(until === undefined ? {} : { until }) }
    this.#site.emit({ at: this.#site.now, kind: 'machine', machine })
    if (state === 'up') this.#serve()
  }
}
