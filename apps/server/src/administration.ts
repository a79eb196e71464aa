import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openAccounts, openRecords, openSessions, roles } from '@counterpart/governance'
import type { Milliseconds, Role } from '@counterpart/kernel'

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
      return all.map(({ username, displayName, roles: held, disabled }) => ({
        username,
        displayName,
        roles: held,
        disabled,
      }))
    },
    /** A new random password; ends all their sessions. Throws when there is no such account. */
    resetPassword: (username: string) => openAccounts({ records, clock }).resetPassword(username),
    close: () => records.close(),
  }
}
