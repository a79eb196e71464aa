export {
  type Analysis,
  type AnalysisOptions,
  gaspariCohn,
  type Localisation,
  perturbedObservationAnalysis,
  squareRootAnalysis,
} from './ensemble-kalman.ts'
export { InferenceError } from './errors.ts'
export { compareWithPrediction, type Innovation, type MeasuredValues, type OutlierCheck } from './observations.ts'
export { type Transform, toBounded, toUnbounded } from './transforms.ts'
