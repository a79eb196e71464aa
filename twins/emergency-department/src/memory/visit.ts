import {
  type Acuity,
  type Disposition,
  type Instant,
  minute,
  type SubjectId,
  type VisitPlace,
} from '@counterpart/kernel'

/** What could not be made sense of about a visit; `about` names the kind, so that a newer fact can settle it. */
export type Doubt = {
  readonly about: 'arrival' | 'order' | 'place' | 'after-leaving' | 'merge' | 'message'
  readonly sentence: string
  readonly at: Instant
}

/** One look at somebody who waits: by triage, or with vital signs. Facts within five minutes are one look. */
export type Look = {
  readonly at: Instant
  /** As said by then. */
  readonly acuity: Acuity | null
  /** NEWS2, where all of it was measured (oxygen not spoken of is air) of somebody who is not known to be under 16. */
  readonly news2: number | null
  /** How much NEWS2 has risen since the look before. */
  readonly change: number | null
}

/** Looks before a clinician came: what those after say is of somebody in care. */
export type Looks = { readonly first: Look; readonly before: Look | null; readonly last: Look }

type OpenTest = { readonly order: string; readonly imaging: boolean; readonly at: Instant }

/** One visit as far as it was heard of; times are `null` until the fact was reported. */
export type Visit = {
  readonly id: string
  readonly patient: SubjectId
  readonly mode: 'walk-in' | 'ambulance' | 'transfer'
  readonly acuity: Acuity | null
  /** Completed years, 90 and more as 90; `null`: not told. */
  readonly age: number | null
  /** When the patient came; of visits whose arrival nobody reported, when they were first heard of. */
  readonly arrived: Instant
  readonly arrivalReported: boolean
  readonly triaged: Instant | null
  /** When first placed anywhere: an ambulance has handed over then. */
  readonly received: Instant | null
  readonly looks: Looks | null
  readonly seen: Instant | null
  readonly place: VisitPlace | null
  /** Since when in that place. */
  readonly placed: Instant | null
  readonly tests: readonly OpenTest[]
  /** Kinds of tests that were ordered during this visit. */
  readonly laboratory: boolean
  readonly imaging: boolean
  /** Since when at least one test is open, and the minutes with one open before that. */
  readonly testingSince: Instant | null
  readonly testMinutes: number
  readonly lastResult: Instant | null
  /** Since when a bed upstairs is wanted. */
  readonly boarding: Instant | null
  readonly left: Instant | null
  readonly disposition: Disposition | null
  /** When anything was heard of this visit last. */
  readonly heard: Instant
  /** How many of the like who came into the same line later went on from it before. */
  readonly overtaken: number
  readonly doubts: readonly Doubt[]
}

export type VisitState = 'arriving' | 'waiting' | 'in-care' | 'tests' | 'boarding' | 'left'

/** The state that follows from what was heard. */
export function stateOf(visit: Visit): VisitState {
  if (visit.left !== null) return 'left'
  if (visit.boarding !== null) return 'boarding'
  if (visit.seen !== null) return visit.tests.length > 0 ? 'tests' : 'in-care'
  return visit.triaged !== null || visit.acuity !== null ? 'waiting' : 'arriving'
}

/** Since when the visit is in its state. */
export function inStateSince(visit: Visit): Instant {
  switch (stateOf(visit)) {
    case 'left':
      return visit.left!
    case 'boarding':
      return visit.boarding!
    case 'tests':
      return visit.testingSince ?? visit.seen!
    case 'in-care':
      return Math.max(visit.seen!, visit.lastResult ?? visit.seen!)
    case 'waiting':
      return visit.triaged ?? visit.arrived
    case 'arriving':
      return visit.arrived
  }
}

/** Facts about one visit within so long belong to one look. */
const oneLook = 5 * minute

/** The looks at a visit after another fact of one; what the fact does not say stays as it was known. */
export function lookedAt({ looks }: Visit, at: Instant, said: Pick<Look, 'acuity' | 'news2'>): Looks {
  const changeFrom = (before: Look | null, news2: number | null) =>
    news2 === null || !before || before.news2 === null ? null : news2 - before.news2
  if (looks === null) {
    const first = { at, ...said, change: null }
    return { first, before: null, last: first }
  }
  const { first, before, last } = looks
  if (at - last.at >= oneLook)
    return { first, before: last, last: { at, ...said, change: changeFrom(last, said.news2) } }
  const news2 = said.news2 ?? last.news2
  const same = { ...last, acuity: said.acuity, news2, change: changeFrom(before, news2) }
  return { first: before === null ? same : first, before, last: same }
}

/** A visit of which nothing is known but that it was heard of. */
export function unheardVisit(id: string, patient: SubjectId, at: Instant): Visit {
  return {
    id,
    patient,
    mode: 'walk-in',
    acuity: null,
    age: null,
    arrived: at,
    arrivalReported: false,
    triaged: null,
    received: null,
    looks: null,
    seen: null,
    place: null,
    placed: null,
    tests: [],
    laboratory: false,
    imaging: false,
    testingSince: null,
    testMinutes: 0,
    lastResult: null,
    boarding: null,
    left: null,
    disposition: null,
    heard: at,
    overtaken: 0,
    doubts: [],
  }
}
