import { describe, expect, test } from 'vitest'
import { CirculationError, parseCirculationFile, regazzoni2020, runCirculation } from './index.ts'

const refusal = (json: unknown) => {
  try {
    parseCirculationFile(json)
  } catch (error) {
    if (error instanceof CirculationError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('a circulation file', () => {
  test('with the model alone runs the published set', () => {
    const request = parseCirculationFile({ model: 'regazzoni2020' })
    expect(request.parameters).toEqual(regazzoni2020)
    expect(runCirculation(request).limitCycle.leftVentricle.endDiastolicVolume).toBeCloseTo(136.7442, 2)
  })

  test('takes overrides flat or nested, a heart rate and a blood volume', () => {
    const nested = parseCirculationFile({
      model: 'regazzoni2020',
      parameters: { chambers: { LV: { EA: 3 } }, systemic: { R_AR: 0.9 } },
      heartRate: 60,
      bloodVolume: 1500,
    })
    const flat = parseCirculationFile({
      model: 'regazzoni2020',
      parameters: { 'LV.EA': 3, 'systemic.R_AR': 0.9 },
      heartRate: 60,
      bloodVolume: 1500,
    })
    expect(nested).toEqual(flat)
    expect(nested.parameters['LV.EA']).toBe(3)
    const { limitCycle } = runCirculation({ ...nested, beats: 2 })
    expect(limitCycle.heartRate).toBeCloseTo(60, 9)
    expect(limitCycle.totalVolume).toBeCloseTo(1500, 6)
  })

  test('is refused with the member that is wrong', () => {
    expect(refusal(null)).toMatch(/input-invalid: the file is not a JSON object/)
    expect(refusal({ model: 'other' })).toMatch(/input-invalid: model is "other"/)
    expect(refusal({ model: 'regazzoni2020', beat: 3 })).toMatch(/unknown member "beat"/)
    expect(refusal({ model: 'regazzoni2020', parameters: { 'LV.EX': 3 } })).toMatch(/unknown parameter "LV.EX"/)
    expect(refusal({ model: 'regazzoni2020', parameters: { LV: { EA: '3' } } })).toMatch(/parameters\.LV\.EA is "3"/)
    expect(refusal({ model: 'regazzoni2020', parameters: { 'LV.EB': -1 } })).toMatch(/parameter-invalid: .*LV\.EB/)
    expect(refusal({ model: 'regazzoni2020', heartRate: 1 })).toMatch(/heartRate is 1/)
    expect(refusal({ model: 'regazzoni2020', beats: 2.5 })).toMatch(/beats is 2.5/)
    expect(refusal({ model: 'regazzoni2020', initial: { V_LX: 3 } })).toMatch(/unknown state "initial.V_LX"/)
  })
})
