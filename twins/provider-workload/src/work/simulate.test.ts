import { randomStream } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { type ChangePlan, unchanged, type WorkChange } from '../advice/work-change.ts'
import { at, messageKinds, weekAt, weekWidth } from './figures.ts'
import type { ClinicParameters, ProviderParameters } from './parameters.ts'
import type { ClinicPlan, PlannedDay, ProviderPlan } from './plan.ts'
import { type Member, simulateWeeks } from './simulate.ts'

/** Nothing scatters that can be kept from it. */
const still: ClinicParameters = {
  illStarts: 0,
  illStays: 0,
  weekdays: Float64Array.of(1, 1, 1, 1, 1, 0.2, 0.2),
  beside: 0,
  messageSpread: 0,
  visitSpread: 0,
  burst: 1,
  gapUse: 1,
  weekMemory: 0,
  weekShared: 0,
  bookingsKept: [0, 0, 0, 0, 0, 0],
  bookingDispersion: [0, 0, 0, 0, 0, 0],
}
const plain: ProviderParameters = {
  messagesPerDay: Float64Array.of(20, 10, 10, 10, 5, 5),
  messageMinutes: new Float64Array(6).fill(1),
  visitMinutes: Float64Array.of(2, 4, 2, 0, 2),
  faceMinutes: 10,
  notesLater: 0.5,
  restLater: 0,
  clears: 1,
  clearsOff: 0,
  clearsAway: 0,
  looksOff: 1,
  looksAway: 1,
  noShow: 0,
  visitsPerHour: 2,
  bookedAhead: [0, 0, 0, 0, 0, 0],
  weekNow: 0,
  weekSpread: 0,
}
const weeks = 2
const dayOf = (d: number, away = false): PlannedDay => ({
  day: `2026-06-${String(1 + d).padStart(2, '0')}`,
  spans:
    d % 7 > 4 || away
      ? []
      : [
          { from: 480, until: 720, work: 'clinic' },
          { from: 780, until: 1020, work: 'clinic' },
        ],
  away: away ? 1 : 0,
  booked: 0,
  lead: 60,
})
const provider = (code: string, more: Partial<ProviderPlan> = {}): ProviderPlan => ({
  provider: code,
  pod: 'east',
  clinicalFte: 1,
  placesPerHour: 3,
  days: Array.from({ length: 7 * weeks }, (_, d) => dayOf(d)),
  backlog: { messages: { patient: 0, refill: 0, call: 0, result: 0, staff: 0, system: 0 }, noteMinutes: 0 },
  ...more,
})
const planOf = (...providers: readonly ProviderPlan[]): ClinicPlan => ({
  timeZone: 'UTC',
  firstWeek: '2026-06-01',
  weeks,
  overloadRatio: 1.375,
  providers,
})
const all = (change: Partial<WorkChange>): ChangePlan => ({
  of: () => ({ ...unchanged, ...change }),
  clinic: () => ({ addedFte: 0 }),
})

function run(
  plan: ClinicPlan,
  change: ChangePlan | null = null,
  own: Partial<ProviderParameters> = {},
  clinic: Partial<ClinicParameters> = {},
  seed = 0,
) {
  const member: Member = {
    clinic: { ...still, ...clinic },
    providers: plan.providers.map(() => ({ ...plain, ...own })),
    random: (...names) => randomStream('simulate test', seed, ...names),
  }
  const out = new Float64Array(plan.providers.length * weeks * weekWidth)
  simulateWeeks(plan, member, change, out)
  return { out, of: (p: number, w: number) => weekAt(out, (p * weeks + w) * weekWidth) }
}
const usual = planOf(provider('p1'))
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

describe('a week', () => {
  const { of } = run(usual)

  test('has two visits in each hour of clinic, and their record by activity', () => {
    const { visits, ehr, scheduled, contracted } = of(0, 0)
    expect([visits, scheduled, contracted]).toEqual([80, 40, 40])
    expect(ehr[1]! / ehr[0]!).toBeCloseTo(2, 6)
    // Days differ in pace by a tenth.
    expect(Math.abs(ehr[1]! - (80 * 4) / 60)).toBeLessThan(0.15 * ((80 * 4) / 60))
  })

  test('loses no message: what came was done or waits', () => {
    const first = of(0, 0)
    expect(sum([...first.received])).toBeCloseTo(first.done + first.waiting, 0)
    expect(Math.abs(sum([...first.received]) - 5.4 * 60)).toBeLessThan(4 * Math.sqrt(5.4 * 60))
  })

  test('has the part of notes outside that is put off, and what of messages found no gap', () => {
    const { outside, inside, ehr } = of(0, 0)
    expect(outside + inside).toBeCloseTo(sum([...ehr]), 6)
    expect(outside).toBeGreaterThan(0.49 * ehr[1]!)
    // 30 minutes for a visit of 20: a third of the day is free, an hour of messages fits in.
    expect(outside).toBeLessThan(0.51 * ehr[1]! + 1.5)
  })

  test('whose slots are too short runs over: work with patients beyond the end is outside as far as it is at the record', () => {
    const { outside } = run(usual, null, { faceMinutes: 26, notesLater: 0 }).of(0, 0)
    expect(outside).toBeGreaterThan(run(usual, null, { faceMinutes: 10, notesLater: 0 }).of(0, 0).outside + 1)
  })
})

test('no-shows leave visits out and gaps for messages', () => {
  const { visits, outside } = run(usual, null, { noShow: 0.5, faceMinutes: 20 }).of(0, 0)
  expect(visits).toBeGreaterThan(20)
  expect(visits).toBeLessThan(60)
  expect(outside).toBeLessThan(run(usual, null, { faceMinutes: 20 }).of(0, 0).outside)
})

test('leave gathers what comes; the week after clears it', () => {
  const away = planOf(provider('p1', { days: Array.from({ length: 14 }, (_, d) => dayOf(d, d < 5)) }))
  const { of } = run(away)
  expect(of(0, 0).scheduled).toBe(0)
  expect(of(0, 0).contracted).toBe(0)
  expect(of(0, 0).overloaded).toBe(false)
  expect(of(0, 0).waiting).toBeGreaterThan(250)
  expect(of(0, 1).outside).toBeGreaterThan(run(usual).of(0, 1).outside + 2)
  expect(of(0, 1).waiting).toBeLessThan(40)
})

test('illness comes without notice and takes the scheduled time with it', () => {
  const ill = run(usual, null, {}, { illStarts: 1, illStays: 1 }).of(0, 0)
  expect([ill.scheduled, ill.visits, ill.contracted]).toEqual([0, 0, 0])
})

test('a day that is over is taken as it was', () => {
  const known = {
    scheduled: 8,
    inside: 3,
    outside: 2,
    visits: 11,
    ehr: [1, 1, 1, 0, 2, 0, 0],
    received: [9, 0, 0, 0, 0, 0],
    done: 9,
  }
  const days = usual.providers[0]!.days.map((day, d) => (d < 7 ? { ...day, known } : day))
  const { of } = run(planOf(provider('p1', { days })))
  expect(of(0, 0)).toMatchObject({ scheduled: 56, outside: 14, visits: 77 })
})

describe('changes', () => {
  test('that change nothing leave every figure as it is', () => {
    expect(run(usual, all({})).out).toEqual(run(usual).out)
  })

  test('take messages away, keep time for them, and share those of the absent', () => {
    const busy = { faceMinutes: 22 }
    const calm = run(usual, null, busy).of(0, 1)
    const fewer = { patient: 0.5, refill: 0.5, call: 0.5, result: 0.5, staff: 0.5, system: 0.5 }
    expect(run(usual, all({ messages: fewer }), busy).of(0, 1).outside).toBeLessThan(calm.outside - 0.5)
    const kept = run(usual, all({ protectedMinutes: 60, visits: 0.875 }), busy).of(0, 1)
    expect(kept.outside).toBeLessThan(calm.outside)
    expect(kept.visits).toBe(70)
    expect(run(usual, all({ noteMinutes: 0.5 }), busy).of(0, 1).ehr[1]!).toBeCloseTo(0.5 * calm.ehr[1]!, 6)
    expect(run(usual, all({ ownMinutes: 150 }), busy).of(0, 1).work).toBeGreaterThan(calm.work + 1)
  })

  test('that hand over what comes on leave move each message to a colleague of the pod who is there', () => {
    const days = Array.from({ length: 14 }, (_, d) => dayOf(d, d < 5))
    const pod = planOf(provider('p1', { days }), provider('p2'), provider('p3', { pod: 'west' }))
    const [alone, covered] = [run(pod), run(pod, all({ coverWhenAway: 0.6 }))]
    const receivedBy = (runOf: typeof alone, p: number) => sum([...runOf.of(p, 0).received])
    const handed = receivedBy(alone, 0) - receivedBy(covered, 0)
    expect(handed).toBeGreaterThan(0.4 * 300)
    expect(receivedBy(covered, 1) - receivedBy(alone, 1)).toBe(handed)
    expect(covered.of(2, 0)).toEqual(alone.of(2, 0))
  })
})

test('equal names give equal weeks, and a higher rate never fewer messages on a day', () => {
  expect(run(usual, null, {}, {}, 3).out).toEqual(run(usual, null, {}, {}, 3).out)
  const more = { messagesPerDay: plain.messagesPerDay.map((rate) => 1.3 * rate) }
  for (let seed = 0; seed < 20; seed++) {
    const [few, many] = [run(usual, null, {}, {}, seed).out, run(usual, null, more, {}, seed).out]
    for (let k = 0; k < messageKinds.length; k++)
      expect(many[at.received + k]!).toBeGreaterThanOrEqual(few[at.received + k]!)
  }
})
