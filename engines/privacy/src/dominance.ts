/** The least and the greatest value that there can be; `null`: no limit. */
export interface Scale {
  readonly low: number
  readonly high: number | null
}

/**
 * Whether somebody who knows their own value learns that of another one too closely from the sum of these: the p % rule.
 * The largest contributor is protected when what all but the two largest contribute is at least `percent` of theirs; looked
 * at from both ends of the scale, since one who is alone at the bottom is as easily known.
 *
 * @param percent of the distance from the end of the scale, above 0
 */
export function isDominated(values: readonly number[], scale: Scale, percent: number): boolean {
  const fromLow = values.map((value) => value - scale.low)
  const ends = scale.high === null ? [fromLow] : [fromLow, values.map((value) => scale.high! - value)]
  return ends.some((distances) => dominated(distances, percent))
}

function dominated(distances: readonly number[], percent: number): boolean {
  const ordered = [...distances].sort((a, b) => b - a)
  const first = ordered[0] ?? 0
  // All at the very end: the mean says so of everybody.
  if (first <= 0) return true
  return ordered.slice(2).reduce((sum, value) => sum + value, 0) < (percent / 100) * first
}

/** Whether all are the same, which a standard deviation of zero would tell. */
export function areAlike(values: readonly number[]): boolean {
  return values.every((value) => value === values[0])
}
