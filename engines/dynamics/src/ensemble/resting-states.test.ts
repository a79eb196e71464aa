import { expect, it, vi } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { buildSystem } from '../system/build-system.ts'
import { simulateEnsemble } from './simulate-ensemble.ts'

vi.mock(import('./run-alone.ts'), () => ({
  runAlone: () => {
    throw new Error('a member left the kernel')
  },
}))

it.each(['rodas', 'auto'] as const)(
  'an autocatalyst of which there is none does not come of rounding: %s',
  (method) => {
    // x and k make each other, and nothing else makes them; what they use up, s and w, is not at rest.
    const system = buildSystem(
      readAntimony(`x = 0; k = 0; s = 0.3; w = 0.7; f = 1
      x' = 1e5*s*k/(1e-3 + k) - x
      k' = 1e5*w*x/(1e-3 + x) - k
      s' = f*(1 - s) - 3e5*s*k/(1e-3 + k)
      w' = 1 - w^2/3 - 3e5*w*x/(1e-3 + x)`),
    )
    const f = Float64Array.of(0.5, 1, 2)
    const options = { members: 3, given: { f }, end: 5, steps: 5, observed: ['x', 'k', 's'], method }
    const { values, failures } = simulateEnsemble(system, options)
    expect(failures).toEqual([])
    for (const [member, rate] of f.entries()) {
      const last = values.subarray(18 * member + 15, 18 * member + 18)
      expect([last[0], last[1]]).toEqual([0, 0])
      expect(last[2]).toBeCloseTo(1 - 0.7 * Math.exp(-5 * rate), 7)
    }
  },
)
