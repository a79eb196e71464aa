/**
 * A pathway as plain data. Times are in one unit throughout, whichever the pathway's author uses, and on one clock;
 * names are unique within their list.
 */
export interface Pathway {
  readonly name: string
  /** When a run begins on the clock of all times here: of rates, schedules, shifts. 0 when left out. */
  readonly startsAt?: number
  /** At most 256. */
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
export type Duration = Distribution & {
  /**
   * Covariates: times exp(Σ coefficient · attribute), by the patient's attributes at the time of drawing. Only where
   * there is a patient: not between arrivals, nor of breakdowns.
   */
  readonly scaledBy?: Readonly<Record<string, number>>
}

export type Distribution =
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

/** A probability, at the moment it is asked for. */
export type Chance =
  | number
  /** One for each class by name. */
  | { readonly byClass: Readonly<Record<string, number>> }
  /** The `probability` of the last row whose `from` the line has reached, 0 before the first; `from` ascends. */
  | {
      readonly byLength: readonly { readonly from: number; readonly probability: number }[]
      /** Steps whose waiting people are counted together; the step's own line when left out. */
      readonly lines?: readonly string[]
    }
  /** Logistic regression: 1 / (1 + exp(−x)), x the constant and what is added by class, attributes and lines. */
  | {
      readonly logit: {
        readonly constant: number
        /** Added for patients of the class. */
        readonly classes?: Readonly<Record<string, number>>
        /** Coefficient of each attribute. */
        readonly attributes?: Readonly<Record<string, number>>
        /** Coefficient of the number waiting for each of these steps. */
        readonly waiting?: Readonly<Record<string, number>>
      }
    }

export interface Source {
  readonly name: string
  readonly class: string
  /** The step where its patients begin; the first when left out. */
  readonly to?: string
  readonly arrivals: Arrivals
  /** Stops after this many. */
  readonly limit?: number
  /** Nobody comes after this time. */
  readonly until?: number
}

export type Arrivals =
  /** Renewals; the first comes one interval after the start. */
  | { readonly kind: 'intervals'; readonly between: Duration }
  /** Poisson with rates that hold for `every` each from time 0, over and over if `repeat`; by inversion, exact. */
  | {
      readonly kind: 'rates'
      readonly every: number
      readonly rates: readonly number[]
      readonly repeat?: boolean
      /**
       * Draws each interval at the rate in force at the arrival before it, as if that rate went on: the bias of thinning
       * programs that look the rate up once per arrival (treat-sim 2.2.0). To reproduce what such programs published.
       */
      readonly legacyThinning?: boolean
    }
  /** At these times, in ascending order; those before the run begins are passed over. */
  | { readonly kind: 'times'; readonly times: readonly number[] }

/** Staff, rooms or machines: interchangeable units, or members with names. */
export interface Resource {
  readonly name: string
  /** Units up to the first change of the schedule; left out where `members` are named. */
  readonly capacity?: number
  /** Changes of capacity, in ascending time. */
  readonly schedule?: readonly { readonly at: number; readonly capacity: number }[]
  /** The schedule (or the closures) come again after this span, for ever; it is longer than they are. */
  readonly repeatEvery?: number
  /**
   * What less capacity means for work under way. `finish` (default): it goes on and counts against the new capacity.
   * `overtime`: the outgoing staff finish it and the new capacity is all fresh. `interrupt`: what exceeds the new
   * capacity is interrupted, lowest priority and latest start first.
   */
  readonly atChange?: 'finish' | 'overtime' | 'interrupt'
  /** Nothing is to be had in these spans, whatever the schedule says; they ascend and do not touch. */
  readonly closures?: readonly { readonly from: number; readonly to: number }[]
  /** Failure and repair of each unit by itself, also of those not in use. */
  readonly breakdowns?: Breakdowns
  /** Whether a patient of higher priority interrupts the activity of a lower one. */
  readonly preemption?: boolean
  /**
   * Who is next. Resources that are ever asked for together share one line and must agree. `accumulating`: priority
   * grows by the rate of the patient's level for every unit of time waited (Kleinrock 1964), beginning at the level's
   * number in `from`, 0 when left out; of equals the lower level goes first. Default `priority`.
   */
  readonly discipline?:
    | 'first-come'
    | 'priority'
    | { readonly accumulating: readonly number[]; readonly from?: readonly number[] }
  /**
   * Cohorts by class: only patients of one cohort are in at a time. A class that is not named is a cohort of its own.
   */
  readonly cohorts?: Readonly<Record<string, string>>
  /** People with shifts, skills and breaks of their own; the first in the list who is free is asked first. */
  readonly members?: readonly Member[]
  /** Members: activities last longer by this share for every unit of time since the shift or the last break began. */
  readonly fatigue?: number
  /** Members: nothing new is begun in this last part of a shift, which goes to handing over. */
  readonly handover?: number
}

export interface Breakdowns {
  /** From the start, or the last repair, of a unit to its next failure. */
  readonly after: Duration
  readonly repair: Duration
  /**
   * Work under way when no other unit is free to take it over: `interrupt` (default), it goes on as its step says in
   * `interrupted`; or `finish`, it ends first.
   */
  readonly underWay?: 'interrupt' | 'finish'
}

export interface Member {
  readonly name: string
  readonly skills?: readonly string[]
  /** In ascending time, not touching; always on duty when left out. */
  readonly shifts?: readonly { readonly from: number; readonly to: number }[]
  /**
   * A break falls due at `at`, is taken as soon as the member is free in the span `within` from then, and `lasts` its
   * time; otherwise it is missed.
   */
  readonly breaks?: readonly { readonly at: number; readonly within: number; readonly lasts: number }[]
  /** Shifts and breaks come again after this span, for ever, and did before. */
  readonly repeatEvery?: number
}

/** Amounts by resource, all wanted at once. */
export type Bundle = Readonly<Record<string, number>>

/** What taking resources can say beside which. */
export interface Taking {
  readonly needs: Bundle | { readonly oneOf: readonly Bundle[] }
  /** The skill asked of the members of a resource, by the resource's name. */
  readonly skills?: Readonly<Record<string, string>>
  /** Whether somebody who would have to wait does not even join the line. */
  readonly baulking?: Chance
  /** Where those go who baulked; out of the pathway when left out. */
  readonly onBaulking?: string
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
  /** To `to` with this chance, otherwise on. */
  | (Named & { readonly kind: 'chance'; readonly chance: Chance; readonly to: string; readonly stream?: string })
  | (Named & { readonly kind: 'by-class'; readonly to: Readonly<Record<string, string>> })
  | (Named & { readonly kind: 'if-below'; readonly attribute: string; readonly value: number; readonly to: string })
  | (Named & { readonly kind: 'set'; readonly attribute: string; readonly value: DurationByClass })
  | (Named & { readonly kind: 'classify'; readonly as: string })
  /**
   * Waits until `size` people are together or the first of them has waited `atMost`; from then on the first goes for
   * all of them (one porter for four), up to a step of kind `separate` or the end. Those who go as one already count as
   * one.
   */
  | (Named & { readonly kind: 'batch'; readonly size: number; readonly atMost?: DurationByClass })
  /** Those who went as one go on each for themselves. */
  | (Named & { readonly kind: 'separate' })
