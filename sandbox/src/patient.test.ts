import { hour, minute, second } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { HiddenPatient } from './patient.ts'
import { drugs } from './pharmacology.ts'
import { phenotypes } from './phenotypes.ts'

const start = Date.UTC(2026, 0, 5, 9)
const drug = (name: string) => drugs.find((d) => d.name === name)!

function after(
  minutes: number,
  options: { phenotype: string; index?: number; tempo?: number; give?: string; dose?: number },
) {
  const patient = new HiddenPatient({ seed: 'test', index: options.index ?? 3, start, ...options })
  if (options.give) patient.begin('t', drug(options.give), options.dose!, start)
  patient.advance(start + minutes * minute, 3 * second)
  return patient.truth()
}

describe('a hidden patient', () => {
  it.each(phenotypes.map(({ name }) => name))(
    'of kind %s has pressures and volumes that a living one could have',
    (phenotype) => {
      for (let index = 0; index < 5; index++) {
        const patient = new HiddenPatient({ seed: 'living', index, start, phenotype })
        patient.advance(start + hour, minute)
        const { systolic, diastolic, mean, endDiastolicVolume, ejectionFraction, heartRate } =
          patient.truth().haemodynamics
        expect(diastolic).toBeGreaterThan(25)
        expect(mean).toBeGreaterThan(diastolic)
        expect(systolic).toBeGreaterThan(mean)
        expect(systolic).toBeLessThan(260)
        expect(endDiastolicVolume).toBeGreaterThan(60)
        expect(endDiastolicVolume).toBeLessThan(300)
        expect(ejectionFraction).toBeGreaterThan(0.1)
        expect(ejectionFraction).toBeLessThan(0.8)
        expect(heartRate).toBeGreaterThan(40)
        expect(heartRate).toBeLessThan(160)
      }
    },
  )

  it('differs by kind as the kinds are described', () => {
    const of = (phenotype: string) => after(0, { phenotype, index: 1 }).haemodynamics
    expect(of('hypertensive').systolic).toBeGreaterThan(of('post-operative').systolic + 20)
    expect(of('heart-failure').ejectionFraction).toBeLessThan(0.4)
    expect(of('septic').mean).toBeLessThan(of('post-operative').mean - 10)
    expect(of('hypovolaemic').endDiastolicVolume).toBeLessThan(of('post-operative').endDiastolicVolume)
    expect(of('stiff-heart').leftAtrialPressure).toBeGreaterThan(of('post-operative').leftAtrialPressure)
  })

  it('lives the same life with the same seed, and another with another', () => {
    const life = (seed: string) => {
      const patient = new HiddenPatient({ seed, index: 2, start })
      patient.advance(start + 20 * minute)
      return patient.truth()
    }
    expect(life('a')).toEqual(life('a'))
    expect(life('a').haemodynamics).not.toEqual(life('b').haemodynamics)
  })

  it('does not depend on the slices in which time is moved on', () => {
    const whole = new HiddenPatient({ seed: 'slices', index: 0, start })
    whole.advance(start + 3 * minute)
    const sliced = new HiddenPatient({ seed: 'slices', index: 0, start })
    for (let t = start; t <= start + 3 * minute; t += 700) sliced.advance(t)
    sliced.advance(start + 3 * minute)
    expect(sliced.truth()).toEqual(whole.truth())
  })

  it('cannot go back in time', () => {
    const patient = new HiddenPatient({ seed: 'x', index: 0, start })
    patient.advance(start + minute)
    expect(() => patient.advance(start)).toThrow(/cannot go back/)
  })
})

describe('treatments in the hidden truth', () => {
  it('a vasodilator lowers resistance and pressure within minutes, and the reflex answers with rate', () => {
    const untreated = after(5, { phenotype: 'hypertensive' })
    const treated = after(5, { phenotype: 'hypertensive', give: 'glyceryl-trinitrate', dose: 100 })
    expect(treated.physiology.resistance).toBeLessThan(untreated.physiology.resistance * 0.95)
    expect(treated.haemodynamics.systolic).toBeLessThan(untreated.haemodynamics.systolic - 8)
    expect(treated.haemodynamics.heartRate).toBeGreaterThan(untreated.haemodynamics.heartRate)
  })

  it('an inotrope raises contractility and output of a failing heart', () => {
    const untreated = after(10, { phenotype: 'heart-failure' })
    const treated = after(10, { phenotype: 'heart-failure', give: 'dobutamine', dose: 7 })
    expect(treated.physiology.contractility).toBeGreaterThan(untreated.physiology.contractility * 1.2)
    expect(treated.haemodynamics.cardiacOutput).toBeGreaterThan(untreated.haemodynamics.cardiacOutput * 1.05)
  })

  it('a beta-blocker slows the heart', () => {
    const untreated = after(20, { phenotype: 'post-operative' })
    const treated = after(20, { phenotype: 'post-operative', give: 'metoprolol', dose: 10 })
    expect(treated.haemodynamics.heartRate).toBeLessThan(untreated.haemodynamics.heartRate - 4)
  })

  it('an injection comes on, is at its height within half an hour, and wears off over hours', () => {
    const patient = new HiddenPatient({ seed: 'injection', index: 1, start, phenotype: 'post-operative', tempo: 1 })
    const same = new HiddenPatient({ seed: 'injection', index: 1, start, phenotype: 'post-operative' })
    patient.begin('t', drug('metoprolol'), 10, start)
    const share = [2, 20, 12 * 60].map((minutes) => {
      for (const one of [patient, same]) one.advance(start + minutes * minute, 10 * second)
      return 1 - patient.truth().physiology.contractility / same.truth().physiology.contractility
    })
    expect(share[1]).toBeGreaterThan(share[0]! * 2)
    expect(share[2]).toBeLessThan(share[1]! * 0.5)
  })

  it('a bolus fills an empty circulation while it runs, and part of it leaks away after', () => {
    const untreated = (minutes: number) => after(minutes, { phenotype: 'hypovolaemic' }).volume
    const treated = (minutes: number) =>
      after(minutes, { phenotype: 'hypovolaemic', give: 'crystalloid-bolus', dose: 500 }).volume
    const gained = [5, 15, 75].map((minutes) => treated(minutes) - untreated(minutes))
    expect(gained[0]).toBeGreaterThan(20)
    expect(gained[1]).toBeGreaterThan(gained[0]! * 2)
    expect(gained[2]).toBeLessThan(gained[1]! * 0.8)
    expect(gained[2]).toBeGreaterThan(gained[1]! * 0.2)
  })

  it('wears off once stopped', () => {
    const patient = new HiddenPatient({ seed: 'off', index: 1, start, phenotype: 'hypertensive' })
    patient.advance(start + minute)
    patient.begin('t', drug('nitroprusside'), 2, start + minute)
    patient.advance(start + 6 * minute)
    const during = patient.truth().physiology.resistance
    patient.end('t', start + 6 * minute)
    patient.advance(start + 20 * minute)
    expect(patient.truth().physiology.resistance).toBeGreaterThan(during * 1.2)
  })

  it('acts sooner at a higher tempo, and as strongly in the end', () => {
    const drop = (tempo: number, minutes: number) =>
      after(minutes, { phenotype: 'hypertensive', give: 'glyceryl-trinitrate', dose: 100, tempo }).physiology.resistance
    expect(drop(6, 0.5)).toBeLessThan(drop(1, 0.5))
    expect(drop(6, 30) / drop(1, 30)).toBeCloseTo(1, 1)
  })

  it('acts with a strength of the patient’s own', () => {
    const ratios = Array.from({ length: 8 }, (_, index) => {
      const plain = after(10, { phenotype: 'post-operative', index }).physiology.contractility
      return (
        after(10, { phenotype: 'post-operative', index, give: 'dobutamine', dose: 5 }).physiology.contractility / plain
      )
    })
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeGreaterThan(0.1)
  })

  it('moves on in whole steps of a second', () => {
    const patient = new HiddenPatient({ seed: 'grid', index: 0, start })
    patient.advance(start + 1.9 * second)
    expect(patient.now).toBe(start + second)
  })
})
