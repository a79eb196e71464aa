export { advanceEnsemble } from './ensemble.ts'
export { CirculationError } from './errors.ts'
export { type CirculationRequest, type CirculationResult, parseCirculationFile, runCirculation } from './file.ts'
export {
  type AtriumCycle,
  type LimitCycle,
  type LimitCycleOptions,
  limitCycle,
  type PressureCycle,
  type VentricleCycle,
} from './limit-cycle.ts'
export {
  atHeartRate,
  type CirculationParameters,
  type CirculationState,
  checkParameters,
  initialWithVolume,
  type ParameterInfo,
  type ParameterName,
  parameterInfo,
  parameterNames,
  regazzoni2020,
  regazzoni2020Initial,
  type StateName,
  stateNames,
  totalVolume,
} from './parameters.ts'
export { type IntegrationOptions, type RunOptions, runBeats, type Trajectory } from './run-beats.ts'
