import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minute } from '@counterpart/kernel'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AccountsOptions, openAccounts } from './accounts.ts'
import { checkNewPassword, readablePassword } from './passwords.ts'
import { openRecords, type Records } from './records.ts'
import { openSessions } from './sessions.ts'
import { signInThrottle } from './throttle.ts'

let now = 1_700_000_000_000
let directory: string
let records: Records
const clock = () => now
const open = (options: Partial<AccountsOptions> = {}) => openAccounts({ records, clock, ...options })
const password = 'violet harbour lantern'
const clinician = { username: 'Ada', displayName: 'Ada King', roles: ['clinician', 'manager'] as const, password }

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'governance-'))
  records = openRecords(join(directory, 'accounts.db'))
})
afterEach(async () => {
  await records.close()
  await rm(directory, { recursive: true })
})

describe('accounts', () => {
  test('the first run makes one account per role whose passwords work, and only the first run does', async () => {
    const accounts = open()
    const first = await accounts.firstRun()
    expect(first.map(({ role }) => role)).toEqual([
      'patient',
      'clinician',
      'manager',
      'researcher',
      'engineer',
      'steward',
    ])
    expect(new Set(first.map((account) => account.password)).size).toBe(6)
    const { username, password, role } = first[1]!
    expect(await accounts.signIn({ username, password })).toMatchObject({ userId: 'account:clinician', role })
    expect(await open().firstRun()).toEqual([])
  })

  test('the file can be read by its owner alone, and holds no password', async () => {
    await open().create(clinician)
    expect((await stat(join(directory, 'accounts.db'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory, 'accounts.db-wal'))).mode & 0o777).toBe(0o600)
    expect(JSON.stringify(await records.list('account'))).not.toContain(password)
  })

  test('a wrong password, an unknown name and a disabled account are refused alike', async () => {
    const accounts = open()
    await accounts.create(clinician)
    await accounts.create({ ...clinician, username: 'ben' })
    await accounts.setDisabled('ben', true)
    const attempts = [
      { username: 'ada', password: 'not the one at all' },
      { username: 'nobody', password },
      { username: 'ben', password },
    ]
    const errors = await Promise.all(attempts.map((attempt) => accounts.signIn(attempt).catch((error) => error)))
    expect(new Set(errors.map((error) => `${error.code}: ${error.message}`)).size).toBe(1)
    expect(errors[0].code).toBe('sign-in-refused')
  })

  test('one may act in any role one holds and in no other', async () => {
    const accounts = open()
    await accounts.create(clinician)
    expect((await accounts.signIn({ username: ' ADA', password })).role).toBe('clinician')
    expect((await accounts.signIn({ username: 'ada', password, role: 'manager' })).role).toBe('manager')
    await expect(accounts.signIn({ username: 'ada', password, role: 'steward' })).rejects.toMatchObject({
      code: 'role-not-held',
    })
  })

  test('guessing is slowed down from one address, while the owner gets in from another', async () => {
    const accounts = open()
    await accounts.create(clinician)
    for (let i = 0; i < 5; i++)
      await expect(
        accounts.signIn({ username: 'ada', password: `guess number ${i}`, address: '198.51.100.1' }),
      ).rejects.toMatchObject({ code: 'sign-in-refused' })
    await expect(accounts.signIn({ username: 'ada', password, address: '198.51.100.1' })).rejects.toMatchObject({
      code: 'too-many-attempts',
      retryAfter: 1_000,
    })
    expect(await accounts.signIn({ username: 'ada', password, address: '198.51.100.2' })).toBeDefined()
    now += 1_000
    expect(await accounts.signIn({ username: 'ada', password, address: '198.51.100.1' })).toBeDefined()
  })

  test('raising the cost rehashes the password at the next sign-in', async () => {
    await open().create(clinician)
    const before = JSON.stringify(await records.get('account', 'ada'))
    const costlier = open({ cost: { N: 2 ** 16, r: 8, p: 1 } })
    await costlier.signIn({ username: 'ada', password })
    expect(before).toContain('"N":32768')
    expect(JSON.stringify(await records.get('account', 'ada'))).toContain('"N":65536')
    expect(await costlier.signIn({ username: 'ada', password })).toBeDefined()
  })

  test('a change of password, a reset and disabling end all sessions of the account', async () => {
    const accounts = open()
    const sessions = openSessions({ records, clock })
    await accounts.create(clinician)
    const begin = async (secret: string) =>
      (await sessions.begin(await accounts.signIn({ username: 'ada', password: secret }))).token
    let token = await begin(password)
    await accounts.changePassword({ username: 'ada', current: password, next: 'amber willow cascade' })
    expect(await sessions.check(token)).toBeUndefined()
    token = await begin('amber willow cascade')
    const reset = await accounts.resetPassword('ada')
    expect(await sessions.check(token)).toBeUndefined()
    token = await begin(reset)
    await accounts.setDisabled('ada', true)
    expect(await sessions.check(token)).toBeUndefined()
  })

  test('a patient account is bound to a subject, others are not', async () => {
    const accounts = open()
    await accounts.create({ username: 'pat', displayName: 'Pat', roles: ['patient'], password, subject: 'patient/1' })
    expect(await accounts.principal('pat')).toEqual({
      userId: 'account:pat',
      name: 'Pat',
      role: 'patient',
      subject: 'patient/1',
    })
    await expect(accounts.create({ ...clinician, subject: 'patient/1' })).rejects.toMatchObject({
      code: 'account-invalid',
    })
  })

  test('a clinician may be a provider of a clinic, and is nobody in another role', async () => {
    const accounts = open()
    await accounts.create(clinician)
    await accounts.bindSubject('ada', 'provider/north.p001')
    expect((await accounts.principal('ada')).subject).toBe('provider/north.p001')
    expect((await accounts.principal('ada', 'manager')).subject).toBeUndefined()
    await expect(accounts.bindSubject('ada', 'patient/1')).rejects.toMatchObject({ code: 'account-invalid' })
    await expect(accounts.bindSubject('ada', 'clinic/north')).rejects.toMatchObject({ code: 'account-invalid' })
  })

  test('the same name cannot be had twice', async () => {
    const accounts = open()
    await accounts.create(clinician)
    await expect(accounts.create({ ...clinician, username: 'ADA' })).rejects.toMatchObject({ code: 'account-exists' })
  })

  test('a list of breached passwords is asked', async () => {
    const accounts = open({ isBreached: async (word) => word === password })
    await expect(accounts.create(clinician)).rejects.toMatchObject({ code: 'password-refused' })
  })

  test('two processes with one file see each other’s accounts and sessions', async () => {
    const other = openRecords(join(directory, 'accounts.db'))
    await openAccounts({ records: other, clock }).create(clinician)
    const { token } = await openSessions({ records: other, clock }).issueToken(await open().principal('ada'))
    await other.close()
    expect((await openSessions({ records, clock }).check(token))?.principal.name).toBe('Ada King')
  })
})

describe('new passwords', () => {
  const about = { username: 'florence', displayName: 'Florence Nightingale' }
  test.each([
    ['short', 'tiny-pw', 'characters'],
    ['longer than anyone types', 'x1'.repeat(200), 'at most'],
    ['the user name', 'xxFlorence-2024!', 'name'],
    ['the user name in disguise', 'fl0r3nc3 at the sea', 'name'],
    ['the family name', 'my-nightingale-42', 'name'],
    ['a few characters over and over', 'abababababababab', 'repeats'],
    ['a well-known one in disguise', 'P@ssw0rd123456!', 'well-known'],
    ['two well-known ones', 'welcomeadmin99', 'well-known'],
    ['a run along the keyboard', 'qwertyuiop12', 'well-known'],
    ['a run along the digits', '1234567890123', 'run'],
    ['a run along the alphabet', 'zyxwvutsrqpo', 'run'],
  ])('%s: refused', (_, candidate, why) => {
    expect(() => checkNewPassword(candidate, about)).toThrow(new RegExp(why))
  })

  test('every generated one is accepted', () => {
    for (let i = 0; i < 200; i++) {
      const generated = readablePassword()
      expect(generated).toMatch(/^([a-z]{6}-){3}[a-z]{6}$/)
      expect(() => checkNewPassword(generated, about)).not.toThrow()
    }
  })
})

describe('the throttle', () => {
  test('never makes anyone wait longer than 15 min, whatever was tried', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.boolean(), fc.nat(5 * minute)), { maxLength: 200 }),
        (tries) => {
          let at = 0
          const throttle = signInThrottle(() => at, 5)
          for (const [user, address, right, pause] of tries) {
            at += pause
            throttle.failed(`u${user}`, `a${address}`)
            if (right) throttle.succeeded(`u${user}`, `a${address}`)
            const wait = throttle.wait(`u${user}`, `a${address}`)
            if (wait < 0 || wait > 15 * minute) return false
          }
          return true
        },
      ),
    )
  })

  test('a hospital behind one address signs in as often as it likes', () => {
    const throttle = signInThrottle(clock)
    for (let i = 0; i < 500; i++) {
      expect(throttle.wait(`u${i}`, 'hospital')).toBe(0)
      throttle.failed(`u${i}`, 'hospital')
      throttle.succeeded(`u${i}`, 'hospital')
    }
  })

  test('trying one password on many accounts from one address is slowed down', () => {
    const throttle = signInThrottle(clock)
    for (let i = 0; i < 30; i++) throttle.failed(`u${i}`, 'guesser')
    expect(throttle.wait('u99', 'guesser')).toBeGreaterThan(0)
    expect(throttle.wait('u99', 'elsewhere')).toBe(0)
  })
})
