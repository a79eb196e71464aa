import { type Instant, minute, news2, type VisitDetail, type VitalSigns } from '@counterpart/kernel'
import { clockTime } from '../words.ts'
import { type Doubt, lookedAt, unheardVisit, type Visit } from './visit.ts'

/** Tests that take the scanner, by what hospitals call them. */
const imagingNames = /\b(CT|MRI?|CTPA|X-?rays?|XR|US|ultrasound)\b|imag|radio|scan|sonogr/i

/**
 * The visit after something happened to it at `at`. Every order of facts has an answer: what contradicts what was known
 * becomes a doubt on the visit, and the newer fact is believed. Merging is the department's business, not the visit's.
 */
export function happened(known: Visit | undefined, detail: VisitDetail, at: Instant, offset: number): Visit {
  const before = known ?? unheardVisit(detail.visit, detail.patient, at)
  const visit = { ...before, patient: detail.patient, heard: Math.max(before.heard, at) }
  const clock = (time: Instant) => clockTime(time, offset)
  // Any sign of life after leaving but a late result: believed, and said.
  if (visit.left !== null && (detail.what === 'placed' || detail.what === 'seen'))
    return happened(
      doubted(
        { ...visit, left: null, disposition: null },
        'after-leaving',
        `${detail.what === 'placed' ? `Placed in ${detail.at.area}` : 'Seen'} at ${clock(at)} after leaving at ${clock(visit.left)}; taken as still here`,
        at,
      ),
      detail,
      at,
      offset,
    )
  switch (detail.what) {
    case 'arrived': {
      if (visit.arrivalReported) return { ...visit, age: visit.age ?? detail.age ?? null }
      const first = Math.min(visit.arrived, at)
      const late = known !== undefined && before.arrived < at
      const age = detail.age ?? visit.age
      const arrived = { ...visit, mode: detail.mode, age, arrived: first, arrivalReported: true }
      return late
        ? doubted(
            arrived,
            'order',
            `Arrival was reported for ${clock(at)}, but something had happened at ${clock(before.arrived)}; that time is taken`,
            at,
          )
        : arrived
    }
    case 'triaged':
      return {
        ...visit,
        acuity: detail.acuity,
        triaged: visit.triaged ?? at,
        looks: visit.seen === null ? lookedAt(visit, at, { acuity: detail.acuity, news2: null }) : visit.looks,
      }
    case 'observed':
      return visit.seen === null
        ? { ...visit, looks: lookedAt(visit, at, { acuity: visit.acuity, news2: scoreOf(detail.signs, visit.age) }) }
        : visit
    case 'placed': {
      const same =
        visit.place?.area === detail.at.area && visit.place.bed === detail.at.bed && visit.place.room === detail.at.room
      return settled(
        { ...visit, received: visit.received ?? at, place: detail.at, placed: same ? visit.placed : at },
        'place',
      )
    }
    case 'seen':
      return { ...visit, seen: visit.seen ?? at }
    case 'test-ordered': {
      if (visit.tests.some(({ order }) => order === detail.order)) return visit
      const imaging = imagingNames.test(detail.test)
      return {
        ...visit,
        tests: [...visit.tests, { order: detail.order, imaging, at }],
        laboratory: visit.laboratory || !imaging,
        imaging: visit.imaging || imaging,
        testingSince: visit.testingSince ?? at,
      }
    }
    case 'test-done': {
      const tests = visit.tests.filter(({ order }) => order !== detail.order)
      if (tests.length === visit.tests.length || tests.length > 0) return { ...visit, tests, lastResult: at }
      return {
        ...visit,
        tests,
        lastResult: at,
        testMinutes: visit.testMinutes + (at - (visit.testingSince ?? at)) / minute,
        testingSince: null,
      }
    }
    case 'admission-requested':
      return { ...visit, boarding: visit.boarding ?? at }
    case 'admission-withdrawn':
      return { ...visit, boarding: null }
    case 'left':
      return settled({ ...visit, left: visit.left ?? at, disposition: detail.disposition }, 'after-leaving')
    case 'returned':
      return settled({ ...visit, left: null, disposition: null }, 'after-leaving')
    case 'cancelled':
    case 'merged':
      return visit
  }
}

/** NEWS2 is meant for people of 16 and more, and means something only when nothing of it is missing. */
function scoreOf(signs: VitalSigns, age: number | null): number | null {
  if (age !== null && age < 16) return null
  const { score, missing } = news2(signs)
  return missing.every((name) => name === 'oxygen') ? score : null
}

/** The visit with one more doubt; a newer one of the same kind stands instead of the older. */
export function doubted(visit: Visit, about: Doubt['about'], sentence: string, at: Instant): Visit {
  return { ...visit, doubts: [...visit.doubts.filter((d) => d.about !== about), { about, sentence, at }] }
}

/** The visit without doubts of this kind. */
function settled(visit: Visit, about: Doubt['about']): Visit {
  return visit.doubts.some((d) => d.about === about)
    ? { ...visit, doubts: visit.doubts.filter((d) => d.about !== about) }
    : visit
}

/**
 * Two visits that turn out to be one: earlier times, the newer place, all tests. What only one of them knows is kept.
 */
export function mergedVisit(into: Visit, from: Visit, at: Instant): Visit {
  const earlier = (a: Instant | null, b: Instant | null) => (a === null ? b : b === null ? a : Math.min(a, b))
  const placedLater = (from.placed ?? Number.NEGATIVE_INFINITY) > (into.placed ?? Number.NEGATIVE_INFINITY)
  const known = into.arrivalReported || !from.arrivalReported ? into : from
  return {
    ...into,
    mode: known.mode,
    arrived: Math.min(into.arrived, from.arrived),
    arrivalReported: into.arrivalReported || from.arrivalReported,
    acuity: into.acuity ?? from.acuity,
    age: into.age ?? from.age,
    triaged: earlier(into.triaged, from.triaged),
    received: earlier(into.received, from.received),
    looks: into.looks ?? from.looks,
    seen: earlier(into.seen, from.seen),
    place: placedLater ? from.place : into.place,
    placed: placedLater ? from.placed : into.placed,
    tests: [...into.tests, ...from.tests.filter((t) => into.tests.every(({ order }) => order !== t.order))],
    laboratory: into.laboratory || from.laboratory,
    imaging: into.imaging || from.imaging,
    testingSince: earlier(into.testingSince, from.testingSince),
    testMinutes: Math.max(into.testMinutes, from.testMinutes),
    lastResult: into.lastResult ?? from.lastResult,
    boarding: earlier(into.boarding, from.boarding),
    heard: Math.max(into.heard, at),
    doubts: [...into.doubts, ...from.doubts.filter((d) => into.doubts.every(({ about }) => about !== d.about))],
  }
}
