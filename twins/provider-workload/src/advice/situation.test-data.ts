import type { ClinicLayoutDetail, PlannedIntervention } from '@counterpart/kernel'
import { civilTime, randomStream } from '@counterpart/numerics'
import type { ClinicPlan, PlannedDay, ProviderPlan } from '../work/plan.ts'
import type { Member } from '../work/simulate.ts'
import type { AdviceSituation } from './runs.ts'

/** A made-up clinic whose people are as busy as asked, for tests of advice; nobody is away but `p001` in the third week. */
export function situationWith({
  people = 18,
  pods = 3,
  busy = 1,
  running = [],
  practice = { teamInbox: false, refillProtocol: false, scribes: [] },
}: {
  readonly people?: number
  readonly pods?: number
  /** Factor on messages. */
  readonly busy?: number
  readonly running?: readonly PlannedIntervention[]
  readonly practice?: ClinicLayoutDetail['practice']
} = {}): AdviceSituation {
  const timeZone = 'Europe/London'
  const civil = civilTime(timeZone)
  const firstWeek = '2026-03-02'
  const weeks = 5
  const providers = Array.from({ length: people }, (_, i) => ({
    provider: `p${String(i + 1).padStart(3, '0')}`,
    label: `Dr ${i + 1}`,
    pod: `pod-${(i % pods) + 1}`,
    profession: 'physician' as const,
    clinicalFte: [1, 0.8, 0.6][i % 3]!,
    panel: 1300 + 60 * (i % 9),
  }))
  const layout: ClinicLayoutDetail = {
    name: 'North family medicine',
    timeZone,
    pods: Array.from({ length: pods }, (_, i) => ({ code: `pod-${i + 1}`, label: `Pod ${i + 1}` })),
    providers,
    visitKinds: [{ code: 'usual', label: 'Usual visit', minutes: 20 }],
    minimumCell: 5,
    overloadRatio: 1.375,
    practice,
  }
  const dayOf = (i: number, d: number): PlannedDay => {
    const works = d % 7 < Math.round(5 * providers[i]!.clinicalFte)
    const away = i === 0 && d >= 14 && d < 19
    const day = civil.dayAfter(firstWeek, d)
    const spans =
      works && !away
        ? [
            { from: 510, until: 720, work: 'clinic' as const },
            { from: 780, until: 1020, work: 'clinic' as const },
          ]
        : []
    return { day, spans, away: away && works ? 1 : 0, booked: spans.length === 0 ? 0 : 16, lead: d }
  }
  const plan: ClinicPlan = {
    timeZone,
    firstWeek,
    weeks,
    overloadRatio: layout.overloadRatio,
    providers: providers.map(
      ({ provider, pod, clinicalFte }, i): ProviderPlan => ({
        provider,
        pod,
        clinicalFte,
        placesPerHour: 3,
        days: Array.from({ length: 7 * weeks }, (_, d) => dayOf(i, d)),
        backlog: { messages: { patient: 3, refill: 2, call: 2, result: 4, staff: 1, system: 3 }, noteMinutes: 30 },
      }),
    ),
  }
  const member = (m: number): Member => ({
    random: (...names) => randomStream('advice-test', m, ...names),
    clinic: {
      illStarts: 0,
      illStays: 0,
      weekdays: Float64Array.of(1.2, 1.05, 1, 0.95, 0.8, 0.3, 0.25),
      messageSpread: 0.8,
      visitSpread: 0.4,
      burst: 1.3,
      gapUse: 0.6,
      beside: 0.2,
      weekMemory: 0.5,
      weekShared: 0.3,
      bookingsKept: [1, 0.8, 0.6, 0.5, 0.4],
      bookingDispersion: [1, 1.1, 1.2, 1.3, 1.4],
    },
    providers: providers.map(({ clinicalFte, panel }) => ({
      messagesPerDay: Float64Array.from([11, 8, 9, 10, 6, 14], (n) => (busy * clinicalFte * n * panel) / 1540),
      messageMinutes: Float64Array.of(2.4, 1, 1.6, 1.5, 1.2, 0.4),
      visitMinutes: Float64Array.of(3, 6.5, 2.5, 0.8, 1),
      faceMinutes: 9,
      notesLater: 0.3,
      restLater: 0.1,
      clears: 0.85,
      clearsOff: 0.3,
      clearsAway: 0.15,
      looksOff: 0.6,
      looksAway: 0.5,
      noShow: 0.06,
      visitsPerHour: 2.4,
      bookedAhead: [0.95, 0.75, 0.55, 0.4, 0.3],
      weekNow: 0,
      weekSpread: 0.12,
    })),
  })
  const starts = Array.from({ length: weeks }, (_, w) => civil.startOf(civil.dayAfter(firstWeek, 7 * w)))
  return {
    asOf: starts[0]! + 86_400_000,
    layout,
    plan,
    weeks: starts.map((from, w) => ({ week: civil.dayOf(from), from, until: starts[w + 1] ?? from + 7 * 86_400_000 })),
    member,
    random: (...names) => randomStream('advice-test', 'clinic', ...names),
    running,
  }
}
