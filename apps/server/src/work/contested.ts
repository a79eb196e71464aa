import { civilTime } from '@counterpart/numerics'
import type { LoadPicture, PictureData, Statement } from '../contract/index.ts'

/**
 * A person's own picture with what they said of it: a week that they contest is shown as only partly known, with their words
 * beside it. A statement about no week stands beside the whole.
 */
export function withContests(made: PictureData, statements: readonly Statement[], timeZone: string): PictureData {
  const standing = statements.filter(({ withdrawn }) => withdrawn === null)
  if (standing.length === 0) return made
  if (made.kind === 'load') return withContestedWeeks(made, standing, timeZone)
  if (made.kind !== 'groups') return made
  const notes = standing.map((each) =>
    sentence(each, made.indicators.find(({ name }) => name === each.about.measure)?.label),
  )
  return { ...made, notes: [...made.notes, ...notes] }
}

function withContestedWeeks(made: LoadPicture, statements: readonly Statement[], timeZone: string): LoadPicture {
  const civil = civilTime(timeZone)
  const weeks = made.periods.map(({ from }) => civil.dayOf(from))
  const contested = new Set(statements.filter(({ kind }) => kind === 'contest').map(({ about }) => about.week))
  return {
    ...made,
    rows: made.rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell, i) =>
        cell.known === 'measured' && contested.has(weeks[i]!) ? { ...cell, known: 'partly' as const } : cell,
      ),
    })),
    findings: [
      ...made.findings,
      ...statements.map((each) => {
        const period = made.periods[weeks.indexOf(each.about.week ?? '')]
        return { row: made.rows[0]?.name ?? '', sentence: sentence(each, period?.label) }
      }),
    ],
  }
}

function sentence({ kind, about, text }: Statement, label = about.week ?? about.measure ?? 'all of it'): string {
  return kind === 'contest' ? `You contest ${label}: “${text}”` : `You noted on ${label}: “${text}”`
}
