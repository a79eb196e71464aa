import type { RawDay } from '../../src/log/day-store.ts'
import type { Header } from '../../src/log/header.ts'
import type { NamedDay, Part } from '../../src/log/part.ts'
import type { LogOptions } from '../../src/work-event.ts'

/** Bytes of a file, from the start of a line to the end of one. */
export interface ByteRange {
  readonly from: number
  readonly until: number
}

/** What a worker is told: read a part of a file, or read some of it again for the events of some days. */
export interface Job {
  readonly path: string
  readonly header: Header
  /** As far as they go from thread to thread. */
  readonly options: Omit<LogOptions, 'closed'>
  readonly ranges: readonly ByteRange[]
  /** Events held at once. */
  readonly room: number
  readonly again: readonly NamedDay[] | undefined
  /** Bytes read by all workers together. */
  readonly progress: BigInt64Array
}

/** What a worker says when it is done. */
export type Answer =
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'days'; readonly days: readonly (RawDay & { readonly name: string })[] }
  | { readonly kind: 'failed'; readonly message: string }
