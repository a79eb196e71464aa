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
export type { PathwayDocument, StudyPlan } from './pathway-file/document-form.ts'
export { type Problem, problemInWords } from './pathway-file/problem.ts'
export { type Examined, examinePathway, type ReadingOptions, readPathway } from './pathway-file/read-pathway.ts'
export { compilePathway, type Program } from './program.ts'
export { OUTCOMES, type Outcome, type Records, type Stay } from './records.ts'
export { type Budget, type Presence, Run, type RunOptions, type Stop } from './run.ts'
export type { State } from './state.ts'
export { type DurationStatistics, type FlowStatistics, statisticsOf, type WaitStatistics } from './statistics.ts'
export type { Metric, Quantity } from './study/measure.ts'
export {
  defaultMetrics,
  type MetricSummary,
  type ReplicationOptions,
  type Replications,
  runReplications,
} from './study/run-replications.ts'
