import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Expression } from '../expression.ts'
import { randomExpression } from '../testing/random-expression.test-data.ts'
import { mathNamespace, readLambda, readMathml } from './read-mathml.ts'
import { readXml } from './read-xml.ts'
import { writeMathml } from './write-mathml.ts'
import { writeXml } from './write-xml.ts'

const units = 'http://www.sbml.org/sbml/level3/version2/core'
const read = (content: string) =>
  readMathml(readXml(`<math xmlns="${mathNamespace}" xmlns:s="${units}">\n${content}</math>`), units)
const csymbol = (name: string, text = '') =>
  `<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/${name}">${text}</csymbol>`

describe('numbers', () => {
  test.each([
    ['<cn> 2.50 </cn>', 2.5],
    ['<cn>-1e-3</cn>', -1e-3],
    ['<cn type="integer"> -7 </cn>', -7],
    ['<cn type="e-notation"> 6.02 <sep/> +23 </cn>', 6.02e23],
    ['<cn type="rational"> 1 <sep/> -4 </cn>', -0.25],
    ['<cn>.5</cn>', 0.5],
    ['<cn>4.9406564584124654e-324</cn>', 5e-324],
  ])('%s', (text, value) => {
    expect(read(text)).toMatchObject({ kind: 'number', value })
  })

  test('say their unit', () => {
    expect(read('<cn s:units="mole">1</cn>')).toMatchObject({ unit: 'mole' })
  })

  test.each([
    '<cn>1,5</cn>',
    '<cn>0x10</cn>',
    '<cn></cn>',
    '<cn>1 2</cn>',
    '<cn>Infinity</cn>',
    '<cn>1e400</cn>',
    '<cn type="integer">1.5</cn>',
    '<cn type="rational">1</cn>',
    '<cn type="rational">1<sep/>0</cn>',
    '<cn type="e-notation">1<sep/>2.5</cn>',
    '<cn type="complex-polar">1<sep/>2</cn>',
    '<cn>1<sep/>2</cn>',
    '<cn><ci>k</ci></cn>',
  ])('%s is none', (text) => {
    expect(() => read(text)).toThrow(/^line 2, column \d+/)
  })
})

describe('formulas', () => {
  test('operators, functions, symbols and constants', () => {
    const k: Expression = { kind: 'symbol', id: 'k', place: { line: 2, column: 1 } }
    expect(read('<ci> k </ci>')).toEqual(k)
    expect(read('<apply><plus/></apply>')).toMatchObject({ operator: 'plus', operands: [] })
    expect(read('<apply><minus/><pi/></apply>')).toMatchObject({ operator: 'minus', operands: [{ name: 'pi' }] })
    expect(read('<apply><ci>f</ci><ci>k</ci><exponentiale/></apply>')).toMatchObject({
      kind: 'call',
      function: 'f',
      operands: [{ id: 'k' }, { name: 'e' }],
    })
    expect(read('<apply><lt/><cn>1</cn><cn>2</cn><cn>3</cn></apply>')).toMatchObject({
      operands: [{ value: 1 }, { value: 2 }, { value: 3 }],
    })
  })

  test('root and log always have their degree and base', () => {
    const x = '<ci>x</ci>'
    expect(read(`<apply><root/>${x}</apply>`)).toMatchObject({ operands: [{ value: 2 }, { id: 'x' }] })
    expect(read(`<apply><log/>${x}</apply>`)).toMatchObject({ operands: [{ value: 10 }, { id: 'x' }] })
    const degree = '<degree><ci>n</ci></degree>'
    expect(read(`<apply><root/>${degree}${x}</apply>`)).toMatchObject({ operands: [{ id: 'n' }, { id: 'x' }] })
    const base = '<logbase><cn>3</cn></logbase>'
    expect(read(`<apply><log/>${base}${x}</apply>`)).toMatchObject({ operands: [{ value: 3 }, { id: 'x' }] })
  })

  test('SBML’s symbols are known by their URL, whatever they are called', () => {
    expect(read(csymbol('time', ' avogadro '))).toMatchObject({ kind: 'time' })
    expect(read(csymbol('avogadro'))).toMatchObject({ kind: 'named-number', name: 'avogadro' })
    expect(read(`<apply>${csymbol('delay', 'x')}<ci>x</ci><cn>1</cn></apply>`)).toMatchObject({
      kind: 'delay',
      of: { id: 'x' },
      by: { value: 1 },
    })
    expect(read(`<apply>${csymbol('rateOf')}<ci>x</ci></apply>`)).toMatchObject({ kind: 'rate-of', id: 'x' })
  })

  test('pieces, their conditions and what holds otherwise', () => {
    const piece = '<piece><cn>1</cn><true/></piece>'
    expect(read(`<piecewise>${piece}<otherwise><cn>2</cn></otherwise></piecewise>`)).toMatchObject({
      pieces: [{ value: { value: 1 }, condition: { name: 'true' } }],
      otherwise: { value: 2 },
    })
    expect(read('<piecewise/>')).toMatchObject({ kind: 'piecewise', pieces: [] })
    expect(read(`<piecewise>${piece}</piecewise>`)).not.toHaveProperty('otherwise')
  })

  test('what only annotates is passed over', () => {
    const noted = (inner: string) =>
      `<semantics>${inner}<annotation>a</annotation><annotation-xml><b/></annotation-xml></semantics>`
    expect(read(noted(`<apply>${noted('<plus/>')}${noted('<cn>1</cn>')}<cn>2</cn></apply>`))).toMatchObject({
      operator: 'plus',
      operands: [{ value: 1 }, { value: 2 }],
    })
  })

  test.each([
    ['<apply><sin/></apply>', /<sin\/> has 0 operands \(expected one\)/],
    ['<apply><sin/><cn>1</cn><cn>1</cn></apply>', /<sin\/> has 2 operands/],
    ['<apply><divide/><cn>1</cn></apply>', /<divide\/> has 1 operands \(expected two\)/],
    ['<apply><minus/></apply>', /one or two/],
    ['<apply><max/></apply>', /at least one/],
    ['<apply/>', /<apply> is empty/],
    ['<apply><diff/><bvar><ci>t</ci></bvar><ci>x</ci></apply>', /<diff> as an operator/],
    ['<apply><plus/><sin/></apply>', /<sin\/> is given as a value/],
    ['<apply><plus/><bvar><ci>x</ci></bvar></apply>', /<bvar> in a formula/],
    ['<lambda><cn>1</cn></lambda>', /<lambda> within a formula/],
    ['<vector/>', /<vector> in a formula/],
    ['<ci/>', /does not name a symbol/],
    ['<cn>1</cn><cn>1</cn>', /<math> holds 2 elements/],
    ['<piecewise><cn>1</cn></piecewise>', /<cn> in <piecewise>/],
    ['<piecewise><piece><cn>1</cn></piece></piecewise>', /<piece> holds 1 elements/],
    [csymbol('delay'), /'delay' is given as a value/],
    [`<apply>${csymbol('time')}<cn>1</cn></apply>`, /'time' as a function/],
    [`<apply>${csymbol('rateOf')}<cn>1</cn></apply>`, /rateOf is applied to <cn>/],
    ['<csymbol definitionURL="http://example.org/x">x</csymbol>', /definitionURL 'http:\/\/example.org\/x'/],
    ['<cn xmlns="">1</cn>', /<cn> is not MathML/],
  ])('%s is refused', (text, message) => {
    expect(() => read(text)).toThrow(message)
    expect(() => read(text)).toThrow(/^line [12], column \d+/)
  })

  test('of a thousand levels are read, deeper ones refused', () => {
    const nested = (depth: number) => `${'<apply><abs/>'.repeat(depth)}<cn>1</cn>${'</apply>'.repeat(depth)}`
    expect(read(nested(1000))).toMatchObject({ operator: 'abs' })
    expect(() => read(nested(1001))).toThrow(/lies in more than 1000 others/)
    const pieces = (depth: number) =>
      `${'<piecewise><otherwise>'.repeat(depth)}<cn>1</cn>${'</otherwise></piecewise>'.repeat(depth)}`
    expect(read(pieces(1000))).toMatchObject({ kind: 'piecewise' })
  })
})

test('a function is its arguments and its body', () => {
  const lambda = (content: string) =>
    readLambda(readXml(`<math xmlns="${mathNamespace}"><lambda>${content}</lambda></math>`), units)
  expect(lambda('<bvar><ci> x </ci></bvar><bvar><ci>y</ci></bvar><ci>y</ci>')).toMatchObject({
    arguments: ['x', 'y'],
    body: { id: 'y' },
  })
  expect(lambda('<cn>1</cn>')).toMatchObject({ arguments: [], body: { value: 1 } })
  expect(() => lambda('<bvar><ci>x</ci></bvar>')).toThrow(/holds 0 formulas/)
  expect(() => readLambda(readXml(`<math xmlns="${mathNamespace}"><cn>1</cn></math>`), units)).toThrow(
    /<cn> is not a function/,
  )
})

test('a formula comes back from being written', () => {
  const scope = {
    symbols: ['a', 'b'],
    functions: [{ id: 'f', arguments: ['x', 'y'], body: { kind: 'symbol', id: 'x' } }],
    rates: ['a'],
    units: ['mole', 'u_1'],
    time: true,
    delays: true,
    tame: false,
  } as const
  const withoutPlaces = (key: string, value: unknown) =>
    key === 'place' ? undefined : Object.is(value, -0) ? '-0' : value
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      const formula = randomExpression(draw, scope, 5)
      const text = writeXml({ name: 'x', attributes: { 'xmlns:s': units }, children: [writeMathml(formula, 's')] })
      const math = readXml(text).children.find((child) => typeof child !== 'string')!
      expect(JSON.stringify(readMathml(math, units), withoutPlaces)).toBe(JSON.stringify(formula, withoutPlaces))
    }),
  )
})
