// The emergency-department twin goes blind for an hour: what its forecasts lose by it on a simulated hospital, whether its
// intervals know, and whether the messages that come afterwards heal it entirely.
import { emergencyDepartment } from '@counterpart/emergency-department'
import {
  type Belief,
  carryOn,
  crpsOfEnsemble,
  day,
  type Fact,
  hour,
  type Instant,
  minute,
  type Subject,
  TwinLoop,
} from '@counterpart/kernel'
import { quantiles, wilsonInterval } from '@counterpart/numerics'
import { Chronicle, observationsOf, simulateEmergency } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'

// For judging only, as in the other validations.
const seeds = ['judged-61', 'judged-62']
const learningDays = 14
const judgedDays = 10
/** Not a divisor of a day, so that outages begin at every hour of it. */
const betweenOutages = 7 * hour
const blindFor = hour
/** After the end of the outage. */
const horizons = [0.25, 1, 2, 4].map((each) => each * hour)
const names = ['present', 'waiting'] as const
const start = Date.UTC(2026, 0, 5)
const subject: Subject = { id: 'department/judged', kind: 'department' }
const definition = emergencyDepartment

interface Scored {
  readonly crps: number
  readonly inside: boolean
  readonly error: number
}

interface Outage {
  /** By quantity and horizon: with all messages, without those of the hour, and from before it. */
  readonly scores: Readonly<
    Record<string, { readonly informed: Scored; readonly blind: Scored; readonly before: Scored }>
  >
  /** People counted wrongly at the end of the hour, with its messages missing. */
  readonly miscounted: number
  readonly healed: boolean
}

/** Follows the hospitals through outages; prints how far it is. */
export async function validate(): Promise<Measurement[]> {
  const outages = seeds.flatMap((seed) => {
    const found = follow(seed)
    console.log(`  ${seed}: ${found.length} outages`)
    return found
  })
  return rows(outages)
}

function follow(seed: string): Outage[] {
  const emergency = simulateEmergency({ seed, from: start })
  const chronicle = new Chronicle()
  const loop = new TwinLoop({ definition, subject })
  const learnt = start + learningDays * day
  const advance = (to: Instant): Fact[] => {
    const events = emergency.advance(to)
    chronicle.take(events)
    return observationsOf(events, subject.id as `department/${string}`, { vitalSigns: true }).map((observation) => ({
      kind: 'observation' as const,
      observation,
    }))
  }
  const hear = (facts: readonly Fact[]) => {
    const { failures } = loop.take(facts)
    if (failures.length > 0) throw failures[0]!.error
  }
  hear(advance(learnt))
  const waiting: {
    readonly at: Instant
    readonly informed: Forecasts
    readonly blind: Forecasts
    readonly before: Forecasts
    readonly rest: Omit<Outage, 'scores'>
  }[] = []
  for (let at = learnt + betweenOutages; at < learnt + judgedDays * day; at += betweenOutages) {
    hear(advance(at))
    const before = loop.checkpoint!
    const end = at + blindFor
    const missed = advance(end)
    hear(missed)
    const silent = definition.assimilate(before.belief, end, [], loop.contextAt(end))
    const informed = definition.assimilate(loop.belief!, end, [], loop.contextAt(end))
    const miscounted = Math.abs(definition.counted!(silent).present! - chronicle.census(end).present)
    const forecasts = {
      informed: forecastsFrom(informed, end, loop),
      blind: forecastsFrom(silent, end, loop),
      before: forecastsFrom(before.belief, end, loop),
    }
    // Messages flow again; a quarter of an hour later those of the outage come in.
    const healing = new TwinLoop({ definition, subject, checkpoint: before, memory: 10_000 })
    const later = advance(end + 15 * minute)
    hear(later)
    healing.take(later)
    healing.take(missed)
    const healed = JSON.stringify(healing.belief) === JSON.stringify(loop.belief)
    waiting.push({ at: end, ...forecasts, rest: { miscounted, healed } })
  }
  // What was forecast comes true.
  advance(learnt + judgedDays * day + horizons.at(-1)!)
  return waiting.map(({ at, informed, blind, before, rest }) => ({
    ...rest,
    scores: Object.fromEntries(
      names.flatMap((name) =>
        horizons.map((horizon, h) => {
          const truth = chronicle.census(at + horizon)[name]
          return [
            `${name} ${horizon}`,
            {
              informed: scoreOf(informed, name, h, truth),
              blind: scoreOf(blind, name, h, truth),
              before: scoreOf(before, name, h, truth),
            },
          ]
        }),
      ),
    ),
  }))
}

/** Members by quantity, `[horizon * size + member]`. */
interface Forecasts {
  readonly size: number
  readonly weights: Float64Array
  readonly members: Readonly<Record<string, Float64Array>>
}

function forecastsFrom(belief: Belief, end: Instant, loop: TwinLoop): Forecasts {
  const times = horizons.map((horizon) => end + horizon)
  const { quantities, size, weights } = definition.forecast(belief, carryOn, times, loop.contextAt(belief.asOf))
  const members = Object.fromEntries(names.map((name) => [name, quantities[name]!.members]))
  return { size, weights, members }
}

function scoreOf({ size, weights, members }: Forecasts, name: string, h: number, truth: number): Scored {
  const sample = members[name]!.subarray(h * size, (h + 1) * size)
  const [low, high] = quantiles(sample, [0.05, 0.95], weights)
  const mean = sample.reduce((sum, each) => sum + each, 0) / size
  return {
    crps: crpsOfEnsemble(sample, weights, truth),
    inside: truth >= low! - 1e-9 && truth <= high! + 1e-9,
    error: Math.abs(mean - truth),
  }
}

function rows(outages: readonly Outage[]): Measurement[] {
  const mean = (of: (outage: Outage) => number) => outages.reduce((sum, outage) => sum + of(outage), 0) / outages.length
  const healed = outages.filter((outage) => outage.healed).length
  return [
    {
      name: 'the twin after late messages is, to the bit, the twin that missed none',
      value: `${healed} of ${outages.length}`,
      unit: 'outages',
      target: 'all',
      met: healed === outages.length,
      note: 'the hour’s messages come a quarter of an hour after its end, after newer ones',
    },
    {
      name: 'people counted wrongly at the end of the hour, its messages missing',
      value: Number(mean(({ miscounted }) => miscounted).toFixed(1)),
      unit: '1',
    },
    ...names.flatMap((name) => {
      const all = outages.length * horizons.length
      const inside = (kind: 'informed' | 'blind' | 'before') =>
        horizons.reduce(
          (sum, horizon) => sum + outages.filter(({ scores }) => scores[`${name} ${horizon}`]![kind].inside).length,
          0,
        )
      const held = wilsonInterval(inside('blind'), all)
      const percent = (count: number) => `${((100 * count) / all).toFixed(1)} %`
      return [
        ...horizons.map((horizon): Measurement => {
          const of = (read: (each: Outage['scores'][string]) => number) =>
            mean(({ scores }) => read(scores[`${name} ${horizon}`]!))
          const crps = {
            informed: of((each) => each.informed.crps),
            blind: of((each) => each.blind.crps),
            before: of((each) => each.before.crps),
          }
          return {
            name: `${name}, ${horizon / hour} h after the outage: CRPS made blind, against made with its messages`,
            value: Number((crps.blind / crps.informed).toFixed(2)),
            unit: '×',
            note: `CRPS ${crps.blind.toFixed(2)} and ${crps.informed.toFixed(2)}, made before the outage ${crps.before.toFixed(2)}; error of the mean ${of((each) => each.blind.error).toFixed(1)}, ${of((each) => each.informed.error).toFixed(1)} and ${of((each) => each.before.error).toFixed(1)} people`,
          }
        }),
        {
          name: `${name}: 90 % intervals made blind that held the truth`,
          value: Number((100 * held.estimate).toFixed(1)),
          unit: '%',
          target: '85 to 97 %',
          met: held.estimate >= 0.85 && held.estimate <= 0.97,
          note: `${inside('blind')} of ${all}, not independent; with the hour’s messages ${percent(inside('informed'))}, made before the outage ${percent(inside('before'))}`,
        },
      ]
    }),
  ]
}
