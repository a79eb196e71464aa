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
export { compilePathway, type Program } from './program.ts'
export { OUTCOMES, type Outcome, type Records, type Stay } from './records.ts'
export { type Budget, type Presence, Run, type RunOptions, type Stop } from './run.ts'
export type { State } from './state.ts'
export { type DurationStatistics, type FlowStatistics, statisticsOf, type WaitStatistics } from './statistics.ts'
