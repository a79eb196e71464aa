import {
  type GroupMeasure,
  type Measure,
  type MeasuredGroup,
  type MeasureName,
  measureDefinitions,
  type ProviderMeasures,
  type WorkLog,
} from '@counterpart/worklog'

/** What fits a line; the others are in the JSON. */
const shown: readonly MeasureName[] = [
  'ehr-time-8',
  'wow-8',
  'inbox-time-8',
  'note-time-8',
  'after-hours',
  'psh-40',
  'task-switching',
  'received',
]
const width = 16

export function measuresInWords(log: WorkLog, people: readonly ProviderMeasures[]): string {
  const rows = people.flatMap(({ periods, provider }) =>
    periods.map(({ covered, from, measures }) =>
      row(provider, from, [`${Math.round(100 * covered)} %`, ...shown.map((name) => figure(measures[name]))]),
    ),
  )
  return [...logInWords(log), row('', 'from', ['logged', ...headings]), ...rows, ...legend(people)].join('\n')
}

export function groupsInWords(log: WorkLog, groups: readonly MeasuredGroup[]): string {
  const rows = groups.flatMap(({ group, periods }) =>
    periods.map(({ from, measures }) => row(group, from, ['', ...shown.map((name) => figure(measures[name]))])),
  )
  return [...logInWords(log), row('', 'from', ['', ...headings]), ...rows].join('\n')
}

const shortLabels: Partial<Record<MeasureName, string>> = {
  'task-switching': 'Switches/h',
  'after-hours': 'After hours/wk',
  received: 'Messages/wk',
}
const headings = shown.map((name) => shortLabels[name] ?? measureDefinitions[name].label)

const row = (who: string, from: string, cells: readonly string[]) =>
  `${who.padEnd(14)}${from.padEnd(11)}${cells.map((cell, i) => cell.padStart(i === 0 ? 7 : width)).join('')}`.trimEnd()

/** `5.23 ±0.31`; a word where there is no figure. */
function figure({ high, low, value, ...rest }: Measure | GroupMeasure): string {
  if (value === null)
    return ('suppressed' in rest ? rest.suppressed : (rest as Measure).why)?.replaceAll('-', ' ') ?? '–'
  const half = (high! - low!) / 2
  return half > 0 ? `${digits(value)} ±${digits(half)}` : digits(value)
}

const digits = (value: number) => (value < 100 ? value.toFixed(2) : value.toFixed(0))

function logInWords({ duplicates, events, extent, lines, missing, problems }: WorkLog): readonly string[] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 16)
  const gaps = missing.map(({ from, until }) => `  no log from ${day(from)}Z until ${day(until)}Z`)
  return [
    `${events} events in ${lines} lines, ${duplicates} of them more than once; ${day(extent!.from)}Z to ${day(extent!.until)}Z`,
    ...some(gaps),
    ...some(
      problems.map(
        ({ assumed, count, lines: first, problem, word }) =>
          `  ${count} × ${problem.replaceAll('-', ' ')}${word === undefined ? '' : ` "${word}"`}${first.length > 0 ? `, line ${first.join(', ')}${count > first.length ? ', …' : ''}` : ''}: ${assumed}`,
      ),
    ),
  ]
}

const some = (lines: readonly string[]) =>
  lines.length > 10 ? [...lines.slice(0, 9), `  and ${lines.length - 9} more (--json has all)`] : lines

const legend = (people: readonly ProviderMeasures[]): readonly string[] =>
  people.some(({ periods }) => periods.some(({ covered }) => covered < 1))
    ? ['±: half of the 90 % interval that the missing log leaves']
    : []
