import type { Pathway } from '@counterpart/discrete'
import { type Moment, type QueueProblem, searchLineOrder, searchQueueRule } from '@counterpart/emergency-department'
import { day, hour } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedHospital } from './department-hospital.ts'

const judgedDays = 400

/**
 * Acuity mix, medians of treatment and hourly arrivals in the manner of ForecastED's department (N. R. Hoot et al., Ann
 * Emerg Med 52 (2008) 116–125), thinned to what its clinicians here can just see. How long care keeps a clinician, and that
 * a triage nurse can tell long from short, are assumptions: a third of the stay, and two kinds a factor of three apart.
 */
const mix = [0.007, 0.378, 0.442, 0.158, 0.014]
const medianCareMinutes = [80, 40, 28, 16, 11]
const patience = [1e6, 600, 360, 240, 180]
const perHour = [
  4.2, 3.5, 2.9, 2.3, 2, 2.1, 2.8, 4.4, 6.7, 8.9, 10, 10.3, 10.1, 9.8, 9.6, 9.4, 9.3, 9.1, 8.9, 8.6, 8, 7.2, 6.2, 5.2,
]

const kinds = mix.flatMap((share, i) =>
  (['short', 'long'] as const).map((length) => ({
    name: `acuity ${i + 1}, ${length}`,
    acuity: i + 1,
    share: share / 2,
    expectedMinutes: medianCareMinutes[i]! * (length === 'long' ? Math.sqrt(3) : 1 / Math.sqrt(3)),
    patience: patience[i]!,
  })),
)

/** A department whose load, by hour, is such that a line forms every afternoon. */
function department(scale: number): Pathway {
  return {
    name: 'a department in the manner of ForecastED',
    classes: kinds.map(({ name }) => ({ name })),
    sources: kinds.map(({ name, share }) => ({
      name,
      class: name,
      arrivals: { kind: 'rates', every: 60, rates: perHour.map((rate) => (rate * share * scale) / 60), repeat: true },
    })),
    resources: [
      {
        name: 'clinician',
        capacity: 3,
        schedule: [
          { at: 480, capacity: 6 },
          { at: 720, capacity: 7 },
          { at: 1320, capacity: 4 },
        ],
        repeatEvery: 1440,
      },
    ],
    steps: [
      { kind: 'delay', name: 'triage', duration: { kind: 'log-normal', mean: 8, standardDeviation: 5 } },
      {
        kind: 'activity',
        name: 'care',
        needs: { clinician: 1 },
        duration: {
          byClass: Object.fromEntries(
            kinds.map(({ name, expectedMinutes }) => [
              name,
              { kind: 'log-normal', mean: expectedMinutes * 1.1, standardDeviation: expectedMinutes * 0.5 },
            ]),
          ),
        },
        patience: {
          byClass: Object.fromEntries(kinds.map(({ name, patience: mean }) => [name, { kind: 'exponential', mean }])),
        },
      },
    ],
  }
}

/** Policy search for the order in which clinicians see people, judged on days it was not trained on. */
export async function validate(): Promise<Measurement[]> {
  return [...inModelDepartments(), ...inFollowedDepartment()]
}

/** The order for a department as its twin models it: what the search finds beside the orders that advice offers. */
function inFollowedDepartment(): Measurement[] {
  const start = Date.UTC(2026, 0, 5, 8)
  const hospital = new FollowedHospital({ seed: 'judged-61', from: start })
  const moments: Moment[] = []
  for (let d = 6; d < 12; d++)
    for (const at of [4, 8, 12]) {
      hospital.advance(start + d * day + at * hour)
      moments.push({ belief: hospital.belief, context: hospital.context })
    }
  const found = searchLineOrder(moments, { stream: randomStream('line order') })
  const spoken = (minutes: number) =>
    Number.isFinite(minutes) ? `a level of acuity counting as ${minutes.toFixed(0)} minutes waited` : 'strict priority'
  return [
    {
      name: 'a followed department: the order found',
      value: spoken(found.minutesPerLevel),
      unit: '',
      note: `${found.words}; trained from ${moments.length} moments of six days`,
    },
    ...found.against.map(({ minutesPerLevel, comparison }): Measurement => {
      const percent = (value: number) => Number(((100 * value) / comparison.baselineCost).toFixed(2))
      return {
        name: `a followed department: cost against ${minutesPerLevel === 0 ? 'first come first served' : spoken(minutesPerLevel)}`,
        value: percent(comparison.difference),
        unit: '%',
        target: '≤ 0, as far as chance tells',
        met: comparison.low <= 0,
        note: `95 % interval ${percent(comparison.low)} to ${percent(comparison.high)} over 100 paired futures of six hours`,
      }
    }),
  ]
}

function inModelDepartments(): Measurement[] {
  return (
    [
      ['crowded', 1],
      ['quiet', 0.6],
    ] as const
  ).flatMap(([name, scale]) => {
    const problem: QueueProblem = {
      pathway: department(scale),
      step: 'care',
      resources: ['clinician'],
      classes: kinds,
      from: 420,
      until: 2880,
    }
    const advice = searchQueueRule(problem, { stream: randomStream('queue policy', name), judged: judgedDays })
    const { outcome } = advice
    const told = (o: typeof outcome) =>
      `wait ${o.meanWait.toFixed(1)} min, of acuity 1–2 ${o.urgentWait.toFixed(1)} min, ${(100 * o.withinTarget).toFixed(1)} % within target, ${(100 * o.leftUnseen).toFixed(2)} % left unseen`
    return [
      {
        name: `${name}: the rule advised`,
        value: advice.words,
        unit: '',
        note: `${advice.kept === 'found' ? 'found by the search' : 'nothing found was better beyond chance'}; cost ${outcome.cost.toFixed(4)}; ${told(outcome)}`,
      },
      ...advice.against.map(({ name: baseline, comparison, outcome: theirs }): Measurement => {
        const percent = (value: number) => Number(((100 * value) / comparison.baselineCost).toFixed(2))
        return {
          name: `${name}: cost against ${baseline}`,
          value: percent(comparison.difference),
          unit: '%',
          target: '≤ 0',
          met: comparison.low <= 0,
          note: `95 % interval ${percent(comparison.low)} to ${percent(comparison.high)} over ${judgedDays} paired runs of two days; ${baseline}: ${told(theirs)}`,
        }
      }),
    ]
  })
}
