import { type Instant, minute, type PressurePicture } from '@counterpart/kernel'
import { quantile } from '@counterpart/numerics'
import { covers } from '../department.ts'
import type { Course } from '../exam.ts'
import type { Situation } from '../situation.ts'
import { staffLabels } from '../staffing.ts'

export const pressureStep = 30 * minute

/** Whether any machine of the department takes such a patient at the instant. */
function takenNow(
  { kind, protocol, machine }: Course,
  modality: string,
  at: Instant,
  openings: Situation['openings'],
): boolean {
  return openings.some((opening) => {
    if (kind === 'booked') return opening.machine.code === machine && covers(opening.booked, at)
    if (opening.machine.modality !== modality || (opening.machine.without ?? []).includes(protocol)) return false
    return covers(kind === 'emergency' ? opening.emergency : opening.routine, at)
  })
}

/** How full each resource is over the hours to come, who waits for it, and whether it is what holds people up. */
export function pressurePicture(
  situation: Situation,
  futures: readonly (readonly Course[])[],
  times: readonly Instant[],
): PressurePicture {
  const { department, openings, staff } = situation
  const modalities = [...new Set(department.layout.machines.map(({ modality }) => modality))]
  const modalityOf = (course: Course) => department.protocols.get(course.protocol)?.modality
  const counted = futures.map((courses) =>
    times.map((at) => {
      const scanning = courses.filter(({ start, end }) => start <= at && at < end)
      const byModality = new Map(
        modalities.map((modality) => {
          const open = openings.filter(
            ({ machine, emergency, booked }) =>
              machine.modality === modality && (covers(emergency, at) || covers(booked, at)),
          ).length
          const busy = scanning.filter((course) => modalityOf(course) === modality).length
          // Whoever is kept until the next session is held up by nothing that is there now.
          const waiting = courses.filter(
            (course) =>
              course.came <= at &&
              course.start > at &&
              modalityOf(course) === modality &&
              takenNow(course, modality, at, openings),
          ).length
          return [modality, { open, busy, waiting }] as const
        }),
      )
      const duty = (role: keyof typeof staff) => staff[role].findLast((step) => step.at <= at)?.count ?? 0
      return {
        byModality,
        technologists: { open: duty('technologist'), busy: scanning.length },
        radiologists: {
          open: duty('radiologist'),
          backlog: courses.filter(({ end, reported }) => end <= at && at < reported).length,
        },
      }
    }),
  )
  type Cell = { readonly use: number; readonly waiting: number; readonly holds: boolean }
  const rowOf = (name: string, label: string, of: (cell: (typeof counted)[number][number]) => Cell) => {
    const cells = times.map((_, t) => futures.map((__, m) => of(counted[m]![t]!)))
    const band = (p: number, pick: (cell: Cell) => number) =>
      cells.map((members) => quantile(Float64Array.from(members, pick), p))
    const bands = (pick: (cell: Cell) => number) => ({
      p05: band(0.05, pick),
      p50: band(0.5, pick),
      p95: band(0.95, pick),
    })
    return {
      name,
      label,
      use: bands(({ use }) => use),
      waiting: bands(({ waiting }) => waiting),
      holdsUp: cells.map((members) => members.filter(({ holds }) => holds).length / members.length),
    }
  }
  const part = (busy: number, open: number) => (open === 0 ? (busy > 0 ? 1 : 0) : Math.min(1, busy / open))
  const rows = [
    ...modalities.map((modality) =>
      rowOf(modality, `${modality} machines`, ({ byModality, technologists }) => {
        const { open, busy, waiting } = byModality.get(modality)!
        const full = busy >= open && waiting > 0
        return {
          use: part(busy, open),
          waiting,
          holds: full && technologists.busy < Math.max(technologists.open, busy + 1),
        }
      }),
    ),
    rowOf('technologist', staffLabels.technologist, ({ byModality, technologists: { open, busy } }) => {
      // Machines that stand though somebody waits for them.
      const idle = [...byModality.values()].reduce(
        (sum, m) => sum + Math.min(m.waiting, Math.max(0, m.open - m.busy)),
        0,
      )
      const waiting = busy >= open ? idle : 0
      return { use: part(busy, open), waiting, holds: waiting > 0 }
    }),
    rowOf('radiologist', staffLabels.radiologist, ({ radiologists: { open, backlog } }) => {
      const waiting = Math.max(0, backlog - open)
      return { use: part(Math.min(backlog, open), open), waiting, holds: waiting > Math.max(2, 2 * open) }
    }),
  ]
  const clock = (at: Instant) => new Date(at + department.layout.utcOffsetMinutes * minute).toISOString().slice(11, 16)
  const findings = rows.flatMap((row) => findingsOf(row, times, causeOf(row.name), clock))
  return {
    kind: 'pressure',
    title: `What will hold people up, ${department.layout.name}`,
    description:
      findings[0]?.sentence ??
      'Nothing is expected to hold people up over the hours shown with a probability of half or more.',
    times,
    rows,
    findings,
  }
}

const causeOf = (name: string): string =>
  name === 'technologist'
    ? 'Machines stand free while people wait, for want of technologists'
    : name === 'radiologist'
      ? 'Exams end faster than they are read'
      : 'All open machines are taken while people wait'

/** Stretches during which a resource holds people up more likely than not. */
function findingsOf(
  row: PressurePicture['rows'][number],
  times: readonly Instant[],
  cause: string,
  clock: (at: Instant) => string,
): PressurePicture['findings'][number][] {
  const found: PressurePicture['findings'][number][] = []
  for (let t = 0; t < times.length; t++) {
    if (row.holdsUp[t]! < 0.5) continue
    let end = t
    while (end + 1 < times.length && row.holdsUp[end + 1]! >= 0.5) end++
    const probability = row.holdsUp.slice(t, end + 1).reduce((sum, p) => sum + p, 0) / (end - t + 1)
    const most = Math.max(...row.waiting.p50.slice(t, end + 1))
    found.push({
      resource: row.name,
      from: times[t]!,
      until: times[end]! + pressureStep,
      probability,
      sentence: `${row.label} hold people up from ${times[t] === times[0] ? 'now' : clock(times[t]!)} to ${clock(times[end]! + pressureStep)} (${(100 * probability).toFixed(0)} %); about ${most.toFixed(0)} wait.`,
      cause,
    })
    t = end
  }
  return found
}
