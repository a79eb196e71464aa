// Run by `dynamics.ts` in a process of its own: prints how much memory a large ensemble took, as JSON.
import { simulateEnsemble } from '@counterpart/dynamics'
import { benchModels } from './dynamics-models.ts'

if (import.meta.main) {
  const { system, varied, observed } = benchModels().models[0]!
  const members = 200_000
  const run = (members: number, given: Float64Array) =>
    simulateEnsemble(system, {
      members,
      given: { [varied]: given },
      end: 0.01,
      steps: 1,
      rows: 'last',
      observed: [observed],
      method: 'dormand-prince',
    })
  run(1000, new Float64Array(1000).fill(2.5))
  const before = process.resourceUsage().maxRSS
  const { values } = run(members, new Float64Array(members).fill(2.5))
  const taken = (process.resourceUsage().maxRSS - before) * 1024
  const held = 8 * members * (system.states.length + system.parameters.length)
  console.log(JSON.stringify({ taken, held, last: values.at(-1) }))
}
