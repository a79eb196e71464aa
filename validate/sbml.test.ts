import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readSettings, runCase, within } from './sbml.ts'

test('a value passes within its case’s own tolerance only', () => {
  const tolerance = { absolute: 1e-3, relative: 1e-2 }
  expect(within(100.99, 100, tolerance)).toBe(true)
  expect(within(101.01, 100, tolerance)).toBe(false)
  expect(within(-0.0009, 0, tolerance)).toBe(true)
  expect(within(Number.NaN, 0, tolerance)).toBe(false)
  expect(within(Number.NaN, Number.NaN, tolerance)).toBe(true)
  expect(within(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, tolerance)).toBe(false)
  expect(within(1e308, Number.POSITIVE_INFINITY, tolerance)).toBe(false)
})

test('settings are read as they are written', () => {
  const text =
    'start: 0.5\r\nduration: 10\r\nsteps: 50\r\nvariables: S1, k\r\nabsolute: 1.0e-4\r\nrelative: 0.01 \r\namount: S1\r\nconcentration:\r\n'
  expect(readSettings(text)).toEqual({
    start: 0.5,
    duration: 10,
    steps: 50,
    variables: ['S1', 'k'],
    absolute: 1e-4,
    relative: 0.01,
    amount: ['S1'],
    concentration: [],
  })
})

describe('a case', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sbml-case-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const model = (
    attributes = '',
  ) => `<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2" ${attributes}>
    <model><listOfCompartments><compartment id="C" size="2" constant="true"/></listOfCompartments>
    <listOfSpecies><species id="S" compartment="C" initialAmount="6" hasOnlySubstanceUnits="false" boundaryCondition="true" constant="false"/></listOfSpecies>
    <listOfRules><rateRule variable="S"><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>S</ci></math></rateRule></listOfRules></model></sbml>`
  const write = (id: string, results: string, settings = '', xml = model(), type = 'TimeCourse') => {
    const at = join(folder, id)
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, `${id}-model.m`), `componentTags: Species\ntestTags: Amount\ntestType: ${type}\n`)
    writeFileSync(
      join(at, `${id}-settings.txt`),
      `start: 0\nduration: 1\nsteps: 1\nvariables: S\nabsolute: 1e-6\nrelative: 1e-6\n${settings}`,
    )
    writeFileSync(join(at, `${id}-results.csv`), results)
    writeFileSync(join(at, `${id}-sbml-l3v2.xml`), xml)
    return runCase(at, id)
  }
  test('passes, as a concentration or as an amount', () => {
    expect(write('1', `time,S\n0,3\n1,${3 * Math.E}\n`)).toMatchObject({
      outcome: 'passed',
      tags: ['Species', 'Amount'],
    })
    expect(write('2', `time,S\n0,6\n1,${6 * Math.E}\n`, 'amount: S\n')).toMatchObject({ outcome: 'passed' })
  })

  test('fails where it differs', () => {
    expect(write('3', 'time,S\n0,3\n1,8\n')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^S at 1 is 8.15\d+, expected 8$/),
    })
  })

  test('is refused by the name of the package it needs', () => {
    const required = 'xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true"'
    expect(write('4', 'time,S\n0,3\n', '', model(required))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining("'comp'"),
    })
    expect(write('5', '', '', model(), 'FluxBalanceSteadyState').reason).toContain('fbc')
  })
})
