import { joinSpans } from '../log/presence.ts'
import type { Span } from '../work-event.ts'

/** What of some spans is not within others. */
export function without(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  const cuts = joinSpans(others)
  return joinSpans(spans).flatMap(({ from, until }) => {
    const left: Span[] = []
    let start = from
    for (const cut of cuts) {
      if (cut.until <= start || cut.from >= until) continue
      if (cut.from > start) left.push({ from: start, until: cut.from })
      start = cut.until
    }
    if (start < until) left.push({ from: start, until })
    return left
  })
}

/** Milliseconds of a span that lie within others, which are in order and do not overlap. */
export function within(spans: readonly Span[], from: number, until: number): number {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.until <= from) low = middle + 1
    else high = middle
  }
  let sum = 0
  for (let i = low; i < spans.length && spans[i]!.from < until; i++)
    sum += Math.min(until, spans[i]!.until) - Math.max(from, spans[i]!.from)
  return sum
}
