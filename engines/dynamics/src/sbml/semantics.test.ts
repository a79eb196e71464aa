import { describe, expect, test } from 'vitest'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { readSbml } from './read-sbml.ts'
import { sbml } from './sbml.test-data.ts'

// What SBML means, on models whose solutions are known in closed form: times 0 and 1, `symbol: [value at 0, at 1]`.

const math = (content: string) => `<math xmlns="http://www.w3.org/1998/Math/MathML">${content}</math>`
const cn = (value: number) => `<cn>${value}</cn>`
const ci = (id: string) => `<ci>${id}</ci>`
const apply = (operator: string, ...operands: string[]) => `<apply><${operator}/>${operands.join('')}</apply>`
const call = (name: string, ...operands: string[]) => `<apply>${ci(name)}${operands.join('')}</apply>`
const symbol = (name: string) =>
  `<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/${name}"> x </csymbol>`
const time = symbol('time')
const special = (name: string, ...operands: string[]) => `<apply>${symbol(name)}${operands.join('')}</apply>`
const list = (name: string, ...members: string[]) => `<listOf${name}>${members.join('')}</listOf${name}>`
const parameters = (values: Record<string, number | undefined>) =>
  list(
    'Parameters',
    ...Object.entries(values).map(
      ([id, value]) => `<parameter id="${id}" ${value === undefined ? '' : `value="${value}"`} constant="false"/>`,
    ),
  )
const rule = (kind: string, id: string, formula: string) =>
  `<${kind}Rule variable="${id}">${math(formula)}</${kind}Rule>`
const rules = (...all: string[]) => list('Rules', ...all)
const initially = (id: string, formula: string) =>
  list('InitialAssignments', `<initialAssignment symbol="${id}">${math(formula)}</initialAssignment>`)
const compartment = (attributes = 'size="2" constant="true"') =>
  list('Compartments', `<compartment id="C" ${attributes}/>`)
const species = (id: string, attributes: string) =>
  `<species id="${id}" compartment="C" ${attributes} ${attributes.includes('hasOnly') ? '' : 'hasOnlySubstanceUnits="false"'} ${attributes.includes('boundary') ? '' : 'boundaryCondition="false"'} constant="false"/>`
const side = (name: string, content: string) => (content ? list(name, content) : '')
const reaction = (reactants: string, products: string, law: string, locals = '', attributes = '') =>
  `<reaction id="J" reversible="false" ${attributes}>${side('Reactants', reactants)}${side('Products', products)}<kineticLaw>${math(law)}${locals}</kineticLaw></reaction>`
const some = (id: string, attributes = 'stoichiometry="1" constant="true"') =>
  `<speciesReference species="${id}" ${attributes}/>`
const event = (
  trigger: string,
  assignments: Record<string, string>,
  { attributes = 'initialValue="false"', more = '', from = 'true' } = {},
) =>
  list(
    'Events',
    `<event useValuesFromTriggerTime="${from}"><trigger ${attributes} persistent="true">${math(trigger)}</trigger>${more}${list('EventAssignments', ...Object.entries(assignments).map(([id, formula]) => `<eventAssignment variable="${id}">${math(formula)}</eventAssignment>`))}</event>`,
  )
const fn = (id: string, names: string[], body: string) =>
  `<functionDefinition id="${id}">${math(`<lambda>${names.map((name) => `<bvar>${ci(name)}</bvar>`).join('')}${body}</lambda>`)}</functionDefinition>`

interface Expected {
  readonly [symbol: string]: readonly [at0: number, at1: number]
}

const e = Math.E
const cases: readonly (readonly [
  what: string,
  content: string,
  expected: Expected,
  dialect?: { level: number; version: number },
])[] = [
  [
    'a rate rule on a species sets its concentration',
    compartment() +
      list('Species', species('S', 'initialAmount="2" boundaryCondition="true"')) +
      rules(rule('rate', 'S', ci('S'))),
    { S: [1, e], 'amount:S': [2, 2 * e] },
  ],
  [
    'amounts stay and concentrations change with the size of a compartment',
    compartment('size="2" constant="false"') +
      list('Species', species('S', 'initialAmount="6"')) +
      rules(rule('rate', 'C', cn(1))),
    { S: [3, 2], 'amount:S': [6, 6] },
  ],
  [
    'the rate of a concentration has a part of the changing size',
    compartment('size="2" constant="false"') +
      list('Species', species('S', 'initialAmount="6"')) +
      parameters({ r: 0 }) +
      rules(rule('rate', 'C', cn(1)), rule('assignment', 'r', special('rateOf', ci('S')))),
    { r: [-6 / 4, -6 / 9] },
  ],
  [
    'the rate of an amount has none',
    compartment('size="2" constant="false"') +
      list('Species', species('S', 'initialAmount="6" hasOnlySubstanceUnits="true"')) +
      parameters({ r: 0 }) +
      rules(rule('rate', 'C', cn(1)), rule('assignment', 'r', special('rateOf', ci('S')))),
    { r: [0, 0], S: [6, 6] },
  ],
  [
    'the rate of what does not change is 0',
    compartment() +
      parameters({ k: 3, r: 1, q: 1 }) +
      rules(rule('assignment', 'r', special('rateOf', ci('k'))), rule('assignment', 'q', special('rateOf', ci('C')))),
    { r: [0, 0], q: [0, 0] },
  ],
  [
    'a function may ask for the rate of its argument',
    list('FunctionDefinitions', fn('f', ['x'], apply('times', cn(2), special('rateOf', ci('x'))))) +
      parameters({ k: 1, r: 0 }) +
      rules(rule('rate', 'k', ci('k')), rule('assignment', 'r', call('f', ci('k')))),
    { r: [2, 2 * e] },
  ],
  [
    'a function’s arguments hide symbols of the model, its own name among its operands',
    list('FunctionDefinitions', fn('f', ['k', 'x'], apply('minus', ci('k'), ci('x')))) +
      parameters({ k: 1, x: 5, y: 0 }) +
      rules(rule('assignment', 'y', call('f', ci('x'), call('f', ci('k'), cn(3))))),
    { y: [7, 7] },
  ],
  [
    'a function may use the time',
    list('FunctionDefinitions', fn('f', [], apply('times', cn(2), time))) +
      parameters({ y: 0 }) +
      rules(rule('assignment', 'y', call('f'))),
    { y: [0, 2] },
  ],
  [
    'a local parameter hides a symbol of the model',
    compartment() +
      list('Species', species('S', 'initialAmount="0"')) +
      parameters({ k: 100 }) +
      list(
        'Reactions',
        reaction('', some('S'), ci('k'), list('LocalParameters', '<localParameter id="k" value="3"/>')),
      ),
    { 'amount:S': [0, 3], S: [0, 1.5], J: [3, 3], k: [100, 100] },
  ],
  [
    'the rate of a local parameter is 0, whatever it hides',
    compartment() +
      list('Species', species('S', 'initialAmount="1"')) +
      parameters({ k: 1 }) +
      rules(rule('rate', 'k', cn(2))) +
      list(
        'Reactions',
        reaction(
          '',
          some('S'),
          special('rateOf', ci('k')),
          list('LocalParameters', '<localParameter id="k" value="3"/>'),
        ),
      ),
    { 'amount:S': [1, 1], k: [1, 3] },
  ],
  [
    'a reaction’s id is its rate',
    compartment() +
      list('Species', species('S', 'initialAmount="4"')) +
      parameters({ y: 0 }) +
      rules(rule('assignment', 'y', apply('times', cn(2), ci('J')))) +
      list('Reactions', reaction(some('S'), '', apply('times', ci('C'), ci('S')))),
    { y: [8, 8 / e], S: [2, 2 / e] },
  ],
  [
    'a species reference’s id is its stoichiometry, set by an initial assignment',
    compartment() +
      list('Species', species('S', 'initialAmount="0"')) +
      parameters({ y: 0 }) +
      initially('n', cn(3)) +
      rules(rule('assignment', 'y', ci('n'))) +
      list('Reactions', reaction('', some('S', 'id="n" constant="true"'), cn(1))),
    { 'amount:S': [0, 3], y: [3, 3], n: [3, 3] },
  ],
  [
    'a stoichiometry may change by a rate rule',
    compartment() +
      list('Species', species('S', 'initialAmount="0"')) +
      rules(rule('rate', 'n', cn(2))) +
      list('Reactions', reaction('', some('S', 'id="n" stoichiometry="1" constant="false"'), cn(1))),
    { 'amount:S': [0, 2], n: [1, 3] },
  ],
  [
    'a species on both sides changes by the difference',
    compartment('size="1" constant="true"') +
      list('Species', species('S', 'initialAmount="1"')) +
      list('Reactions', reaction(some('S'), some('S', 'stoichiometry="2" constant="true"'), ci('S'))),
    { S: [1, e] },
  ],
  [
    'conversion factors: a species’ own, else none',
    compartment('size="1" constant="true"') +
      list('Species', species('S', 'initialAmount="0" conversionFactor="f"'), species('P', 'initialAmount="0"')) +
      list('Parameters', '<parameter id="f" value="5" constant="true"/>') +
      list('Reactions', reaction('', some('S') + some('P'), cn(1))),
    { S: [0, 5], P: [0, 1] },
  ],
  [
    'a boundary species is not changed by reactions',
    compartment('size="1" constant="true"') +
      list('Species', species('S', 'initialAmount="1" boundaryCondition="true"')) +
      list('Reactions', reaction(some('S'), '', ci('S'))),
    { S: [1, 1], J: [1, 1] },
  ],
  [
    'initial assignments take precedence and hold for concentrations',
    compartment() + list('Species', species('S', 'initialAmount="1"')) + parameters({ k: 4 }) + initially('S', ci('k')),
    { S: [4, 4], 'amount:S': [8, 8] },
  ],
  [
    'an algebraic rule determines what nothing else does',
    parameters({ x: 1, y: 1 }) +
      rules(
        rule('rate', 'x', ci('x')),
        `<algebraicRule>${math(apply('minus', ci('y'), apply('times', cn(3), ci('x'))))}</algebraicRule>`,
      ),
    { y: [3, 3 * e] },
  ],
  [
    'a size that only an assignment rule gives',
    compartment('constant="false"') +
      list('Species', species('S', 'initialConcentration="2"')) +
      rules(rule('assignment', 'C', apply('plus', cn(1), time))),
    { C: [1, 2], 'amount:S': [2, 2], S: [2, 1] },
  ],
  [
    'a species of only substance units with an initial concentration',
    compartment() + list('Species', species('S', 'initialConcentration="3" hasOnlySubstanceUnits="true"')),
    { S: [6, 6], 'amount:S': [6, 6], 'concentration:S': [3, 3] },
  ],
  [
    'compartments of no dimensions that have a size',
    compartment('size="2" spatialDimensions="0" constant="true"') +
      list('Species', species('S', 'initialConcentration="3"')),
    { S: [3, 3], 'amount:S': [6, 6], 'concentration:S': [3, 3] },
  ],
  [
    'compartments of a broken number of dimensions',
    compartment('size="2" spatialDimensions="2.5" constant="true"') +
      list('Species', species('S', 'initialConcentration="3"')),
    { S: [3, 3], 'amount:S': [6, 6] },
  ],
  [
    'numbers and truth values stand for each other',
    parameters({ a: 0, b: 0, c: 0 }) +
      rules(
        rule('assignment', 'a', apply('plus', '<true/>', apply('gt', time, cn(0.5)))),
        rule('assignment', 'b', apply('and', cn(3), apply('not', cn(0)))),
        rule('assignment', 'c', `<piecewise><piece>${cn(7)}${time}</piece><otherwise>${cn(8)}</otherwise></piecewise>`),
      ),
    { a: [1, 2], b: [1, 1], c: [8, 7] },
  ],
  [
    'operators of no or one operand',
    parameters({ a: 0, b: 0, c: 0, d: 0, f: 0 }) +
      rules(
        rule('assignment', 'a', apply('plus')),
        rule('assignment', 'b', apply('times')),
        rule('assignment', 'c', apply('and')),
        rule('assignment', 'd', apply('or')),
        rule('assignment', 'f', apply('xor', '<true/>', '<true/>', '<true/>')),
      ),
    { a: [0, 0], b: [1, 1], c: [1, 1], d: [0, 0], f: [1, 1] },
  ],
  [
    'quotients and remainders',
    parameters({ a: 0, b: 0, c: 0 }) +
      rules(
        rule('assignment', 'a', apply('quotient', cn(-7), cn(2))),
        rule('assignment', 'b', apply('rem', cn(-7), cn(2))),
        rule('assignment', 'c', apply('implies', time, '<false/>')),
      ),
    { a: [-3, -3], b: [-1, -1], c: [1, 0] },
  ],
  [
    'Avogadro’s number is the specification’s',
    parameters({ a: 0 }) + rules(rule('assignment', 'a', symbol('avogadro'))),
    { a: [6.02214179e23, 6.02214179e23] },
  ],
  [
    'a delay looks back, before the start to what held by the initial values',
    parameters({ x: 0, y: 0, z: 0 }) +
      rules(
        rule('rate', 'x', cn(2)),
        rule('assignment', 'y', special('delay', ci('x'), cn(0.25))),
        rule('assignment', 'z', special('delay', time, cn(0.25))),
      ),
    { y: [0, 1.5], z: [-0.25, 0.75] },
  ],
  [
    'an event sets a concentration with the size that the compartment had before',
    compartment('size="2" constant="false"') +
      list('Species', species('S', 'initialAmount="6"')) +
      event(apply('geq', time, cn(0.5)), { C: cn(4), S: cn(2) }),
    { 'amount:S': [6, 4], C: [2, 4], S: [3, 1] },
  ],
  [
    'an event fires at the start if its trigger was false before',
    parameters({ x: 1 }) + event('<true/>', { x: cn(5) }),
    { x: [5, 5] },
  ],
  [
    'an event does not fire at the start if its trigger was true before',
    parameters({ x: 1 }) + event('<true/>', { x: cn(5) }, { attributes: 'initialValue="true"' }),
    { x: [1, 1] },
  ],
  [
    'a delayed event may take the values of when it is carried out',
    parameters({ x: 0, y: 0 }) +
      rules(rule('rate', 'x', cn(1))) +
      event(apply('gt', time, cn(0.25)), { y: ci('x') }, { from: 'false', more: `<delay>${math(cn(0.5))}</delay>` }),
    { y: [0, 0.75] },
  ],
  [
    'an event may set a stoichiometry',
    compartment() +
      list('Species', species('S', 'initialAmount="0"')) +
      list('Reactions', reaction('', some('S', 'id="n" stoichiometry="1" constant="false"'), cn(1))) +
      event(apply('geq', time, cn(0.5)), { n: cn(3) }),
    { 'amount:S': [0, 2], n: [1, 3] },
  ],
  [
    'a reaction without a rate, and one without an id elsewhere, do nothing',
    compartment() +
      list('Species', species('S', 'initialAmount="2"')) +
      list('Reactions', `<reaction id="J" reversible="false">${list('Reactants', some('S'))}<kineticLaw/></reaction>`),
    { S: [1, 1] },
  ],
  [
    'fast reactions are in equilibrium from the start',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="0"')) +
      list(
        'Reactions',
        reaction(some('A'), some('B'), apply('minus', ci('A'), apply('times', cn(2), ci('B'))), '', 'fast="true"'),
      ),
    { A: [2, 2], B: [1, 1] },
    { level: 3, version: 1 },
  ],
  [
    'a fast reaction in one direction runs to its end',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="1"')) +
      list(
        'Reactions',
        reaction(some('A'), some('B', 'stoichiometry="2" constant="true"'), ci('A'), '', 'fast="true"'),
      ),
    { A: [0, 0], B: [7, 7] },
    { level: 3, version: 1 },
  ],
  [
    'a fast reaction runs backwards where its rate is negative',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="1"')) +
      list('Reactions', reaction(some('A'), some('B'), apply('minus', ci('B')), '', 'fast="true"')),
    { A: [4, 4], B: [0, 0] },
    { level: 3, version: 1 },
  ],
  [
    'of two equilibria a fast reaction runs into the one that its rate leads to',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="5"') + species('B', 'initialAmount="5"')) +
      list('Reactions', reaction(some('A'), some('B'), apply('times', cn(-1), ci('A'), ci('B')), '', 'fast="true"')),
    { A: [10, 10], B: [0, 0] },
    { level: 3, version: 1 },
  ],
  [
    'before the start no fast reaction has begun',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="2"') + species('B', 'initialAmount="3"')) +
      parameters({ early: 0, late: 0 }) +
      rules(
        rule('assignment', 'early', special('delay', ci('B'), cn(1.5))),
        rule('assignment', 'late', special('delay', ci('B'), cn(0.5))),
      ) +
      list('Reactions', reaction(some('A'), some('B'), ci('A'), '', 'fast="true"')),
    { B: [5, 5], early: [3, 3], late: [3, 5] },
    { level: 3, version: 1 },
  ],
  [
    'a fast reaction that is turned on by an event',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="1"')) +
      parameters({ k: 0 }) +
      list('Reactions', reaction(some('A'), some('B'), apply('times', ci('k'), ci('A')), '', 'fast="true"')) +
      event(apply('geq', time, cn(0.5)), { k: cn(1) }),
    { A: [3, 0], B: [1, 4] },
    { level: 3, version: 1 },
  ],
  [
    'a fast reaction after an event that changes its species and stoichiometry',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="1"')) +
      list(
        'Reactions',
        reaction(some('A', 'id="n" stoichiometry="1" constant="false"'), some('B'), ci('A'), '', 'fast="true"'),
      ) +
      event(apply('geq', time, cn(0.5)), { A: cn(5), n: cn(5) }),
    { A: [0, 0], B: [4, 5] },
    { level: 3, version: 1 },
  ],
  [
    'a fast reaction takes the stoichiometry of the moment: by an assignment rule',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="1"')) +
      rules(rule('assignment', 'n', apply('plus', cn(2), time))) +
      list('Reactions', reaction(some('A'), some('B', 'id="n"  constant="false"'), ci('A'), '', 'fast="true"')),
    { A: [0, 0], B: [7, 7] },
    { level: 3, version: 1 },
  ],
  [
    'a fast reaction takes the stoichiometry of the moment: by a rate rule',
    compartment('size="1" constant="true"') +
      list('Species', species('A', 'initialAmount="3"'), species('B', 'initialAmount="1"')) +
      rules(rule('rate', 'n', cn(1))) +
      list(
        'Reactions',
        reaction(some('A'), some('B', 'id="n" stoichiometry="2" constant="false"'), ci('A'), '', 'fast="true"'),
      ),
    { A: [0, 0], B: [7, 7] },
    { level: 3, version: 1 },
  ],
  [
    'Level 2: a stoichiometry that is a formula is followed',
    '<listOfCompartments><compartment id="C" size="1"/></listOfCompartments><listOfSpecies><species id="S" compartment="C" initialAmount="0"/></listOfSpecies>' +
      `<listOfReactions><reaction id="J"><listOfProducts><speciesReference species="S"><stoichiometryMath>${math(apply('times', cn(2), time))}</stoichiometryMath></speciesReference></listOfProducts><kineticLaw>${math(cn(1))}</kineticLaw></reaction></listOfReactions>`,
    { S: [0, 1] },
    { level: 2, version: 5 },
  ],
  [
    'Level 2: in a compartment without dimensions a species is an amount',
    `<listOfCompartments><compartment id="C" spatialDimensions="0"/></listOfCompartments><listOfSpecies><species id="S" compartment="C" initialAmount="2"/></listOfSpecies><listOfReactions><reaction id="J"><listOfReactants><speciesReference species="S"/></listOfReactants><kineticLaw>${math(ci('S'))}</kineticLaw></reaction></listOfReactions>`,
    { S: [2, 2 / e] },
    { level: 2, version: 4 },
  ],
  [
    'Level 1: formulas are text',
    '<listOfCompartments><compartment name="C" volume="2"/></listOfCompartments><listOfSpecies><species name="S" compartment="C" initialAmount="4"/></listOfSpecies><listOfReactions><reaction name="J"><listOfReactants><speciesReference species="S"/></listOfReactants><kineticLaw formula="C * S"/></reaction></listOfReactions>',
    { S: [2, 2 / e] },
    { level: 1, version: 2 },
  ],
]

describe('SBML', () => {
  for (const [what, content, expected, dialect] of cases)
    test(what, () => {
      // Level 1 has no ids.
      const text = sbml(content, dialect).replace('id="m"', dialect?.level === 1 ? 'name="m"' : 'id="m"')
      const symbols = Object.keys(expected)
      const { values } = simulate(interpret(buildSystem(readSbml(text)), symbols), { end: 1, steps: 1 })
      for (const [i, name] of symbols.entries())
        for (const row of [0, 1] as const)
          expect(values[row * symbols.length + i], `${name} at ${row}`).toBeCloseTo(expected[name]![row], 5)
    })
})
