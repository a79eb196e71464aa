import type { Door, Peer, Receipt } from '@counterpart/intake'
import type { Instant } from '@counterpart/kernel'
import type { SourceList } from './contract/index.ts'

/** Counts, since the start, what came through each door. */
export interface Sources {
  count(receipt: Receipt, protocol: Door, peer: Pick<Peer, 'system'>): void
  list(): SourceList['sources']
}

export function openSources(clock: () => Instant): Sources {
  const byName = new Map<string, SourceList['sources'][number]>()
  return {
    count: (receipt, protocol, { system: name }) => {
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
      if (receipt.outcome === 'refused') {
        source.refused++
        // Everyone may see this, so it must not quote the message.
        source.lastRefusal = [receipt.code, receipt.location].filter(Boolean).join(' at ')
      } else if (receipt.outcome === 'accepted') source.accepted++
      else source.duplicates++
      byName.set(name, source)
    },
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
