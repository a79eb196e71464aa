import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openAccounts, openRecords, openSessions, roles } from '@counterpart/governance'
import { type Milliseconds, parseTwinId, type Role, type SubjectId } from '@counterpart/kernel'

/** What an administrator does from the command line, also while the server runs. */
export async function openAdministration(dataDirectory: string) {
  const path = join(resolve(dataDirectory), 'accounts.sqlite')
  if (!existsSync(path))
    throw new Error(`there are no accounts in ${resolve(dataDirectory)}; start the server once, or name its --data DIR`)
  const records = openRecords(path)
  const clock = () => Date.now()
  return {
    /** A bearer token for scripts that acts with this role. Throws when there is no such role. */
    issueToken: async (role: string, lifetime: Milliseconds, label: string): Promise<string> => {
      if (!roles.includes(role as Role))
        throw new Error(`there is no role "${role}"; choose one of ${roles.join(', ')}`)
      const account = await openAccounts({ records, clock }).withRole(role as Role)
      if (!account) throw new Error(`no account has the role "${role}"`)
      const principal = await openAccounts({ records, clock }).principal(account.username, role as Role)
      return (await openSessions({ records, clock }).issueToken(principal, { lifetime, label })).token
    },
    /** Everybody who can sign in with a password here. */
    accounts: async () => {
      const all = await openAccounts({ records, clock }).list()
      return all.map(({ username, displayName, roles: held, subject, disabled }) => ({
        username,
        displayName,
        roles: held,
        ...(subject !== undefined && { subject }),
        disabled,
      }))
    },
    /** An account for somebody, with a random password. Throws when there is one of this name, and for a role there is not. */
    add: async (username: string, role: string, subject?: string): Promise<string> => {
      const bound = subject === undefined ? {} : { subject: subjectNamed(subject) }
      const account = { username, displayName: username, roles: [role as Role], ...bound }
      return (await openAccounts({ records, clock }).create(account)).password
    },
    /** Binds an account to the patient, or the provider of a clinic, who it is; ends all their sessions. */
    bind: (username: string, subject: string) =>
      openAccounts({ records, clock }).bindSubject(username, subjectNamed(subject)),
    /** A new random password; ends all their sessions. Throws when there is no such account. */
    resetPassword: (username: string) => openAccounts({ records, clock }).resetPassword(username),
    close: () => records.close(),
  }
}

function subjectNamed(text: string): SubjectId {
  const subject = parseTwinId(`any:${text}`)?.subject
  if (!subject) throw new Error(`"${text}" is nobody; expected patient/ID, or provider/CLINIC.CODE`)
  return subject
}
