import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'
import { flow } from './flow.ts'
import { timeFrom } from './flow-run.ts'
import { howFar } from './progress.ts'
import { UsageError } from './usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-flow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const text = `pathway: clinic
classes: { patient: 0 }
arrivals: { door: { class: patient, per-hour: 4 } }
resources: { nurse: 1 }
steps:
  care: { needs: nurse, takes: { exponential: 10 min } }
study: { until: 8 h, replications: 20 }
metrics:
  wait: { mean-wait: care }
  seen: { departures: all }
quantities:
  present: { present: all }
  wait just now: { mean-wait: care }
variants:
  second nurse: { resources: { nurse: 2 } }
  closed: { arrivals: { door: null } }
`
const clinic = file('clinic.yaml', text)
const state = file(
  'state.json',
  '{ "now": "1 h", "people": [{ "class": "patient", "step": "care", "arrived": 40, "since": 55, "id": "a" }] }',
)

test('run gives mean, sd, half-width and n of each metric', async () => {
  const { status, stderr, stdout } = await runCommand('flow', 'run', clinic, '--seed', '1', '--json')
  expect([status, stderr]).toEqual([0, ''])
  const { metrics } = JSON.parse(stdout)
  expect(Object.keys(metrics)).toEqual(['wait', 'seen'])
  const { halfWidth95, mean, n, sd } = metrics.seen
  expect(n).toBe(20)
  // About 4·8 come, less who is still there; Student's t of 19 degrees of freedom is 2.093.
  expect(Math.abs(mean - 31)).toBeLessThan(4)
  expect(halfWidth95).toBeCloseTo((2.093024 * sd) / Math.sqrt(20), 5)
  expect(JSON.parse((await runCommand('flow', 'run', clinic, '--seed', '1', '--json')).stdout)).toEqual({ metrics })
})

test('replications, span, warm-up, variants and a target can be asked for', async () => {
  const metricsOf = async (...args: readonly string[]) =>
    JSON.parse((await runCommand('flow', 'run', clinic, '--json', ...args)).stdout).metrics
  const all = await metricsOf('--replications', '7')
  expect(all.wait.n).toBe(7)
  const half = await metricsOf('--replications', '7', '--until', '4 h', '--warm-up', '60')
  expect(half.seen.mean).toBeLessThan(0.6 * all.seen.mean)
  expect((await metricsOf('--replications', '7', '--variant', 'second nurse')).wait.mean).toBeLessThan(all.wait.mean)
  const closed = await metricsOf('--variant', 'second nurse,closed')
  expect([closed.seen.mean, closed.wait]).toEqual([0, { mean: null, sd: null, halfWidth95: null, n: 0 }])
  const exact = await metricsOf('--replications', '500', '--target', 'seen=0.04')
  expect(exact.seen.n).toBeGreaterThanOrEqual(10)
  expect(exact.seen.n).toBeLessThan(500)
  expect(exact.seen.halfWidth95).toBeLessThanOrEqual(0.04 * exact.seen.mean)
  const missed = await runCommand('flow', 'run', clinic, '--replications', '12', '--target', 'seen=0.0001')
  expect([missed.status, missed.stderr]).toEqual([
    0,
    'counterpart flow: warning: 12 replications do not give "seen" within 0.01 %\n',
  ])
})

test('threads change nothing but the time it takes', async () => {
  const run = ['flow', 'run', clinic, '--replications', '300', '--seed', '3', '--json', '--threads']
  const [one, two] = await Promise.all(['1', '2'].map(async (threads) => (await runCommand(...run, threads)).stdout))
  expect(JSON.parse(one!).metrics.seen.n).toBe(300)
  expect(two).toBe(one)
  const ahead = ['flow', 'forecast', clinic, '--state', state, '--horizon', '2h', '--json', '--threads']
  const [alone, together] = await Promise.all(
    ['1', '2'].map(async (threads) => (await runCommand(...ahead, threads)).stdout),
  )
  expect(JSON.parse(alone!).quantities.present).toHaveLength(12)
  expect(together).toBe(alone)
  expect((await runCommand('flow', 'run', clinic, '--threads', '0')).status).toBe(2)
})

test('progress says what is left once there is something to go by', () => {
  expect(howFar(0, 100, 900)).toBe('0 of 100')
  expect(howFar(20, 100, 300)).toBe('20 of 100')
  expect(howFar(20, 100, 2_000)).toBe('20 of 100, about 8 s left')
  expect(howFar(1, 100, 10_000)).toBe('1 of 100, about 17 min left')
  expect(howFar(100, 100, 10_000)).toBe('100 of 100')
})

test('a forecast gives mean and quantiles over time; a mean of nobody is null', async () => {
  const args = ['--state', state, '--horizon', '2h', '--every', '30', '--replications', '50', '--seed', '2']
  const { status, stderr, stdout } = await runCommand('flow', 'forecast', clinic, ...args, '--json')
  expect([status, stderr]).toEqual([0, ''])
  const { quantities } = JSON.parse(stdout)
  expect(Object.keys(quantities)).toEqual(['present', 'wait just now'])
  expect(quantities.present.map(({ t }: { t: number }) => t)).toEqual([30, 60, 90, 120])
  for (const { mean, q05, q50, q95 } of quantities.present) {
    expect(q05).toBeLessThanOrEqual(q50)
    expect(q50).toBeLessThanOrEqual(q95)
    expect(mean).toBeGreaterThanOrEqual(q05)
  }
  const nobody = await runCommand('flow', 'forecast', clinic, ...args, '--variant', 'closed', '--json')
  expect(JSON.parse(nobody.stdout).quantities['wait just now'][3]).toEqual({
    t: 120,
    mean: null,
    q05: null,
    q50: null,
    q95: null,
  })
  expect((await runCommand('flow', 'forecast', clinic, ...args)).stdout).toMatch(
    /^present\n +in min +mean +5 % +50 % +95 %\n/,
  )
})

test('check shows what is in a file and whether it can keep up', async () => {
  const { status, stderr, stdout } = await runCommand('flow', 'check', clinic)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    /^clinic: times in min\n {2}classes {3}patient\n {2}arrivals {2}door\n {2}variants {2}second nurse, closed\n {2}steps\n {4}care {2}activity {2}nurse; exponential, mean 10 min\n/,
  )
  // 4 an hour for 10 minutes each.
  const [, load] = /nurse +([\d.]+) +[\d.]+ +1\n/.exec(stdout)!
  expect(Math.abs(Number(load) - 2 / 3)).toBeLessThan(0.1)
  const busy = file('busy.yaml', text.replace('per-hour: 4', 'per-hour: 9'))
  expect((await runCommand('flow', 'check', busy)).stdout).toContain('warning: "nurse" cannot keep up: ')
  const summary = JSON.parse((await runCommand('flow', 'check', clinic, '--json')).stdout).summary
  expect(summary).toMatchObject({ name: 'clinic', resources: [{ resource: 'nurse', capacity: 1 }] })
})

test('what is wrong is told with lines and exit status 1', async () => {
  const wrong = file('wrong.yaml', text.replace('needs: nurse', 'needs: nurses').replace('10 min', '-1'))
  const checked = await runCommand('flow', 'check', wrong)
  expect(checked.status).toBe(1)
  expect(checked.stdout).toMatch(
    /^line 6, column 18: error: there is no resource "nurses" .*\nline 6, column 48: error: -1 \(/,
  )
  expect(checked.stderr).toContain('wrong.yaml: 2 errors; see above')
  const run = await runCommand('flow', 'run', wrong)
  expect([run.status, run.stdout]).toEqual([1, ''])
  expect(run.stderr).toContain('wrong.yaml: line 6, column 18: there is no resource "nurses"')
  const nowhere = file(
    'nowhere.json',
    '{ "now": 0, "people": [{ "class": "patient", "step": "cure", "arrived": 0, "since": 0 }] }',
  )
  const forecast = await runCommand('flow', 'forecast', clinic, '--state', nowhere, '--horizon', '60')
  expect(forecast.status).toBe(1)
  expect(forecast.stderr).toMatch(/nowhere\.json: line 1, column \d+: there is no step "cure".*did you mean "care"\?/)
  const gone = await runCommand('flow', 'run', join(folder, 'gone.yaml'))
  expect([gone.status, gone.stderr]).toEqual([1, expect.stringContaining('cannot read')])
})

test.each([
  [['fly'], /expected one of: run, forecast, check/],
  [['run'], /expected one FILE/],
  [['run', clinic, '--replications', 'many'], /--replications must be a whole number/],
  [['run', clinic, '--seed', 'x'], /--seed must be a number/],
  [['run', clinic, '--until', 'soon'], /--until must be a time such as 90 \(in min\) or "4 h"/],
  [['run', clinic, '--target', '0.1'], /--target expects METRIC=0.05/],
  [['forecast', clinic, '--horizon', '60'], /--state is missing/],
  [['forecast', clinic, '--state', state], /--horizon is missing/],
  [['check', clinic, '--until', '3'], /until/],
] as const)('wrong usage is told: %j', async (args, expected) => {
  const error = await flow.run(args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toMatch(expected)
})

test('times come as numbers in the unit of the file or with one of their own', () => {
  expect([timeFrom('90', '--x', 'min'), timeFrom('1.5 h', '--x', 'min'), timeFrom('30min', '--x', 'h')]).toEqual([
    90, 90, 0.5,
  ])
})
