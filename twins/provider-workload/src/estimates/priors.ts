/**
 * What is held true of a clinic of which nothing has been observed, with its source. Means are medians of people; `between`
 * is the usual standard deviation between people, on the logarithm (or log odds); `unsure` that of the clinic's mean.
 *
 * Arndt 2024: Ann Fam Med 22:12, per 8 scheduled hours. Tai-Seale 2019: Health Aff 38:1073, per week. Melnick 2021: JAMIA
 * 28:1383. PTO 2025: JAMA Netw Open, March 2025. Altschuler 2012: Ann Fam Med 10:396 (panels 983 to 1,947).
 */
export const priors = {
  /** Patients of the mean panel, to which the rates below belong (Altschuler 2012). */
  panel: 1500,
  /** A weekday's messages by kind: Arndt 2024 for the first four, Tai-Seale 2019 for staff (53/5) and system (114/5). */
  messagesPerDay: [15.1, 14.1, 23.9, 10.8, 10.6, 22.8],
  /** Minutes for a message: shares assumed, together the 71.4 min of inbox (Arndt 2024) for a day's messages. */
  messageMinutes: [1.5, 0.6, 0.8, 0.8, 0.6, 0.25],
  /** Minutes for a visit: notes 129, orders 62.3, chart review 62.6 of a day of 20 visits (Arndt 2024); others assumed. */
  visitMinutes: [3.1, 6.4, 2.4, 0.7, 1.5],
  /** Scheduled minutes of a visit away from the record (assumed: 24 min for a visit, less its record in the room). */
  faceMinutes: 13,
  /** Outside scheduled time, of 392 min at the record 84 (Arndt 2024); shares assumed from that. */
  notesLater: 0.25,
  restLater: 0.15,
  clears: 0.85,
  /** A weekend and a day of leave: 16 min at the record on a day of leave (PTO 2025). */
  clearsOff: 0.2,
  clearsAway: 0.05,
  /** Minutes of charts and orders for a minute of inbox on days of leave (assumed), worth so many minutes. */
  beside: { part: 0.4, minutes: 300 },
  noShow: 0.06,
  visitsPerHour: 2.5,
  /** Days lost though nobody knew the day before, and a week before (assumed: twice a year two and a half days), worth so many. */
  lost: { day: 0.009, week: 0.022, days: 500 },
  /** Messages by day of the week (assumed), worth so many messages. */
  weekdays: { factors: [1.2, 1.03, 0.97, 0.95, 0.85, 0.25, 0.2], messages: 300 },
  between: {
    messages: 0.35,
    pace: 0.25,
    minutes: 0.3,
    face: 0.2,
    share: 0.6,
    visits: 0.2,
  },
  unsure: { messages: 0.3, minutes: 0.25, share: 0.4, visits: 0.15 },
  /** Standard deviation of the logarithm of one message's and one visit's minutes (assumed: about as long as they are). */
  messageSpread: 0.8,
  visitSpread: 0.5,
  /** Part of a gap between patients that is used for the record (assumed). */
  gapUse: { low: 0.4, high: 0.9 },
  /** Part of clinic time used at all, of time kept for messages, and of other scheduled time at the record (assumed). */
  used: { clinic: 0.95, kept: 0.9, rest: 0.4 },
  /** Week to week: spread of the logarithm, and what stays (assumed), worth so many weeks of one person. */
  week: { spread: 0.1, memory: 0.5, weeks: 20 },
  /** Variance of a day's messages against a Poisson count's (assumed), worth so many weeks. */
  burst: { ratio: 1.5, weeks: 10 },
  /** Part of bookings made 0, 1, 7, 14, 21 and 28 days ahead or earlier (assumed), worth 200 bookings. */
  bookedAhead: { shares: [0.95, 0.9, 0.65, 0.5, 0.4, 0.3], bookings: 200 },
  /**
   * Of a departure from the usual bookings the part that is there in the end, and the variance of a day's bookings against a
   * Poisson count's (assumed), worth so many days.
   */
  bookings: { kept: 0.5, dispersion: 0.5, days: 30 },
  /** What an observed week counts for after it is no longer kept by day: a half after half a year. */
  fading: 2 ** (-1 / 26),
} as const
