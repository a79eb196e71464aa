/**
 * What is held true of a department of which nothing has been observed, as figures with their source. Each is worth so
 * many observations, after which the department's own data outweigh it.
 *
 * Hoot 2008: N. R. Hoot et al., Ann Emerg Med 52 (2008) 116–125: an adult department of 41 beds and over 50,000 visits a
 * year, of which the figures below are the parameters of its simulation.
 */
export const priors = {
  /** Arrivals per hour in an average week; over 50,000 visits a year (Hoot 2008). Worth two days of counting. */
  arrivals: { perHour: 6, hours: 48 },
  /**
   * Hours of the day against their mean, from 1.6 (4 h) to 10.3 (11 h) arrivals an hour (Hoot 2008); the hours between
   * are drawn in by eye. Departures of single hours of the week from it have a coefficient of variation of 20 %.
   */
  hourOfDay: [
    0.62, 0.5, 0.41, 0.34, 0.29, 0.3, 0.38, 0.55, 0.85, 1.2, 1.5, 1.6, 1.55, 1.48, 1.42, 1.38, 1.36, 1.36, 1.35, 1.33,
    1.28, 1.2, 1.02, 0.82,
  ],
  /** Monday first; Mondays are busiest (Hoot 2008), sizes assumed. */
  dayOfWeek: [1.12, 1.01, 0.98, 0.97, 0.97, 0.98, 0.97],
  hourShape: 25,
  /** How much the level of some hours differs from what the week leads to expect: 15 % (assumed). Worth 44 arrivals. */
  surge: { shape: 44, hours: 6 },
  /** How much days differ from what the week leads to expect, as standard deviation of the logarithm (assumed). */
  dayToDay: 0.08,
  /** How much the pace of clinicians and of care differs from one shift to another, likewise (assumed). */
  shiftToShift: 0.1,
  /** Acuity 1 to 5 (ESI, Hoot 2008), worth 40 patients. */
  acuity: { shares: [0.007, 0.378, 0.442, 0.158, 0.015], weight: 40 },
  /** Share that comes by ambulance, by acuity (assumed; about one in five of all), worth 10 patients each. */
  ambulance: { shares: [0.8, 0.35, 0.15, 0.06, 0.03], weight: 10 },
  /** A triage nurse's minutes for a patient (assumed), worth 20 patients. */
  triageMinutes: { mean: 6, patients: 20 },
  /** A clinician's minutes for a patient: 2.3 patients an hour (assumed), worth 20 patients. */
  clinicianMinutes: { mean: 26, patients: 20, variation: 0.6 },
  /** Of a clinician's time, the minutes from being seen to the first order, a chair or the decision (assumed). */
  assessment: { median: 18, spread: 0.5, patients: 20 },
  /** A nurse's minutes for a patient (assumed). Not estimated: no feed tells who nursed whom. */
  nurseMinutes: { mean: 20, spread: 0.2, variation: 0.6 },
  /** Minutes in the scanner (assumed), not estimated. */
  scanMinutes: 12,
  /**
   * Median minutes of care besides waiting for tests, by acuity, and standard deviation of the logarithm; with the tests
   * below near Hoot 2008's 4.0, 4.6, 3.1, 1.7 and 1.2 h of treatment. Worth 8 patients each.
   */
  care: { medians: [150, 160, 110, 70, 55], spread: 0.7, patients: 8 },
  /** Median minutes of having open tests, and standard deviation of the logarithm (assumed), worth 10 patients. */
  laboratory: { median: 65, spread: 0.5, patients: 10 },
  imaging: { median: 85, spread: 0.6, patients: 10 },
  /** Share who have laboratory tests only, and imaging (with or without), by acuity (assumed), worth 10 patients each. */
  laboratoryShare: { shares: [0.3, 0.35, 0.3, 0.12, 0.05], weight: 10 },
  imagingShare: { shares: [0.6, 0.5, 0.4, 0.3, 0.1], weight: 10 },
  /** Probability of admission by acuity (Hoot 2008), worth 10 patients each. */
  admitted: { shares: [0.731, 0.453, 0.171, 0.027, 0.01], weight: 10 },
  /**
   * Beds upstairs that open per hour while somebody waits for one. Hoot 2008 has 0.1 to 3.3 by the hour; here the mean
   * that carries away the admissions of 6 arrivals an hour, with a peak in the afternoon (assumed). Worth a day.
   */
  beds: { perHour: 1.7, hours: 24, hourShape: 12 },
  bedHours: [
    0.6, 0.5, 0.4, 0.3, 0.3, 0.3, 0.3, 0.4, 0.6, 0.8, 1.0, 1.2, 1.3, 1.5, 1.7, 1.9, 1.9, 1.8, 1.6, 1.4, 1.2, 1.1, 1.0,
    0.9,
  ],
  /** Minutes from an open bed to leaving for it (assumed). */
  transferMinutes: 20,
  /**
   * Hazard of leaving unseen, per hour of waiting at acuity 5, and of the other acuities relative to it (assumed); near
   * the 1 to 5 % of Hoot 2008's logistic at usual waits. Worth 4 who left.
   */
  leaving: { perHour: 0.05, events: 4, relative: [0, 0.1, 0.4, 0.8, 1] },
  /** Which spaces patients of an acuity are treated in: resuscitation, majors, minors (assumed), worth 10 patients each. */
  spaces: {
    shares: [
      [0.8, 0.2, 0],
      [0.15, 0.85, 0],
      [0, 0.95, 0.05],
      [0, 0.1, 0.9],
      [0, 0.05, 0.95],
    ],
    weight: 10,
  },
  /** Part of the spaces that can be used at once: some are being cleaned or kept (assumed), worth 12 hours of need. */
  usable: { share: 0.95, spread: 0.03, hours: 12 },
  /** Share who give up their space before care ends and wait in a chair, by acuity (assumed), worth 10 patients each. */
  seated: { shares: [0, 0, 0.1, 0.2, 0.3], weight: 10 },
  /** Of those who come by ambulance, the share who can sit, by acuity, worth 10 each (assumed). */
  sits: { shares: [0, 0, 0.3, 0.7, 0.9], weight: 10 },
  /** Minutes until they are handed over (assumed), worth 20. */
  handover: { median: 10, spread: 0.6, patients: 20 },
  /** Staff on duty where no roster says (assumed). */
  staff: { clinician: 4, nurse: 8, 'triage-nurse': 2 },
  /** What a department forgets: an observation counts half after so long (Hoot 2008 refit on the last four weeks). */
  halfLifeWeeks: 4,
} as const

export const acuities = [1, 2, 3, 4, 5] as const
