import type { Milliseconds } from '@counterpart/kernel'
import type { World } from './world.ts'

/** A piece of work for whoever of a pool is free. */
export interface Job {
  /** Lower goes first; equal ones in order of asking. */
  readonly priority: number
  readonly duration: Milliseconds
  /** Whether it is still wanted when its turn comes. Default: yes. */
  readonly wanted?: () => boolean
  readonly begin?: () => void
  readonly done: () => void
}

/** Staff of one kind who do one thing at a time, whoever is free first. What is begun is finished, whatever the shift says. */
export class Pool {
  readonly #world: World
  readonly #pace: () => number
  readonly #waiting: Job[] = []
  #capacity = 0
  #busy = 0

  /** `pace` multiplies durations, 1 being as usual. */
  constructor(world: World, pace: () => number = () => 1) {
    this.#world = world
    this.#pace = pace
  }

  get capacity(): number {
    return this.#capacity
  }
  get busy(): number {
    return this.#busy
  }
  get queue(): number {
    return this.#waiting.length
  }

  set capacity(people: number) {
    this.#capacity = Math.max(0, people)
    this.#serve()
  }

  ask(job: Job): void {
    let index = this.#waiting.length
    while (index > 0 && this.#waiting[index - 1]!.priority > job.priority) index--
    this.#waiting.splice(index, 0, job)
    this.#serve()
  }

  #serve(): void {
    while (this.#busy < this.#capacity && this.#waiting.length > 0) {
      const job = this.#waiting.shift()!
      if (job.wanted && !job.wanted()) continue
      this.#busy++
      job.begin?.()
      this.#world.after(job.duration * this.#pace(), () => {
        this.#busy--
        job.done()
        this.#serve()
      })
    }
  }
}
