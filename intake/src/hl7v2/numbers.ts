import { nameOf } from '../hash.ts'
import type { Header } from './header.ts'
import { given, systemOf } from './header.ts'
import type { Repetition, Segment } from './message.ts'
import { partOf, repetitionsOf } from './message.ts'

/** The encounter that a visit number (CX) means; `undefined` when there is none. */
export function encounterIdOfNumber(cx: Repetition | undefined, header: Header): string | undefined {
  const value = given(partOf(cx, 1))
  return value === undefined
    ? undefined
    : nameOf('encounter', systemOf(partOf(cx, 4), partOf(cx, 4, 2), partOf(cx, 4, 3), header), value)
}

/**
 * The visit number (PV1-19) with its authority, so that it meets `Encounter.identifier` of FHIR; without one the
 * patient's account (PID-18). `undefined` when there is neither.
 */
export function numberedEncounter(pv1: Segment | undefined, pid: Segment, header: Header): string | undefined {
  for (const cx of [...repetitionsOf(pv1, 19), ...repetitionsOf(pid, 18)]) {
    const id = encounterIdOfNumber(cx, header)
    if (id !== undefined) return id
  }
  return undefined
}

/** The order that an entity identifier (EI) means, the same as in FHIR `ServiceRequest.identifier`. */
export function orderOfNumber(ei: Repetition | undefined, header: Header): string | undefined {
  const value = given(partOf(ei, 1))
  return value === undefined
    ? undefined
    : nameOf('order', systemOf(partOf(ei, 2), partOf(ei, 3), partOf(ei, 4), header), value)
}
