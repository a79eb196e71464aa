// A log of a year has millions of short arrays to come and go; made one by one they would leave memory in shreds.

/** Hands out short arrays of zeros as parts of long ones, for good. */
export function numberPool(): (length: number) => Int32Array<ArrayBuffer> {
  const chunk = 1 << 18
  let long = new Int32Array(0)
  let used = 0
  return (length) => {
    if (used + length > long.length) {
      long = new Int32Array(Math.max(chunk, length))
      used = 0
    }
    used += length
    return long.subarray(used - length, used)
  }
}

/** Hands out arrays of 2ⁿ numbers, of any content, and takes them back for others. */
export interface RowPool {
  take(atLeast: number): Int32Array<ArrayBuffer>
  give(rows: Int32Array<ArrayBuffer>): void
}

export function rowPool(): RowPool {
  const spare: Int32Array<ArrayBuffer>[][] = []
  const sizeOf = (length: number) => Math.max(10, 32 - Math.clz32(length - 1))
  return {
    take(atLeast) {
      const size = sizeOf(atLeast)
      return spare[size]?.pop() ?? new Int32Array(2 ** size)
    },
    give(rows) {
      const size = sizeOf(rows.length)
      if (rows.length !== 2 ** size) return
      spare[size] ??= []
      spare[size].push(rows)
    },
  }
}
