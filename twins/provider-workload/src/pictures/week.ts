import type { Belief, Chance, LoadCell, LoadPicture, Scenario, TwinContext } from '@counterpart/kernel'
import { clinicOf } from '../memory/clinic.ts'
import { loadRows, podRows, type ShownWeeks } from './load.ts'

/** Hours outside scheduled time in a week that a full-time person has in the literature: 86 minutes a weekday (Arndt 2017). */
const usualOutside = 7.2
/** A share of people overloaded that is told in words. */
const shareTold = 0.1
const findingsTold = 6

/** The last week, this one and the next, pod by pod. */
export const weekPicture = (belief: Belief, scenario: Scenario, context: TwinContext): LoadPicture =>
  picture(belief, scenario, context, { back: 1, ahead: 2 }, 'This week', 'last week, this week and the next')

/** The last four weeks, this one and the next four, pod by pod. */
export const weeksAheadPicture = (belief: Belief, scenario: Scenario, context: TwinContext): LoadPicture =>
  picture(
    belief,
    scenario,
    context,
    { back: 4, ahead: 5 },
    'Weeks ahead',
    'the last four weeks, this week and the next four',
  )

function picture(
  belief: Belief,
  scenario: Scenario,
  context: TwinContext,
  shown: ShownWeeks,
  title: string,
  span: string,
): LoadPicture {
  const { layout, heard } = clinicOf(belief)
  if (layout.providers.length === 0)
    return {
      kind: 'load',
      title,
      description: 'The clinic has not said who works there.',
      asOf: belief.asOf,
      periods: [],
      rows: [],
      findings: [],
    }
  const drawn = loadRows(belief, scenario, context, shown, podRows(belief))
  return {
    kind: 'load',
    title,
    description: `Hours of work of each pod in ${span}: with patients and otherwise scheduled, and at the record outside scheduled time, measured where the week is over and forecast with 90 % intervals where it is not. A line shows the hours for which people are contracted.`,
    ...drawn,
    findings: findingsOf(drawn, shown, heard === null),
  }
}

type Drawn = Pick<LoadPicture, 'periods' | 'rows'>

/** In words: where people are overloaded, where much is done outside scheduled time, and where the log has holes. */
function findingsOf({ periods, rows }: Drawn, { back }: ShownWeeks, silent: boolean): LoadPicture['findings'] {
  const found: { row: string; sentence: string; probability?: Chance; weight: number }[] = []
  if (silent)
    found.push({
      row: 'clinic',
      sentence: 'No work has been heard of yet: what is shown is what clinics are like.',
      weight: 9,
    })
  for (const { name, label, people, cells } of rows) {
    const coming = cells.slice(back).filter(({ suppressed }) => suppressed === undefined)
    const [worst, w] = coming.reduce<[LoadCell | null, number]>(
      ([best, at], cell, i) =>
        (cell.overload?.estimate ?? 0) > (best?.overload?.estimate ?? shareTold) ? [cell, i] : [best, at],
      [null, 0],
    )
    const who = name === 'clinic' ? 'the clinic' : label
    if (worst?.overload) {
      const count = (share: number) => (share * people).toFixed(share * people < 9.95 ? 1 : 0)
      found.push({
        row: name,
        sentence: `In the week of ${periods[back + w]!.label}, ${count(worst.overload.estimate)} of ${people} people of ${who} are expected to be overloaded (90 %: ${count(worst.overload.low)} to ${count(worst.overload.high)})${worst.away >= 1 ? `, with ${worst.away.toFixed(0)} away` : ''}.`,
        probability: worst.overload,
        weight: worst.overload.estimate + (name === 'clinic' ? 1 : 0),
      })
    }
    const hours = (cell: LoadCell) => (cell.contracted > 0 ? (40 * cell.outside.p50) / cell.contracted : 0)
    // Of the present week, what is over is over.
    const most = coming.slice(1).reduce((best, cell, i) => (hours(cell) > hours(coming[best]!) ? i + 1 : best), 1)
    const each = coming[most] ? hours(coming[most]) : 0
    if (each > 1.25 * usualOutside)
      found.push({
        row: name,
        sentence: `In the week of ${periods[back + most]!.label}, people of ${who} are expected to work ${each.toFixed(1)} hours outside scheduled time for a full-time week; family physicians usually work ${usualOutside}.`,
        weight: each / 100,
      })
    const holes = cells.slice(0, back).filter(({ completeness }) => completeness !== undefined && completeness < 0.95)
    if (holes.length > 0)
      found.push({
        row: name,
        sentence: `The log of ${who} has holes in ${holes.length === 1 ? 'a week' : `${holes.length} weeks`} that ${holes.length === 1 ? 'is' : 'are'} shown: hours are estimates there, with wider intervals.`,
        weight: 0.5,
      })
  }
  return found
    .sort((a, b) => b.weight - a.weight)
    .slice(0, findingsTold)
    .map(({ row, sentence, probability }) => ({ row, sentence, ...(probability ? { probability } : {}) }))
}
