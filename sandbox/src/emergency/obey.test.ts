import { hour } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import type { ActionName } from './actions.ts'
import type { HospitalEvent } from './events.ts'
import { simulateEmergency } from './simulation.ts'
import { Chronicle } from './truth.ts'

// A Monday: the busiest day.
const from = Date.UTC(2026, 0, 5)
const unseenDays = 1

function run(seed: string, name: ActionName | undefined, dose = 1, hours = 8) {
  const emergency = simulateEmergency({ seed, from, unseenDays })
  const events: HospitalEvent[] = emergency.advance(from + 10 * hour)
  if (name) emergency.act({ id: `ask-${name}`, name, dose })
  events.push(...emergency.advance(from + (10 + hours) * hour))
  const statuses = events.flatMap((event) => (event.kind === 'action' ? [event.status] : []))
  return { emergency, events, statuses }
}

describe('what the department is asked for', () => {
  it('brings clinicians who were called in, after a while, until they go home', () => {
    const emergency = simulateEmergency({ seed: 'come', from, unseenDays })
    const usual = simulateEmergency({ seed: 'come', from, unseenDays })
    for (const each of [emergency, usual]) each.advance(from + 10 * hour)
    emergency.act({ id: 'call', name: 'call-in-clinician', dose: 3 })
    const more = (hours: number) => {
      const until = from + (10 + hours) * hour
      const events = emergency.advance(until)
      usual.advance(until)
      return {
        people: emergency.hidden.cliniciansOnDuty - usual.hidden.cliniciansOnDuty,
        statuses: events.flatMap((event) => (event.kind === 'action' ? [event.status] : [])),
      }
    }
    expect(more(0.4)).toEqual({ people: 0, statuses: ['in-progress'] })
    const come = more(2).people
    expect(come).toBeGreaterThan(0)
    expect(come).toBeLessThanOrEqual(3)
    expect(more(8)).toMatchObject({ statuses: ['completed'] })
    // Somebody of the roster may be finishing a task in one of the two.
    expect(Math.abs(more(9).people)).toBeLessThan(2)
  })

  it('shortens the waits of the same day', () => {
    const waits = (name: ActionName | undefined) =>
      ['a', 'b', 'c'].reduce((sum, seed) => {
        const chronicle = new Chronicle()
        chronicle.take(run(`help-${seed}`, name, 3, 10).events)
        for (const { arrived, seen } of chronicle.visits)
          if (arrived > from + 11 * hour && arrived < from + 17 * hour) sum += (seen ?? from + 20 * hour) - arrived
        return sum
      }, 0)
    expect(waits('call-in-clinician')).toBeLessThan(0.9 * waits(undefined))
  })

  it('turns ambulances away but not those in danger of life', () => {
    const ambulances = (name: ActionName | undefined) =>
      run('divert', name, 1, 2.5).events.filter(
        (event) =>
          event.kind === 'visit' &&
          event.at > from + 10.5 * hour &&
          event.happening.what === 'arrived' &&
          event.happening.mode === 'ambulance',
      ).length
    expect(ambulances('divert-ambulances')).toBeLessThan(ambulances(undefined))
    expect(run('divert', 'divert-ambulances', 1, 2).emergency.hidden.diverted).toBeGreaterThan(0)
  })

  it('sees people by a rule of order while it is in force', () => {
    const waits = (minutesPerLevel: number) => {
      const emergency = simulateEmergency({ seed: 'order', from, unseenDays })
      for (const id of ['rule', 'said again'])
        emergency.act({ id, name: 'queue-rule', dose: minutesPerLevel, until: from + 48 * hour })
      const chronicle = new Chronicle()
      chronicle.take(emergency.advance(from + 48 * hour))
      return (acuity: number) => {
        const own = chronicle.visits.filter((visit) => visit.acuity === acuity && visit.seen !== null)
        return own.reduce((sum, { arrived, seen }) => sum + seen! - arrived, 0) / own.length
      }
    }
    const [asTheyCome, byUrgency] = [waits(15), waits(480)]
    expect(byUrgency(2)).toBeLessThan(asTheyCome(2))
    expect(byUrgency(5)).toBeGreaterThan(asTheyCome(5))
  })

  it('opens overflow spaces that are used only then', () => {
    const inOverflow = (name: ActionName | undefined) =>
      run('overflow-4', name, 6, 6).events.filter(
        (e) => e.kind === 'visit' && e.happening.what === 'placed' && e.happening.at.area === 'ED-OVF',
      ).length
    expect(inOverflow(undefined)).toBe(0)
    expect(inOverflow('open-overflow')).toBeGreaterThan(0)
  })

  it('is done once when it is asked twice, and not at all when it is taken back before', () => {
    const emergency = simulateEmergency({ seed: 'twice', from, unseenDays })
    emergency.advance(from + 9 * hour)
    const action = { id: 'once', name: 'stream-to-minors', dose: 1 } as const
    emergency.act(action)
    emergency.act(action)
    emergency.act({ id: 'never', name: 'divert-ambulances', dose: 1 })
    emergency.stop('never')
    const said = emergency
      .advance(from + 12 * hour)
      .flatMap((event) => (event.kind === 'action' ? [`${event.action.id} ${event.status}`] : []))
    expect(said).toEqual(['never cancelled', 'once in-progress'])
    emergency.stop('once')
    expect(emergency.advance(from + 13 * hour).find(({ kind }) => kind === 'action')).toMatchObject({
      status: 'completed',
    })
  })

  it('says why it cannot be done', () => {
    const emergency = simulateEmergency({ seed: 'full', from, unseenDays })
    emergency.advance(from + 9 * hour)
    emergency.act({ id: 'all', name: 'open-overflow', dose: 8 })
    emergency.advance(from + 10 * hour)
    emergency.act({ id: 'more', name: 'open-overflow', dose: 2 })
    const events = emergency.advance(from + 12 * hour)
    expect(events.filter((event) => event.kind === 'action').at(-1)).toMatchObject({
      status: 'failed',
      reason: 'all overflow spaces are open already',
    })
  })
})
