import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DynamicsError } from '../errors.ts'
import { simulate } from '../integrate/simulate.ts'
import type { Model } from '../model.ts'
import { readSbml } from '../sbml/read-sbml.ts'
import { writeSbml } from '../sbml/write-sbml.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { randomModel } from '../testing/random-model.test-data.ts'
import { readAntimony } from './read-antimony.ts'
import { writeAntimony } from './write-antimony.ts'

/** A local parameter `J1.k` is `J1_k` in Antimony. */
const spelled = (symbol: string) => symbol.replace('.', '_')

function follow(model: Model, wanted?: readonly string[]) {
  const system = buildSystem(model)
  const symbols = (wanted ?? [...system.quantities.keys()]).map((symbol) =>
    system.quantities.has(symbol) ? symbol : spelled(symbol),
  )
  const { values } = simulate(interpret(system, symbols), { end: 5, steps: 10, maximumSteps: 20_000 })
  return { symbols, values }
}

/** What a model does, unless it cannot be followed: it may switch endlessly or grow without bound. */
function followed(model: Model) {
  try {
    return follow(model)
  } catch (error) {
    if (error instanceof DynamicsError && ['no-convergence', 'not-finite'].includes(error.code)) return undefined
    throw error
  }
}

test.each([
  ['Antimony', (model: Model) => readAntimony(writeAntimony(model))],
  ['Antimony and SBML', (model: Model) => readSbml(writeSbml(readAntimony(writeAntimony(model))))],
  ['SBML and Antimony', (model: Model) => readAntimony(writeAntimony(readSbml(writeSbml(model))))],
])('a random model that was written in %s and read again runs as it did', (_, through) => {
  const models = fc.oneof(
    randomModel({ tame: true, without: ['delays'] }),
    randomModel({ tame: true, without: ['local parameters'] }),
  )
  fc.assert(
    fc.property(models, (model) => {
      const original = followed(model)
      fc.pre(original !== undefined)
      const { values } = follow(through(model), original.symbols)
      // The same operations, but for products of conversion factors: the last bits.
      // The same operations, but for products of conversion factors: the last bits.
      for (const [i, value] of original.values.entries())
        if (!Object.is(values[i], value))
          expect(Math.abs(values[i]! - value), original.symbols[i % original.symbols.length]).toBeLessThan(
            1e-9 * (1 + Math.abs(value)),
          )
    }),
    { numRuns: 40, endOnFailure: true },
  )
})
