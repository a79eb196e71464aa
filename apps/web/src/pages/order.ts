import type { SubjectSummary } from '@counterpart/server/contract'

/** By what a list of subjects may be sorted: a column, or a headline quantity as `q:<name>`. A leading `-` turns it round. */
export type SortKey = string

export const defaultSort: SortKey = 'recommendations'

/** The order of ids under a sort key; those with something to decide come first by default. */
export function orderOf(subjects: readonly SubjectSummary[], sort: SortKey, locale?: string): readonly string[] {
  const backwards = sort.startsWith('-')
  const key = backwards ? sort.slice(1) : sort
  const text = new Intl.Collator(locale, { numeric: true })
  const name = (subject: SubjectSummary) => subject.name ?? subject.identifier ?? subject.id
  const compare = (a: SubjectSummary, b: SubjectSummary): number => {
    if (key === 'recommendations') return openRecommendations(b) - openRecommendations(a)
    if (key === 'name') return text.compare(name(a), name(b))
    if (key === 'location') return text.compare(a.location ?? '\uffff', b.location ?? '\uffff')
    if (key === 'data') return (b.lastObservation ?? 0) - (a.lastObservation ?? 0)
    if (key === 'twin') return newest(b) - newest(a)
    if (key.startsWith('q:')) return median(b, key.slice(2)) - median(a, key.slice(2))
    return 0
  }
  return [...subjects]
    .sort(
      (a, b) =>
        (backwards ? -compare(a, b) : compare(a, b)) || text.compare(name(a), name(b)) || text.compare(a.id, b.id),
    )
    .map((subject) => subject.id)
}

export function openRecommendations(subject: SubjectSummary): number {
  return subject.twins.reduce((sum, twin) => sum + twin.openRecommendations, 0)
}

function newest(subject: SubjectSummary): number {
  return Math.max(0, ...subject.twins.map((twin) => twin.asOf ?? 0))
}

function median(subject: SubjectSummary, quantity: string): number {
  for (const twin of subject.twins)
    for (const headline of twin.headlines) if (headline.quantity === quantity) return headline.summary.p50
  return Number.NEGATIVE_INFINITY
}

/** How many places of a frozen order a fresh one would change. */
export function changesBetween(frozen: readonly string[], fresh: readonly string[]): number {
  const known = new Set(frozen)
  const still = new Set(fresh)
  const arrived = fresh.filter((id) => !known.has(id)).length
  const left = frozen.filter((id) => !still.has(id)).length
  const a = frozen.filter((id) => still.has(id))
  const b = fresh.filter((id) => known.has(id))
  return arrived + left + (a.some((id, index) => id !== b[index]) ? 1 : 0)
}
