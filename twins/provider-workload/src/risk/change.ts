import { portableExp, portableLog, type RandomStream } from '@counterpart/numerics'
import { publishedEffects } from '../published/effects.ts'
import { type RiskMember, usualWork } from './prior.ts'

/** How the work of a group changes, in the mean over its people, each week for a full-time equivalent. */
export interface WorkedDifference {
  /** Hours outside scheduled time. */
  readonly outside: number
  readonly messages: number
  /** Part of the group (0 to 1) that gets an ambient scribe. */
  readonly scribes: number
}

/**
 * Points of the physician task load (0 to 400) that an ambient scribe spared against control: the two arms of P. J. Lukac et
 * al., NEJM AI 2025;2(12), −39.9 (−71.9 to −7.9) and −31.7 (−63.8 to 0.4).
 */
const scribeTaskLoad = [
  { mean: -39.9, standardDeviation: 16.3 },
  { mean: -31.7, standardDeviation: 16.4 },
] as const

/** Odds ratio of burnout for 40 points less: 0.67 (E. Harry et al., Jt Comm J Qual Patient Saf 2021;47:76). */
const byTaskLoadPoint = -portableLog(0.67) / 40

/** What one member holds of how far an association is also what happens when work is changed. */
export interface CausalMember {
  /** 0: the association says nothing of a change; 1: it is all cause. */
  readonly causal: number
  readonly scribeTaskLoad: number
}

/** Half of an association found between people, give or take, when work is changed for a group: assumed. */
export function drawCausalMember(random: RandomStream): CausalMember {
  const arm = scribeTaskLoad[random.uniform() < 0.5 ? 0 : 1]
  return { causal: 0.2 + 0.8 * random.uniform(), scribeTaskLoad: arm.mean + arm.standardDeviation * random.normal() }
}

/**
 * Log odds by which the share of a group with burnout moves with its work. Published nulls are in it: where only messages
 * change, next to nothing follows (as in the VHA); where a scribe takes the load of writing, more does.
 */
export function logOddsOfChange(
  member: RiskMember,
  how: CausalMember,
  { outside, messages, scribes }: WorkedDifference,
): number {
  const work =
    (member.byOutside * outside) / usualWork.outside.standardDeviation +
    (member.byMessages * messages) / usualWork.messages.standardDeviation
  return how.causal * (work + scribes * how.scribeTaskLoad * byTaskLoadPoint)
}

/** A share after its log odds have moved. */
export function movedShare(share: number, logOdds: number): number {
  const odds = (share / (1 - share)) * portableExp(logOdds)
  return odds / (1 + odds)
}

/** The published log odds ratio of a study, with the standard deviation of its interval. */
export function publishedLogOdds(study: string): { readonly value: number; readonly standardDeviation: number | null } {
  const change = publishedEffects.find(({ id }) => id === study)?.change
  if (change?.unit !== 'log odds ratio') throw new RangeError(`study "${study}" has no published log odds ratio`)
  const width = change.interval && change.interval[1] - change.interval[0]
  return { value: change.value, standardDeviation: width === undefined ? null : width / (2 * 1.959964) }
}
