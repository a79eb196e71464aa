/**
 * A pathway as plain data. Times are in one unit throughout, whichever the pathway's author uses; names are unique
 * within their list.
 */
export interface Pathway {
  readonly name: string
  readonly classes: readonly PatientClass[]
  /** Names of the numbers that every patient carries; all begin at 0. */
  readonly attributes?: readonly string[]
  readonly sources: readonly Source[]
  readonly resources: readonly Resource[]
  /** Walked from top to bottom unless a step says otherwise; after the last the patient leaves. */
  readonly steps: readonly Step[]
}

export interface PatientClass {
  readonly name: string
  /** 0 goes first; integers to 63. 0 when left out. */
  readonly priority?: number
}

/** A duration ≥ 0; what a distribution puts below zero counts as zero. */
export type Duration =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'uniform'; readonly lower: number; readonly upper: number }
  | { readonly kind: 'triangular'; readonly lower: number; readonly mode: number; readonly upper: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number; readonly atLeast?: number }
  | { readonly kind: 'log-normal'; readonly mean: number; readonly standardDeviation: number }
  | { readonly kind: 'gamma'; readonly shape: number; readonly scale: number }
  | { readonly kind: 'weibull'; readonly shape: number; readonly scale: number }
  /** The values in turn, by the patient's number plus how often that patient drew before; for replays. */
  | { readonly kind: 'list'; readonly values: readonly number[] }

/** One duration for all, or one for each class by name. */
export type DurationByClass = Duration | { readonly byClass: Readonly<Record<string, Duration>> }

export interface Source {
  readonly name: string
  readonly class: string
  /** The step where its patients begin; the first when left out. */
  readonly to?: string
  readonly arrivals: Arrivals
  /** Stops after this many. */
  readonly limit?: number
}

export type Arrivals =
  /** Renewals; the first comes one interval after the start. */
  | { readonly kind: 'intervals'; readonly between: Duration }
  /** Poisson with rates that hold for `every` each, over and over if `repeat`; by exact inversion, not thinning. */
  | { readonly kind: 'rates'; readonly every: number; readonly rates: readonly number[]; readonly repeat?: boolean }
  /** At these times, in ascending order. */
  | { readonly kind: 'times'; readonly times: readonly number[] }

export interface Resource {
  readonly name: string
  /** Units from the start. */
  readonly capacity: number
  /** Changes of capacity, in ascending time. */
  readonly schedule?: readonly { readonly at: number; readonly capacity: number }[]
  /**
   * What a change of capacity means for work under way. `finish` (default): it goes on and counts against the new
   * capacity. `overtime`: the outgoing staff finish it and the new capacity is all fresh. `interrupt`: what exceeds
   * the new capacity is interrupted, lowest priority and latest start first.
   */
  readonly atChange?: 'finish' | 'overtime' | 'interrupt'
  /** Whether a patient of higher priority interrupts the activity of a lower one. */
  readonly preemption?: boolean
  /**
   * Who is next. Resources that are ever asked for together share one line and must agree. `accumulating`: priority
   * grows by the rate of the patient's level for every unit of time waited (Kleinrock 1964). Default `priority`.
   */
  readonly discipline?: 'first-come' | 'priority' | { readonly accumulating: readonly number[] }
}

/** Amounts by resource, all wanted at once. */
export type Bundle = Readonly<Record<string, number>>

/** What taking resources can say beside which. */
export interface Taking {
  readonly needs: Bundle | { readonly oneOf: readonly Bundle[] }
  /** Leaves the line when not served within this time, and goes to `onLeaving`. */
  readonly patience?: DurationByClass
  /** Where those go who lost patience; out of the pathway when left out. */
  readonly onLeaving?: string
  /** Room in this step's line; without it there is no limit. */
  readonly lineLimit?: number
  /** Who goes when the line is full: the newcomer (default), or the last in it if the newcomer ranks ahead. */
  readonly whenFull?: 'turn-away' | 'displace'
  /** Where those go who found the line full; out of the pathway when left out. */
  readonly onFull?: string
  /** Becomes this class (and its priority) after waiting so long. */
  readonly worsens?: { readonly after: DurationByClass; readonly to: string }
}

interface Named {
  readonly name: string
  /** The step after this one, if not the one below; `leave` ends the pathway. */
  readonly next?: string
}

export type Step =
  | (Named & {
      readonly kind: 'activity'
      readonly duration: DurationByClass
      /** The name of its random stream; the step's own when left out. */
      readonly stream?: string
      /** How an interrupted activity goes on. `resume` when left out. */
      readonly interrupted?: 'resume' | 'restart' | 'resample'
    } & Taking)
  | (Named & { readonly kind: 'seize' } & Taking)
  | (Named & { readonly kind: 'release'; readonly of: string })
  | (Named & { readonly kind: 'delay'; readonly duration: DurationByClass; readonly stream?: string })
  | (Named & {
      readonly kind: 'branch'
      /** Probabilities sum to 1. */
      readonly options: readonly { readonly probability: number; readonly to: string }[]
      readonly stream?: string
    })
  | (Named & { readonly kind: 'by-class'; readonly to: Readonly<Record<string, string>> })
  | (Named & { readonly kind: 'if-below'; readonly attribute: string; readonly value: number; readonly to: string })
  | (Named & { readonly kind: 'set'; readonly attribute: string; readonly value: DurationByClass })
  | (Named & { readonly kind: 'classify'; readonly as: string })
