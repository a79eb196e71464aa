import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DynamicsError } from '../errors.ts'
import { simulate } from '../integrate/simulate.ts'
import type { Model } from '../model.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { checkUnits } from '../units/check-units.ts'
import { apply, cellml, ci, cn, diff, eq, math, membraneAndMeter, units } from './cellml.test-data.ts'
import { readCellml } from './read-cellml.ts'

const refusal = (text: string, options?: Parameters<typeof readCellml>[1]): DynamicsError => {
  try {
    readCellml(text, options)
  } catch (error) {
    if (error instanceof DynamicsError) return error
    throw error
  }
  throw new Error('was read')
}
const ruleOf = (model: Model, symbol: string) =>
  model.rules.find((rule) => rule.kind !== 'algebraic' && rule.symbol === symbol)
const parameterOf = (model: Model, id: string) => model.parameters.find((parameter) => parameter.id === id)

describe('connected variables are one quantity', () => {
  const model = readCellml(membraneAndMeter)

  test('named after the component that computes it; what rates are taken by is time', () => {
    expect(model).toMatchObject({
      id: 'small',
      source: { format: 'cellml', version: '1.0', time: 't' },
      units: { time: 'ms' },
    })
    expect(model.parameters.map(({ id, name, unit, value, constant }) => [id, name, unit, value, constant])).toEqual([
      ['membrane__V', 'membrane.V', 'mV', -80, false],
      ['membrane__k', 'membrane.k', 'mV_per_s', 2, true],
      ['meter__reading', 'meter.reading', 'volt', undefined, false],
      ['meter__clock', 'meter.clock', 'second', undefined, false],
      ['meter__V', 'meter.V', 'volt', undefined, false],
      ['meter__time', 'meter.time', 'second', undefined, false],
    ])
  })

  test('converted where units differ, with a factor that has a unit, so that all balances', () => {
    expect(ruleOf(model, 'meter__V')).toMatchObject({
      kind: 'assignment',
      value: { operator: 'times', operands: [{ id: 'membrane__V' }, { value: 0.001, unit: 'volt_per_mV' }] },
    })
    expect(ruleOf(model, 'meter__time')).toMatchObject({
      value: { operands: [{ kind: 'time' }, { value: 0.001, unit: 'second_per_ms' }] },
    })
    expect(ruleOf(model, 'membrane__V')).toMatchObject({
      kind: 'rate',
      value: { operands: [{ id: 'membrane__k' }, { value: 0.001, unit: 'second_per_ms' }] },
    })
    expect(checkUnits(model)).toEqual([])
  })

  test('so that each reads what the other means', () => {
    const machine = interpret(buildSystem(model), ['membrane__V', 'meter__reading', 'meter__clock'])
    const { values } = simulate(machine, { end: 500, steps: 1 })
    // 2 mV/s for 500 ms: 1 mV more than -80 mV; read in volts, 1 V up, and timed in seconds.
    expect([...values.slice(3)]).toEqual([-79, 0.921, 0.5].map((value) => expect.closeTo(value, 9)))
  })

  test('and refused where they cannot be, with both sides', () => {
    const other = membraneAndMeter.replace('<variable name="V" units="volt"', '<variable name="V" units="litre"')
    expect(refusal(other)).toMatchObject({
      code: 'units',
      place: { line: 27 },
      message: expect.stringContaining(
        'membrane.V and meter.V are connected and differ: left: mV (kg m² s⁻³ A⁻¹) right: litre (m³)',
      ),
    })
  })
})

describe('what an equation determines', () => {
  const one = (inside: string, version: '1.0' | '2.0' = '1.0') =>
    readCellml(cellml(version, `<component name="c">${inside}</component>`))
  const variable = (name: string, initial?: string) =>
    `<variable name="${name}" units="dimensionless"${initial === undefined ? '' : ` initial_value="${initial}"`}/>`

  test('a variable that stands alone on either side', () => {
    const model = one(
      variable('x') +
        variable('y') +
        variable('k', '2') +
        math(eq(ci('x'), ci('k')), eq(apply('exp', ci('k')), ci('y'))),
    )
    expect(model.rules).toMatchObject([
      { kind: 'assignment', symbol: 'c__x', value: { id: 'c__k' } },
      { kind: 'assignment', symbol: 'c__y', value: { operator: 'exp' } },
    ])
    expect(model.units).toEqual({})
  })

  test('a rate on either side, and what equals the rate of something', () => {
    const model = one(
      `<variable name="time" units="second"/>${variable('x', '0')}${variable('y', '0')}${variable('v')}` +
        math(eq(diff('x'), cn(1)), eq(cn(2), diff('y')), eq(ci('v'), diff('x'))),
    )
    expect(model.rules).toMatchObject([
      { kind: 'rate', symbol: 'c__x', value: { value: 1 } },
      { kind: 'rate', symbol: 'c__y', value: { value: 2 } },
      { kind: 'assignment', symbol: 'c__v', value: { kind: 'rate-of', id: 'c__x' } },
    ])
  })

  test('else what it holds is solved for', () => {
    const model = one(variable('x') + math(eq(apply('times', ci('x'), ci('x')), cn(2))))
    expect(model.rules).toMatchObject([{ kind: 'algebraic', value: { operator: 'minus' } }])
    expect(parameterOf(model, 'c__x')).toMatchObject({ constant: false })
  })

  test('and in CellML 2.0 an initial value is where that begins', () => {
    const guess = variable('x', '1') + math(eq(cn(2), apply('times', ci('x'), ci('x'))))
    expect(parameterOf(one(guess, '2.0'), 'c__x')).toMatchObject({ value: 1, constant: false })
    expect(() => one(guess)).toThrow(/determines nothing/)
  })

  test('each unknown by one equation, so that what stands alone twice is solved for elsewhere', () => {
    const model = one(
      ['a', 'b', 'd'].map((name) => variable(name)).join('') +
        variable('k', '2') +
        math(eq(ci('a'), apply('plus', ci('b'), ci('d'))), eq(ci('a'), ci('k')), eq(ci('b'), cn(1))),
    )
    expect(model.rules).toMatchObject([
      { kind: 'algebraic', value: { operands: [{ id: 'c__a' }, { operator: 'plus' }] } },
      { kind: 'assignment', symbol: 'c__a', value: { id: 'c__k' } },
      { kind: 'assignment', symbol: 'c__b' },
    ])
    expect(model.parameters.filter(({ constant }) => !constant).map(({ id }) => id)).toEqual(['c__a', 'c__b', 'c__d'])
  })

  test('a rate within a formula is an unknown too', () => {
    const model = one(
      `<variable name="time" units="second"/>${variable('x', '1')}${math(eq(apply('plus', diff('x'), ci('x')), cn(0)))}`,
    )
    expect(model.rules).toMatchObject([
      {
        kind: 'algebraic',
        value: { operands: [{ operands: [{ kind: 'symbol', id: 'c__x__rate' }, { id: 'c__x' }] }, {}] },
      },
      { kind: 'rate', symbol: 'c__x', value: { id: 'c__x__rate' } },
    ])
    expect(parameterOf(model, 'c__x__rate')).toMatchObject({ unit: 'dimensionless_per_second', constant: false })
  })

  test('an initial value may be another variable', () => {
    const model = one(
      `<variable name="time" units="second"/>${variable('x', 'x0')}${variable('x0', '3')}${math(eq(diff('x'), cn(1)))}`,
    )
    expect(model.initialAssignments).toMatchObject([{ symbol: 'c__x', value: { id: 'c__x0' } }])
  })

  test('twice is refused, and so is a rate without a start', () => {
    expect(() => one(variable('x') + math(eq(ci('x'), cn(1)), eq(ci('x'), cn(2))))).toThrow(/c\.x has two equations/)
    expect(() => one(variable('x', '1') + math(eq(ci('x'), cn(1))))).toThrow(/an initial value and an equation/)
    expect(() => one(`<variable name="time" units="second"/>${variable('x')}${math(eq(diff('x'), cn(1)))}`)).toThrow(
      /c\.x changes at a rate and has no initial value/,
    )
  })
})

test('numbers have their units also in the namespace of another version', () => {
  const text = membraneAndMeter.replace(
    'xmlns:cellml="http://www.cellml.org/cellml/1.0#"',
    'xmlns:cellml="http://www.cellml.org/cellml/1.1#"',
  )
  expect(text).not.toBe(membraneAndMeter)
  expect(readCellml(text)).toEqual(readCellml(membraneAndMeter))
})

describe('CellML 2.0', () => {
  const text = cellml(
    '2.0',
    `${units}
<units name="beat"/><units name="beats"><unit units="beat" multiplier="3" exponent="2"/></units>
<component name="outer"><variable name="x" units="mV" interface="private" initial_value="1"/></component>
<component name="inner"><variable name="x" units="volt" interface="public"/><variable name="t" units="second"/>${math(eq(diff('x', 't'), cn(1, 'volt')))}</component>
<connection component_1="outer" component_2="inner"><map_variables variable_1="x" variable_2="x"/></connection>
<encapsulation><component_ref component="outer"><component_ref component="inner"/></component_ref></encapsulation>`,
  )

  test('an initial value given in another unit than its equation is converted', () => {
    expect(readCellml(text).parameters).toMatchObject([{ id: 'inner__x', unit: 'volt', value: 0.001 }])
  })

  test('base units, and multipliers outside the power', () => {
    expect(readCellml(text).unitDefinitions.slice(-2)).toMatchObject([
      { id: 'beat', base: true },
      {
        factors: [
          { unit: 'beat', exponent: 2, multiplier: 1 },
          { unit: 'dimensionless', multiplier: 3 },
        ],
      },
    ])
  })

  test('hidden components are not connected', () => {
    const hidden = text.replace(/<encapsulation>.*<\/encapsulation>/, '')
    expect(refusal(hidden)).toMatchObject({
      code: 'invalid-model',
      message: expect.stringContaining('interfaces none and both'),
    })
  })

  test('a reset is refused by name', () => {
    const reset = text.replace(
      'interface="private" initial_value="1"/>',
      '$&\n<reset variable="x" test_variable="x" order="1"/>',
    )
    expect(refusal(reset)).toMatchObject({ code: 'not-supported', element: 'reset', place: { line: 8 } })
  })
})

describe('CellML 1.1 imports', () => {
  const gate = cellml(
    '1.1',
    `<units name="rate"><unit units="second" exponent="-1"/></units>
<component name="gate"><variable name="time" units="second" public_interface="in"/><variable name="n" units="dimensionless" initial_value="0.5" public_interface="out"/><variable name="a" units="rate" private_interface="in"/>${math(eq(diff('n'), ci('a')))}</component>
<component name="rates"><variable name="a" units="rate" initial_value="3" public_interface="out"/></component>
<group><relationship_ref relationship="encapsulation"/><component_ref component="gate"><component_ref component="rates"/></component_ref></group>
<connection><map_components component_1="gate" component_2="rates"/><map_variables variable_1="a" variable_2="a"/></connection>`,
    'gates',
  )
  const text = cellml(
    '1.1',
    `<import xlink:href="parts/list.xml"><component name="m" component_ref="one"/><units name="per_second" units_ref="speed"/></import>
<import xlink:href="parts/list.xml"><component name="h" component_ref="one"/></import>
<component name="clock"><variable name="time" units="second" public_interface="out"/><variable name="k" units="per_second" initial_value="1"/></component>
<connection><map_components component_1="clock" component_2="m"/><map_variables variable_1="time" variable_2="time"/></connection>
<connection><map_components component_1="h" component_2="clock"/><map_variables variable_1="time" variable_2="time"/></connection>`,
  )
  const list = cellml(
    '1.1',
    `<import xlink:href="gates/gate.xml#gate"><component name="one" component_ref="gate"/><units name="speed" units_ref="rate"/></import>`,
  )
  const files: Record<string, string> = { 'parts/list.xml': list, 'parts/gates/gate.xml': gate }
  const open = (href: string): string => {
    const file = files[href]
    if (file === undefined) throw new Error(`there is no file ${href}`)
    return file
  }

  test('bring components with what they encapsulate, each anew, and units', () => {
    const model = readCellml(text, { resolve: open })
    expect(model.rules).toMatchObject([
      { kind: 'rate', symbol: 'm__n', value: { id: 'rates__a' } },
      { kind: 'rate', symbol: 'h__n', value: { id: 'rates__a_2' } },
    ])
    expect(model.parameters.map(({ id }) => id)).toEqual(['m__n', 'rates__a', 'h__n', 'rates__a_2', 'clock__k'])
    expect(checkUnits(model)).toEqual([])
  })

  test('need to be found, and to end', () => {
    expect(refusal(text)).toMatchObject({
      code: 'undeclared',
      place: { line: 2 },
      message: expect.stringContaining('parts/list.xml'),
    })
    expect(refusal(text, { resolve: () => '<a/>' }).message).toMatch(
      /import of 'parts\/list.xml': .*not a CellML model/,
    )
    expect(refusal(text.replace('list.xml', 'lost.xml'), { resolve: open }).message).toMatch(
      /there is no file parts\/lost.xml/,
    )
    const circle = cellml('1.1', '<import xlink:href="a.xml"><component name="b" component_ref="b"/></import>')
    expect(refusal(circle, { resolve: () => circle })).toMatchObject({ code: 'cycle' })
    expect(refusal(text.replace('component_ref="one"', 'component_ref="two"'), { resolve: open }).message).toMatch(
      /list.xml has no component two/,
    )
  })
})

describe('what cannot be read is refused with its element and line', () => {
  const component = (inside: string) => cellml('1.0', `<component name="c">\n${inside}\n</component>`)
  test.each([
    ['another format', '<sbml xmlns="u"/>', 'syntax', 1],
    ['a reaction', component('<reaction reversible="yes"/>'), 'not-supported', 3],
    ['an import in 1.0', cellml('1.0', '<import/>'), 'not-supported', 2],
    ['an unknown unit', component('<variable name="x" units="fathom"/>'), 'undeclared', 3],
    [
      'units that lead back',
      cellml(
        '1.0',
        '<units name="a"><unit units="a"/></units>\n<component name="c"><variable name="x" units="a"/></component>\n<component name="d"><variable name="x" units="a"/></component><connection><map_components component_1="c" component_2="d"/></connection>',
      ),
      'cycle',
      2,
    ],
    [
      'degrees',
      cellml('1.0', '<units name="f">\n<unit units="kelvin" multiplier="0.55" offset="32"/></units>'),
      'not-supported',
      3,
    ],
    [
      'a variable twice',
      component('<variable name="x" units="volt"/>\n<variable name="x" units="volt"/>'),
      'invalid-model',
      4,
    ],
    [
      'an unknown symbol',
      component(`<variable name="x" units="volt"/>\n${math(eq(ci('x'), ci('y')))}`),
      'undeclared',
      5,
    ],
    [
      'two times',
      component(
        `<variable name="s" units="second"/><variable name="t" units="second"/><variable name="x" units="volt" initial_value="0"/><variable name="y" units="volt" initial_value="0"/>\n${math(eq(diff('x', 's'), ci('x')), eq(diff('y', 't'), ci('x')))}`,
      ),
      'not-supported',
      6,
    ],
    [
      'a second derivative',
      component(
        `<variable name="t" units="second"/><variable name="x" units="volt"/>\n${math(eq('<apply><diff/><bvar><ci>t</ci><degree><cn cellml:units="dimensionless">2</cn></degree></bvar><ci>x</ci></apply>', cn(1)))}`,
      ),
      'not-supported',
      5,
    ],
    ['what is no equation', component(math('<ci>x</ci>')), 'not-supported', 4],
    [
      'an integral',
      component(`<variable name="x" units="volt"/>${math(eq(ci('x'), apply('int', ci('x'))))}`),
      'not-supported',
      4,
    ],
    ['a start that is nothing', component(`<variable name="x" units="volt" initial_value="1 2"/>`), 'syntax', 3],
    [
      'a connection to nothing',
      cellml('1.0', '<connection>\n<map_components component_1="a" component_2="b"/></connection>'),
      'undeclared',
      2,
    ],
    [
      'two sources',
      membraneAndMeter.replace(
        '<variable name="V" units="volt" public_interface="in"',
        '<variable name="V" units="volt" public_interface="out"',
      ),
      'invalid-model',
      27,
    ],
    [
      'components around each other',
      cellml(
        '1.0',
        '<component name="a"/><component name="b"/><group><relationship_ref relationship="encapsulation"/><component_ref component="a"><component_ref component="b"><component_ref component="a"/></component_ref></component_ref></group>',
      ),
      'cycle',
      undefined,
    ],
  ] as const)('%s', (_, text, code, line) => {
    const error = refusal(text)
    expect([error.code, error.place?.line, error.message]).toEqual([code, line, expect.any(String)])
    expect(error.element).toBeTruthy()
  })
})

const data = resolve(
  import.meta.dirname,
  '../../../..',
  process.env.COUNTERPART_DATA ?? '../shared/data',
  'chaste/cellml',
)
test.skipIf(!existsSync(data))(
  existsSync(data) ? 'published models of cells are read whole' : 'skipped: no chaste data',
  () => {
    const states: Record<string, number> = {
      beeler_reuter_model_1977: 8,
      courtemanche_ramirez_nattel_1998: 21,
      grandi_pasqualini_bers_2010_ss: 39,
      ohara_rudy_cipa_v1_2017: 48,
      shannon_wang_puglisi_weber_bers_2004: 45,
      ten_tusscher_model_2006_epi: 19,
    }
    // What their authors wrote: 0.079 mV where 0.079 per mV is meant, dV/dt without a dimension, and so on.
    const knownErrors = ['luo_rudy_1994', 'ohara_rudy_cipa_v1_2017', 'viswanathan_model_1999_epi']
    const files = readdirSync(data).filter((file) => file.endsWith('.cellml'))
    expect(files.length).toBeGreaterThanOrEqual(23)
    for (const file of files) {
      const name = file.replace('.cellml', '')
      const model = readCellml(readFileSync(join(data, file), 'utf8'))
      const rates = model.rules.filter(({ kind }) => kind === 'rate').length
      expect([name, rates]).toEqual([name, states[name] ?? rates])
      expect(model.rules.some(({ kind }) => kind === 'algebraic')).toBe(false)
      expect(model.parameters.filter(({ constant, value }) => constant && value === undefined)).toEqual([])
      const findings = checkUnits(model)
      expect([name, findings.length > 0]).toEqual([name, knownErrors.includes(name)])
    }
  },
)
