import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'
import { circulation } from './circulation.ts'
import { UsageError } from './usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-circulation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a heart file gives a limit cycle and the course of its last beats, as arrays', async () => {
  const path = file('heart.json', '{"model": "regazzoni2020", "beats": 2, "samplesPerBeat": 4}')
  const { status, stdout, stderr } = await runCommand('circulation', 'run', path, '--json')
  expect([status, stderr]).toEqual([0, ''])
  const { limitCycle, trajectory } = JSON.parse(stdout)
  expect(limitCycle.systemicArtery.systolic).toBeCloseTo(118.7, 1)
  expect(trajectory.time).toHaveLength(9)
  expect(trajectory.states.V_LV).toHaveLength(9)
  expect((await runCommand('circulation', 'run', path)).stdout).toContain('systemic artery   118.7/')
})

test.each([
  [[], UsageError, 'expected: run FILE.json'],
  [['walk', 'x'], UsageError, 'expected: run FILE.json'],
  [['run', '/nowhere/heart.json'], Error, 'cannot read /nowhere/heart.json'],
  [['run', file('text.json', 'no json')], Error, 'is no JSON'],
  [['run', file('wrong.json', '{"model":"regazzoni2020","parameters":{"LV.EA":-1}}')], Error, 'LV.EA'],
] as const)('circulation %j is refused', async (args, kind, words) => {
  const refused = expect(circulation.run(args)).rejects
  await refused.toBeInstanceOf(kind)
  await refused.toThrow(words)
})

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
