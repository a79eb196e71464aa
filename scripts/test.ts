// `npm test`: every test of the house. Ends with one line, e.g. "812 passed, 0 failed, 3 skipped".
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-tests-'))
const report = join(folder, 'report.json')
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const { status, signal } = spawnSync(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', cwd: join(import.meta.dirname, '..') },
)

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numFailedTestSuites: number
}
let counted: Report | undefined
try {
  counted = JSON.parse(readFileSync(report, 'utf8')) as Report
} catch {
  console.error(`The test run ended ${signal ? `by ${signal}` : `with status ${status}`} before it could report.`)
}
rmSync(folder, { recursive: true, force: true })
if (!counted) process.exit(status || 1)
// A file that fails before its first test counts as one failure: it must not pass unseen.
const failed = Math.max(counted.numFailedTests, counted.numFailedTestSuites > 0 || status !== 0 ? 1 : 0)
const skipped = counted.numPendingTests > 0 ? `, ${counted.numPendingTests} skipped` : ''
console.log(`${counted.numPassedTests} passed, ${failed} failed${skipped}`)
process.exit(failed > 0 ? 1 : 0)
