import { type ClinicLayoutDetail, day } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { changePlan } from './changes.ts'
import { interventions } from './interventions.ts'
import { unchanged } from './work-change.ts'

const layout: Pick<ClinicLayoutDetail, 'providers' | 'visitKinds' | 'practice'> = {
  providers: [1, 2, 3, 4].map((i) => ({
    provider: `p00${i}`,
    label: `Dr ${i}`,
    pod: i < 3 ? 'north' : 'south',
    profession: 'physician',
    clinicalFte: i === 1 ? 0.5 : 1,
    panel: [1200, 1000, 2000, 1500][i - 1]!,
  })),
  visitKinds: [{ code: 'usual', label: 'Usual', minutes: 20 }],
  practice: { teamInbox: false, refillProtocol: false, scribes: [] },
}
const asOf = Date.UTC(2026, 2, 2)
const member =
  (m: number) =>
  (...names: readonly (string | number)[]) =>
    randomStream('changes-test', m, ...names)
const settled = asOf + 800 * day
const planOf = (intervention: string, dose: number, m: number, from = asOf, on?: readonly string[]) =>
  changePlan(layout, [{ intervention, dose, from, ...(on ? { on } : {}) }], asOf, member(m))

describe('changes of work', () => {
  it('knows every intervention that it offers', () => {
    for (const { name, dose } of interventions) {
      const { of, clinic } = planOf(name, dose.usual, 1)
      const all = layout.providers.map(({ provider }) => of(provider, settled))
      const differs = all.some((change) => JSON.stringify(change) !== JSON.stringify(unchanged))
      expect(differs || clinic(settled).addedFte > 0, name).toBe(true)
    }
  })

  it('changes nothing for people who are not named', () => {
    const { of } = planOf('scribe', 1, 2, asOf, ['north'])
    expect(of('p003', settled)).toEqual(unchanged)
    expect(of('p001', settled)).not.toEqual(unchanged)
  })

  it('takes time: a hired clinician spares nobody anything in the first month', () => {
    for (let m = 0; m < 50; m++) {
      const { of, clinic } = planOf('hire', 1, m)
      expect(of('p001', asOf + 28 * day).messages.patient).toBe(1)
      expect(clinic(asOf + 28 * day).addedFte).toBe(0)
      expect(of('p001', settled).messages.patient).toBeLessThan(1)
    }
  })

  it('is the same for the same member, whatever else is planned', () => {
    const alone = planOf('team-inbox', 30, 7).of('p002', settled)
    const beside = changePlan(
      layout,
      [
        { intervention: 'scribe', dose: 1, from: asOf },
        { intervention: 'team-inbox', dose: 30, from: asOf },
      ],
      asOf,
      member(7),
    ).of('p002', settled)
    expect(beside.messages).toEqual(alone.messages)
  })

  it('counts of what began long ago only what has yet to come', () => {
    const { of } = planOf('refill-protocol', 60, 3, asOf - 900 * day)
    expect(of('p001', asOf + 28 * day).messages.refill).toBeCloseTo(1, 9)
  })

  it('gives back what it took once it is stopped', () => {
    const planned = [{ intervention: 'refill-protocol', dose: 60, from: asOf - 900 * day, until: asOf }]
    const { of } = changePlan(layout, planned, asOf, member(3))
    expect(of('p001', settled).messages.refill).toBeGreaterThan(1.3)
  })

  it('moves messages from full panels to those with room, and keeps their number', () => {
    const { of } = planOf('panel-rebalance', 100, 5)
    const need = (provider: string) => layout.providers.find((each) => each.provider === provider)!.panel
    const factors = layout.providers.map(({ provider }) => of(provider, settled).messages.patient)
    expect(factors[0]).toBeLessThan(1) // 2400 for each full-time equivalent
    expect(factors[1]).toBeGreaterThan(1) // 1000
    const before = layout.providers.reduce((sum, { provider }) => sum + need(provider), 0)
    const after = layout.providers.reduce((sum, { provider }, i) => sum + need(provider) * factors[i]!, 0)
    expect(after / before).toBeCloseTo(1, 9)
  })

  it('leaves minutes of a message to those that are left: who takes the easy ones spares less than their number', () => {
    const { of } = planOf('team-inbox', 60, 11)
    const { messages, messageMinutes } = of('p002', settled)
    expect(messages.patient).toBeLessThan(0.9)
    expect(messageMinutes.patient).toBeGreaterThan(1)
    expect(messages.patient * messageMinutes.patient).toBeLessThan(1)
    expect(messages.patient * messageMinutes.patient).toBeGreaterThan(messages.patient)
  })

  it('holds what studies of protected time found apart instead of averaging it away', () => {
    const used = Array.from({ length: 400 }, (_, m) => planOf('protected-inbox-time', 40, m).of('p002', settled))
    const shares = used.map(({ protectedMinutes }) => protectedMinutes / 40)
    const between = shares.filter((share) => share > 0.2 && share < 0.35).length / shares.length
    expect(shares.filter((share) => share < 0.2).length / shares.length).toBeGreaterThan(0.4)
    expect(shares.filter((share) => share > 0.35).length / shares.length).toBeGreaterThan(0.4)
    expect(between).toBeLessThan(0.06)
  })

  it('charges training to those who are trained, in the first four weeks', () => {
    const { of } = planOf('team-inbox', 30, 1)
    expect(of('p001', asOf).ownMinutes).toBeCloseTo(30 + 5, 9)
    expect(of('p001', asOf + 28 * day).ownMinutes).toBeCloseTo(5, 9)
  })
})
