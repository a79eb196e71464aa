import {
  cardiovascular,
  circulationOf,
  effectsOfTreatments,
  type Physiology,
  physiologyNames,
  priorVariables,
  returnTime,
  unmodelled,
  unmodelledSpread,
} from '@counterpart/cardiovascular'
import { limitCycle } from '@counterpart/circulation'
import {
  type Belief,
  carryOn,
  crpsOfEnsemble,
  errorStandardDeviation,
  hour,
  type Instant,
  measuredMembers,
  membersOf,
  minute,
  type Observation,
  type Treatment,
  type TwinContext,
} from '@counterpart/kernel'
import { quantiles, type RandomStream, randomStream, wilsonInterval } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'

/** What is so in the simulated world that the twin does not know. */
export interface World {
  readonly name: string
  /** Multiplies the speed at which the hidden parameters wander. */
  readonly drift?: number
  /** Standard deviation of the logarithm of parameters that the twin takes as fixed; left out: what the twin allows for. */
  readonly structure?: number
  /** Share of pressure readings that are wrong altogether. */
  readonly failingCuff?: number
  /** Added to every pressure reading, mmHg. */
  readonly cuffOffset?: number
  /** Multiplies the effect of every drug. */
  readonly potency?: number
}

export const matched: World = { name: 'as the twin assumes' }
export const mismatched: readonly World[] = [
  { name: 'another heart (unmodelled parameters differ twice as much)', structure: 2 * unmodelledSpread },
  { name: 'parameters wander twice as fast', drift: 2 },
  { name: 'one pressure reading in twenty is wrong', failingCuff: 0.05 },
  { name: 'cuff reads 8 mmHg too high', cuffOffset: 8 },
  { name: 'drugs act half as strongly again', potency: 1.5 },
]

const patients = 50
const length = 24 * hour
const coverageAt = [1 * hour, 6 * hour, 24 * hour] as const
const horizons = [15 * minute, hour, 4 * hour] as const
const forecastEvery = 3 * hour
const scored = ['heart-rate', 'systolic-blood-pressure', 'diastolic-blood-pressure', 'mean-blood-pressure'] as const
type Scored = (typeof scored)[number]

/** Measured values of the scored channels over a day, per patient, and what the twin said of them. */
export interface Cohort {
  /** Per parameter and time of judgement: how many patients' true value lay in the 90 % interval. */
  readonly covered: Readonly<Record<string, readonly number[]>>
  readonly patients: number
  /** Per quantity and horizon: forecasts with what was then measured. */
  readonly forecasts: readonly ScoredForecast[]
  readonly assimilateMilliseconds: readonly number[]
}

interface ScoredForecast {
  readonly quantity: Scored
  readonly horizon: number
  readonly crps: number
  readonly last: number
  readonly then: number
  readonly within90: boolean
}

/** A simulated patient: what was measured, what was given, and what the parameters truly were. */
export interface HiddenPatient {
  readonly treatments: readonly Treatment[]
  readonly observations: ReadonlyMap<Instant, readonly Observation[]>
  readonly truth: ReadonlyMap<Instant, Physiology>
}

export function simulateCohort(cohort: string, size: number, world: World): readonly HiddenPatient[] {
  return Array.from({ length: size }, (_, patient) =>
    hiddenPatient(randomStream('belief-validation', cohort, world.name, patient), world),
  )
}

/** Follows hidden patients with the twin, which sees the measurements and the treatments only. */
export function followCohort(cohort: string, hidden: readonly HiddenPatient[]): Cohort {
  const covered = Object.fromEntries(physiologyNames.map((name) => [name, coverageAt.map(() => 0)])) as Record<
    string,
    number[]
  >
  const forecasts: ScoredForecast[] = []
  const assimilateMilliseconds: number[] = []
  for (const [patient, truth] of hidden.entries()) {
    const random = (...names: readonly (string | number)[]) => randomStream('twin', cohort, patient, ...names)
    const context = (at: Instant): TwinContext => ({ random, treatments: truth.treatments.filter((t) => t.from <= at) })
    let belief: Belief = cardiovascular.begin({ id: `patient/${patient}`, kind: 'patient' }, 0, {}, context(0))
    const measured = truth.observations
    for (const [at, observations] of measured) {
      const start = performance.now()
      belief = cardiovascular.assimilate(belief, at, observations, context(at))
      assimilateMilliseconds.push(performance.now() - start)
      const judgement = coverageAt.indexOf(at as (typeof coverageAt)[number])
      if (judgement >= 0)
        for (const name of physiologyNames) {
          const [low, high] = quantiles(membersOf(belief.ensemble, name), [0.05, 0.95]) as unknown as [number, number]
          const value = truth.truth.get(at)![name]
          if (value >= low && value <= high) covered[name]![judgement]!++
        }
      if (at % forecastEvery === 0 && at > 0 && at < length)
        forecasts.push(...scoreForecasts(belief, at, measured, context(at), random))
    }
  }
  return { covered, patients: hidden.length, forecasts, assimilateMilliseconds }
}

export function runCohort(cohort: string, size: number, world: World): Cohort {
  return followCohort(cohort, simulateCohort(cohort, size, world))
}

function scoreForecasts(
  belief: Belief,
  at: Instant,
  measured: ReadonlyMap<Instant, readonly Observation[]>,
  context: TwinContext,
  random: (...names: readonly (string | number)[]) => RandomStream,
): ScoredForecast[] {
  const due = horizons.filter((horizon) => measured.has(at + horizon))
  const forecast = cardiovascular.forecast(
    belief,
    carryOn,
    due.map((horizon) => at + horizon),
    context,
  )
  return scored.flatMap((quantity) => {
    const last = measuredIn(measured.get(at), quantity)
    const channel = cardiovascular.channels.find((c) => c.name === quantity)!
    if (last === undefined) return []
    return due.flatMap((horizon, t) => {
      const then = measuredIn(measured.get(at + horizon), quantity)
      if (then === undefined) return []
      const members = forecast.quantities[quantity]!.members.subarray(t * forecast.size, (t + 1) * forecast.size)
      const expected = measuredMembers(members, channel.error, random('measured', quantity, at, horizon))
      const [low, high] = quantiles(expected, [0.05, 0.95]) as unknown as [number, number]
      return [
        {
          quantity,
          horizon,
          crps: crpsOfEnsemble(expected, forecast.weights, then),
          last,
          then,
          within90: then >= low && then <= high,
        },
      ]
    })
  })
}

function measuredIn(observations: readonly Observation[] | undefined, channel: string): number | undefined {
  return observations?.find((observation) => observation.channel === channel)?.value ?? undefined
}

/** A patient nobody sees: parameters that wander, a circulation that is integrated, instruments that err. */
function hiddenPatient(stream: RandomStream, world: World): HiddenPatient {
  const { drift = 1, structure = unmodelledSpread, failingCuff = 0, cuffOffset = 0, potency = 1 } = world
  const variables = priorVariables
  const log = variables.map(({ median, standardDeviation, scale }) => {
    const middle = scale === 'log' ? Math.log(median) : median
    return { middle, now: middle + standardDeviation * stream.normal() }
  })
  const outer = (v: number) => (variables[v]!.scale === 'log' ? Math.exp(log[v]!.now) : log[v]!.now)
  const named = (name: string) => outer(variables.findIndex((v) => v.name === name))
  const build = Object.fromEntries(unmodelled.map((name) => [name, Math.exp(structure * stream.normal())]))
  const treatments = stream.uniform() < 0.5 ? [plannedTreatment(stream)] : []
  const responses = Object.fromEntries(
    cardiovascular.interventions.map(({ name }) => [name, potency * named(`response-${name}`)]),
  )
  const trajectory = new Map<Instant, Physiology>()
  const observations = new Map<Instant, Observation[]>()
  const wearable = stream.uniform() < 0.5
  for (let at = 0; at <= length; at += 5 * minute) {
    if (at > 0)
      for (const [v, variable] of variables.entries()) {
        const time = returnTime(variable) / drift ** 2
        const keep = Math.exp((-5 * minute) / time)
        const step = variable.standardDeviation * Math.sqrt(1 - keep ** 2)
        log[v]!.now = log[v]!.middle + keep * (log[v]!.now - log[v]!.middle) + step * stream.normal()
      }
    const own = Object.fromEntries(physiologyNames.map((name) => [name, named(name)])) as unknown as Physiology
    trajectory.set(at, own)
    const effects = effectsOfTreatments(treatments, at, responses)
    const now = Object.fromEntries(
      physiologyNames.map((name) => [name, own[name] * effects[name].factor + effects[name].added]),
    ) as unknown as Physiology
    const seen: Observation[] = []
    const measure = (channel: string, value: number, factor = 1, protocol: 'hl7v2' | 'mqtt' = 'hl7v2') => {
      const { error, unit } = cardiovascular.channels.find((c) => c.name === channel)!
      const read = value + factor * errorStandardDeviation(error, value) * stream.normal()
      seen.push(observation(channel, read, unit, at, protocol))
    }
    measure('heart-rate', now['own-heart-rate'], wearable ? 5 / 3 : 2 / 3, wearable ? 'mqtt' : 'hl7v2')
    if (at % (15 * minute) === 0) {
      const { parameters, initial } = circulationOf(now, build)
      const cycle = limitCycle(parameters, { initial, method: 'fast' })
      const offset = named('pressure-bias') + cuffOffset
      const halfPulse = named('pulse-pressure-bias') / 2
      const pressures = [
        ['systolic-blood-pressure', cycle.systemicArtery.systolic + halfPulse],
        ['diastolic-blood-pressure', cycle.systemicArtery.diastolic - halfPulse],
        ['mean-blood-pressure', cycle.systemicArtery.mean],
      ] as const
      const fails = stream.uniform() < failingCuff
      for (const [channel, value] of pressures) {
        if (fails) measure(channel, value * (0.4 + 1.2 * stream.uniform()), 4 / 3)
        else measure(channel, value + offset, 4 / 3)
      }
      if (at === 30 * minute) {
        measure('left-ventricular-end-diastolic-volume', cycle.leftVentricle.endDiastolicVolume)
        measure('left-ventricular-end-systolic-volume', cycle.leftVentricle.endSystolicVolume)
      }
    }
    observations.set(at, seen)
  }
  return { treatments, observations, truth: trajectory }
}

function plannedTreatment(stream: RandomStream): Treatment {
  const intervention = cardiovascular.interventions[stream.integer(cardiovascular.interventions.length)]!
  const from = (4 + stream.integer(10)) * hour
  const lasting = intervention.name === 'vasodilator' || intervention.name === 'inotrope'
  return {
    id: 'treatment',
    version: from,
    intervention: intervention.name,
    dose: intervention.dose.usual,
    from,
    ...(lasting ? { until: from + 6 * hour } : {}),
  }
}

function observation(
  channel: string,
  value: number,
  unit: string,
  at: Instant,
  protocol: 'hl7v2' | 'mqtt',
): Observation {
  return {
    id: `${channel}@${at}`,
    version: at,
    status: 'final',
    subject: 'patient/simulated',
    channel,
    code: { system: 'simulated', code: channel },
    value,
    unit,
    effective: at,
    source: { protocol, system: 'simulated' },
    quality: { score: 1, flags: [] },
  }
}

/** The table: coverage, and skill against "as last measured" as one number and dressed with the usual change. */
export async function validate(): Promise<Measurement[]> {
  // The changes that dress persistence come from other patients than those it is judged on.
  const other = runCohort('dressing', 20, matched)
  const cohort = runCohort('validation', patients, matched)
  const results = [...coverageTable(cohort), ...skillTable(cohort, other)]
  const times = [...cohort.assimilateMilliseconds].sort((a, b) => a - b)
  results.push({
    name: 'assimilate, median time of a call',
    value: Number(times[times.length >> 1]!.toFixed(3)),
    unit: 'ms',
    target: '≤ 1 ms',
    met: times[times.length >> 1]! <= 1,
    note: `95th percentile ${times[Math.floor(0.95 * times.length)]!.toFixed(2)} ms`,
  })
  for (const world of mismatched) {
    const { covered, patients: size, forecasts } = runCohort('mismatch', 25, world)
    const hits = physiologyNames.reduce((sum, name) => sum + covered[name]!.at(-1)!, 0)
    const inside = forecasts.filter((f) => f.within90).length / forecasts.length
    results.push({
      name: `mismatch, ${world.name}: coverage of 90 % intervals, all parameters, after 24 h`,
      value: Number(((100 * hits) / (size * physiologyNames.length)).toFixed(1)),
      unit: '%',
      note: `forecasts of measurements: ${(100 * inside).toFixed(1)} % inside 90 % intervals; per parameter ${physiologyNames.map((name) => `${name} ${((100 * covered[name]!.at(-1)!) / size).toFixed(0)}`).join(', ')}`,
    })
  }
  return results
}

export function coverageTable({ covered, patients: size }: Cohort): Measurement[] {
  return coverageAt.flatMap((at, j) => {
    const row = (name: string, hits: number, cases: number, judged: boolean): Measurement => {
      const { low, high } = wilsonInterval(hits, cases)
      const share = hits / cases
      return {
        name: `coverage of 90 % intervals after ${at / hour} h: ${name}`,
        value: Number((100 * share).toFixed(1)),
        unit: '%',
        ...(judged ? { target: '85 to 95 %', met: share >= 0.85 && share <= 0.95 } : {}),
        note: `${hits} of ${cases}; 95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`,
      }
    }
    const total = physiologyNames.reduce((sum, name) => sum + covered[name]![j]!, 0)
    return [
      ...physiologyNames.map((name) => row(name, covered[name]![j]!, size, false)),
      row('all parameters', total, size * physiologyNames.length, true),
    ]
  })
}

export function skillTable({ forecasts }: Cohort, other: Cohort): Measurement[] {
  return scored.flatMap((quantity) =>
    horizons.map((horizon): Measurement => {
      const ours = forecasts.filter((f) => f.quantity === quantity && f.horizon === horizon)
      const changes = other.forecasts
        .filter((f) => f.quantity === quantity && f.horizon === horizon)
        .map((f) => f.then - f.last)
      const equal = new Float64Array(changes.length).fill(1 / changes.length)
      const mean = (of: (f: (typeof ours)[number]) => number) => ours.reduce((sum, f) => sum + of(f), 0) / ours.length
      const crps = mean((f) => f.crps)
      const point = mean((f) => Math.abs(f.then - f.last))
      const dressed = mean((f) =>
        crpsOfEnsemble(
          changes.map((change) => f.last + change),
          equal,
          f.then,
        ),
      )
      const inside = ours.filter((f) => f.within90).length / ours.length
      return {
        name: `CRPS skill against persistence: ${quantity}, ${horizon / minute} min`,
        value: Number((1 - crps / dressed).toFixed(3)),
        unit: '1',
        target: '> 0 against the dressed one',
        met: crps < dressed && crps < point,
        note: `CRPS ${crps.toFixed(2)}, dressed persistence ${dressed.toFixed(2)}, point persistence ${point.toFixed(2)}; ${ours.length} forecasts, ${(100 * inside).toFixed(0)} % of measurements inside 90 %`,
      }
    }),
  )
}

if (import.meta.main) console.table((await validate()).map(({ target: _, ...row }) => row))
