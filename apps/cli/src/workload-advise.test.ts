import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-advise-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Three people who see patients all week. */
const clinic = {
  name: 'Hillside',
  from: '2026-03-02',
  providers: ['d1', 'd2', 'd3'].map((code) => ({
    code,
    pod: 'all',
    clinicalFte: 1,
    panel: 1600,
    week: [{ on: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'], hours: ['08:30', '16:30'] }],
  })),
}

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('counterpart workload advise', () => {
  const path = file('clinic.json', clinic)

  test('prints one JSON document with ranked options, carrying on among them', { timeout: 60_000 }, async () => {
    const { status, stdout, stderr } = await runCommand('workload', 'advise', path, '--json')
    expect([status, stderr]).toEqual([0, ''])
    const { advice, objective, weeks } = JSON.parse(stdout)
    expect([objective, weeks]).toEqual(['after-hours', 52])
    expect(advice.options.map(({ rank }: { rank: number }) => rank)).toEqual(
      advice.options.map((_: unknown, i: number) => i + 1),
    )
    const [best] = advice.options
    expect(best.gain.mean).toBeGreaterThan(0)
    expect(best.worth.evidence.length).toBeGreaterThan(0)
    expect(JSON.stringify(advice)).not.toMatch(/"d[123]"/)
  })

  test('says what is wrong with a file, and where', async () => {
    const bad = { ...clinic, providers: [{ ...clinic.providers[0], panel: -3 }] }
    const { status, stderr, stdout } = await runCommand('workload', 'advise', file('bad.json', bad), '--json')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('clinic.providers[1].panel')
  })

  test.each([
    ['an objective', ['--objective', 'joy'], /--objective must be one of after-hours, overload, access, not "joy"/],
    ['a horizon', ['--horizon', '2'], /--horizon must be a whole number from 4 to 104, not "2"/],
    ['an option', ['--loud'], /--loud/],
  ])('refuses %s that it does not know', async (_, options, message) => {
    const { status, stderr } = await runCommand('workload', 'advise', path, ...options)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
  })
})
