import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// docs/configuration.md names every environment variable that a program of the house reads, and no other.

const repository = join(import.meta.dirname, '..')
const page = readFileSync(join(import.meta.dirname, 'configuration.md'), 'utf8')

/** Not ours to explain. */
const ofNoConcern = new Set(['PATH'])

function variablesRead(): ReadonlyMap<string, string> {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
  })
  const found = new Map<string, string>()
  for (const file of tracked
    .split('\n')
    .filter((name) => /\.(ts|tsx|js|mjs)$/.test(name) && !name.startsWith('docs/'))) {
    const path = join(repository, file)
    if (!existsSync(path)) continue
    const code = readFileSync(path, 'utf8')
    const source = '(?:process\\.env|\\benvironment)'
    const single = code.matchAll(new RegExp(`${source}\\??(?:\\.|\\[['"])([A-Z][A-Z0-9_]+)`, 'g'))
    for (const [, name] of single) found.set(name!, file)
    for (const [, names] of code.matchAll(new RegExp(`\\{([^{}]*)\\} = ${source}`, 'g')))
      for (const [name] of names!.matchAll(/\b[A-Z][A-Z0-9_]+\b/g)) found.set(name, file)
  }
  return found
}

test('every variable that is read is on the page', () => {
  const read = [...variablesRead()].filter(([name]) => !ofNoConcern.has(name))
  expect(read.length).toBeGreaterThan(15)
  expect(read.filter(([name]) => !page.includes(`\`${name}\``)).map(([name, file]) => `${name} in ${file}`)).toEqual([])
})

test('every variable on the page is read', () => {
  const named = [...page.matchAll(/^\| (.*?)\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name!),
  )
  const read = variablesRead()
  expect(named.filter((name) => !read.has(name))).toEqual([])
})
