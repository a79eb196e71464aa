import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { madeUpProblem, readRotaProblem } from '../twins/provider-workload/src/index.ts'
import { fencesOf, patternOf, typedAndShown } from './test-support/fences.ts'

// docs/write-a-rota.md: its files are written, and what it says is typed is typed here, in its order.

const page = join(import.meta.dirname, 'write-a-rota.md')
const folder = mkdtempSync(join(tmpdir(), 'counterpart-rota-'))
const shim = join(folder, 'counterpart')
const launcher = join(import.meta.dirname, '../bin/counterpart.js')
writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`)
chmodSync(shim, 0o755)
const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fences = fencesOf(page)
for (const { info, text } of fences) {
  const [, name] = /^yaml (\S+)$/.exec(info) ?? []
  if (name) writeFileSync(join(folder, name), `${text}\n`)
}

for (const { info, line, text } of fences)
  if (info === 'console')
    test(`docs/write-a-rota.md:${line}`, { timeout: 60_000 }, async () => {
      for (const { typed, shown } of typedAndShown(text))
        expect((await shell(typed)).trim(), typed).toMatch(patternOf(shown))
    })

test('every word that a file may have is on the page, every rule with its usual setting', () => {
  const said = readFileSync(page, 'utf8')
  const problem = madeUpProblem({ seed: 'page', physicians: 4, pods: 1, weeks: 1 })
  const wrong = (change: object) => {
    try {
      readRotaProblem({ ...problem, ...change })
    } catch (error) {
      return /expected one of (.*)$/.exec((error as Error).message)![1]!.split(', ')
    }
    throw new Error('taken')
  }
  const strange = { strange: 1 }
  const words = [
    ...wrong(strange),
    ...wrong({ pods: [strange] }),
    ...wrong({ people: [strange] }),
    ...wrong({ demand: [strange] }),
    ...wrong({ inbox: [strange] }),
    ...wrong({ turns: [strange] }),
    ...wrong({ rules: strange }),
  ]
  expect(words.length).toBeGreaterThan(80)
  expect(words.filter((word) => !said.includes(`\`${word}\``))).toEqual([])
})

function shell(script: string): Promise<string> {
  return new Promise((done) =>
    execFile('sh', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env }, (_error, stdout) => done(stdout)),
  )
}
