// `node bench/peers/roadrunner.ts`: an ensemble of a BioModels-size model here and in libRoadRunner (Apache-2.0), which is
// installed from the Python Package Index into a folder of its own, and removed. Skipped where that cannot be reached.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulateEnsemble, writeSbml } from '@counterpart/dynamics'
import { type Measurement, record, table } from '../../scripts/measure.ts'
import { type BenchModel, benchModels } from '../dynamics-models.ts'

const rounds = 5
const members = 1000
const accuracy = { relativeTolerance: 1e-6, absoluteTolerance: 1e-12 } as const

/** CVODE for stiff problems there, here what is taken where nothing is said, at the same tolerances. */
export function compareWithRoadRunner(): readonly Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-roadrunner-'))
  try {
    const { program, why } = install(folder)
    if (!program) return [{ name: 'dynamics: libRoadRunner', value: Number.NaN, unit: '1', note: why! }]
    const smooth = benchModels().models.filter(({ system }) => system.crossings.length === 0)
    return smooth.map((model) => compare(model, program))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function compare({ name, model, system, observed, varied, end }: BenchModel, program: string): Measurement {
  const own = Number(system.parameters.find(({ symbol }) => symbol === varied)!.initial)
  const values = Float64Array.from({ length: members }, (_, i) => own * (1 + (0.1 * i) / members))
  const task = { end, steps: 10 }
  const input = JSON.stringify({ sbml: writeSbml(model), observed, varied, values: [...values], ...task, ...accuracy })
  const ours = () => {
    const began = performance.now()
    const options = { ...task, ...accuracy, members, given: { [varied]: values }, observed: [observed] }
    const { values: all } = simulateEnsemble(system, { ...options, method: 'auto' })
    return { seconds: (performance.now() - began) / 1000, sum: all.reduce((a, b) => a + b, 0) }
  }
  const theirs = () =>
    JSON.parse(
      execFileSync(program, [join(import.meta.dirname, 'roadrunner-ensemble.py')], {
        input,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    ) as { seconds: number; sum: number; version: string }
  ours()
  const pairs = Array.from({ length: rounds }, () => ({ our: ours(), their: theirs() }))
  const median = (of: (pair: (typeof pairs)[number]) => number) => pairs.map(of).toSorted((a, b) => a - b)[rounds >> 1]!
  const ratio = median(({ our, their }) => our.seconds / their.seconds)
  const { our, their } = pairs[0]!
  const apart = Math.abs(our.sum / their.sum - 1)
  const each = (seconds: number) => `${((1000 * seconds) / members).toPrecision(3)} ms`
  return {
    name: `dynamics: time relative to libRoadRunner, ensemble of ${members}, ${name}`,
    value: Number(ratio.toFixed(3)),
    unit: '1',
    target: '≤ 1',
    met: ratio <= 1 && apart < 1e-3,
    note: `median of ${rounds} alternating pairs; a member takes libRoadRunner ${their.version} (CVODE) ${each(median(({ their }) => their.seconds))}, here (auto) ${each(median(({ our }) => our.seconds))}; results ${apart.toExponential(0)} apart`,
  }
}

function install(folder: string): { readonly program?: string; readonly why?: string } {
  const program = join(folder, 'bin', 'python')
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', 'libroadrunner'], { stdio: 'pipe', timeout: 300_000 })
    return { program }
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer }
    const last = (stderr?.toString().trim().split('\n').at(-1) || message).slice(0, 200)
    return { why: `skipped: libRoadRunner could not be installed: ${last}` }
  }
}

if (import.meta.main) {
  const rows = compareWithRoadRunner()
  console.log(table(rows))
  if (rows.every(({ met }) => met !== undefined))
    record('bench', 'roadrunner', rows, 'node bin/pinned-node.js bench/peers/roadrunner.ts')
}
