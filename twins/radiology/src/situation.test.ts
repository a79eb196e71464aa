import { hour, type ImagingLayoutDetail, imagingChannels, minute, type PlannedIntervention } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import { covers } from './department.ts'
import { memoryOf } from './memory.ts'
import { planOf } from './plan.ts'
import { situationOf, subtract } from './situation.ts'
import { beliefAfter, eight, exam, layout, midnight, opening, order, tell } from './twin.test-data.ts'

const reserved: ImagingLayoutDetail = {
  ...layout,
  machines: layout.machines.map((machine) =>
    machine.code === 'CT1'
      ? {
          ...machine,
          reserved: [{ days: [0], from: 600, until: 660 }],
          maintenance: [{ days: [0], from: 720, until: 780 }],
        }
      : machine,
  ),
}

function under(...interventions: readonly Omit<PlannedIntervention, 'from'>[]) {
  const memory = memoryOf(beliefAfter([...opening(), tell(imagingChannels.layout, reserved, midnight + 1)], eight))
  const planned = interventions.map((each) => ({ ...each, from: eight }))
  const situation = situationOf(memory, eight, eight + 12 * hour, planOf(memory, eight, planned))
  const [ct1, ct2] = situation.openings
  return { situation, ct1: ct1!, ct2: ct2! }
}
const at = (clock: number) => midnight + clock * 60 * minute

test('what is left of spans', () => {
  const spans = [{ from: 0, until: 10 }]
  expect(subtract(spans, [{ from: 3, until: 5 }])).toEqual([
    { from: 0, until: 3 },
    { from: 5, until: 10 },
  ])
  expect(subtract(spans, [{ from: -1, until: 11 }])).toEqual([])
  expect(subtract(spans, [{ from: 10, until: 12 }])).toEqual(spans)
})

test('reserved time and maintenance shut out whom they should, and sessions end', () => {
  const { ct1, ct2 } = under()
  expect([at(9), at(10.5), at(12.5), at(17.9), at(18)].map((t) => covers(ct1.routine, t))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ])
  // Booked patients may be there in reserved time, and are finished after the session; not during maintenance.
  expect([at(10.5), at(12.5), at(19)].map((t) => covers(ct1.booked, t))).toEqual([true, false, true])
  expect([at(7), at(10.5), at(12.5), at(19)].map((t) => covers(ct1.emergency, t))).toEqual([true, true, false, true])
  // CT 2 is not on call.
  expect([at(9), at(19)].map((t) => covers(ct2.emergency, t))).toEqual([true, false])
  expect([at(17), at(19)].map((t) => covers(ct1.overtime, t))).toEqual([false, true])
})

test('slots are held and released, sessions run on, technologists come', () => {
  const held = under({ intervention: 'reserve-emergency-slots', dose: 2 })
  expect([at(8.5), at(9.1)].map((t) => covers(held.ct1.routine, t))).toEqual([false, true])
  expect(covers(held.ct2.routine, at(8.5))).toBe(true)
  const released = under({ intervention: 'release-emergency-slots', dose: 1 })
  expect([at(10.2), at(10.7)].map((t) => covers(released.ct1.routine, t))).toEqual([true, false])
  const longer = under({ intervention: 'extend-session', dose: 60 })
  expect([at(18.5), at(19.1)].map((t) => covers(longer.ct1.routine, t))).toEqual([true, false])
  expect(longer.ct1.sessions).toEqual(under().ct1.sessions)
  const more = under({ intervention: 'call-in-technologist', dose: 2 })
  expect(more.situation.staff.technologist.map(({ count }) => count)).toEqual([5, 3])
  expect(more.situation.staff.technologist[1]!.at).toBe(eight + 6 * hour)
})

test('the oldest routine exams are sent out for reporting, emergencies stay', () => {
  const told = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((id, i) => [
    order(id, 'HEAD', i === 0 ? 'emergency' : 'inpatient', midnight + hour),
    exam(id, 'started', midnight + (2 + i) * hour * 0.5, { machine: 'CT1' }),
    exam(id, 'finished', midnight + (2 + i) * hour * 0.5 + 10 * minute),
  ])
  const memory = memoryOf(beliefAfter([...opening(), ...told], eight))
  const { outsourced } = planOf(memory, eight, [{ intervention: 'outsource-reporting', dose: 5, from: eight }])
  expect([...outsourced.keys()]).toEqual(['b', 'c', 'd', 'e', 'f'])
  expect([...outsourced.values()].every((t) => t === eight + 4 * hour)).toBe(true)
})

test('no roster: one technologist for each machine in session, one on call', () => {
  const memory = memoryOf(beliefAfter([tell(imagingChannels.layout, layout, midnight)], eight - 2 * hour))
  const { staff } = situationOf(memory, eight - 2 * hour, eight + 12 * hour, planOf(memory, eight, []))
  expect(staff.technologist.slice(0, 3)).toEqual([
    { at: eight - 2 * hour, count: 1 },
    { at: eight, count: 3 },
    { at: eight + 10 * hour, count: 1 },
  ])
})
