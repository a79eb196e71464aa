import type { Belief, Picture } from '@counterpart/kernel'
import type { ComputeJob } from './compute.ts'
import type { ComputePool } from './compute-pool.ts'

/** How far a drawing is. */
export interface DrawingProgress {
  /** Parts done of so many; null where the twin does not tell. */
  readonly done: number | null
  readonly of: number | null
  /** Milliseconds it has been drawn for, and those that the last one of its name took. */
  readonly elapsed: number
  readonly usual: number | null
}

interface Drawing {
  /** Twins that move by themselves are drawn anew after a moment. */
  readonly moment: number
  readonly picture: Promise<Picture>
  readonly stop: AbortController
  readonly began: number
  wanted: number
  done?: number
  of?: number
}

/**
 * Pictures of beliefs. A belief never changes, so what is drawn of it holds until it is replaced, and ten screens cost one
 * drawing; one that nobody waits for any more is given up.
 */
export class Drawings {
  readonly #pool: ComputePool
  readonly #drawn = new WeakMap<Belief, Map<string, Drawing>>()
  /** Those being drawn, by twin and name. */
  readonly #underWay = new Map<string, Drawing>()
  readonly #usual = new Map<string, number>()

  constructor(pool: ComputePool) {
    this.#pool = pool
  }

  /** Draws, or hands on what is drawn already. Rejects with the signal's reason when it is aborted. */
  async draw(
    kept: Belief,
    asked: { readonly name: string; readonly moment: number; readonly job: () => ComputeJob },
    signal: AbortSignal,
  ): Promise<Picture> {
    const known = this.#drawn.get(kept) ?? new Map<string, Drawing>()
    this.#drawn.set(kept, known)
    let drawing = known.get(asked.name)
    if (drawing?.moment !== asked.moment || drawing.stop.signal.aborted) {
      drawing = this.#begin(asked.job(), asked)
      known.set(asked.name, drawing)
      const begun = drawing
      // A failure is told to those who waited for it, and tried anew by the next.
      begun.picture.catch(() => {
        if (known.get(asked.name) === begun) known.delete(asked.name)
      })
    }
    return waitFor(drawing, signal)
  }

  /** How far a drawing of a twin's picture is; undefined when none is under way. */
  progress(twin: string, name: string): DrawingProgress | undefined {
    const drawing = this.#underWay.get(`${twin}|${name}`)
    if (!drawing) return undefined
    return {
      done: drawing.done ?? null,
      of: drawing.of ?? null,
      elapsed: Math.round(performance.now() - drawing.began),
      usual: this.#usual.get(`${twin}|${name}`) ?? null,
    }
  }

  #begin(job: ComputeJob, { name, moment }: { readonly name: string; readonly moment: number }): Drawing {
    const key = `${job.twin}|${name}`
    const stop = new AbortController()
    const began = performance.now()
    const onProgress = (done: number, of: number) => void Object.assign(drawing, { done, of })
    const picture = this.#pool
      .run(job, true, { signal: stop.signal, onProgress })
      .then((result) => {
        this.#usual.set(key, Math.round(performance.now() - began))
        return result.pictures![0]!
      })
      .finally(() => {
        if (this.#underWay.get(key) === drawing) this.#underWay.delete(key)
      })
    const drawing: Drawing = { moment, picture, stop, began, wanted: 0 }
    this.#underWay.set(key, drawing)
    return drawing
  }
}

/** Waits until it is drawn or the one who waits has left; the last to leave stops it. */
function waitFor(drawing: Drawing, signal: AbortSignal): Promise<Picture> {
  drawing.wanted++
  return new Promise((resolve, reject) => {
    const leave = () => {
      if (--drawing.wanted === 0) drawing.stop.abort(signal.reason)
      reject(signal.reason)
    }
    if (signal.aborted) {
      leave()
      return
    }
    signal.addEventListener('abort', leave, { once: true })
    drawing.picture.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave)
      drawing.wanted--
    })
  })
}
