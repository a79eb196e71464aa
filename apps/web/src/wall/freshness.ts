const minute = 60_000

/** A line that is down for less than this usually comes back by itself. */
const lostFor = 20_000
/** A department is rarely without a message for so long; worth a word, though it may be a quiet night. */
const quietAfter = 15 * minute

/** How far what a wall shows may be relied on. `since`: from when on it is no longer told anything. */
export type Freshness =
  | { readonly state: 'fresh' }
  | { readonly state: 'quiet' | 'stale' | 'lost'; readonly since: number }

/** Judges by when the department was last heard of and whether the line to the server is up. */
export function freshnessOf(seen: {
  readonly now: number
  /** When something of the department was last so; null: never. */
  readonly heard: number | null
  readonly lostSince: number | null
  readonly staleAfter: number
}): Freshness {
  const { now, heard, lostSince, staleAfter } = seen
  if (lostSince !== null && now - lostSince >= lostFor) return { state: 'lost', since: lostSince }
  if (heard === null) return { state: 'fresh' }
  const age = now - heard
  if (age >= staleAfter) return { state: 'stale', since: heard }
  return age >= quietAfter ? { state: 'quiet', since: heard } : { state: 'fresh' }
}
