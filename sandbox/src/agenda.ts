import type { Instant } from '@counterpart/kernel'

/** What is to be done when: ascending by time, equal times in order of entry. */
export class Agenda<Errand> {
  readonly #entries: { readonly at: Instant; readonly errand: Errand }[] = []

  plan(at: Instant, errand: Errand): void {
    let index = this.#entries.length
    while (index > 0 && this.#entries[index - 1]!.at > at) index--
    this.#entries.splice(index, 0, { at, errand })
  }

  /** Takes out the earliest errand that is due by `to`. */
  take(to: Instant): { readonly at: Instant; readonly errand: Errand } | undefined {
    const [first] = this.#entries
    return first && first.at <= to ? this.#entries.shift() : undefined
  }

  forget(which: (errand: Errand) => boolean): void {
    for (let i = this.#entries.length - 1; i >= 0; i--) if (which(this.#entries[i]!.errand)) this.#entries.splice(i, 1)
  }
}
