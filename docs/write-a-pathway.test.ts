import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { pathwaySchema } from '../engines/discrete/src/index.ts'
import { fencesOf, patternOf, typedAndShown } from './test-support/fences.ts'

// docs/write-a-pathway.md: its files are written, and what it says is typed is typed here, in its order. The ```ts example
// is run by docs/examples.test.ts.

const page = join(import.meta.dirname, 'write-a-pathway.md')
const folder = mkdtempSync(join(tmpdir(), 'counterpart-pathway-'))
const shim = join(folder, 'counterpart')
const launcher = join(import.meta.dirname, '../bin/counterpart.js')
writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`)
chmodSync(shim, 0o755)
const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fences = fencesOf(page)
for (const { info, text } of fences) {
  const [, name] = /^(?:yaml|json) (\S+)$/.exec(info) ?? []
  if (name) writeFileSync(join(folder, name), `${text}\n`)
}

for (const { info, line, text } of fences)
  if (info === 'console')
    test(`docs/write-a-pathway.md:${line}`, { timeout: 60_000 }, async () => {
      for (const { typed, shown } of typedAndShown(text))
        expect((await shell(typed)).trim(), typed).toMatch(patternOf(shown))
    })

test('every word that a step may have is on the page', () => {
  const keys = new Set<string>()
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties') for (const name of Object.keys(value)) keys.add(name)
      walk(value)
    }
  }
  walk((pathwaySchema().$defs as Record<string, unknown>).step)
  const said = readFileSync(page, 'utf8')
  expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(said))).toEqual([])
})

function shell(script: string): Promise<string> {
  return new Promise((done) =>
    execFile('sh', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env }, (_error, stdout) => done(stdout)),
  )
}
