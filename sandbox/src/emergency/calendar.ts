import type { Instant } from '@counterpart/kernel'

/** Something that will happen; `call off` it and it will not. */
export interface Appointment {
  readonly at: Instant
  readonly order: number
  work: (() => void) | null
}

/** What happens when: earliest first, equal times in order of planning. A binary heap. */
export class Calendar {
  readonly #heap: Appointment[] = []
  #planned = 0

  plan(at: Instant, work: () => void): Appointment {
    const appointment: Appointment = { at, order: this.#planned++, work }
    const heap = this.#heap
    let hole = heap.length
    heap.push(appointment)
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (!before(appointment, heap[parent]!)) break
      heap[hole] = heap[parent]!
      hole = parent
    }
    heap[hole] = appointment
    return appointment
  }

  /** Takes out the earliest appointment that is due by `to`. */
  take(to: Instant): Appointment | undefined {
    const heap = this.#heap
    for (;;) {
      const first = heap[0]
      if (!first || first.at > to) return undefined
      const last = heap.pop()!
      if (heap.length > 0) this.#sink(last)
      if (first.work) return first
    }
  }

  #sink(appointment: Appointment): void {
    const heap = this.#heap
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (!before(heap[child]!, appointment)) break
      heap[hole] = heap[child]!
      hole = child
    }
    heap[hole] = appointment
  }
}

export function callOff(appointment: Appointment | null): void {
  if (appointment) appointment.work = null
}

function before(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
