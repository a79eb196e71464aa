import type { Instant, Observation } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { IntakeOptions } from '../options.ts'
import { observationsOf, openWard, type Ward } from '../test-support.ts'
import { readClinics } from './settings.ts'

/** A clinic of three people, small enough to follow by hand; everybody in it is invented. */
export const clinicFile = JSON.stringify({
  clinics: [
    {
      id: 'north-family',
      name: 'North family medicine',
      since: '2026-01-01T00:00:00Z',
      timeZone: 'Europe/London',
      pods: [
        { code: 'A', label: 'Pod A' },
        { code: 'B', label: 'Pod B' },
      ],
      providers: [
        {
          code: 'p001',
          label: 'Dr Adeyemi',
          pod: 'A',
          clinicalFte: 0.8,
          panel: 1600,
          users: ['adeyemi', 'adeyemi-home'],
          identifiers: [{ system: 'http://north.example/practitioner', value: '101' }, 'GP-101', 'Schedule/s1'],
        },
        {
          code: 'p002',
          label: 'Dr Brandt',
          pod: 'A',
          clinicalFte: 1,
          panel: 2000,
          users: ['brandt'],
          identifiers: ['GP-102', 'Practitioner/102'],
        },
        {
          code: 'p003',
          label: 'Chowdhury',
          pod: 'B',
          profession: 'advanced-practice',
          clinicalFte: 0.6,
          panel: 900,
          users: ['chowdhury'],
        },
      ],
      visitKinds: [
        { code: 'visit', label: 'Visit', minutes: 20, codes: ['FOLLOWUP'] },
        { code: 'annual', label: 'Annual review', minutes: 40, codes: ['ANNUAL'] },
      ],
      actions: { 'VENDOR-77': 'note.edit' },
      messages: { 'PAT-MSG': 'patient', 'RX-REQ': 'refill' },
      rota: { 'Session A': 'clinic' },
    },
  ],
})

export const clinics = readClinics(clinicFile)
export const clinicId = 'north-family'
const clinicStream = `clinic/${clinicId}`

/** A Wednesday: the present in these tests. */
export const present: Instant = Date.UTC(2026, 2, 11, 12)

export const peer = { system: 'clinic-tests' }

export function openClinic(options: Partial<IntakeOptions> = {}): Promise<Ward> {
  return openWard({ clinics, clock: () => present, pseudonymKey: new Uint8Array(32).fill(7), ...options })
}

/** The newest version of each fact about the clinic on a channel, in order of effective time and identity. */
export async function clinicFacts(thread: Thread, channel: string): Promise<readonly Observation[]> {
  const newest = new Map<string, Observation>()
  for (const each of await observationsOf(thread)) {
    if (each.subject !== clinicStream || each.channel !== channel) continue
    const known = newest.get(each.id)
    if (!known || each.version > known.version) newest.set(each.id, each)
  }
  return [...newest.values()].sort((a, b) => a.effective - b.effective || (a.id < b.id ? -1 : 1))
}

/** What holds of each thing, in the order of effective time: the detail of the latest fact about it. */
export async function latestDetails<T extends object>(
  thread: Thread,
  channel: string,
  about: (detail: T) => string,
): Promise<ReadonlyMap<string, T>> {
  const latest = new Map<string, T>()
  for (const { detail } of await clinicFacts(thread, channel))
    latest.set(about(detail as unknown as T), detail as unknown as T)
  return latest
}
