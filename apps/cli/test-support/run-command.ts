import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const cache = join(import.meta.dirname, '../../../node_modules/.cache/counterpart-code')
const main = join(import.meta.dirname, '../src/main.ts')

/** Runs `counterpart …` in a process of its own and waits for its end. */
export function runCommand(...args: readonly string[]): Promise<Ended> {
  const { DATABASE_URL: _database, COUNTERPART_MASTER_KEY: _key, ...env } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { NODE_COMPILE_CACHE: cache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
}
