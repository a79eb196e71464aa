import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { readSchedule } from '../files/schedule.ts'
import { headerLine, readText } from '../log/log.test-data.ts'
import type { WorkHour } from '../work-event.ts'
import type { MeasureName } from './definitions.ts'
import { type MeasureOptions, measuresOf } from './measures.ts'

const zone = 'America/Chicago'
const week = { from: '2026-03-02', until: '2026-03-09' }

/** The worked example of the README. */
const example = `${headerLine}2026-03-02T08:00:00,ann,login,,,
2026-03-02T08:00:20,ann,chart.view,n1,,
2026-03-02T08:01:00,ann,note.edit,n1,d1,
2026-03-02T08:02:00,ann,note.edit,n1,d1,
2026-03-02T08:03:00,ann,note.sign,n1,d1,
2026-03-02T08:03:30,ann,order.sign,n1,o1,team
2026-03-02T08:04:00,ann,order.sign,n1,o2,
2026-03-02T08:04:30,ann,rx.sign,n1,o3,
2026-03-02T08:05:00,ann,logout,,,
2026-03-02T11:00:00,ann,message.received,n2,m1,patient
2026-03-02T20:00:00,ann,inbox.open,,,
2026-03-02T20:01:00,ann,inbox.read,n2,m1,patient
2026-03-02T20:02:00,ann,inbox.done,n2,m1,patient
2026-03-02T20:03:00,ann,inbox.done,n3,m2,refill
2026-03-02T20:04:00,ann,logout,,,
2026-03-07T10:14:30,ann,chart.view,n1,,
2026-03-07T10:15:30,ann,logout,,,
`
const schedule = readSchedule('provider,from,until\nann,2026-03-02T08:00,2026-03-02T12:00\n', zone)

const valuesOf = (measured: ReturnType<typeof measuresOf>, person = 0, period = 0) =>
  Object.fromEntries(
    Object.entries(measured[person]!.periods[period]!.measures).map(([name, { value }]) => [name, value]),
  )

describe('measures', () => {
  it('of the worked example are those worked out by hand', async () => {
    const log = await readText(example, { zone })
    const measured = measuresOf(log.hours('ann'), schedule, {
      zone,
      by: 'all',
      range: week,
      transitions: log.transitions,
    })
    const minutes = (of: number) => of / 60
    expect(valuesOf(measured)).toMatchObject({
      'ehr-time-8': minutes(20),
      'wow-8': minutes(10),
      'note-time-8': minutes(5),
      'inbox-time-8': minutes(8),
      'script-time-8': minutes(1),
      tword: 100 / 3,
      undiv: 100 - 100 * (5 / 240),
      'psh-40': 320 / (8 + 1 / 6),
      'after-hours': minutes(5),
      'outside-scheduled-days-8': minutes(8),
      'unscheduled-days-8': minutes(2),
      'work-hours': 4 + minutes(5),
      'task-switching': 18,
      'action-entropy': expect.closeTo(4 / 9, 12),
      received: 1,
      'received-patient': 1,
      done: 2,
      'done-refill': 1,
      'done-call': 0,
    })
    const [period] = measured[0]!.periods
    expect(period).toMatchObject({ covered: 1, days: { all: 7, clinic: 1, leave: 0, silent: 0 } })
    // All was logged, so there is nothing to be unsure of.
    for (const { high, low, value } of Object.values(period!.measures)) expect([low, high]).toEqual([value, value])
    const saturday = log.hours('ann').at(-1)!
    expect(saturday.seconds).toEqual({ 'chart-review': [30, 30, 0, 0] })
  })

  it('are taken by day, week and month of the clinic', async () => {
    const log = await readText(example, { zone })
    const by = (kind: MeasureOptions['by'], range = week) =>
      measuresOf(log.hours('ann'), schedule, { zone, by: kind, range })[0]!.periods.map(
        ({ from, until, measures }) => [from, until, measures['after-hours'].numerator * 60] as const,
      )
    expect(by('day').filter(([, , minutes]) => minutes > 0)).toEqual([
      ['2026-03-02', '2026-03-03', expect.closeTo(4, 9)],
      ['2026-03-07', '2026-03-08', expect.closeTo(1, 9)],
    ])
    expect(by('week', { from: '2026-02-25', until: '2026-03-08' })).toEqual([
      ['2026-02-25', '2026-03-02', 0],
      ['2026-03-02', '2026-03-08', expect.closeTo(5, 9)],
    ])
    expect(by('month', { from: '2026-02-01', until: '2026-04-01' }).map(([from]) => from)).toEqual([
      '2026-02-01',
      '2026-03-01',
    ])
    expect(() => by('week', { from: '2026-03-02', until: '2026-03-02' })).toThrow(/no day/)
  })

  it('say that somebody is unknown who is rostered and not in the log, and idle only who was seen', () => {
    const seen = (provider: string, hour: number): WorkHour => ({
      ...nothing,
      provider,
      hour,
      seconds: { note: [60, 0, 0, 0] },
      actions: 3,
    })
    const both = readSchedule(
      'provider,from,until\nann,2026-03-02T08:00,2026-03-02T12:00\nann,2026-03-03T08:00,2026-03-03T12:00\nben,2026-03-02T08:00,2026-03-02T12:00\n',
      zone,
    )
    const monday = Date.UTC(2026, 2, 2, 15)
    const [ann, ben, cy] = measuresOf([seen('ann', monday)], both, { zone, by: 'all', range: week, providers: ['cy'] })
    // Half of what she had scheduled is silent; with one day known there is no saying how days differ.
    expect(ann!.periods[0]).toMatchObject({ days: { silent: 1, clinic: 2 }, covered: 0.5 })
    expect(ann!.periods[0]!.measures['ehr-time-8']).toMatchObject({ value: null, why: 'log-missing' })
    for (const person of [ben, cy]) {
      expect(person!.periods[0]!.covered).toBe(0)
      for (const { value } of Object.values(person!.periods[0]!.measures)) expect(value).toBeNull()
    }
    const leave = [
      ...both,
      { provider: 'ben', from: monday - 8 * 36e5, until: monday + 8 * 36e5, work: 'leave' as const },
    ]
    const away = measuresOf([seen('ann', monday), seen('ben', monday + 48 * 36e5)], leave, {
      zone,
      by: 'all',
      range: week,
    })[1]!
    expect(away.periods[0]).toMatchObject({ covered: 1, days: { leave: 1, clinic: 0, silent: 0 } })
    expect(away.periods[0]!.measures['ehr-time-8']).toMatchObject({ value: null, why: 'nothing-scheduled' })
  })

  it('have intervals that hold the truth about nine times in ten when days or hours are missing', () => {
    const names: readonly MeasureName[] = [
      'ehr-time-8',
      'wow-8',
      'after-hours',
      'inbox-time-8',
      'task-switching',
      'tword',
      'received',
      'psh-40',
    ]
    const held = new Map<MeasureName, number[]>(names.map((name) => [name, []]))
    const widths: number[][] = [[], []]
    for (let person = 0; person < 100; person++) {
      const random = randomStream('missing days', person)
      const { hours, range, spans } = manyDays(random)
      const options = { zone: 'UTC', by: 'all', range } as const
      const truth = measuresOf(hours, spans, options)[0]!.periods[0]!.measures
      // Either whole days or the same two hours of the day on some days are lost.
      const lost = (at: number) =>
        Math.floor(at / 864e5) % 5 < 1 + (person % 2) && (person % 3 > 0 || (at / 36e5) % 24 < 10)
      const left = [
        ...hours.map((hour) => (lost(hour.hour) ? { ...nothing, provider: 'p', hour: hour.hour, covered: 0 } : hour)),
      ]
      const measured = measuresOf(left, spans, options)[0]!.periods[0]!
      expect(measured.covered).toBeLessThan(0.97)
      for (const name of names) {
        const { high, low, value } = measured.measures[name]
        expect(value).not.toBeNull()
        held.get(name)!.push(Number(truth[name].value! >= low! && truth[name].value! <= high!))
      }
      widths[person % 2]!.push(measured.measures['ehr-time-8'].high! - measured.measures['ehr-time-8'].low!)
    }
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length
    for (const [name, each] of held) {
      // 90 % of 100 is known to within 3 % (one standard error); three of these.
      expect([name, mean(each)]).toEqual([name, expect.toSatisfy((share: number) => share > 0.81 && share < 0.99)])
    }
    // More missing, wider.
    expect(mean(widths[1]!)).toBeGreaterThan(1.3 * mean(widths[0]!))
  })
})

const nothing: Omit<WorkHour, 'provider' | 'hour'> = {
  seconds: {},
  received: {},
  done: {},
  orders: { signed: 0, team: 0 },
  notesSigned: 0,
  actions: 0,
  switches: 0,
  covered: 1,
}

/** Ten weeks of somebody with hours from 7 to 21 on working days, and some at weekends. */
function manyDays(random: ReturnType<typeof randomStream>) {
  const start = Date.UTC(2026, 2, 2)
  const hours: WorkHour[] = []
  const rows = ['provider,from,until']
  for (let day = 0; day < 70; day++) {
    const at = start + day * 864e5
    const weekend = day % 7 > 4
    if (!weekend) rows.push(`p,${new Date(at + 8 * 36e5).toISOString()},${new Date(at + 16 * 36e5).toISOString()}`)
    const busy = Math.exp(0.3 * random.normal())
    for (let h = weekend ? 9 : 7; h < (weekend ? 12 : 21); h++) {
      const scale = busy * (h < 8 || h > 15 ? 0.3 : 1) * random.uniform() * 0.5
      const quarter = Math.min(900, 900 * scale)
      const actions = 1 + random.integer(200)
      const signed = random.integer(6)
      hours.push({
        ...nothing,
        provider: 'p',
        hour: at + h * 36e5,
        seconds: { note: [quarter, quarter, 0, quarter], inbox: [0, 0, quarter * random.uniform(), 0] },
        received: { patient: random.integer(4) },
        orders: { signed, team: Array.from({ length: signed }, () => random.uniform() < 0.3).filter(Boolean).length },
        actions,
        switches: Math.floor(3 * quarter * random.uniform() * 0.02),
      })
    }
  }
  const until = new Date(start + 70 * 864e5).toISOString().slice(0, 10)
  return { hours, spans: readSchedule(rows.join('\n')), range: { from: '2026-03-02', until } }
}
