import { dayInWords, daysAt, halfDayInWords, halfDaysOfDay } from './rota-calendar.ts'
import { inClinic, type RotaView } from './rota-view.ts'
import { look, type Tallies } from './tally.ts'

/** Holds a rota against what pods and the clinic need. */
export function rateCover(view: RotaView, tallies: Tallies): void {
  demand(view, tallies)
  rooms(view, tallies)
  turns(view, tallies)
  presence(view, tallies)
}

/** People in clinic in a pod, guests too. */
const inside = (view: RotaView, t: number, pod: number) =>
  view.facts.people
    .keys()
    .filter((p) => inClinic(view, p, t, pod))
    .toArray()

function demand(view: RotaView, tallies: Tallies): void {
  const { calendar, problem, people, demand } = view.facts
  for (const { pod, halfDay, skill, min, target, max } of demand) {
    const there = inside(view, halfDay, pod)
    const named = `${halfDayInWords(calendar, halfDay)}, ${problem.pods[pod]!.label}`
    if (skill !== undefined) {
      const able = there.filter((p) => people[p]!.person.skills?.includes(skill)).length
      look(tallies, 'skills', Math.max(0, min - able), () => `${named}: ${able} of ${min} with ${skill}`)
      continue
    }
    const own = there.filter((p) => people[p]!.pods[0] === pod && view.duty[p]![halfDay]?.protectedQuarter)
    const cover = there.length - 0.25 * own.length
    if (min > 0) look(tallies, 'cover-minimum', Math.max(0, min - cover), () => `${named}: ${cover} of ${min}`)
    if (max !== undefined)
      look(tallies, 'cover-maximum', Math.max(0, cover - max), () => `${named}: ${cover} of ${max}`)
    if (target !== undefined) {
      const [short, over] = [Math.max(0, target - cover), Math.max(0, cover - target)]
      const weighed = Math.min(1, short) + 2 * Math.max(0, short - 1) + 0.3 * over
      look(tallies, 'cover-target', short + over, () => `${named}: ${cover} of ${target}`, weighed)
    }
  }
}

function rooms(view: RotaView, tallies: Tallies): void {
  const { calendar, problem, people, rooms } = view.facts
  for (const [pod, { label }] of problem.pods.entries())
    for (const [t, open] of calendar.open.entries()) {
      if (!open) continue
      const there = inside(view, t, pod)
      const named = `${halfDayInWords(calendar, t)}, ${label}`
      look(
        tallies,
        'rooms',
        Math.max(0, there.length - rooms[pod]![t]!),
        () => `${named}: ${there.length} in ${rooms[pod]![t]}`,
      )
      const residents = there.filter((p) => people[p]!.person.resident).length
      if (residents === 0) continue
      const supervisors = there.filter((p) => people[p]!.person.skills?.includes('supervision')).length
      const alone = Math.max(0, residents - supervisors * problem.rules.residentsPerSupervisor)
      look(tallies, 'supervision', alone, () => `${named}: ${residents} residents, ${supervisors} supervisors`)
    }
}

function turns(view: RotaView, tallies: Tallies): void {
  const { calendar, slots } = view.facts
  for (const { kind, day } of slots) {
    const done = view.turns.filter((turns) => turns.some((each) => each.day === day && each.turn === kind.code)).length
    const named = `${kind.label} on ${dayInWords(calendar.days[day]!)}`
    look(tallies, 'turns', Math.abs(kind.people - done), () => `${named}: ${done} of ${kind.people}`)
  }
}

function presence(view: RotaView, tallies: Tallies): void {
  const { calendar, problem, people } = view.facts
  const position = new Map(problem.people.map(({ code }, p) => [code, p]))
  const needed = problem.inbox.flatMap(({ pod, at, quarters }) =>
    [...daysAt(calendar, at)].map((day) => [`${pod}/${day}`, quarters] as const),
  )
  const quarters = new Map(needed)
  for (const [d, day] of calendar.days.entries()) {
    const halves = halfDaysOfDay(d)
    if (!halves.some((t) => calendar.open[t])) continue
    for (const pair of problem.pairs) {
      const there = pair.some((code) => halves.some((t) => inClinic(view, position.get(code)!, t)))
      look(tallies, 'pairs', Number(!there), () => `${dayInWords(day)}: neither of ${pair.join(' and ')}`)
    }
    for (const [pod, { code, label }] of problem.pods.entries()) {
      const own = people
        .keys()
        .filter((p) => people[p]!.pods[0] === pod)
        .toArray()
      if (own.length === 0) continue
      const there = own.some((p) => halves.some((t) => inClinic(view, p, t, pod)))
      look(tallies, 'pod-presence', Number(!there), () => `${dayInWords(day)}: nobody of ${label}`)
      const wanted = quarters.get(`${code}/${d}`) ?? 0
      const kept = own.reduce((n, p) => n + halves.filter((t) => view.duty[p]![t]?.protectedQuarter).length, 0)
      if (wanted > 0)
        look(
          tallies,
          'pod-inbox',
          Math.max(0, wanted - kept),
          () => `${dayInWords(day)}: ${label} ${kept} of ${wanted}`,
        )
    }
  }
}
