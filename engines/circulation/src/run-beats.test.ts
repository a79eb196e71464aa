import { describe, expect, test } from 'vitest'
import {
  advanceEnsemble,
  atHeartRate,
  CirculationError,
  limitCycle,
  parameterInfo,
  regazzoni2020,
  regazzoni2020Initial,
  runBeats,
  stateNames,
} from './index.ts'

describe('running beats', () => {
  test('samples start at the initial state and end at the final one', () => {
    const run = runBeats(regazzoni2020, { beats: 3, samplesPerBeat: 50 })
    expect(run.time.length).toBe(151)
    expect(run.time[150]).toBeCloseTo(2.4, 12)
    expect(run.states.V_LV[0]).toBe(118.52)
    expect(run.states.V_LV[150]).toBe(run.final.V_LV)
  })

  test('samples do not depend on how many are asked for', () => {
    const coarse = runBeats(regazzoni2020, { beats: 2, samplesPerBeat: 10 })
    const fine = runBeats(regazzoni2020, { beats: 2, samplesPerBeat: 1000 })
    for (let i = 0; i <= 20; i++) expect(coarse.states.p_AR_SYS[i]).toBeCloseTo(fine.states.p_AR_SYS[100 * i]!, 10)
  })

  test('the accurate and the fast method agree to 0.1 % through the transient', () => {
    const a = runBeats(regazzoni2020, { beats: 3 })
    const b = runBeats(regazzoni2020, { beats: 3, method: 'fast' })
    for (let i = 0; i < a.time.length; i++)
      expect(Math.abs(a.states.p_AR_SYS[i]! / b.states.p_AR_SYS[i]! - 1)).toBeLessThan(1e-3)
  })
})

describe('an ensemble', () => {
  test('moves each member as if it were alone, whatever its neighbours', () => {
    const members = [0.6, 1, 1.7].map((f) => atHeartRate({ ...regazzoni2020, 'LV.EA': 4.482 * f }, 1.25 * f))
    const states = new Float64Array(12 * 3)
    for (const [i, name] of stateNames.entries()) states.fill(regazzoni2020Initial[name], i * 3, i * 3 + 3)
    advanceEnsemble(members, states, 4)
    for (const [m, parameters] of members.entries()) {
      const alone = runBeats(parameters, { beats: 4, method: 'fast', samplesPerBeat: 1 }).final
      for (const [i, name] of stateNames.entries()) expect(states[i * 3 + m]).toBe(alone[name])
    }
  })
})

describe('changing the heart rate', () => {
  test('keeps the share of the cycle that contraction takes', () => {
    const slow = atHeartRate(regazzoni2020, 1)
    expect(slow['LV.TC']).toBeCloseTo(0.25 * 1.25, 12)
    expect(slow['LA.tC']).toBeCloseTo(0.1 * 1.25, 12)
    expect(atHeartRate(slow, 1.25)['LV.TR']).toBeCloseTo(0.4, 12)
  })
})

describe('what cannot be run is refused with the reason', () => {
  const code = (f: () => unknown) => {
    try {
      f()
    } catch (error) {
      if (error instanceof CirculationError) return `${error.code}: ${error.message}`
      throw error
    }
    return 'no error'
  }
  test('a parameter that is not a positive number', () => {
    expect(code(() => runBeats({ ...regazzoni2020, 'systemic.R_AR': Number.NaN }))).toMatch(
      /^parameter-invalid: .*systemic\.R_AR/,
    )
    expect(code(() => runBeats({ ...regazzoni2020, 'systemic.C_AR': 0 }))).toMatch(/^parameter-invalid: .*C_AR/)
    expect(code(() => runBeats({ ...regazzoni2020, 'LV.TR': 0.7 }))).toMatch(
      /^parameter-invalid: .*longer than the cycle/,
    )
    expect(code(() => atHeartRate(regazzoni2020, 0))).toMatch(/^parameter-invalid/)
  })
  test('a state that is not finite', () => {
    expect(code(() => runBeats(regazzoni2020, { initial: { ...regazzoni2020Initial, V_LV: Number.NaN } }))).toMatch(
      /^state-invalid: initial V_LV/,
    )
  })
  test('a fast run with too few steps, which would blow up', () => {
    expect(code(() => runBeats(regazzoni2020, { method: 'fast', stepsPerBeat: 40 }))).toMatch(
      /^not-finite: .*40 steps per beat are too few/,
    )
  })
  test('a limit cycle that is not reached', () => {
    expect(code(() => limitCycle(regazzoni2020, { maximumBeats: 3, closeness: 1e-9 }))).toMatch(
      /^not-converged: .*3 beats/,
    )
  })
})

test('every parameter says what it is, in which unit', () => {
  expect(parameterInfo).toHaveLength(39)
  for (const info of parameterInfo) expect(info.meaning.length * info.unit.length).toBeGreaterThan(0)
  expect(parameterInfo.find((p) => p.name === 'LV.EA')).toMatchObject({ value: 4.482, unit: 'mm[Hg]/mL' })
})
