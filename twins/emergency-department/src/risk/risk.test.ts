import { hour, type JsonObject, minute, TwinLoop, type VitalSigns } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { attentionFor } from '../attention.ts'
import { beliefAfter, contextAt, start, subject, visit } from '../department.test-data.ts'
import { departmentOf } from '../memory/department.ts'
import { emergencyDepartment as twin } from '../twin.ts'
import { type Examples, emptyRisk, type RiskMemory } from './examples.ts'
import { type Features, featuresIn, nameOf } from './features.ts'
import { learn } from './learn.ts'
import { admissionRisk, worseningRisk } from './risk.ts'
import { waitingRisks } from './waiting.ts'

const well: VitalSigns = {
  respiratoryRate: 16,
  saturation: 98,
  oxygen: false,
  systolic: 125,
  pulse: 70,
  consciousness: 'A',
  temperature: 37,
}
const signs = (change: Partial<VitalSigns>) => ({ ...well, ...change }) as unknown as JsonObject
const minutesBefore = (minutes: number) => start - minutes * minute
const told = (id: string, minutes: number, detail: JsonObject) => visit(id, minutesBefore(minutes), detail)

/** Comes two hours before the start with acuity 3, and is looked at 100 and 40 minutes before it. */
const lookedAtTwice = (id: string, first: Partial<VitalSigns>, second: Partial<VitalSigns>, age = 50) => [
  told(id, 120, { what: 'arrived', mode: 'walk-in', age }),
  told(id, 100, { what: 'triaged', acuity: 3 }),
  told(id, 100, { what: 'observed', signs: signs(first) }),
  told(id, 40, { what: 'observed', signs: signs(second) }),
]
const visitOf = (belief: ReturnType<typeof beliefAfter>, id: string) => departmentOf(belief).visits[id]!

describe('what is known of those who wait', () => {
  it('is NEWS2 of the last look and its rise since the one before; not of children, nor where something is missing', () => {
    const belief = beliefAfter(
      [
        ...lookedAtTwice('a', {}, { pulse: 115, temperature: 38.5 }),
        ...lookedAtTwice('child', {}, { pulse: 115 }, 8),
        told('part', 30, { what: 'arrived', mode: 'walk-in' }),
        told('part', 20, { what: 'triaged', acuity: 3 }),
        told('part', 20, { what: 'observed', signs: { pulse: 115 } }),
      ],
      start,
    )
    expect(visitOf(belief, 'a').looks).toMatchObject({
      before: { news2: 0, change: null, acuity: 3 },
      last: { at: minutesBefore(40), news2: 3, change: 3 },
    })
    expect(visitOf(belief, 'child').looks!.last.news2).toBeNull()
    expect(visitOf(belief, 'part').looks!.last).toMatchObject({ news2: null, acuity: 3 })
  })

  it('is the same whichever fact of one look is told first, and passes over what nobody can have', () => {
    const facts = [
      ...lookedAtTwice('a', {}, { pulse: 115 }),
      told('a', 39, { what: 'triaged', acuity: 2 }),
      told('a', 10, { what: 'observed', signs: { pulse: 1000 } }),
    ]
    const belief = beliefAfter(facts, start)
    expect(visitOf(belief, 'a').looks!.last).toMatchObject({ at: minutesBefore(40), acuity: 2, news2: 2 })
    const otherwise = beliefAfter([...facts.filter((_, i) => i !== 3), facts[3]!], start)
    expect(JSON.stringify(otherwise.memory)).toBe(JSON.stringify(belief.memory))
  })

  it('counts from look to look whether somebody was found worse, and of those cared for whether they were admitted', () => {
    const cared = (id: string, more: readonly JsonObject[]) => [
      ...lookedAtTwice(id, {}, { pulse: 115 }),
      told(id, 39, { what: 'triaged', acuity: 2 }),
      told(id, 20, { what: 'seen' }),
      ...more.map((detail) => told(id, 5, detail)),
    ]
    const { risk } = departmentOf(
      beliefAfter([...cared('a', [{ what: 'admission-requested' }]), ...cared('b', [])], start),
    )
    // Age 50, walked in, well and for less than an hour there at the first look, and worse 60 minutes later.
    expect(risk.worsening.newer).toEqual({ '3 0 - 52 w 0 1': [2, 2, 20] })
    expect(risk.admission.newer).toEqual({ '3 0 - 52 w 0 -': [1, 1, 0] })
    expect(featuresIn('3 0 - 52 w 0 1')).toEqual({
      acuity: 3,
      news2: 0,
      change: null,
      age: 52,
      mode: 'walk-in',
      waited: 0,
      gap: 1,
    })
    expect(nameOf(featuresIn('- - -2 - a 3 1.5'))).toBe('- - -2 - a 3 1.5')
  })
})

const patient: Features = { acuity: 3, news2: 2, change: 0, age: 52, mode: 'walk-in', waited: 1, gap: null }

describe('the risk of getting worse', () => {
  it('is what is published before anything is learnt: more for the urgent, with a high and rising NEWS2, and with time', () => {
    const of = (change: Partial<Features>, hours = 1) =>
      worseningRisk(emptyRisk, { ...patient, ...change }, hours).probability.mean
    expect(of({ acuity: 2, news2: 3 })).toBeGreaterThan(of({ acuity: 4, news2: 1 }))
    expect(of({ news2: 6 }) / of({})).toBeGreaterThan(2.5)
    expect(of({ change: 2 })).toBeGreaterThan(of({}))
    expect(of({}, 2) / of({}, 1)).toBeCloseTo(2, 1)
    expect(of({ acuity: 3, news2: null, change: null, age: null })).toBeCloseTo(0.012, 3)
  })

  it('names what adds to it, in the order of how much, and says to look at once from NEWS2 7', () => {
    const belief = beliefAfter(
      [
        ...lookedAtTwice('rising', {}, { pulse: 115, temperature: 38.5 }),
        ...lookedAtTwice('well', {}, {}),
        ...lookedAtTwice('bad', {}, { pulse: 140, respiratoryRate: 28, saturation: 93 }),
      ],
      start,
    )
    const attention = (id: string) => attentionFor(emptyRisk, visitOf(belief, id), start)
    expect(attention('well')).toBeUndefined()
    expect(attention('rising')!.reasons).toEqual([
      'NEWS2 was 3 (× 1.6)',
      'NEWS2 rose by 3 (× 1.6)',
      'waits 120 minutes, 90 beyond the 30 for it',
      'last looked at 40 minutes ago',
    ])
    expect(attention('bad')!.sentence).toBe('Look again at once: NEWS2 was 8')
    expect(waitingRisks(belief).map(({ visit: id, news2 }) => [id, news2])).toEqual([
      ['bad', 8],
      ['rising', 3],
      ['well', 0],
    ])
  })

  it('is learnt where a department differs from what is published, and the interval holds the truth', () => {
    // Here the old get worse ten times as often as published, and NEWS2 says nothing.
    const truth = ({ age }: Features) => (age === 75 ? 0.12 : 0.012)
    const stream = randomStream('risk test')
    const cells: Record<string, [number, number, number]> = {}
    for (let i = 0; i < 6000; i++) {
      const features: Features = {
        acuity: 3,
        news2: stream.integer(4),
        change: null,
        age: [23, 52, 75][stream.integer(3)]!,
        mode: 'walk-in',
        waited: stream.integer(2),
        gap: 1,
      }
      const name = nameOf(features)
      const [cases, outcomes, tenths] = cells[name] ?? [0, 0, 0]
      cells[name] = [cases + 1, outcomes + (stream.uniform() < truth(features) ? 1 : 0), tenths + 10]
    }
    const worsening: Examples = { older: {}, newer: cells, cases: 6000 }
    const began = performance.now()
    const learnt = learn('worsening', worsening, randomStream('bags'))!
    expect(performance.now() - began).toBeLessThan(2000)
    const memory: RiskMemory = { ...emptyRisk, worsening, learnt: { worsening: learnt, admission: null } }
    for (const age of [23, 75]) {
      const { probability, parts } = worseningRisk(memory, { ...patient, change: null, age }, 1)
      expect(probability.p05).toBeLessThan(truth({ ...patient, age }))
      expect(probability.p95).toBeGreaterThan(truth({ ...patient, age }))
      if (age === 75) expect(parts[0]!.feature).toBe('age')
    }
    // Too few teach nothing.
    expect(learn('worsening', { older: {}, newer: { '3 0 - 52 w 0 1': [50, 3, 500] }, cases: 50 }, stream)).toBeNull()
  })

  it('of admission rises with acuity, age and NEWS2', () => {
    const of = (change: Partial<Features>) => admissionRisk(emptyRisk, { ...patient, ...change }).probability.mean
    expect(of({ acuity: 2 })).toBeGreaterThan(of({}))
    expect(of({ age: 85 })).toBeGreaterThan(of({ age: 23 }))
    expect(of({ news2: 6 })).toBeGreaterThan(of({ news2: 0 }))
  })
})

describe('learning', () => {
  it('happens once a day, out of what was counted alone, and needs a hundred cases', () => {
    const day = Array.from({ length: 130 }, (_, i) => {
      const id = `p${i}`
      const later = (minutes: number, detail: JsonObject) => visit(id, start + (i + minutes) * minute, detail)
      return [
        later(0, { what: 'arrived', mode: 'walk-in', age: 20 + (i % 60) }),
        later(1, { what: 'triaged', acuity: i % 2 ? 3 : 4 }),
        later(9, { what: 'seen' }),
        later(99, i % 4 ? { what: 'left', disposition: 'discharged' } : { what: 'admission-requested' }),
      ]
    }).flat()
    const before = beliefAfter(day, start + 12 * hour)
    expect(departmentOf(before).risk.learnt.admission).toBeNull()
    const night = start + 20 * hour
    const after = twin.assimilate(before, night, [], contextAt(night))
    const { learnt } = departmentOf(after).risk
    expect(learnt).toMatchObject({ worsening: null, admission: { cases: 130, outcomes: 33 } })
    expect(twin.assimilate(before, night, [], contextAt(night))).toEqual(after)
    const next = twin.assimilate(after, night + hour, [], contextAt(night + hour))
    expect(departmentOf(next).risk.learnt).toBe(learnt)
    expect(after.twin.subject).toBe(subject.id)
  })

  it('gives the same bytes whatever the order in which looks and decisions arrive', () => {
    const facts = Array.from({ length: 110 }, (_, i) => {
      const id = `p${i}`
      const later = (minutes: number, detail: JsonObject) => visit(id, start + (4 * i + minutes) * minute, detail)
      return [
        later(0, { what: 'arrived', mode: 'ambulance', age: 20 + (i % 60) }),
        later(1, { what: 'triaged', acuity: 3 }),
        later(1, { what: 'observed', signs: signs({ pulse: 60 + i }) }),
        later(61, { what: 'observed', signs: signs({ pulse: 65 + i }) }),
        ...(i % 5 ? [] : [later(61, { what: 'triaged', acuity: 2 })]),
        later(70, { what: 'seen' }),
        later(170, i % 3 ? { what: 'left', disposition: 'discharged' } : { what: 'admission-requested' }),
      ]
    })
      .flat()
      .concat(visit('last', start + 20 * hour, { what: 'arrived', mode: 'walk-in' }))
      .map((observation) => ({ kind: 'observation' as const, observation }))
    const beliefOf = (order: readonly (typeof facts)[number][]) => {
      const loop = new TwinLoop({ definition: twin, subject, memory: 10_000 })
      for (let k = 0; k < order.length; k += 97) loop.take(order.slice(k, k + 97))
      return loop.belief!
    }
    const random = randomStream('order of arrival')
    const shuffled = facts
      .map((fact) => ({ fact, key: random.uniform() }))
      .sort((a, b) => a.key - b.key)
      .map(({ fact }) => fact)
    const one = beliefOf(facts)
    expect(JSON.stringify(beliefOf(shuffled))).toBe(JSON.stringify(one))
    expect(departmentOf(one).risk.learnt).toMatchObject({
      worsening: { cases: 110, outcomes: 22 },
      admission: { cases: 110, outcomes: 37 },
    })
  })
})
