import { contractBounds } from './contract.ts'
import { dayInWords, dayOfHalfDay, halfDayInWords, halfDaysOfDay, weekdays } from './rota-calendar.ts'
import { eligible, quartersOf, weekBounds } from './rota-facts.ts'
import { daysWorked, halfDaysWorked, inClinic, type RotaView } from './rota-view.ts'
import { look, type Tallies } from './tally.ts'

/** Holds a rota against what each person was promised. */
export function ratePeople(view: RotaView, tallies: Tallies): void {
  const { facts } = view
  const { calendar, problem } = facts
  for (const [p, facts] of view.facts.people.entries()) {
    const { person } = facts
    const works = (t: number) => inClinic(view, p, t)
    for (const t of facts.leave)
      if (calendar.open[t])
        look(tallies, 'leave', Number(view.duty[p]![t] !== null), () => at(t, `${person.label} is on leave`))
    for (const { day, turn } of view.turns[p]!)
      if (facts.leaveDays.has(day))
        look(
          tallies,
          'leave',
          1,
          () => `${dayInWords(calendar.days[day]!)}: ${person.label} is on leave and has ${turn}`,
        )
    for (const [t, { work }] of facts.fixed)
      look(tallies, 'fixed', Number(view.duty[p]![t]?.work !== work), () => at(t, `${person.label} has ${work}`))
    for (const t of facts.forbidden)
      if (calendar.open[t] && !facts.leave.has(t) && !facts.fixed.has(t))
        look(tallies, 'forbidden', Number(works(t)), () => at(t, `${person.label} does not work then`))
    for (const slot of view.turns[p]!) {
      const kind = problem.turns.find(({ code }) => code === slot.turn)
      const able = kind !== undefined && eligible(facts, { kind, day: slot.day })
      look(tallies, 'turns', Number(!able), () => `${person.label} cannot do ${slot.turn}`)
    }
    weeks(view, p, tallies)
    rest(view, p, tallies)
  }
  function at(t: number, what: string) {
    return `${halfDayInWords(calendar, t)}: ${what}`
  }
}

function weeks(view: RotaView, p: number, tallies: Tallies): void {
  const { calendar, problem, people } = view.facts
  const { person } = people[p]!
  for (let week = 0; week < calendar.weeks; week++) {
    const named = `${person.label}, week of ${dayInWords(calendar.days[7 * week]!)}`
    const { min, max } = weekBounds(people[p]!, week)
    const worked = halfDaysWorked(view, p, (each) => each === week)
    if (min > 0) look(tallies, 'half-days-least', Math.max(0, min - worked), () => `${named}: ${worked} of ${min}`)
    look(tallies, 'half-days-most', Math.max(0, worked - max), () => `${named}: ${worked} of ${max}`)
    const quarterDays = new Set(
      view.duty[p]!.keys()
        .filter((t) => Math.floor(t / 10) === week && view.duty[p]![t]?.protectedQuarter)
        .map(dayOfHalfDay),
    )
    const needed = quartersOf(people[p]!, week)
    if (needed > 0)
      look(
        tallies,
        'protected-time',
        Math.max(0, needed - quarterDays.size),
        () => `${named}: ${quarterDays.size} of ${needed}`,
      )
    if (person.patterns) {
      const worked = Array.from({ length: 10 }, (_, i) => 10 * week + i).filter((t) => inClinic(view, p, t))
      const outside = person.patterns.map(
        (days) => worked.filter((t) => !days.includes(weekdays[dayOfHalfDay(t) % 7]!)).length,
      )
      look(tallies, 'patterns', Math.min(...outside), () => `${named}: outside every pattern`)
    }
  }
  const worked = halfDaysWorked(view, p, () => true)
  const [low, high] = contractBounds(people[p]!, problem.rules.contractWithin)
  look(
    tallies,
    'contract',
    Math.max(0, low - worked, worked - high),
    () => `${person.label}: ${worked}, not ${low} to ${high}`,
  )
  if (person.wholeDays)
    for (const [d, day] of calendar.days.entries()) {
      const { leave, forbidden, fixed } = people[p]!
      const free = (t: number) => calendar.open[t] && !leave.has(t) && !forbidden.has(t) && !fixed.has(t)
      const halves = halfDaysOfDay(d)
      if (halves.length > 0 && halves.every(free)) {
        const [am, pm] = halves.map((t) => inClinic(view, p, t))
        look(tallies, 'whole-days', Number(am !== pm), () => `${dayInWords(day)}: ${person.label} works half of it`)
      }
    }
}

function rest(view: RotaView, p: number, tallies: Tallies): void {
  const { calendar, problem, people, late } = view.facts
  const { person } = people[p]!
  const kindOf = (turn: string) => problem.turns.find(({ code }) => code === turn)
  const turnsAt = (d: number) => view.turns[p]!.filter(({ day }) => day === d).map(({ turn }) => kindOf(turn))
  for (const [d, day] of calendar.days.entries()) {
    const duties =
      turnsAt(d).filter((kind) => kind?.freeMorningAfter).length +
      halfDaysOfDay(d).filter((t) => late.has(t) && inClinic(view, p, t)).length
    if (duties === 0) continue
    const [am] = halfDaysOfDay(d + 1)
    const early =
      Number(am !== undefined && view.duty[p]![am] != null) +
      turnsAt(d + 1).filter((kind) => kind !== undefined && kind.hours[0] < '12:00').length
    look(tallies, 'rest-after-late', Math.min(duties, 1) * early, () => `${person.label} after ${dayInWords(day)}`)
  }
  const most = problem.rules.maxDaysInARow
  const worked = daysWorked(view, p)
  const before = Math.min(person.daysWorkedBefore ?? 0, most)
  for (let first = -before; first + most < calendar.days.length; first++) {
    const window = Array.from({ length: most + 1 }, (_, i) => first + i)
    const all = window.every((d) => d < 0 || worked.has(d))
    look(
      tallies,
      'days-in-a-row',
      Number(all),
      () => `${person.label} up to ${dayInWords(calendar.days[first + most]!)}`,
    )
  }
}
