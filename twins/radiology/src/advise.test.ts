import { carryOn, hour, minute } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import { memoryOf } from './memory.ts'
import { objectives } from './objectives.ts'
import { movesOf } from './plan.ts'
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
} from './twin.test-data.ts'
import { radiology } from './twin.ts'

/** One CT is down; its list is full, the other's is empty. */
const brokenCt = () =>
  beliefAfter(
    [
      ...opening(),
      ...Array.from({ length: 14 }, (_, i) => [
        order(`x${i}`, 'HEAD', 'outpatient', midnight),
        booking(`x${i}`, 'CT1', eight + hour + i * 15 * minute, midnight, 15),
      ]).flat(),
      ...[0, 1, 2].flatMap((i) => [
        exam(`x${i}`, 'arrived', eight + 50 * minute),
        exam(`x${i}`, 'prepared', eight + 55 * minute),
      ]),
      machine('CT1', 'down', eight + 56 * minute),
    ],
    eight + hour,
  )

test('a machine is down and the other free: moving patients is advised, with its effect, cost and undo', () => {
  const belief = brokenCt()
  const [recommendation, ...more] = radiology.advise(belief, objectives[0]!, context)
  expect(more).toEqual([])
  const best = recommendation!.options[0]!
  expect(best.scenario.interventions[0]!.intervention).toBe('move-patients')
  expect(best.probabilityBetter).toBeGreaterThan(0.9)
  expect(best.mayApprove).toContain('manager')
  expect(best.undo).not.toBe('')
  const delay = best.effects.find(({ quantity }) => quantity === 'waiting')!
  expect(delay.withIt.mean - delay.carryingOn.mean).toBeCloseTo(delay.difference.mean, 9)
  const staying = recommendation!.options.find(({ scenario }) => scenario.id === carryOn.id)!
  expect(staying.gain.mean).toBe(0)
  expect(recommendation!.options.map(({ rank }) => rank)).toEqual(recommendation!.options.map((_, i) => i + 1))
})

test('patients move from the list that ends last to the one that ends first, and no further than that helps', () => {
  const belief = brokenCt()
  const moves = movesOf(memoryOf(belief), belief.asOf, 8)
  expect(moves.size).toBeGreaterThan(2)
  expect(new Set(moves.values())).toEqual(new Set(['CT2']))
  // MRI patients stay where they are.
  expect([...moves.keys()].every((id) => id.startsWith('x'))).toBe(true)
  const quiet = beliefAfter(morning(), eight + hour)
  expect(movesOf(memoryOf(quiet), quiet.asOf, 8).size).toBe(0)
})

test('before the department has said what it consists of there is no advice', () => {
  const belief = beliefAfter([order('a', 'HEAD', 'emergency', eight)])
  expect(radiology.advise(belief, objectives[0]!, context)).toEqual([])
})

test('the day-sheet shows what was, what is booked with its risk of running over, and the breakdown', () => {
  const picture = radiology.picture!(brokenCt(), carryOn, context)
  if (picture.kind !== 'day') throw new Error(picture.kind)
  expect(picture.rows.map(({ name }) => name)).toEqual(['CT1', 'CT2', 'MR1'])
  const slots = picture.rows[0]!.slots
  expect(slots.filter(({ kind }) => kind === 'booked')).toHaveLength(14)
  expect(slots.some(({ kind }) => kind === 'breakdown')).toBe(true)
  for (const { overrun } of slots.filter(({ kind }) => kind === 'booked')) expect(overrun).toBeGreaterThanOrEqual(0)
  // The first patients wait for the repair: they are all but sure to be late.
  expect(slots.find(({ kind }) => kind === 'booked')!.overrun).toBeGreaterThan(0.9)
  expect(picture.rows[2]!.slots.some(({ kind }) => kind === 'free')).toBe(true)
})

test('pressure and pathway', () => {
  const pressure = radiology.picture!(brokenCt(), carryOn, context, 'pressure')
  if (pressure.kind !== 'pressure') throw new Error(pressure.kind)
  const ct = pressure.rows.find(({ name }) => name === 'CT')!
  for (const p of ct.holdsUp) expect(p).toBeGreaterThanOrEqual(0)
  for (const [t, p] of ct.use.p95.entries()) {
    expect(p).toBeGreaterThanOrEqual(ct.use.p05[t]!)
    expect(p).toBeLessThanOrEqual(1)
  }
  expect(ct.waiting.p50[0]).toBe(3)
  const pathway = radiology.picture!(brokenCt(), carryOn, context, 'pathway')
  if (pathway.kind !== 'pathway') throw new Error(pathway.kind)
  const ids = new Set(pathway.nodes.map(({ id }) => id))
  for (const { from, to } of pathway.edges) expect(ids.has(from) && ids.has(to)).toBe(true)
  expect(pathway.nodes.find(({ id }) => id === 'scan-CT')!.waiting).toBe(3)
})
