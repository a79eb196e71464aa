// A rota as somebody makes it by hand: turns first, then each person's week, what is there now before what is wished for.
import type { HalfDayDuty, PersonRota, Rota, RotaProblem } from '@counterpart/provider-workload'

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Keeps leave, fixed work, days off, rooms, patterns and the morning after; all else as far as it goes. */
export function greedyRota(problem: RotaProblem): Rota {
  const { from, weeks, people, pods, demand, turns } = problem
  const date = (d: number) => new Date(Date.parse(`${from}T00:00:00Z`) + d * 86_400_000).toISOString().slice(0, 10)
  const named = (whens: readonly string[] | undefined, d: number, half?: 'am' | 'pm') =>
    (whens ?? []).some((when) => {
      const [, day = 'all', part] = /^(.*?)(?: ?(am|pm))?$/.exec(when)!
      const [first, last = first] = day.split('..')
      const isDay = day === 'all' || day === '' || day === days[d % 7] || (date(d) >= first! && date(d) <= last!)
      return isDay && (part === undefined || part === half)
    })
  const count = new Map<string, number>()
  const inPod = new Map<string, number>()
  const made = new Map<
    string,
    { halfDays: (HalfDayDuty | null)[]; turns: { day: string; turn: string }[]; lates: Set<number> }
  >()
  for (const { code } of people)
    made.set(code, { halfDays: new Array(10 * weeks).fill(null), turns: [], lates: new Set() })
  for (let d = 0; d < 7 * weeks; d++)
    for (const turn of turns) {
      if (!named(turn.at, d)) continue
      const able = people
        .filter(
          (person) =>
            !person.notOn?.includes(turn.code) &&
            (turn.skill === undefined || person.skills?.includes(turn.skill)) &&
            !named(person.leave, d) &&
            !named(
              person.forbidden?.filter((when) => !/[ap]m$/.test(when)),
              d,
            ) &&
            !made.get(person.code)!.turns.some(({ day }) => day === date(d) || day === date(d - 1)) &&
            !(
              d % 7 < 4 &&
              named(
                person.fixed?.flatMap(({ at }) => at),
                d + 1,
                'am',
              )
            ),
        )
        .map((person) => {
          const done = (count.get(`${person.code}/${turn.code}`) ?? 0) + (person.turnsDone?.[turn.code] ?? 0)
          return { person, load: done / Math.max(0.1, person.clinicalFte) }
        })
        .sort((a, b) => a.load - b.load)
      for (const { person } of able.slice(0, turn.people)) {
        count.set(`${person.code}/${turn.code}`, (count.get(`${person.code}/${turn.code}`) ?? 0) + 1)
        made.get(person.code)!.turns.push({ day: date(d), turn: turn.code })
        if (turn.freeMorningAfter) made.get(person.code)!.lates.add(d)
      }
    }
  for (let week = 0; week < weeks; week++)
    for (const person of people) {
      const own = made.get(person.code)!
      const pod = pods.find(({ code }) => code === person.pod)!
      const open = Array.from({ length: 10 }, (_, i) => ({
        t: 10 * week + i,
        d: 7 * week + Math.floor(i / 2),
        half: i % 2 === 0 ? ('am' as const) : ('pm' as const),
      })).filter(({ d, half }) => !named(problem.closed, d, half) && !named(person.leave, d, half))
      let left = Math.round((10 * person.clinicalFte * open.length) / 10)
      left -= own.turns
        .filter(({ day }) => day >= date(7 * week) && day < date(7 * week + 7))
        .reduce((sum, { turn }) => sum + (turns.find(({ code }) => code === turn)?.halfDays ?? 0), 0)
      for (const { t, d, half } of open) {
        const fixed = person.fixed?.find(({ at }) => named(at, d, half))
        if (!fixed) continue
        own.halfDays[t] = { work: fixed.work }
        left--
      }
      const candidates = open
        .filter(
          ({ t, d, half }) =>
            own.halfDays[t] === null &&
            !named(person.forbidden, d, half) &&
            !(half === 'am' && own.lates.has(d - 1)) &&
            (person.patterns === undefined || person.patterns[0]!.includes(days[d % 7] as never)) &&
            (inPod.get(`${pod.code}/${t}`) ?? 0) < roomsAt(pod, d, half),
        )
        .map((place) => {
          const { t, d, half } = place
          const now = named(problem.inForce?.[person.code]?.[person.pod], d, half) ? 3 : 0
          const wished = (person.wishes ?? [])
            .filter(({ at }) => named(at, d, half))
            .reduce((sum, { want, weight }) => sum + (want === 'work' ? weight : -weight), 0)
          const target = demand.filter((each) => each.pod === pod.code && named(each.at, d, half)).at(-1)?.target ?? 0
          return { place, worth: now + wished + 3 * (target - (inPod.get(`${pod.code}/${t}`) ?? 0)) }
        })
        .sort((a, b) => b.worth - a.worth)
      const chosen = candidates.slice(0, Math.max(0, left)).map(({ place }) => place)
      const quarterDays = new Set<number>()
      for (const { t, d } of chosen.sort((a, b) => a.t - b.t)) {
        const protectedQuarter = quarterDays.size < (person.protectedQuarters ?? 0) && !quarterDays.has(d)
        if (protectedQuarter) quarterDays.add(d)
        own.halfDays[t] = { work: 'clinic', pod: person.pod, ...(protectedQuarter ? { protectedQuarter } : {}) }
        inPod.set(`${pod.code}/${t}`, (inPod.get(`${pod.code}/${t}`) ?? 0) + 1)
      }
    }
  return {
    people: people.map(
      ({ code }): PersonRota => ({ provider: code, halfDays: made.get(code)!.halfDays, turns: made.get(code)!.turns }),
    ),
  }
  function roomsAt(pod: (typeof pods)[number], d: number, half: 'am' | 'pm'): number {
    return pod.roomsAt?.filter(({ at }) => named(at, d, half)).at(-1)?.rooms ?? pod.rooms
  }
}
