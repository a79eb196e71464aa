/** Fewer visits tell nothing of what is usual. */
const fewestVisits = 30
/** Where less is signed for a visit than this, the log does not tell of signing. */
const leastSigned = 0.5
/** People differ by so much without anything being amiss. */
const usualDifference = 0.15
const mostUnseen = 0.8

/**
 * Part of each person's work that is not in the log under their name: who signs far fewer notes for a visit than the others
 * writes them elsewhere, under a second login that nobody has named, say. 0: nothing speaks for it.
 */
export function unseenOf(people: readonly { readonly notes: number; readonly visits: number }[]): readonly number[] {
  const parts = people
    .filter(({ visits }) => visits >= fewestVisits)
    .map(({ notes, visits }) => notes / visits)
    .sort((a, b) => a - b)
  const usual = parts[parts.length >> 1] ?? 0
  return people.map(({ notes, visits }) => {
    if (visits < fewestVisits || usual < leastSigned) return 0
    const missing = 1 - notes / visits / usual
    return missing < usualDifference ? 0 : Math.min(mostUnseen, missing)
  })
}
