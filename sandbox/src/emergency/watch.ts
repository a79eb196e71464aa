import { type Acuity, type Milliseconds, minute } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import type { Pool } from './pool.ts'
import { logNormal } from './visitor.ts'
import type { Visit, World } from './world.ts'

/** Looking after those who are there: rounds, looking again at those who wait, vital signs, and getting worse unseen. */
export class Watch {
  readonly #world: World
  readonly #nurses: Pool
  readonly #retriaged: () => void

  /** `retriaged` is told when somebody who waits turns out to be worse than triaged. */
  constructor(world: World, nurses: Pool, retriaged: () => void) {
    this.#world = world
    this.#nurses = nurses
    this.#retriaged = retriaged
  }

  /** Nurses go round: about once an hour each patient in care takes a few minutes, boarders too. */
  round(visit: Visit, random: RandomStream = this.#world.random('round', visit.visitor.number)): void {
    this.#world.after((45 + 30 * random.uniform()) * minute, () => {
      if (visit.stage === 'gone') return
      this.#nurses.ask({
        priority: 20 + visit.acuity,
        wanted: () => visit.stage !== 'gone',
        duration: logNormal(random, visit.acuity <= 2 ? 5 : 3, 0.4),
        done: () => {},
      })
      this.#signs(visit)
      this.round(visit, random)
    })
  }

  /** Those who wait are looked at again now and then; who got worse is triaged anew. */
  lookAgain(visit: Visit): void {
    const random = this.#world.random('look', visit.visitor.number, visit.trueAcuity, visit.arrived)
    this.#signs(visit)
    const look = () => {
      if (visit.stage === 'gone' || visit.seen !== null) return
      const noticed = apparent(visit)
      if (noticed < visit.acuity) {
        visit.acuity = noticed
        this.#world.happen(visit, { what: 'triaged', acuity: noticed })
        this.#retriaged()
      }
      this.#signs(visit)
      this.#world.after((50 + 50 * random.uniform()) * minute, look)
    }
    this.#world.after((50 + 50 * random.uniform()) * minute, look)
  }

  /** Somebody who waits gets worse after a while, and then again; nobody knows until they look. */
  worsen(visit: Visit, after: Milliseconds = visit.visitor.worsensAfter): void {
    this.#world.after(after, () => {
      if (visit.stage === 'gone' || visit.seen !== null || visit.trueAcuity === 1) return
      visit.trueAcuity = (visit.trueAcuity - 1) as Acuity
      this.worsen(visit, after * 1.5)
    })
  }

  /** The sicker, the faster the pulse and the lower the pressure (assumption). */
  #signs(visit: Visit): void {
    const random = this.#world.random('signs', visit.visitor.number, this.#world.now)
    const ill = 5 - visit.trueAcuity
    const child = visit.visitor.age < 12 ? 30 - 2 * visit.visitor.age : 0
    const systolic = Math.round(132 - child - 5 * Math.max(0, ill - 1) + 15 * random.normal())
    this.#world.emit({
      at: this.#world.now,
      kind: 'vital-signs',
      visit: visit.id,
      person: visit.visitor.number,
      signs: {
        heartRate: Math.round(Math.max(38, 76 + child + 8 * ill + 11 * random.normal())),
        systolic: Math.max(60, systolic),
        diastolic: Math.max(35, Math.round(systolic * 0.58 + 6 * random.normal())),
      },
    })
  }
}

/** The acuity that a nurse would say now: with the error made at first, and worse by as much as the patient has got worse. */
export function apparent({ visitor, trueAcuity }: Visit): Acuity {
  return Math.max(1, visitor.seemingAcuity - (visitor.acuity - trueAcuity)) as Acuity
}
