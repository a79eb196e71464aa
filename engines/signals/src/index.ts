export {
  BiquadCascade,
  butterworthBandPass,
  butterworthHighPass,
  butterworthLowPass,
  cascade,
  type FilterDesign,
  frequencyResponse,
  groupDelay,
  notch,
} from './biquad.ts'
export { SignalError } from './errors.ts'
export {
  type HeartRateEstimate,
  type HeartRateFlag,
  HeartRateMonitor,
  type HeartRateMonitorOptions,
  robustHeartRate,
} from './heart-rate.ts'
export { type DetectedBeat, detectRPeaks, RPeakDetector, type RPeakDetectorOptions } from './r-peak-detector.ts'
export { type BeatScore, type BeatScoreOptions, poolBeatScores, scoreBeats } from './score-beats.ts'
export { type SignalCondition, SignalQualityMeter, type SignalQualityOptions } from './signal-quality.ts'
