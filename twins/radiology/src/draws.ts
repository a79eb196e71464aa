import type { Belief, TwinContext } from '@counterpart/kernel'
import { membersOf } from '@counterpart/kernel'
import { dayShape } from './demand.ts'
import type { ExamKind } from './exam.ts'
import { type DelayName, delayNames, delayPriors, kindFactor, noTally, type Tally, unbookedKinds } from './learned.ts'
import { departmentIn, type Memory, memoryOf } from './memory.ts'
import { ensembleSize, variables } from './variables.ts'

/** A log-normal law of minutes, by the mean and deviation of the logarithm. */
export interface LogLaw {
  readonly centre: number
  readonly spread: number
}

/** What a normal–inverse-χ² prior says: its mean is worth `n` observations, its deviation `freedom`. */
interface NormalPrior {
  readonly mean: number
  readonly n: number
  readonly spread: number
  readonly freedom: number
}

const scanSpread = { spread: 0.24, freedom: 12 }
/** Standard deviation, over departments, of ln(actual/planned) of all protocols; and of one protocol about its department's. */
const paceSpread = 0.15
const punctualityPrior: NormalPrior = { mean: -12, n: 5, spread: 15, freedom: 8 }
const showPrior = { kept: 28.5, missed: 1.5 }
const readingPrior = { reports: 20, minutesEach: 12 }
const failurePrior = { count: 1, hours: 400 }

/** Standard normals of the members, one set for each name, the same at all times: beliefs move smoothly. */
export function memberNormals(context: TwinContext, ...names: readonly (string | number)[]): Float64Array {
  const z = new Float64Array(ensembleSize)
  context.random('member', ...names).fillNormal(z)
  return z
}

/** Gamma with unit scale, by Wilson and Hilferty's cube of a normal (PNAS 1931;17:684); small shapes by boosting. */
export function gammaAt(shape: number, z: number): number {
  if (shape < 1) return (gammaAt(shape + 1, z) * shape) / (shape + 1)
  const c = 1 / (9 * shape)
  const root = Math.max(1e-3, 1 - c + z * Math.sqrt(c))
  return shape * root * root * root
}

function posterior(prior: NormalPrior, { n, sum, squares }: Tally) {
  const k = prior.n + n
  const mean = (prior.n * prior.mean + sum) / k
  const centre = n > 0 ? sum / n : prior.mean
  const within = Math.max(0, squares - n * centre * centre)
  const between = n > 0 ? ((prior.n * n) / k) * (centre - prior.mean) ** 2 : 0
  const freedom = prior.freedom + n
  return { mean, k, freedom, variance: (prior.freedom * prior.spread ** 2 + within + between) / freedom }
}

/** Draws of the law of one member, at two standard normals. */
function lawFrom(prior: NormalPrior, tally: Tally): (z: number, w: number) => LogLaw {
  const { mean, k, freedom, variance } = posterior(prior, tally)
  const [scale, per] = [variance * freedom, 1 / Math.sqrt(k)]
  return (z, w) => {
    const spread = Math.sqrt(scale / (2 * gammaAt(freedom / 2, w)))
    return { centre: mean + spread * z * per, spread }
  }
}

const delayPrior = (name: DelayName): NormalPrior => ({
  mean: Math.log(delayPriors[name].median),
  n: 3,
  spread: delayPriors[name].spread,
  freedom: 6,
})

const meanScanVariance = (memory: Memory): number =>
  posterior(
    { mean: 0, n: 1e-9, ...scanSpread },
    Object.values(memory.learned.scans).reduce<Tally>(
      (all, { n, sum, squares }) => ({
        n: all.n + n,
        sum: 0,
        squares: all.squares + squares - (sum * sum) / Math.max(1, n),
      }),
      noTally,
    ),
  ).variance

/** The members of every variable, in the order of {@link variables}. */
export function drawEnsemble(memory: Memory, context: TwinContext): Float64Array {
  const values = new Float64Array(variables.length * ensembleSize)
  const { learned } = memory
  const scanVariance = meanScanVariance(memory)
  let [precision, weighted] = [1 / paceSpread ** 2, 0]
  for (const { n, sum } of Object.values(learned.scans)) {
    const own = 1 / (paceSpread ** 2 + scanVariance / n)
    precision += own
    weighted += (own * sum) / n
  }
  const punctuality = lawFrom(punctualityPrior, learned.punctuality)
  const of: Record<string, (z: number, w: number) => number> = {
    'scan-pace': (z) => Math.exp(weighted / precision + z / Math.sqrt(precision)),
    'no-show': (z, w) => {
      const missed = gammaAt(showPrior.missed + learned.appointments.missed, z)
      return (100 * missed) / (missed + gammaAt(showPrior.kept + learned.appointments.kept, w))
    },
    punctuality: (z, w) => punctuality(z, w).centre,
    'reading-time': (z) =>
      (readingPrior.reports * readingPrior.minutesEach + learned.reading.minutes) /
      gammaAt(readingPrior.reports + learned.reading.reports, z),
    'failure-interval': (z) =>
      (failurePrior.hours + learned.breakdowns.hours) / gammaAt(failurePrior.count + learned.breakdowns.count, z),
  }
  for (const name of delayNames) {
    const law = lawFrom(delayPrior(name), learned.delays[name])
    of[name] = (z, w) => Math.exp(law(z, w).centre)
  }
  for (const kind of unbookedKinds)
    of[`${kind}-demand`] = (z) =>
      gammaAt(dayShape + learned.today.came[kind], z) / (dayShape + learned.today.expected[kind])
  for (const [v, { name }] of variables.entries()) {
    const [z, w] = [memberNormals(context, name), memberNormals(context, name, 'spread')]
    for (let m = 0; m < ensembleSize; m++) values[v * ensembleSize + m] = of[name]!(z[m]!, w[m]!)
  }
  return values
}

/** What one member of a belief holds of every duration and habit. */
export interface Laws {
  scan(protocol: string, kind: ExamKind): LogLaw
  delay(name: DelayName): LogLaw
  /** Probability. */
  readonly noShow: number
  /** Minutes after the appointment: normal. */
  readonly punctuality: LogLaw
  readonly readingMinutes: number
  readonly failuresPerHour: number
  readonly demand: Readonly<Record<(typeof unbookedKinds)[number], number>>
}

/** The laws of every member. */
export function lawsOf(belief: Belief, context: TwinContext): readonly Laws[] {
  const memory = memoryOf(belief)
  const members = (name: string) => membersOf(belief.ensemble, name)
  const pace = members('scan-pace')
  const [noShow, punctuality, reading, failure] = ['no-show', 'punctuality', 'reading-time', 'failure-interval'].map(
    members,
  )
  const demand = unbookedKinds.map((kind) => [kind, members(`${kind}-demand`)] as const)
  const punctualitySpread = memberNormals(context, 'punctuality', 'spread')
  const punctual = lawFrom(punctualityPrior, memory.learned.punctuality)
  const delays = new Map(
    delayNames.map((name) => [
      name,
      {
        medians: members(name),
        w: memberNormals(context, name, 'spread'),
        law: lawFrom(delayPrior(name), memory.learned.delays[name]),
      },
    ]),
  )
  const protocols = new Map(
    departmentIn(memory).layout.protocols.map(({ code, minutes }) => [
      code,
      {
        minutes,
        tally: memory.learned.scans[code] ?? noTally,
        z: memberNormals(context, 'protocol', code),
        w: memberNormals(context, 'protocol', code, 'spread'),
      },
    ]),
  )
  return Array.from({ length: belief.ensemble.size }, (_, m): Laws => {
    const scans = new Map<string, LogLaw>()
    for (const [code, { minutes, tally, z, w }] of protocols) {
      // The protocol's own ratio about the department's: worth as many exams as the two variances say.
      const n = scanSpread.spread ** 2 / paceSpread ** 2
      const law = lawFrom({ mean: Math.log(pace[m]!), n, ...scanSpread }, tally)(z[m]!, w[m]!)
      scans.set(code, { centre: law.centre + Math.log(minutes), spread: law.spread })
    }
    return {
      scan: (protocol, kind) => {
        const { centre, spread } = scans.get(protocol)!
        return { centre: centre + Math.log(kindFactor[kind]), spread }
      },
      delay: (name) => {
        const { medians, w, law } = delays.get(name)!
        return { centre: Math.log(medians[m]!), spread: law(0, w[m]!).spread }
      },
      noShow: noShow![m]! / 100,
      punctuality: {
        centre: punctuality![m]!,
        spread: punctual(0, punctualitySpread[m]!).spread,
      },
      readingMinutes: reading![m]!,
      failuresPerHour: 1 / failure![m]!,
      demand: Object.fromEntries(demand.map(([kind, values]) => [kind, values[m]!])) as Laws['demand'],
    }
  })
}
