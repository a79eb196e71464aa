// Fairness of the provider-workload twin on simulated clinics, in which women really have more inbox work: do forecasts and
// flags hold as well in each group, is the load shown as it is, and would a twin that takes women's extra work away be found?
import { type ClinicProvider, carryOn, day, hour } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import {
  type FairnessReport,
  fairnessReport,
  type JudgedPeople,
  type JudgedWeeks,
  judgeWeek,
  notJudged,
  type PersonLoad,
  weeksOf,
} from '@counterpart/provider-workload'
import { overloadedIn, workOf } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedClinic } from './workload-clinic.ts'

// For judging only.
const seeds = ['fair-1', 'fair-2', 'fair-3', 'fair-4']
const start = Date.UTC(2025, 8, 1)
const size = { people: 52, learning: 10, judged: 10 }
/** Clinics drawn from the people of all, for how often a bias is found. */
const draws = 400

/** A person's week ahead: futures of work and of inbox hours beside what came. */
interface Week {
  readonly work: Float64Array
  readonly inbox: Float64Array
  readonly limit: Float64Array
  readonly came: { readonly work: number; readonly overloaded: boolean }
}

interface Followed {
  readonly provider: ClinicProvider
  readonly weeks: readonly Week[]
  readonly load: PersonLoad
}

export async function validate(): Promise<Measurement[]> {
  const people = seeds.flatMap((seed) => {
    const followed = follow(seed, size)
    console.log(`  ${seed} followed`)
    return followed
  })
  return [...asItIs(people), ...loadRows(people), ...power(people), together(people)]
}

/** Follows a clinic; forecasts are made each Monday morning for the week that begins. */
export function follow(seed: string, { people, learning, judged }: typeof size): readonly Followed[] {
  const clinic = new FollowedClinic({ seed, from: start, size: people })
  const made: { week: number; of: Map<string, Omit<Week, 'came'>> }[] = []
  for (let week = learning; week < learning + judged; week++) {
    clinic.advance(start + 7 * week * day + 6 * hour)
    const { situation, figures, places } = weeksOf(clinic.belief, carryOn, clinic.context, { weeks: 1 })
    const ratio = clinic.clinic.layout.overloadRatio
    // Inbox is the fifth activity of the week's figures.
    const inbox = places.ehr + 4
    made.push({
      week,
      of: new Map(
        situation.plan.providers.map(({ provider }, p) => {
          const of = (read: (figure: (place: number) => number) => number) =>
            Float64Array.from(figures, (out) => read((place) => out[p * situation.plan.weeks * places.width + place]!))
          return [
            provider,
            {
              work: of((figure) => figure(places.scheduled) + figure(places.outside)),
              inbox: of((figure) => figure(inbox)),
              limit: of((figure) => ratio * figure(places.contracted)),
            },
          ]
        }),
      ),
    })
  }
  clinic.advance(start + 7 * (learning + judged) * day + 6 * hour)
  const truth = Map.groupBy(clinic.ledger.weeks(clinic.clinic.now), ({ provider }) => provider)
  const { providers, overloadRatio } = clinic.clinic.layout
  return providers.map((provider): Followed => {
    const known = (truth.get(provider.provider) ?? []).slice(0, learning + judged)
    const sum = (of: (week: (typeof known)[number]) => number) => known.reduce((total, week) => total + of(week), 0)
    return {
      provider: { ...provider, provider: `${seed}/${provider.provider}`, pod: `${seed}/${provider.pod}` },
      weeks: made.flatMap(({ week, of }) => {
        const [forecast, came] = [of.get(provider.provider), known[week]]
        if (!forecast || !came || came.away >= 4.99) return []
        return [{ ...forecast, came: { work: workOf(came), overloaded: overloadedIn(came, overloadRatio) } }]
      }),
      load: {
        fullWeeks: sum(({ contracted }) => contracted) / 40,
        work: sum(workOf),
        inbox: sum(({ minutes }) => minutes.inbox) / 60,
        visits: sum(({ visits }) => visits),
      },
    }
  })
}

/** What comes of a person's forecasts when so much of the inbox hours of women is taken off them. */
function judgedOf({ provider, weeks }: Followed, takenOff: number): JudgedWeeks {
  const off = provider.sex === 'female' ? takenOff : 0
  return weeks.reduce((judged, { work, inbox, limit, came }) => {
    const hours = work.map((each, m) => each - off * inbox[m]!)
    const sorted = hours.toSorted()
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
    const ahead = {
      mean: hours.reduce((sum, each) => sum + each, 0) / hours.length,
      p05: at(0.05),
      p95: at(0.95),
      overload: hours.filter((each, m) => limit[m]! > 0 && each > limit[m]!).length / hours.length,
    }
    return judgeWeek(judged, ahead, came)
  }, notJudged)
}

function reportOf(people: readonly Followed[], takenOff: number): FairnessReport {
  const judged: JudgedPeople = Object.fromEntries(
    people.map((each) => [each.provider.provider, judgedOf(each, takenOff)]),
  )
  return reportWith(people, judged)
}

function reportWith(people: readonly Followed[], judged: JudgedPeople): FairnessReport {
  const layout = {
    name: 'all',
    timeZone: 'Europe/London',
    pods: [],
    providers: people.map(({ provider }) => provider),
    visitKinds: [],
    minimumCell: 5,
    overloadRatio: 1.375,
    practice: { teamInbox: false, refillProtocol: false, scribes: [] },
  }
  return fairnessReport(
    layout,
    judged,
    Object.fromEntries(people.map(({ provider, load }) => [provider.provider, load])),
  )
}

const percent = (x: number) => `${(100 * x).toFixed(1)} %`

/** Errors and flags of the twin as it is, in each group of the people of all clinics together. */
function asItIs(people: readonly Followed[]): Measurement[] {
  const { groups, weeks } = reportOf(people, 0)
  return groups.flatMap(({ name, heading, label, n, figures, differs, suppressed }): Measurement[] => {
    if (suppressed || !figures.error)
      return [{ name: `${heading}, ${label}`, value: suppressed ?? 'nothing', unit: '' }]
    const { error, coverage, calibration, flagged, overloaded, missed, precision, unexplained } = figures
    const between = (of: { estimate: number; low: number; high: number } | undefined, digits = 1) =>
      of
        ? `${(100 * of.estimate).toFixed(digits)} (${(100 * of.low).toFixed(digits)} to ${(100 * of.high).toFixed(digits)})`
        : 'none'
    return [
      {
        name: `${heading}, ${label}: mean error of work a week ahead`,
        value: error.estimate.toFixed(2),
        unit: 'h',
        target: 'not otherwise than others’ (at 1 in 100)',
        met: !differs.includes('error'),
        note: `90 % interval ${error.low.toFixed(2)} to ${error.high.toFixed(2)}; ${n} people of ${weeks} weeks`,
      },
      {
        name: `${heading}, ${label}: weeks within the 90 % interval`,
        value: between(coverage),
        unit: '%',
        target: '85 to 95 within the interval’s reach',
        met: coverage !== undefined && coverage.high >= 0.85 && coverage.low <= 0.95,
      },
      {
        name: `${heading}, ${label}: overload beyond its chance`,
        value: between(calibration),
        unit: '%',
        target: 'not otherwise than others’ (at 1 in 100)',
        met: !differs.includes('calibration'),
        note: `overloaded ${between(overloaded, 0)}, flagged ${between(flagged, 0)}, missed ${between(missed, 0)}, flags right ${between(precision, 0)}; flags that load does not explain ${between(unexplained)}; (${name})`,
      },
    ]
  })
}

/** Load by sex as it is: women’s inbox hours beside those of men with the same panel and visits. */
function loadRows(people: readonly Followed[]): Measurement[] {
  const women = reportOf(people, 0).groups.find(({ name }) => name === 'female')!.figures
  const men = reportOf(people, 0).groups.find(({ name }) => name === 'male')!.figures
  const adjusted = women['inbox-adjusted']!
  const share = (x: number) => `${(x / men.inbox!.estimate).toFixed(2)}`
  return [
    {
      name: 'Inbox hours of women beside others with the same panel and visits',
      value: adjusted.estimate.toFixed(2),
      unit: 'h/wk',
      target: 'shown: interval above 0, with 1.2 × (Rittenberg 2022) in it',
      met: adjusted.low > 0 && adjusted.low / men.inbox!.estimate <= 0.2 && adjusted.high / men.inbox!.estimate >= 0.2,
      note: `90 % interval ${adjusted.low.toFixed(2)} to ${adjusted.high.toFixed(2)}; as a share of men’s ${men.inbox!.estimate.toFixed(2)} h: ${share(adjusted.estimate)} (${share(adjusted.low)} to ${share(adjusted.high)})`,
    },
  ]
}

/** How often one clinic’s report finds a twin that takes women’s extra inbox hours away, and cries out without reason. */
function power(people: readonly Followed[]): Measurement[] {
  const extra = 1 - 1 / 1.2
  return [
    { name: 'without a bias', off: 0, target: '≤ 5 %', met: (found: number) => found <= 0.05 },
    { name: 'half of the extra inbox hours taken off', off: extra / 2 },
    { name: 'all of the extra inbox hours taken off', off: extra },
    { name: 'twice the extra inbox hours taken off', off: 2 * extra },
  ].map(({ name, off, target, met }): Measurement => {
    const stream = randomStream('workload-fairness', 'draws')
    const judged = people.map((each) => judgedOf(each, off))
    let found = 0
    for (let draw = 0; draw < draws; draw++) {
      const drawn = Array.from({ length: size.people }, () => stream.integer(people.length))
      const report = reportWith(
        drawn.map((p, i) => ({ ...people[p]!, provider: { ...people[p]!.provider, provider: `d${i}` } })),
        Object.fromEntries(drawn.map((p, i) => [`d${i}`, judged[p]!])),
      )
      if (isFound(report)) found++
    }
    const share = found / draws
    return {
      name: `Twin found to serve women otherwise in ${size.judged} weeks of one clinic: ${name}`,
      value: percent(share),
      unit: '',
      ...(target && met ? { target, met: met(share) } : {}),
      note: `of ${draws} clinics of ${size.people} people drawn from ${people.length}`,
    }
  })
}

const isFound = ({ groups }: FairnessReport) =>
  groups.some(
    ({ name, differs }) => name === 'female' && differs.some((what) => what === 'error' || what === 'calibration'),
  )

/** The same bias in the people of all clinics together. */
function together(people: readonly Followed[]): Measurement {
  const found = isFound(reportOf(people, 1 - 1 / 1.2))
  return {
    name: `Twin found to serve women otherwise in ${size.judged} weeks of all ${people.length} people: all of the extra inbox hours taken off`,
    value: found ? 'yes' : 'no',
    unit: '',
    target: 'yes',
    met: found,
  }
}
