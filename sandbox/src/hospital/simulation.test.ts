import { hour, type Instant, minute } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import type { HospitalEvent } from '../emergency/events.ts'
import { simulateEmergency } from '../emergency/simulation.ts'
import type { ImagingEvent } from '../imaging/events.ts'
import { simulateHospital } from './simulation.ts'

const from = Date.UTC(2026, 0, 5, 8)

/** A day of both departments. */
function dayOf(seed: string, hours = 24, step = hours * hour) {
  const { emergency, imaging } = simulateHospital({ seed, from, unseenDays: 0 })
  const visits: HospitalEvent[] = []
  const exams: ImagingEvent[] = []
  for (let to = from + step; to <= from + hours * hour; to += step) {
    exams.push(...imaging.advance(to))
    visits.push(...emergency.advance(to))
  }
  return { visits, exams }
}

/** When each thing was first said of each order. */
function timesOf(events: readonly { at: Instant; order: string; what: string }[]): Map<string, Map<string, Instant>> {
  const times = new Map<string, Map<string, Instant>>()
  for (const { at, order, what } of events) {
    const known = times.get(order) ?? new Map<string, Instant>()
    if (!known.has(what)) known.set(what, at)
    times.set(order, known)
  }
  return times
}

const tests = (events: readonly HospitalEvent[]) =>
  events.flatMap(({ at, ...event }) =>
    event.kind === 'visit' && (event.happening.what === 'test-ordered' || event.happening.what === 'test-done')
      ? [{ at, order: event.happening.order, what: event.happening.what }]
      : [],
  )
const waitedFor = (events: readonly ImagingEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'exam' && event.waiting ? [{ at: event.at, order: event.exam, what: event.happening.what }] : [],
  )

describe('two departments of one hospital', () => {
  test('do the same from the same seed, in whatever slices and whichever first', () => {
    const whole = dayOf('one', 6)
    expect(dayOf('one', 6, hour)).toEqual(whole)
    const { emergency, imaging } = simulateHospital({ seed: 'one', from, unseenDays: 0 })
    expect(emergency.advance(from + 6 * hour)).toEqual(whole.visits)
    expect([...imaging.advance(from + 2 * hour), ...imaging.advance(from + 6 * hour)]).toEqual(whole.exams)
  })

  test('a scan of the one is an emergency of the other, under one number, and its report is the result', () => {
    const { visits, exams } = dayOf('two')
    const [there, here] = [timesOf(waitedFor(exams)), timesOf(tests(visits))]
    let reported = 0
    for (const [order, times] of there) {
      const told = here.get(order)
      expect(told, order).toBeDefined()
      expect(times.get('ordered')).toBe(told!.get('test-ordered'))
      // Who has left meanwhile is told of no result.
      if (times.has('reported') && told!.has('test-done')) {
        expect(told!.get('test-done')).toBe(times.get('reported'))
        reported++
      }
    }
    expect(reported).toBeGreaterThan(40)
    const scans = new Set(
      visits.flatMap((event) =>
        event.kind === 'visit' && event.happening.what === 'test-ordered' && event.happening.test !== 'laboratory'
          ? [event.happening.order]
          : [],
      ),
    )
    const ordered = visits.filter(({ at }) => at >= from)
    for (const { order } of tests(ordered)) expect(there.has(order)).toBe(scans.has(order))
    // Nobody else is an emergency.
    for (const event of exams)
      if (event.kind === 'exam' && event.happening.what === 'ordered' && event.happening.origin === 'emergency')
        expect(event.waiting).toBeDefined()
  })

  test('while the scanners of the one stand still, the other waits for results', () => {
    const [whole, broken] = [false, true].map((breaks) => {
      const hospital = simulateHospital({ seed: 'two', from, unseenDays: 0 })
      hospital.imaging.advance(from + 2 * hour)
      if (breaks) for (const machine of ['CT1', 'CT2']) hospital.breakDown(machine, 8 * hour)
      const visits = hospital.emergency.advance(from + 16 * hour)
      return { visits, exams: hospital.imaging.advance(from + 16 * hour) }
    })
    const turnaround = ({ visits }: { visits: readonly HospitalEvent[] }) => {
      const spans = [...timesOf(tests(visits))].flatMap(([order, times]) => {
        const [asked, done] = [times.get('test-ordered'), times.get('test-done')]
        const inTime = asked !== undefined && asked >= from + 2 * hour && asked < from + 8 * hour
        return inTime && order.endsWith('C') && done !== undefined ? [(done - asked) / minute] : []
      })
      return spans.reduce((sum, each) => sum + each, 0) / spans.length
    }
    expect(turnaround(broken!)).toBeGreaterThan(2 * turnaround(whole!))
    expect(() => simulateHospital({ seed: 'two', from, unseenDays: 0 }).breakDown('CT9', hour)).toThrow(/CT9/)
  })

  test('an emergency department without one keeps its own scanners', () => {
    const alone = simulateEmergency({ seed: 'one', from, unseenDays: 0 }).advance(from + 6 * hour)
    expect(tests(alone).length).toBeGreaterThan(10)
  })
})
