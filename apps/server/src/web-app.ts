import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '../../..')
const web = join(repository, 'apps/web')
const contract = join(repository, 'apps/server/src/contract')

/**
 * The folder of the built web app. Builds it when its sources have changed since the last time (a few seconds); says so by
 * `onBuild`. Throws with Vite's words when that fails.
 */
export async function builtWebApp(onBuild: () => void): Promise<string> {
  const folder = join(web, 'dist')
  const stamp = join(folder, 'built-from')
  const sources = hashOfSources()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return folder
  onBuild()
  await runVite()
  writeFileSync(stamp, sources)
  return folder
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  const folders = [join(web, 'src'), join(web, 'public'), contract].filter((each) => existsSync(each))
  for (const folder of folders)
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort(byPath))
      if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)))
  for (const name of ['index.html', 'vite.config.ts', 'package.json']) hash.update(readFileSync(join(web, name)))
  return hash.digest('hex')
}

function byPath(a: { parentPath: string; name: string }, b: { parentPath: string; name: string }): number {
  const [first, second] = [join(a.parentPath, a.name), join(b.parentPath, b.name)]
  return first < second ? -1 : 1
}

function runVite(): Promise<void> {
  const vite = join(repository, 'node_modules/vite/bin/vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the web app could not be built (vite ended with ${code}):\n${said}`)),
    )
  })
}
