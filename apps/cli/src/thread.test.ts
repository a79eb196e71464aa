import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendHl7, startTestServer, type TestServer, vitalSigns } from '../../server/test-support/test-server.ts'
import { runCommand } from '../test-support/run-command.ts'
import { thread } from './thread.ts'
import { token } from './token.ts'
import { UsageError } from './usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-cli-'))
const minute = 60_000
const begin = Date.UTC(2026, 4, 1, 8)
let now = begin
let house: TestServer

beforeAll(async () => {
  house = await startTestServer({ clock: () => now })
  for (let i = 0; i < 3; i++) {
    const values = { '8867-4': [80 + i, '/min'], '8480-6': [150, 'mm[Hg]'], '8462-4': [90, 'mm[Hg]'] } as const
    await sendHl7(house.server.ports.mllp, [vitalSigns({ control: `C${i}`, record: 'MRN-1', at: now, values })])
    now += minute
  }
  await house.server.platform.host.settled()
})
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a token made while the server runs opens the API with the role asked for', async () => {
  const { status, stdout } = await runCommand('token', '--role', 'clinician', '--data', house.directory)
  expect(status).toBe(0)
  // The command line has a clock of its own; this server's stands in spring 2026.
  const [issued, before] = [Date.now(), now]
  now = issued
  const ask = (token: string) =>
    fetch(`${house.server.url}/api/session`, { headers: { authorization: `Bearer ${token}` } })
  const answer = await ask(stdout.trim())
  expect(answer.status).toBe(200)
  expect(((await answer.json()) as { user: { role: string } }).user.role).toBe('clinician')
  expect((await ask('something else')).status).toBe(401)
  now = before
  const refused = await runCommand('token', '--role', 'owner', '--data', house.directory)
  expect([refused.status, refused.stdout]).toEqual([1, ''])
  expect(refused.stderr).toContain('choose one of patient, clinician')
})

test('verify, stats and replay read the thread while the server writes it', async () => {
  const verified = await runCommand('thread', 'verify', '--data', house.directory, '--json')
  expect(verified.status).toBe(0)
  expect(JSON.parse(verified.stdout)).toMatchObject({ broken: [] })
  const stats = JSON.parse((await runCommand('thread', 'stats', '--data', house.directory, '--json')).stdout)
  expect(stats.events).toBeGreaterThan(10)
  const twin: string = stats.streams.find(({ stream }: { stream: string }) => stream.includes(':')).stream
  const replayed = await runCommand('thread', 'replay', '--twin', twin, '--data', house.directory, '--json')
  const belief = JSON.parse(replayed.stdout)
  expect(belief).toMatchObject({ twin, asOf: begin + 2 * minute })
  const atTwo = `${new Date(begin + minute).toISOString()}`
  const earlier = await runCommand('thread', 'replay', '--twin', twin, '--valid-at', atTwo, '--data', house.directory)
  expect(earlier.stdout).toContain(`belief as of ${atTwo}`)
})

test('what is exported and imported elsewhere is the same thread, to the hash of every belief', async () => {
  const copy = join(folder, 'copy')
  const file = join(folder, 'thread.jsonl')
  expect(await runCommand('thread', 'export', '--out', file, '--data', house.directory)).toMatchObject({ status: 0 })
  const again = await runCommand('thread', 'export', '--out', file, '--data', house.directory)
  expect(again).toMatchObject({ status: 1, stdout: '' })

  const withoutKeys = await runCommand('thread', 'import', '--in', file, '--data', copy)
  expect(withoutKeys.status).toBe(1)
  expect(withoutKeys.stderr).toContain('copy the folder keys/')
  expect(existsSync(copy)).toBe(false)

  cpSync(join(house.directory, 'keys'), join(copy, 'keys'), { recursive: true })
  const imported = await runCommand('thread', 'import', '--in', file, '--data', copy, '--json')
  expect(imported.stderr).toBe('')
  const stats = async (directory: string) =>
    JSON.parse((await runCommand('thread', 'stats', '--data', directory, '--json')).stdout)
  const [there, here] = [await stats(copy), await stats(house.directory)]
  expect(JSON.parse(imported.stdout)).toEqual({ events: there.events, streams: there.streams.length })
  // The server may have gone on meanwhile, but what was exported came first.
  expect(here.streams).toEqual(
    expect.arrayContaining(there.streams.filter(({ stream }: { stream: string }) => stream.startsWith('patient/'))),
  )
  const twin: string = there.streams.find(({ stream }: { stream: string }) => stream.includes(':')).stream
  const hash = async (directory: string) =>
    JSON.parse((await runCommand('thread', 'replay', '--twin', twin, '--data', directory, '--json')).stdout).hash
  expect(await hash(copy)).toBe(await hash(house.directory))
})

test('a line that was changed is found, and what was imported so far does not open', async () => {
  const [file, copy] = [join(folder, 'changed.jsonl'), join(folder, 'changed')]
  await runCommand('thread', 'export', '--out', file, '--data', house.directory)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"effective":\d/, '"effective":9'))
  cpSync(join(house.directory, 'keys'), join(copy, 'keys'), { recursive: true })
  const { status, stdout, stderr } = await runCommand('thread', 'import', '--in', file, '--data', copy)
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/line \d+: event .* has been changed/)
})

test.each([
  [[], UsageError, 'expected one of verify, stats, replay, export, import'],
  [['burn'], UsageError, 'expected one of'],
  [['replay'], UsageError, 'add --twin'],
  [['export'], UsageError, 'add --out'],
  [['import'], UsageError, 'add --in'],
  [['verify', '--loud'], UsageError, '--loud'],
  [['import', '--in', '/nowhere/thread.jsonl'], Error, 'there is no file'],
  [['verify', '--data', '/nowhere'], Error, 'there is no thread in /nowhere'],
] as const)('thread %j is refused', async (args, kind, words) => {
  const refused = expect(thread.run(args)).rejects
  await refused.toBeInstanceOf(kind)
  await refused.toThrow(words)
})

test.each([
  [[], UsageError, 'add --role'],
  [['--role', 'clinician', '--hours', '0'], UsageError, '--hours must be a whole number from 1'],
  [['--role', 'clinician', '--data', '/nowhere'], Error, 'there are no accounts in /nowhere'],
] as const)('token %j is refused', async (args, kind, words) => {
  const refused = expect(token.run(args)).rejects
  await refused.toBeInstanceOf(kind)
  await refused.toThrow(words)
})
