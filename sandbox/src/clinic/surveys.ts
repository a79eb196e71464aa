import { day as dayLength } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type DayNumber, mondayOf } from './calendar.ts'
import type { SurveyAnswers } from './events.ts'
import type { Member } from './member.ts'
import type { PracticeTruth } from './truth.ts'

/**
 * Burnout of one person at one time. Task load has the mean and spread of Harry 2021 (JCJQPS 47:76), and burnout follows it with that
 * study's slope on the logit (0.01 per point; 44 % at the mean). What is persistent about somebody is strong (so strong that a conditional odds
 * ratio of 0.26 is a marginal one of 0.59, Olson 2025), and hours at work tell a little of task load: so a log predicts an individual hardly
 * better than chance, as Lou 2022 found.
 */
const taskLoad = { mean: 260.9, spread: 71.4, byWork: 0.3, byPerson: 0.5 }
/** exp-scale spread of the persistent part on the logit, and the factor from marginal to conditional that follows from it. */
const persistent = 4
const conditional = 2.54
/** Work of all kinds relative to the contract: usual value, and spread between people. */
const usualWork = { mean: 1.16, spread: 0.16 }

/** Surveys go round in the first whole week of a month; not everybody answers, and who works most answers less. */
export function answersOn(
  seed: string,
  member: Member,
  number: DayNumber,
  scribe: boolean,
  practice: PracticeTruth,
): { readonly second: number; readonly survey: SurveyAnswers } | null {
  const date = new Date(mondayOf(number) * dayLength).getUTCDate()
  if (date > 7 || member.recent.length < 2 || member.since > number) return null
  const random = randomStream('sandbox', seed, 'clinic-survey', member.index, mondayOf(number))
  const [when, whether, noise, logit, a, b, c] = [
    mondayOf(number) + Math.floor(5 * random.uniform()),
    random.uniform(),
    random.normal(),
    random.uniform(),
    random.normal(),
    random.normal(),
    random.normal(),
  ]
  const work =
    (member.recent.reduce((sum, each) => sum + each, 0) / member.recent.length - usualWork.mean) / usualWork.spread
  const { truth } = member.colleague
  if (when !== number || whether > truth.answers * (work > 1 ? 0.8 : 1) || member.isAway(number)) return null
  const persons = randomStream('sandbox', seed, 'clinic-task-load', member.index).normal()
  const { byWork, byPerson, mean, spread } = taskLoad
  const z = byWork * clamp(work, -2.5, 2.5) + byPerson * persons + Math.sqrt(1 - byWork ** 2 - byPerson ** 2) * noise
  const load = clamp(mean + spread * z, 0, 400)
  const strain =
    conditional * (-2.878 + 0.01001 * load) + persistent * truth.strain + (scribe ? practice.scribeStrain : 0)
  // Latent: 0 is the cut of the single item; a logistic deviate beside it.
  const felt = (strain + Math.log(logit / (1 - logit))) / 3
  const survey: SurveyAnswers = {
    provider: member.code,
    miniZ: felt < -1.6 ? 1 : felt < 0 ? 2 : felt < 1.1 ? 3 : felt < 2.3 ? 4 : 5,
    fulfilment: scale(2.4 - 0.45 * felt + 0.5 * a),
    exhaustion: scale(1.35 + 0.45 * felt + 0.4 * b),
    disengagement: scale(1.0 + 0.35 * felt + 0.45 * c),
    taskLoad: Math.round(load / 5) * 5,
  }
  return { second: Math.round((7 + 14 * ((whether * 13) % 1)) * 3600), survey }
}

/** Means of four or six items of 0 to 4. */
function scale(value: number): number {
  return Math.round(clamp(value, 0, 4) * 20) / 20
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
