import type { ThreadEvent } from './port.ts'

type Listener = (events: readonly ThreadEvent[]) => void

/** Tells listeners of commits, in order of position and none twice, whichever process has made them. */
export class Subscriptions {
  readonly #listeners = new Set<Listener>()
  readonly #read: (afterPosition: number) => Promise<readonly ThreadEvent[]>
  readonly #onListenerError: (error: unknown) => void
  /** The last position that listeners have been told of … */
  #position: number
  /** … and the last one known to be committed. */
  #target: number
  #committing = false
  #pumping: Promise<void> | undefined
  #closed = false

  /** `read` gives some of the events after a position, in order. */
  constructor(
    lastPosition: number,
    read: (afterPosition: number) => Promise<readonly ThreadEvent[]>,
    onListenerError: (error: unknown) => void,
  ) {
    this.#position = lastPosition
    this.#target = lastPosition
    this.#read = read
    this.#onListenerError = onListenerError
  }

  add(listener: Listener): () => void {
    // A function of its own, so that one listener may subscribe twice.
    const entry: Listener = (events) => listener(events)
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }

  /** Takes note that all up to `position` has been committed. */
  seen(position: number): void {
    if (this.#closed) return
    this.#target = Math.max(this.#target, position)
    if (this.#listeners.size === 0 && this.#pumping === undefined) this.#position = Math.max(this.#position, position)
    // Of its own commit a process may be notified before it has the answer; then the events are at hand in a moment.
    if (!this.#committing) this.#pumpIfBehind()
  }

  /** This process begins a commit of its own; {@link committed} or {@link failed} ends it. */
  committing(): void {
    this.#committing = true
  }

  failed(): void {
    this.#committing = false
    this.#pumpIfBehind()
  }

  /** Resolves when the listeners have been told of this process's own commit up to `last`. */
  async committed(first: number, last: number, events: () => readonly ThreadEvent[]): Promise<void> {
    this.#committing = false
    // Without gap since the last delivery: the events are at hand. Else others have written, and all is read back.
    if (this.#pumping === undefined && first === this.#position + 1) {
      this.#position = last
      if (this.#listeners.size > 0) this.#deliver(events())
    }
    this.seen(last)
    while (this.#position < last && this.#pumping !== undefined) await this.#pumping
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#listeners.clear()
    await this.#pumping
  }

  #pumpIfBehind(): void {
    if (this.#position < this.#target) this.#pumping ??= this.#pump()
  }

  /** Reads back what listeners have not been told of yet, and tells them. */
  async #pump(): Promise<void> {
    try {
      while (this.#position < this.#target && !this.#closed) {
        const events = await this.#read(this.#position)
        this.#position = events.at(-1)?.position ?? this.#target
        if (events.length > 0) this.#deliver(events)
      }
    } catch (error) {
      // The next commit, or the next look, goes on from here.
      if (!this.#closed) this.#onListenerError(error)
    } finally {
      this.#pumping = undefined
    }
  }

  #deliver(events: readonly ThreadEvent[]): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(events)
      } catch (error) {
        this.#onListenerError(error)
      }
    }
  }
}
