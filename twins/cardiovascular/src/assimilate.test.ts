import { hour, membersOf, minute, type Treatment } from '@counterpart/kernel'
import { mean, standardDeviation } from '@counterpart/numerics'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deviceOf } from './channels.ts'
import { emulatedNames, emulatorFile } from './emulator.ts'
import { CardiovascularError } from './errors.ts'
import { contextWith, followed, median, observed, subject, width } from './twin.test-data.ts'
import { cardiovascular } from './twin.ts'
import { priorVariables } from './variables.ts'

const start = () => cardiovascular.begin(subject, 0, {}, contextWith())

describe('what observations do to the belief', () => {
  test('a heart rate tells of the heart rate and of nothing else', () => {
    const before = start()
    const after = cardiovascular.assimilate(before, 0, [observed('heart-rate', 110, 0)], contextWith())
    expect(median(after, 'own-heart-rate')).toBeCloseTo(110, -1)
    for (const name of ['contractility', 'stiffness', 'resistance', 'blood-volume'])
      expect(Math.abs(Math.log(median(after, name) / median(before, name)))).toBeLessThan(0.1)
  })

  test('a dilated heart that ejects little is weak, though nobody measured its strength', () => {
    const failing = followed({ rate: 95, systolic: 100, diastolic: 70 }, { endDiastolic: 190, endSystolic: 140 })
    const healthy = followed({ rate: 70, systolic: 120, diastolic: 75 }, { endDiastolic: 125, endSystolic: 55 })
    expect(median(failing, 'contractility')).toBeLessThan(0.45 * median(healthy, 'contractility'))
    expect(width(failing, 'contractility')).toBeLessThan(0.4 * width(start(), 'contractility'))
  })

  test('high pressure with an ordinary output means high resistance', () => {
    const hypertensive = followed({ rate: 72, systolic: 175, diastolic: 105 }, { endDiastolic: 125, endSystolic: 55 })
    const healthy = followed({ rate: 72, systolic: 120, diastolic: 75 }, { endDiastolic: 125, endSystolic: 55 })
    expect(median(hypertensive, 'resistance')).toBeGreaterThan(1.25 * median(healthy, 'resistance'))
  })

  test('the order in which observations are handed over does not matter, to the last bit', () => {
    const observations = [
      observed('heart-rate', 88, 0),
      observed('systolic-blood-pressure', 131, 0),
      observed('diastolic-blood-pressure', 79, 0),
      observed('mean-blood-pressure', 97, 0),
      observed('left-ventricular-ejection-fraction', 48, 0),
      observed('cardiac-output', 4.6, 0),
    ]
    const expected = cardiovascular.assimilate(start(), 0, observations, contextWith())
    fc.assert(
      fc.property(fc.shuffledSubarray(observations, { minLength: observations.length }), (shuffled) => {
        const belief = cardiovascular.assimilate(start(), 0, shuffled, contextWith())
        expect(belief.ensemble.values).toEqual(expected.ensemble.values)
        expect(belief.memory).toEqual(expected.memory)
      }),
      { numRuns: 20, seed: 1 },
    )
  })

  test('the same call gives the same bytes and leaves its argument as it was', () => {
    const before = start()
    const copy = before.ensemble.values.slice()
    const once = cardiovascular.assimilate(before, hour, [observed('heart-rate', 90, hour)], contextWith())
    const again = cardiovascular.assimilate(before, hour, [observed('heart-rate', 90, hour)], contextWith())
    expect(again.ensemble.values).toEqual(once.ensemble.values)
    expect(before.ensemble.values).toEqual(copy)
  })

  test('members stay finite and positive whatever a sensor claims', () => {
    const claim = fc.record({
      rate: fc.double({ min: 20, max: 300, noNaN: true }),
      systolic: fc.double({ min: 30, max: 300, noNaN: true }),
      volume: fc.double({ min: 20, max: 600, noNaN: true }),
      fraction: fc.double({ min: 3, max: 90, noNaN: true }),
    })
    fc.assert(
      fc.property(claim, ({ rate, systolic, volume, fraction }) => {
        const belief = cardiovascular.assimilate(
          start(),
          0,
          [
            observed('heart-rate', rate, 0),
            observed('systolic-blood-pressure', systolic, 0),
            observed('left-ventricular-end-diastolic-volume', volume, 0),
            observed('left-ventricular-ejection-fraction', fraction, 0),
          ],
          contextWith(),
        )
        for (const { name, scale } of priorVariables)
          expect(
            membersOf(belief.ensemble, name).every((x) => Number.isFinite(x) && (x > 0 || scale === 'linear')),
          ).toBe(true)
      }),
      { numRuns: 100, seed: 2 },
    )
  })
})

describe('how far an observation is trusted', () => {
  const after = (...observations: readonly ReturnType<typeof observed>[]) =>
    cardiovascular.assimilate(start(), 0, observations, contextWith())

  test('a doubtful one moves the belief less, one of quality 0 not at all', () => {
    const good = after(observed('heart-rate', 120, 0))
    const doubtful = after(observed('heart-rate', 120, 0, { quality: { score: 0.3, flags: ['noisy-signal'] } }))
    const useless = after(observed('heart-rate', 120, 0, { quality: { score: 0, flags: ['flat-line'] } }))
    expect(median(doubtful, 'own-heart-rate')).toBeLessThan(median(good, 'own-heart-rate'))
    expect(width(doubtful, 'own-heart-rate')).toBeGreaterThan(2 * width(good, 'own-heart-rate'))
    expect(useless.ensemble.values).toEqual(start().ensemble.values)
  })

  test("a wearable's heart rate leaves more doubt than the monitor's", () => {
    const monitor = after(observed('heart-rate', 90, 0))
    const wearable = after(observed('heart-rate', 90, 0, { source: { protocol: 'mqtt', system: 'patch' } }))
    expect(width(wearable, 'own-heart-rate')).toBeGreaterThan(1.8 * width(monitor, 'own-heart-rate'))
  })

  test('one absurd pressure from a failing cuff moves the resistance by less than a tenth', () => {
    const belief = followed({ rate: 75, systolic: 120, diastolic: 75 })
    const at = belief.asOf + 5 * minute
    const after = cardiovascular.assimilate(belief, at, [observed('systolic-blood-pressure', 260, at)], contextWith())
    expect(Math.abs(Math.log(median(after, 'resistance') / median(belief, 'resistance')))).toBeLessThan(0.1)
    expect(after.memory.surprising).toMatchObject({ 'systolic-blood-pressure': 1 })
  })

  test('a real fall in pressure is believed once it has been read several times', () => {
    let belief = followed({ rate: 75, systolic: 140, diastolic: 85 })
    const predicted = () => {
      const { quantities, size } = cardiovascular.forecast(
        belief,
        { id: 'carry-on', name: '', interventions: [] },
        [belief.asOf],
        contextWith(),
      )
      return quantities['systolic-blood-pressure']!.members.reduce((sum, x) => sum + x / size, 0)
    }
    for (let i = 1; i <= 10; i++) {
      const at = belief.asOf + 10 * minute
      belief = cardiovascular.assimilate(
        belief,
        at,
        [observed('systolic-blood-pressure', 85, at), observed('diastolic-blood-pressure', 50, at)],
        contextWith(),
      )
    }
    expect(predicted()).toBeLessThan(105)
  })

  test('what read a pressure is known by its code, or by how soon it reads again', () => {
    const read = (code: string, since?: number) =>
      deviceOf(
        observed('mean-blood-pressure', 80, hour, { code: { system: 'http://loinc.org', code } }),
        since === undefined ? undefined : hour - since,
      )
    expect(read('76214-6')).toBe('arterial-line')
    expect(read('8478-0')).toBe('cuff')
    expect(read('8478-0', minute)).toBe('arterial-line')
    expect(read('76536-2', minute)).toBe('cuff')
    expect(read('8478-0', 5 * minute)).toBe('cuff')
    expect(read('8478-0', 0)).toBe('cuff')
  })

  const hourOfReadings = (every: number, device: string, change = 0) => {
    let belief = start()
    for (let at = 0; at <= hour; at += every)
      belief = cardiovascular.assimilate(
        belief,
        at,
        ['systolic', 'diastolic', 'mean'].map((name, i) =>
          observed(`${name}-blood-pressure`, [120, 75, 90][i]! + (at > 50 * minute ? change : 0), at, {
            source: { protocol: 'hl7v2', system: 'test', device },
          }),
        ),
        contextWith(),
      )
    return belief
  }
  const meanPressure = (belief: ReturnType<typeof start>, ahead: number) =>
    cardiovascular.forecast(
      belief,
      { id: 'carry-on', name: '', interventions: [] },
      [belief.asOf + ahead],
      contextWith(),
    ).quantities['mean-blood-pressure']!.members

  test('a line is trusted more than a cuff, and remembered as a line only while it reads on', () => {
    const line = hourOfReadings(minute, 'line')
    expect(standardDeviation(meanPressure(line, 0))).toBeLessThan(
      0.6 * standardDeviation(meanPressure(hourOfReadings(10 * minute, 'cuff'), 0)),
    )
    expect(Object.keys(line.memory.lastPressures as object)).toHaveLength(3)
    const later = cardiovascular.assimilate(line, 2 * hour, [observed('heart-rate', 70, 2 * hour)], contextWith())
    expect(later.memory.lastPressures).toEqual({})
  })

  test('what a line has read for ten minutes the next minutes begin at, and the hours return from', () => {
    const risen = hourOfReadings(minute, 'line', 6)
    const [soon, later] = [5 * minute, 4 * hour].map((ahead) => mean(meanPressure(risen, ahead)))
    expect(soon).toBeGreaterThan(93)
    expect(later).toBeLessThan(soon! - 0.5)
  })

  test('a night of pressures teaches nothing about the stiffness that nobody measured', () => {
    let belief = cardiovascular.assimilate(
      start(),
      0,
      [
        observed('left-ventricular-end-diastolic-volume', 113, 0),
        observed('left-ventricular-end-systolic-volume', 58, 0),
        observed('systolic-blood-pressure', 152, 0),
        observed('diastolic-blood-pressure', 110, 0),
      ],
      contextWith(),
    )
    const before = belief
    for (let at = 5 * minute; at <= 12 * hour; at += 15 * minute)
      belief = cardiovascular.assimilate(
        belief,
        at,
        [
          observed('heart-rate', 77, at),
          observed('systolic-blood-pressure', 136, at),
          observed('diastolic-blood-pressure', 98, at),
        ],
        contextWith(),
      )
    expect(width(belief, 'stiffness') / median(belief, 'stiffness')).toBeGreaterThan(
      0.85 * (width(before, 'stiffness') / median(before, 'stiffness')),
    )
    expect(Math.abs(Math.log(median(belief, 'stiffness') / median(before, 'stiffness')))).toBeLessThan(0.25)
  })

  test('however often pressure and volumes are read, the filling pressure stays as uncertain as the build leaves it', () => {
    let belief = start()
    for (let i = 0; i < 60; i++)
      belief = cardiovascular.assimilate(
        belief,
        i * hour,
        [
          observed('heart-rate', 75, i * hour),
          observed('mean-blood-pressure', 88, i * hour),
          observed('left-ventricular-end-diastolic-volume', 125, i * hour),
          observed('left-ventricular-end-systolic-volume', 57, i * hour),
        ],
        contextWith(),
      )
    const { quantities } = cardiovascular.forecast(
      belief,
      { id: 'carry-on', name: '', interventions: [] },
      [belief.asOf],
      contextWith(),
    )
    const { loadings } = emulatorFile.structure
    const structural = Math.hypot(...loadings.map((loading) => loading[emulatedNames.indexOf('left-atrial-pressure')]!))
    expect(standardDeviation(quantities['left-atrial-pressure']!.members.map(Math.log))).toBeGreaterThan(structural)
  })

  test('an ejection fraction that comes with both volumes adds nothing', () => {
    const volumes = [
      observed('left-ventricular-end-diastolic-volume', 150, 0),
      observed('left-ventricular-end-systolic-volume', 75, 0),
    ]
    const without = after(...volumes)
    const withIt = after(...volumes, observed('left-ventricular-ejection-fraction', 50, 0))
    expect(withIt.ensemble.values).toEqual(without.ensemble.values)
  })

  test('what cannot be used is left out: text, a foreign unit, a retraction, a channel that is only carried', () => {
    const belief = after(
      observed('heart-rate', 0, 0, { value: null, text: 'irregular', id: 'a' }),
      observed('heart-rate', 1.5, 0, { unit: 'Hz', id: 'b' }),
      observed('heart-rate', 150, 0, { status: 'retracted', id: 'c' }),
      observed('oxygen-saturation', 80, 0),
    )
    expect(belief.ensemble.values).toEqual(start().ensemble.values)
    expect(belief.memory.assimilated).toBe(0)
  })

  test('of two versions of one fact the later one counts', () => {
    const first = observed('heart-rate', 140, 0, { id: 'fact', version: 1 })
    const corrected = observed('heart-rate', 80, 0, { id: 'fact', version: 2, status: 'corrected' })
    expect(after(corrected, first).ensemble.values).toEqual(after(corrected).ensemble.values)
  })
})

describe('known treatments', () => {
  const inotrope: Treatment = { id: 't', version: 0, intervention: 'inotrope', dose: 10, from: -2 * hour }
  const vitals = { rate: 95, systolic: 118, diastolic: 75 }
  const echo = { endDiastolic: 170, endSystolic: 110 }

  test('the same readings under an inotrope mean a weaker heart of its own', () => {
    const without = followed(vitals, echo)
    const treated = followed(vitals, echo, [inotrope])
    expect(median(treated, 'contractility')).toBeLessThan(0.85 * median(without, 'contractility'))
    expect(median(treated, 'own-heart-rate')).toBeLessThan(median(without, 'own-heart-rate') - 4)
  })

  test('a treatment that was entered in error counts for nothing', () => {
    const retracted = followed(vitals, echo, [inotrope, { ...inotrope, version: 1, retracted: true }])
    expect(retracted.ensemble.values).toEqual(followed(vitals, echo).ensemble.values)
  })
})

test('what is known of a patient beforehand enters the prior, and nonsense is refused', () => {
  const belief = cardiovascular.begin(
    subject,
    0,
    { variables: { contractility: { median: 2, standardDeviation: 0.2 } } },
    contextWith(),
  )
  expect(median(belief, 'contractility')).toBeCloseTo(2, 0)
  expect(() => cardiovascular.begin(subject, 0, { variables: { strength: { median: 1 } } }, contextWith())).toThrow(
    CardiovascularError,
  )
  expect(() =>
    cardiovascular.begin(subject, 0, { variables: { contractility: { median: -1 } } }, contextWith()),
  ).toThrow(/contractility: median -1/)
})
