// `npm run check`: types, lint and format, floors, dead code. Runs all, reports each, fails if any failed.
import { spawnSync } from 'node:child_process'

const checks: readonly [name: string, command: string, ...args: string[]][] = [
  ['types', 'tsc', '--noEmit'],
  ['lint', 'biome', 'check', '--error-on-warnings', '.'],
  [
    'floors',
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    'engines',
    'kernel',
    'thread',
    'intake',
    'outbound',
    'governance',
    'sandbox',
    'twins',
    'apps',
  ],
  ['dead code', 'knip'],
]
const chosen = process.argv.slice(2)
let failed = 0
for (const [name, command, ...args] of checks) {
  if (chosen.length > 0 && !chosen.some((word) => name.startsWith(word))) continue
  const started = Date.now()
  // Each tool runs on the Node.js that runs this file, not on the PATH's.
  const path = `${process.execPath.replace(/[/\\][^/\\]+$/, '')}:${process.cwd()}/node_modules/.bin:${process.env.PATH}`
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path } })
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (status !== 0) failed++
}
process.exit(failed === 0 ? 0 : 1)
