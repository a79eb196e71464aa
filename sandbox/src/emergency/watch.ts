import { type Acuity, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { measuredSigns } from './physiology.ts'
import type { Pool } from './pool.ts'
import { logNormal } from './visitor.ts'
import type { Visit, World } from './world.ts'

/** Looking after those who are there: rounds, looking again at those who wait, vital signs, and getting worse unseen. */
export class Watch {
  readonly #world: World
  readonly #nurses: Pool
  readonly #retriaged: () => void
  /** When those who wait will get worse. */
  readonly #worsens = new Map<string, Instant>()

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
    this.#worsens.set(visit.id, this.#world.now + after)
    this.#world.after(after, () => {
      this.#worsens.delete(visit.id)
      if (visit.stage === 'gone' || visit.seen !== null || visit.trueAcuity === 1) return
      visit.trueAcuity = (visit.trueAcuity - 1) as Acuity
      this.worsen(visit, after * 1.5)
    })
  }

  #signs(visit: Visit): void {
    const { now, seed } = this.#world
    const waits = visit.seen === null && visit.trueAcuity > 1
    const state = { acuity: visit.trueAcuity, at: now, worsens: (waits && this.#worsens.get(visit.id)) || null }
    const random = this.#world.random('signs', visit.visitor.number, now)
    this.#world.emit({
      at: now,
      kind: 'vital-signs',
      visit: visit.id,
      person: visit.visitor.number,
      signs: measuredSigns(seed, visit.visitor, state, random),
    })
  }
}

/** The acuity that a nurse would say now: with the error made at first, and worse by as much as the patient has got worse. */
export function apparent({ visitor, trueAcuity }: Visit): Acuity {
  return Math.max(1, visitor.seemingAcuity - (visitor.acuity - trueAcuity)) as Acuity
}
