/** What a change asks of the people it is for and of those around them: work too, though nobody plans it. */
export interface Burden {
  /** Hours of training for each person concerned, once, in the first four weeks. */
  readonly trainingHours: number
  /** Minutes a week for each person concerned: meetings, checking what others or a machine did. */
  readonly weeklyMinutes: number
  /** Minutes a week for the clinic as a whole: who keeps protocols, schedules and lists. */
  readonly clinicMinutes: number
}

/** Assumed, but for the order of magnitude; outcomes of what was approved are scored against them. */
const burdens: Readonly<Record<string, Burden>> = {
  'protected-inbox-time': { trainingHours: 0, weeklyMinutes: 0, clinicMinutes: 20 },
  'team-inbox': { trainingHours: 2, weeklyMinutes: 5, clinicMinutes: 90 },
  'message-triage': { trainingHours: 1, weeklyMinutes: 3, clinicMinutes: 60 },
  'refill-protocol': { trainingHours: 1, weeklyMinutes: 3, clinicMinutes: 60 },
  // Reading the draft is within the measured time in notes.
  scribe: { trainingHours: 2, weeklyMinutes: 0, clinicMinutes: 30 },
  'slot-length': { trainingHours: 0, weeklyMinutes: 0, clinicMinutes: 30 },
  'panel-rebalance': { trainingHours: 1, weeklyMinutes: 5, clinicMinutes: 120 },
  'cross-cover': { trainingHours: 0.5, weeklyMinutes: 5, clinicMinutes: 15 },
  hire: { trainingHours: 0, weeklyMinutes: 4, clinicMinutes: 60 },
}

export const burdenOf = (intervention: string): Burden =>
  burdens[intervention] ?? { trainingHours: 0, weeklyMinutes: 0, clinicMinutes: 0 }

/** Weeks over which training is spread. */
export const trainingWeeks = 4

/**
 * What the twin itself asks, in minutes a week of one clinic: 96 to 120 hours a year if one person does all the governance
 * that is asked of those who run a twin (protected time of 4 h a quarter, 2 to 4 h a month, 2 h a quarter and 4 h a month).
 */
export const governanceMinutes: readonly [low: number, high: number] = [(96 * 60) / 52, (120 * 60) / 52]

/** Minutes for one recommendation: reading it, talking about it, deciding and telling people (assumed). */
export const decisionMinutes = 45
