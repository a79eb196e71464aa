import type { Acuity } from './department.ts'
import type { Summary } from './forecast.ts'
import type { PlannedIntervention } from './scenario.ts'
import type { SubjectId } from './subject.ts'
import type { Instant } from './time.ts'

/** A picture that a definition can draw. */
export interface PictureOffer {
  readonly name: string
  readonly label: string
  /** What it will be, so that a screen can keep the right place for it. */
  readonly kind: Picture['kind']
  /** Whether it changes with every event (drawn again live) or takes long and is drawn when asked for. */
  readonly live: boolean
  /** `member`: it is about one member of the subject (a provider of a clinic) and drawn for that person alone. */
  readonly audience?: 'member'
}

/** What a twin can draw of its subject. Each says in `description` what is seen, for those who cannot see it. */
export type Picture =
  | CurvesPicture
  | FloorPicture
  | PressurePicture
  | StressPicture
  | PathwayPicture
  | DayPicture
  | LoadPicture
  | GroupsPicture

interface Titled {
  readonly title: string
  readonly description: string
}

/** A closed curve with its spread: one loop per ensemble member shown, and the mean one. */
export interface Curve {
  readonly label: string
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** Curves over two labelled axes. */
export interface CurvesPicture extends Titled {
  readonly kind: 'curves'
  readonly x: { readonly label: string; readonly unit: string }
  readonly y: { readonly label: string; readonly unit: string }
  /** Thin curves: members of the ensemble. */
  readonly members: readonly Curve[]
  /** The one that stands for all. */
  readonly central: Curve
}

/** Somebody on the floor. */
export interface PersonMark {
  /** The visit. */
  readonly id: string
  readonly patient: SubjectId
  /** A few characters that people on the floor can say to each other; never a name. */
  readonly label: string
  readonly acuity: Acuity | null
  readonly arrived: Instant
  /** Since when in the present state. */
  readonly since: Instant
  readonly state: 'arriving' | 'waiting' | 'in-care' | 'tests' | 'decided' | 'boarding'
  /** When the department's target (four hours, say) would be broken. */
  readonly breachAt?: Instant
  /** A suggestion to look again, with its reasons. */
  readonly attention?: { readonly sentence: string; readonly reasons: readonly string[]; readonly risk: Summary }
  /** What is not certain about this visit, in words. */
  readonly doubt?: string
}

/** The rooms of a department and who is in them. */
export interface FloorPicture extends Titled {
  readonly kind: 'floor'
  readonly asOf: Instant
  readonly areas: readonly {
    readonly code: string
    readonly label: string
    readonly role: string
    /** Bays or rooms, free ones too. */
    readonly spaces: readonly { readonly code: string; readonly person: PersonMark | null; readonly closed?: string }[]
    /** People in the area who have no space of their own. */
    readonly people: readonly PersonMark[]
  }[]
  readonly staff: readonly {
    readonly role: string
    readonly label: string
    readonly onDuty: number
    readonly busy: number | null
  }[]
}

/** Where the department will be held up, and by what: one row per resource on a shared time axis. */
export interface PressurePicture extends Titled {
  readonly kind: 'pressure'
  readonly times: readonly Instant[]
  readonly rows: readonly {
    readonly name: string
    readonly label: string
    /** Part of capacity in use, in each interval of `times`. */
    readonly use: { readonly p05: readonly number[]; readonly p50: readonly number[]; readonly p95: readonly number[] }
    /** People waiting for it. */
    readonly waiting: {
      readonly p05: readonly number[]
      readonly p50: readonly number[]
      readonly p95: readonly number[]
    }
    /** Probability that it is what holds people up. */
    readonly holdsUp: readonly number[]
  }[]
  /** In words: what, from when to when, how sure, and why. */
  readonly findings: readonly {
    readonly resource: string
    readonly from: Instant
    readonly until: Instant
    readonly probability: number
    readonly sentence: string
    readonly cause: string
  }[]
}

/** A probability by counting, with its interval. */
export interface Chance {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** What would become of the department under each of several shocks. */
export interface StressPicture extends Titled {
  readonly kind: 'stress'
  readonly measures: readonly {
    readonly name: string
    readonly label: string
    readonly unit: string
    readonly digits: number
  }[]
  readonly rows: readonly {
    readonly name: string
    readonly label: string
    readonly assumption: string
    /** By measure: under the shock, and beside carrying on without one. */
    readonly under: Readonly<Record<string, Summary>>
    readonly difference: Readonly<Record<string, Summary>>
    /** By measure: the mean of the worst twentieth of the runs. */
    readonly worst?: Readonly<Record<string, number>>
    /** Lines that should not be crossed: how likely that is under the shock, and without it, each with a 95 % interval. */
    readonly limits?: readonly {
      readonly name: string
      readonly label: string
      readonly under: Chance
      readonly without: Chance
    }[]
    /** Minutes from the end of the shock until the department is back within its usual range; null: not within the horizon. */
    readonly recovery: {
      readonly median: number | null
      /** 95 % interval of the median: how well so many runs know it. */
      readonly medianBetween?: readonly [low: number | null, high: number | null]
      readonly p05?: number | null
      readonly p95: number | null
      readonly withinHorizon: number
    }
    /** What would help most, done as the shock begins: hours of waiting that it spares; null: nothing helps in most runs. */
    readonly remedy?: {
      readonly label: string
      readonly interventions: readonly PlannedIntervention[]
      readonly spared: Summary
      /** Share of the runs in which it helps. */
      readonly better: number
    } | null
  }[]
}

/** The steps people go through, as a graph. */
export interface PathwayPicture extends Titled {
  readonly kind: 'pathway'
  readonly nodes: readonly {
    readonly id: string
    readonly label: string
    readonly kind: string
    /** What it takes, in words. */
    readonly needs: readonly string[]
    readonly duration?: string
    /** How many are there now and how many wait for it. */
    readonly present?: number
    readonly waiting?: number
  }[]
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    readonly label?: string
    readonly share?: number
  }[]
}

/** One day of rooms or machines, slot by slot. */
export interface DayPicture extends Titled {
  readonly kind: 'day'
  readonly from: Instant
  readonly until: Instant
  readonly rows: readonly {
    readonly name: string
    readonly label: string
    readonly slots: readonly {
      readonly from: Instant
      readonly until: Instant
      readonly label: string
      readonly kind:
        | 'booked'
        | 'walk-in'
        | 'inpatient'
        | 'emergency'
        | 'maintenance'
        | 'breakdown'
        | 'overtime'
        | 'free'
      /** How likely it runs over its end. */
      readonly overrun?: number
    }[]
  }[]
  readonly notes: readonly string[]
}

/** Hours of work of pods or of one person, period by period, measured and to come, on one time axis. */
export interface LoadPicture extends Titled {
  readonly kind: 'load'
  readonly asOf: Instant
  readonly periods: readonly { readonly from: Instant; readonly until: Instant; readonly label: string }[]
  readonly rows: readonly {
    readonly name: string
    readonly label: string
    /** People in it. */
    readonly people: number
    readonly cells: readonly LoadCell[]
  }[]
  /** In words: who or what, when, how sure, why, what could be done. */
  readonly findings: readonly { readonly row: string; readonly sentence: string; readonly probability?: Chance }[]
}

export interface LoadCell {
  readonly known: 'measured' | 'partly' | 'forecast'
  /** Hours for which people are contracted, and those with patients booked or planned. */
  readonly contracted: number
  readonly scheduled: number
  /** Hours of work of all kinds, and of these those outside scheduled time; measured ones have an interval where the log has holes. */
  readonly work: Summary
  readonly outside: Summary
  /** Work that waits at the end of the period, hours. */
  readonly backlog?: Summary
  /** That the period is overloaded; of a pod: the share of its people. */
  readonly overload: Chance | null
  /** Share of what should have been logged that was, 0 to 1; left out for what is to come. */
  readonly completeness?: number
  /** People away. */
  readonly away: number
  /** Why there is nothing to show. */
  readonly suppressed?: string
}

/** Groups beside each other: one estimate with its interval for each indicator and group (a forest plot, with its table). */
export interface GroupsPicture extends Titled {
  readonly kind: 'groups'
  readonly asOf: Instant
  readonly indicators: readonly {
    readonly name: string
    readonly label: string
    readonly unit: string
    readonly digits: number
    /** As published, with its source. */
    readonly definition?: string
    /** A value of no effect or a published one, drawn as a line. */
    readonly beside?: { readonly value: number; readonly label: string }
  }[]
  readonly groups: readonly {
    readonly name: string
    readonly label: string
    /** A heading that groups stand under, e.g. `Sex`. */
    readonly heading?: string
    /** People; left out where telling it would disclose. */
    readonly n?: number
    /** By indicator. */
    readonly values: Readonly<Record<string, GroupValue>>
  }[]
  readonly notes: readonly string[]
}

export interface GroupValue {
  readonly estimate: number | null
  /** 90 % interval. */
  readonly low?: number
  readonly high?: number
  /** Share of what should have been observed that was, 0 to 1. */
  readonly completeness?: number
  /** Why there is no estimate. */
  readonly suppressed?: string
}
