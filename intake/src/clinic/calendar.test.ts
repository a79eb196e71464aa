import { civilTime } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { readCalendar } from './calendar.ts'

const london = civilTime('Europe/London')
const span = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) }
const calendar = (...lines: readonly string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n')
const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', 'UID:e1', 'SUMMARY:Clinic', ...lines, 'END:VEVENT']
const read = (...lines: readonly string[]) =>
  readCalendar(calendar(...lines), london, span).map(
    ({ from, until }) => `${new Date(from).toISOString().slice(0, 16)}/${new Date(until).toISOString().slice(0, 16)}`,
  )

test('local, floating, UTC and whole-day times', () => {
  expect(
    read(...event('DTSTART;TZID=America/Chicago:20260302T080000', 'DTEND;TZID=America/Chicago:20260302T120000')),
  ).toEqual(['2026-03-02T14:00/2026-03-02T18:00'])
  expect(read(...event('DTSTART:20260601T080000', 'DURATION:PT4H'))).toEqual(['2026-06-01T07:00/2026-06-01T11:00'])
  expect(read(...event('DTSTART:20260601T080000Z', 'DTEND:20260601T120000Z'))).toEqual([
    '2026-06-01T08:00/2026-06-01T12:00',
  ])
  // The day on which clocks are put forward has 23 hours, that on which they are put back 25.
  expect(read(...event('DTSTART;VALUE=DATE:20260329'))).toEqual(['2026-03-29T00:00/2026-03-29T23:00'])
  expect(read(...event('DTSTART;VALUE=DATE:20261025', 'DTEND;VALUE=DATE:20261026'))).toEqual([
    '2026-10-24T23:00/2026-10-26T00:00',
  ])
})

test('a weekly session stays at its hour of the wall clock when clocks change', () => {
  const lines = event(
    'DTSTART;TZID=Europe/London:20260323T080000',
    'DTEND;TZID=Europe/London:20260323T120000',
    'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4',
  )
  expect(read(...lines)).toEqual([
    '2026-03-23T08:00/2026-03-23T12:00',
    '2026-03-25T08:00/2026-03-25T12:00',
    '2026-03-30T07:00/2026-03-30T11:00',
    '2026-04-01T07:00/2026-04-01T11:00',
  ])
})

test('INTERVAL, UNTIL and EXDATE; COUNT counts what is excepted', () => {
  const start = ['DTSTART;TZID=Europe/London:20260105T080000', 'DTEND;TZID=Europe/London:20260105T090000']
  expect(read(...event(...start, 'RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260202T080000Z'))).toHaveLength(3)
  expect(read(...event(...start, 'RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260202T075959Z'))).toHaveLength(2)
  const excepted = read(...event(...start, 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;TZID=Europe/London:20260106T080000'))
  expect(excepted).toEqual(['2026-01-05T08:00/2026-01-05T09:00', '2026-01-07T08:00/2026-01-07T09:00'])
})

test('one occurrence may be moved or cancelled', () => {
  const master = event('DTSTART:20260105T080000Z', 'DTEND:20260105T090000Z', 'RRULE:FREQ=DAILY;COUNT=3')
  const moved = event('RECURRENCE-ID:20260106T080000Z', 'DTSTART:20260106T140000Z', 'DTEND:20260106T150000Z')
  expect(read(...master, ...moved)).toEqual([
    '2026-01-05T08:00/2026-01-05T09:00',
    '2026-01-06T14:00/2026-01-06T15:00',
    '2026-01-07T08:00/2026-01-07T09:00',
  ])
  const cancelled = readCalendar(
    calendar(
      ...master,
      ...event(
        'RECURRENCE-ID:20260106T080000Z',
        'DTSTART:20260106T080000Z',
        'DTEND:20260106T090000Z',
        'STATUS:CANCELLED',
      ),
    ),
    london,
    span,
  )
  expect(cancelled.map((each) => each.cancelled)).toEqual([false, true, false])
})

test('folded lines are put together', () => {
  const entries = readCalendar(
    calendar(
      ...event('DTSTART:20260105T080000Z', 'DTEND:2026010', ' 5T090000Z', 'CATEGORIES:LEA', ' VE\\, paid,Other'),
    ),
    london,
    span,
  )
  expect(entries[0]).toMatchObject({ categories: ['LEAVE, paid', 'Other'], until: Date.UTC(2026, 0, 5, 9) })
})

test.each([
  ['no calendar', 'hello', 'line 1', 'malformed'],
  ['cut off', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n', 'line 1', 'malformed'],
  [
    'a monthly rule',
    calendar(...event('DTSTART:20260105T080000Z', 'DTEND:20260105T090000Z', 'RRULE:FREQ=MONTHLY')),
    'line 8',
    'not-supported',
  ],
  [
    'a rule with months',
    calendar(...event('DTSTART:20260105T080000Z', 'DTEND:20260105T090000Z', 'RRULE:FREQ=DAILY;BYMONTH=1')),
    'line 8',
    'not-supported',
  ],
  [
    'the last Monday',
    calendar(...event('DTSTART:20260105T080000Z', 'DTEND:20260105T090000Z', 'RRULE:FREQ=WEEKLY;BYDAY=-1MO')),
    'line 8',
    'not-supported',
  ],
  [
    'more dates',
    calendar(...event('DTSTART:20260105T080000Z', 'DTEND:20260105T090000Z', 'RDATE:20260107T080000Z')),
    'line 8',
    'not-supported',
  ],
  [
    'a zone of its own',
    calendar(...event('DTSTART;TZID=Ours:20260105T080000', 'DTEND:20260105T090000Z')),
    'line 6',
    'not-supported',
  ],
  ['no such day', calendar(...event('DTSTART:20260231T080000Z', 'DTEND:20260301T090000Z')), 'line 6', 'malformed'],
  ['no end', calendar(...event('DTSTART:20260105T080000Z')), 'line 3', 'malformed'],
  [
    'an end before the beginning',
    calendar(...event('DTSTART:20260105T080000Z', 'DTEND:20260105T070000Z')),
    'line 7',
    'malformed',
  ],
  ['a to-do', calendar('BEGIN:VTODO', 'UID:t', 'END:VTODO'), 'line 3', 'not-supported'],
  [
    'a rule that never comes true',
    calendar(...event('DTSTART:20260105T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU')),
    'line 8',
    'malformed',
  ],
  [
    'a first that the rule does not name',
    calendar(...event('DTSTART:20260105T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=TU')),
    'line 3',
    'not-supported',
  ],
])('%s is refused by name, with its line', (_, text, location, code) => {
  expect(() => readCalendar(text, london, span)).toThrow(expect.objectContaining({ location, code }))
})

test('a daily rule since 1800 is refused rather than followed', () => {
  const text = calendar(...event('DTSTART:18000101T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'))
  expect(() => readCalendar(text, london, span)).toThrow(expect.objectContaining({ code: 'too-large' }))
})
