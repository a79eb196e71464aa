export type { Axis, Column, Columns, Feature } from './additive/axis.ts'
export {
  type Contribution,
  type Explanation,
  explain,
  predictRows,
  type Row,
  scoreRows,
} from './additive/explain.ts'
export { type AdditiveOptions, type AdditiveProblem, fitAdditiveModel, fitWithHeldOut } from './additive/fit.ts'
export { type AdditiveModel, normalForm, type Term } from './additive/model.ts'
export { type Shape, type ShapeBin, type ShapeLevel, shapesOf } from './additive/shape.ts'
export { type AreaUnderCurve, areaUnderCurve } from './calibration/auc.ts'
export {
  type CalibrationMap,
  calibrated,
  fitBetaMap,
  fitIsotonicMap,
  fitPlattMap,
} from './calibration/maps.ts'
export { expectedCalibrationError, type ReliabilityBin, reliabilityCurve } from './calibration/reliability.ts'
export {
  type BrierScore,
  brierScore,
  calibrationSlope,
  type Estimate,
  type GroupScores,
  logLoss,
  scoresByGroup,
} from './calibration/scores.ts'
export { conformalQuantile, weightedConformalQuantile } from './conformal/conformal-quantile.ts'
export {
  calibrateIntervals,
  type IntervalCalibration,
  type IntervalWidener,
  type PredictionInterval,
} from './conformal/intervals.ts'
export { calibrateSets, type SetCalibration, type SetPredictor } from './conformal/sets.ts'
export { LearningError } from './errors.ts'
export { isotonicRegression } from './isotonic.ts'
export { type LogisticFit, logisticRegression } from './logistic-regression.ts'
export { type LinearRule, type RuleFeature, readRule, ruleScore } from './policy/linear-rule.ts'
export {
  compareRules,
  type RuleComparison,
  type RuleCost,
  type RuleSearch,
  type RuleSearchOptions,
  searchRule,
} from './policy/search-rule.ts'
