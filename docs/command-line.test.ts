import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commands } from '../apps/cli/src/commands.ts'
import { fencesOf, patternOf, typedAndShown } from './test-support/fences.ts'

// docs/command-line.md: what it says is typed is typed here, in its order, and what it says comes must come.

const repository = join(import.meta.dirname, '..')
const page = join(import.meta.dirname, 'command-line.md')
const folder = mkdtempSync(join(tmpdir(), 'counterpart-docs-'))
const launcher = join(repository, 'bin/counterpart.js')
const shim = join(folder, 'counterpart')
writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`)
chmodSync(shim, 0o755)
const { DATABASE_URL: _database, COUNTERPART_MASTER_KEY: _key, ...rest } = process.env
const env = { ...rest, PATH: `${folder}${delimiter}${process.env.PATH}` }

const records = resolve(repository, process.env.COUNTERPART_DATA ?? '../shared/data', 'mitdb')
const haveRecords = existsSync(join(records, '100.dat'))
if (haveRecords) symlinkSync(records, join(folder, 'mitdb'))
else console.log(`skipped: no MIT-BIH records in ${records}`)

let server: ChildProcess | undefined
afterAll(async () => {
  if (server && server.exitCode === null) {
    server.kill('SIGTERM')
    await new Promise((done) => server!.once('close', done))
  }
  rmSync(folder, { recursive: true, force: true })
})

for (const { info, line, text } of fencesOf(page).filter((fence) => fence.info.startsWith('console'))) {
  const where = `docs/command-line.md:${line}`
  if (info === 'console serve') test(`${where}: the server greets`, { timeout: 60_000 }, () => greets(text))
  else
    test.skipIf(info === 'console ecg' && !haveRecords)(where, { timeout: 60_000 }, async () => {
      // One shell for all, so that a variable holds; a line between what one command says and the next.
      const steps = typedAndShown(text)
      const mark = '--- next ---'
      const script = steps.map(({ typed }) => `${typed}\necho '${mark}'`).join('\n')
      const said = (await shell(script)).split(`${mark}\n`)
      for (const [i, { typed, shown }] of steps.entries()) expect(said[i]!.trim(), typed).toMatch(patternOf(shown))
    })
}

/** Starts what the page says, on free ports and without building the web app; it stays for what comes after. */
async function greets(text: string): Promise<void> {
  const [{ typed, shown }] = typedAndShown(text) as [{ typed: string; shown: string }]
  const ports = ['--port', '0', '--mllp-port', '0', '--mqtt-port', '0', '--no-web']
  server = spawn(shim, [...typed.split(' ').slice(1), ...ports], { cwd: folder, env })
  let [said, troubles] = ['', '']
  server.stderr!.on('data', (chunk: Buffer) => (troubles += chunk))
  await new Promise<void>((done, fail) => {
    server!.stdout!.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('Not a medical device')) done()
    })
    server!.once('close', () => fail(new Error(`the server ended: ${troubles}`)))
  })
  expect(said.trim()).toMatch(patternOf(shown))
  // What follows on the page asks for beliefs.
  const known = () => shell('counterpart thread stats').then((stats) => stats.includes('cardiovascular:patient/'))
  await expect.poll(known, { timeout: 30_000, interval: 200 }).toBe(true)
}

function shell(script: string): Promise<string> {
  return new Promise((done) =>
    execFile('sh', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env, maxBuffer: 1 << 26 }, (_error, stdout) =>
      done(stdout),
    ),
  )
}

test('no command and no option is left out', async () => {
  const text = readFileSync(page, 'utf8')
  for (const [name, load] of Object.entries(commands)) {
    expect(text).toContain(`\n## ${name}\n`)
    const section = text.split(`\n## ${name}\n`)[1]!.split('\n## ')[0]!
    const { usage } = await load()
    for (const form of usage) {
      const verb = /^\S+ ([a-z]+)\b/.exec(form)?.[1]
      if (verb) expect(section, form).toContain(`counterpart ${name} ${verb}`)
      for (const option of form.match(/--[a-z-]+/g) ?? [])
        if (option !== '--json') expect(section, form).toContain(option)
    }
  }
})
