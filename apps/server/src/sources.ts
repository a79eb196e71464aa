import type { Receipt } from '@counterpart/intake'
import type { Instant } from '@counterpart/kernel'
import type { SourceList } from './contract/index.ts'

/** Counts, since the start, what came through each door. */
export interface Sources {
  count(name: string, protocol: string, receipt: Receipt): void
  list(): SourceList['sources']
}

export function openSources(clock: () => Instant): Sources {
  const byName = new Map<string, SourceList['sources'][number]>()
  return {
    count: (name, protocol, receipt) => {
      const source = byName.get(name) ?? {
        name,
        protocol,
        lastMessage: null,
        accepted: 0,
        duplicates: 0,
        refused: 0,
        lastRefusal: null,
      }
      source.lastMessage = clock()
      if (receipt.outcome === 'accepted') source.accepted++
      else if (receipt.outcome === 'duplicate') source.duplicates++
      else {
        source.refused++
        source.lastRefusal = receipt.message
      }
      byName.set(name, source)
    },
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
