import { createHash } from 'node:crypto'
import { normalQuantile, randomStream } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { unmodelled, unmodelledSpread } from './build.ts'
import { emulate, emulatedNames, emulatorFile } from './emulator.ts'
import { emulatorBasis, integrated } from './integrated.ts'
import { type Physiology, physiology, physiologyNames } from './physiology.ts'

describe('the emulator of the limit cycle', () => {
  test('was made for the model that the twin has now', () => {
    const bound = (which: 'lower' | 'upper') =>
      emulatorFile.emulator.inputs.map((input) => Number(Math.exp(input[which]).toPrecision(12)))
    const hash = createHash('sha256')
      .update(emulatorBasis(bound('lower'), bound('upper')))
      .digest('hex')
    expect(hash, 'run twins/cardiovascular/build-emulator.ts after a change of the model').toBe(emulatorFile.hash)
  })

  test.each(['prior', 'box'] as const)('agrees with the engine over the %s as well as its file states', (over) => {
    const stream = randomStream('emulator-check', over)
    const size = 150
    const logs = new Float64Array(physiologyNames.length * size)
    const misses = emulatedNames.map(() => 0)
    const { inputs } = emulatorFile.emulator
    for (let m = 0; m < size; m++)
      for (const [p, variable] of physiology.entries()) {
        const u = stream.uniform()
        const { lower, upper } = inputs[p]!
        logs[p * size + m] =
          over === 'box'
            ? lower + (upper - lower) * u
            : Math.log(variable.median) + variable.standardDeviation * normalQuantile(u)
      }
    const emulated = emulate(logs, size)
    for (let m = 0; m < size; m++) {
      const truth = integrated(
        Object.fromEntries(
          physiologyNames.map((name, p) => [name, Math.exp(logs[p * size + m]!)]),
        ) as unknown as Physiology,
      )
      for (const [o, name] of emulatedNames.entries()) misses[o]! += (emulated[name][m]! / truth[name] - 1) ** 2 / size
    }
    // The root mean square of 150 errors with heavy tails scatters by some 20 %.
    for (const [o, name] of emulatedNames.entries())
      expect(Math.sqrt(misses[o]!), name).toBeLessThan(1.5 * emulatorFile.error[over][o]!.rms)
  })

  test('carries as much doubt about every quantity as other bodies bring', () => {
    const stream = randomStream('other-bodies')
    const bodies = 150
    const squares = emulatedNames.map(() => 0)
    for (let i = 0; i < bodies; i++) {
      const p = Object.fromEntries(
        physiology.map(({ name, median, standardDeviation }) => [
          name,
          median * Math.exp(standardDeviation * stream.normal()),
        ]),
      ) as unknown as Physiology
      const build = Object.fromEntries(unmodelled.map((name) => [name, Math.exp(unmodelledSpread * stream.normal())]))
      const [usual, other] = [integrated(p), integrated(p, build)]
      for (const [o, name] of emulatedNames.entries()) {
        const scale = (x: number) => (name === 'ejection-fraction' ? Math.log(x / (1 - x)) : Math.log(x))
        squares[o]! += (scale(other[name]) - scale(usual[name])) ** 2 / bodies
      }
    }
    const { loadings, explained } = emulatorFile.structure
    expect(explained).toBeGreaterThan(0.95)
    for (const [o, name] of emulatedNames.entries()) {
      const stated = Math.hypot(...loadings.map((loading) => loading[o]!))
      expect(Math.sqrt(squares[o]!) / stated, name).toBeGreaterThan(0.75)
      expect(Math.sqrt(squares[o]!) / stated, name).toBeLessThan(1.3)
    }
  })

  test('takes a patient outside the box at its nearest face', () => {
    const faces = emulatorFile.emulator.inputs
    const beyond = emulate(
      Float64Array.from(faces, ({ upper }) => upper + 1),
      1,
    )
    const face = emulate(
      Float64Array.from(faces, ({ upper }) => upper),
      1,
    )
    for (const name of emulatedNames) expect(beyond[name][0]).toBe(face[name][0])
  })
})
