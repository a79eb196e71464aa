import type { Instant, Json, Role, SubjectId } from '@counterpart/kernel'
import { GovernanceError } from './errors.ts'
import {
  checkNewPassword,
  type PasswordCost,
  type PasswordHash,
  passwordHasher,
  type RandomBytes,
  readablePassword,
  secureRandomBytes,
} from './passwords.ts'
import type { Records } from './records.ts'
import { signInThrottle } from './throttle.ts'

export const roles = [
  'patient',
  'clinician',
  'manager',
  'researcher',
  'engineer',
  'steward',
] as const satisfies readonly Role[]

/** Someone who may sign in here, as others may see them. */
export interface Account {
  readonly username: string
  readonly displayName: string
  /** The first is the one taken at sign-in unless another is asked for. */
  readonly roles: readonly Role[]
  /** Whom it belongs to: the patient (without it, a patient sees nothing), or the provider of a clinic whose own work it shows. */
  readonly subject?: SubjectId
  readonly disabled: boolean
  /** The password was made here and not yet changed by its owner. */
  readonly passwordIsInitial: boolean
  readonly createdAt: Instant
  readonly passwordChangedAt: Instant
}

/** Whoever acts: one person in one role. */
export interface Principal {
  readonly userId: string
  readonly name: string
  readonly role: Role
  /** Themselves: for a patient `patient/…`, for a clinician who is a provider of a clinic `provider/…`. */
  readonly subject?: SubjectId
}

export interface FirstAccount {
  readonly username: string
  readonly role: Role
  readonly password: string
}

export interface Accounts {
  /** Makes one account per role when there is none at all, and tells their passwords this once; else returns nothing. */
  firstRun(): Promise<readonly FirstAccount[]>
  /**
   * Throws {@link GovernanceError} `sign-in-refused` (the same for an unknown name, a wrong password and a disabled
   * account), `role-not-held`, `too-many-attempts` or `busy` (with `retryAfter`).
   */
  signIn(attempt: SignInAttempt): Promise<Principal>
  /** With a generated password when none is given; returns the one to hand over. */
  create(account: NewAccount): Promise<{ readonly account: Account; readonly password: string }>
  /** The owner's own change; ends all sessions and tokens of the account. */
  changePassword(change: {
    readonly username: string
    readonly current: string
    readonly next: string
    readonly address?: string
  }): Promise<void>
  /** A steward's reset; returns the new password once; ends all sessions and tokens of the account. */
  resetPassword(username: string): Promise<string>
  /** A disabled account cannot sign in, and its sessions and tokens end at once. */
  setDisabled(username: string, disabled: boolean): Promise<void>
  /** Also ends sessions, since they carry the old roles. */
  setRoles(username: string, roles: readonly Role[]): Promise<void>
  /** Throws `account-invalid` unless the account holds a role that may be somebody: `patient/…` a patient, `provider/…` a clinician. */
  bindSubject(username: string, subject: SubjectId): Promise<void>
  get(username: string): Promise<Account | undefined>
  list(): Promise<readonly Account[]>
  /** The account as one who acts in `role` (its first when left out). Throws `account-unknown` or `role-not-held`. */
  principal(username: string, role?: Role): Promise<Principal>
  /** The first enabled account that holds the role: what `counterpart token --role` acts as. */
  withRole(role: Role): Promise<Account | undefined>
}

export interface SignInAttempt {
  readonly username: string
  readonly password: string
  readonly role?: Role
  /** Where the attempt comes from, for slowing down guessers. */
  readonly address?: string
}

export interface NewAccount {
  readonly username: string
  readonly displayName: string
  readonly roles: readonly Role[]
  readonly subject?: SubjectId
  readonly password?: string
}

export interface AccountsOptions {
  readonly records: Records
  readonly clock: () => Instant
  readonly randomBytes?: RandomBytes
  readonly cost?: PasswordCost
  /** Asks a list of breached passwords that the operator keeps; `true` refuses the password. */
  readonly isBreached?: (password: string) => Promise<boolean>
}

interface StoredAccount extends Account {
  readonly password: PasswordHash
}

const kind = 'account'

/** The embedded accounts: for one machine, or until OpenID Connect is configured. */
export function openAccounts(options: AccountsOptions): Accounts {
  const { records, clock, randomBytes = secureRandomBytes, cost, isBreached = async () => false } = options
  const hasher = passwordHasher({ cost, randomBytes })
  const throttle = signInThrottle(clock)

  const find = async (username: string) => (await records.get(kind, key(username))) as StoredAccount | undefined
  const known = async (username: string) => {
    const account = await find(username)
    if (account === undefined) throw unknown(username)
    return account
  }
  const change = async (username: string, next: (account: StoredAccount) => StoredAccount) => {
    const changed = await records.update(kind, key(username), (value) =>
      asJson(next(value as unknown as StoredAccount)),
    )
    if (changed === undefined) throw unknown(username)
  }
  const endSessions = (username: string) => records.removeOwnedBy('session', `account:${key(username)}`)
  const acceptable = async (password: string, about: { username: string; displayName?: string }) => {
    checkNewPassword(password, about)
    if (await isBreached(password))
      throw new GovernanceError('password-refused', 'this password is known from a breach elsewhere; choose another')
  }
  const stored = async (account: NewAccount, password: string): Promise<StoredAccount> => ({
    username: key(account.username),
    displayName: account.displayName.trim() || account.username,
    roles: account.roles,
    subject: account.subject,
    disabled: false,
    passwordIsInitial: true,
    createdAt: clock(),
    passwordChangedAt: clock(),
    password: await hasher.hash(password),
  })
  const authenticate = async (username: string, password: string, address: string | undefined) => {
    const name = key(username)
    const wait = throttle.wait(name, address)
    if (wait > 0)
      throw new GovernanceError(
        'too-many-attempts',
        `too many failed attempts; try again in ${Math.ceil(wait / 1000)} s`,
        { retryAfter: wait },
      )
    // Counted before the slow check, so that many tries at once do not all slip in under the limit.
    throttle.failed(name, address)
    const account = await find(name)
    const right = password.length <= 1024 && (await hasher.verify(password, account?.password))
    if (!right || account === undefined || account.disabled)
      throw new GovernanceError('sign-in-refused', 'the user name or the password is wrong, or the account is disabled')
    throttle.succeeded(name, address)
    return account
  }

  return {
    async firstRun() {
      if ((await records.list(kind)).length > 0) return []
      const first = await Promise.all(
        roles.map(async (role) => {
          const password = readablePassword(randomBytes)
          const displayName = role[0]!.toUpperCase() + role.slice(1)
          return { role, password, account: await stored({ username: role, displayName, roles: [role] }, password) }
        }),
      )
      const made = await records.putFirst(
        kind,
        first.map(({ account }) => ({ key: account.username, value: asJson(account) })),
      )
      return made ? first.map(({ role, password, account }) => ({ username: account.username, role, password })) : []
    },

    async signIn({ username, password, role, address }) {
      const account = await authenticate(username, password, address)
      if (hasher.outdated(account.password)) {
        const rehashed = await hasher.hash(password)
        // Only where the hash that was checked still stands: a change of password meanwhile wins.
        await change(username, (now) =>
          now.password.hash === account.password.hash ? { ...now, password: rehashed } : now,
        )
      }
      return asPrincipal(account, role)
    },

    async create(account) {
      const name = checkUsername(account.username)
      checkRoles(name, account.roles, account.subject)
      if (account.password !== undefined) await acceptable(account.password, account)
      const password = account.password ?? readablePassword(randomBytes)
      const made = await stored(account, password)
      if (!(await records.create(kind, name, asJson(made))))
        throw new GovernanceError('account-exists', `there is an account "${name}" already; choose another user name`)
      return { account: asAccount(made), password }
    },

    async changePassword({ username, current, next, address }) {
      const account = await authenticate(username, current, address)
      if (next === current)
        throw new GovernanceError('password-refused', 'the new password is the old one; choose another')
      await acceptable(next, account)
      const password = await hasher.hash(next)
      await change(username, (now) => ({ ...now, password, passwordIsInitial: false, passwordChangedAt: clock() }))
      await endSessions(username)
    },

    async resetPassword(username) {
      await known(username)
      const password = readablePassword(randomBytes)
      const hash = await hasher.hash(password)
      await change(username, (now) => ({ ...now, password: hash, passwordIsInitial: true, passwordChangedAt: clock() }))
      await endSessions(username)
      return password
    },

    async setDisabled(username, disabled) {
      await change(username, (now) => ({ ...now, disabled }))
      if (disabled) await endSessions(username)
    },

    async setRoles(username, next) {
      checkRoles(username, next, (await known(username)).subject)
      await change(username, (now) => ({ ...now, roles: next }))
      await endSessions(username)
    },

    async bindSubject(username, subject) {
      checkBinding(username, (await known(username)).roles, subject)
      await change(username, (now) => ({ ...now, subject }))
      await endSessions(username)
    },

    async get(username) {
      const account = await find(username)
      return account && asAccount(account)
    },

    list: async () => (await records.list(kind)).map(({ value }) => asAccount(value as unknown as StoredAccount)),

    principal: async (username, role) => asPrincipal(await known(username), role),

    async withRole(role) {
      const all = (await records.list(kind)).map(({ value }) => asAccount(value as unknown as StoredAccount))
      const holding = all.filter((account) => !account.disabled && account.roles.includes(role))
      // Scripts act for a role; only a patient's is always somebody's.
      return holding.find(({ subject }) => role === 'patient' || subject === undefined) ?? holding[0]
    },
  }
}

function asPrincipal(account: StoredAccount, role: Role = account.roles[0]!): Principal {
  if (!account.roles.includes(role))
    throw new GovernanceError(
      'role-not-held',
      `account "${account.username}" does not hold the role ${role}; it has ${account.roles.join(', ')}`,
    )
  const subject = account.subject && roleOfBound(account.subject) === role ? account.subject : undefined
  return { userId: `account:${account.username}`, name: account.displayName, role, ...(subject && { subject }) }
}

function asAccount({ password: _, ...account }: StoredAccount): Account {
  return account
}

function asJson(account: StoredAccount): Json {
  return account as unknown as Json
}

/** User names are compared without regard to case. */
function key(username: string): string {
  return username.trim().toLowerCase()
}

function checkUsername(username: string): string {
  const name = key(username)
  if (!/^[a-z0-9][a-z0-9._@-]{1,63}$/.test(name))
    throw new GovernanceError(
      'account-invalid',
      `user name "${username}" is not allowed; expected 2 to 64 of a–z, 0–9, ".", "_", "@", "-", beginning with a letter or digit`,
    )
  return name
}

function checkRoles(username: string, held: readonly Role[], subject: SubjectId | undefined): void {
  const wrong = held.find((role) => !roles.includes(role))
  if (held.length === 0 || wrong !== undefined)
    throw new GovernanceError(
      'account-invalid',
      `account "${username}" needs one or more of the roles ${roles.join(', ')}${wrong === undefined ? '' : `; "${wrong}" is none`}`,
    )
  if (subject !== undefined) checkBinding(username, held, subject)
}

function checkBinding(username: string, held: readonly Role[], subject: SubjectId): void {
  const role = roleOfBound(subject)
  if (role !== undefined && held.includes(role)) return
  throw new GovernanceError(
    'account-invalid',
    `account "${username}" cannot be bound to ${subject}: a patient account is bound to a patient, that of a clinician to a provider of a clinic, others to nobody`,
  )
}

/** In which role somebody is the subject that their account is bound to. */
export function roleOfBound(subject: SubjectId): Role | undefined {
  if (subject.startsWith('patient/')) return 'patient'
  return subject.startsWith('provider/') ? 'clinician' : undefined
}

function unknown(username: string): GovernanceError {
  return new GovernanceError(
    'account-unknown',
    `there is no account "${username}"; the list of accounts shows those there are`,
  )
}
