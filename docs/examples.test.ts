import { execFile, spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { fencesOf } from './test-support/fences.ts'

// Every ```ts example of a README or a page in docs/ runs as it stands, and type-checks. A fence with a further word
// (```ts twin) is part of something larger and has a test of its own.

const repository = join(import.meta.dirname, '..')
// Inside the repository, so that the packages' names resolve; git ignores it.
const folder = join(repository, '.tmp/docs/examples')

interface Example {
  readonly page: string
  /** Line of the first line of code, counted from 1. */
  readonly line: number
  readonly code: string
  readonly file: string
}

const pages = globSync('**/*.md', {
  cwd: repository,
  exclude: (name) => name === 'node_modules' || name.startsWith('.'),
})
const examples = pages.sort().flatMap((page) => examplesOf(page))

function examplesOf(page: string): readonly Example[] {
  return fencesOf(join(repository, page))
    .filter(({ info }) => info === 'ts')
    .map(({ line, text }) => {
      const file = join(folder, `${page.replaceAll(/[/\\.]/g, '-')}-${line}.ts`)
      return { page, line, code: text, file }
    })
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // Empty lines first, so that whatever is wrong is reported with the line of the page. `export {}`: a module of its own.
  for (const { file, line, code } of examples) writeFileSync(file, `${'\n'.repeat(line - 1)}${code}\nexport {}\n`)
  const settings = {
    extends: '../../../tsconfig.json',
    compilerOptions: { noUnusedLocals: true },
    include: ['*.ts', '../../../*/src/*.d.ts'],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
})

test.concurrent.each(examples.map((example) => [`${example.page}:${example.line}`, example] as const))(
  'the example at %s runs',
  { timeout: 90_000 },
  async (_where, example) => {
    // console.assert only prints; here it must fail.
    const strict = `data:text/javascript,${encodeURIComponent(
      `import assert from 'node:assert'\nconsole.assert = (right, ...what) => assert(right, what.join(' ') || 'console.assert')`,
    )}`
    const flags = ['--disable-warning=ExperimentalWarning', '--import', strict]
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile(
        process.execPath,
        [...flags, example.file],
        { cwd: folder, timeout: 60_000, killSignal: 'SIGKILL' },
        (error, stdout, stderr) =>
          resolve({
            code: error === null ? 0 : error.killed ? 'not done after 60 s' : error.code,
            said: stdout + stderr,
          }),
      )
    })
    expect(code, inTermsOfThePage(said, example)).toBe(0)
  },
)

test('the examples type-check', { timeout: 90_000 }, () => {
  const tsc = join(repository, 'node_modules/.bin/tsc')
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: folder,
  })
  const said = examples.reduce((text, example) => inTermsOfThePage(text, example), stdout + stderr)
  expect(said).toBe('')
  expect(status).toBe(0)
})

test('every README shows an example that runs; those of the apps may show a command line', () => {
  const without = pages
    .filter((page) => page.endsWith('README.md') && page !== 'README.md')
    .filter((page) => !examples.some((example) => example.page === page))
    .filter((page) => !(dirname(page).startsWith('apps/') && /^ *`{3,}sh *$/m.test(read(page))))
  expect(without).toEqual([])
})

function inTermsOfThePage(text: string, { file, page }: Example): string {
  const name = file.slice(folder.length + 1)
  return text.replaceAll(`file://${file}`, page).replaceAll(file, page).replaceAll(`${name}(`, `${page}(`)
}

function read(page: string): string {
  return readFileSync(join(repository, page), 'utf8')
}
