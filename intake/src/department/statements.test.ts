import { readFileSync } from 'node:fs'
import type { Thread } from '@counterpart/thread'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { IntakeError } from '../errors.ts'
import type { Intake } from '../intake.ts'
import { eventsOf, now, openWard, type Ward } from '../test-support.ts'
import { at, departments, heard, peer } from './department.test-data.ts'
import { departmentsOf } from './locations.ts'
import { readRoster } from './roster.ts'
import { readDepartments } from './settings.ts'

const messageOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(IntakeError)
    return (error as IntakeError).message
  }
  return 'taken'
}

describe('the file of departments', () => {
  const area = { code: 'A', label: 'A', role: 'waiting', spaces: [] }
  const one = { id: 'ed', name: 'ED', utcOffsetMinutes: 0, areas: [area] }
  const read = (...all: readonly object[]) =>
    messageOf(() => departmentsOf(readDepartments(JSON.stringify({ departments: all }))))

  test('that docs/connect-a-hospital.md shows is right', () => {
    const page = readFileSync(new URL('../../../docs/connect-a-hospital.md', import.meta.url), 'utf8')
    const shown = /```json\n(\{\n {2}"departments"[\s\S]*?)```/.exec(page)![1]!
    const [north] = departmentsOf(readDepartments(shown)).all
    expect(north).toMatchObject({ id: 'north-ed', kind: 'care', areas: [{}, {}, { also: ['EDMAJ'] }] })
  })

  test('may hold an imaging department', () => {
    const machine = { code: 'MR1', label: 'MR 1', modality: 'MR', sessions: [{ days: [0, 1], from: 480, until: 1020 }] }
    const protocol = { code: 'KNEE', label: 'Knee', modality: 'MR', contrast: false, minutes: 25, sequences: [5, 6, 4] }
    const imaging = {
      id: 'mr',
      name: 'MR',
      kind: 'imaging',
      utcOffsetMinutes: 0,
      machines: [machine],
      protocols: [protocol],
    }
    expect(read(one, imaging)).toBe('taken')
    expect(read({ ...imaging, machines: [{ ...machine, sessions: [{ days: [7], from: 0, until: 1 }] }] })).toContain(
      'departments[0].machines[0].sessions[0].days[0]',
    )
  })

  test.each([
    ['a role that there is not', [{ ...one, areas: [{ ...area, role: 'lounge' }] }], 'departments[0].areas[0].role: '],
    ['a word that means nothing here', [{ ...one, colour: 'red' }], 'departments[0]: Unrecognized key: "colour"'],
    ['no areas', [{ ...one, areas: [] }], 'departments[0].areas: '],
    ['an id that is no name', [{ ...one, id: 'North ED' }], 'departments[0].id: must be of lower-case letters'],
    ['one id twice', [one, one], 'there are two departments "ed"'],
    ['one place in two departments', [one, { ...one, id: 'b' }], '"A" is an area of "ed" too'],
    ['a place in an area that there is not', [{ ...one, locations: { x: { area: 'B' } } }], 'which it does not have'],
    [
      'the name of no place for an area',
      [{ ...one, areas: [{ ...area, code: '?' }] }],
      'areas[0].code: must not be "?"',
    ],
  ])('with %s is refused, saying where', (_what, all, expected) => {
    expect(read(...all)).toContain(expected)
  })

  test('that is no JSON is refused', () => {
    expect(messageOf(() => readDepartments('departments: []'))).toContain('it is not JSON')
    expect(messageOf(() => readDepartments('[]'))).toContain('departments cannot be read')
  })

  test('one code may stand for areas of two hospitals', () => {
    expect(read({ ...one, facility: 'N' }, { ...one, id: 'b', facility: 'S' })).toBe('taken')
  })
})

describe('a roster', () => {
  const csv =
    'role,from,until,count\nnurse,2024-03-15T07:00:00Z,2024-03-15T15:00:00Z,6\n"clinician",2024-03-15T09:00+01:00,2024-03-15T16:00:00Z,3\n'
  const spans = [
    { role: 'nurse', from: at('07:00'), until: at('15:00'), count: 6 },
    { role: 'clinician', from: at('08:00'), until: at('16:00'), count: 3 },
  ]

  test('reads the same from CSV and JSON', () => {
    expect(readRoster(csv, 'text/csv')).toEqual({ from: at('07:00'), until: at('16:00'), spans })
    const json = { spans: spans.map((each) => ({ ...each, from: new Date(each.from).toISOString() })) }
    expect(readRoster(JSON.stringify(json), 'application/json')).toEqual(readRoster(csv, 'text/csv'))
  })

  test.each([
    ['other columns', 'role,from,to,count\n', 'line 1: the columns are'],
    ['a cell too many', `${csv}nurse,a,b,1,2`, 'line 4: it has 5 cells'],
    [
      'half a nurse',
      `${csv}nurse,2024-03-15T07:00:00Z,2024-03-15T15:00:00Z,0.5`,
      'line 4, count: must be a whole number',
    ],
    ['no number', `${csv}nurse,2024-03-15T07:00:00Z,2024-03-15T15:00:00Z,`, 'line 4, count'],
    [
      'a time without an offset',
      `${csv}nurse,2024-03-15T07:00:00,2024-03-15T15:00:00Z,1`,
      'line 4, from: must be a time',
    ],
    [
      'a shift that ends before it begins',
      `${csv}nurse,2024-03-15T17:00:00Z,2024-03-15T15:00:00Z,1`,
      'line 4: until must',
    ],
    [
      'a role that is no name',
      `${csv}Nurse!,2024-03-15T07:00:00Z,2024-03-15T15:00:00Z,1`,
      'line 4, role: must be a role',
    ],
    ['nobody', 'role,from,until,count\n', 'spans'],
  ])('with %s is refused, saying where', (_what, text, expected) => {
    expect(messageOf(() => readRoster(text, 'text/csv'))).toContain(expected)
  })
})

describe('of a department itself', () => {
  let ward: Ward
  let intake: Intake
  let thread: Thread
  let clock = now
  beforeEach(async () => {
    clock = now
    ward = await openWard({ departments, clock: () => clock })
    ;({ intake, thread } = ward)
  })
  afterEach(() => ward.close())

  test('the layout is recorded once, from when on it holds', async () => {
    await intake.recordLayouts()
    clock += 60_000
    await intake.recordLayouts()
    const recorded = await eventsOf(thread, 'observation.recorded')
    expect(recorded.map(({ stream, effective }) => [stream, effective])).toEqual([
      ['department/north-ed', Date.UTC(2024, 2, 1)],
      ['department/north-obs', now],
      ['department/north-imaging', now],
    ])
    expect(recorded[2]!.payload!.observation).toMatchObject({
      channel: 'imaging-layout',
      text: 'North, imaging: 1 machines, 1 protocols',
      detail: { machines: [{ code: 'CT1' }], protocols: [{ code: 'CT-HEAD', sequences: [5, 4] }] },
    })
    expect(recorded[0]!.payload!.observation).toMatchObject({
      channel: 'department-layout',
      text: 'North, emergency: 2 areas, 3 spaces',
      detail: {
        name: 'North, emergency',
        utcOffsetMinutes: 60,
        areas: [
          { code: 'ED-WAIT', label: 'Waiting room', role: 'waiting', spaces: [] },
          { code: 'ED-MAJ', label: 'Majors', role: 'majors', spaces: ['1', '2', '3'] },
        ],
      },
    })
    // Another life of the server reads the same file.
    const again = await openWard({ departments, clock: () => clock, thread })
    await again.intake.recordLayouts()
    again.intake.close()
    expect(await eventsOf(thread, 'observation.recorded')).toHaveLength(3)
    expect(intake.quarantined()).toEqual([])
  })

  test('a roster is taken in, also when it goes back to what an earlier one said', async () => {
    const roster = (count: number) => `role,from,until,count\nnurse,2024-03-15T07:00:00Z,2024-03-15T15:00:00Z,${count}`
    for (const count of [6, 4, 6]) {
      expect((await intake.receiveRoster('north-ed', roster(count), 'text/csv', peer)).outcome).toBe('accepted')
      clock += 60_000
    }
    const rosters = (await eventsOf(thread, 'observation.recorded')).map(
      ({ payload }) => payload!.observation as never as { effective: number; detail: { spans: { count: number }[] } },
    )
    expect(rosters.map(({ effective, detail }) => [effective - now, detail.spans[0]!.count])).toEqual([
      [0, 6],
      [60_000, 4],
      [120_000, 6],
    ])
    expect(await heard(thread)).toHaveLength(3)
  })

  test('a roster for nobody, or one that cannot be read, waits in the quarantine', async () => {
    expect(await intake.receiveRoster('south-ed', '{}', 'application/json', peer)).toMatchObject({
      outcome: 'refused',
      code: 'unknown-subject',
    })
    expect(await intake.receiveRoster('north-ed', '{', 'application/json', peer)).toMatchObject({ code: 'malformed' })
    expect(intake.quarantined()).toHaveLength(2)
  })
})
