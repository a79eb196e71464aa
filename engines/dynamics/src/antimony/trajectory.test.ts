import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DynamicsError } from '../errors.ts'
import { simulate } from '../integrate/simulate.ts'
import type { Model } from '../model.ts'
import { readSbml } from '../sbml/read-sbml.ts'
import { suite } from '../sbml/sbml.test-data.ts'
import { writeSbml } from '../sbml/write-sbml.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { randomModel } from '../testing/random-model.test-data.ts'
import { readAntimony } from './read-antimony.ts'
import { writeAntimony } from './write-antimony.ts'

/** How Antimony spells a symbol: a local parameter `J1.k` is `J1_k`, what is called like a word of the language has `_`. */
const spellings = (symbol: string) => [symbol, symbol.replace('.', '_'), `${symbol}_`]

function follow(model: Model, wanted?: readonly string[]) {
  const system = buildSystem(model)
  const symbols = (wanted ?? [...system.quantities.keys()]).map(
    (symbol) => spellings(symbol).find((spelling) => system.quantities.has(spelling))!,
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

/** The same operations, but for products of conversion factors: the same but for the last bits. */
function expectSame({ symbols, values }: ReturnType<typeof follow>, other: ReturnType<typeof follow>): void {
  for (const [i, value] of values.entries())
    if (!Object.is(other.values[i], value))
      expect(Math.abs(other.values[i]! - value), symbols[i % symbols.length]).toBeLessThan(1e-9 * (1 + Math.abs(value)))
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
      // The same operations, but for products of conversion factors: the last bits.
      // The same operations, but for products of conversion factors: the last bits.
      expectSame(original, follow(through(model), original.symbols))
    }),
    { numRuns: 40, endOnFailure: true },
  )
})

/** Some of the suite's models that Antimony can say; all of them: `npm run validate -- round-trip`. */
const cases = suite === undefined ? [] : readdirSync(suite).filter((id) => /^\d+$/.test(id) && Number(id) % 60 === 0)
test.skipIf(cases.length === 0)(
  cases.length > 0 ? 'models of the SBML Test Suite run as they did' : 'skipped: no sbml-test-suite data',
  () => {
    const kept = cases.filter((id) => {
      const folder = join(suite!, id)
      const file = readdirSync(folder).findLast((name) => name.endsWith('.xml'))!
      const model = supported(() => readSbml(readFileSync(join(folder, file), 'utf8')))
      const text = model && supported(() => writeAntimony(model))
      const original = model && text !== undefined ? followed(model) : undefined
      if (!original || text === undefined) return false
      expectSame(original, follow(readAntimony(text), original.symbols))
      return true
    })
    expect(kept.length).toBeGreaterThan(cases.length / 2)
  },
)

function supported<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof DynamicsError && error.code === 'not-supported') return undefined
    throw error
  }
}
