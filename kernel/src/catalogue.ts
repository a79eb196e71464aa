import type { Intervention, TwinDefinition } from './define-twin.ts'
import { KernelError } from './errors.ts'
import type { Channel, Coding } from './observation.ts'

/** What a platform with these twins can understand (channels) and carry out (interventions). */
export interface Catalogue {
  /** The channel a code belongs to, if any twin has one for it. */
  channelOf(coding: Pick<Coding, 'system' | 'code'>): Channel | undefined
  channel(name: string): Channel | undefined
  readonly channels: readonly Channel[]
  /** The intervention that an order code stands for. */
  interventionOf(coding: Pick<Coding, 'system' | 'code'>): Intervention | undefined
  readonly interventions: readonly Intervention[]
}

/** Merges what the definitions know. Throws {@link KernelError} `channel-clash` when two of them disagree. */
export function catalogueOf(definitions: readonly TwinDefinition[]): Catalogue {
  const byName = new Map<string, Channel>()
  const byCode = new Map<string, Channel>()
  const interventions = new Map<string, Intervention>()
  for (const definition of definitions) {
    for (const channel of definition.channels) {
      const known = byName.get(channel.name)
      if (known && known.unit !== channel.unit)
        throw new KernelError(
          'channel-clash',
          `channel "${channel.name}" of twin "${definition.kind}" is in ${channel.unit}, another twin has it in ${known.unit}; one name means one unit, so rename one of them`,
        )
      if (!known) byName.set(channel.name, channel)
      for (const coding of channel.codes) {
        const owner = byCode.get(key(coding))
        if (owner && owner.name !== channel.name)
          throw new KernelError(
            'channel-clash',
            `code ${coding.system}|${coding.code} belongs to channel "${owner.name}" and to "${channel.name}" (twin "${definition.kind}"); one code means one channel`,
          )
        if (!owner) byCode.set(key(coding), byName.get(channel.name)!)
      }
    }
    for (const intervention of definition.interventions) interventions.set(key(intervention.order.code), intervention)
  }
  return {
    channelOf: (coding) => byCode.get(key(coding)),
    channel: (name) => byName.get(name),
    channels: [...byName.values()],
    interventionOf: (coding) => interventions.get(key(coding)),
    interventions: [...interventions.values()],
  }
}

function key({ system, code }: Pick<Coding, 'system' | 'code'>): string {
  return `${system}|${code}`
}
