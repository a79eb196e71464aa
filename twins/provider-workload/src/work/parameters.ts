/**
 * How one person works and what comes to them, as one member of the ensemble holds it. Rates and minutes are means; the
 * scatter about them is the simulation's.
 */
export interface ProviderParameters {
  /** Messages that reach this person on an average weekday, by kind in the order of `messageKinds`. */
  readonly messagesPerDay: Float64Array
  /** Minutes at the record for a message, by kind. */
  readonly messageMinutes: Float64Array
  /** Minutes at the record for a visit, by {@link visitActivities}. */
  readonly visitMinutes: Float64Array
  /** Scheduled minutes of a visit that are not at the record: with the patient, and between visits. */
  readonly faceMinutes: number
  /** Parts of the minutes of notes, and of the rest of the record of visits, that are left until after scheduled time. */
  readonly notesLater: number
  readonly restLater: number
  /** Of the messages that a day with scheduled time has to offer (waiting and new), the part done when it ends, 0 to 1. */
  readonly clears: number
  /** The same of a day without scheduled time (a weekend, a day off), and of a day of leave. */
  readonly clearsOff: number
  readonly clearsAway: number
  /** On which part of such days any message is looked at, 0 to 1. */
  readonly looksOff: number
  readonly looksAway: number
  /** Part of booked visits that do not take place, 0 to 1. */
  readonly noShow: number
  /** Visits booked in the end for an hour of clinic. */
  readonly visitsPerHour: number
  /** Of a usual day's bookings, the part that is made by each of `leads` (days ahead). */
  readonly bookedAhead: readonly number[]
  /** Logarithm of what comes this week against the long run, and standard deviation of its changes from week to week. */
  readonly weekNow: number
  readonly weekSpread: number
}

/** What all people of a clinic share, as one member holds it. */
export interface ClinicParameters {
  /** Chance that somebody is away on a working day without notice, and that it goes on on the next. */
  readonly illStarts: number
  readonly illStays: number
  /** Messages on each day of the week, Monday first, against an average day from Monday to Friday. */
  readonly weekdays: Float64Array
  /** On days of leave: minutes of charts and orders for a minute of inbox. */
  readonly beside: number
  /** Of the minutes of one message, and of one visit's record: standard deviation of the logarithm. */
  readonly messageSpread: number
  readonly visitSpread: number
  /** Variance of a day's messages against a Poisson count's. */
  readonly burst: number
  /** Part of free minutes between patients that is used. */
  readonly gapUse: number
  /** How much of a week's departure from the long run stays in the next, 0 to 1. */
  readonly weekMemory: number
  /** Part of the variance of weeks that all people have in common. */
  readonly weekShared: number
  /** By lead: part of a departure from what is usually booked by then that is there in the end, 0 to 1. */
  readonly bookingsKept: readonly number[]
  /** By lead: variance of a day's bookings in the end, as seen then, against a Poisson count's. */
  readonly bookingDispersion: readonly number[]
}

/** Activities of {@link ProviderParameters.visitMinutes}; the schedule is with the rest. */
export const visitActivities = ['chart-review', 'note', 'order', 'prescription', 'other'] as const
