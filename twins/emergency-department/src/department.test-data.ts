import {
  type Acuity,
  type Belief,
  departmentChannels,
  departmentCodeSystem,
  hour,
  type Instant,
  type JsonObject,
  type LayoutDetail,
  minute,
  type Observation,
  type RosterSpan,
  type Treatment,
  type TwinContext,
  twinContext,
} from '@counterpart/kernel'
import { emergencyDepartment as twin } from './twin.ts'

export const subject = { id: 'department/test', kind: 'department' } as const
/** A Tuesday at 10. */
export const start: Instant = Date.UTC(2026, 5, 2, 10)

export const contextAt = (at: Instant, treatments: readonly Treatment[] = []): TwinContext =>
  twinContext(twin, subject, treatments, at)

let serial = 0

/** An observation with this detail. */
export function observed(channel: string, at: Instant, detail: JsonObject, id = `o${serial++}`): Observation {
  return {
    id,
    version: at,
    status: 'final',
    subject: subject.id,
    channel,
    code: { system: departmentCodeSystem, code: channel },
    value: null,
    unit: '',
    detail,
    effective: at,
    source: { protocol: 'api', system: 'test' },
    quality: { score: 1, flags: [] },
  }
}

/** Something that happened to a visit. */
export const visit = (id: string, at: Instant, detail: JsonObject): Observation =>
  observed(departmentChannels.visit, at, { visit: id, patient: `patient/${id}`, ...detail })

export const layout: LayoutDetail = {
  name: 'Test department',
  utcOffsetMinutes: 0,
  areas: [
    { code: 'WAIT', label: 'Waiting room', role: 'waiting', spaces: [] },
    { code: 'MAJ', label: 'Majors', role: 'majors', spaces: Array.from({ length: 14 }, (_, i) => `M${i + 1}`) },
    { code: 'RES', label: 'Resuscitation', role: 'resuscitation', spaces: ['R1', 'R2'] },
    { code: 'MIN', label: 'Minors', role: 'minors', spaces: Array.from({ length: 8 }, (_, i) => `N${i + 1}`) },
    { code: 'XR', label: 'Imaging', role: 'imaging', spaces: ['X1'] },
  ],
}

/** A roster of the same numbers for two days around `at`. */
export function roster(at: Instant, counts: Readonly<Record<string, number>>): Observation {
  const [from, until] = [at - 24 * hour, at + 24 * hour]
  const spans: RosterSpan[] = Object.entries(counts).map(([role, count]) => ({ role, from, until, count }))
  return observed(departmentChannels.roster, at, { from, until, spans })
}

/** The belief after all of these, in order of time, and after nothing more was heard until `at`. */
export function beliefAfter(
  observations: readonly Observation[],
  at: Instant,
  treatments: readonly Treatment[] = [],
): Belief {
  const times = [...new Set(observations.map(({ effective }) => effective))].sort((a, b) => a - b)
  let belief = twin.begin(subject, times[0] ?? at, {}, contextAt(at, treatments))
  for (const time of [...times, at])
    belief = twin.assimilate(
      belief,
      time,
      observations.filter(({ effective }) => effective === time),
      contextAt(time, treatments),
    )
  return belief
}

/** Somebody's day so far: what happened, in minutes before `at`. */
export function came(
  id: string,
  at: Instant,
  story: {
    readonly arrived: number
    readonly triaged?: number
    readonly acuity?: Acuity
    readonly area?: string
    readonly bed?: string
    readonly seen?: number
    readonly boarding?: number
    readonly mode?: string
  },
): Observation[] {
  const time = (before: number) => at - before * minute
  const { arrived, triaged, acuity = 3, area, bed, seen, boarding, mode = 'walk-in' } = story
  return [
    visit(id, time(arrived), { what: 'arrived', mode }),
    ...(triaged === undefined ? [] : [visit(id, time(triaged), { what: 'triaged', acuity })]),
    ...(area === undefined
      ? []
      : [visit(id, time(seen ?? triaged ?? arrived), { what: 'placed', at: { area, ...(bed ? { bed } : {}) } })]),
    ...(seen === undefined ? [] : [visit(id, time(seen), { what: 'seen' })]),
    ...(boarding === undefined ? [] : [visit(id, time(boarding), { what: 'admission-requested' })]),
  ]
}

/** Somebody who came so many minutes before the start. */
interface Came {
  readonly id: string
  readonly arrived: number
  readonly acuity: Acuity
}

/** Forty who were seen one every six minutes, and twelve who wait, acuity 3 to 5 in turn; `first`: who went first. */
export const seenInOrder = (first: (a: Came, b: Came) => number): Observation[] => {
  const people = Array.from(
    { length: 52 },
    (_, i): Came => ({ id: `p${i}`, arrived: 340 - 6 * i, acuity: (3 + (i % 3)) as Acuity }),
  )
  let line: Came[] = []
  const seen = new Map<string, number>()
  for (let before = 280; before > 40; before -= 6) {
    line = people.filter(({ id, arrived }) => arrived - 5 >= before && !seen.has(id)).sort(first)
    if (line[0]) seen.set(line[0].id, before)
  }
  return people.flatMap(({ id, arrived, acuity }) => {
    const at = seen.get(id)
    return came(id, start, {
      arrived,
      triaged: arrived - 5,
      acuity,
      ...(at === undefined ? {} : { seen: at, area: 'WAIT' }),
    })
  })
}
