import { contractBounds } from './contract.ts'
import { dayInWords, dayOfHalfDay, halfDayInWords, halfDaysOfDay, weekdays } from './rota-calendar.ts'
import { type Formulation, sessionsOf, turnsOn } from './rota-columns.ts'
import { type PersonFacts, quartersOf, weekBounds } from './rota-facts.ts'
import { addColumn, addInstance, atLeast, atMost, row, sum } from './rota-model.ts'

/** What holds for each person: leave, fixed work, contract, patterns, rest. */
export function formulatePeople(formulation: Formulation): void {
  for (const [p, person] of formulation.facts.people.entries()) {
    onePlaceAtATime(formulation, p)
    awayAndFixed(formulation, p, person)
    contract(formulation, p, person)
    patterns(formulation, p, person)
    rest(formulation, p, person)
    daysInARow(formulation, p, person)
    protectedTime(formulation, p, person)
  }
}

function onePlaceAtATime({ facts, model, columns }: Formulation, p: number): void {
  for (const [t, session] of columns.session[p]!.entries()) {
    if (session.length > 1) model.rows.push(atMost(sum(session.map(({ column }) => column)), 1))
    const quarter = columns.quarter[p]![t]
    const home = session.find(({ pod }) => pod === facts.people[p]!.pods[0])
    if (quarter !== undefined && home)
      model.rows.push(
        atMost(
          [
            [quarter, 1],
            [home.column, -1],
          ],
          0,
        ),
      )
  }
  for (const d of facts.calendar.days.keys()) {
    const turns = turnsOn({ facts, model, columns }, p, d)
    if (turns.length > 1) model.rows.push(atMost(sum(turns), 1))
  }
}

function awayAndFixed(formulation: Formulation, p: number, person: PersonFacts): void {
  const { facts, model, columns } = formulation
  const { rules } = facts.problem
  const { label } = person.person
  const { days, open } = facts.calendar
  const none = (columns: readonly number[]) => columns.map((column) => atMost([[column, 1]], 0))
  // One spell of leave is one reason, however many half-days it takes.
  for (const spell of spells([...person.leaveDays, ...[...person.leave].map((t) => dayOfHalfDay(t))])) {
    const halfDays = spell.flatMap(halfDaysOfDay).filter((t) => person.leave.has(t) && open[t])
    const turns = spell.filter((d) => person.leaveDays.has(d)).flatMap((d) => turnsOn(formulation, p, d))
    const [first, last] = [dayInWords(days[spell[0]!]!), dayInWords(days[spell.at(-1)!]!)]
    const when = first === last ? `on ${first}` : `from ${first} to ${last}`
    addInstance(
      model,
      'leave',
      rules.leave,
      `${label} is on leave ${when}`,
      none([...sessionsOf(columns, p, halfDays), ...turns]),
      { person: p },
    )
  }
  for (const [t, { work }] of person.fixed) {
    const sentence = `${label} has ${work} on ${halfDayInWords(facts.calendar, t)}`
    addInstance(model, 'fixed', rules.fixed, sentence, none(sessionsOf(columns, p, [t])), { person: p })
  }
  for (const t of person.forbidden)
    if (open[t] && !person.leave.has(t) && !person.fixed.has(t)) {
      const sentence = `${label} does not work on ${halfDayInWords(facts.calendar, t)}`
      addInstance(model, 'forbidden', rules.forbidden, sentence, none(sessionsOf(columns, p, [t])), { person: p })
    }
}

/** Runs of days that follow each other, over weekends too. */
function spells(days: readonly number[]): readonly (readonly number[])[] {
  const runs: number[][] = []
  for (const d of [...new Set(days)].sort((a, b) => a - b)) {
    const last = runs.at(-1)?.at(-1)
    const weekend = last !== undefined && last % 7 === 4 && d === last + 3
    if (last !== undefined && (d === last + 1 || weekend)) runs.at(-1)!.push(d)
    else runs.push([d])
  }
  return runs
}

function contract(formulation: Formulation, p: number, person: PersonFacts): void {
  const { facts, model, columns } = formulation
  const { rules, from } = facts.problem
  const { label } = person.person
  const all = []
  let counted = 0
  for (let week = 0; week < facts.calendar.weeks; week++) {
    const halfDays = Array.from({ length: 10 }, (_, i) => 10 * week + i)
    const entries = [
      ...sum(sessionsOf(columns, p, halfDays)),
      ...[...columns.turn[p]!]
        .filter(([s]) => Math.floor(facts.slots[s]!.day / 7) === week && facts.slots[s]!.kind.halfDays > 0)
        .map(([s, column]) => [column, facts.slots[s]!.kind.halfDays] as const),
    ]
    const fixed = halfDays.filter((t) => person.fixed.get(t)?.counts).length
    const { min, max } = weekBounds(person, week)
    const named = `in the week of ${dayInWords(facts.calendar.days[7 * week] ?? from)}`
    if (min > 0)
      addInstance(
        model,
        'half-days-least',
        rules['half-days-least'],
        `${label} works at least ${halfDaysOf(min)} ${named}`,
        [atLeast(entries, min - fixed)],
      )
    addInstance(
      model,
      'half-days-most',
      rules['half-days-most'],
      `${label} works at most ${halfDaysOf(max)} ${named}`,
      [atMost(entries, max - fixed)],
    )
    all.push(...entries)
    counted += fixed
  }
  const [low, high] = contractBounds(person, rules.contractWithin)
  const sentence = `${label} is contracted for ${low === high ? halfDaysOf(low) : `${low} to ${halfDaysOf(high)}`} in all`
  addInstance(model, 'contract', rules.contract, sentence, [row(all, low - counted, high - counted)])
}

const halfDaysOf = (n: number) => (n === 1 ? '1 half-day' : `${n} half-days`)

function patterns(formulation: Formulation, p: number, { person }: PersonFacts): void {
  const { facts, model, columns } = formulation
  const { rules } = facts.problem
  if (person.patterns && rules.patterns !== 'off')
    for (let week = 0; week < facts.calendar.weeks; week++) {
      const chosen = person.patterns.map(() => addColumn(model, 1, true))
      model.rows.push(row(sum(chosen), 1, 1))
      const rows = Array.from({ length: 5 }, (_, weekday) => weekday).flatMap((weekday) => {
        const inIt = chosen.filter((_, j) => person.patterns![j]!.includes(weekdays[weekday]!))
        return halfDaysOfDay(7 * week + weekday).map((t) =>
          atMost([...sum(sessionsOf(columns, p, [t])), ...sum(inIt, -1)], 0),
        )
      })
      const days = person.patterns.map((pattern) => pattern.join(', ')).join(' or ')
      const sentence = `${person.label} works ${days} in the week of ${dayInWords(facts.calendar.days[7 * week]!)}`
      addInstance(model, 'patterns', rules.patterns, sentence, rows)
    }
  if (person.wholeDays)
    for (const d of facts.calendar.days.keys()) {
      const [am, pm] = halfDaysOfDay(d).map((t) => sessionsOf(columns, p, [t]))
      const free = halfDaysOfDay(d).every((t) => facts.calendar.open[t] && isFree(formulation, p, t))
      if (am && pm && free)
        addInstance(
          model,
          'whole-days',
          rules['whole-days'],
          `${person.label} works the whole of ${dayInWords(facts.calendar.days[d]!)} or not at all`,
          [row([...sum(am), ...sum(pm, -1)], 0, 0)],
        )
    }
}

/** Neither away nor bound. */
function isFree({ facts }: Formulation, p: number, t: number): boolean {
  const { leave, forbidden, fixed } = facts.people[p]!
  return !leave.has(t) && !forbidden.has(t) && !fixed.has(t)
}

function rest(formulation: Formulation, p: number, { person, fixed }: PersonFacts): void {
  const { facts, model, columns } = formulation
  const { rules } = facts.problem
  for (const [d, day] of facts.calendar.days.entries()) {
    const morning = halfDaysOfDay(d + 1)[0]
    const nextTurns = turnsOn(formulation, p, d + 1).filter((_, i) => isDayTurn(formulation, p, d + 1, i))
    const lateTurns = [...columns.turn[p]!]
      .filter(([s]) => facts.slots[s]!.day === d && facts.slots[s]!.kind.freeMorningAfter)
      .map(([, column]) => column)
    const lateSessions = sessionsOf(
      columns,
      p,
      halfDaysOfDay(d).filter((t) => facts.late.has(t)),
    )
    const lates = [...lateTurns, ...lateSessions]
    const early =
      morning === undefined || morning >= columns.session[p]!.length ? [] : sessionsOf(columns, p, [morning])
    const bound = morning !== undefined && fixed.has(morning) ? 1 : 0
    if (lates.length === 0 || (early.length + nextTurns.length === 0 && bound === 0)) continue
    const sentence = `${person.label} has the morning off after a late ${dayInWords(day)}`
    const rows = lates.map((late) => atMost([[late, 1], ...sum([...early, ...nextTurns])], 1 - bound))
    addInstance(model, 'rest-after-late', rules['rest-after-late'], sentence, rows)
  }
}

/** Turns that begin before noon. */
function isDayTurn({ facts, columns }: Formulation, p: number, d: number, i: number): boolean {
  const [s] = [...columns.turn[p]!].filter(([each]) => facts.slots[each]!.day === d)[i]!
  return facts.slots[s]!.kind.hours[0] < '12:00'
}

function daysInARow(formulation: Formulation, p: number, { person, fixed }: PersonFacts): void {
  const { facts, model, columns } = formulation
  const { rules } = facts.problem
  const most = rules.maxDaysInARow
  const before = Math.min(person.daysWorkedBefore ?? 0, most)
  const days = facts.calendar.days.keys().toArray()
  const duties = days.map((d) =>
    [
      ...halfDaysOfDay(d).map((t) => sessionsOf(columns, p, [t])),
      ...turnsOn(formulation, p, d).map((column) => [column]),
    ].filter((columns) => columns.length > 0),
  )
  const isFixed = days.map((d) => halfDaysOfDay(d).some((t) => fixed.has(t)))
  const could = (d: number) => (d < 0 ? d >= -before : isFixed[d]! || duties[d]!.length > 0)
  const worked = new Map<number, number>()
  const columnOf = (d: number) => {
    let column = worked.get(d)
    if (column === undefined) {
      column = addColumn(model, 1, false, isFixed[d] ? 1 : 0)
      worked.set(d, column)
      for (const duty of duties[d]!) model.rows.push(atMost([...sum(duty), [column, -1]], 0))
    }
    return column
  }
  for (let first = -before; first + most < days.length; first++) {
    const window = Array.from({ length: most + 1 }, (_, i) => first + i)
    if (rules['days-in-a-row'] === 'off' || !window.every(could)) continue
    const within = window.filter((d) => d >= 0)
    const sentence = `${person.label} works at most ${most} days in a row up to ${dayInWords(facts.calendar.days[window.at(-1)!]!)}`
    addInstance(model, 'days-in-a-row', rules['days-in-a-row'], sentence, [
      atMost(sum(within.map(columnOf)), most - (window.length - within.length)),
    ])
  }
}

function protectedTime({ facts, model, columns }: Formulation, p: number, person: PersonFacts): void {
  const { rules } = facts.problem
  for (let week = 0; week < facts.calendar.weeks; week++) {
    const needed = quartersOf(person, week)
    const days = Array.from({ length: 5 }, (_, weekday) =>
      halfDaysOfDay(7 * week + weekday).flatMap((t) => columns.quarter[p]![t] ?? []),
    )
    // One a day, so that messages never wait for days.
    for (const quarters of days) if (quarters.length > 1) model.rows.push(atMost(sum(quarters), 1))
    if (needed === 0) {
      for (const quarters of days) for (const column of quarters) model.upper[column] = 0
      continue
    }
    const sentence = `${person.person.label} has ${needed} protected quarter-${needed === 1 ? 'session' : 'sessions'} on days of their own in the week of ${dayInWords(facts.calendar.days[7 * week]!)}`
    model.rows.push(atMost(sum(days.flat()), needed))
    addInstance(model, 'protected-time', rules['protected-time'], sentence, [atLeast(sum(days.flat()), needed)])
  }
}
