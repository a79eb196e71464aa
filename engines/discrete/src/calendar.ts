/**
 * Events in the order they happen. Each has a handle, an integer from 0 that its owner chose; a handle is in the
 * calendar at most once. Events of one instant come by phase, then in the order they were scheduled.
 *
 * A 4-ary heap in typed arrays with the place of every handle beside it, so that any event can be moved or cancelled in
 * O(log n); its whole state is copied by `copyFrom`. What is taken out leaves a gap at the head, since the event that
 * happens most often schedules another, which goes there and sinks: half of the work of closing the gap and opening
 * another one at the end.
 */
export class Calendar {
  size = 0
  /** Whether the head is a gap; the events then lie at 1 … size. */
  #gap = false
  /** Scheduled so far: what tells events of one instant and phase apart. */
  #sequence = 0
  #times = new Float64Array(64)
  #orders = new Float64Array(64)
  #handles = new Int32Array(64)
  /** Place + 1 in the heap by handle, 0 for none. */
  #places = new Int32Array(64)

  /** The time of the next event, infinite when there is none. */
  get nextTime(): number {
    if (this.#gap) this.#close()
    return this.size > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY
  }

  /** The phase of the next event. */
  get nextPhase(): number {
    if (this.#gap) this.#close()
    return Math.floor(this.#orders[0]! / PHASE)
  }

  has(handle: number): boolean {
    return handle < this.#places.length && this.#places[handle]! > 0
  }

  /** The time at which this event is due; only for one that is in the calendar. */
  timeOf(handle: number): number {
    return this.#times[this.#places[handle]! - 1]!
  }

  /** Puts the event at this time and phase (0 … 15), moving it if it was in the calendar already. */
  schedule(handle: number, time: number, phase: number): void {
    if (handle >= this.#places.length) this.#growHandles(handle)
    const order = phase * PHASE + this.#sequence++
    if (this.#gap) {
      if (this.#places[handle] === 0) {
        this.#gap = false
        this.size++
        this.#put(0, time, order, handle)
        this.#sink(0)
        return
      }
      this.#close()
    }
    const moved = this.#places[handle]! - 1
    if (moved >= 0) {
      this.#put(moved, time, order, handle)
      this.#settle(moved)
      return
    }
    if (this.size === this.#times.length) this.#growHeap()
    this.#put(this.size, time, order, handle)
    this.#rise(this.size++)
  }

  /**
   * Gives an event that is in the calendar another time and leaves the calendar in disorder: quicker than scheduling
   * when nearly all are moved. Nothing else may be done before `settle`.
   */
  retime(handle: number, time: number): void {
    this.#times[this.#places[handle]! - 1] = time
  }

  /** Puts the calendar in order again; events of one instant and phase keep the order in which they were scheduled. */
  settle(): void {
    if (this.#gap) this.#close()
    for (let place = (this.size - 2) >> 2; place >= 0; place--) this.#sink(place)
  }

  /** Takes the event out; nothing happens when it is not in. */
  cancel(handle: number): void {
    if (handle >= this.#places.length) return
    if (this.#gap) this.#close()
    const place = this.#places[handle]! - 1
    if (place >= 0) this.#remove(place)
  }

  /** Takes out the next event and returns its handle; −1 when there is none. */
  pop(): number {
    if (this.#gap) this.#close()
    if (this.size === 0) return -1
    const handle = this.#handles[0]!
    this.#places[handle] = 0
    this.size--
    this.#gap = true
    return handle
  }

  /** Becomes equal to the other, which stays as it is. */
  copyFrom(other: Calendar): void {
    if (other.#gap) other.#close()
    if (this.#gap) this.#close()
    if (this.#times.length < other.size) {
      this.#times = new Float64Array(other.#times.length)
      this.#orders = new Float64Array(other.#times.length)
      this.#handles = new Int32Array(other.#times.length)
    }
    for (let i = 0; i < this.size; i++) this.#places[this.#handles[i]!] = 0
    if (this.#places.length < other.#places.length) this.#places = new Int32Array(other.#places.length)
    this.size = other.size
    this.#sequence = other.#sequence
    for (let i = 0; i < other.size; i++) {
      const handle = other.#handles[i]!
      this.#times[i] = other.#times[i]!
      this.#orders[i] = other.#orders[i]!
      this.#handles[i] = handle
      this.#places[handle] = i + 1
    }
  }

  /** What is in the calendar, as plain numbers. */
  toEntries(): CalendarEntries {
    if (this.#gap) this.#close()
    return {
      sequence: this.#sequence,
      times: [...this.#times.subarray(0, this.size)],
      orders: [...this.#orders.subarray(0, this.size)],
      handles: [...this.#handles.subarray(0, this.size)],
    }
  }

  /** A calendar with these entries. */
  static of({ sequence, times, orders, handles }: CalendarEntries): Calendar {
    const calendar = new Calendar()
    for (const [i, handle] of handles.entries()) {
      calendar.#sequence = orders[i]! % PHASE
      calendar.schedule(handle, times[i]!, Math.floor(orders[i]! / PHASE))
    }
    calendar.#sequence = sequence
    return calendar
  }

  #remove(place: number): void {
    this.#places[this.#handles[place]!] = 0
    const last = --this.size
    if (place === last) return
    this.#put(place, this.#times[last]!, this.#orders[last]!, this.#handles[last]!)
    this.#settle(place)
  }

  /** Nothing was scheduled where the last event was taken out: the last of the heap goes there. */
  #close(): void {
    this.#gap = false
    const last = this.size
    if (last === 0) return
    this.#put(0, this.#times[last]!, this.#orders[last]!, this.#handles[last]!)
    this.#sink(0)
  }

  #put(place: number, time: number, order: number, handle: number): void {
    this.#times[place] = time
    this.#orders[place] = order
    this.#handles[place] = handle
  }

  /** Lets the event at this place go where it belongs. */
  #settle(place: number): void {
    if (!this.#rise(place)) this.#sink(place)
  }

  // These two are told of a place and not of the event in it: numbers with a fraction that pass a call cost memory.

  /** Lets the event at this place go up where it belongs; whether it went. */
  #rise(start: number): boolean {
    const times = this.#times
    const orders = this.#orders
    const handles = this.#handles
    const places = this.#places
    const time = times[start]!
    const order = orders[start]!
    const handle = handles[start]!
    let place = start
    while (place > 0) {
      const parent = (place - 1) >> 2
      const other = times[parent]!
      if (other < time || (other === time && orders[parent]! < order)) break
      times[place] = other
      orders[place] = orders[parent]!
      const moved = handles[parent]!
      handles[place] = moved
      places[moved] = place + 1
      place = parent
    }
    times[place] = time
    orders[place] = order
    handles[place] = handle
    places[handle] = place + 1
    return place !== start
  }

  /** Lets the event at this place go down where it belongs. */
  #sink(start: number): void {
    const times = this.#times
    const orders = this.#orders
    const handles = this.#handles
    const places = this.#places
    const size = this.size
    const time = times[start]!
    const order = orders[start]!
    const handle = handles[start]!
    let place = start
    for (;;) {
      const first = 4 * place + 1
      if (first >= size) break
      const end = Math.min(first + 4, size)
      let best = first
      let least = times[first]!
      for (let child = first + 1; child < end; child++) {
        const other = times[child]!
        if (other < least || (other === least && orders[child]! < orders[best]!)) {
          best = child
          least = other
        }
      }
      if (time < least || (time === least && order < orders[best]!)) break
      times[place] = least
      orders[place] = orders[best]!
      const moved = handles[best]!
      handles[place] = moved
      places[moved] = place + 1
      place = best
    }
    times[place] = time
    orders[place] = order
    handles[place] = handle
    places[handle] = place + 1
  }

  #growHeap(): void {
    const length = 2 * this.#times.length
    this.#times = grown(this.#times, length)
    this.#orders = grown(this.#orders, length)
    this.#handles = grown(this.#handles, length)
  }

  #growHandles(handle: number): void {
    this.#places = grown(this.#places, Math.max(handle + 1, 2 * this.#places.length))
  }
}

/** Three columns, one row for each event; `orders` tell events of one instant apart. */
export interface CalendarEntries {
  readonly sequence: number
  readonly times: readonly number[]
  readonly orders: readonly number[]
  readonly handles: readonly number[]
}

/** Room for 2⁴⁸ events in each phase of an instant; 16 phases fit into 52 bits. */
const PHASE = 2 ** 48

/** A longer copy, with zeros behind. */
export function grown<T extends Float64Array | Int32Array>(array: T, length: number): T {
  const longer = new (array.constructor as new (length: number) => T)(length)
  longer.set(array)
  return longer
}
