/** Somebody did something about somebody's data. */
interface Entry {
  readonly at: number
  readonly who: string
  readonly role: string
  readonly outcome: string
  /** The deed, by its name or in words. */
  readonly action?: string
  readonly what?: string
  readonly about?: string
}

export interface Gathered<E> {
  /** The newest of them. */
  readonly entry: E
  readonly times: number
}

/** Entries of one person, deed and outcome as one, the newest first. */
export function gathered<E extends Entry>(entries: readonly E[]): readonly Gathered<E>[] {
  const all = new Map<string, Gathered<E>>()
  for (const entry of entries) {
    const { who, role, action, what, about, outcome } = entry
    const key = [who, role, action, what, about, outcome].join('\u0000')
    const before = all.get(key)
    const newest = before && before.entry.at >= entry.at ? before.entry : entry
    all.set(key, { entry: newest, times: (before?.times ?? 0) + 1 })
  }
  return [...all.values()].sort((a, b) => b.entry.at - a.entry.at)
}

/** Accounts of this house are `account:<name>`. */
export function personOf(who: string): string {
  return who.replace(/^account:/, '')
}
