import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'
import { UsageError } from './usage.ts'
import { workload } from './workload.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-workload-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** Four hours of clinic a day for two weeks: `people` sign a note a minute from 9 to 10, and read messages in the evening. */
function clinicLog(people: readonly string[], left: (day: number, who: string) => boolean = () => true): string[] {
  const rows: string[] = []
  for (let day = 0; day < 14; day++)
    for (const who of people) {
      if (day % 7 > 4 || !left(day, who)) continue
      const date = `2026-03-${String(2 + day).padStart(2, '0')}`
      for (let m = 0; m < 60; m++) rows.push(`${date}T09:${String(m).padStart(2, '0')}:00,${who},note.edit,n1,,`)
      rows.push(`${date}T10:00:00,${who},logout,,,`)
      for (let m = 0; m < 30 + day; m++) rows.push(`${date}T19:${String(m).padStart(2, '0')}:00,${who},inbox.read,n1,,`)
      rows.push(`${date}T20:00:00,${who},message.received,n1,m${day},patient`)
    }
  return ['time,user,action,patient,object,detail', ...rows]
}
const people = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']
const log = file('log.csv', clinicLog(people))
const schedule = file('schedule.csv', [
  'provider,from,until,work',
  ...people.flatMap((_, p) =>
    Array.from({ length: 14 }, (_, day) => day)
      .filter((day) => day % 7 < 5)
      .map(
        (day) =>
          `p${p + 1},2026-03-${String(2 + day).padStart(2, '0')}T08:00,2026-03-${String(2 + day).padStart(2, '0')}T12:00,clinic`,
      ),
  ),
])
const providers = file('providers.csv', [
  'provider,login,pod',
  ...people.map((login, p) => `p${p + 1},${login},${p < 3 ? 'north' : 'south'}`),
])
const usual = [log, '--schedule', schedule, '--providers', providers, '--zone', 'Europe/London']

test('measures come with numerator, denominator, interval and completeness', async () => {
  const { status, stderr, stdout } = await runCommand('workload', 'measures', ...usual, '--json', '--workers', '1')
  expect([status, stderr]).toEqual([0, ''])
  const said = JSON.parse(stdout)
  expect(said.log).toMatchObject({ zone: 'Europe/London', events: clinicLog(people).length - 1, missing: [] })
  expect(said.providers.map(({ provider }: { provider: string }) => provider)).toEqual([
    'p1',
    'p2',
    'p3',
    'p4',
    'p5',
    'p6',
  ])
  const [{ covered, days, measures }] = said.providers[0].periods
  expect([covered, days]).toEqual([1, { all: 12, clinic: 10, leave: 0, silent: 0 }])
  // In clinic an hour a day; in the evening 29 + day minutes and a tail of 5 s, on ten days whose numbers add up to 55.
  const evening = (290 + 55 + 50 / 60) / 60
  expect(measures['ehr-time-8'].value).toBeCloseTo((8 * (10 + evening)) / 40, 9)
  expect(measures['wow-8']).toMatchObject({
    value: expect.closeTo((8 * evening) / 40, 9),
    low: expect.closeTo((8 * evening) / 40, 9),
    numerator: expect.closeTo(evening, 9),
    denominator: 40,
  })
})

test('weeks, days asked for and outages are told; what is missing widens', async () => {
  const args = [...usual, '--json', '--by', 'week', '--from', '2026-03-02', '--until', '2026-03-14']
  const of = async (...more: readonly string[]) =>
    JSON.parse((await runCommand('workload', 'measures', ...args, ...more)).stdout).providers[0].periods
  const whole = await of()
  expect(whole.map(({ from, until }: { from: string; until: string }) => [from, until])).toEqual([
    ['2026-03-02', '2026-03-09'],
    ['2026-03-09', '2026-03-14'],
  ])
  // What was logged then stays; that there was no log is believed.
  const [gap] = await of('--outage', '2026-03-03T18:00:00Z/2026-03-03T22:00:00Z')
  expect(gap.covered).toBeLessThan(1)
  const { high, low } = gap.measures['wow-8']
  expect(high).toBeGreaterThan(low)
})

test('somebody rostered and not in the log is unknown, in figures and in words', async () => {
  const silent = file(
    'silent.csv',
    clinicLog(people, (_, who) => who !== 'u2'),
  )
  const args = [silent, ...usual.slice(1)]
  const { stdout } = await runCommand('workload', 'measures', ...args, '--json')
  const [, p2] = JSON.parse(stdout).providers
  expect(p2.periods[0]).toMatchObject({ covered: 0, days: { clinic: 10, silent: 10 } })
  expect(p2.periods[0].measures['after-hours']).toMatchObject({ value: null, why: 'log-missing' })
  const words = (await runCommand('workload', 'measures', ...args)).stdout
  expect(words).toMatch(/\np2 +2026-03-02 +0 % +log missing/)
  expect(words).toMatch(/\np1 +2026-03-02 +100 % +\d/)
})

test('pods are shown of enough people only, and nobody by subtraction', async () => {
  const of = async (...more: readonly string[]) =>
    JSON.parse((await runCommand('workload', 'measures', ...usual, '--by-pod', '--json', ...more)).stdout)
  const three = await of('--minimum-cell', '3')
  expect(three.providers).toBeUndefined()
  expect(three.groups.map(({ group }: { group: string }) => group)).toEqual(['north', 'south', 'clinic'])
  expect(three.groups[0].periods[0].measures['wow-8']).toMatchObject({ people: 3 })
  const five = await of()
  expect(five.groups[0].periods[0].measures['wow-8']).toEqual({
    value: null,
    low: null,
    high: null,
    suppressed: 'too-few',
  })
  expect(five.groups[2].periods[0].measures['wow-8']).toMatchObject({ people: 6 })
})

test("a vendor's words are read by a map", async () => {
  const vendor = file('vendor.csv', ['WHEN,WHO,WHAT', '2026-03-02T08:00:00Z,7,PEND', '2026-03-02T08:00:30Z,7,FAX'])
  const map = file('map.json', [
    '{"columns": {"WHEN": "time", "WHO": "user", "WHAT": "action"}, "actions": {"PEND": "note.edit"}}',
  ])
  const { stdout } = await runCommand(
    'workload',
    'measures',
    vendor,
    '--map',
    map,
    '--json',
    '--inactivity',
    '20',
    '--tail',
    '10',
  )
  const said = JSON.parse(stdout)
  expect(said.problems).toMatchObject([{ problem: 'unknown-action', word: 'FAX', count: 1, lines: [3] }])
  expect(said.providers[0].periods[0].measures['task-switching'].denominator).toBeCloseTo(20 / 3600, 9)
})

test.each([
  [['log.csv'], /log\.csv:1: there is no column "action" .*say so in the map/, ['time,user', 'x,y']],
  [
    ['log.csv', '--schedule', 'log.csv'],
    /log\.csv:2: from is "soon" \(expected a time/,
    ['time,user,action,provider,from,until', ',,,p1,soon,later'],
  ],
  [
    ['log.csv', '--providers', 'log.csv'],
    /log\.csv:3: "p1" is said to be of the pods "a" and "b"/,
    ['provider,login,pod', 'p1,x,a', 'p1,y,b'],
  ],
  [['log.csv', '--map', 'log.csv'], /log\.csv: "action" \(expected an object/, ['{"action": {}}']],
  [['log.csv', '--map', 'log.csv'], /log\.csv is no JSON/, ['{']],
  [['log.csv', '--map', 'gone.json'], /cannot read .*gone\.json/, ['']],
  [['gone.csv'], /cannot read .*gone\.csv/, ['']],
  [
    ['log.csv', '--by-pod', '--providers', 'log.csv'],
    /has no column "pod"/,
    ['time,user,action,provider,login', '2026-03-02T08:00:00Z,x,login,p1,x'],
  ],
] as const)('bad input is told with its file and line: %j', async (names, expected, lines) => {
  const bad = file('bad.csv', lines)
  const args = names.map((name) => (name === 'log.csv' ? bad : name.startsWith('gone') ? join(folder, name) : name))
  const { status, stderr, stdout } = await runCommand('workload', 'measures', ...args)
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr.replaceAll('bad.csv', 'log.csv')).toMatch(expected)
})

test('a schedule that knows nobody of the log is told', async () => {
  const { status, stderr } = await runCommand('workload', 'measures', log, '--schedule', schedule, '--json')
  expect(status).toBe(0)
  expect(stderr).toMatch(
    /warning: 6 of the schedule \(p1, p2, p3, …\) are not in the log; say whose each login is with --providers/,
  )
})

test.each([
  [['measure'], /expected one of: measures/],
  [['measures'], /expected one LOG/],
  [['measures', 'a', '--zone', 'Mars'], /--zone must be an IANA zone/],
  [['measures', 'a', '--by', 'year'], /--by must be one of day, week, month, all/],
  [['measures', 'a', '--from', 'monday'], /--from must be a day/],
  [['measures', 'a', '--outage', 'today'], /--outage must be FROM\/UNTIL/],
  [['measures', 'a', '--inactivity', 'x'], /--inactivity must be a number of seconds/],
  [['measures', 'a', '--by-pod'], /--by-pod needs --providers/],
  [['measures', 'a', '--minimum-cell', '2'], /--minimum-cell must be a whole number from 3/],
  [['measures', 'a', '--workers', '0'], /--workers must be a whole number/],
] as const)('wrong usage is told: %j', async (args, expected) => {
  const error = await workload.run(args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toMatch(expected)
})
