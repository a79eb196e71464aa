import { day, hour, membersOf, minute, type Observation, TwinLoop } from '@counterpart/kernel'
import { mean, randomStream, shuffle } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { counted } from './forecast.ts'
import { memoryOf } from './memory.ts'
import {
  beliefAfter,
  booking,
  context,
  eight,
  exam,
  machine,
  midnight,
  morning,
  opening,
  order,
  subject,
  tell,
} from './twin.test-data.ts'
import { radiology } from './twin.ts'

const examIn = (observations: readonly Observation[], id: string, asOf?: number) =>
  memoryOf(beliefAfter(observations, asOf)).exams[id]
const doubtsIn = (observations: readonly Observation[], asOf?: number) =>
  memoryOf(beliefAfter(observations, asOf)).doubts

test('a morning is counted as it was told', () => {
  const values = counted(beliefAfter(morning(), eight + hour))
  expect(values['waiting-inpatients']).toBe(1)
  expect(values['waiting-emergencies']).toBe(1)
  expect(values.waiting).toBe(2)
  expect(values.unreported).toBe(1)
  expect(values.done).toBe(2)
  // Ordered five minutes ago; nobody else.
  expect(values['emergency-turnaround']).toBeCloseTo(5, 9)
  // Begun within the past hour: b 1 minute after its appointment, c booked at 08:40 and begun then; a just before.
  expect(values['booked-delay']).toBeCloseTo((1 + 0) / 2, 9)
  expect(values['unreported-age']).toBeCloseTo(0.25, 9)
})

test('the belief does not depend on the order in which facts arrive', () => {
  const facts = morning().map((observation) => ({ kind: 'observation', observation }) as const)
  const inOrder = new TwinLoop({ definition: radiology, subject })
  inOrder.take(facts)
  for (const seed of ['one', 'two', 'three']) {
    const places = Int32Array.from(facts.keys())
    shuffle(places, randomStream(seed))
    const loop = new TwinLoop({ definition: radiology, subject })
    for (const place of places) loop.take([facts[place]!])
    expect(loop.belief).toEqual(inOrder.belief)
  }
})

test('an end that never comes is assumed when the next exam begins on the machine', () => {
  const told = [
    ...opening(),
    order('a', 'HEAD', 'walk-in', eight),
    exam('a', 'arrived', eight),
    exam('a', 'started', eight + 5 * minute, { machine: 'CT1' }),
    order('b', 'HEAD', 'walk-in', eight),
    exam('b', 'arrived', eight),
    exam('b', 'started', eight + 30 * minute, { machine: 'CT1' }),
  ]
  expect(examIn(told, 'a')).toMatchObject({ finished: eight + 30 * minute })
  expect(examIn(told, 'a')!.doubt).toMatch(/another exam began on CT1/)
  // The true end, told late, counts; with no end at all the exam does not last for ever.
  const late = [...told, exam('a', 'finished', eight + 20 * minute)]
  expect(examIn(late, 'a')).toMatchObject({ finished: eight + 20 * minute })
  expect(examIn(late, 'a')!.doubt).toBeUndefined()
  expect(examIn(told, 'b', eight + 8 * hour)).toMatchObject({ finished: eight + 45 * minute })
})

test('an exam on two machines is on the later one', () => {
  const told = [
    ...opening(),
    order('a', 'HEAD', 'walk-in', eight),
    exam('a', 'started', eight, { machine: 'CT1' }),
    exam('a', 'started', eight + minute, { machine: 'CT2' }),
  ]
  expect(examIn(told, 'a')).toMatchObject({ machine: 'CT2', started: eight + minute })
  expect(doubtsIn(told)[0]!.problem).toMatch(/on CT1 and on CT2/)
})

test('what contradicts itself is put right, said, and not learned from', () => {
  const told = [
    ...opening(),
    exam('ghost', 'finished', eight),
    exam('report-first', 'reported', eight),
    order('odd', 'NO-SUCH-PROTOCOL', 'inpatient', eight),
    booking('odd-machine', 'XX9', eight + hour, eight),
    exam('gone', 'cancelled', eight),
    exam('gone', 'arrived', eight + minute),
    tell('exam', { exam: 'bad', what: 'exploded' }, eight),
    tell('exam', { what: 'arrived' }, eight),
    tell('exam', { exam: '__proto__', what: 'arrived' }, eight),
    tell('exam', { exam: 'constructor', what: 'started', machine: 'toString' }, eight),
    booking('far-away', 'CT1', 1e300, eight),
    booking('long-ago', 'CT1', -1e300, eight),
    tell('imaging-layout', { name: 'x', machines: [], protocols: [] }, eight),
    tell('roster', { from: 5, until: 1, spans: [] }, eight),
    machine('XX9', 'down', eight),
  ]
  const { exams, learned, doubts, layout } = memoryOf(beliefAfter(told))
  expect(exams.ghost).toMatchObject({ finished: eight })
  expect(exams['report-first']).toMatchObject({ reported: eight, finished: eight })
  expect(exams.gone!.closed).toBeUndefined()
  expect(exams.bad).toBeUndefined()
  expect(layout!.machines).toHaveLength(3)
  expect(Object.keys(learned.scans)).toEqual([])
  const said = doubts.map(({ problem }) => problem).join('\n')
  for (const part of [
    'without a start',
    'report came without an end',
    'no protocol "NO-SUCH-PROTOCOL"',
    'no machine "XX9"',
    'after it was closed (cancelled)',
    '"exploded" is nothing that happens',
    'the exam has no number',
    'layout needs machines',
    'roster lacks spans',
  ])
    expect(said).toContain(part)
  // All of it can be forecast from.
  const belief = beliefAfter(told, eight + hour)
  const { quantities } = radiology.forecast(
    belief,
    { id: 'c', name: 'c', interventions: [] },
    [belief.asOf + hour],
    context,
  )
  expect(quantities.waiting!.members.every(Number.isFinite)).toBe(true)
})

test('whoever does not come is a no-show after three hours, and open again when they come after all', () => {
  const told = [...opening(), order('a', 'HEAD', 'outpatient', midnight), booking('a', 'CT1', eight, midnight)]
  expect(examIn(told, 'a', eight + 2 * hour)!.closed).toBeUndefined()
  expect(examIn(told, 'a', eight + 4 * hour)!.closed).toBe('no-show')
  expect(memoryOf(beliefAfter(told, eight + 4 * hour)).learned.appointments.missed).toBe(1)
  const later = [...told, exam('a', 'arrived', eight + 5 * hour)]
  const memory = memoryOf(beliefAfter([...later, exam('z', 'arrived', eight + 4 * hour)]))
  expect(memory.exams.a!.closed).toBeUndefined()
  expect(memory.learned.appointments).toEqual({ kept: 1, missed: 0 })
})

test('where nobody tells of arrivals, a start says that the appointment was kept', () => {
  const told = [
    ...opening(),
    booking('a', 'CT1', eight, midnight),
    exam('a', 'started', eight + 10 * minute, { machine: 'CT1' }),
  ]
  expect(memoryOf(beliefAfter(told, eight + 6 * hour)).learned.appointments).toEqual({ kept: 1, missed: 0 })
})

test('a breakdown sends the exam back into the line', () => {
  const told = [
    ...opening(),
    order('a', 'HEAD', 'walk-in', eight),
    exam('a', 'arrived', eight),
    exam('a', 'started', eight + minute, { machine: 'CT1' }),
    machine('CT1', 'down', eight + 5 * minute),
  ]
  const values = counted(beliefAfter(told))
  expect(values.waiting).toBe(1)
  expect(memoryOf(beliefAfter(told)).machines.CT1!.state).toBe('down')
})

test('merged patients: the exam goes on under the other name', () => {
  const told = [
    ...opening(),
    order('a', 'HEAD', 'inpatient', eight),
    tell('exam', { exam: 'a', patient: 'patient/other', what: 'arrived' }, eight + minute),
  ]
  expect(examIn(told, 'a')!.patient).toBe('patient/other')
})

test('durations are learned from the department’s own exams', () => {
  const stream = randomStream('durations')
  const told: Observation[] = [...opening()]
  for (let i = 0; i < 120; i++) {
    const start = midnight + i * hour
    told.push(order(`x${i}`, 'HEAD', 'walk-in', start), exam(`x${i}`, 'arrived', start))
    told.push(exam(`x${i}`, 'started', start + minute, { machine: 'CT1' }))
    told.push(
      exam(`x${i}`, 'finished', start + minute + Math.round(15 * 1.4 * Math.exp(0.15 * stream.normal()) * minute)),
    )
  }
  const [before, after] = [beliefAfter(opening()), beliefAfter(told)]
  expect(mean(membersOf(before.ensemble, 'scan-pace'))).toBeCloseTo(1, 1)
  // One protocol of three says only so much about the department as a whole.
  const pace = mean(membersOf(after.ensemble, 'scan-pace'))
  expect(pace).toBeGreaterThan(1.1)
  expect(pace).toBeLessThan(1.4)
  expect(memoryOf(after).learned.scans.HEAD!.n).toBe(120)
  const { sum, n } = memoryOf(after).learned.scans.HEAD!
  expect(Math.exp(sum / n)).toBeCloseTo(1.4, 1)
})

test('what is over is forgotten after a day and a half', () => {
  const later = beliefAfter(morning(), eight + 3 * day)
  expect(memoryOf(later).exams.a).toBeUndefined()
})

test('of two orders said of one minute the later statement holds, whatever their names', () => {
  const said = (urgency: string, version: number, id: string) =>
    tell(
      'exam',
      { exam: 'a', patient: 'patient/a', what: 'ordered', protocol: 'HEAD', origin: 'outpatient', urgency },
      eight,
      {
        version,
        id,
      },
    )
  for (const [first, second] of [
    ['m', 'z'],
    ['z', 'm'],
  ] as const)
    expect(
      examIn([...opening(), said('stat', eight + 2, second), said('routine', eight + 1, first)], 'a')!.urgency,
    ).toBe('stat')
})

test('a doubt that came with a message stays with its exam', () => {
  const doubted = tell(
    'visit-doubt',
    { visit: 'a', problem: 'the machine CT9 is not in the layout', assumed: 'any' },
    eight,
  )
  expect(examIn([...opening(), doubted, order('a', 'HEAD', 'outpatient', eight)], 'a')!.doubt).toMatch(/CT9/)
})

test('what is left over from before the department was followed is known, and teaches nothing of who comes', () => {
  const early = [
    order('old', 'HEAD', 'outpatient', midnight - 5 * day),
    booking('old', 'CT1', eight, midnight - 5 * day),
  ]
  const { exams, learned, doubts } = memoryOf(beliefAfter([...early, ...opening()], eight))
  expect(exams.old).toMatchObject({ protocol: 'HEAD', booked: eight })
  expect(doubts).toEqual([])
  const alone = memoryOf(beliefAfter(opening(), eight)).learned
  expect(learned.watched).toEqual(alone.watched)
  expect(learned.demand).toEqual(alone.demand)
})
