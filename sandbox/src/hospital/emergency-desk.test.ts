import { hour, minute } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { hospitalDemand, hospitalPlan, hospitalStaffing } from '../imaging/plan.ts'
import { ImagingSite } from '../imaging/site.ts'
import { OwnTime } from '../imaging/timeline.ts'
import { EmergencyDesk } from './emergency-desk.ts'

/** A Sunday night: nobody else is there. */
const begun = Date.UTC(2026, 0, 5)

function desk() {
  const timeline = new OwnTime(begun)
  const site = new ImagingSite({
    seed: 'desk',
    begun,
    layout: { name: 'Imaging', utcOffsetMinutes: 0, ...hospitalPlan },
    staffing: hospitalStaffing,
    demand: { ...hospitalDemand, inpatientsPerHour: () => 1e-9 },
    timeline,
  })
  const done: string[] = []
  const ask = new EmergencyDesk(site)
  const order = (kind: 'ct' | 'x-ray', visit: string) =>
    ask.order({
      order: `${visit}-${kind}`,
      kind,
      visit: { id: visit, acuity: 2, arrived: begun, area: 'ED-MAJ', visitor: { number: 7, complaint: 'head injury' } },
      haste: () => 1,
      done: () => done.push(visit),
    })
  const told = (exam: string) =>
    site.drain().flatMap((event) => (event.kind === 'exam' && event.exam === exam ? [event.happening.what] : []))
  return { timeline, ask, order, told, done }
}

describe('whoever is sent from the emergency department', () => {
  test('is scanned and reported, and only then may go on', () => {
    const { timeline, order, told, done } = desk()
    const brought = order('ct', 'a')
    timeline.run(begun + 10 * minute)
    expect(done).toEqual([])
    brought()
    timeline.run(begun + 6 * hour)
    expect(told('a-ct').filter((what) => what !== 'sequence-done')).toEqual([
      'ordered',
      'arrived',
      'prepared',
      'started',
      'finished',
      'reported',
    ])
    expect(done).toEqual(['a'])
  })

  test('and has left before it begins, is not scanned, even when somebody brings them', () => {
    const { timeline, ask, order, told, done } = desk()
    const brought = order('ct', 'a')
    ask.left('a')
    brought()
    timeline.run(begun + 6 * hour)
    expect(told('a-ct')).toEqual(['ordered', 'cancelled'])
    expect(done).toEqual([])
  })

  test('and leaves from the scanner, is reported all the same', () => {
    const { timeline, ask, order, told } = desk()
    order('x-ray', 'a')()
    timeline.run(begun + 8 * minute)
    ask.left('a')
    timeline.run(begun + 6 * hour)
    const steps = told('a-x-ray')
    expect(steps).toContain('started')
    expect(steps).not.toContain('cancelled')
    expect(steps.at(-1)).toBe('reported')
  })
})
