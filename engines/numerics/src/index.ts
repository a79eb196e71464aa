export { cholesky, choleskyLogDeterminant, choleskySolve, solveLower, solveLowerTransposed } from './cholesky.ts'
export { type CivilTime, civilTime } from './civil-time.ts'
export {
  beta,
  binomial,
  chiSquare,
  type Distribution,
  exponential,
  gamma,
  logNormal,
  logNormalFromMedian,
  meanOf,
  normal,
  poisson,
  studentT,
  uniform,
  varianceOf,
} from './distribution.ts'
export { NumericsError } from './errors.ts'
export {
  applyQ,
  applyQTransposed,
  type LeastSquaresFit,
  leastSquares,
  type QrFactors,
  qrFactor,
  qrSolve,
} from './least-squares.ts'
export { logGamma } from './log-gamma.ts'
export { latinHypercube, SOBOL_DIMENSIONS, shuffle, sobolPoints } from './low-discrepancy.ts'
export {
  identityMatrix,
  type Matrix,
  matrix,
  multiply,
  multiplyTransposed,
  multiplyVector,
  transpose,
  transposeMultiply,
} from './matrix.ts'
export { normalQuantile } from './normal-quantile.ts'
export { philox4x32 } from './philox.ts'
export { type UniformBatch, uniformBatch } from './philox-batch.ts'
export { portableExp, portableLog } from './portable-math.ts'
export { cumulative, density, survival } from './probability.ts'
export { type ProportionInterval, wilsonInterval } from './proportion.ts'
export { quantileOf } from './quantile-of.ts'
export { type RandomStream, randomStream, type StreamName } from './random-stream.ts'
export { fillSample, sample } from './sample.ts'
export { incompleteBeta, incompleteGamma, normalCumulative, normalDensity } from './special-functions.ts'
export {
  covariance,
  covarianceMatrix,
  mean,
  quantile,
  quantiles,
  RunningMoments,
  type SampleSummary,
  standardDeviation,
  summarise,
  variance,
} from './statistics.ts'
export { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.ts'
