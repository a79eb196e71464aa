import type { BookedVisit, ClinicDoubt, Instant } from '@counterpart/kernel'
import { secretNameOf, sha256 } from '../hash.ts'
import type { ClinicSettings } from './settings.ts'

/** Where and when somebody is booked, or can still be. */
export interface AppointmentPlace {
  readonly provider: string
  readonly at: Instant
  readonly minutes: number
  /** A visit kind's code; of a slot, nothing. */
  readonly kind?: string
}

/** `free`: a slot that can be booked; `gone`: it is not there, and never was. */
export type AppointmentState = BookedVisit['state'] | 'free' | 'gone'

/**
 * What one message says of one appointment or slot, without whom it is for. What it leaves out is as an earlier one said.
 */
export interface AppointmentStatement {
  readonly clinic: string
  /** Names the appointment; nobody can find it by trying numbers, where intake has a key. */
  readonly appointment: string
  readonly said: Instant
  /** Of statements of one instant, the later step of an appointment's life has the higher one. */
  readonly rank: number
  readonly place?: AppointmentPlace
  readonly state?: AppointmentState
}

/** What a message says of the appointments of clinics, and what of it had to be assumed. */
export interface AppointmentFacts {
  readonly statement: AppointmentStatement
  readonly doubts: readonly ClinicDoubt[]
}

/** The name of an appointment. `key` is the secret behind all names; without one it is a hash that can be guessed. */
export function appointmentName(parts: readonly string[], key?: Uint8Array): string {
  return (key ? secretNameOf(key, 'appointment', ...parts) : sha256(JSON.stringify(['appointment', ...parts]))).slice(
    0,
    16,
  )
}

/** The visit kind that codes mean; where none is known, the one whose length is nearest, with a doubt. */
export function visitKindOf(
  codes: readonly string[],
  minutes: number | undefined,
  { visitKinds }: ClinicSettings,
): { readonly kind: ClinicSettings['visitKinds'][number]; readonly doubts: readonly ClinicDoubt[] } {
  for (const wanted of codes) {
    const kind = visitKinds.find(({ code, codes: also }) => code === wanted || also.includes(wanted))
    if (kind) return { kind, doubts: [] }
  }
  const away = (planned: number) => Math.abs(planned - (minutes ?? visitKinds[0]!.minutes))
  const kind = visitKinds.reduce((nearest, each) => (away(each.minutes) < away(nearest.minutes) ? each : nearest))
  if (codes.length === 0) return { kind, doubts: [] }
  const problem = `appointments: "${codes[0]!.slice(0, 64)}" is no kind of visit`
  return { kind, doubts: [{ problem, assumed: 'the kind whose planned length is nearest' }] }
}
