import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'
import { model } from './model.ts'
import { UsageError } from './usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-model-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tank = file(
  'tank.ant',
  `model tank
  compartment C = 2
  species S in C, P in C
  S = 10; P = 0
  k = 0.5
  J: S -> P; k * S * C
end
`,
)

test('a run is a heading and a row for each time, numbers in full', async () => {
  const { status, stdout, stderr } = await runCommand('model', 'run', tank, '--end', '2', '--steps', '2', '--csv')
  expect([status, stderr]).toEqual([0, ''])
  const [head, ...rows] = stdout.trimEnd().split('\n')
  expect(head).toBe('time,S,P')
  expect(rows).toHaveLength(3)
  const last = rows[2]!.split(',').map(Number)
  expect(last[0]).toBe(2)
  // 10 exp(-k t) by hand; 1e-6 is well above the tolerance of the method.
  expect(last[1]).toBeCloseTo(10 * Math.exp(-1), 6)
  expect(last[2]).toBeCloseTo(10 - 10 * Math.exp(-1), 6)
  expect(rows[2]).toMatch(/,\d\.\d{12,},/)
})

test('anything can be a column, once, as amount or concentration, in the order asked for', async () => {
  const args = ['--start', '-1', '--end', '0', '--steps', '1', '--parameters', 'k=0,C=4']
  const asked = ['--species', 'P,S,C,k,J', '--amounts', 'S', '--concentrations', 'P']
  const { status, stdout, stderr } = await runCommand('model', 'run', tank, ...args, ...asked)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toBe('time,P,S,C,k,J\n-1,0,40,4,0,0\n0,0,40,4,0,0\n')
})

test('--json is one document that says what it is', async () => {
  const { stdout } = await runCommand('model', 'run', tank, '--end', '1', '--steps', '1', '--amounts', 'S', '--json')
  const run = JSON.parse(stdout)
  expect(run).toMatchObject({ model: 'tank', times: [0, 1], warnings: [] })
  expect(run.identity).toMatch(/^[0-9a-f]{64}$/)
  expect(run.columns).toHaveLength(1)
  expect(run.columns[0]).toMatchObject({ symbol: 'S', quantity: 'amount:S' })
  expect(run.columns[0].values[0]).toBe(20)
})

test('check says what is in a model; a clash of units is an error with its line', async () => {
  const good = await runCommand('model', 'check', tank)
  expect([good.status, good.stderr]).toEqual([0, ''])
  expect(good.stdout).toMatch(
    /^tank \(Antimony .*\)\nidentity [0-9a-f]{64}\nstates\n {2}S {2}10\n {2}P {2}0\nparameters\n/,
  )
  const clashing = file(
    'clash.ant',
    'x = 1; x has metre\nv = 2; v has second\ny := x + v\ny has metre\nunit time_unit = second\n',
  )
  const bad = await runCommand('model', 'check', clashing)
  expect(bad.status).toBe(1)
  expect(bad.stdout).toMatch(/units\n {2}error: line 3: /)
  expect(bad.stderr).toContain('clash.ant: a unit clashes')
  expect((await runCommand('model', 'run', clashing, '--end', '1', '--steps', '1', '--species', 'y')).stderr).toContain(
    'warning: units: line 3: ',
  )
  expect(JSON.parse((await runCommand('model', 'check', tank, '--json')).stdout).states).toHaveLength(2)
})

test('equations come as text, LaTeX, MathML and JSON', async () => {
  const text = (await runCommand('model', 'equations', tank)).stdout
  expect(text).toContain('rates of change\n  dS/dt = -J / C\n  dP/dt = J / C\n')
  expect((await runCommand('model', 'equations', tank, '--latex')).stdout).toContain('\\frac{\\operatorname{d}S}')
  expect((await runCommand('model', 'equations', tank, '--mathml')).stdout).toMatch(/^<math /)
  expect(JSON.parse((await runCommand('model', 'equations', tank, '--json')).stdout)[0]).toMatchObject({
    kind: 'reaction',
    symbol: 'J',
  })
})

test('a converted model runs the same', async () => {
  const sbml = file('tank.xml', (await runCommand('model', 'convert', tank, '--to', 'sbml')).stdout)
  const back = file('back.ant', (await runCommand('model', 'convert', sbml, '--to', 'antimony')).stdout)
  const course = async (path: string) => (await runCommand('model', 'run', path, '--end', '3', '--steps', '3')).stdout
  const first = await course(tank)
  expect(await course(sbml)).toBe(first)
  expect(await course(back)).toBe(first)
})

test('what a CellML model imports is found beside it', async () => {
  file(
    'part.cellml',
    `<model name="part" xmlns="http://www.cellml.org/cellml/1.1#" xmlns:cellml="http://www.cellml.org/cellml/1.1#">
      <component name="c">
        <variable name="t" units="second" public_interface="in"/>
        <variable name="x" units="dimensionless" initial_value="1"/>
        <math xmlns="http://www.w3.org/1998/Math/MathML">
          <apply><eq/><apply><diff/><bvar><ci>t</ci></bvar><ci>x</ci></apply>
          <apply><divide/><cn cellml:units="dimensionless">2</cn><cn cellml:units="second">1</cn></apply></apply>
        </math>
      </component>
    </model>`,
  )
  const whole = file(
    'whole.cellml',
    `<model name="whole" xmlns="http://www.cellml.org/cellml/1.1#" xmlns:xlink="http://www.w3.org/1999/xlink">
      <import xlink:href="part.cellml"><component name="c" component_ref="c"/></import>
      <component name="environment"><variable name="t" units="second" public_interface="out"/></component>
      <connection><map_components component_1="environment" component_2="c"/>
        <map_variables variable_1="t" variable_2="t"/></connection>
    </model>`,
  )
  const { status, stdout, stderr } = await runCommand('model', 'run', whole, '--end', '1', '--steps', '1')
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^time,\S*x\n0,1\n1,(3|2\.99999\d+|3\.00000\d+)\n$/)
})

test('nothing in a file steers the terminal', async () => {
  const { stdout } = await runCommand('model', 'check', file('esc.ant', 'x = 1\nx is "\u001b[2Jgone"\nx\' = 1'))
  expect(stdout).toContain('gone')
  expect(stdout).not.toContain('\u001b')
})

const run = ['run', tank, '--end', '1', '--steps', '1']
test.each([
  [[], UsageError, 'expected one of: run, check, equations, convert'],
  [['walk', tank], UsageError, 'expected one of'],
  [['run', tank, '--steps', '1'], UsageError, '--end is missing'],
  [['run', tank, '--end', '1'], UsageError, '--steps is missing'],
  [['run', tank, '--end', '1', '--steps', '1.5'], UsageError, '--steps must be a whole number'],
  [['run', tank, '--end', 'soon', '--steps', '1'], UsageError, '--end must be a number'],
  [['run', tank, '--start', '2', '--end', '1', '--steps', '1'], UsageError, 'is before --start'],
  [[...run, '--method', 'euler'], UsageError, '--method must be one of auto'],
  [[...run, '--relative-tolerance', '0'], UsageError, 'must be above 0'],
  [[...run, '--parameters', 'k'], UsageError, 'k=1,m=2'],
  [[...run, '--csv', '--json'], UsageError, 'choose one'],
  [['equations', tank, '--latex', '--mathml'], UsageError, 'choose one'],
  [['convert', tank, '--to', 'cellml'], UsageError, '--to must be'],
  [['check'], UsageError, 'expected one FILE'],
  [['check', '/nowhere/m.xml'], Error, 'cannot read /nowhere/m.xml'],
  [['check', file('bytes.xml', Buffer.from([0x3c, 0xff]))], Error, 'no text in UTF-8'],
  [['check', file('syntax.ant', 'a = 1\nb = = 2')], Error, 'syntax.ant: line 2'],
  [[...run, '--species', 'S,nobody'], Error, 'the model has no nobody'],
  [[...run, '--amounts', 'S', '--concentrations', 'S'], Error, 'S is asked for as amount and as concentration'],
  [[...run, '--parameters', 'nobody=1'], Error, 'nobody'],
] as const)('model %j is refused', async (args, kind, words) => {
  const refused = expect(model.run(args)).rejects
  await refused.toBeInstanceOf(kind)
  await refused.toThrow(words)
})

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
