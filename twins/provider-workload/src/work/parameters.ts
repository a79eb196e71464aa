/**
 * How one person works and what comes to them, as one member of the ensemble holds it. Rates and minutes are means; the
 * scatter about them is the simulation's.
 */
export interface ProviderParameters {
  /** Messages that reach this person on an average weekday, by kind in the order of `messageKinds`. */
  readonly messagesPerDay: Float64Array
  /** Minutes at the record for a message, by kind. */
  readonly messageMinutes: Float64Array
  /** Minutes at the record for a visit: chart review, note, order, prescription, schedule and other. */
  readonly visitMinutes: Float64Array
  /** Minutes of a visit that are not at the record: with the patient, and between visits. */
  readonly faceMinutes: number
  /** Part of the notes' minutes that is left until after scheduled time whatever the day is like, 0 to 1. */
  readonly notesLater: number
  /** Part of what waits in the inbox at the end of scheduled time that is done the same evening, 0 to 1. */
  readonly eveningShare: number
  /** Part of what waits that is done on a day without scheduled time (a weekend, a day off), 0 to 1. */
  readonly offDayShare: number
  /** The same on a day of leave. */
  readonly awayShare: number
  /** Part of booked visits that do not take place, 0 to 1. */
  readonly noShow: number
  /** Part of places that are booked in the end, 0 to 1. */
  readonly fill: number
  /** Week to week: standard deviation of the logarithm of what comes, and how much of a week's departure stays in the next. */
  readonly weekSpread: number
  readonly weekMemory: number
}

/** What all people of a clinic share, as one member holds it. */
export interface ClinicParameters {
  /** Messages on each day of the week, Monday first, against an average weekday. */
  readonly weekdays: Float64Array
  /** Of the minutes of one message, and of one visit's record: standard deviation of the logarithm. */
  readonly messageSpread: number
  readonly visitSpread: number
  /** Variance of a day's messages against a Poisson count's. */
  readonly burst: number
}

/** Place of the visit activities in {@link ProviderParameters.visitMinutes}. */
export const visitActivities = ['chart-review', 'note', 'order', 'prescription', 'other'] as const
