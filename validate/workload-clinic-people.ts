// Burnout of the simulated clinic's people beside what logs and surveys were found to tell of it; and the log that they leave,
// read by the engine that measures logs.
import { day, type ProviderCode } from '@counterpart/kernel'
import { AuditLog, auditLogHeader, ClinicLedger, loginsOf, simulateClinic, workOf } from '@counterpart/sandbox'
import { readLog } from '@counterpart/worklog'
import type { Measurement } from '../scripts/measure.ts'
import { areaUnderCurve, coefficient, type Estimate } from './workload-clinic-statistics.ts'

const from = Date.UTC(2025, 0, 6)
const weeks = 52
const seeds = ['judged-people-0', 'judged-people-1', 'judged-people-2', 'judged-people-3']

interface Answer {
  readonly provider: string
  readonly burnout: boolean
  readonly taskLoad: number
  /** Hours of work a week relative to the contract, of the four weeks before. */
  readonly work: number
  readonly before: number | null
  readonly miniZ: number
}

function answers(seed: string): Answer[] {
  const clinic = simulateClinic({ seed, from })
  const ledger = new ClinicLedger(clinic.layout, clinic.waiting())
  const last = new Map<ProviderCode, number>()
  const list: Answer[] = []
  for (let week = 1; week <= weeks; week++) {
    const until = from + week * 7 * day
    const events = clinic.advance(until)
    const past = ledger.weeks(until - 7 * day).filter((each) => Date.parse(each.week) >= until - 36 * day)
    ledger.take(events)
    for (const event of events) {
      if (event.kind !== 'survey') continue
      const { provider, miniZ, taskLoad } = event.survey
      const own = past.filter((each) => each.provider === provider && each.contracted > 0)
      const work = own.reduce((sum, each) => sum + workOf(each) / each.contracted, 0) / Math.max(1, own.length)
      list.push({
        provider: `${seed}/${provider}`,
        burnout: miniZ >= 3,
        taskLoad,
        work,
        before: last.get(provider) ?? null,
        miniZ,
      })
      last.set(provider, miniZ)
    }
  }
  return list
}

/** What surveys say, and what predicts them. */
export function burnoutRows(): Measurement[] {
  const all = seeds.flatMap((seed) => answers(seed))
  console.log('  people judged')
  const share = all.filter(({ burnout }) => burnout).length / all.length
  const worked = all.filter(({ work }) => work > 0)
  const byWork = areaUnderCurve(worked.map(({ work, burnout }) => ({ score: work, event: burnout })))
  const followed = all.filter(({ before }) => before !== null)
  const bySurvey = areaUnderCurve(followed.map(({ before, burnout }) => ({ score: before!, event: burnout })))
  const load = all.map(({ taskLoad }) => [taskLoad / 40])
  // On the probability scale: with 44 % burnt out, an odds ratio of 1/0.67 per 40 points is so many points of probability.
  const slope = coefficient(
    load,
    all.map(({ burnout }) => (burnout ? 1 : 0)),
    1,
  )
  const odds = (estimate: number) => Math.exp(estimate / (share * (1 - share)))
  const within = ({ low, high }: Estimate) => `95 % ${low.toFixed(3)} to ${high.toFixed(3)}`
  const n = `${all.length} answers of ${new Set(all.map(({ provider }) => provider)).size} people, several of each`
  return [
    {
      name: 'Harry 2021: burnt out',
      value: share,
      unit: '1',
      target: '0.44 (0.34 to 0.54)',
      met: Math.abs(share - 0.44) <= 0.1,
      note: `${n}; stated tolerance of 10 points: people are alike over time, so these are few`,
    },
    {
      name: 'Harry 2021: odds of burnout for 40 points more task load',
      value: odds(slope.value),
      unit: '1',
      target: '1.49 (1.3 to 1.7)',
      met: odds(slope.value) > 1.3 && odds(slope.value) < 1.7,
      note: `95 % ${odds(slope.low).toFixed(2)} to ${odds(slope.high).toFixed(2)}, from a linear probability; published 1/0.67 (1/0.70 to 1/0.65), widened as odds from another scale`,
    },
    {
      name: 'Lou 2022: AUROC of workload alone for burnout',
      value: byWork.value,
      unit: '1',
      target: '0.595 (0.355 to 0.808)',
      met: byWork.value > 0.355 && byWork.value < 0.808,
      note: `${within(byWork)}; hours of work of the four weeks before; ${n}`,
    },
    {
      name: 'Lou 2022: AUROC with the last survey',
      value: bySurvey.value,
      unit: '1',
      target: '0.829 (0.607 to 0.996)',
      met: bySurvey.value > 0.607 && bySurvey.value < 0.996,
      note: `${within(bySurvey)}; the last Mini-Z answer alone`,
    },
  ]
}

/** Time at the screen as the log engine reads it, beside what was really worked. */
export async function logRows(): Promise<Measurement[]> {
  const clinic = simulateClinic({ seed: 'judged-log', from })
  const log = new AuditLog(clinic.truth)
  const ledger = new ClinicLedger(clinic.layout, clinic.waiting())
  const chunks: Uint8Array[] = [new TextEncoder().encode(auditLogHeader)]
  const until = from + 14 * day
  for (let at = from + day; at <= until; at += day) {
    const events = clinic.advance(at)
    ledger.take(events)
    chunks.push(new TextEncoder().encode(log.write(events, at)))
  }
  const logins = [...loginsOf(clinic.truth)].flatMap(([provider, list]) => list.map((login) => ({ provider, login })))
  const read = await readLog(() => chunks, { zone: 'Europe/London', logins })
  console.log('  log read')
  const truth = new Map<string, { ehr: number; inbox: number; done: number }>()
  for (const week of ledger.weeks(until)) {
    const known = truth.get(week.provider) ?? { ehr: 0, inbox: 0, done: 0 }
    known.ehr += week.ehr
    known.inbox += week.minutes.inbox / 60
    known.done += Object.values(week.done).reduce((a, b) => a + b, 0)
    truth.set(week.provider, known)
  }
  let [worst, hours, inbox, done] = [0, 0, 0, 0]
  for (const [provider, known] of truth) {
    let own = 0
    for (const hour of read.hours(provider)) {
      for (const [activity, quarters] of Object.entries(hour.seconds)) {
        const seconds = quarters.reduce((a, b) => a + b, 0)
        own += seconds / 3600
        if (activity === 'inbox') inbox += seconds / 3600
      }
      done += Object.values(hour.done).reduce((a, b) => a + b, 0)
    }
    hours += own
    if (known.ehr > 2) worst = Math.max(worst, Math.abs(own / known.ehr - 1))
  }
  const total = (of: 'ehr' | 'inbox' | 'done') => [...truth.values()].reduce((sum, each) => sum + each[of], 0)
  const row = (name: string, value: number, tolerance: number, note: string): Measurement => ({
    name,
    value,
    unit: '1',
    target: `1 within ${tolerance}`,
    met: Math.abs(value - 1) <= tolerance,
    note,
  })
  return [
    row(
      'audit log read by engines/worklog: time at the screen, read to true',
      hours / total('ehr'),
      0.03,
      `${log.entries} lines of two weeks; furthest person off by ${(100 * worst).toFixed(1)} %; talks of under a minute count as time at the screen`,
    ),
    row('audit log: time in the inbox, read to true', inbox / total('inbox'), 0.03, 'same log'),
    row('audit log: messages dealt with, read to true', done / total('done'), 0.001, 'same log'),
  ]
}
