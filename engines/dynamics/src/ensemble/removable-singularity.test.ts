import { expect, it, vi } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from '../system/build-system.ts'
import { simulateEnsemble } from './simulate-ensemble.ts'

vi.mock(import('./run-alone.ts'), () => ({
  runAlone: () => {
    throw new Error('a member left the kernel')
  },
}))

it.each(['dormand-prince', 'rodas', 'auto'] as const)(
  'a crossing on a removable singularity is passed beside it: %s',
  (method) => {
    // V falls through 0, where the model compares it and where V / (exp(V) - 1) is 0/0; its limit there is 1.
    const system = buildSystem(
      readAntimony("V = 1; V' = piecewise(-1, V > 0, -2); charge = 0; charge' = V / (exp(V) - 1)"),
    )
    const options = { end: 2, steps: 2, method } as const
    const { values, failures } = simulateEnsemble(system, { ...options, members: 3, observed: ['V', 'charge'] })
    expect(failures).toEqual([])
    const alone = simulate(compile(system, ['V', 'charge']), options).values
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(alone[i % 6]!, 8)
  },
)
