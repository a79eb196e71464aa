/** A moment in time: whole milliseconds since 1970-01-01T00:00:00Z. Every fact has two: *effective* and *recorded*. */
export type Instant = number

/** A length of time in milliseconds. */
export type Milliseconds = number

export const second: Milliseconds = 1_000
export const minute: Milliseconds = 60_000
export const hour: Milliseconds = 3_600_000
export const day: Milliseconds = 86_400_000
