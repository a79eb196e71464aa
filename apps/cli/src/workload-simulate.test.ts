import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-simulate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const clinic = join(folder, 'clinic.yaml')
writeFileSync(
  clinic,
  `from: 2026-03-02
weeks: 2
providers:
  - code: p001
    pod: east
    clinicalFte: 1
    panel: 1500
    week: [{ on: [Mon, Tue, Wed, Thu, Fri], hours: ['08:00', '16:00'] }]
`,
)

test('weeks come as JSON and as a table, the same with the same seed', async () => {
  const asked = ['workload', 'simulate', clinic, '--replications', '20', '--seed', '7']
  const { status, stderr, stdout } = await runCommand(...asked, '--json')
  expect([status, stderr]).toEqual([0, ''])
  const said = JSON.parse(stdout)
  expect(said).toMatchObject({ name: 'Clinic', from: '2026-03-02', replications: 20 })
  expect(said.weeks).toHaveLength(2)
  expect(said.weeks[0].clinic['work-hours'].p05).toBeGreaterThan(0)
  expect((await runCommand(...asked, '--json')).stdout).toBe(stdout)
  expect((await runCommand(...asked, '--weeks', '1')).stdout).toMatch(/work h\/FTE[\s\S]*2026-03-02/)
})

test('a mistake in the file is told with its place, one in the call with how to call', async () => {
  const bad = join(folder, 'bad.yaml')
  writeFileSync(bad, 'from: 2026-03-02\nproviders: [{ code: p001 }]\n')
  const told = await runCommand('workload', 'simulate', bad)
  expect(told.status).toBe(1)
  expect(told.stderr).toContain(`${bad}: clinic.providers[1].pod: nothing; expected`)
  expect((await runCommand('workload', 'simulate')).status).toBe(2)
  expect((await runCommand('workload', 'simulate', clinic, '--replications', '3')).status).toBe(2)
  expect((await runCommand('workload', 'simulate', join(folder, 'none.yaml'))).status).toBe(1)
})
