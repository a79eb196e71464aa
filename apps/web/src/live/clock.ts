import { useSyncExternalStore } from 'react'

/** How far the server's clock is ahead of this browser's; ages are counted by the server's. */
let offset = 0

export function setServerTime(serverNow: number): void {
  const seen = serverNow - Date.now()
  // Below two seconds it is transit time, not skew.
  offset = Math.abs(seen) > 2000 ? seen : 0
}

/** Now, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offset
}

const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined
let current = 0

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (ticking === undefined)
    ticking = setInterval(() => {
      current = serverNow()
      for (const each of listeners) each()
    }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(ticking)
      ticking = undefined
    }
  }
}

/** Whether something has become older than it may be; draws anew only when the answer changes. */
export function useOlderThan(at: number | null, milliseconds: number): boolean {
  return useSyncExternalStore(subscribe, () => at !== null && serverNow() - at > milliseconds)
}

/** Now to the minute, moving once a minute: for how long people have waited. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(serverNow() / 60_000) * 60_000)
}

/** Now, moving once a second: for ages and countdowns. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    if (ticking === undefined || current === 0) current = Math.floor(serverNow() / 1000) * 1000
    return current
  })
}
