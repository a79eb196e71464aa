import type { RandomStream } from '@counterpart/numerics'

/** One draw of what is held true of how burnout goes with work, before any survey of this clinic. */
export interface RiskMember {
  /** Log odds of burnout in a clinic whose people work as {@link usualWork}. */
  readonly level: number
  /** Log odds for one standard deviation, between people, of hours outside scheduled time and of messages. */
  readonly byOutside: number
  readonly byMessages: number
  /** Standard deviation between pods of what work does not explain (log odds). */
  readonly betweenPods: number
  /** Part of people who are still as they last said of themselves, beyond those who are so by chance. */
  readonly lasting: number
  /** By how much those who do not answer differ from those who do (log odds). */
  readonly silent: number
}

/** Work, each week for a full-time equivalent, of the physicians among whom the associations were found. */
export const usualWork = {
  /** 86 minutes each weekday (B. G. Arndt et al., Ann Fam Med 2017;15:419). The spread between people is assumed. */
  outside: { mean: 7.2, standardDeviation: 4 },
  /** M. Tai-Seale et al., Health Aff 2019;38:1073. The spread between people is assumed. */
  messages: { mean: 243, standardDeviation: 90 },
} as const

/**
 * Log odds of burnout in primary care: 36 % (Tai-Seale 2019), 44 % (E. Harry et al., Jt Comm J Qual Patient Saf 2021;47:76),
 * 51 % (J. Adler-Milstein et al., JAMIA 2020;27:531), 52 % (Olson 2025), 53 % (R. Willard-Grace et al., Ann Fam Med 2019;17:36).
 */
const level = { mean: -0.11, standardDeviation: 0.45 }

/**
 * How much all that logs tell of work moves the log odds between people: in standard deviations. Of what was published, the
 * area under the curve of workload features for single people, 0.595 (0.355 to 0.808; S. S. Lou et al., J Biomed Inform
 * 2022;127:104015), is that of a score with standard deviation 0.34; a correlation of 0.14 with exhaustion (C. Sinha et al.,
 * Appl Clin Inform 2021;12:637) gives 0.26; Adler-Milstein's odds ratios (4.8 and 12.5 in upper quarters of 122 people) more,
 * the null results of the VHA (6,459 people) and others none. Odds ratios that were found given other things, with wide
 * intervals, are shrunk accordingly: what stands here is for a group, and of the size that logs bear out.
 */
const strength = { mean: 0.32, standardDeviation: 0.16 }

/** Of the strength, the part that hours outside carry; messages the rest (both as parts of a variance). */
const outsideShare: readonly [number, number] = [0.4, 1]

export function drawRiskMember(random: RandomStream): RiskMember {
  const whole = Math.max(0, strength.mean + strength.standardDeviation * random.normal())
  const share = outsideShare[0] + (outsideShare[1] - outsideShare[0]) * random.uniform()
  return {
    level: level.mean + level.standardDeviation * random.normal(),
    byOutside: whole * Math.sqrt(share),
    byMessages: whole * Math.sqrt(1 - share),
    betweenPods: 0.15 + 0.35 * random.uniform(),
    // The area under the curve of one's own last answer, 0.829 (0.607 to 0.996; Lou 2022), is (1 + this) / 2.
    lasting: 0.35 + 0.5 * random.uniform(),
    silent: 0.4 * random.normal(),
  }
}

/** The ceiling, for whoever reads a figure of risk. */
export const ceiling =
  'This is a share of a group, never of a person. Work seen in logs tells single people apart barely better than chance (published area under the curve 0.58 to 0.60) and adds nothing to what somebody last said of themselves; so it is not computed for one.'
