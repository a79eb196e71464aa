import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { hour as hourLength } from '@counterpart/kernel'
import { baseOf, hoursOfRows, type WorkHour } from '@counterpart/worklog'

/** Numbers of one event: milliseconds into its hour, the code of what was done, and a tag that tells it from others of that instant. */
const width = 3

/** The events of one person in one hour, each once, in order. */
export interface WorkRows {
  readonly values: Int32Array
  readonly count: number
}

export const noRows: WorkRows = { values: new Int32Array(0), count: 0 }

/** Events as they are collected, with duplicates, in any order. */
export interface RowCollector {
  add(time: number, code: number, tag: number): void
  readonly rows: WorkRows
}

export function rowCollector(): RowCollector {
  let values = new Int32Array(16 * width)
  let count = 0
  return {
    add(time, code, tag) {
      if ((count + 1) * width > values.length) {
        const more = new Int32Array(2 * values.length)
        more.set(values)
        values = more
      }
      values[count * width] = time
      values[count * width + 1] = code
      values[count++ * width + 2] = tag
    },
    get rows() {
      return { values, count }
    },
  }
}

/** Of `added` those that are not among `known`, each once, in order; `known` is as {@link united} gives it. */
export function freshRows(added: WorkRows, known: WorkRows): WorkRows {
  const order = Uint32Array.from({ length: added.count }, (_, i) => i * width)
  order.sort((i, j) => compare(added.values, i, added.values, j))
  const values = new Int32Array(added.count * width)
  let count = 0
  let next = 0
  for (const from of order) {
    if (count > 0 && compare(added.values, from, values, (count - 1) * width) === 0) continue
    while (next < known.count && compare(known.values, next * width, added.values, from) < 0) next++
    if (next < known.count && compare(known.values, next * width, added.values, from) === 0) continue
    values.set(added.values.subarray(from, from + width), count++ * width)
  }
  return { values: values.subarray(0, count * width), count }
}

/** Both in one, in order; they have none in common. */
export function united(a: WorkRows, b: WorkRows): WorkRows {
  if (a.count === 0) return b
  if (b.count === 0) return a
  const count = a.count + b.count
  const values = new Int32Array(count * width)
  let [i, j] = [0, 0]
  for (let to = 0; to < count; to++) {
    const first = j === b.count || (i < a.count && compare(a.values, i * width, b.values, j * width) < 0)
    const [from, at] = first ? [a, i++] : [b, j++]
    values.set(from.values.subarray(at * width, (at + 1) * width), to * width)
  }
  return { values, count }
}

/** The events of the first (or last) so many milliseconds of their hour. */
export function edgeRows({ values, count }: WorkRows, edge: 'first' | 'last', milliseconds: number): WorkRows {
  let split = 0
  const border = edge === 'first' ? milliseconds + 1 : hourLength - milliseconds
  while (split < count && values[split * width]! < border) split++
  return edge === 'first'
    ? { values: values.subarray(0, split * width), count: split }
    : { values: values.subarray(split * width), count: count - split }
}

/** What one person did in an hour, given the ends of the hours beside it; `undefined` when nothing. */
export function workHourOf(
  provider: string,
  hour: number,
  own: WorkRows,
  before: WorkRows,
  after: WorkRows,
): WorkHour | undefined {
  const base = hour - hourLength
  const rows = new Int32Array(4 * (own.count + before.count + after.count))
  let to = 0
  for (const [part, start] of [
    [before, 0],
    [own, hourLength],
    [after, 2 * hourLength],
  ] as const)
    for (let i = 0; i < part.count; i++, to += 4) {
      rows[to] = start + part.values[i * width]!
      rows[to + 1] = part.values[i * width + 1]!
      rows[to + 2] = part.values[i * width + 2]!
    }
  return hoursOfRows(rows, to / 4, base, provider).find((each) => each.hour === hour)
}

/** Whether any of these was something that somebody did, rather than something that came to them. */
export function anyDone({ values, count }: WorkRows, received: number): boolean {
  for (let i = 0; i < count; i++) if ((values[i * width + 1]! & 31) !== received) return true
  return false
}

/** Rows as a short text: steps of time, codes and tags by column, deflated. */
export function packed({ values, count }: WorkRows): string {
  const columns = new Int32Array(count * width)
  for (let i = 0; i < count; i++) {
    columns[i] = values[i * width]! - (i > 0 ? values[(i - 1) * width]! : 0)
    columns[count + i] = values[i * width + 1]!
    columns[2 * count + i] = values[i * width + 2]!
  }
  return deflateRawSync(new Uint8Array(columns.buffer)).toString('base64')
}

export function unpacked(text: string): WorkRows {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'))
  const columns = new Int32Array(new Uint8Array(bytes).buffer)
  const count = columns.length / width
  const values = new Int32Array(columns.length)
  for (let i = 0; i < count; i++) {
    values[i * width] = columns[i]! + (i > 0 ? values[(i - 1) * width]! : 0)
    values[i * width + 1] = columns[count + i]!
    values[i * width + 2] = columns[2 * count + i]!
  }
  return { values, count }
}

/** The instant of an event as the log's reader hands it on. */
export function instantOfRow(day: number, time: number): number {
  return baseOf(day) + time
}

function compare(a: Int32Array, i: number, b: Int32Array, j: number): number {
  return a[i]! - b[j]! || a[i + 1]! - b[j + 1]! || a[i + 2]! - b[j + 2]!
}
