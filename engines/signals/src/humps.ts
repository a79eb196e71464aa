/** The last few values and their median. */
export class Recent {
  readonly #values: Float64Array
  readonly #sorted: Float64Array
  #count = 0
  #next = 0
  /** 0 while there are no values. */
  median = 0

  constructor(size: number) {
    this.#values = new Float64Array(size)
    this.#sorted = new Float64Array(size)
  }

  clear(): void {
    this.#count = 0
    this.#next = 0
    this.median = 0
  }

  add(value: number): void {
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % this.#values.length
    this.#count = Math.min(this.#count + 1, this.#values.length)
    const sorted = this.#sorted.subarray(0, this.#count)
    sorted.set(this.#values.subarray(0, this.#count))
    sorted.sort()
    const half = this.#count >> 1
    this.median = this.#count % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  }
}

/** A local maximum of the QRS feature. */
export interface Hump {
  /** Sample number of its top. */
  readonly at: number
  readonly height: number
}

/** Humps in order of time; the oldest fall out when it is full. */
export class HumpList {
  readonly #capacity: number
  #humps: Hump[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(hump: Hump): void {
    if (this.#humps.length === this.#capacity) this.#humps.shift()
    this.#humps.push(hump)
  }

  clear(): void {
    this.#humps.length = 0
  }

  largestAfter(time: number): Hump | undefined {
    let largest: Hump | undefined
    for (const hump of this.#humps) if (hump.at > time && !(largest && largest.height >= hump.height)) largest = hump
    return largest
  }

  /** Removes and returns the humps after a time. */
  takeAfter(time: number): readonly Hump[] {
    const taken = this.#humps.filter((hump) => hump.at > time)
    this.#humps = this.#humps.filter((hump) => hump.at <= time)
    return taken
  }
}
