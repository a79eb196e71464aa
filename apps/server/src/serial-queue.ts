/** Runs tasks of one key one after another, and tasks of different keys side by side. */
export class SerialQueue {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Runs `task` once every earlier task of `key` has ended, however it ended. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const tail = this.#tails.get(key) ?? Promise.resolve()
    const next = tail.then(task, task)
    this.#tails.set(key, next)
    const done = () => {
      if (this.#tails.get(key) === next) this.#tails.delete(key)
    }
    next.then(done, done)
    return next
  }

  /** Resolves when nothing is waiting or running. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.allSettled(this.#tails.values())
  }
}
