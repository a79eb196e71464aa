import type { Milliseconds } from '@counterpart/kernel'
import { callOff } from './calendar.ts'
import { Clinicians } from './clinicians.ts'
import { Diagnostics } from './diagnostics.ts'
import { Inpatients } from './inpatients.ts'
import { type Clinician, pointsOf } from './judgement.ts'
import { Pool } from './pool.ts'
import { placementOrder, Spaces } from './spaces.ts'
import { logNormal, type TestKind, type Visitor } from './visitor.ts'
import { apparent, Watch } from './watch.ts'
import { type Leaving, WayOut } from './way-out.ts'
import { stageOf, type Visit, type World } from './world.ts'

/** The way of a patient from the door to leaving, as it truly goes. */
export class Department {
  readonly clinicians: Clinicians
  readonly nurses: Pool
  readonly triage: Pool
  readonly porters: Pool
  readonly spaces: Spaces
  readonly diagnostics: Diagnostics
  readonly inpatients: Inpatients
  /** Ambulances are asked to go elsewhere. */
  diverting = false
  diverted = 0
  turnedAway = 0
  readonly #world: World
  readonly #watch: Watch
  readonly #wayOut: WayOut
  /** Those who wait for a space, ambulances too. */
  readonly #toPlace = new Set<Visit>()
  #minutesPerLevel: number | null = null
  #orderedBy: string | null = null

  constructor(world: World, inpatientBeds: number) {
    this.#world = world
    // Nurses are held up by a crowd and by those who board.
    const pace = () => 1 + 0.004 * Math.max(0, world.visits.size - 30)
    this.nurses = new Pool(world, pace)
    this.triage = new Pool(world)
    this.porters = new Pool(world)
    this.clinicians = new Clinicians(world)
    this.spaces = new Spaces(world, () => this.place())
    this.diagnostics = new Diagnostics(world, this.nurses, this.porters)
    this.inpatients = new Inpatients(world, inpatientBeds)
    this.#watch = new Watch(world, this.nurses, () => {
      this.place()
      this.clinicians.dispatch()
    })
    this.#wayOut = new WayOut(world, this, this.inpatients, (visit, disposition) => this.leave(visit, disposition))
  }

  arrive(visitor: Visitor): void {
    const world = this.#world
    if (visitor.mode === 'ambulance' && this.diverting && visitor.acuity > 1 && visitor.courage < 0.7) {
      this.diverted++
      return
    }
    if (visitor.mode === 'walk-in' && visitor.acuity >= 4 && visitor.courage < 0.006 * (this.#unseenInChairs() - 12)) {
      this.turnedAway++
      return
    }
    const visit: Visit = {
      id: `ED${visitor.number.toString(36).toUpperCase()}`,
      visitor,
      arrived: world.now,
      trueAcuity: visitor.acuity,
      acuity: visitor.acuity === 1 ? 1 : 3,
      triaged: false,
      stage: visitor.mode === 'walk-in' ? 'reception' : 'ambulance',
      since: world.now,
      space: null,
      area: null,
      seen: null,
      clinician: null,
      pending: 0,
      rounds: 0,
      orders: 0,
      giveUp: null,
    }
    world.visits.set(visit.id, visit)
    world.happen(visit, {
      what: 'arrived',
      mode: visitor.mode,
      complaint: visitor.complaint,
      age: Math.min(90, visitor.age),
    })
    this.#fear(visit)
    this.#watch.worsen(visit)
    const random = world.random('desk', visitor.number)
    if (visitor.mode === 'walk-in') {
      this.spaces.sit(visit, 'ED-WAIT')
      const triage = () => this.#triage(visit, logNormal(random, 5.5, 0.35))
      if (visit.acuity === 1) this.#judge(visit)
      else world.after(logNormal(random, 3, 0.4), triage)
      return
    }
    // The crew reports beforehand; a nurse looks into the vehicle soon.
    world.after(visit.acuity === 1 ? 0 : logNormal(random, 5, 0.5), () => {
      if (visit.stage !== 'gone') this.#judge(visit)
    })
  }

  /** Minors get a clinician of their own, and some of acuity 3. */
  stream(on: boolean): void {
    this.spaces.streaming = on
    this.clinicians.streaming = on
    this.place()
  }

  /**
   * Puts people in order by a rule, minutes of waiting that a level of acuity counts for, until whoever asked for it takes it
   * back (`null`); a later one takes its place.
   */
  order(minutesPerLevel: number | null, by: string): void {
    if (minutesPerLevel === null && this.#orderedBy !== by) return
    this.#orderedBy = by
    this.#minutesPerLevel = minutesPerLevel
    this.clinicians.minutesPerLevel = minutesPerLevel
    this.place()
  }

  /** Gives free spaces to those who wait for one. */
  place(): void {
    const { now } = this.#world
    const rule = this.#minutesPerLevel
    const turn = (visit: Visit) => (rule === null ? placementOrder(this.#world, visit) : -pointsOf(visit, rule, now))
    const waiting = [...this.#toPlace].sort((a, b) => turn(a) - turn(b))
    for (const visit of waiting) {
      const space = this.spaces.find(visit)
      if (!space) continue
      this.#toPlace.delete(visit)
      const fromVehicle = visit.stage === 'ambulance'
      this.spaces.take(visit, space)
      this.#settle(visit, fromVehicle)
    }
  }

  leave(visit: Visit, disposition: Leaving): void {
    stageOf(this.#world, visit, 'gone')
    callOff(visit.giveUp)
    this.#toPlace.delete(visit)
    this.clinicians.withdraw(visit)
    this.clinicians.forget(visit)
    this.spaces.leave(visit)
    this.#world.visits.delete(visit.id)
    this.#world.happen(visit, { what: 'left', disposition })
    this.clinicians.dispatch()
  }

  #unseenInChairs(): number {
    let count = 0
    for (const { seen, area } of this.#world.visits.values()) if (seen === null && area === 'ED-WAIT') count++
    return count
  }

  /** Patience ends sooner in a crowd. */
  #fear(visit: Visit): void {
    if (visit.visitor.mode === 'ambulance' || visit.trueAcuity === 1) return
    const crowd = 1 / (1 + 0.012 * Math.max(0, this.#unseenInChairs() - 8))
    visit.giveUp = this.#world.after(visit.visitor.patience * crowd, () => this.leave(visit, 'left-without-being-seen'))
  }

  #triage(visit: Visit, duration: Milliseconds): void {
    this.triage.ask({
      priority: 0,
      wanted: () => visit.stage === 'reception',
      begin: () => this.spaces.sit(visit, 'ED-TRI'),
      duration,
      done: () => {
        if (visit.stage === 'reception') this.#judge(visit)
      },
    })
  }

  #judge(visit: Visit): void {
    visit.triaged = true
    // Somebody who got worse since coming is seen to be worse.
    visit.acuity = apparent(visit)
    this.#world.happen(visit, { what: 'triaged', acuity: visit.acuity })
    const chair = visit.stage === 'ambulance' && visit.visitor.fitToSit && visit.acuity >= 3
    if (visit.stage !== 'ambulance' || chair) {
      if (visit.area !== 'ED-WAIT') this.spaces.sit(visit, 'ED-WAIT')
      stageOf(this.#world, visit, 'to-place')
    }
    // Protocols let triage order for some (assumption: a quarter of acuity 3).
    const random = this.#world.random('protocol', visit.visitor.number)
    if (visit.acuity === 3 && random.uniform() < 0.25) this.#order(visit, visit.visitor.firstTests)
    this.#toPlace.add(visit)
    this.place()
    this.#watch.lookAgain(visit)
  }

  /** In a space: a nurse takes over and settles the patient, then a clinician may come. */
  #settle(visit: Visit, fromVehicle: boolean): void {
    stageOf(this.#world, visit, 'to-see')
    const random = this.#world.random('settle', visit.visitor.number)
    const ready = () => {
      if (visit.stage !== 'to-see') return
      this.clinicians.post({
        kind: 'assess',
        visit,
        since: this.#world.now,
        duration: visit.visitor.assessment,
        begin: (by) => this.#seen(visit, by),
        done: () => this.#assessed(visit),
      })
    }
    if (visit.acuity === 1) ready()
    else
      this.nurses.ask({
        priority: 2 * visit.acuity,
        wanted: () => visit.stage === 'to-see',
        duration: logNormal(random, fromVehicle ? 9 : 4, 0.4),
        done: ready,
      })
  }

  #seen(visit: Visit, by: Clinician): void {
    callOff(visit.giveUp)
    visit.giveUp = null
    visit.seen = this.#world.now
    visit.clinician = by
    by.patients.add(visit)
    stageOf(this.#world, visit, 'in-care')
    this.#world.happen(visit, { what: 'seen' })
    this.#watch.round(visit)
  }

  #assessed(visit: Visit): void {
    const { visitor } = visit
    if (visit.orders === 0) this.#order(visit, visitor.firstTests)
    if (visitor.treatment) {
      const { nurse, acts } = visitor.treatment
      visit.pending++
      this.nurses.ask({
        priority: 8 + 3 * visit.acuity,
        wanted: () => visit.stage !== 'gone',
        duration: nurse,
        done: () => this.#world.after(acts, () => this.#back(visit)),
      })
    }
    this.#await(visit)
  }

  #order(visit: Visit, tests: readonly TestKind[]): void {
    visit.orders++
    for (const kind of tests) {
      visit.pending++
      this.diagnostics.order(visit, kind, visit.orders, () => this.#back(visit))
    }
  }

  /** A result is there or a treatment has acted. */
  #back(visit: Visit): void {
    visit.pending--
    if (visit.stage === 'results' && visit.pending === 0) this.#toReview(visit)
  }

  #await(visit: Visit): void {
    stageOf(this.#world, visit, 'results')
    if (visit.pending === 0) this.#toReview(visit)
    // Who can sit gives the space to somebody who cannot, when somebody wants it.
    else if (visit.visitor.fitToSit && visit.space && (visit.space.role === 'minors' || this.#toPlace.size > 1))
      this.spaces.sit(visit, 'ED-WAIT')
  }

  #toReview(visit: Visit): void {
    stageOf(this.#world, visit, 'to-review')
    this.clinicians.post({
      kind: 'review',
      visit,
      since: this.#world.now,
      duration: visit.visitor.review,
      begin: (by) => {
        visit.clinician?.patients.delete(visit)
        visit.clinician = by
        by.patients.add(visit)
        stageOf(this.#world, visit, 'in-care')
      },
      done: (by) => this.#reviewed(visit, by),
    })
  }

  #reviewed(visit: Visit, by: Clinician): void {
    visit.rounds++
    const { visitor } = visit
    if (visit.rounds === 1 && visitor.secondTests.length > 0) {
      this.#order(visit, visitor.secondTests)
      this.#await(visit)
      return
    }
    const random = this.#world.random('advice', visitor.number)
    const hard = visitor.fate === 'admit' ? 0.4 : visit.acuity <= 2 ? 0.25 : 0.06
    if (by.role === 'clinician' && this.clinicians.isThere('senior-clinician') && random.uniform() < hard)
      this.clinicians.post({
        kind: 'advise',
        visit,
        since: this.#world.now,
        duration: logNormal(random, 4.5, 0.4),
        begin: () => {},
        done: () => this.#decided(visit),
      })
    else this.#decided(visit)
  }

  #decided(visit: Visit): void {
    const { visitor } = visit
    stageOf(this.#world, visit, 'decided')
    this.clinicians.forget(visit)
    if (visitor.observe > 0 && visitor.fate !== 'die') {
      const space = this.spaces.all.find((s) => s.role === 'observation' && s.open && !s.cleaning && !s.visit)
      if (space && visit.space?.role !== 'observation') this.spaces.take(visit, space)
      this.#world.after(visitor.observe, () => this.#wayOut.take(visit))
      return
    }
    this.#wayOut.take(visit)
  }
}
