import { hour, type JsonObject, minute, second } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import type { Order } from './orders.ts'
import { drugs } from './pharmacology.ts'
import { type Outgoing, type Simulation, type SimulationOptions, simulateWard } from './simulation.ts'
import { steadyStream } from './steady-stream.ts'

const start = Date.UTC(2026, 0, 5, 9)
const options: SimulationOptions = { patients: 4, seed: 'ward', start, history: 10 * minute }

function run(ward: Simulation, from: number, to: number, slice: number): Outgoing[] {
  const out: Outgoing[] = []
  for (let t = from; t < to; t += slice) out.push(...ward.advance(t))
  return [...out, ...ward.advance(to)]
}

function orderFor(ward: Simulation, patient: number, drug: string, value: number, more: Partial<Order> = {}): Order {
  const known = drugs.find(({ name }) => name === drug)!
  return {
    id: `order-${drug}`,
    type: 'MedicationRequest',
    wants: 'start',
    recordNumber: ward.patients[patient]!.person.recordNumber,
    code: known.codes[0]!,
    drug: known,
    sentDose: { value, unit: known.unit },
    ...more,
  }
}

interface Charted {
  id: string
  status: string
  effectivePeriod: { start: string; end?: string }
  dosage: { dose: { value: number } }
}

/** What nurses charted, in order. */
function charted(messages: readonly Outgoing[]): Charted[] {
  return messages.flatMap((message) =>
    message.protocol === 'fhir'
      ? (message.bundle.entry as { resource: JsonObject }[])
          .map(({ resource }) => resource)
          .filter(({ resourceType }) => resourceType === 'MedicationAdministration')
          .map((resource) => resource as unknown as Charted)
      : [],
  )
}

describe('a ward', () => {
  it('sends the same messages with the same seed and times, however time is sliced', () => {
    const live = (slice: number) =>
      run(simulateWard({ ...options, faults: 20 }), start - 10 * minute, start + 3 * minute, slice)
    const whole = live(13 * minute)
    expect(live(1700)).toEqual(whole)
    expect(whole.length).toBeGreaterThan(200)
  })

  it('sends other messages with another seed', () => {
    const first = (seed: string) => JSON.stringify(simulateWard({ ...options, seed }).advance(start))
    expect(first('a')).not.toBe(first('b'))
  })

  it('introduces every patient before anything else is said of them', () => {
    const messages = simulateWard(options).advance(start + minute)
    for (let patient = 0; patient < 4; patient++) {
      const [first, second] = messages.filter((message) => message.patient === patient)
      expect(first).toMatchObject({ protocol: 'hl7v2', introduces: true })
      expect(second).toMatchObject({ protocol: 'fhir', introduces: true })
    }
  })

  it('never gives one MSH-10 to two different messages, and doubles a few', () => {
    const messages = run(simulateWard({ ...options, faults: 20 }), start, start + 10 * minute, minute)
    const texts = new Map<string, string>()
    let doubles = 0
    for (const message of messages) {
      if (message.protocol !== 'hl7v2') continue
      expect(message.controlId.length).toBeLessThanOrEqual(20)
      const known = texts.get(message.controlId)
      if (known !== undefined) {
        doubles++
        expect(message.text).toBe(known)
      }
      texts.set(message.controlId, message.text)
    }
    expect(doubles).toBeGreaterThan(3)
  })

  it('never repeats the numbers of an earlier run', () => {
    const ids = (at: number) =>
      simulateWard({ ...options, start: at })
        .advance(at + minute)
        .map((message) =>
          message.protocol === 'hl7v2'
            ? message.controlId
            : message.protocol === 'mqtt'
              ? `${message.device}#${String(message.payload.sequence)}`
              : JSON.stringify(message.bundle),
        )
    const earlier = new Set(ids(start))
    expect(ids(start + hour).filter((id) => earlier.has(id))).toEqual([])
  })

  it('speaks of the present and the past only: no time runs ahead of the sending but a wearable clock’s seconds', () => {
    for (const message of run(simulateWard({ ...options, faults: 5 }), start, start + 5 * minute, minute)) {
      if (message.protocol === 'hl7v2') {
        for (const [, y, mo, d, h, mi, s] of message.text.matchAll(
          /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d{3}\+0000/g,
        ))
          expect(Date.UTC(+y!, +mo! - 1, +d!, +h!, +mi!, +s!)).toBeLessThanOrEqual(message.due)
      } else if (message.protocol === 'mqtt') {
        for (const { time } of message.payload.readings as { time: string }[])
          expect(Date.parse(time)).toBeLessThanOrEqual(message.due + 3 * second)
      }
    }
  })

  it('lets some messages be overtaken', () => {
    const messages = run(simulateWard({ ...options, faults: 20 }), start, start + 10 * minute, minute)
    const numbers = messages
      .filter((m) => m.protocol === 'hl7v2' && m.patient === 0)
      .map((m) => Number.parseInt((m as { controlId: string }).controlId.split('.')[2]!, 36))
    expect(numbers.some((n, i) => n < (numbers[i - 1] ?? 0))).toBe(true)
  })

  it('sends what a wearable kept while its radio was out of reach in one publication', () => {
    const messages = run(simulateWard({ ...options, faults: 20 }), start, start + 20 * minute, minute)
    const sizes = messages.flatMap((m) => (m.protocol === 'mqtt' ? [(m.payload.readings as unknown[]).length] : []))
    expect(Math.max(...sizes)).toBeGreaterThan(6)
    expect(Math.min(...sizes)).toBe(2)
  })

  it('refuses options that make no sense, naming them', () => {
    expect(() => simulateWard({ ...options, patients: 0 })).toThrow(/patients is 0/)
    expect(() => simulateWard({ ...options, tempo: 0.5 })).toThrow(/tempo/)
    expect(() => simulateWard({ ...options, rates: { wearableEvery: 10 } })).toThrow(/rates.wearableEvery/)
  })
})

describe('an order', () => {
  it('is obeyed by a nurse within a minute, charted as in progress, and changes the patient', () => {
    const ward = simulateWard(options)
    const twin = simulateWard(options)
    ward.advance(start)
    ward.order(orderFor(ward, 0, 'nitroprusside', 2), start)
    const [report, ...more] = charted(run(ward, start, start + 5 * minute, second))
    expect(more).toEqual([])
    expect(report!.status).toBe('in-progress')
    const begun = Date.parse(report!.effectivePeriod.start) - start
    expect(begun).toBeGreaterThanOrEqual(20 * second)
    expect(begun).toBeLessThanOrEqual(61 * second)
    twin.advance(start + 5 * minute)
    const treated = ward.patients[0]!.truth().haemodynamics.systolic
    expect(treated).toBeLessThan(twin.patients[0]!.truth().haemodynamics.systolic - 8)
    // The others do not notice.
    expect(ward.patients[1]!.truth()).toEqual(twin.patients[1]!.truth())
  })

  it('closes the loop within two minutes at demonstration tempo', () => {
    const ward = simulateWard({ ...options, tempo: 4 })
    ward.advance(start)
    const before = ward.patients[0]!.truth().haemodynamics.systolic
    ward.order(orderFor(ward, 0, 'nitroprusside', 2), start)
    ward.advance(start + 2 * minute)
    expect(ward.patients[0]!.truth().haemodynamics.systolic).toBeLessThan(before - 8)
  })

  it('taken back is stopped and charted with its end', () => {
    const ward = simulateWard(options)
    ward.advance(start)
    const order = orderFor(ward, 0, 'glyceryl-trinitrate', 50)
    ward.order(order, start)
    run(ward, start, start + 3 * minute, second)
    ward.order({ ...order, wants: 'stop' }, start + 3 * minute)
    const reports = charted(run(ward, start + 3 * minute, start + 5 * minute, second))
    expect(reports).toHaveLength(1)
    expect(reports[0]!.status).toBe('stopped')
    expect(Date.parse(reports[0]!.effectivePeriod.end!)).toBeGreaterThan(start + 3 * minute)
  })

  it('taken back before the nurse came is never given', () => {
    const ward = simulateWard(options)
    ward.advance(start)
    const order = orderFor(ward, 0, 'glyceryl-trinitrate', 50)
    ward.order(order, start)
    ward.order({ ...order, wants: 'stop' }, start + second)
    expect(charted(run(ward, start, start + 5 * minute, second))).toEqual([])
  })

  it('sent again changes nothing; with another dose it ends the old administration and begins a new one', () => {
    const ward = simulateWard(options)
    ward.advance(start)
    const order = orderFor(ward, 0, 'dobutamine', 5)
    ward.order(order, start)
    const first = charted(run(ward, start, start + 2 * minute, second))
    ward.order(order, start + 2 * minute)
    expect(charted(run(ward, start + 2 * minute, start + 4 * minute, second))).toEqual([])
    ward.order({ ...order, sentDose: { value: 8, unit: 'ug/kg/min' } }, start + 4 * minute)
    const changed = charted(run(ward, start + 4 * minute, start + 6 * minute, second))
    expect(changed.map(({ id, status, dosage }) => [id, status, dosage.dose.value])).toEqual([
      [first[0]!.id, 'stopped', 5],
      ['adm-order-dobutamine-2', 'in-progress', 8],
    ])
    expect(changed[0]!.effectivePeriod.end).toBe(changed[1]!.effectivePeriod.start)
  })

  it('for a bolus is completed by itself when the bag is empty', () => {
    const ward = simulateWard(options)
    ward.advance(start)
    ward.order(orderFor(ward, 1, 'crystalloid-bolus', 500), start)
    const reports = charted(run(ward, start, start + 20 * minute, 10 * second))
    expect(reports.map(({ status }) => status)).toEqual(['in-progress', 'completed'])
    const [from, until] = [reports[1]!.effectivePeriod.start, reports[1]!.effectivePeriod.end!].map(Date.parse)
    expect(until! - from!).toBe(15 * minute)
  })

  it('with an end of its own is stopped then', () => {
    const ward = simulateWard(options)
    ward.advance(start)
    ward.order(orderFor(ward, 0, 'glyceryl-trinitrate', 50, { until: start + 4 * minute }), start)
    const reports = charted(run(ward, start, start + 5 * minute, second))
    expect(reports.map(({ status }) => status)).toEqual(['in-progress', 'completed'])
    expect(Date.parse(reports[1]!.effectivePeriod.end!)).toBe(start + 4 * minute)
  })

  it('makes the nurses measure blood pressure more often', () => {
    const cuffs = (ordered: boolean) => {
      const ward = simulateWard({ ...options, faults: 0 })
      ward.advance(start)
      if (ordered) ward.order(orderFor(ward, 0, 'glyceryl-trinitrate', 50), start)
      return run(ward, start, start + 10 * minute, second).filter(
        (m) => m.protocol === 'hl7v2' && m.patient === 0 && m.text.includes('NIBP'),
      ).length
    }
    expect(cuffs(true)).toBeGreaterThan(cuffs(false) + 2)
  })

  it('that still runs when the ward closes is charted as stopped, and everybody is discharged', () => {
    const ward = simulateWard(options)
    ward.advance(start)
    ward.order(orderFor(ward, 2, 'dobutamine', 5), start)
    run(ward, start, start + 2 * minute, second)
    const last = ward.close()
    expect(charted(last).map(({ status }) => status)).toEqual(['stopped'])
    expect(last.filter((m) => m.protocol === 'hl7v2' && m.text.includes('ADT^A03'))).toHaveLength(4)
  })
})

describe('the steady stream', () => {
  it('gives the live messages of a ward without waiting, each protocol at its rate', () => {
    const messages = [...steadyStream({ patients: 5, seed: 'load', start, duration: minute, faults: 0 })]
    const count = (protocol: string) => messages.filter((m) => m.protocol === protocol).length
    // Five patients for a minute: 12 wearable readings each less the first 20 s and their turn.
    expect(count('mqtt')).toBeGreaterThanOrEqual(5 * 7)
    expect(count('mqtt')).toBeLessThanOrEqual(5 * 9)
    expect(count('fhir')).toBe(10)
    expect(count('hl7v2')).toBeGreaterThanOrEqual(5 * 6)
  })
})
