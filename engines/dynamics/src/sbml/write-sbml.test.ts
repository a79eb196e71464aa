import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Model } from '../model.ts'
import { randomModel } from '../testing/random-model.test-data.ts'
import { liftStoichiometries } from './lift-stoichiometries.ts'
import { readSbml } from './read-sbml.ts'
import { sbml, suite, withoutPlaces } from './sbml.test-data.ts'
import { writeSbml } from './write-sbml.ts'

/** What writing and reading keep: all but places, the source and remarks. */
function kept(model: Model): unknown {
  const { source: _source, remarks: _remarks, ...rest } = liftStoichiometries(model)
  const fast = rest.reactions.some((reaction) => reaction.fast)
  const reactions = rest.reactions.map((reaction) =>
    fast && !reaction.rate ? { ...reaction, localParameters: [] } : reaction,
  )
  return withoutPlaces({ ...rest, reactions })
}

describe('what is written reads back as the same model', () => {
  test('random models', () => {
    fc.assert(
      fc.property(randomModel(), (model) => {
        const read = readSbml(writeSbml(model))
        expect(withoutPlaces({ ...read, source: 0, remarks: 0 })).toEqual({
          ...(kept(model) as object),
          source: 0,
          remarks: 0,
        })
        expect(withoutPlaces(readSbml(writeSbml(read)))).toEqual(withoutPlaces(read))
      }),
      { numRuns: 80 },
    )
  })

  test.skipIf(!suite)(suite ? 'every model of the SBML Test Suite' : 'skipped: no sbml-test-suite data', () => {
    let read = 0
    for (const name of readdirSync(suite!).filter((entry) => /^\d+$/.test(entry)))
      for (const file of readdirSync(join(suite!, name)).filter((entry) => entry.endsWith('.xml'))) {
        const text = readFileSync(join(suite!, name, file), 'utf8')
        if (text.includes('comp:required="true"')) continue
        const model = readSbml(text)
        const back = readSbml(writeSbml(model))
        expect(withoutPlaces({ ...back, source: 0, remarks: 0 }), file).toEqual({
          ...(kept(model) as object),
          source: 0,
          remarks: 0,
        })
        read++
      }
    expect(read).toBeGreaterThan(500)
  })
})

test('fast reactions are written in Level 3 Version 1, with newer mathematics by its package', () => {
  const fast = (formula: string) =>
    readSbml(
      sbml(
        `<listOfParameters><parameter id="k" value="1" constant="true"/></listOfParameters>
        <listOfReactions><reaction id="J" reversible="false" fast="true"><kineticLaw>
        <math xmlns="http://www.w3.org/1998/Math/MathML">${formula}</math></kineticLaw></reaction></listOfReactions>`,
        { version: 1 },
      ),
    )
  const plain = writeSbml(fast('<ci>k</ci>'))
  expect(plain).toContain('level="3" version="1"')
  expect(plain).not.toContain('l3v2extendedmath')
  const extended = writeSbml(fast('<apply><max/><ci>k</ci><cn>2</cn></apply>'))
  expect(extended).toContain('l3v2extendedmath')
  expect(readSbml(extended).reactions[0]).toMatchObject({ fast: true, rate: { operator: 'max' } })
  expect(readSbml(extended).remarks).toBeUndefined()
})

test('a stoichiometry formula becomes a rule on a symbol of its own', () => {
  const model = readSbml(
    sbml(
      `<listOfCompartments><compartment id="C" size="1"/></listOfCompartments>
      <listOfSpecies><species id="S" compartment="C" initialAmount="1"/></listOfSpecies>
      <listOfParameters><parameter id="J_S_stoichiometry" value="2"/></listOfParameters>
      <listOfReactions><reaction id="J"><listOfProducts><speciesReference species="S"><stoichiometryMath>
      <math xmlns="http://www.w3.org/1998/Math/MathML"><ci>J_S_stoichiometry</ci></math></stoichiometryMath>
      </speciesReference></listOfProducts></reaction></listOfReactions>`,
      { level: 2, version: 5 },
    ),
  )
  expect(model.reactions[0]!.products[0]).toMatchObject({ stoichiometry: { kind: 'symbol' }, constant: false })
  const back = readSbml(writeSbml(model))
  expect(back.reactions[0]!.products[0]).toMatchObject({ id: 'J_S_stoichiometry_2', constant: false })
  expect(back.rules).toMatchObject([
    { kind: 'assignment', symbol: 'J_S_stoichiometry_2', value: { kind: 'symbol', id: 'J_S_stoichiometry' } },
  ])
})

test('units made of defined units are spelt out', () => {
  const model = readSbml(sbml(''))
  const unit = (unit: string, exponent: number, scale = 0, multiplier = 1) => ({ unit, exponent, scale, multiplier })
  const written = writeSbml({
    ...model,
    unitDefinitions: [
      { id: 'minute', factors: [unit('second', 1, 0, 60)] },
      { id: 'speed', factors: [unit('metre', 1), unit('minute', -2, 3, 5)] },
    ],
  })
  expect(readSbml(written).unitDefinitions[1]!.factors).toEqual([
    unit('metre', 1),
    unit('dimensionless', -2, 3, 5),
    unit('second', -2, 0, 60),
  ])
  const loop = { ...model, unitDefinitions: [{ id: 'a', factors: [unit('a', 1)] }] }
  expect(() => writeSbml(loop)).toThrow(/a → a/)
})

test('a model that breaks the rules is not written', () => {
  const model = readSbml(sbml(''))
  const value = { kind: 'symbol', id: 'x' } as const
  expect(() => writeSbml({ ...model, rules: [{ kind: 'algebraic', value }] })).toThrow(/'x', which is not declared/)
})
