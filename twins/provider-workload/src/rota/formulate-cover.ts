import { dayInWords, daysAt, halfDayInWords, halfDaysOfDay } from './rota-calendar.ts'
import { type Formulation, sessionsOf } from './rota-columns.ts'
import { addInstance, atLeast, atMost, row, sum } from './rota-model.ts'

/** What each pod and the clinic need in each half-day: people, rooms, skills, supervision, turns, somebody for each other. */
export function formulateCover(formulation: Formulation): void {
  demand(formulation)
  rooms(formulation)
  supervision(formulation)
  turns(formulation)
  presence(formulation)
  podInbox(formulation)
}

type Entries = (readonly [column: number, factor: number])[]

/** Clinicians of a pod in a half-day, protected quarters taken off. */
export function coverOf({ facts, columns }: Formulation, pod: number, t: number, skill?: string): Entries {
  const entries: Entries = []
  for (const p of facts.members[pod]!) {
    const { person, pods } = facts.people[p]!
    if (skill !== undefined && !(person.skills ?? []).includes(skill)) continue
    const session = columns.session[p]![t]!.find((each) => each.pod === pod)
    if (session) entries.push([session.column, 1])
    const quarter = columns.quarter[p]![t]
    if (skill === undefined && quarter !== undefined && pods[0] === pod) entries.push([quarter, -0.25])
  }
  return entries
}

function demand(formulation: Formulation): void {
  const { facts, model } = formulation
  const { rules, pods } = facts.problem
  for (const { pod, halfDay, skill, min, max } of facts.demand) {
    const entries = coverOf(formulation, pod, halfDay, skill)
    const where = `on ${halfDayInWords(facts.calendar, halfDay)} ${pods[pod]!.label} needs`
    if (skill !== undefined)
      addInstance(model, 'skills', rules.skills, `${where} ${min} with ${skill}`, [atLeast(entries, min)], {
        pod,
        halfDay,
        skill,
      })
    else if (min > 0)
      addInstance(
        model,
        'cover-minimum',
        rules['cover-minimum'],
        `${where} at least ${clinicians(min)}`,
        [atLeast(entries, min)],
        { pod, halfDay },
      )
    if (max !== undefined)
      addInstance(model, 'cover-maximum', rules['cover-maximum'], `${where} at most ${clinicians(max)}`, [
        atMost(entries, max),
      ])
  }
}

const clinicians = (n: number) => (n === 1 ? '1 clinician' : `${n} clinicians`)

function rooms({ facts, model, columns }: Formulation): void {
  const { rules, pods } = facts.problem
  for (const [pod, byHalfDay] of facts.rooms.entries())
    for (const [t, rooms] of byHalfDay.entries()) {
      const inside = facts.members[pod]!.flatMap((p) =>
        columns.session[p]![t]!.filter((each) => each.pod === pod).map(({ column }) => column),
      )
      if (inside.length <= rooms) continue
      const sentence = `${pods[pod]!.label} has ${rooms === 1 ? '1 room' : `${rooms} rooms`} on ${halfDayInWords(facts.calendar, t)}`
      addInstance(model, 'rooms', rules.rooms, sentence, [atMost(sum(inside), rooms)])
    }
}

function supervision({ facts, model, columns }: Formulation): void {
  const { rules, pods } = facts.problem
  for (const [pod, members] of facts.members.entries()) {
    if (!members.some((p) => facts.people[p]!.person.resident)) continue
    for (const [t, open] of facts.calendar.open.entries()) {
      if (!open) continue
      const inside = (who: (p: number) => boolean) =>
        members
          .filter(who)
          .flatMap((p) => columns.session[p]![t]!.filter((each) => each.pod === pod).map((s) => s.column))
      const residents = inside((p) => facts.people[p]!.person.resident === true)
      const supervisors = inside((p) => (facts.people[p]!.person.skills ?? []).includes('supervision'))
      const nobody = supervisors.length === 0 ? ', and nobody there has the skill' : ''
      const sentence = `residents in ${pods[pod]!.label} on ${halfDayInWords(facts.calendar, t)} need a supervisor for every ${rules.residentsPerSupervisor}${nobody}`
      addInstance(model, 'supervision', rules.supervision, sentence, [
        atMost([...sum(residents), ...sum(supervisors, -rules.residentsPerSupervisor)], 0),
      ])
    }
  }
}

function turns({ facts, model, columns }: Formulation): void {
  for (const [s, { kind, day }] of facts.slots.entries()) {
    const who = columns.turn.flatMap((turns) => turns.get(s) ?? [])
    const sentence = `${kind.label} on ${dayInWords(facts.calendar.days[day]!)} needs ${kind.people === 1 ? '1 person' : `${kind.people} people`}`
    addInstance(model, 'turns', facts.problem.rules.turns, sentence, [row(sum(who), kind.people, kind.people)])
  }
}

function presence({ facts, model, columns }: Formulation): void {
  const { rules, pods, pairs } = facts.problem
  const position = new Map(facts.problem.people.map(({ code }, p) => [code, p]))
  const openDays = facts.calendar.days
    .keys()
    .filter((d) => halfDaysOfDay(d).some((t) => facts.calendar.open[t]))
    .toArray()
  for (const d of openDays) {
    const on = dayInWords(facts.calendar.days[d]!)
    for (const [a, b] of pairs) {
      const [first, second] = [position.get(a)!, position.get(b)!]
      const sentence = `${facts.problem.people[first]!.label} or ${facts.problem.people[second]!.label} is in clinic on ${on} to stand in for the other`
      addInstance(model, 'pairs', rules.pairs, sentence, [
        atLeast(sum([first, second].flatMap((p) => sessionsOf(columns, p, halfDaysOfDay(d)))), 1),
      ])
    }
    for (const [pod, members] of facts.members.entries()) {
      const own = members.filter((p) => facts.people[p]!.pods[0] === pod)
      if (own.length === 0) continue
      const inside = own.flatMap((p) =>
        halfDaysOfDay(d).flatMap((t) =>
          columns.session[p]![t]!.filter((each) => each.pod === pod).map((s) => s.column),
        ),
      )
      addInstance(model, 'pod-presence', rules['pod-presence'], `somebody of ${pods[pod]!.label} is there on ${on}`, [
        atLeast(sum(inside), 1),
      ])
    }
  }
}

function podInbox({ facts, model, columns }: Formulation): void {
  const { rules, pods, inbox } = facts.problem
  const needed = new Map<string, { pod: number; day: number; quarters: number }>()
  for (const { pod, at, quarters } of inbox)
    for (const day of daysAt(facts.calendar, at)) {
      const open = halfDaysOfDay(day).some((t) => facts.calendar.open[t])
      if (open) needed.set(`${pod}/${day}`, { pod: pods.findIndex(({ code }) => code === pod), day, quarters })
    }
  for (const { pod, day, quarters } of needed.values()) {
    if (quarters === 0) continue
    const own = facts.members[pod]!.filter((p) => facts.people[p]!.pods[0] === pod)
    const columnsOf = own.flatMap((p) => halfDaysOfDay(day).flatMap((t) => columns.quarter[p]![t] ?? []))
    const sentence = `${pods[pod]!.label} needs ${quarters} protected quarter-${quarters === 1 ? 'session' : 'sessions'} for its inbox on ${dayInWords(facts.calendar.days[day]!)}`
    addInstance(model, 'pod-inbox', rules['pod-inbox'], sentence, [atLeast(sum(columnsOf), quarters)])
  }
}
