import type { CalendarDay, ClinicLayoutDetail, ProviderCode, RotaWeekDetail } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { weekdays } from './rota-calendar.ts'
import type { RotaPerson, RotaProblem, TurnKind, When } from './rota-problem.ts'

/** A mid-day that parts morning from afternoon, minutes. */
const noon = 12.5 * 60

/** To the nearest quarter. */
export const quarter = (x: number): number => Math.round(4 * x) / 4

interface UsualWeek {
  readonly hours: RotaProblem['hours']
  readonly turns: readonly TurnKind[]
  of(provider: ProviderCode): {
    readonly clinic: readonly When[]
    readonly fixed: NonNullable<RotaPerson['fixed']>
    readonly quarters: number
    readonly turns: ReadonlyMap<string, number>
  }
  cover(pod: string): readonly { readonly at: When; readonly clinicians: number }[]
  most(pod: string): number
}

/** What people usually do in each half-day of a week, over the weeks of a rota in which they do anything. */
export function usualWeek(layout: ClinicLayoutDetail, rota: readonly RotaWeekDetail[]): UsualWeek {
  const time = civilTime(layout.timeZone)
  const weeks = new Map<ProviderCode, number>()
  const did = new Map<string, number>()
  const inbox = new Map<ProviderCode, number>()
  const calls = new Map<ProviderCode, number>()
  const callDays = new Map<string, number>()
  const edges = { amFrom: [] as number[], amUntil: [] as number[], pmFrom: [] as number[], pmUntil: [] as number[] }
  const callHours: (readonly [number, number])[] = []
  const add = <K>(to: Map<K, number>, key: K, by = 1) => to.set(key, (to.get(key) ?? 0) + by)
  const allWeeks = new Set<CalendarDay>()
  for (const { provider, week, spans } of rota) {
    if (spans.length === 0) continue
    add(weeks, provider)
    allWeeks.add(week)
    const halves = new Map<string, Map<string, number>>()
    for (const { from, until, work } of spans) {
      const weekday = weekdays[time.weekdayOf(time.dayOf(from))]!
      const [begin, end] = [time.minuteOf(from), time.minuteOf(from) + (until - from) / 60_000]
      if (work === 'on-call') {
        add(calls, provider)
        add(callDays, weekday)
        callHours.push([begin, Math.min(end, 24 * 60 - 1)])
        continue
      }
      if (work === 'inbox') add(inbox, provider, end - begin)
      for (const [half, low, high] of [
        ['am', 0, noon],
        ['pm', noon, 24 * 60],
      ] as const) {
        const minutes = Math.min(end, high) - Math.max(begin, low)
        if (minutes < 30) continue
        const key = `${weekday} ${half}`
        const by = halves.get(key) ?? new Map<string, number>()
        // Protected time belongs to the session that it is cut from.
        add(by, work === 'inbox' ? 'clinic' : work, minutes)
        halves.set(key, by)
        if (half === 'am') edges.amFrom.push(begin)
        else edges.pmUntil.push(Math.min(end, high))
      }
      if (end <= noon + 60 && begin < noon) edges.amUntil.push(end)
      if (begin >= noon) edges.pmFrom.push(begin)
    }
    for (const [half, by] of halves) {
      const [work] = [...by].sort((a, b) => b[1] - a[1])[0]!
      add(did, `${provider}/${half}/${work}`)
    }
  }
  const [amFrom, amUntil, pmFrom, pmUntil] = [
    at(edges.amFrom, 0.25, 8 * 60),
    at(edges.amUntil, 0.75, 12 * 60),
    at(edges.pmFrom, 0.25, 13 * 60),
    at(edges.pmUntil, 0.75, 17 * 60),
  ]
  const halfDays = weekdays.slice(0, 5).flatMap((day) => [`${day} am`, `${day} pm`])
  const mostly = (provider: ProviderCode, half: string, work: string) =>
    2 * (did.get(`${provider}/${half}/${work}`) ?? 0) > (weeks.get(provider) ?? 0)
  const clinicians = (pod: string, half: string) =>
    layout.providers
      .filter((each) => each.pod === pod)
      .reduce((sum, { provider }) => {
        const of = weeks.get(provider) ?? 0
        return sum + (of === 0 ? 0 : (did.get(`${provider}/${half}/clinic`) ?? 0) / of)
      }, 0)
  const quarterMinutes = (pmUntil - pmFrom + (amUntil - amFrom)) / 8
  const callFrom = at(
    callHours.map(([begin]) => begin),
    0.5,
    18 * 60,
  )
  const callUntil = Math.max(
    callFrom + 60,
    at(
      callHours.map(([, end]) => end),
      0.5,
      22 * 60,
    ),
  )
  const usualTurns: TurnKind[] =
    callHours.length === 0
      ? []
      : [
          {
            code: 'on-call',
            label: 'on call',
            at: [...callDays.keys()],
            hours: [clock(callFrom), clock(Math.min(callUntil, 24 * 60 - 1))],
            people: Math.max(1, Math.round(callHours.length / callDays.size / Math.max(1, allWeeks.size))),
            halfDays: 0,
            freeMorningAfter: callFrom >= 17 * 60,
          },
        ]
  return {
    hours: { am: [clock(amFrom), clock(amUntil)], pm: [clock(Math.max(amUntil, pmFrom)), clock(pmUntil)] },
    turns: usualTurns,
    of: (provider) => ({
      clinic: halfDays.filter((half) => mostly(provider, half, 'clinic')),
      fixed: halfDays.flatMap((half) =>
        (['administration', 'teaching'] as const).flatMap((work) =>
          mostly(provider, half, work) ? [{ at: [half], work }] : [],
        ),
      ),
      quarters: Math.min(
        5,
        Math.round((inbox.get(provider) ?? 0) / Math.max(1, weeks.get(provider) ?? 0) / quarterMinutes),
      ),
      turns: new Map(calls.has(provider) ? [['on-call', calls.get(provider)!]] : []),
    }),
    cover: (pod) => halfDays.map((at) => ({ at, clinicians: quarter(clinicians(pod, at)) })),
    most: (pod) =>
      Math.max(
        ...halfDays.map(
          (half) => layout.providers.filter((each) => each.pod === pod && mostly(each.provider, half, 'clinic')).length,
        ),
      ),
  }
}

/** The value below which such a share of them lies; without any, the usual one. Cut-off protected time moves it little. */
function at(values: readonly number[], share: number, usual: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? usual
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(Math.round(minutes % 60)).padStart(2, '0')}`
