import { hour, minute } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { HiddenPatient } from './patient.ts'
import { Sensors } from './sensors.ts'

const start = Date.UTC(2026, 0, 5, 9)
const patientOf = (index: number) => new HiddenPatient({ seed: 'sensors', index, start })
const deviation = (values: number[]) => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return { mean, sd: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1)) }
}

describe('a cuff', () => {
  it('keeps within ISO 81060-2 over many patients when it works: mean error to 5, deviation to 8 mmHg', () => {
    const errors: number[] = []
    for (let index = 0; index < 40; index++) {
      const patient = patientOf(index)
      const sensors = new Sensors('iso', patient, start, 0)
      for (let i = 0; i < 20; i++) {
        const at = start + i * 10 * minute
        errors.push(sensors.cuff(at)![0]!.value - patient.beatAt(at).systolic)
      }
    }
    const { mean, sd } = deviation(errors)
    expect(Math.abs(mean)).toBeLessThan(2)
    expect(sd).toBeGreaterThan(4)
    expect(sd).toBeLessThan(8)
  })

  it('has bad spells: nothing, nonsense, or a bias, in a small share of readings', () => {
    let missing = 0
    let nonsense = 0
    let biased = 0
    let all = 0
    for (let index = 0; index < 60; index++) {
      const patient = patientOf(index)
      const sensors = new Sensors('spells', patient, start, 1)
      for (let at = start; at < start + 48 * hour; at += 10 * minute) {
        const reading = sensors.cuff(at)
        all++
        if (!reading) missing++
        else {
          const error = reading[0]!.value - patient.beatAt(at).systolic
          if (Math.abs(error) > 60 || reading[0]!.value < 60) nonsense++
          else if (error > 20) biased++
        }
      }
    }
    for (const count of [missing, nonsense, biased]) {
      expect(count / all).toBeGreaterThan(0.005)
      expect(count / all).toBeLessThan(0.06)
    }
  })
})

describe('an arterial line', () => {
  it('when damped loses pulse pressure and keeps the mean', () => {
    const patient = patientOf(0)
    const sensors = new Sensors('line', patient, start, 30)
    const damped: number[] = []
    const means: number[] = []
    for (let at = start; at < start + 12 * hour; at += minute) {
      const reading = sensors.arterialLine(at)
      if (!reading) continue
      const { systolic, diastolic, mean } = patient.beatAt(at)
      const pulse = (reading[0]!.value - reading[1]!.value) / (systolic - diastolic)
      if (pulse < 0.75) {
        damped.push(pulse)
        means.push(reading[2]!.value - mean)
      }
    }
    expect(damped.length).toBeGreaterThan(20)
    expect(Math.abs(deviation(means).mean)).toBeLessThan(1)
  })
})

describe('an echo', () => {
  it('scatters as readers do, and its three figures agree with each other', () => {
    const patient = patientOf(1)
    const sensors = new Sensors('echo', patient, start, 1)
    const truth = patient.truth().haemodynamics
    const reads = Array.from({ length: 300 }, () => sensors.echo())
    for (const [edv, esv, ef] of reads)
      expect(Math.abs(100 * (1 - esv!.value / edv!.value) - ef!.value)).toBeLessThan(1.5)
    const { mean, sd } = deviation(reads.map(([edv]) => edv!.value / truth.endDiastolicVolume))
    expect(mean).toBeCloseTo(1, 1)
    expect(sd).toBeGreaterThan(0.05)
    expect(sd).toBeLessThan(0.09)
  })
})

describe('a wearable', () => {
  it('has a clock of its own that is off, but never far ahead', () => {
    const own = Array.from({ length: 120 }, (_, index) => {
      const patient = patientOf(index)
      return new Sensors('clock', patient, start, 1).wearable(start, 5000).stamped - start
    })
    expect(new Set(own).size).toBeGreaterThan(100)
    expect(Math.max(...own)).toBeLessThan(3000)
    expect(Math.min(...own)).toBeLessThan(-10_000)
  })
})
