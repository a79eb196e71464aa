import { day, hour } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { SandboxError } from '../errors.ts'
import type { ClinicEvent } from './events.ts'
import { ClinicLedger, type LedgerWeek, workOf } from './ledger.ts'
import type { ClinicOptions } from './settings.ts'
import { simulateClinic } from './simulation.ts'

const from = Date.UTC(2026, 2, 2)
const few: ClinicOptions = { seed: 'test', from, size: 8, unseenWeeks: 3 }

function weeksOf(options: ClinicOptions, weeks: number): { weeks: LedgerWeek[]; events: ClinicEvent[] } {
  const clinic = simulateClinic(options)
  const ledger = new ClinicLedger(clinic.layout, clinic.waiting())
  const until = options.from + weeks * 7 * day
  const events = clinic.advance(until)
  ledger.take(events)
  return { weeks: ledger.weeks(until), events }
}

const total = (weeks: readonly LedgerWeek[], of: (week: LedgerWeek) => number) =>
  weeks.reduce((sum, each) => sum + of(each), 0)

describe('a simulated clinic', () => {
  it('is the same to the byte for the same seed, in whatever slices it is asked', () => {
    const whole = simulateClinic(few).advance(from + 4 * day)
    const sliced = simulateClinic(few)
    const parts: ClinicEvent[] = []
    for (let at = from + 7 * hour; at < from + 4 * day; at += 7 * hour) parts.push(...sliced.advance(at))
    parts.push(...sliced.advance(from + 4 * day))
    expect(JSON.stringify(parts)).toBe(JSON.stringify(whole))
    expect(JSON.stringify(simulateClinic({ ...few, seed: 'other' }).advance(from + day))).not.toBe(
      JSON.stringify(simulateClinic(few).advance(from + day)),
    )
  })

  it('tells the same story from a later day when it is told where to begin', () => {
    const begins = from - 28 * day
    const early = simulateClinic({ ...few, begins })
    early.advance(from + 3 * day - 1)
    const late = simulateClinic({ ...few, from: from + 3 * day, begins })
    const work = (events: readonly ClinicEvent[]) => JSON.stringify(events.filter(({ kind }) => kind === 'work'))
    expect(work(late.advance(from + 5 * day))).toBe(work(early.advance(from + 5 * day)))
  })

  it('tells nothing of the future and all in order', () => {
    const clinic = simulateClinic(few)
    clinic.advance(from + 9 * hour)
    const events = clinic.advance(from + 15 * hour)
    expect(events.length).toBeGreaterThan(100)
    let last = from + 9 * hour
    for (const { at } of events) {
      expect(at).toBeGreaterThanOrEqual(last)
      expect(at).toBeLessThanOrEqual(from + 15 * hour)
      last = at
    }
  })

  it('lets nobody do two things at once', () => {
    const { events } = weeksOf(few, 1)
    const busyUntil = new Map<string, number>()
    for (const event of events) {
      if (event.kind !== 'work') continue
      const { provider, seconds } = event.work
      expect(event.at).toBeGreaterThanOrEqual(busyUntil.get(provider) ?? 0)
      busyUntil.set(provider, event.at + seconds * 1000)
    }
    expect(busyUntil.size).toBe(8)
  })

  it('sees each patient once and answers each message at most once', () => {
    const { events } = weeksOf(few, 2)
    const states = new Map<string, string[]>()
    const answered = new Map<string, number>()
    for (const event of events) {
      if (event.kind === 'appointment')
        states.set(event.appointment.id, [...(states.get(event.appointment.id) ?? []), event.appointment.state])
      if (event.kind === 'work' && event.work.message && event.work.ends && event.work.ends !== 'sign')
        answered.set(event.work.about, (answered.get(event.work.about) ?? 0) + 1)
    }
    expect(Math.max(...answered.values())).toBe(1)
    expect(answered.size).toBeGreaterThan(500)
    for (const list of states.values()) {
      expect(list.filter((state) => state === 'fulfilled').length).toBeLessThanOrEqual(1)
      expect(list.includes('no-show') && list.includes('fulfilled')).toBe(false)
    }
  })

  it('works about as published: five to eight hours at the screen for eight with patients, a fifth or more of them outside', () => {
    const { weeks } = weeksOf({ seed: 'practice-test', from, size: 30, unseenWeeks: 3 }, 3)
    const perEight = (8 * total(weeks, ({ ehr }) => ehr)) / total(weeks, ({ clinic }) => clinic)
    expect(perEight).toBeGreaterThan(5)
    expect(perEight).toBeLessThan(8)
    const outside = total(weeks, (week) => week.outside) / total(weeks, ({ ehr }) => ehr)
    expect(outside).toBeGreaterThan(0.2)
    expect(outside).toBeLessThan(0.6)
    const visits = (8 * total(weeks, (week) => week.visits)) / total(weeks, ({ clinic }) => clinic)
    expect(visits).toBeGreaterThan(13)
    expect(visits).toBeLessThan(21)
    expect(total(weeks, workOf)).toBeGreaterThan(total(weeks, ({ scheduled }) => scheduled))
  })

  it('keeps local hours on both sides of a change of the clocks', () => {
    // Clocks go forward in London on 29 March 2026.
    const clinic = simulateClinic({ ...few, from: Date.UTC(2026, 2, 27) })
    const rotas = clinic
      .advance(Date.UTC(2026, 2, 27, 1))
      .flatMap((event) => (event.kind === 'rota' ? event.rota.spans.map(({ from: at }) => at) : []))
    const hours = (before: boolean) =>
      new Set(rotas.filter((at) => at < Date.UTC(2026, 2, 29) === before).map((at) => new Date(at).getUTCHours()))
    expect([...hours(true)].sort()).toEqual([13, 8])
    expect([...hours(false)].sort()).toEqual([12, 7])
  })

  it.each([
    [{ size: 2 }, /size is 2; expected 3 to 200/],
    [{ from: Number.NaN }, /from is NaN/],
    [{ timeZone: 'Mars/Olympus' }, /IANA zone/],
    [{ calibration: 'nowhere' as never }, /calibration is "nowhere"; expected one of wisconsin-2019/],
    [{ begins: from }, /begins/],
  ])('refuses %j', (wrong, message) => {
    expect(() => simulateClinic({ ...few, ...wrong })).toThrow(SandboxError)
    expect(() => simulateClinic({ ...few, ...wrong })).toThrow(message)
  })
})

describe('a change of practice', () => {
  const world: ClinicOptions = { seed: 'change', from, size: 14, unseenWeeks: 3 }
  const plain = weeksOf(world, 4)

  it('meets the same patients and messages as the clinic without it', () => {
    const { events } = weeksOf({ ...world, practice: [{ id: 'a', name: 'scribe', dose: 1 }] }, 4)
    const come = (list: readonly ClinicEvent[]) =>
      list.flatMap((event) => (event.kind === 'message' && event.message.kind === 'refill' ? [event.message.id] : []))
    expect(come(events)).toEqual(come(plain.events))
  })

  it.each([
    ['scribe', 1, (week: LedgerWeek) => week.minutes.note, -0.4, -0.1],
    ['refill-protocol', 80, ({ received }: LedgerWeek) => received.refill, -0.85, -0.7],
    ['message-triage', 30, ({ received }: LedgerWeek) => received.patient, -0.4, -0.15],
    ['team-inbox', 60, ({ received }: LedgerWeek) => received.patient + received.call, -0.5, -0.2],
    ['slot-length', 10, ({ visits }: LedgerWeek) => visits, -0.4, -0.05],
    ['slot-length', -5, ({ visits }: LedgerWeek) => visits, 0, 0.35],
    ['protected-inbox-time', 60, ({ clinic }: LedgerWeek) => clinic, -0.2, -0.1],
  ] as const)('%s %i does what it is for', (name, dose, of, low, high) => {
    const { weeks } = weeksOf({ ...world, practice: [{ id: 'a', name, dose }] }, 4)
    const change = total(weeks, of) / total(plain.weeks, of) - 1
    expect(change).toBeGreaterThan(low)
    expect(change).toBeLessThan(high)
  })

  it('concerns those it names, from the next day on, and ends when it is taken back', () => {
    const clinic = simulateClinic(world)
    clinic.advance(from + 10 * hour)
    clinic.act({ id: 'a', name: 'scribe', dose: 1, on: ['pod-a'] })
    const first = clinic.advance(from + 2 * day)
    expect(first.find(({ kind }) => kind === 'action')).toMatchObject({ status: 'in-progress', action: { id: 'a' } })
    const pods = new Map(clinic.layout.providers.map(({ provider, pod }) => [provider, pod]))
    expect(clinic.layout.practice.scribes.length).toBeGreaterThan(0)
    for (const provider of clinic.layout.practice.scribes) expect(pods.get(provider)).toBe('pod-a')
    clinic.stop('a')
    const later = clinic.advance(from + 4 * day)
    expect(later.find(({ kind }) => kind === 'action')).toMatchObject({ status: 'completed' })
    expect(clinic.layout.practice.scribes).toEqual([])
  })

  it('moves patients to those who have fewer, and to a newcomer', () => {
    const clinic = simulateClinic({
      ...world,
      practice: [
        { id: 'a', name: 'panel-rebalance', dose: 100 },
        { id: 'b', name: 'hire', dose: 0.8 },
      ],
      truth: { hireWeeks: 2 },
    })
    const before = clinic.layout
    clinic.advance(from + 18 * 7 * day)
    const after = clinic.layout
    expect(after.providers.length).toBe(15)
    expect(after.providers[14]).toMatchObject({ provider: 'p015', clinicalFte: 0.8 })
    const spread = (layout: typeof before) => {
      const loads = layout.providers
        .slice(0, 14)
        .map(({ panel, caseMix = 1, clinicalFte }) => (panel * caseMix) / clinicalFte)
      const mean = loads.reduce((a, b) => a + b, 0) / loads.length
      return Math.sqrt(loads.reduce((sum, load) => sum + (load / mean - 1) ** 2, 0) / loads.length)
    }
    expect(spread(after)).toBeLessThan(0.75 * spread(before))
  })

  it('hands an absent person’s messages to others, more of them with cross-cover', () => {
    const received = ({ weeks }: { weeks: LedgerWeek[] }) =>
      total(
        weeks.filter(({ away }) => away === 5),
        (week) => week.received.patient + week.received.call,
      )
    const easter: ClinicOptions = { ...world, from: Date.UTC(2026, 6, 20), size: 20 }
    const without = received(weeksOf(easter, 4))
    const withIt = received(weeksOf({ ...easter, practice: [{ id: 'a', name: 'cross-cover', dose: 1 }] }, 4))
    expect(without).toBeGreaterThan(50)
    expect(withIt).toBeLessThan(0.8 * without)
  })
})
