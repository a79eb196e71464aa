import { randomStream } from '@counterpart/numerics'
import type { Belief } from './belief.ts'
import type { TwinContext, TwinDefinition } from './define-twin.ts'
import { KernelError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { compareObservations, type Observation } from './observation.ts'
import { type Treatment, treatmentSupersedes } from './scenario.ts'
import { type Subject, twinId } from './subject.ts'
import type { Instant } from './time.ts'

/** A fact that a belief rests on. */
export type Fact =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'treatment'; readonly treatment: Treatment }

/** A belief that has taken in every fact with effective time up to `belief.asOf`. */
export interface LoopCheckpoint {
  readonly belief: Belief
  /** Preliminary observations in it: a final version of one may come yet, and may be of another time. */
  readonly provisional?: readonly string[]
}

/** What became of handing facts to a loop. */
export interface LoopStep {
  /** The belief now; `null` before the first observation. */
  readonly belief: Belief | null
  /** Whether the belief differs from before. */
  readonly changed: boolean
  /** How many assimilations were done again because a fact came late or was corrected. */
  readonly redone: number
  /** Instants that the definition could not take in: the belief before each stands, now and in every replay. */
  readonly failures: readonly { readonly at: Instant; readonly error: unknown }[]
}

export interface LoopOptions {
  readonly definition: TwinDefinition
  readonly subject: Subject
  readonly prior?: JsonObject
  /** Where to begin instead of at the first fact; then every fact up to `belief.asOf` is taken as known. */
  readonly checkpoint?: LoopCheckpoint
  /** All treatments that began up to the checkpoint. */
  readonly treatments?: readonly Treatment[]
  /** How many recent facts to keep at hand for late arrivals; older ones mean {@link LoopNeedsHistory}. Default 128. */
  readonly memory?: number
}

/** Thrown when a fact is older than what the loop keeps at hand: make a new loop from an older checkpoint. */
export class LoopNeedsHistory extends Error {
  /** The belief must be rebuilt from before this time … */
  readonly from: Instant
  /** … and from before any earlier version of these facts: corrections whose originals are not at hand. */
  readonly corrections: readonly string[]

  constructor(from: Instant, corrections: readonly string[]) {
    super(`a fact effective at ${new Date(from).toISOString()} is older than the facts kept at hand`)
    this.name = 'LoopNeedsHistory'
    this.from = from
    this.corrections = corrections
  }
}

interface Step {
  readonly at: Instant
  readonly observations: Observation[]
  /** The belief after this step, kept for some steps only. */
  after?: Belief
}

/** What taking in one fact would do, and from when on. */
interface Change {
  readonly from: Instant
  readonly unseenCorrection?: string
  readonly apply: () => void
}

const stepsBetweenSnapshots = 16

/**
 * Keeps one twin in step with its subject.
 *
 * The belief is a function of the *set* of facts, not of the order in which they arrive: facts are folded in order of
 * effective time, those of one instant together and in a fixed order, and of several versions of one fact the highest
 * counts. A late, corrected or retracted fact takes the fold back to before its time and forward again.
 */
export class TwinLoop {
  readonly #definition: TwinDefinition
  readonly #subject: Subject
  readonly #prior: JsonObject
  readonly #memory: number
  readonly #channels: ReadonlySet<string>
  /** The belief before the first of `#steps`; `null`: nothing yet, begin at the first observation. */
  #base: Belief | null
  #belief: Belief | null
  #steps: Step[] = []
  readonly #observations = new Map<string, Observation>()
  /** Preliminary observations before what is kept at hand. */
  readonly #provisional: Set<string>
  readonly #treatments = new Map<string, Treatment>()

  constructor(options: LoopOptions) {
    this.#definition = options.definition
    this.#subject = options.subject
    this.#prior = options.prior ?? {}
    this.#memory = options.memory ?? 128
    this.#channels = new Set(options.definition.channels.map((channel) => channel.name))
    this.#base = options.checkpoint?.belief ?? null
    this.#belief = this.#base
    this.#provisional = new Set(options.checkpoint?.provisional)
    for (const treatment of options.treatments ?? []) this.#treatments.set(treatment.id, treatment)
  }

  get belief(): Belief | null {
    return this.#belief
  }

  /** Where the loop stands: enough to go on from, given all that comes after. `null` before the first observation. */
  get checkpoint(): LoopCheckpoint | null {
    if (this.#belief === null) return null
    const atHand = [...this.#observations.values()].filter(({ status }) => status === 'preliminary').map(({ id }) => id)
    return { belief: this.#belief, provisional: [...this.#provisional, ...atHand] }
  }

  /** Treatments known, whether they have ended or not, in order of start. */
  get treatments(): readonly Treatment[] {
    return [...this.#treatments.values()].filter((t) => !t.retracted).sort(compareTreatments)
  }

  /**
   * What is held true as of an earlier time, by all facts known now up to then; `null` before the first of them,
   * `undefined` when it is from before what is kept at hand.
   */
  beliefAt(at: Instant): Belief | null | undefined {
    if (this.#base !== null && at < this.#base.asOf) return undefined
    let until = this.#steps.length
    while (until > 0 && this.#steps[until - 1]!.at > at) until--
    let from = until
    while (from > 0 && this.#steps[from - 1]!.after === undefined) from--
    let belief = from > 0 ? this.#steps[from - 1]!.after! : this.#base
    for (const step of this.#steps.slice(from, until)) {
      try {
        belief = this.#assimilated(belief, step)
      } catch {
        // Told of when the step was first folded; passed over then as now.
      }
    }
    return belief
  }

  /** The context in which this twin's definition computes at `at`; also for forecasts and advice. */
  contextAt(at: Instant): TwinContext {
    return twinContext(this.#definition, this.#subject, this.treatments, at)
  }

  /**
   * Takes in facts, in any order. Facts of other channels than the definition's are passed over. With `complete`, these
   * are all facts there are since the loop's checkpoint, so a correction needs no look further back.
   *
   * Throws {@link LoopNeedsHistory} for facts from before what is kept at hand; then nothing has changed.
   */
  take(facts: readonly Fact[], { complete = false } = {}): LoopStep {
    const changes = facts.map((fact) => this.#planned(fact)).filter((change) => change !== undefined)
    if (changes.length === 0) return { belief: this.#belief, changed: false, redone: 0, failures: [] }
    const dirty = changes.reduce((earliest, change) => Math.min(earliest, change.from), Number.POSITIVE_INFINITY)
    const unseen = complete || this.#base === null ? [] : changes.flatMap((change) => change.unseenCorrection ?? [])
    if (this.#base !== null && (dirty <= this.#base.asOf || unseen.length > 0))
      throw new LoopNeedsHistory(dirty, unseen)

    for (const change of changes) change.apply()
    const { redone, failures } = this.#refold(dirty)
    this.#forget()
    return { belief: this.#belief, changed: true, redone, failures }
  }

  #planned(fact: Fact): Change | undefined {
    return fact.kind === 'observation'
      ? this.#plannedObservation(fact.observation)
      : this.#plannedTreatment(fact.treatment)
  }

  #plannedObservation(next: Observation): Change | undefined {
    if (!this.#channels.has(next.channel)) return undefined
    const known = this.#observations.get(next.id)
    if (known && !supersedes(next, known)) return undefined
    const isCorrection = next.status === 'corrected' || next.status === 'retracted' || this.#provisional.has(next.id)
    return {
      from: Math.min(next.effective, known?.effective ?? next.effective),
      // What it corrects is not at hand, and may be of any age.
      ...(isCorrection && !known ? { unseenCorrection: next.id } : {}),
      apply: () => {
        // Two versions of one fact may stand in the same batch: look again.
        const current = this.#observations.get(next.id)
        if (current && !supersedes(next, current)) return
        if (current) this.#removeFromSteps(current)
        this.#observations.set(next.id, next)
        const says = next.value !== null || next.detail !== undefined
        if (next.status !== 'retracted' && says) this.#addToSteps(next)
      },
    }
  }

  #plannedTreatment(next: Treatment): Change | undefined {
    const known = this.#treatments.get(next.id)
    if (known && !treatmentSupersedes(next, known)) return undefined
    const sameStart =
      known &&
      known.from === next.from &&
      known.dose === next.dose &&
      !known.retracted === !next.retracted &&
      known.intervention === next.intervention
    const from = sameStart
      ? Math.min(known.until ?? Number.POSITIVE_INFINITY, next.until ?? Number.POSITIVE_INFINITY)
      : Math.min(next.from, known?.from ?? next.from)
    return {
      from,
      apply: () => {
        const current = this.#treatments.get(next.id)
        if (!current || treatmentSupersedes(next, current)) this.#treatments.set(next.id, next)
      },
    }
  }

  #addToSteps(observation: Observation): void {
    const at = observation.effective
    let index = this.#steps.length
    while (index > 0 && this.#steps[index - 1]!.at >= at) index--
    const step = this.#steps[index]
    if (step?.at === at) {
      step.observations.push(observation)
      step.observations.sort(compareObservations)
    } else this.#steps.splice(index, 0, { at, observations: [observation] })
  }

  #removeFromSteps(observation: Observation): void {
    const index = this.#steps.findIndex((step) => step.at === observation.effective)
    const step = this.#steps[index]
    if (!step) return
    const within = step.observations.findIndex((each) => each.id === observation.id)
    if (within >= 0) step.observations.splice(within, 1)
    if (step.observations.length === 0) this.#steps.splice(index, 1)
  }

  /** Folds again every step from `dirty` on. Says how many of them had been folded before, and which failed. */
  #refold(dirty: Instant): Pick<LoopStep, 'redone' | 'failures'> {
    let first = this.#steps.length
    while (first > 0 && this.#steps[first - 1]!.at >= dirty) first--
    // Back to the nearest kept belief before the first dirty step.
    while (first > 0 && this.#steps[first - 1]!.after === undefined) first--
    let belief = first > 0 ? this.#steps[first - 1]!.after! : this.#base
    let redone = 0
    const failures: { at: Instant; error: unknown }[] = []
    for (let index = first; index < this.#steps.length; index++) {
      const step = this.#steps[index]!
      if (this.#belief !== null && step.at <= this.#belief.asOf) redone++
      try {
        belief = this.#assimilated(belief, step)
      } catch (error) {
        // Pure functions fail the same way every time, so passing over the step is as reproducible as taking it.
        failures.push({ at: step.at, error })
      }
      const keep = index === this.#steps.length - 1 || index % stepsBetweenSnapshots === 0
      if (keep && belief !== null) step.after = belief
      else delete step.after
    }
    // What was the last step until now need be kept no longer, unless its turn has come.
    const before = this.#steps[first - 1]
    if (before && first < this.#steps.length && (first - 1) % stepsBetweenSnapshots !== 0) delete before.after
    this.#belief = belief
    return { redone, failures }
  }

  #assimilated(belief: Belief | null, step: Step): Belief {
    const context = this.contextAt(step.at)
    const before = belief ?? this.#checked(this.#definition.begin(this.#subject, step.at, this.#prior, context))
    return this.#checked(this.#definition.assimilate(before, step.at, step.observations, context))
  }

  /** Lets go of the oldest steps, so that memory stays bounded however long the twin runs. */
  #forget(): void {
    if (this.#steps.length <= this.#memory * 1.25) return
    let cut = this.#steps.length - this.#memory
    // Cut only behind a step that is kept and was taken in, so that the base stands for all before it.
    while (cut > 0 && this.#steps[cut - 1]!.after?.asOf !== this.#steps[cut - 1]!.at) cut--
    if (cut === 0) return
    this.#base = this.#steps[cut - 1]!.after!
    this.#steps = this.#steps.slice(cut)
    for (const [id, observation] of this.#observations) {
      if (observation.effective > this.#base.asOf) continue
      this.#observations.delete(id)
      if (observation.status === 'preliminary') this.#provisional.add(id)
    }
  }

  #checked(belief: Belief): Belief {
    const { values, weights, variables, size } = belief.ensemble
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0 || weights.some((weight) => !(weight >= 0)))
      throw new KernelError(
        'belief-invalid',
        `twin "${this.#definition.kind}" of ${this.#subject.id} returned ${
          bad >= 0 ? `${values[bad]} for "${variables[Math.floor(bad / size)]?.name}"` : 'a negative weight'
        } as of ${new Date(belief.asOf).toISOString()}; the belief before it stands`,
      )
    return belief
  }
}

/** What a definition's functions are given for this subject at `at`: the same on every thread and machine. */
export function twinContext(
  definition: Pick<TwinDefinition, 'kind' | 'version'>,
  subject: Subject,
  treatments: readonly Treatment[],
  at: Instant,
): TwinContext {
  const id = twinId({ kind: definition.kind, subject: subject.id })
  return {
    random: (...names) => randomStream(id, definition.version, ...names),
    treatments: treatmentsKnownAt(treatments, at),
  }
}

/**
 * The treatments that had begun by `at`, with an end only where it had come by then: what could be known at `at`.
 * So a later "stopped" does not change what was believed before it.
 */
export function treatmentsKnownAt(treatments: readonly Treatment[], at: Instant): readonly Treatment[] {
  return treatments
    .filter((treatment) => treatment.from <= at && !treatment.retracted)
    .map((treatment) => {
      if (treatment.until === undefined || treatment.until <= at) return treatment
      const { until: _, ...open } = treatment
      return open
    })
}

/** Whether `next` counts instead of `known`, another version of the same fact; the same answer in any order of arrival. */
export function supersedes(next: Observation, known: Observation): boolean {
  if (next.version !== known.version) return next.version > known.version
  // Same version said twice with different content: choose the same one whatever the order.
  return compareObservations(next, known) > 0
}

function compareTreatments(a: Treatment, b: Treatment): number {
  return a.from - b.from || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
