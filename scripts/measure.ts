// Runs measurements (`npm run bench`, `npm run validate`) and writes what they found to docs/results/.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** One measured figure. */
export interface Measurement {
  readonly name: string
  readonly value: number | string
  readonly unit: string
  /** What it should be, in words, e.g. `≥ 30,000`. */
  readonly target?: string
  readonly met?: boolean
  readonly note?: string
}

const root = join(import.meta.dirname, '..')

/**
 * Runs the measurements in a folder: every file that exports `bench` or `validate`, or those whose names are given.
 * Prints each as a table and writes `docs/results/<folder>-<file>.json` and `.md`. Resolves to whether all targets were met.
 */
export async function measure(folder: 'bench' | 'validate', names: readonly string[]): Promise<boolean> {
  let allMet = true
  for (const file of readdirSync(join(root, folder)).sort()) {
    const name = file.replace(/\.ts$/, '')
    if (!file.endsWith('.ts') || file === 'run.ts' || (names.length > 0 && !names.includes(name))) continue
    const module = (await import(pathToFileURL(join(root, folder, file)).href)) as Record<string, unknown>
    const run = module[folder]
    if (typeof run !== 'function') continue
    console.log(`\n${folder} ${name}`)
    const rows = (await run()) as readonly Measurement[]
    console.log(table(rows))
    allMet &&= rows.every(({ met }) => met !== false)
    record(folder, name, rows)
  }
  return allMet
}

/** Writes `docs/results/<folder>-<name>.json` and `.md`. */
export function record(
  folder: string,
  name: string,
  rows: readonly Measurement[],
  command = `npm run ${folder} -- ${name}`,
): void {
  const about = {
    commit: commit(),
    node: process.version,
    machine: `${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    command,
  }
  mkdirSync(join(root, 'docs/results'), { recursive: true })
  const base = join(root, 'docs/results', `${folder}-${name}`)
  writeFileSync(`${base}.json`, `${JSON.stringify({ ...about, rows }, null, 2)}\n`)
  const about1 = `\`${about.command}\` at commit ${about.commit}, Node.js ${about.node}, ${about.machine}.`
  writeFileSync(`${base}.md`, `# ${folder}: ${name}\n\n${about1}\n\n${table(rows)}\n`)
}

/** The rows as a Markdown table. */
export function table(rows: readonly Measurement[]): string {
  const cells = rows.map(({ name, value, unit, target, met, note }) => [
    name,
    `${typeof value === 'number' ? round(value) : value}${unit ? ` ${unit}` : ''}`,
    target ?? '',
    met === undefined ? '' : met ? 'yes' : '**no**',
    note ?? '',
  ])
  const head = ['what', 'measured', 'target', 'met', 'note']
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function round(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))))
  return Math.abs(value) < 1e-4
    ? value.toExponential(2)
    : Number(value.toFixed(Math.min(digits, 8))).toLocaleString('en-GB')
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
