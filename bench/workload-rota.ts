// How soon a rota of 52 physicians for four weeks is there, and how soon it is good.
import { performance } from 'node:perf_hooks'
import { loadRotaSolver, madeUpProblem, type RotaProgress, solveRota } from '@counterpart/provider-workload'
import type { Measurement } from '../scripts/measure.ts'

export async function bench(): Promise<Measurement[]> {
  const loading = performance.now()
  const solver = await loadRotaSolver()
  const loaded = performance.now() - loading
  const rows: Measurement[] = [{ name: 'HiGHS loaded', value: Math.round(loaded), unit: 'ms' }]
  for (const seed of ['bench-1', 'bench-2']) {
    const problem = madeUpProblem({ seed })
    const steps: RotaProgress[] = []
    const { user, system } = process.cpuUsage()
    const answer = solveRota(problem, solver, {
      seconds: 30,
      clock: () => performance.now(),
      progress: (step) => steps.push(step),
    })
    const used = process.cpuUsage()
    const processor = (used.user + used.system - user - system) / 1e6
    if (answer.state !== 'solved') {
      rows.push({ name: `${seed}: ${answer.state}`, value: answer.seconds.toFixed(1), unit: 's' })
      continue
    }
    const first = steps.find(({ points }) => points !== undefined)
    const gap = (100 * answer.gap).toFixed(2)
    rows.push(
      {
        name: `${seed}: first rota`,
        value: (first?.seconds ?? answer.seconds).toFixed(1),
        unit: 's',
        note: `${((first?.points ?? answer.points) / answer.points).toFixed(3)} × the points of the last`,
      },
      {
        name: `${seed}: last rota`,
        value: answer.seconds.toFixed(1),
        unit: 's',
        target: '≤ 30',
        met: answer.seconds <= 30,
        note: `gap ${gap} %, ${processor.toFixed(1)} s of processor time`,
      },
    )
  }
  return rows
}
