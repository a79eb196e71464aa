import {
  type Belief,
  type Channel,
  compareObservations,
  type Instant,
  type Json,
  type JsonObject,
  type Observation,
  type Subject,
  type TwinContext,
} from '@counterpart/kernel'
import { type Matrix, matrix, mean } from '@counterpart/numerics'
import { condition, rowsOf } from './analysis.ts'
import { channels, cuffRests, type Device, deviceOf, errorVariance, predictedBy, pulseShare } from './channels.ts'
import { treatmentLoad } from './interventions.ts'
import { predictionError, predictor } from './predict.ts'
import { settledPressures, withSettledPressures } from './settle.ts'
import { centresOf, ensembleSize, pressureBeside, toInner, toOuter, underTreatment, variables } from './variables.ts'
import { spreadOut, wander } from './walk.ts'

export const kind = 'cardiovascular'
export const version = '0.3.0'

/** What the belief carries besides its ensemble. */
interface Memory {
  /** What is known of this patient's prior in particular, as given to `begin`. */
  readonly prior: JsonObject
  /** How many observations the belief has been conditioned on. */
  readonly assimilated: number
  /** The latest effective time per channel. */
  readonly latest: Readonly<Record<string, Instant>>
  /** Per channel, how many observations in a row were far from their prediction. */
  readonly surprising: Readonly<Record<string, number>>
  /** When each device last gave each pressure, kept while it tells an arterial line from a cuff. */
  readonly lastPressures: Readonly<Record<string, Instant>>
}

export function memoryOf(belief: Belief): Memory {
  const memory = belief.memory as unknown as Partial<Memory>
  return { prior: {}, assimilated: 0, latest: {}, surprising: {}, lastPressures: {}, ...memory }
}

interface Usable {
  readonly observation: Observation
  readonly channel: Channel
  readonly device: Device
  /** What one device reads of one channel. */
  readonly series: string
}

/** The prior belief; `prior.variables` may say what is known of this patient beforehand, see {@link centresOf}. */
export function begin(subject: Subject, asOf: Instant, prior: JsonObject, context: TwinContext): Belief {
  const inner = spreadOut(ensembleSize, centresOf(prior), context.random('begin'))
  const memory: Memory = { prior, assimilated: 0, latest: {}, surprising: {}, lastPressures: {} }
  return {
    twin: { kind, version, subject: subject.id },
    asOf,
    ensemble: {
      variables,
      size: ensembleSize,
      values: toOuter(inner, ensembleSize),
      weights: new Float64Array(ensembleSize).fill(1 / ensembleSize),
    },
    memory: memory as unknown as JsonObject,
  }
}

/**
 * Moves the belief on to `asOf` by the walk of its variables, then conditions it on the observations under the
 * treatments in force. What cannot be used (not a number, another unit, quality 0, retracted, a channel that the
 * circulation says nothing about) is left out.
 */
export function assimilate(
  belief: Belief,
  asOf: Instant,
  observations: readonly Observation[],
  context: TwinContext,
): Belief {
  const memory = memoryOf(belief)
  const { size, weights } = belief.ensemble
  const inner = wander(
    toInner(belief),
    size,
    centresOf(memory.prior),
    asOf - belief.asOf,
    context.random('walk', belief.asOf, asOf),
  )
  const usable = usableOf(observations, memory)
  const load = treatmentLoad(context.treatments, asOf)
  // Heart rate alone bends nothing that would have to be put right.
  const bends = usable.some(({ channel }) => channel.name !== 'heart-rate')
  const predict = ({ values }: Matrix) => {
    const { of } = predictor(underTreatment(values, size, load), size)
    const measured = usable.map(({ channel, device }) => {
      const settled = of(predictedBy[channel.name]!)
      const share = pulseShare[channel.name]
      if (share === undefined) return settled
      const beside = pressureBeside(values, size, share, device)
      return settled.map((pressure, m) => pressure + beside[m]!)
    })
    return {
      measured: rowsOf(measured, size),
      ...(bends && { carried: settledPressures(of('systolic'), of('diastolic')) }),
    }
  }
  const before = matrix(variables.length, size, inner)
  const expected = usable.length > 0 ? predict(before) : undefined
  const data = usable.map(({ observation, channel, device }, j) => {
    const middle = mean(expected!.measured.values.subarray(j * size, (j + 1) * size))
    // Errors that grow with the value: the truth lies between what was expected and what was read.
    const between = (middle + observation.value!) / 2
    const emulator = predictionError(predictedBy[channel.name]!) * middle
    return {
      value: observation.value!,
      variance: errorVariance(observation, channel, device, between) + emulator ** 2,
      first: memory.latest[channel.name] === undefined,
    }
  })
  const { state, surprising: surprises } = condition(before, data, {
    predict: (now) => (now === before ? expected! : predict(now)),
    agree: (after, carried) => withSettledPressures(after, carried, load),
  })
  // Nothing moved: hand the very same numbers on, not their logarithm's exponential.
  const values = state.values === inner && !(asOf > belief.asOf) ? belief.ensemble.values : toOuter(state.values, size)
  const latest: Record<string, Json> = { ...memory.latest }
  const surprising: Record<string, Json> = { ...memory.surprising }
  const lastPressures: Record<string, Json> = Object.fromEntries(
    Object.entries(memory.lastPressures).filter(([, at]) => asOf - at < cuffRests),
  )
  for (const [j, { channel, observation, series }] of usable.entries()) {
    if (channel.name in pulseShare) lastPressures[series] = observation.effective
    latest[channel.name] = Math.max(observation.effective, memory.latest[channel.name] ?? observation.effective)
    surprising[channel.name] = surprises[j] ? (memory.surprising[channel.name] ?? 0) + 1 : 0
  }
  return {
    twin: belief.twin,
    asOf,
    ensemble: { variables, size, values, weights },
    memory: {
      prior: memory.prior,
      assimilated: memory.assimilated + usable.length,
      latest,
      surprising,
      lastPressures,
    },
  }
}

/**
 * The observations to learn from, in the one order. Of several versions of one fact the highest counts. An ejection
 * fraction that comes with both volumes was computed from them, so it tells nothing more and is left out.
 */
function usableOf(observations: readonly Observation[], { lastPressures }: Memory): readonly Usable[] {
  const held = new Map<string, Observation>()
  for (const observation of observations.toSorted(compareObservations)) {
    const known = held.get(observation.id)
    if (!known || observation.version >= known.version) held.set(observation.id, observation)
  }
  const usable = [...held.values()]
    .toSorted(compareObservations)
    .filter(
      ({ status, value, quality, channel, unit }) =>
        status !== 'retracted' &&
        value !== null &&
        Number.isFinite(value) &&
        quality.score > 0 &&
        channel in predictedBy &&
        channels.find((c) => c.name === channel)?.unit === unit,
    )
  const has = (channel: string) => usable.some((observation) => observation.channel === channel)
  const volumes = has('left-ventricular-end-diastolic-volume') && has('left-ventricular-end-systolic-volume')
  return usable
    .filter((observation) => !(volumes && observation.channel === 'left-ventricular-ejection-fraction'))
    .map((observation) => {
      const series = `${observation.channel} ${observation.source.device ?? ''}`
      const channel = channels.find((c) => c.name === observation.channel)!
      return { observation, channel, series, device: deviceOf(observation, lastPressures[series]) }
    })
}
