import { RotaError, readClinicFile, type SimulatedWeek, simulateClinicFile } from '@counterpart/provider-workload'
import { parse } from 'yaml'
import { textOf } from './text-file.ts'
import { print, readArguments, UsageError, wholeNumber } from './usage.ts'

/** `counterpart workload simulate`: the coming weeks of a clinic that a YAML or JSON file describes, with intervals. */
export function simulateWorkload(args: readonly string[]): void {
  const { values, positionals } = readArguments(args, {
    weeks: { type: 'string' },
    seed: { type: 'string', default: '0' },
    replications: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  })
  const [file, extra] = positionals
  if (file === undefined || extra !== undefined) throw new UsageError('expected one FILE')
  const replications = wholeNumber(values.replications, '--replications', 20, 10_000)
  const weeks = values.weeks === undefined ? undefined : wholeNumber(values.weeks, '--weeks', 1, 52)
  let said: unknown
  try {
    said = parse(textOf(file))
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
  try {
    const read = readClinicFile(said)
    const clinic = weeks === undefined ? read : { ...read, weeks }
    const work = clinic.providers.length * clinic.weeks * replications
    if (work > mostWeeks)
      throw new Error(
        `${work} weeks of people are too many for one command: at most ${mostWeeks}; give fewer --replications or --weeks`,
      )
    const result = {
      name: clinic.name,
      from: clinic.from,
      replications,
      weeks: simulateClinicFile(clinic, { seed: values.seed, replications }),
    }
    print(values.json, result, inWords)
  } catch (error) {
    throw error instanceof RotaError ? new Error(`${file}: ${error.message}`, { cause: error }) : error
  }
}

/** People × weeks × replications: about ten minutes of one core. */
const mostWeeks = 10_000_000

const columns = [
  ['work-hours', 'work h/FTE', 1],
  ['outside-hours', 'outside h/FTE', 1],
  ['ehr-time-8', 'EHR-Time8', 2],
  ['inbox-waiting', 'waiting', 0],
  ['overloaded', 'overloaded', 1],
  ['visits', 'visits', 0],
] as const

function inWords({
  name,
  replications,
  weeks,
}: {
  readonly name: string
  readonly replications: number
  readonly weeks: readonly SimulatedWeek[]
}): string {
  const row = (who: string, cells: readonly string[]) =>
    `${who.padEnd(20)}${cells.map((cell) => cell.padStart(20)).join('')}`.trimEnd()
  const cells = (of: SimulatedWeek['clinic']) =>
    columns.map(([quantity, , digits]) => {
      const { mean, p05, p95 } = of[quantity]
      return `${mean.toFixed(digits)} (${p05.toFixed(digits)}–${p95.toFixed(digits)})`
    })
  const rows = weeks.flatMap(({ week, clinic, difference, pods }) => [
    row(week, cells(clinic)),
    ...(difference ? [row('  against carrying on', cells(difference))] : []),
    ...Object.entries(pods).map(([pod, { figures }]) => row(`  ${pod}`, cells(figures))),
  ])
  const heading = `${name}: ${replications} replications; mean (5 % to 95 %)`
  return [
    heading,
    row(
      '',
      columns.map(([, label]) => label),
    ),
    ...rows,
  ].join('\n')
}
