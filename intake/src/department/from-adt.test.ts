import { departmentCodeSystem } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intake } from '../intake.ts'
import { eventsOf, openWard, verdict, type Ward } from '../test-support.ts'
import { accepted, adt, at, departmentObservations, departments, heard, peer } from './department.test-data.ts'

let ward: Ward
let intake: Intake
let thread: Thread
const open = async () => {
  ward = await openWard({ departments })
  ;({ intake, thread } = ward)
}
beforeEach(open)
afterEach(() => ward.close())

const hear = async (...messages: readonly string[]) => {
  for (const message of messages) accepted(await intake.receiveHl7(message, peer))
  return heard(thread)
}
const majors = (bed: string) => `ED-MAJ^^${bed}^NORTH`

/** One visit from the door to the ward. */
const story = [
  adt('A04', {
    time: '08:05',
    pv1: { 3: 'ED-WAIT^^^NORTH', 14: '7', 44: '20240315080000+0000' },
    pv2: { 3: 'R07.4^Chest pain^I10', 38: 'A' },
  }),
  adt('A08', {
    time: '08:09',
    pv1: { 3: 'ED-WAIT^^^NORTH' },
    more: ['OBX|1|CE|75636-1^ESI^LN||LA21752-3^High risk^LN'],
  }),
  adt('A02', { time: '08:20', pv1: { 3: majors('1'), 6: 'ED-WAIT^^^NORTH' } }),
  adt('A08', { time: '08:31', pv1: { 3: majors('1'), 7: '77^Doctor^Any' } }),
  adt('A06', { time: '09:50', pv1: { 2: 'I', 3: majors('1'), 7: '77^Doctor^Any' } }),
  adt('A02', { time: '11:00', pv1: { 2: 'I', 3: 'WARD-7^1^2^NORTH', 6: majors('1'), 7: '77^Doctor^Any' } }),
]
const told = [
  '08:00 arrived ambulance Chest pain',
  '08:05 placed ED-WAIT',
  '08:09 placed ED-WAIT',
  '08:09 triaged 2',
  '08:20 placed ED-MAJ 1',
  '08:31 placed ED-MAJ 1',
  '08:31 seen',
  '09:50 admission-requested',
  '09:50 placed ED-MAJ 1',
  '09:50 seen',
  '11:00 left admitted',
]

describe('one visit', () => {
  test('is told to its department as the messages come', async () => {
    expect(await hear(...story)).toEqual(told)
    expect(await heard(thread, 'north-obs')).toEqual([])
  })

  test('bears no number and no name, and each thing said goes back to its message', async () => {
    await hear(...story)
    const events = (await eventsOf(thread)).filter(({ stream }) => stream === 'department/north-ed')
    expect(events).toHaveLength(told.length)
    const [person] = intake.subjectOf({ system: 'urn:oid:1.2.3', value: '4711' })!.split('@')
    for (const event of events) {
      expect(JSON.stringify(event.payload)).not.toMatch(/Larsen|Ida|Doctor|"(4711|V1|77)"/)
      expect(event.subject).toBe('department/north-ed')
      const [origin] = event.derivedFrom
      expect(origin?.split('@')[0]).toBe(person)
      expect((await thread.get(origin!))?.type).toBe('message.received')
    }
    const [first] = await departmentObservations(thread, 'north-ed')
    expect(first).toMatchObject({
      channel: 'visit',
      code: { system: departmentCodeSystem, code: 'visit' },
      value: null,
      text: 'arrived, ambulance',
      detail: { patient: person },
    })
    expect(first!.detail!.visit).toMatch(/^[0-9a-f]{32}$/)
  })

  test('has another name with another secret', async () => {
    await hear(story[0]!)
    const [first] = await departmentObservations(thread, 'north-ed')
    const other = await openWard({ departments, pseudonymKey: new Uint8Array(32).fill(7) })
    accepted(await other.intake.receiveHl7(story[0]!, peer))
    const [secret] = await departmentObservations(other.thread, 'north-ed')
    expect(secret!.detail!.visit).not.toBe(first!.detail!.visit)
    await other.close()
  })

  test('comes to the same facts in any order, however often', { timeout: 20_000 }, async () => {
    const factsAfter = async (messages: readonly string[]) => {
      const house = await openWard({ departments })
      for (const message of messages) await house.intake.receiveHl7(message, peer)
      const facts = (await departmentObservations(house.thread, 'north-ed')).map(({ id, version, detail }) => ({
        id,
        version,
        detail,
      }))
      await house.close()
      return facts
    }
    const truth = await factsAfter(story)
    expect(truth).toHaveLength(told.length)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...story, ...story], { minLength: story.length * 2 }), async (messages) => {
        expect(await factsAfter(messages)).toEqual(truth)
      }),
      { numRuns: 6 },
    )
  })
})

describe('what each event tells', () => {
  const here = { 3: majors('2') }
  test.each([
    ['A01 of an inpatient who is still there', 'A01', { 2: 'I', ...here }, ['admission-requested', 'placed ED-MAJ 2']],
    ['A01 of somebody else', 'A01', here, ['arrived walk-in', 'placed ED-MAJ 2']],
    ['A01 of an inpatient who has left', 'A01', { 2: 'I', 3: 'WARD-1', 6: majors('2') }, ['left admitted']],
    ['A04 from another hospital', 'A04', { ...here, 14: '4' }, ['arrived transfer', 'placed ED-MAJ 2']],
    ['A05 of somebody who waits for a bed', 'A05', { 2: 'I', 3: 'WARD-1', 6: majors('2') }, ['admission-requested']],
    ['A07', 'A07', here, ['admission-withdrawn', 'placed ED-MAJ 2']],
    ['A03, home', 'A03', { ...here, 36: '01' }, ['left discharged']],
    ['A03, home, as old senders write it', 'A03', { ...here, 36: '1' }, ['left discharged']],
    ['A03, died', 'A03', { ...here, 36: '20' }, ['left died']],
    ['A03 before anybody saw the patient', 'A03', { ...here, 36: '07' }, ['left left-without-being-seen']],
    ['A03 against advice', 'A03', { ...here, 7: '77', 36: '07' }, ['left discharged']],
    ["A03 by the house's own code", 'A03', { ...here, 36: 'GONE' }, ['left left-without-being-seen']],
    ['A03 without a code', 'A03', here, ['left unknown']],
    ['A03 with a name of the language for a code', 'A03', { ...here, 36: 'constructor' }, ['left unknown']],
    [
      'A08 with a discharge',
      'A08',
      { ...here, 36: '01', 45: '20240315085900+0000' },
      ['left discharged', 'placed ED-MAJ 2'],
    ],
    ['A11', 'A11', here, ['cancelled']],
    ['A11 of an admission', 'A11', { 2: 'I', ...here }, ['admission-withdrawn']],
    ['A10', 'A10', here, ['placed ED-MAJ 2']],
    ['A09, on the way to a scan', 'A09', here, []],
    ['A14 of somebody who waits for a bed', 'A14', { 2: 'I', 3: 'WARD-1', 6: majors('2') }, ['admission-requested']],
    ['A27', 'A27', { 2: 'I', ...here }, ['admission-withdrawn']],
    ['A38', 'A38', { 2: 'I', 3: 'WARD-1', 6: majors('2') }, ['admission-withdrawn']],
    ['A16', 'A16', here, ['placed ED-MAJ 2']],
    ['A23', 'A23', { 2: 'I', ...here }, ['cancelled']],
    ['A54', 'A54', { ...here, 7: '77' }, ['placed ED-MAJ 2', 'seen']],
    ['A12', 'A12', here, ['placed ED-MAJ 2', 'returned']],
    ['A13', 'A13', here, ['placed ED-MAJ 2', 'returned']],
    ['A02 to the ward', 'A02', { 3: 'WARD-1', 6: majors('2') }, ['left transferred']],
    ['A02 from the ward', 'A02', { 2: 'I', ...here, 6: 'WARD-1' }, ['arrived transfer', 'placed ED-MAJ 2']],
    ['A02 under the other code of an area', 'A02', { 3: 'EDMAJ^^1' }, ['placed ED-MAJ 1']],
    ['A28', 'A28', here, []],
    ['anything in another hospital', 'A04', { 3: 'ED-MAJ^^2^SOUTH', 19: 'V9' }, []],
    ['anything of the wards', 'A02', { 2: 'I', 3: 'WARD-1', 6: 'WARD-2' }, []],
  ] as const)('%s', async (_what, trigger, pv1, expected) => {
    const words = (await hear(adt(trigger, { time: '09:00', pv1 }))).map((line) => line.slice('09:00 '.length))
    expect(words).toEqual(expected)
  })

  test('who is moved into another department leaves the first and arrives in the second', async () => {
    await hear(adt('A02', { time: '09:00', pv1: { 2: 'B', 3: 'OBS^^1', 6: majors('2') } }))
    expect(await heard(thread)).toEqual(['09:00 left transferred'])
    expect(await heard(thread, 'north-obs')).toEqual(['09:00 arrived transfer', '09:00 placed OBS 1'])
    await hear(adt('A12', { time: '09:10', pv1: { 3: majors('2'), 6: 'OBS^^1' } }))
    expect(await heard(thread)).toEqual(['09:00 left transferred', '09:10 placed ED-MAJ 2', '09:10 returned'])
    expect((await heard(thread, 'north-obs')).at(-1)).toBe('09:10 cancelled')
  })

  test.each([
    ['PV2-40', { pv2: { 40: 'RED' } }, 'triaged 1'],
    ['PV2-40, a digit', { pv2: { 40: '3' } }, 'triaged 3'],
    ['OBX, a number', { more: ['OBX|1|NM|75636-1^ESI^LN||4'] }, 'triaged 4'],
    ['OBX, in words', { more: ['OBX|1|ST|75636-1^ESI^LN||ESI-5'] }, 'triaged 5'],
  ])('acuity by %s', async (_what, fields, expected) => {
    expect(await hear(adt('A08', { time: '09:00', pv1: here, ...fields }))).toContain(`09:00 ${expected}`)
  })

  test.each([
    ['an acuity that there is not', { more: ['OBX|1|NM|75636-1^ESI^LN||6'] }],
    ['a triage note, which is no acuity', { more: ['OBX|1|TX|54094-8^Triage note^LN||2'] }],
    ['a level of care', { pv2: { 40: 'AC' } }],
  ])('no acuity by %s', async (_what, fields) => {
    expect(await hear(adt('A08', { time: '09:00', pv1: here, ...fields }))).toEqual(['09:00 placed ED-MAJ 2'])
  })
})

describe('what cannot be', () => {
  test('a place that nobody knows of: taken in for the patient, a doubt for the department, until it is known', async () => {
    const lines = await hear(
      adt('A04', { time: '09:00', pv1: { 3: 'NEW-WING^^1^NORTH' } }),
      adt('A02', { time: '09:10', pv1: { 3: majors('1'), 6: 'NEW-WING^^1^NORTH' } }),
    )
    expect(lines).toEqual([
      '09:00 arrived walk-in',
      '09:00 doubt: the location NEW-WING of NORTH is not in the layout',
      '09:00 placed ?',
      '09:10 placed ED-MAJ 1',
    ])
    expect(intake.quarantined()).toEqual([])
    expect((await eventsOf(thread, 'encounter.changed'))[0]!.payload).toMatchObject({
      location: { pointOfCare: 'NEW-WING' },
    })
  })

  test('nobody says where somebody is who came to the emergency department', async () => {
    expect(await hear(adt('A04', { time: '09:00' }))).toEqual(['09:00 arrived walk-in'])
  })

  test('a discharge before the arrival: the time of the event counts, with a doubt', async () => {
    const pv1 = { 3: majors('1'), 36: '01', 44: '20240315083000+0000', 45: '20240315073000+0000' }
    expect(await hear(adt('A03', { time: '09:00', pv1 }))).toEqual([
      '09:00 doubt: PV1-45 lies before PV1-44',
      '09:00 left discharged',
    ])
  })

  test('an arrival after the event that reports it', async () => {
    expect(await hear(adt('A04', { time: '09:00', pv1: { 3: majors('1'), 44: '20240315113000+0000' } }))).toEqual([
      '09:00 arrived walk-in',
      '09:00 doubt: PV1-44 lies after the event',
      '09:00 placed ED-MAJ 1',
    ])
  })

  test('somebody in two beds at one minute: both stand, and the later statement is the higher version', async () => {
    await hear(
      adt('A02', { time: '09:00', sent: '09:02', pv1: { 3: majors('2') } }),
      adt('A02', { time: '09:00', sent: '09:01', pv1: { 3: majors('1') } }),
    )
    const placed = [...(await departmentObservations(thread, 'north-ed'))].sort((a, b) => a.version - b.version)
    expect(placed.map(({ effective, text }) => [effective, text])).toEqual([
      [at('09:00'), 'placed in ED-MAJ 1'],
      [at('09:00'), 'placed in ED-MAJ 2'],
    ])
  })

  test('merged patients: the visits become one in the department, and so do the people', async () => {
    await hear(
      adt('A04', { time: '09:00', pv1: { 3: majors('1') }, visit: 'V1', person: '4711' }),
      adt('A04', { time: '09:05', pv1: { 3: majors('2') }, visit: 'V2', person: '4712' }),
    )
    const mrg = ['MRG|4712^^^NORTH&1.2.3&ISO^MR||||V2^^^NORTH&1.2.4&ISO^VN']
    const merge = adt('A40', { time: '09:10', visit: 'V1', person: '4711', more: mrg })
    await hear(merge)
    const facts = await departmentObservations(thread, 'north-ed')
    const [one, two] = facts.filter(({ detail }) => detail!.what === 'arrived').map(({ detail }) => detail!.visit)
    expect(facts.at(-1)).toMatchObject({ effective: at('09:10'), detail: { what: 'merged', visit: two, into: one } })
    const [stays, goes] = ['4711', '4712'].map((value) => intake.subjectOf({ system: 'urn:oid:1.2.3', value }))
    expect(goes).toBe(stays)
    expect((await intake.receiveHl7(merge, peer)).outcome).toBe('duplicate')
    expect(intake.quarantined()).toEqual([])
  })

  test.each([
    ['without MRG', adt('A40', { time: '09:10' }), 'invalid at MRG'],
    ['of nobody', adt('A40', { time: '09:10', more: ['MRG|'] }), 'identity-missing at MRG-1'],
    [
      'of one visit',
      adt('A42', { time: '09:10', more: ['MRG|4712^^^NORTH&1.2.3&ISO^MR'] }),
      'identity-missing at MRG-5',
    ],
    ['of one person', adt('A24', { time: '09:10' }), 'invalid at PID'],
  ])('a merging %s is refused, and the quarantine says why', async (_what, message, expected) => {
    expect(verdict(await intake.receiveHl7(message, peer))).toBe(expected)
    expect(intake.quarantined({ state: 'open' })).toHaveLength(1)
  })

  test('departments of a house without any are not told of', async () => {
    const house = await openWard()
    accepted(await house.intake.receiveHl7(story[0]!, peer))
    expect((await eventsOf(house.thread)).every(({ stream }) => stream.startsWith('patient/'))).toBe(true)
    await house.close()
  })
})
