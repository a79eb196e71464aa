import { CirculationError } from './errors.ts'
import { type LimitCycle, limitCycle } from './limit-cycle.ts'
import {
  atHeartRate,
  type CirculationParameters,
  type CirculationState,
  checkParameters,
  initialWithVolume,
  parameterNames,
  regazzoni2020,
  regazzoni2020Initial,
  stateNames,
} from './parameters.ts'
import { runBeats, type Trajectory, wholeNumber } from './run-beats.ts'

/** What a circulation file asks for, checked. */
export interface CirculationRequest {
  readonly model: 'regazzoni2020'
  readonly parameters: CirculationParameters
  readonly initial: CirculationState
  readonly beats: number
  readonly samplesPerBeat: number
}

/** What a run of a file gives: the last beat as a table, the limit cycle, and how well volume was kept. */
export interface CirculationResult {
  readonly model: 'regazzoni2020'
  readonly parameters: CirculationParameters
  readonly limitCycle: LimitCycle
  readonly trajectory: Trajectory
}

const members = ['model', 'parameters', 'heartRate', 'bloodVolume', 'initial', 'beats', 'samplesPerBeat'] as const

/**
 * Checks a circulation file: `{ "model": "regazzoni2020", "parameters"?, "heartRate"?, "bloodVolume"?, "initial"?,
 * "beats"?, "samplesPerBeat"? }`. Overrides of parameters may be flat (`{"LV.EA": 3}`) or nested
 * (`{"chambers": {"LV": {"EA": 3}}}`); `heartRate` is in 1/min and scales the timings ({@link atHeartRate});
 * `bloodVolume` in mL scales the initial state.
 * Throws {@link CirculationError} `input-invalid` or `parameter-invalid`, naming the member.
 */
export function parseCirculationFile(json: unknown): CirculationRequest {
  const input = record(json, 'the file')
  const strange = Object.keys(input).filter((key) => !(members as readonly string[]).includes(key))
  if (strange.length > 0)
    throw new CirculationError('input-invalid', `unknown member "${strange[0]}"; expected ${members.join(', ')}`)
  if (input.model !== 'regazzoni2020')
    throw new CirculationError('input-invalid', `model is ${JSON.stringify(input.model)}; expected "regazzoni2020"`)
  let parameters: CirculationParameters = { ...regazzoni2020, ...overrides(input.parameters) }
  checkParameters(parameters)
  if (input.heartRate !== undefined) {
    const perMinute = finite(input.heartRate, 'heartRate')
    if (!(perMinute >= 10 && perMinute <= 300))
      throw new CirculationError('input-invalid', `heartRate is ${perMinute}; expected 10 to 300 beats per minute`)
    parameters = atHeartRate(parameters, perMinute / 60)
  }
  let initial: CirculationState = regazzoni2020Initial
  if (input.initial !== undefined) {
    const given = record(input.initial, 'initial')
    for (const key of Object.keys(given)) {
      if (!(stateNames as readonly string[]).includes(key))
        throw new CirculationError('input-invalid', `unknown state "initial.${key}"; expected ${stateNames.join(', ')}`)
      finite(given[key], `initial.${key}`)
    }
    initial = { ...initial, ...(given as Partial<CirculationState>) }
  }
  if (input.bloodVolume !== undefined) {
    if (input.initial !== undefined)
      throw new CirculationError('input-invalid', 'give bloodVolume or initial, not both: each sets the volume')
    initial = initialWithVolume(parameters, finite(input.bloodVolume, 'bloodVolume'))
  }
  return {
    model: 'regazzoni2020',
    parameters,
    initial,
    beats: wholeNumber('beats', (input.beats ?? 20) as number, 1, 10_000),
    samplesPerBeat: wholeNumber('samplesPerBeat', (input.samplesPerBeat ?? 100) as number, 1, 10_000),
  }
}

/** Runs a checked file: its beats from its initial state, and the limit cycle that they lead to. */
export function runCirculation(request: CirculationRequest): CirculationResult {
  const { parameters, initial, beats, samplesPerBeat } = request
  const trajectory = runBeats(parameters, { initial, beats, samplesPerBeat })
  return {
    model: request.model,
    parameters,
    trajectory,
    limitCycle: limitCycle(parameters, { initial: trajectory.final, samples: samplesPerBeat }),
  }
}

function overrides(given: unknown): Partial<CirculationParameters> {
  if (given === undefined) return {}
  const found: Record<string, number> = {}
  const walk = (node: Record<string, unknown>, prefix: string) => {
    for (const [key, value] of Object.entries(node)) {
      const path = prefix === '' ? (key === 'chambers' ? '' : key) : `${prefix}.${key}`
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && path.split('.').length < 3)
        walk(value as Record<string, unknown>, path)
      else if ((parameterNames as readonly string[]).includes(path)) found[path] = finite(value, `parameters.${path}`)
      else
        throw new CirculationError(
          'input-invalid',
          `unknown parameter "${path || key}"; expected one of ${parameterNames.join(', ')}`,
        )
    }
  }
  walk(record(given, 'parameters'), '')
  return found
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CirculationError('input-invalid', `${where} is not a JSON object`)
  return value as Record<string, unknown>
}

function finite(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new CirculationError('input-invalid', `${where} is ${JSON.stringify(value)}; expected a finite number`)
  return value
}
