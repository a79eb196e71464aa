import type { LoadPicture } from '@counterpart/server/contract'
import { formatNumber, writeEstimate, writeInterval, writeProbability } from '../format/number.ts'
import { clinicStrings as c } from '../strings-clinic.ts'

export type LoadRow = LoadPicture['rows'][number]
export type LoadCell = LoadRow['cells'][number]
type Hours = LoadCell['work']

/** From so many on, hours are written whole. */
const wholeFrom = 100
/** Below this share of the log it is said how much of it is there. */
export const logComplete = 0.98
/** Below this an overload is not worth a mark. */
const worthSaying = 0.05

/** Hours that stand for a full bar of this row: what its people are contracted for in its fullest period. */
export function fullHours(row: LoadRow): number {
  const contracted = Math.max(0, ...row.cells.map((cell) => cell.contracted))
  return contracted > 0 ? contracted : Math.max(1, ...row.cells.map((cell) => cell.work.p50))
}

/** How many full bars the highest of all rows reaches; all rows share it, so that equal heights mean equally full weeks. */
export function tallest(rows: readonly LoadRow[]): number {
  const share = (row: LoadRow) =>
    Math.max(0, ...row.cells.map((cell) => (cell.suppressed ? 0 : cell.work.p95))) / fullHours(row)
  return Math.max(1.25, ...rows.map(share))
}

export interface WrittenHours {
  readonly value: string
  /** Empty where it was measured in full. */
  readonly interval: string
}

export function writeHours(hours: Pick<Hours, 'p05' | 'p50' | 'p95'>): WrittenHours {
  const { value, low, high } = writeEstimate(hours, { digits: hours.p50 >= wholeFrom ? 0 : 1 })
  return { value, interval: hours.p05 === hours.p95 ? '' : writeInterval(low, high) }
}

export interface OverloadMark {
  readonly shape: '▲' | '△'
  readonly words: string
  readonly level: 'likely' | 'maybe'
}

/** How likely an overload is, in words and as a shape; nothing where it is hardly worth saying. `one`: of one person. */
export function overloadMark(cell: LoadCell, one: boolean): OverloadMark | undefined {
  const { overload } = cell
  if (!overload || cell.suppressed || overload.estimate < worthSaying) return undefined
  // As it is written, so that no 50 % looks like less than half.
  const likely = Math.round(overload.estimate * 100) >= 50
  const sure = sureOf(cell)
  if (one && sure && !likely) return undefined
  return {
    shape: likely ? '▲' : '△',
    words:
      one && sure
        ? c.load.overloadedShort
        : sure
          ? writeShare(overload.estimate)
          : writeProbability(overload.estimate, { sampled: true }),
    level: likely ? 'likely' : 'maybe',
  }
}

/** What has been measured to the end was so, or was not. */
function sureOf({ known, overload }: LoadCell): boolean {
  return known === 'measured' && overload !== null && overload.low === overload.high
}

export function writeShare(share: number): string {
  return `${formatNumber(share * 100, 0)} %`
}

/** An overload with its interval, in words. `one`: of one person a chance; otherwise a share of people. */
function writeOverload(cell: LoadCell, one: boolean): string {
  const { overload } = cell
  if (!overload) return ''
  if (one && sureOf(cell)) return overload.estimate >= 0.5 ? c.load.overloaded : c.load.notOverloaded
  return sureOf(cell) ? writeShare(overload.estimate) : writeChance(overload)
}

/** A probability or a share by counting, with its interval. */
export function writeChance({ estimate, low, high }: NonNullable<LoadCell['overload']>): string {
  const interval = low === high ? '' : ` (${writeInterval(formatNumber(low * 100, 0), formatNumber(high * 100, 0))})`
  return `${writeProbability(estimate, { sampled: true })}${interval}`
}

/** Everything that one cell shows, as a sentence. */
export function cellSentence(row: LoadRow, period: string, cell: LoadCell): string {
  if (cell.suppressed) return c.load.suppressedSentence(row.label, period, cell.suppressed)
  const one = row.people === 1
  const work = writeHours(cell.work)
  const outside = writeHours(cell.outside)
  const sentence = c.load.sentence(
    row.label,
    period,
    c.load.known[cell.known] ?? cell.known,
    withInterval(work),
    withInterval(outside),
    formatNumber(cell.contracted, cell.contracted >= wholeFrom ? 0 : 1),
  )
  const overload = writeOverload(cell, one)
  const more = [
    ...(cell.backlog ? [c.load.backlogIs(withInterval(writeHours(cell.backlog)))] : []),
    ...(overload ? [one ? c.load.chanceIs(overload) : c.load.shareIs(overload)] : []),
    ...awayWords(row, cell),
    ...(isIncomplete(cell) ? [c.load.logThere(writeShare(cell.completeness!))] : []),
  ]
  return [sentence, ...more].join('; ').concat('.')
}

/** Who is away and how much of the log is there, in a word or two each. */
export function notesOf(row: LoadRow, cell: LoadCell): readonly string[] {
  return [...awayWords(row, cell), ...(isIncomplete(cell) ? [c.load.logShort(writeShare(cell.completeness!))] : [])]
}

/** From this much of a period on somebody is away for all of it. */
const away = 0.95

function awayWords(row: LoadRow, cell: LoadCell): readonly string[] {
  if (cell.away <= 0) return []
  if (row.people === 1) return [cell.away >= away ? c.load.onLeave : c.load.partlyOnLeave]
  return [c.load.away(formatNumber(cell.away, Number.isInteger(cell.away) ? 0 : 1))]
}

export function isIncomplete({ completeness, suppressed }: LoadCell): boolean {
  return completeness !== undefined && completeness < logComplete && !suppressed
}

function withInterval({ value, interval }: WrittenHours): string {
  return interval ? `${value} h (${interval})` : `${value} h`
}

/** The table behind: a line for each row and period. */
export function loadTable(picture: LoadPicture) {
  return {
    head: [
      c.load.period,
      c.load.who,
      c.load.what,
      c.load.workColumn,
      c.load.outsideColumn,
      c.load.contractedColumn,
      c.load.scheduledColumn,
      c.load.backlogColumn,
      c.load.overloadColumn,
      c.load.awayColumn,
      c.load.logColumn,
    ],
    rows: () =>
      picture.rows.flatMap((row) =>
        row.cells.map((cell, index) => {
          const period = picture.periods[index]?.label ?? ''
          if (cell.suppressed) return [period, row.label, cell.suppressed, '', '', '', '', '', '', '', '']
          const figures = (hours: Hours | undefined) => (hours ? withInterval(writeHours(hours)) : '')
          return [
            period,
            row.label,
            c.load.known[cell.known] ?? cell.known,
            figures(cell.work),
            figures(cell.outside),
            `${formatNumber(cell.contracted, 1)} h`,
            `${formatNumber(cell.scheduled, 1)} h`,
            figures(cell.backlog),
            writeOverload(cell, row.people === 1),
            cell.away > 0 ? formatNumber(cell.away, Number.isInteger(cell.away) ? 0 : 1) : '',
            cell.completeness === undefined ? '' : writeShare(cell.completeness),
          ]
        }),
      ),
  }
}
