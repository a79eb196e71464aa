/** What happens at given times, once or again and again. */
export interface Timetable<T extends { readonly at: number }> {
  /** In ascending time, all within one span of repeating. */
  readonly entries: readonly T[]
  /** After which the entries come again; infinite when they do not. */
  readonly repeatEvery: number
  /** Whether what repeats did so before its first time, too. */
  readonly always: boolean
}

/** Entry `k`, counted on through the repetitions; undefined where there is none. */
export function entryOf<T extends { readonly at: number }>(timetable: Timetable<T>, k: number): T | undefined {
  const { always, entries, repeatEvery } = timetable
  if (repeatEvery === Number.POSITIVE_INFINITY) return entries[k]
  if (k < 0 && !always) return undefined
  return entries[k - entries.length * Math.floor(k / entries.length)]
}

/** When entry `k` comes; infinite where there is none. */
export function timeOfEntry(timetable: Timetable<{ readonly at: number }>, k: number): number {
  const entry = entryOf(timetable, k)
  if (!entry) return Number.POSITIVE_INFINITY
  const { entries, repeatEvery } = timetable
  return repeatEvery === Number.POSITIVE_INFINITY ? entry.at : entry.at + Math.floor(k / entries.length) * repeatEvery
}

/** The first entry after a time. */
export function entryAfter(timetable: Timetable<{ readonly at: number }>, time: number): number {
  const { always, entries, repeatEvery } = timetable
  if (entries.length === 0) return 0
  const cycle = repeatEvery < Number.POSITIVE_INFINITY ? Math.floor((time - entries[0]!.at) / repeatEvery) : 0
  let k = cycle < 0 && !always ? 0 : cycle * entries.length
  while (timeOfEntry(timetable, k) <= time) k++
  return k
}
