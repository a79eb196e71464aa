import type { RandomStream } from '@counterpart/numerics'
import type { Belief, Variable } from './belief.ts'
import { KernelError } from './errors.ts'
import type { Forecast } from './forecast.ts'
import type { JsonObject } from './json.ts'
import type { Channel, Observation } from './observation.ts'
import type { Picture, PictureOffer } from './picture.ts'
import type { Recommendation, RiskClass, Role } from './recommendation.ts'
import type { Scenario, Treatment } from './scenario.ts'
import type { Subject, SubjectKind } from './subject.ts'
import type { Instant, Milliseconds } from './time.ts'

/** Something a twin estimates and predicts. */
export interface Quantity {
  readonly name: string
  readonly label: string
  /** UCUM */
  readonly unit: string
  readonly plausible: readonly [low: number, high: number]
  /** Where most healthy subjects are; left out where the notion makes no sense. */
  readonly reference?: readonly [low: number, high: number]
  /** The channel that measures it, against which forecasts are scored. Left out: it cannot be measured. */
  readonly channel?: string
  readonly digits: number
  /** One of the vital few that head the first screen. */
  readonly headline?: boolean
}

/** Something that may be changed in the real world. */
export interface Intervention {
  readonly name: string
  readonly label: string
  /** UCUM unit of the dose. */
  readonly unit: string
  readonly dose: { readonly low: number; readonly high: number; readonly step: number; readonly usual: number }
  readonly reversibility: string
  readonly mayApprove: readonly Role[]
  readonly riskClass: RiskClass
  readonly cost: string
  /** How it is carried out: the coded order that goes out, and what to send to take it back. */
  readonly order: {
    readonly resource: 'ServiceRequest' | 'MedicationRequest' | 'Task'
    readonly code: { readonly system: string; readonly code: string; readonly display: string }
  }
  readonly undo: string
  /** What is known of its effect and from where. */
  readonly evidence: string
}

/** What advice is for, in words and as a unit of gain. */
export interface Objective {
  readonly name: string
  readonly statement: string
  readonly unit: string
  /** The safety limit whose breaking counts as harm, e.g. `an urgent patient waits over an hour for a clinician`. */
  readonly limit?: string
}

export interface IntendedUse {
  readonly user: string
  readonly decision: string
  readonly validFor: string
  readonly notFor: string
  readonly riskClass: RiskClass
}

/** What a definition's functions are given besides their arguments: everything else they may depend on. */
export interface TwinContext {
  /** A stream of randomness that depends on the twin and on these names alone: same names, same numbers. */
  random(...names: readonly (string | number)[]): RandomStream
  /** Treatments that have started by the time in question, in order of start. */
  readonly treatments: readonly Treatment[]
  /** Where somebody waits for long work: told how much of it is done. Nothing that is returned may depend on it. */
  readonly onProgress?: (done: number, of: number) => void
}

/** A whole kind of twin: what it sees, what it says, what it may change, and how it thinks. All functions are pure. */
export interface TwinDefinition {
  readonly kind: string
  readonly version: string
  readonly label: string
  readonly subjectKind: SubjectKind
  readonly intendedUse: IntendedUse
  readonly channels: readonly Channel[]
  /** What the belief's ensemble is over. */
  readonly variables: readonly Variable[]
  readonly quantities: readonly Quantity[]
  readonly interventions: readonly Intervention[]
  /** The first is the default. */
  readonly objectives: readonly Objective[]
  /** Equations and sources, for the model card: Markdown. */
  readonly modelCard: string
  /** How the platform drives forecasts: how far, how often. */
  readonly cadence: {
    /** Steps of a forecast, from its start. */
    readonly forecastSteps: readonly Milliseconds[]
    /** A new scored forecast is issued when the belief has moved on by this much effective time. */
    readonly forecastEvery: Milliseconds
  }
  /** The prior: what is held true of a subject of whom nothing has been observed. */
  begin(subject: Subject, asOf: Instant, prior: JsonObject, context: TwinContext): Belief
  /**
   * Moves a belief on to the time of `observations` (all share one effective time) and conditions it on them. Of subjects
   * other than patients it is also asked without any, to bring the belief to the present before a forecast: in a
   * department, that nothing was reported since the last message says something too. Such a belief is not kept.
   */
  assimilate(belief: Belief, asOf: Instant, observations: readonly Observation[], context: TwinContext): Belief
  /** What the quantities will be at `times` (ascending, not before `belief.asOf`) under a scenario. */
  forecast(belief: Belief, scenario: Scenario, times: readonly Instant[], context: TwinContext): Forecast
  /** What could be done, ranked against carrying on; empty when there is nothing worth a person's attention. */
  advise(belief: Belief, objective: Objective, context: TwinContext): readonly Recommendation[]
  /** What `picture` can draw; the first is the one beside the vital few numbers. Left out: one, by the name `picture`. */
  readonly pictures?: readonly PictureOffer[]
  /**
   * A picture that fits the subject, e.g. pressure–volume loops under a scenario. May take seconds. `member`: about whom,
   * for a picture whose `audience` is one member.
   */
  picture?(belief: Belief, scenario: Scenario, context: TwinContext, name?: string, member?: string): Picture
  /**
   * Quantities whose value as of the belief follows from what was observed without any doubt (people in a department,
   * say), by name. Forecasts of these are scored against it, instead of against a channel.
   */
  counted?(belief: Belief): Readonly<Record<string, number>>
}

/** Checks a definition once, at the door, and returns it. Throws {@link KernelError} `definition-invalid`. */
export function defineTwin(definition: TwinDefinition): TwinDefinition {
  const wrong = (what: string): never => {
    throw new KernelError('definition-invalid', `twin "${definition.kind}": ${what}`)
  }
  if (!/^[a-z][a-z0-9-]*$/.test(definition.kind)) wrong('kind must be kebab-case, e.g. "body-weight"')
  if (!/^\d+\.\d+\.\d+$/.test(definition.version)) wrong(`version "${definition.version}" must be like "1.0.0"`)
  const channelNames = unique(
    definition.channels.map((c) => c.name),
    (n) => wrong(`channel "${n}" is defined twice`),
  )
  unique(
    definition.variables.map((v) => v.name),
    (n) => wrong(`variable "${n}" is defined twice`),
  )
  unique(
    definition.quantities.map((q) => q.name),
    (n) => wrong(`quantity "${n}" is defined twice`),
  )
  unique(
    definition.interventions.map((i) => i.name),
    (n) => wrong(`intervention "${n}" is defined twice`),
  )
  for (const channel of definition.channels) {
    if (channel.codes.length === 0) wrong(`channel "${channel.name}" needs at least one code`)
    if (!(channel.plausible[0] < channel.plausible[1]))
      wrong(`channel "${channel.name}": plausible must be [low, high] with low < high`)
    if (!(channel.error.standardDeviation >= 0))
      wrong(`channel "${channel.name}": error needs a standard deviation ≥ 0`)
  }
  for (const quantity of definition.quantities)
    if (quantity.channel !== undefined && !channelNames.has(quantity.channel))
      wrong(`quantity "${quantity.name}" names channel "${quantity.channel}", which the definition does not have`)
  for (const { name, dose } of definition.interventions)
    if (!(dose.low <= dose.usual && dose.usual <= dose.high && dose.step > 0))
      wrong(`intervention "${name}": dose needs low ≤ usual ≤ high and step > 0`)
  if (definition.objectives.length === 0) wrong('it needs at least one objective, even if advise returns nothing')
  const steps = definition.cadence.forecastSteps
  if (steps.length === 0 || steps.some((step, i) => step <= (steps[i - 1] ?? 0)))
    wrong('cadence.forecastSteps must be ascending and positive')
  return Object.freeze(definition)
}

function unique(names: readonly string[], onDouble: (name: string) => never): ReadonlySet<string> {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) onDouble(name)
    seen.add(name)
  }
  return seen
}
