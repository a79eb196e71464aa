import { describe, expect, test } from 'vitest'
import { DynamicsError } from '../errors.ts'
import { readSbml } from './read-sbml.ts'
import { sbml, withoutPlaces } from './sbml.test-data.ts'

const math = (content: string) => `<math xmlns="http://www.w3.org/1998/Math/MathML">${content}</math>`
const parameters = (...ids: string[]) =>
  `<listOfParameters>${ids.map((id) => `<parameter id="${id}" value="1" constant="false"/>`).join('')}</listOfParameters>`
const rule = (symbol: string, formula: string, kind = 'assignment') =>
  `<${kind}Rule variable="${symbol}">${math(formula)}</${kind}Rule>`
const rules = (...all: string[]) => `<listOfRules>\n${all.join('\n')}\n</listOfRules>`
const reactor = (reactions: string, species = '') => `
<listOfCompartments><compartment id="C" size="2" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="C" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false" ${species}/></listOfSpecies>
<listOfReactions>${reactions}</listOfReactions>`
const produces = (species: string) =>
  `<reaction id="J" reversible="true"><listOfProducts>\n<speciesReference species="${species}" constant="true"/></listOfProducts></reaction>`

function refusal(text: string): DynamicsError {
  try {
    readSbml(text)
  } catch (error) {
    if (error instanceof DynamicsError) return error
    throw error
  }
  throw new Error('was read')
}

describe('Level 2', () => {
  const model = readSbml(
    sbml(
      `<listOfUnitDefinitions><unitDefinition id="volume"><listOfUnits>
        <unit kind="liter" scale="-3"/></listOfUnits></unitDefinition></listOfUnitDefinitions>
      <listOfCompartments><compartment id="C" units="volume"/><compartment id="P" spatialDimensions="0"/></listOfCompartments>
      <listOfSpecies><species id="S" compartment="C" substanceUnits="substance"/><species id="A" compartment="P"/></listOfSpecies>
      <listOfParameters><parameter id="k" units="area"/></listOfParameters>
      <listOfReactions><reaction id="J">
        <listOfReactants><speciesReference species="S"/></listOfReactants>
        <listOfProducts><speciesReference species="A"><stoichiometryMath>${math('<cn type="rational">3<sep/>2</cn>')}</stoichiometryMath></speciesReference></listOfProducts>
        <kineticLaw timeUnits="second">${math('<ci>q</ci>')}<listOfParameters><parameter id="q" value="2"/></listOfParameters></kineticLaw>
      </reaction></listOfReactions>
      <listOfEvents><event><trigger>${math('<true/>')}</trigger><listOfEventAssignments/></event></listOfEvents>`,
      { level: 2, version: 1 },
    ),
  )

  test('has its defaults spelt out', () => {
    expect(model.source).toEqual({ format: 'sbml', version: 'Level 2 Version 1' })
    expect(model.compartments).toMatchObject([
      { id: 'C', spatialDimensions: 3, constant: true },
      { id: 'P', spatialDimensions: 0 },
    ])
    expect(model.compartments[0]).not.toHaveProperty('size')
    const flags = { hasOnlySubstanceUnits: false, boundaryCondition: false, constant: false }
    // Where there is no size there are amounts only.
    expect(model.species).toMatchObject([flags, { ...flags, hasOnlySubstanceUnits: true }])
    expect(model.parameters).toMatchObject([{ constant: true }])
    expect(model.reactions).toMatchObject([
      {
        reversible: true,
        fast: false,
        reactants: [{ stoichiometry: 1, constant: true }],
        products: [{ stoichiometry: 1.5, constant: true }],
        localParameters: [{ id: 'q', value: 2, constant: true }],
      },
    ])
    expect(model.events).toMatchObject([{ initialValue: true, persistent: true, useValuesFromTriggerTime: true }])
  })

  test('has its built-in units spelt out, unless the model defines them', () => {
    expect(model.units).toEqual({
      time: 'second',
      substance: 'mole',
      extent: 'mole',
      volume: 'volume',
      area: 'area',
      length: 'metre',
    })
    expect(model.species[0]).toMatchObject({ substanceUnit: 'mole' })
    expect(model.compartments[0]).toMatchObject({ unit: 'volume' })
    expect(withoutPlaces(model.unitDefinitions)).toEqual([
      { id: 'volume', factors: [{ unit: 'litre', exponent: 1, scale: -3, multiplier: 1 }] },
      { id: 'area', factors: [{ unit: 'metre', exponent: 2, scale: 0, multiplier: 1 }] },
    ])
  })
})

test('what has no formula in Level 3 Version 2 is as if it were not there', () => {
  const model = readSbml(
    sbml(`<listOfFunctionDefinitions><functionDefinition id="f"/></listOfFunctionDefinitions>
      ${parameters('k')}
      <listOfInitialAssignments><initialAssignment symbol="k"/></listOfInitialAssignments>
      <listOfRules><assignmentRule variable="k"/><rateRule variable="k"/><algebraicRule/></listOfRules>
      <listOfConstraints><constraint/></listOfConstraints>
      <listOfReactions><reaction id="J" reversible="true"><kineticLaw/></reaction></listOfReactions>
      <listOfEvents><event useValuesFromTriggerTime="true"/>
      <event useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true"/></event>
      <event id="E" useValuesFromTriggerTime="true"><trigger initialValue="false" persistent="false">${math('<true/>')}</trigger>
      <priority/><delay/><listOfEventAssignments><eventAssignment variable="k"/></listOfEventAssignments></event></listOfEvents>`),
  )
  expect(model).toMatchObject({ functions: [], initialAssignments: [], rules: [], constraints: [] })
  expect(model.reactions[0]).not.toHaveProperty('rate')
  expect(model.events).toMatchObject([{ id: 'E', initialValue: false, persistent: false, assignments: [] }])
  expect(model.events[0]).not.toHaveProperty('delay')
  expect(model.events[0]).not.toHaveProperty('priority')
  expect(refusal(sbml('<listOfRules><algebraicRule/></listOfRules>', { version: 1 })).message).toMatch(/no <math>/)
})

test('notes, messages and names are plain text', () => {
  const html = 'xmlns="http://www.w3.org/1999/xhtml"'
  const model = readSbml(
    sbml(`<notes><body ${html}><h1>Title</h1><p>One
      <b>two</b>.</p><p/><p>Three</p></body></notes>${parameters('k')}
      <listOfConstraints><constraint>${math('<true/>')}<message><p ${html}>Too low</p></message></constraint></listOfConstraints>`),
  )
  expect(model.notes).toBe('Title\nOne two.\nThree')
  expect(model.constraints).toMatchObject([{ message: 'Too low' }])
})

describe('packages', () => {
  const declares = (name: string, required: string) =>
    `xmlns:p="http://www.sbml.org/sbml/level3/version1/${name}/version1" p:required="${required}"`

  test.each(['comp', 'multi', 'spatial', 'qual'])('%s is refused by name where it is required', (name) => {
    const error = refusal(sbml('', { attributes: declares(name, 'true') }))
    expect(error).toMatchObject({ code: 'not-supported', element: name, place: { line: 1 } })
    expect(error.message).toContain(`'${name}'`)
  })

  test('that do not change the mathematics are passed over with a remark', () => {
    const model = readSbml(
      sbml('<p:listOfLayouts><p:layout/></p:listOfLayouts>', { attributes: declares('layout', 'false') }),
    )
    expect(model.remarks).toEqual([expect.stringContaining("'layout'")])
  })
})

describe('is refused with the element and its line:', () => {
  const undeclared = { code: 'undeclared' }
  const invalid = { code: 'invalid-model' }
  const k = parameters('k')
  test.each([
    ['an undeclared symbol', k + rules(rule('k', '<ci>x</ci>')), { ...undeclared, element: 'x', place: { line: 4 } }],
    [
      'a rule for something undeclared',
      rules(rule('x', '<cn>1</cn>')),
      { ...undeclared, element: 'x', place: { line: 4 } },
    ],
    ['an undefined function', k + rules(rule('k', '<apply><ci>f</ci></apply>')), { ...undeclared, element: 'f' }],
    ['a parameter called as a function', k + rules(rule('k', '<apply><ci>k</ci></apply>')), { element: 'k' }],
    ['an id used twice', parameters('k', 'k'), { ...invalid, element: 'k', place: { line: 3 } }],
    [
      'two rules for one symbol',
      k + rules(rule('k', '<cn>1</cn>'), rule('k', '<cn>1</cn>', 'rate')),
      { ...invalid, element: 'k', place: { line: 5 } },
    ],
    [
      'a rule and an initial assignment',
      `${k}<listOfInitialAssignments><initialAssignment symbol="k">${math('<cn>1</cn>')}</initialAssignment></listOfInitialAssignments>${rules(rule('k', '<cn>1</cn>'))}`,
      { ...invalid, element: 'k' },
    ],
    [
      'a constant that a rule sets',
      `<listOfParameters><parameter id="k" constant="true"/></listOfParameters>${rules(rule('k', '<cn>1</cn>'))}`,
      { ...invalid, element: 'k', place: { line: 4 } },
    ],
    ['a reaction of an unknown species', reactor(produces('X')), { ...undeclared, element: 'X', place: { line: 7 } }],
    ['a reaction of something else', reactor(produces('C')), { ...invalid, element: 'C' }],
    [
      'a species that reactions and a rule set',
      reactor(produces('S')) + rules(rule('S', '<cn>1</cn>')),
      { ...invalid, element: 'S', place: { line: 8 } },
    ],
    [
      'an element that SBML does not have',
      '<listOfThings/>',
      { code: 'syntax', element: 'listOfThings', place: { line: 3 } },
    ],
    [
      'an attribute that SBML does not have',
      reactor('', 'initalAmount="1"'),
      { code: 'syntax', element: 'S', place: { line: 5 } },
    ],
    [
      'an attribute left out',
      '<listOfParameters><parameter id="k"/></listOfParameters>',
      { code: 'syntax', element: 'k' },
    ],
    [
      'a value that is no number',
      '<listOfParameters><parameter id="k" value="1,5" constant="true"/></listOfParameters>',
      { code: 'syntax', place: { line: 3 } },
    ],
    ['an id that is none', parameters('2k'), { code: 'syntax' }],
    [
      'a unit that is none',
      '<listOfUnitDefinitions><unitDefinition id="u"><listOfUnits><unit kind="furlong" exponent="1" scale="0" multiplier="1"/></listOfUnits></unitDefinition></listOfUnitDefinitions>',
      { ...undeclared, element: 'furlong' },
    ],
    [
      'a function with the wrong number of operands',
      `<listOfFunctionDefinitions><functionDefinition id="f">${math('<lambda><bvar><ci>x</ci></bvar><ci>x</ci></lambda>')}</functionDefinition></listOfFunctionDefinitions>${k}${rules(rule('k', '<apply><ci>f</ci></apply>'))}`,
      { ...invalid, element: 'f' },
    ],
    [
      'a function that names what is not its own',
      `<listOfFunctionDefinitions><functionDefinition id="f">${math('<lambda><ci>k</ci></lambda>')}</functionDefinition></listOfFunctionDefinitions>${k}`,
      { ...undeclared, element: 'k' },
    ],
    [
      'functions that call each other',
      `<listOfFunctionDefinitions><functionDefinition id="f">${math('<lambda><apply><ci>g</ci></apply></lambda>')}</functionDefinition><functionDefinition id="g">${math('<lambda><apply><ci>f</ci></apply></lambda>')}</functionDefinition></listOfFunctionDefinitions>`,
      { code: 'cycle', element: 'f' },
    ],
  ])('%s', (_what, content, expected) => {
    expect(refusal(sbml(content))).toMatchObject(expected)
  })

  test('what Level 2 can say and no one can run without guessing', () => {
    const level2 = { level: 2, version: 1 }
    const unit = (attributes: string) =>
      sbml(
        `<listOfUnitDefinitions><unitDefinition id="u"><listOfUnits><unit ${attributes}/></listOfUnits></unitDefinition></listOfUnitDefinitions>`,
        level2,
      )
    expect(refusal(unit('kind="kelvin" offset="273.15"'))).toMatchObject({ code: 'not-supported', place: { line: 3 } })
    expect(refusal(unit('kind="Celsius"'))).toMatchObject({ code: 'not-supported', element: 'celsius' })
    const law = `<listOfReactions><reaction id="J"><kineticLaw timeUnits="u">${math('<cn>1</cn>')}</kineticLaw></reaction></listOfReactions>`
    const minute =
      '<listOfUnitDefinitions><unitDefinition id="u"><listOfUnits><unit kind="second" multiplier="60"/></listOfUnits></unitDefinition></listOfUnitDefinitions>'
    expect(refusal(sbml(minute + law, level2)).message).toMatch(/unit of time of its own, 'u'/)
  })

  test('a document of another kind', () => {
    expect(refusal('<cellml/>').message).toMatch(/<cellml> is not an SBML document/)
    expect(refusal('<sbml xmlns="http://www.sbml.org/sbml/level4" level="4" version="1"/>')).toMatchObject({
      code: 'not-supported',
    })
    expect(refusal('<sbml xmlns="http://www.sbml.org/sbml/level2" level="3" version="1"/>')).toMatchObject({
      code: 'syntax',
    })
    expect(refusal('<sbml xmlns="http://www.sbml.org/sbml/level2" level="2" version="1"/>').message).toMatch(
      /no <model>/,
    )
  })
})
