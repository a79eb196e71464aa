import { systematicResample } from '@counterpart/inference'
import {
  binomial,
  portableExp,
  portableLog,
  type RandomStream,
  type SampleSummary,
  sample,
  summarise,
} from '@counterpart/numerics'
import { requireEnough, type SurveyedGroup, type WorkedGroup } from './group.ts'
import { drawRiskMember, type RiskMember, usualWork } from './prior.ts'

/** The share of a group with burnout, as far as it can be told. */
export interface GroupRisk {
  readonly name: string
  readonly people: number
  /** Share of the people now in the group, 0 to 1, with all that is not known. */
  readonly share: SampleSummary
  /** Draws of that share, equal in number for all groups of one estimate and paired between them. */
  readonly draws: Float64Array
  /** Answers it rests on beside the work. */
  readonly answers: number
}

export interface RiskQuestion {
  readonly clinic: WorkedGroup
  readonly pods: readonly WorkedGroup[]
  /** Newest published answers, by group. */
  readonly surveys: ReadonlyMap<string, SurveyedGroup>
  readonly minimum: number
  readonly random: (...names: readonly (string | number)[]) => RandomStream
  /** Draws before weighing, and kept after it. */
  readonly size?: number
}

/**
 * The share with burnout of each pod and of the clinic: work moves the odds as published associations, shrunk to what logs
 * bear out, let it; answers to surveys weigh the draws (binomial, with those who did not answer allowed to differ), and those who answered stay as they were as far
 * as that lasts. Pods of
 * fewer than `minimum` people are an error: {@link RiskError} `group-too-small`.
 *
 * The draws are of the share among the people who are there, so an interval of a small group is wide though its odds are known.
 */
export function estimateRisk({
  clinic,
  pods,
  surveys,
  minimum,
  random,
  size = 4000,
}: RiskQuestion): readonly GroupRisk[] {
  for (const each of [clinic, ...pods]) requireEnough(each.name, each.people, minimum)
  const stream = random('risk')
  const drawn = Array.from({ length: size }, () => {
    const member = drawRiskMember(stream)
    const ofPods = pods.map((pod) => expectedShare(pod, member, member.betweenPods * stream.normal()))
    const others = clinic.people - pods.reduce((sum, { people }) => sum + people, 0)
    // People of no pod that may be told of are as the clinic is.
    const rest = expectedShare(clinic, member, 0)
    const inPods = pods.reduce((sum, { people }, i) => sum + people * ofPods[i]!, 0)
    const ofClinic =
      pods.length === 0 ? rest : (inPods + Math.max(0, others) * rest) / (inPods === 0 ? 1 : clinic.people)
    return { member, shares: [...ofPods, clamp(ofClinic)] }
  })
  const groups = [...pods, clinic]
  const weights = weigh(drawn, groups, surveys)
  const kept = systematicResample(weights, size, random('risk', 'resample'))
  return groups.map((group, g) => {
    const noise = random('risk', 'people', group.name)
    const survey = surveys.get(group.name)
    const draws = Float64Array.from(kept, (k) => {
      const { member, shares } = drawn[k]!
      return burnedOut(group.people, clamp(shares[g]!), survey, member.lasting, noise) / group.people
    })
    return {
      name: group.name,
      people: group.people,
      share: summarise(draws),
      draws,
      answers: survey?.answers ?? 0,
    }
  })
}

/** How many of a group are: those who answered still are as they said, as far as that lasts; all others by chance. */
function burnedOut(
  people: number,
  share: number,
  survey: SurveyedGroup | undefined,
  lasting: number,
  noise: RandomStream,
): number {
  const count = (trials: number, probability: number) => (trials > 0 ? sample(binomial(trials, probability), noise) : 0)
  if (survey === undefined) return count(people, share)
  const answered = Math.min(people, survey.answers)
  const were = Math.round((answered * survey.burnedOut) / survey.answers)
  const stillAre = count(were, lasting)
  const stillAreNot = count(answered - were, lasting)
  return stillAre + count(people - stillAre - stillAreNot, share)
}

/** Expected share of a group with burnout, over how its people differ; of no person. */
export function expectedShare(group: Omit<WorkedGroup, 'name' | 'people'>, member: RiskMember, pod: number): number {
  const z = (of: 'outside' | 'messages') => ({
    mean: (group[of].mean - usualWork[of].mean) / usualWork[of].standardDeviation,
    spread: group[of].standardDeviation / usualWork[of].standardDeviation,
  })
  const [outside, messages] = [z('outside'), z('messages')]
  const centre = member.level + pod + member.byOutside * outside.mean + member.byMessages * messages.mean
  const variance = (member.byOutside * outside.spread) ** 2 + (member.byMessages * messages.spread) ** 2
  // `level` is that of a share, not of somebody in the middle: the usual spread is already in it.
  const usual = member.byOutside ** 2 + member.byMessages ** 2
  return logistic((centre * Math.sqrt(1 + usual * squash)) / Math.sqrt(1 + variance * squash))
}

/** π²/3 and a logistic against a normal curve: (16√3 / 15π)², Johnson & Kotz. */
const squash = ((16 * Math.sqrt(3)) / (15 * Math.PI)) ** 2

interface Draw {
  readonly member: RiskMember
  readonly shares: readonly number[]
}

function weigh(drawn: readonly Draw[], groups: readonly WorkedGroup[], surveys: RiskQuestion['surveys']): Float64Array {
  const pods = groups.slice(0, -1).some(({ name }) => surveys.has(name))
  const logs = Float64Array.from(drawn, ({ member, shares }) => {
    let sum = 0
    for (const [g, { name, people }] of groups.entries()) {
      const survey = surveys.get(name)
      // The clinic's answers are those of its pods: counted once.
      if (survey === undefined || (g === groups.length - 1 && pods)) continue
      const unanswered = Math.max(0, 1 - survey.answers / Math.max(people, survey.answers))
      const share = logistic(logit(shares[g]!) - member.silent * unanswered)
      sum += survey.burnedOut * portableLog(share) + (survey.answers - survey.burnedOut) * portableLog(1 - share)
    }
    return sum
  })
  const most = logs.reduce((best, each) => Math.max(best, each), Number.NEGATIVE_INFINITY)
  return logs.map((each) => portableExp(each - most))
}

const clamp = (share: number) => Math.min(1 - 1e-9, Math.max(1e-9, share))
const logit = (share: number) => portableLog(clamp(share) / (1 - clamp(share)))
const logistic = (x: number) => clamp(1 / (1 + portableExp(-x)))
