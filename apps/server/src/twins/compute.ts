import {
  type Belief,
  decodeBelief,
  encodeBelief,
  type Forecast,
  type Instant,
  type Picture,
  type PictureOffer,
  parseTwinId,
  type Recommendation,
  type Scenario,
  type Treatment,
  type TwinContext,
  type TwinDefinition,
  type TwinId,
  twinContext,
} from '@counterpart/kernel'

/** Work on one belief that may take long: done off the main thread, with the same result wherever it is done. */
export interface ComputeJob {
  readonly twin: TwinId
  readonly belief: Uint8Array
  readonly treatments: readonly Treatment[]
  readonly request:
    | { readonly kind: 'forecast'; readonly scenarios: readonly Scenario[]; readonly times: readonly Instant[] }
    | { readonly kind: 'advise'; readonly objective?: string }
    | {
        readonly kind: 'picture'
        readonly scenarios: readonly Scenario[]
        readonly name?: string
        readonly member?: string
      }
}

export interface ComputeResult {
  readonly forecasts?: readonly Forecast[]
  readonly recommendations?: readonly Recommendation[]
  readonly pictures?: readonly Picture[]
}

/** A job for a belief as it stands. */
export function computeJob(
  twin: TwinId,
  belief: Belief,
  treatments: readonly Treatment[],
  request: ComputeJob['request'],
): ComputeJob {
  return { twin, belief: encodeBelief(belief), treatments, request }
}

/** Does a job. Pure: the same job gives the same result on any thread. `onProgress`: told how far long work is. */
export function compute(
  job: ComputeJob,
  definitions: readonly TwinDefinition[],
  onProgress?: TwinContext['onProgress'],
): ComputeResult {
  const { kind, subject } = parseTwinId(job.twin)!
  const definition = definitions.find((each) => each.kind === kind)!
  const belief = decodeBelief(job.belief, definition)
  const made = twinContext(definition, { id: subject, kind: definition.subjectKind }, job.treatments, belief.asOf)
  const context: TwinContext = onProgress ? { ...made, onProgress } : made
  const { request } = job
  if (request.kind === 'forecast')
    return {
      forecasts: request.scenarios.map((scenario) => definition.forecast(belief, scenario, request.times, context)),
    }
  if (request.kind === 'advise') {
    const objective = definition.objectives.find((each) => each.name === request.objective) ?? definition.objectives[0]!
    return { recommendations: definition.advise(belief, objective, context) }
  }
  const draw = definition.picture
  return {
    pictures: draw
      ? request.scenarios.map((scenario) => draw(belief, scenario, context, request.name, request.member))
      : [],
  }
}

/** What a definition can draw. One that draws but lists nothing draws curves, by the name `picture`. */
export function picturesOf(definition: TwinDefinition): readonly PictureOffer[] {
  if (!definition.picture) return []
  return definition.pictures ?? [{ name: 'picture', label: 'Picture', kind: 'curves', live: false }]
}

/** Times of a forecast from `madeAt`: the definition's steps, or as many evenly spaced ones over another horizon. */
export function forecastTimes(definition: TwinDefinition, madeAt: Instant, horizon?: number): readonly Instant[] {
  const steps = definition.cadence.forecastSteps
  if (horizon === undefined) return steps.map((step) => madeAt + step)
  return steps.map((_, i) => madeAt + Math.round((horizon * (i + 1)) / steps.length))
}
