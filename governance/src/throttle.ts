import { type Instant, type Milliseconds, minute, second } from '@counterpart/kernel'

/** Slows down guessing: after some free failures every further one doubles the wait. */
export interface Throttle {
  /** How long the caller must still wait before another try; 0: go on. */
  wait(username: string, address: string | undefined): Milliseconds
  /** Counts a failure; called before the slow check of a password, so that many tries at once do not all slip in. */
  failed(username: string, address: string | undefined): void
  /** Takes the failure back that was counted for this try. */
  succeeded(username: string, address: string | undefined): void
}

/**
 * Failures are counted three ways: for an account from one address (5 free), for an address whatever the account
 * (30 free: one hospital may sit behind one address), and for an account from anywhere (50 free, so that a stranger
 * cannot lock a clinician out with a handful of tries). After that the wait is 1 s, 2 s, 4 s … up to 15 min. A count is
 * forgotten 24 h after its last failure. At most `capacity` counts are kept; the oldest go first.
 */
export function signInThrottle(clock: () => Instant, capacity = 20_000): Throttle {
  const counts = new Map<string, { failures: number; until: Instant; forgetAt: Instant }>()
  const keys = (username: string, address: string | undefined): readonly [key: string, free: number][] => [
    [JSON.stringify(['pair', username, address ?? '']), 5],
    [JSON.stringify(['account', username]), 50],
    ...(address === undefined ? [] : ([[JSON.stringify(['address', address]), 30]] as [string, number][])),
  ]
  return {
    wait(username, address) {
      const now = clock()
      let longest = 0
      for (const [key] of keys(username, address)) {
        const count = counts.get(key)
        if (count === undefined) continue
        if (count.forgetAt <= now) counts.delete(key)
        else longest = Math.max(longest, count.until - now)
      }
      return longest
    },
    failed(username, address) {
      const now = clock()
      for (const [key, free] of keys(username, address)) {
        const failures = (counts.get(key)?.failures ?? 0) + 1
        const beyond = failures - free
        const wait = beyond < 0 ? 0 : Math.min(second * 2 ** Math.min(beyond, 20), 15 * minute)
        counts.delete(key)
        counts.set(key, { failures, until: now + wait, forgetAt: now + 24 * 60 * minute })
      }
      for (const key of counts.keys()) {
        if (counts.size <= capacity) break
        counts.delete(key)
      }
    },
    succeeded(username, address) {
      const [pair, account, from] = keys(username, address)
      counts.delete(pair![0])
      counts.delete(account![0])
      // The address keeps its count but for this try: one account known to a guesser must not wash away tries at others.
      const count = from && counts.get(from[0])
      if (count) counts.set(from[0], { ...count, failures: count.failures - 1, until: clock() })
    },
  }
}
