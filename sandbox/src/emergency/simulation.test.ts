import { hour, minute } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import type { HospitalEvent } from './events.ts'
import { simulateEmergency } from './simulation.ts'
import { floor } from './spaces.ts'
import { Chronicle } from './truth.ts'

const from = Date.UTC(2026, 0, 5)
const unseenDays = 1
const day = 24 * hour
const week = 7 * day

function eventsOf(seed: string, until: number, slice = until - from): HospitalEvent[] {
  const emergency = simulateEmergency({ seed, from, unseenDays })
  const events: HospitalEvent[] = []
  for (let to = from + slice; to <= until; to += slice) events.push(...emergency.advance(to))
  return events
}

describe('a simulated emergency department', () => {
  it('does the same from the same seed, in whatever slices it is moved on, and otherwise from another', () => {
    const whole = eventsOf('one', from + day)
    expect(eventsOf('one', from + day, 7 * minute * (day / (7 * minute) / 240))).toEqual(whole)
    expect(eventsOf('two', from + day)).not.toEqual(whole)
  })

  it('is the same hospital when one looks again an hour later', () => {
    const visits = (events: readonly HospitalEvent[]) =>
      events.filter((event) => event.kind === 'visit' && event.at >= from + hour)
    const later = simulateEmergency({ seed: 'one', from: from + hour, unseenDays })
    expect(visits(later.advance(from + day))).toEqual(visits(eventsOf('one', from + day)))
  })

  it('tells first what the department consists of, and all about those who are there', () => {
    const [layout, ...others] = simulateEmergency({ seed: 'first', from, unseenDays }).advance(from)
    expect(layout).toMatchObject({ kind: 'layout', layout: { areas: floor } })
    const arrived = new Set(
      others.flatMap((e) => (e.kind === 'visit' && e.happening.what === 'arrived' ? [e.visit] : [])),
    )
    expect(arrived.size).toBeGreaterThan(5)
    for (const event of others) {
      expect(event.at).toBeGreaterThanOrEqual(layout!.at)
      if (event.kind === 'visit') expect(arrived).toContain(event.visit)
    }
  })

  it('keeps every story in order and every space to one patient', () => {
    const events = eventsOf('order', from + week)
    const inSpace = new Map<string, string>()
    const seenOrLeft = new Map<string, Set<string>>()
    let last = 0
    for (const event of events) {
      if (event.kind !== 'visit') continue
      expect(event.at).toBeGreaterThanOrEqual(last)
      last = event.at
      const { visit, happening } = event
      const before = seenOrLeft.get(visit)
      if (happening.what === 'arrived') expect(before).toBeUndefined()
      else expect(before).toContain('arrived')
      expect(before?.has('left') ?? false).toBe(false)
      seenOrLeft.set(visit, new Set([...(before ?? []), happening.what]))
      if (happening.what === 'placed' || happening.what === 'left') {
        for (const [space, who] of inSpace) if (who === visit) inSpace.delete(space)
        if (happening.what === 'placed' && happening.at.bed) {
          expect(inSpace.get(happening.at.bed)).toBeUndefined()
          inSpace.set(happening.at.bed, visit)
        }
      }
    }
    for (const what of seenOrLeft.values()) if (what.has('admission-requested')) expect(what.has('seen')).toBe(true)
  })

  it('is as busy as a department of its size, by day more than by night, the ill before the well', () => {
    const chronicle = new Chronicle()
    chronicle.take(eventsOf('busy', from + 4 * week))
    const visits = chronicle.visits.filter(({ arrived }) => arrived >= from)
    expect(visits.length / 28).toBeGreaterThan(160)
    expect(visits.length / 28).toBeLessThan(220)
    const share = (which: (visit: (typeof visits)[number]) => boolean) => visits.filter(which).length / visits.length
    // England, type 1, 2016–19: 17 % stayed longer than four hours, far more since; between 1 and 10 % leave unseen.
    const late = share(({ arrived, left }) => left !== null && left - arrived > 4 * hour)
    expect(late).toBeGreaterThan(0.15)
    expect(late).toBeLessThan(0.6)
    const unseen = share(({ disposition }) => disposition === 'left-without-being-seen')
    expect(unseen).toBeGreaterThan(0.005)
    expect(unseen).toBeLessThan(0.1)
    expect(share(({ disposition }) => disposition === 'admitted')).toBeGreaterThan(0.1)
    const night = visits.filter(({ arrived }) => new Date(arrived).getUTCHours() < 6).length
    const noon = visits.filter(({ arrived }) => Math.abs(new Date(arrived).getUTCHours() - 12.5) < 3).length
    expect(noon).toBeGreaterThan(3 * night)
    const wait = (acuity: number) => {
      const waits = visits.filter((v) => v.acuity === acuity && v.seen !== null).map((v) => v.seen! - v.arrived)
      return waits.reduce((sum, each) => sum + each, 0) / waits.length
    }
    expect(wait(1)).toBeLessThan(wait(2))
    expect(wait(2)).toBeLessThan(wait(3))
  })

  it('meets the same people whatever is done for them', () => {
    const arrivals = (act: boolean) => {
      const emergency = simulateEmergency({ seed: 'same', from, unseenDays })
      emergency.advance(from + 8 * hour)
      if (act) emergency.act({ id: 'a', name: 'call-in-clinician', dose: 3 })
      const ambulances = emergency
        .advance(from + 20 * hour)
        .filter((e) => e.kind === 'visit' && e.happening.what === 'arrived' && e.happening.mode === 'ambulance')
      return ambulances
    }
    expect(arrivals(true)).toEqual(arrivals(false))
  })

  it.each([
    [{ visitsPerDay: 5 }, /visitsPerDay is 5; expected 20 to 600/],
    [{ unseenDays: 2.5 }, /unseenDays is 2.5/],
    [{ from: Number.NaN }, /from is NaN/],
    [{ shifts: [{ role: 'nurse', begins: 25, hours: 8, people: 1 }] }, /begins 25/],
  ] as const)('refuses %j', (wrong, message) => {
    expect(() => simulateEmergency({ seed: 'x', from, ...wrong })).toThrow(message)
  })

  it('does not go back in time', () => {
    const emergency = simulateEmergency({ seed: 'back', from, unseenDays })
    emergency.advance(from + hour)
    expect(() => emergency.advance(from)).toThrow(/cannot go back/)
  })
})
