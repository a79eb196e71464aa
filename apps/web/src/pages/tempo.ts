import type { TwinKind } from '@counterpart/server/contract'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How fast a kind of twin lives, from how soon what it observes goes stale: beats by the second, weights by the day. */
export interface Tempo {
  /** A twin that has taken in nothing for this long has fallen behind. */
  readonly staleAfter: number
  /** What a trend shows: short, medium, long. */
  readonly spans: readonly [short: number, medium: number, long: number]
}

const niceSpans = [
  30 * minute,
  hour,
  2 * hour,
  6 * hour,
  12 * hour,
  day,
  3 * day,
  7 * day,
  14 * day,
  30 * day,
  90 * day,
]

export function tempoOf(
  kind: (Pick<TwinKind, 'channels'> & Partial<Pick<TwinKind, 'forecastSteps'>>) | undefined,
): Tempo {
  const shortest = Math.min(...(kind?.channels ?? []).map((channel) => channel.staleAfter))
  const pace = Number.isFinite(shortest) ? shortest : 15 * minute
  // What is forecast by the week is seen beside weeks, however often it is observed.
  const firstStep = Math.min(...(kind?.forecastSteps ?? []))
  const shown = Number.isFinite(firstStep) ? Math.max(pace, firstStep / 2) : pace
  const at = niceSpans.findIndex((span) => span >= 2 * shown)
  const first = at < 0 ? niceSpans.length - 1 : at
  const span = (steps: number) => niceSpans[Math.min(niceSpans.length - 1, first + steps)]!
  return { staleAfter: Math.max(15 * minute, pace), spans: [span(0), span(2), span(4)] }
}
