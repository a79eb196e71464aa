import { describe, expect, test } from 'vitest'
import { compile } from './compile/compile.ts'
import { simulateEnsemble } from './ensemble/simulate-ensemble.ts'
import { DynamicsError } from './errors.ts'
import { type SimulateOptions, simulate } from './integrate/simulate.ts'
import { readModel } from './read-model.ts'
import { buildSystem } from './system/build-system.ts'
import { interpret } from './system/interpret.ts'

// What comes in is wrong, or means harm: it is refused within a second, by name and line, and never run into nonsense.

const run = (text: string, options: Partial<SimulateOptions> = {}) => {
  const system = buildSystem(readModel(text))
  return simulate(compile(system, [...system.quantities.keys()].slice(0, 5)), { end: 10, steps: 5, ...options })
}

/** The error of what has to fail; failing must not take a second, of which a loaded machine is given several. */
function refusal(work: () => unknown): DynamicsError {
  const started = performance.now()
  let result: unknown
  try {
    result = work()
  } catch (error) {
    expect(performance.now() - started).toBeLessThan(4000)
    if (error instanceof DynamicsError) return error
    throw error
  }
  throw new Error(`nothing was wrong: ${JSON.stringify(result)?.slice(0, 200)}`)
}

const sbml = (content: string) =>
  `<?xml version="1.0"?>\n<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">\n<model>\n${content}\n</model></sbml>`
const math = (content: string) => `<math xmlns="http://www.w3.org/1998/Math/MathML">${content}</math>`
const algebraic = (content: string) =>
  sbml(
    `<listOfParameters><parameter id="a" value="1" constant="false"/></listOfParameters>\n<listOfRules>\n<algebraicRule>${math(content)}</algebraicRule></listOfRules>`,
  )

describe('texts', () => {
  const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')
  const cases: readonly (readonly [string, string, DynamicsError['code'], number | undefined])[] = [
    ['an unclosed element', '<sbml xmlns="x">\n<model>', 'syntax', undefined],
    ['elements crossed', sbml('<listOfRules></listOfEvents>'), 'syntax', 4],
    ['a lone &', sbml('<notes>a & b</notes>'), 'syntax', undefined],
    ['billion laughs', `<!DOCTYPE l [<!ENTITY l0 "l">${laughs}]>\n<sbml>&l10;</sbml>`, 'not-supported', 1],
    ['a file as an entity', '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///x">]><sbml>&f;</sbml>', 'not-supported', 1],
    ['an entity that is declared nowhere', sbml('<notes>&f;</notes>'), 'syntax', 4],
    ['elements without bottom', sbml('<a>'.repeat(100_000)), 'not-supported', 4],
    ['nothing', '', 'syntax', undefined],
    ['white space', ' \n\t\n', 'syntax', undefined],
    ['bytes', '\u0000\u0001PK\u0003\u0004', 'syntax', 1],
    ['UTF-16 taken for UTF-8', [...sbml('')].map((sign) => `${sign}\0`).join(''), 'syntax', 1],
    ['a web page', '<!DOCTYPE html><html><body/></html>', 'syntax', 1],
    ['JSON', '{"a": 1}', 'syntax', 1],
    ['prose', 'x = 1\nThis is no model.', 'syntax', 2],
    ['a tag of fifty million signs', '<'.repeat(50_000_000), 'syntax', 1],
    ['brackets without end', `x = ${'('.repeat(20_000_000)}`, 'not-supported', 1],
    ['powers without end', `x = 1\ny = ${'x^'.repeat(5000)}x`, 'syntax', 2],
    ['an unclosed comment', 'x = 1\n/* y', 'syntax', 2],
  ]
  test.each(cases)('%s', (_, text, code, line) => {
    const error = refusal(() => readModel(text))
    expect(error.code).toBe(code)
    expect(error.message.length).toBeLessThan(5000)
    if (line !== undefined) expect(error.place?.line).toBe(line)
  })

  test('fifty million spaces are no harm', () => {
    expect(readModel(`${' '.repeat(50_000_000)}x = 1`).parameters).toHaveLength(1)
  })
})

describe('definitions', () => {
  const chain = Array.from({ length: 1500 }, (_, i) => `function f${i + 1}(x)\n f${i}(x) + 1\nend`).reverse()
  const cases: readonly (readonly [string, string, DynamicsError['code'], string, number])[] = [
    ['rules in a circle', 'b = 1\na := c\nc := d + 1\nd := a', 'cycle', 'a', 2],
    ['initial values in a circle', 'c = 1\na = b + c\nb = 2*a', 'cycle', 'a', 2],
    ['functions in a circle', 'function f(x)\n f(x)\nend\ny = f(1)', 'cycle', 'f', 1],
    [
      'functions too deep',
      `${chain.join('\n')}\nfunction f0(x)\n x\nend\ny := f1500(1)`,
      'not-supported',
      'f1000',
      1499,
    ],
    ['an undeclared symbol', "x = 1\nx' = -k*x", 'undeclared', 'k', 2],
    ['a parameter without a value', "x = 1\nvar k\nx' = -k*x", 'not-finite', 'k', 2],
    [
      'an equation without a solution',
      algebraic('<apply><plus/><apply><times/><ci>a</ci><ci>a</ci></apply><cn>1</cn></apply>'),
      'no-convergence',
      'a',
      4,
    ],
    [
      'an equation without an unknown',
      algebraic('<apply><plus/><cn>1</cn><cn>2</cn></apply>'),
      'invalid-model',
      'algebraic rule 1',
      6,
    ],
    ['a delay of itself', 'k = 1\nx := delay(x, 0) + k', 'not-supported', 'x', 2],
  ]
  test.each(cases)('%s', (_, text, code, element, line) => {
    const error = refusal(() => run(text))
    expect(error.code).toBe(code)
    expect(error.element).toBe(element)
    expect(error.place?.line).toBe(line)
  })
})

describe('runs', () => {
  const cases: readonly (readonly [
    string,
    string,
    DynamicsError['code'],
    string,
    Partial<SimulateOptions> | undefined,
  ])[] = [
    [
      'stiffness that Dormand–Prince cannot follow',
      "x = 1; x' = -1e9*(x - sin(time))",
      'no-convergence',
      'stiff',
      { method: 'dormand-prince' },
    ],
    [
      'a step that Runge–Kutta cannot take',
      "x = 1; x' = -100*x",
      'no-convergence',
      'too long',
      { method: 'runge-kutta-4', step: 1 },
    ],
    [
      'steps that nobody waits for',
      "x = 1; x' = -x",
      'invalid-option',
      'steps',
      { method: 'runge-kutta-4', step: 1e-12 },
    ],
    ['growth without bound', "x = 1; x' = x^2", 'no-convergence', 'beyond time 1', undefined],
    ['a logarithm of less than nothing at the start', "x = -1; x' = ln(x)", 'not-finite', 'time 0', undefined],
    [
      'a logarithm of less than nothing later',
      "x = 1; y = 0; x' = -1; y' = ln(x)",
      'not-finite',
      'rate of y',
      undefined,
    ],
    ['nothing by nothing', "x = 0; y = 1; y' = x/x", 'not-finite', 'rate of y is NaN', undefined],
    ['something by nothing', "x = 0; y = 1; y' = 1/x", 'not-finite', 'rate of y is Infinity', undefined],
    ['a pole on the way', "y = 1; y' = 1/(time - 5)", 'no-convergence', 'beyond time 4.99', undefined],
    [
      'a compartment of no size',
      'compartment C = 0; species S in C; S = 1; J: S -> ; k*S; k = 1',
      'not-finite',
      'rate of S',
      undefined,
    ],
    [
      'events that set each other off',
      'x = 0; y = 0\nE: at (x > 0.5): y = 1, x = 0\nF: at (y > 0.5): x = 1, y = 0\nat (time > 1): x = 1',
      'no-convergence',
      'without end',
      undefined,
    ],
    [
      'an event delayed by less than nothing',
      'x = 0\nE: at 0-1 after (time > 1): x = 2',
      'not-finite',
      'line 2',
      undefined,
    ],
    [
      'an event delayed by no number',
      'x = 0; y = 0\nE: at y/y after (time > 1): x = 2',
      'not-finite',
      'line 2',
      undefined,
    ],
    [
      'a ball that bounces for ever',
      "h = 1; v = 0; h' = v; v' = -9.81\nat (h < 0): v = -0.5*v, h = 0",
      'no-convergence',
      'switches',
      undefined,
    ],
    ['a delay of less than nothing', "x = 1; x' = -delay(x, 0 - 1)", 'invalid-model', 'negative', undefined],
    ['a delay that shrinks below nothing', "x = 1; x' = -delay(x, 5 - time)", 'invalid-model', 'negative', undefined],
    ['a delay of no number', "x = 1; y = 0; x' = -delay(x, y/y)", 'not-finite', 'rate of x', undefined],
  ]
  test.each(cases)('%s', (_, text, code, told, options) => {
    const error = refusal(() => run(text, options))
    expect(error.code).toBe(code)
    expect(error.message).toContain(told)
    expect(error.element).toBeDefined()
  })

  test('what becomes no number is said so', () => {
    const { warnings } = run("x = 1; x' = -1; y := ln(x)")
    expect(warnings).toEqual(['“y” is not a number at time 2'])
  })
})

describe('options', () => {
  const bad: readonly Record<string, unknown>[] = [
    ...[1e9, 1e15, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5'].map((steps) => ({ steps })),
    ...[Number.NaN, Number.POSITIVE_INFINITY, -1, '10'].map((end) => ({ end })),
    ...[0, -1, 10, Number.NaN].map((relativeTolerance) => ({ relativeTolerance })),
    ...[0, -1, Number.NaN].map((absoluteTolerance) => ({ absoluteTolerance })),
    ...[0, Number.NaN].map((maximumSteps) => ({ maximumSteps })),
    ...[0, Number.NaN].map((step) => ({ step })),
    ...['euler', '__proto__', 'runge-kutta-4'].map((method) => ({ method })),
    ...[Number.NaN, Number.POSITIVE_INFINITY, '1'].map((x) => ({ given: { x } })),
    { given: { constructor: 1 } },
  ]
  test.each(bad.map((options) => [JSON.stringify(options), options] as const))('%s', (_, options) => {
    expect(refusal(() => run("x = 1; x' = -x", options)).code).toBe('invalid-option')
  })

  test.each([
    { members: 1e9 },
    { members: 1e15 },
    { members: 0 },
    { members: Number.NaN },
    { steps: 1e9 },
    { rows: 'some' },
    { given: { constructor: Float64Array.of(1, 2) } },
    { given: { x: Float64Array.of(1) } },
  ] as Record<string, unknown>[])('of ensembles: %o', (options) => {
    const system = buildSystem(readModel("x = 1; x' = -x"))
    const work = () => simulateEnsemble(system, { members: 2, end: 1, steps: 2, observed: ['x'], ...options })
    expect(refusal(work).code).toBe('invalid-option')
  })
})

describe('names that are words of JavaScript', () => {
  const words = 'constructor __proto__ hasOwnProperty toString eval arguments this process return Infinity prototype'
  test.each(words.split(' '))('%s', (name) => {
    const system = buildSystem(readModel(`${name} = 3; x = 1; x' = -${name}*x`))
    for (const machine of [compile(system, [name, 'x']), interpret(system, [name, 'x'])]) {
      const { values } = simulate(machine, { end: 1, steps: 1, given: Object.fromEntries([[name, 2]]) })
      expect(values[2]).toBe(2)
      expect(values[3]).toBeCloseTo(Math.exp(-2), 7)
    }
  })

  test.each(['a"b', 'a`+process.exit()+`', 'é', 'a b', '1a', 'a;process.exit()', 'x\u2028y', '*/ a /*'])(
    '%j',
    (name) => {
      const id = name.replaceAll('"', '&quot;')
      const text = sbml(`<listOfParameters><parameter id="${id}" value="3" constant="true"/></listOfParameters>`)
      expect(refusal(() => readModel(text))).toMatchObject({ code: 'syntax', place: { line: 4 } })
    },
  )
})
