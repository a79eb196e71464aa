import { hour, minute } from '@counterpart/kernel'
import type { Inpatients } from './inpatients.ts'
import type { Pool } from './pool.ts'
import { logNormal } from './visitor.ts'
import { stageOf, type Visit, type World } from './world.ts'

export type Leaving = 'discharged' | 'admitted' | 'transferred' | 'left-without-being-seen' | 'died'

/** From the decision to leaving: letters and rides home, referral and the wait for a bed upstairs. */
export class WayOut {
  readonly #world: World
  readonly #nurses: Pool
  readonly #porters: Pool
  readonly #inpatients: Inpatients
  readonly #leave: (visit: Visit, disposition: Leaving) => void

  constructor(
    world: World,
    staff: { readonly nurses: Pool; readonly porters: Pool },
    inpatients: Inpatients,
    leave: (visit: Visit, disposition: Leaving) => void,
  ) {
    this.#world = world
    this.#nurses = staff.nurses
    this.#porters = staff.porters
    this.#inpatients = inpatients
    this.#leave = leave
  }

  take(visit: Visit): void {
    const { fate } = visit.visitor
    if (fate === 'die') this.#leave(visit, 'died')
    else if (fate === 'discharge') this.#home(visit)
    else this.#onwards(visit, fate)
  }

  #home(visit: Visit): void {
    const { visitor } = visit
    const stay = (this.#world.now - visit.arrived) / minute
    this.#nurses.ask({
      // Near the four-hour target, letters are written first.
      priority: stay > 170 && stay < 245 ? 7 : 18,
      wanted: () => visit.stage === 'decided',
      duration: logNormal(this.#world.random('letter', visitor.number), 6, 0.4),
      done: () => this.#world.after(visitor.rideHome, () => this.#leave(visit, 'discharged')),
    })
  }

  #onwards(visit: Visit, fate: 'admit' | 'transfer'): void {
    const { visitor } = visit
    this.#world.after(visitor.referral, () => {
      if (fate === 'transfer') {
        this.#world.after(visitor.referral + hour, () => this.#leave(visit, 'transferred'))
        return
      }
      stageOf(this.#world, visit, 'boarding')
      this.#world.happen(visit, { what: 'admission-requested' })
      const goUp = () => this.#goUp(visit)
      this.#inpatients.ask(visitor.number, () => visit.stage === 'boarding', visitor.lengthOfStay, goUp)
    })
  }

  /** A bed is ready: handover to the ward, then a porter. */
  #goUp(visit: Visit): void {
    const random = this.#world.random('go up', visit.visitor.number)
    const carry = () =>
      this.#porters.ask({
        priority: 3,
        duration: logNormal(random, 13, 0.3),
        done: () => this.#leave(visit, 'admitted'),
      })
    this.#world.after(logNormal(random, 14, 0.5), () =>
      this.#nurses.ask({ priority: 14, duration: logNormal(random, 8, 0.4), done: carry }),
    )
  }
}
