export { type ArrivalWindow, arrivalTimes, thinnedArrivalTimes } from './arrivals/arrival-times.ts'
export { countDispersion, type Dispersion } from './arrivals/dispersion.ts'
export { type PreparedRates, prepareRates, type RateProfile } from './arrivals/rate-profile.ts'
export { estimateServiceTimes, type ServiceRecord, type ServiceTimes, serviceTimeOf } from './arrivals/service-times.ts'
export {
  estimateWeeklyRates,
  forecastRates,
  type RateForecast,
  type SeasonalRecency,
  type WeeklyRateOptions,
  type WeeklyRates,
  weeklyDispersion,
} from './arrivals/weekly-rates.ts'
export { type ObservedPeriod, tallyArrivals, type WeeklyTally } from './arrivals/weekly-tally.ts'
export {
  type Analysis,
  type AnalysisOptions,
  gaspariCohn,
  type Localisation,
  perturbedObservationAnalysis,
  squareRootAnalysis,
} from './ensemble-kalman.ts'
export { InferenceError } from './errors.ts'
export { type EmulatorDesign, fitEmulator } from './fit-emulator.ts'
export { compareWithPrediction, type Innovation, type MeasuredValues, type OutlierCheck } from './observations.ts'
export {
  type EmulatorEvaluator,
  type EmulatorInput,
  type EmulatorOutput,
  type PolynomialEmulator,
  prepareEmulator,
} from './polynomial-emulator.ts'
export { drawPrior, type PriorDraw } from './prior.ts'
export { type AllocationCase, allocateBudget } from './ranking/budget-allocation.ts'
export {
  type GoodSelectionDesign,
  type GoodSelectionState,
  goodSelectionAdvance,
  goodSelectionJobs,
  type ReplicationJob,
  startGoodSelection,
} from './ranking/good-selection.ts'
export {
  type KimNelsonDesign,
  type KimNelsonState,
  kimNelsonAdvance,
  kimNelsonRequest,
  type ReplicationRequest,
  startKimNelson,
} from './ranking/kim-nelson.ts'
export {
  adviseReplications,
  type ReplicationAdvice,
  type ReplicationInterval,
  type ReplicationRule,
  replicationIntervals,
} from './ranking/replications.ts'
export type { Direction, SelectionGoal } from './ranking/selection-goal.ts'
export { batchMeans, type SteadyStateMean, type WarmUp, warmUpLength } from './ranking/steady-state.ts'
export { forecastSeasonal, type SeasonalForecastOptions } from './seasonal/forecast-seasonal.ts'
export { fitSeasonalGroup, type SeasonalGroup, type SeasonalSeries } from './seasonal/seasonal-group.ts'
export { type Calibration, type CalibrationOptions, calibrate, type ForwardModel } from './smoother.ts'
export { type Transform, toBounded, toUnbounded } from './transforms.ts'
export {
  effectiveSampleSize,
  gaussianLogDensity,
  type Reweighting,
  reweight,
  selectMembers,
  systematicResample,
} from './weighted-ensemble.ts'
