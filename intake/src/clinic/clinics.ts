import { type CivilTime, civilTime } from '@counterpart/numerics'
import { type ClinicSettings, sameIdentifier, sameUser } from './settings.ts'

/** A provider of a clinic that is followed. */
export interface KnownProvider {
  readonly clinic: ClinicSettings
  readonly provider: string
}

/** How a message names somebody or something: a number, within a system where it gives one. */
export interface Name {
  readonly system?: string | undefined
  readonly value: string
}

/** The clinics of this house, ready to be asked whose a login, a number or an hour is. */
export interface Clinics {
  readonly all: readonly ClinicSettings[]
  byId(id: string): ClinicSettings | undefined
  /** The provider whose {@link ClinicSettings.providers} identifiers one of these names is among. */
  provider(names: readonly Name[]): KnownProvider | undefined
  /** The provider who signs in as `user`. */
  userOf(clinic: string, user: string): string | undefined
  /** The clock on the clinic's wall. */
  time(clinic: string): CivilTime
}

export function clinicsOf(all: readonly ClinicSettings[]): Clinics {
  const byId = new Map(all.map((clinic) => [clinic.id, clinic]))
  const named = new Map<string, KnownProvider>()
  const users = new Map<string, string>()
  for (const clinic of all)
    for (const { code, users: logins, identifiers } of clinic.providers) {
      for (const identifier of identifiers) {
        const name = sameIdentifier(identifier)
        if (!named.has(name)) named.set(name, { clinic, provider: code })
      }
      for (const user of logins) users.set(`${clinic.id} ${sameUser(user)}`, code)
    }
  return {
    all,
    byId: (id) => byId.get(id),
    provider: (names) => {
      for (const name of names) {
        const found = named.get(sameIdentifier(name)) ?? named.get(name.value)
        if (found) return found
      }
      return undefined
    },
    userOf: (clinic, user) => users.get(`${clinic} ${sameUser(user)}`),
    time: (clinic) => civilTime(byId.get(clinic)!.timeZone),
  }
}
