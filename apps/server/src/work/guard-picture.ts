import type { ClinicLayoutDetail } from '@counterpart/kernel'
import { suppressGroups } from '@counterpart/privacy'
import type { GroupsPicture, LoadPicture, PictureData } from '../contract/index.ts'

const nothing = { mean: 0, p05: 0, p25: 0, p50: 0, p75: 0, p95: 0 }
const tooFew = 'Too few people to tell'

/**
 * A clinic's picture as it may be shown to others than the person it is about. Definitions suppress small groups themselves;
 * this holds whatever a definition does: nothing of a row or group that is one person, has fewer people than the minimum, or is
 * a pod that would follow from the others. Figures are rounded to what is shown of them, whole hours of a pod, so that one who asks
 * again and again does not see each message that somebody answers.
 */
export function guardPicture(made: PictureData, layout: ClinicLayoutDetail): PictureData {
  const hidden = hiddenNames(layout)
  if (made.kind === 'load') return guardLoad(made, hidden, layout.minimumCell)
  return made.kind === 'groups' ? guardGroups(made, hidden, layout.minimumCell) : made
}

/** Pods and people of whom no row of their own may be shown. */
function hiddenNames({ pods, providers, minimumCell }: ClinicLayoutDetail): ReadonlySet<string> {
  const people = (pod?: string) =>
    providers.filter((each) => pod === undefined || each.pod === pod).map(({ provider }) => provider)
  const groups = [
    { name: 'the clinic', members: people() },
    ...pods.map(({ code }) => ({ name: code, members: people(code) })),
  ]
  const { suppressed } = suppressGroups({ groups, minimum: Math.max(3, minimumCell) })
  return new Set([...suppressed.keys(), ...people()])
}

function guardLoad(made: LoadPicture, hidden: ReadonlySet<string>, minimum: number): LoadPicture {
  const mayShow = new Set(
    made.rows.filter(({ name, people }) => !hidden.has(name) && people >= minimum).map(({ name }) => name),
  )
  return {
    ...made,
    rows: made.rows.map((row) =>
      mayShow.has(row.name)
        ? { ...row, cells: row.cells.map(inWholeHours) }
        : {
            ...row,
            cells: row.cells.map(({ known }) => ({
              known,
              contracted: 0,
              scheduled: 0,
              work: nothing,
              outside: nothing,
              overload: null,
              away: 0,
              suppressed: tooFew,
            })),
          },
    ),
    findings: made.findings.filter(({ row }) => mayShow.has(row) || made.rows.every(({ name }) => name !== row)),
  }
}

function shownDigits(
  values: GroupsPicture['groups'][number]['values'],
  indicators: GroupsPicture['indicators'],
): typeof values {
  return Object.fromEntries(
    Object.entries(values).map(([name, { completeness, ...figures }]) => [
      name,
      {
        ...rounded(figures, indicators.find((each) => each.name === name)?.digits ?? 1),
        ...(completeness !== undefined && { completeness: to(completeness, 2) }),
      },
    ]),
  )
}

function inWholeHours(cell: LoadPicture['rows'][number]['cells'][number]): typeof cell {
  const { work, outside, backlog, completeness } = cell
  return {
    ...cell,
    work: rounded(work, 0),
    outside: rounded(outside, 0),
    ...(backlog && { backlog: rounded(backlog, 0) }),
    ...(completeness !== undefined && { completeness: to(completeness, 2) }),
  }
}

/** All numbers of a record to so many digits after the point. */
function rounded<T extends object>(figures: T, digits: number): T {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === 'number' ? to(value, digits) : value]),
  ) as T
}

function to(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function guardGroups(made: GroupsPicture, hidden: ReadonlySet<string>, minimum: number): GroupsPicture {
  return {
    ...made,
    groups: made.groups.map(({ n, ...group }) => {
      if (!hidden.has(group.name) && (n === undefined || n >= minimum))
        return { ...group, ...(n !== undefined && { n }), values: shownDigits(group.values, made.indicators) }
      const values = Object.keys(group.values).map((name) => [name, { estimate: null, suppressed: tooFew }])
      return { ...group, values: Object.fromEntries(values) }
    }),
  }
}
