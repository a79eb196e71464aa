import { execFile } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../apps/server/test-support/test-server.ts'
import { Intake, readDepartments } from '../intake/src/index.ts'
import { catalogueOf } from '../kernel/src/index.ts'
import { openThread } from '../thread/src/index.ts'
import { fencesOf, patternOf, typedAndShown } from './test-support/fences.ts'

// docs/connect-a-hospital.md, typed from its first command to its last into one shell.

const folder = mkdtempSync(join(tmpdir(), 'counterpart-hospital-'))
let house: TestServer

/** Puts a program on the PATH of the shell. */
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
  house = await startTestServer()
  symlinkSync(house.directory, join(folder, 'data'), 'dir')
  // `npx counterpart …` is what bin/counterpart.js does.
  const launcher = join(import.meta.dirname, '../bin/counterpart.js')
  provide('counterpart', process.execPath, launcher)
  writeFileSync(join(folder, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  if (!isThere('nc')) provide('nc', process.execPath, fileURLToPath(new URL('./test-support/nc.js', import.meta.url)))
  if (!isThere('mosquitto_pub'))
    provide(
      'mosquitto_pub',
      process.execPath,
      fileURLToPath(new URL('./test-support/mosquitto-pub.ts', import.meta.url)),
    )
})
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

test.skipIf(!haveCurl)('the page is true, command by command', { timeout: 60_000 }, async () => {
  const steps = fencesOf(join(import.meta.dirname, 'connect-a-hospital.md'))
    .filter(({ info }) => info === 'console')
    .flatMap(({ text }) => typedAndShown(text))
  expect(steps.length).toBeGreaterThan(15)
  const { http, mllp, mqtt } = house.server.ports
  const mark = '--- next ---'
  const script = steps
    .map(({ typed }) => `${typed}\necho '${mark}'`)
    .join('\n')
    .replaceAll('127.0.0.1:4600', `127.0.0.1:${http}`)
    .replaceAll('127.0.0.1 2575', `127.0.0.1 ${mllp}`)
    .replaceAll('-p 1883', `-p ${mqtt}`)
  const said = (await shell(script)).split(`${mark}\n`)
  for (const [i, { typed, shown }] of steps.entries()) expect(said[i]?.trim(), typed).toMatch(patternOf(shown))
  // By each of the three ways, and nothing but what the page says.
  const subject = house.server.platform.intake.subjectOf({ system: 'urn:oid:2.999.7', value: '4711' })!
  const protocols: string[] = []
  for await (const { payload } of house.server.platform.thread.read(subject, { types: ['observation.recorded'] }))
    protocols.push(
      (payload as unknown as { observation: { source: { protocol: string } } }).observation.source.protocol,
    )
  expect(protocols.sort()).toEqual(['fhir', 'hl7v2', 'hl7v2', 'hl7v2', 'mqtt'])
})

test('messages about exams come to what the page says', async () => {
  const fences = fencesOf(join(import.meta.dirname, 'connect-a-hospital.md'))
  const departments = readDepartments(fences.find(({ info }) => info === 'json')!.text)
  const examples = fences
    .filter(({ info }) => info === 'hl7')
    .flatMap(({ text }) => text.split('\n\n'))
    .map((text) => text.split('\n'))
  expect(examples.length).toBeGreaterThan(3)
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-exams-'))
  const clock = () => Date.UTC(2025, 0, 15, 12)
  const thread = await openThread({ directory, clock })
  const intake = await Intake.open({ thread, clock, catalogue: catalogueOf([]), departments })
  for (const lines of examples) {
    const before = await thread.lastPosition()
    const receipt = await intake.receiveHl7(lines.filter((line) => !line.startsWith('→')).join('\r'), {
      system: 'page',
    })
    const came = receipt.outcome === 'refused' ? [`→ AE: ${receipt.message}`] : []
    for await (const { stream, payload } of thread.readAll(before, { types: ['observation.recorded'] })) {
      const {
        exam: _,
        visit: __,
        patient: ___,
        order: ____,
        at: _____,
        what,
        ...said
      } = (
        payload as never as {
          observation: { detail: Record<string, unknown> }
        }
      ).observation.detail ?? { what: undefined }
      if (what !== undefined) came.push(`→ ${stream.split('/')[1]}: ${[what, ...Object.values(said)].join(' ')}`)
    }
    expect(came.sort(), lines[0]).toEqual(lines.filter((line) => line.startsWith('→')).sort())
  }
  intake.close()
  await thread.close()
  rmSync(directory, { recursive: true, force: true })
})

function shell(script: string): Promise<string> {
  const { DATABASE_URL: _database, COUNTERPART_MASTER_KEY: _key, ...rest } = process.env
  const env = { ...rest, PATH: `${folder}${delimiter}${process.env.PATH}` }
  return new Promise((done) =>
    execFile('sh', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env }, (_error, stdout) => done(stdout)),
  )
}
