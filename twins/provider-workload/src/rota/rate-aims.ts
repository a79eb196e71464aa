import { fairShares, fairUnpopular, wishesOf } from './fair-shares.ts'
import { halfDayInWords, halfDaysOfDay } from './rota-calendar.ts'
import { inClinic, type RotaView } from './rota-view.ts'
import { look, type Tallies } from './tally.ts'

/** Holds a rota against what makes one better than another. */
export function rateAims(view: RotaView, tallies: Tallies): void {
  continuity(view, tallies)
  stability(view, tallies)
  const { facts } = view
  for (const { code, label } of facts.problem.turns)
    shared(view, tallies, 'fair-turns', fairShares(facts, code), (p) => turnsDone(view, p, code), label)
  shared(view, tallies, 'fair-half-days', fairUnpopular(facts), (p) => unpopularWorked(view, p), 'unpopular half-days')
  wishes(view, tallies)
}

export const turnsDone = ({ turns }: RotaView, p: number, code: string): number =>
  turns[p]!.filter(({ turn }) => turn === code).length

export const unpopularWorked = (view: RotaView, p: number): number =>
  [...view.facts.unpopular].filter((t) => inClinic(view, p, t)).length

function continuity(view: RotaView, tallies: Tallies): void {
  const { calendar, people, problem } = view.facts
  const within = problem.rules.ownDoctorWithinDays
  const open = calendar.days
    .keys()
    .filter((d) => halfDaysOfDay(d).some((t) => calendar.open[t]))
    .toArray()
  for (const [p, { person, pods, leave }] of people.entries()) {
    for (const t of calendar.open.keys())
      if (inClinic(view, p, t))
        look(
          tallies,
          'continuity',
          inClinic(view, p, t, pods[0]) ? 0 : 0.5,
          () => `${halfDayInWords(calendar, t)}: ${person.label} away from own patients`,
        )
    for (let i = 0; i + within <= open.length; i++) {
      const window = open.slice(i, i + within)
      if (window.some((d) => halfDaysOfDay(d).every((t) => leave.has(t)))) continue
      const there = window.some((d) => halfDaysOfDay(d).some((t) => inClinic(view, p, t, pods[0])))
      look(tallies, 'continuity', Number(!there), () => `${person.label} not in own pod for ${within} open days`)
    }
  }
}

function stability(view: RotaView, tallies: Tallies): void {
  const { calendar, people, problem } = view.facts
  if (!problem.inForce) return
  for (const [p, { person, inForce }] of people.entries())
    for (const [t, open] of calendar.open.entries()) {
      if (!open) continue
      const now = inForce.get(t)
      const kept = now === undefined ? !inClinic(view, p, t) : inClinic(view, p, t, now)
      look(tallies, 'stability', Number(!kept), () => `${halfDayInWords(calendar, t)}: ${person.label} changes`)
    }
}

function shared(
  view: RotaView,
  tallies: Tallies,
  rule: 'fair-turns' | 'fair-half-days',
  shares: ReadonlyMap<number, number>,
  counted: (p: number) => number,
  what: string,
): void {
  let worst = 0
  for (const [p, share] of shares) {
    const [most, least] = [Math.max(0, Math.ceil(share - 1e-9)), Math.max(0, Math.floor(share + 1e-9))]
    const count = counted(p)
    const off = Math.max(0, count - most, least - count)
    worst = Math.max(worst, off)
    look(tallies, rule, off, () => `${view.facts.people[p]!.person.label}: ${count} ${what}, share ${share.toFixed(1)}`)
  }
  tallies.get(rule)!.weighed += 5 * worst
}

/** The share of a person's wishes, by weight, that a rota does not meet; undefined: nothing was wished for. */
export function wishesLost(view: RotaView, p: number): { readonly share: number; readonly weight: number } | undefined {
  const wishes = wishesOf(view.facts, p)
  const total = wishes.reduce((sum, { weight }) => sum + weight, 0)
  const lost = wishes.filter(({ halfDay, want }) => inClinic(view, p, halfDay) !== (want === 'work'))
  const weight = lost.reduce((sum, each) => sum + each.weight, 0)
  return total === 0 ? undefined : { share: weight / total, weight }
}

function wishes(view: RotaView, tallies: Tallies): void {
  let worst = 0
  for (const [p, { person }] of view.facts.people.entries()) {
    const lost = wishesLost(view, p)
    if (!lost) continue
    const { share, weight } = lost
    worst = Math.max(worst, share)
    look(tallies, 'wishes', weight, () => `${person.label}: ${Math.round(100 * share)} % not met`)
    const beyond = Math.max(0, share - 0.25) + Math.max(0, share - 0.5)
    look(
      tallies,
      'fair-wishes',
      Math.max(0, share - 0.25),
      () => `${person.label}: ${Math.round(100 * share)} % not met`,
      beyond,
    )
  }
  tallies.get('fair-wishes')!.weighed += 10 * worst
}
