import type { Identifier, Person, SubjectFacts, WhoseFacts } from '../facts.ts'
import type { Header } from './header.ts'
import { given, systemOf } from './header.ts'
import type { Segment } from './message.ts'
import { partOf, repetitionsOf, valueAt } from './message.ts'
import { numberedEncounter } from './numbers.ts'
import { dateOfDtm } from './time.ts'

const sexes: Readonly<Record<string, Person['sex']>> = {
  F: 'female',
  M: 'male',
  O: 'other',
  A: 'other',
  N: 'other',
  U: 'unknown',
}

/** Whom a PID segment is about: the identifiers of PID-3 (before v2.3.1 also PID-2). */
function whoseOf(pid: Segment, header: Header): WhoseFacts {
  const field = repetitionsOf(pid, 3).length > 0 ? 3 : 2
  return { kind: 'introduced', identifiers: identifiersIn(pid, field, header), location: 'PID-3' }
}

/** The identifiers (CX) of a field. */
export function identifiersIn(segment: Segment, field: number, header: Header): readonly Identifier[] {
  return repetitionsOf(segment, field).flatMap((cx): readonly Identifier[] => {
    const value = given(partOf(cx, 1))
    if (value === undefined) return []
    const type = given(partOf(cx, 5))
    return [
      { system: systemOf(partOf(cx, 4), partOf(cx, 4, 2), partOf(cx, 4, 3), header), value, ...(type && { type }) },
    ]
  })
}

/** What a PID segment says of the person. */
export function personOf(pid: Segment): Person {
  const [name] = repetitionsOf(pid, 5)
  const family = given(partOf(name, 1))
  const givenNames = [partOf(name, 2), ...partOf(name, 3).split(' ')].filter((part) => given(part) !== undefined)
  const birthDate = dateOfDtm(valueAt(pid, 7))
  const sex = sexes[valueAt(pid, 8).toUpperCase()]
  const deceased = { Y: true, N: false }[valueAt(pid, 30)]
  return {
    ...((family !== undefined || givenNames.length > 0) && {
      name: {
        text: [...givenNames, family].filter(Boolean).join(' '),
        ...(family !== undefined && { family }),
        ...(givenNames.length > 0 && { given: givenNames }),
      },
    }),
    ...(birthDate && { birthDate }),
    ...(sex && { sex }),
    ...(deceased !== undefined && { deceased }),
  }
}

/** What a message says of one person, and notes for people about what of it is not carried over. */
export interface PersonContent {
  readonly facts: SubjectFacts
  readonly notes: string[]
}

/** What a message says of several subjects. */
export interface MessageContent {
  readonly subjects: readonly SubjectFacts[]
  readonly notes: readonly string[]
}

/** A message about somebody who is mentioned in passing: ADT is where demographics are kept. */
export function aboutPerson(pid: Segment, pv1: Segment | undefined, header: Header, text: string): SubjectFacts {
  const encounterId = numberedEncounter(pv1, pid, header)
  return {
    ...(encounterId !== undefined && { encounterId }),
    whose: whoseOf(pid, header),
    text,
    person: personOf(pid),
    personVersion: 0,
    encounters: [],
    devices: [],
    measured: [],
    treatments: [],
  }
}
