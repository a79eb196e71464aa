import { clinicChannels, type Observation } from '@counterpart/kernel'
import type { ThreadEvent } from '@counterpart/thread'
import { ofOneProvider } from './clinic-state.ts'

/**
 * What the general routes (traces, lists, live streams) show of an event on a clinic's stream: nothing that is about one person.
 * Whatever is not known to be about groups is left out. Who works here is shown by routes of their own, to those who may know.
 */
export function clinicPayload({ type, payload }: ThreadEvent): Readonly<Record<string, unknown>> {
  if (payload === null) return {}
  if (/^observation\./.test(type)) {
    const { observation } = payload as unknown as { observation: Observation }
    const { channel, status, version, effective, detail } = observation
    return {
      observation: { channel, status, version, effective, ...(channel === clinicChannels.cohort && { detail }) },
    }
  }
  return aboutGroups.test(type) ? payload : {}
}

const aboutGroups =
  /^(treatment\.reported|belief\.updated|forecast\.(issued|scored)|recommendation\.made|decision\.taken|action\.[a-z]+|outcome\.observed)$/

/** An observation whose words are about one person, and told to that person alone. */
export function isOfOneProvider({ channel, subject }: Pick<Observation, 'channel' | 'subject'>): boolean {
  return subject.startsWith('clinic/') && ofOneProvider.includes(channel)
}
