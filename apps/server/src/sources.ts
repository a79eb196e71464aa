import type { Intake, Receipt } from '@counterpart/intake'
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

/** An intake that counts what passes through it. */
export function countedIntake(intake: Intake, sources: Sources): Intake {
  return new Proxy(intake, {
    get: (target, property) => {
      const member = Reflect.get(target, property, target) as unknown
      if (typeof member !== 'function') return member
      const method = member.bind(target) as (...args: unknown[]) => unknown
      const protocol = Object.hasOwn(doors, property) ? doors[property as keyof typeof doors] : undefined
      if (protocol === undefined) return method
      return async (...args: unknown[]) => {
        const result = (await method(...args)) as Receipt | readonly Receipt[]
        const { system } = args.at(-1) as { system: string }
        for (const receipt of [result].flat() as Receipt[]) sources.count(system, protocol, receipt)
        return result
      }
    },
  })
}

const doors = {
  receiveHl7: 'HL7 v2',
  receiveFhir: 'FHIR R4',
  receiveFhirBatch: 'FHIR R4',
  receiveReading: 'readings',
  refuse: 'unreadable',
} as const
