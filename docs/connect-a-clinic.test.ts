import { execFile } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../apps/server/test-support/test-server.ts'
import { fencesOf, patternOf, typedAndShown } from './test-support/fences.ts'

// docs/connect-a-clinic.md, typed from its first command to its last into one shell, beside a server with the page's settings.

const folder = mkdtempSync(join(tmpdir(), 'counterpart-clinic-'))
const fences = fencesOf(join(import.meta.dirname, 'connect-a-clinic.md'))
let house: TestServer

function provide(name: string, ...command: readonly string[]): void {
  const words = command.map((word) => `"${word}"`).join(' ')
  writeFileSync(join(folder, name), `#!/bin/sh\nexec ${words} "$@"\n`)
  chmodSync(join(folder, name), 0o755)
}

function isThere(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((place) => {
    try {
      accessSync(join(place, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const haveCurl = isThere('curl')
if (!haveCurl) console.log('skipped: no curl on the PATH')

beforeAll(async () => {
  const settings = join(folder, 'settings.json')
  writeFileSync(settings, fences.find(({ info }) => info === 'json')!.text)
  house = await startTestServer({ departments: settings })
  symlinkSync(house.directory, join(folder, 'data'), 'dir')
  provide('counterpart', process.execPath, join(import.meta.dirname, '../bin/counterpart.js'))
  writeFileSync(join(folder, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  if (!isThere('nc')) provide('nc', process.execPath, fileURLToPath(new URL('./test-support/nc.js', import.meta.url)))
})
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

test.skipIf(!haveCurl)('the page is true, command by command', { timeout: 60_000 }, async () => {
  const steps = fences.filter(({ info }) => info === 'console').flatMap(({ text }) => typedAndShown(text))
  expect(steps.length).toBeGreaterThan(15)
  const { http, mllp } = house.server.ports
  const mark = '--- next ---'
  const script = steps
    .map(({ typed }) => `${typed}\necho '${mark}'`)
    .join('\n')
    .replaceAll('127.0.0.1:4600', `127.0.0.1:${http}`)
    .replaceAll('127.0.0.1 2575', `127.0.0.1 ${mllp}`)
  const said = (await shell(script)).split(`${mark}\n`)
  for (const [i, { typed, shown }] of steps.entries()) expect.soft(said[i]?.trim(), typed).toMatch(patternOf(shown))
  expect(await facts()).toEqual([
    'absence p002',
    'clinic-layout',
    'day-sheet p001 2025-01-15: 0 visits',
    'day-sheet p001 2025-01-15: 1 visits',
    'day-sheet p002 2025-01-16: 1 visits',
    'rota-week p001 2025-01-20: 3 spans',
    'work-hour p001 2025-01-15T09: 2 actions',
    'work-hour p002 2025-01-15T09: 2 actions',
  ])
})

/** The newest version of each fact about the clinic, in words. */
async function facts(): Promise<readonly string[]> {
  const newest = new Map<string, { version: number; words: string }>()
  for await (const { payload } of house.server.platform.thread.read('clinic/north-family', {
    types: ['observation.recorded'],
  })) {
    const { id, version, channel, detail } = (payload as never as { observation: Fact }).observation
    if (channel === 'clinic-doubt') continue
    const { provider, day, week, visits, spans, hour, actions, covered } = detail
    if (channel === 'work-hour' && actions === 0) expect(covered).toBeLessThan(1)
    const said = {
      'day-sheet': `${day}: ${visits?.length} visits`,
      'rota-week': `${week}: ${spans?.length} spans`,
      'work-hour': `${new Date(hour ?? 0).toISOString().slice(0, 13)}: ${actions} actions`,
    }[channel]
    const words = [channel, provider, said].filter(Boolean).join(' ')
    if (channel === 'work-hour' && actions === 0) continue
    if ((newest.get(id)?.version ?? 0) <= version) newest.set(id, { version, words })
  }
  return [...newest.values()].map(({ words }) => words).sort()
}

interface Fact {
  readonly id: string
  readonly version: number
  readonly channel: string
  readonly detail: {
    readonly provider?: string
    readonly day?: string
    readonly week?: string
    readonly visits?: readonly unknown[]
    readonly spans?: readonly unknown[]
    readonly hour?: number
    readonly actions?: number
    readonly covered?: number
  }
}

function shell(script: string): Promise<string> {
  const { DATABASE_URL: _database, COUNTERPART_MASTER_KEY: _key, ...rest } = process.env
  const env = { ...rest, PATH: `${folder}${delimiter}${process.env.PATH}` }
  return new Promise((done) =>
    execFile('sh', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env }, (_error, stdout) => done(stdout)),
  )
}
