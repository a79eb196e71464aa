import { expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { simulate } from './simulate.ts'

// V falls through 0, where the model compares it and where V / (exp(V) - 1) is 0/0; its limit there is 1.
const model = readAntimony(`
  V = 1; V' = piecewise(-1, V > 0, -2)
  charge = 0; charge' = V / (exp(V) - 1)
`)

for (const [name, machineOf] of [
  ['interpreted', interpret],
  ['compiled', compile],
] as const)
  it(`a crossing on a removable singularity is passed beside it, ${name}`, () => {
    const { values } = simulate(machineOf(buildSystem(model), ['V', 'charge']), { end: 2, steps: 2 })
    expect(values[4]).toBeCloseTo(-2, 9)
    // ∫ x / (eˣ − 1) from −2 to 0 is 3.213894569…, half of it for the doubled speed, and from 0 to 1 0.777504634….
    expect(values[5]).toBeCloseTo(0.7775046341122482 + 3.213894569219617 / 2, 6)
  })
