/**
 * Finds numbered things again by four small integers; open addressing, because a `Map` keyed by strings is ten times
 * slower at a hundred thousand nodes.
 */
export interface InternTable {
  /** The number given to this key before, or −1. */
  find(op: number, a: number, b: number, c: number): number
  /** Gives a key that is not there yet its number. */
  add(op: number, a: number, b: number, c: number, number: number): void
}

export function createInternTable(): InternTable {
  let capacity = 1024
  let keys = new Int32Array(capacity * 4)
  let numbers = new Int32Array(capacity).fill(-1)
  let count = 0

  const slotOf = (op: number, a: number, b: number, c: number) => {
    let hash = Math.imul(op + 1, 0x9e3779b1) ^ Math.imul(a + 1, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ Math.imul(b + 1, 0x27d4eb2f)
    hash = Math.imul(hash ^ (hash >>> 13), 0x165667b1) ^ Math.imul(c + 1, 0x9e3779b1)
    let slot = (hash ^ (hash >>> 16)) & (capacity - 1)
    for (;;) {
      const at = slot * 4
      if (numbers[slot] === -1) return slot
      if (keys[at] === op && keys[at + 1] === a && keys[at + 2] === b && keys[at + 3] === c) return slot
      slot = (slot + 1) & (capacity - 1)
    }
  }
  const put = (op: number, a: number, b: number, c: number, number: number) => {
    const slot = slotOf(op, a, b, c)
    const at = slot * 4
    keys[at] = op
    keys[at + 1] = a
    keys[at + 2] = b
    keys[at + 3] = c
    numbers[slot] = number
  }
  const grow = () => {
    const oldKeys = keys
    const oldNumbers = numbers
    capacity *= 2
    keys = new Int32Array(capacity * 4)
    numbers = new Int32Array(capacity).fill(-1)
    for (const [slot, number] of oldNumbers.entries()) {
      const at = slot * 4
      if (number !== -1) put(oldKeys[at]!, oldKeys[at + 1]!, oldKeys[at + 2]!, oldKeys[at + 3]!, number)
    }
  }

  return {
    find: (op, a, b, c) => numbers[slotOf(op, a, b, c)]!,
    add(op, a, b, c, number) {
      put(op, a, b, c, number)
      count++
      if (count * 2 > capacity) grow()
    },
  }
}
