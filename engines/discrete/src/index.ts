export { DiscreteError, type DiscreteErrorCode, type DiscreteErrorDetails, type Place } from './errors.ts'
export type {
  Arrivals,
  Breakdowns,
  Bundle,
  Chance,
  Distribution,
  Duration,
  DurationByClass,
  Member,
  Pathway,
  PatientClass,
  Resource,
  Source,
  Step,
  Taking,
} from './pathway.ts'
export { describePathway, type PathwayGraph } from './pathway-file/describe-pathway.ts'
export { type PathwayDocument, pathwaySchema, type StudyPlan } from './pathway-file/document-form.ts'
export { type LiveState, liveStateSchema, programAt, readLiveState } from './pathway-file/live-state.ts'
export { type Problem, problemInWords } from './pathway-file/problem.ts'
export { type Examined, examinePathway, type ReadingOptions, readPathway } from './pathway-file/read-pathway.ts'
export { type TimeUnit, timeIn } from './pathway-file/time-units.ts'
export { writePathway } from './pathway-file/write-pathway.ts'
export { compilePathway, type Program } from './program.ts'
export { OUTCOMES, type Outcome, type Records, type Stay } from './records.ts'
export { type Budget, type Presence, Run, type RunOptions, type Stop } from './run.ts'
export type { State } from './state.ts'
export { type StateJson, stateFromJson, stateToJson } from './state-json.ts'
export {
  type DurationStatistics,
  type FlowStatistics,
  statisticsOf,
  type UseStatistics,
  type WaitStatistics,
} from './statistics.ts'
export type { Band } from './study/band.ts'
export type { Metric, Quantity } from './study/measure.ts'
export { type OfferedLoad, type OfferedLoadOptions, offeredLoad } from './study/offered-load.ts'
export { type Forecast, type ForecastOptions, runForecast } from './study/run-forecast.ts'
export {
  defaultMetrics,
  type MetricSummary,
  type ReplicationOptions,
  type Replications,
  runReplications,
} from './study/run-replications.ts'
