import type { PersonMark } from '@counterpart/server/contract'
import { writeDuration, writeLead, writeStay } from '../format/time.ts'
import { strings as t } from '../strings.ts'
import { breachOf, type Placed } from './people.ts'

/** How long people may stay, as the target says: "4 h". */
export function targetOf(person: PersonMark): string {
  return writeLead(Math.round(((person.breachAt ?? person.arrived) - person.arrived) / 60_000) * 60_000)
}

/** "tests 42 min" */
export function stateFor(person: PersonMark, now: number): string {
  return t.floor.stateFor(t.floor.states[person.state] ?? person.state, writeStay(now - person.since))
}

/** What of the target is worth saying: nothing while it is far away. */
export function breachWords(person: PersonMark, now: number, long = false): string | null {
  const breach = breachOf(person, now)
  if (breach === null || person.breachAt === undefined) return null
  const away = Math.abs(person.breachAt - now)
  const span = long ? writeDuration(away) : writeStay(away)
  const limit = targetOf(person)
  if (breach === 'past') return long ? t.floor.pastBreachLong(limit, span) : t.floor.pastBreach(limit, span)
  return long ? t.floor.nearBreachLong(limit, span) : t.floor.nearBreach(limit, span)
}

export function acuityWords(person: PersonMark): string {
  return person.acuity === null ? t.floor.noAcuity : t.floor.acuity(person.acuity)
}

/** Everything a mark shows, as a sentence for those who cannot see it. */
export function describePerson({ person, area, space }: Placed, now: number): string {
  return [
    person.label,
    acuityWords(person),
    space === null ? area : `${area} ${space}`,
    stateFor(person, now),
    t.floor.hereFor(writeDuration(now - person.arrived)),
    breachWords(person, now, true),
    person.attention ? t.floor.lookAgain : null,
    person.doubt ? t.floor.uncertain : null,
  ]
    .filter((each) => each !== null)
    .join(', ')
}
