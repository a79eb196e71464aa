import type { Belief, CalendarDay, ProviderCode, TwinContext } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { fairRecordAt } from '../fairness/keep-judged.ts'
import { measuredWeek } from '../measured.ts'
import { type Clinic, clinicOf } from '../memory/clinic.ts'
import { mondayOf } from '../memory/rota.ts'
import { situationOf } from '../situation.ts'
import { rawWeeks } from '../weeks.ts'
import { at, weekWidth } from '../work/figures.ts'
import { type Verified, withErrors } from './correct.ts'
import { momentsOf, recalibration } from './recalibrate.ts'
import {
  horizons,
  type JudgedFigure,
  judgedFigures,
  keptAfterWeeks,
  onto,
  recordFutures,
  type TrackRecord,
} from './record.ts'

/** A week of which less is there is not what a forecast is judged by. */
const leastComplete = 0.95

/** The record as a new week begins: what came true last week is judged, and forecasts of the next weeks are kept. */
export function recordAt(belief: Belief, context: TwinContext): TrackRecord {
  const clinic = clinicOf(belief)
  const { record, layout } = clinic
  const civil = civilTime(layout.timeZone)
  const monday = mondayOf(civil, civil.dayOf(belief.asOf))
  if (record.last === monday) return record
  const treatments = treatmentsOf(context)
  const judged = judgedOf(clinic, record, civil.dayAfter(monday, -7), treatments)
  const kept = { ...judged, last: monday }
  if (weeksHeard(clinic) < keptAfterWeeks) return kept
  const situation = situationOf(belief, context, { weeks: horizons })
  const figures = rawWeeks(situation, context.treatments, recordFutures)
  const people: Record<ProviderCode, number[]> = {}
  for (const [p, { provider }] of situation.plan.providers.entries())
    people[provider] = Array.from({ length: horizons }, (_, w) =>
      judgedFigures.flatMap((figure) => {
        const { mean, variance } = momentsOf(figures, (p * horizons + w) * weekWidth + at[figure])
        return [round(mean), round(variance)]
      }),
    ).flat()
  // What people are told is moved by what was learnt of errors, so that is what is judged for fairness.
  const move = recalibration(situation, figures)
  const moved = figures.map((out) => out.slice())
  for (const out of moved) move(out)
  return {
    ...kept,
    awaited: { ...kept.awaited, [monday]: { treatments, people } },
    fair: fairRecordAt(record.fair, clinic, situation, moved, monday),
  }
}

const round = (value: number) => Math.round(value * 1e4) / 1e4

/** Which treatments have begun, in few letters. */
const treatmentsOf = ({ treatments }: TwinContext): string => `${treatments.length} ${treatments.at(-1)?.id ?? ''}`

function weeksHeard(clinic: Clinic): number {
  const days = new Set(Object.values(clinic.people).flatMap(({ days: logs }) => Object.keys(logs)))
  return days.size / 7
}

/** The record with the week that has ended judged: what each person's forecasts of it said, and what it was. */
function judgedOf(clinic: Clinic, record: TrackRecord, week: CalendarDay, treatments: string): TrackRecord {
  const civil = civilTime(clinic.layout.timeZone)
  const verified = Object.fromEntries(judgedFigures.map((figure) => [figure, [] as Verified[]])) as Record<
    JudgedFigure,
    Verified[]
  >
  for (const { provider } of clinic.layout.providers) {
    const truth = measuredWeek(clinic, provider, week)
    if (truth === null || truth.completeness < leastComplete || truth.away >= 0.99) continue
    for (let horizon = 0; horizon < horizons; horizon++) {
      const made = record.awaited[civil.dayAfter(week, -7 * horizon)]
      const forecast = made?.people[provider]
      if (!forecast || made.treatments !== treatments) continue
      for (const [f, figure] of judgedFigures.entries()) {
        const place = 2 * (horizon * judgedFigures.length + f)
        const value = truth.figures[figure]
        verified[figure].push({
          provider,
          horizon,
          mean: forecast[place]!,
          variance: forecast[place + 1]!,
          truth: onto(value),
        })
      }
    }
  }
  const oldest = civil.dayAfter(week, -7 * (horizons - 2))
  return {
    ...record,
    awaited: Object.fromEntries(Object.entries(record.awaited).filter(([made]) => made >= oldest)),
    errors: Object.fromEntries(
      judgedFigures.map((figure) => [figure, withErrors(record.errors[figure], verified[figure])]),
    ) as TrackRecord['errors'],
  }
}
