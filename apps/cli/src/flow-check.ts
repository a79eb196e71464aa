import {
  describePathway,
  examinePathway,
  type OfferedLoad,
  offeredLoad,
  type PathwayDocument,
  type Problem,
  problemInWords,
  timeIn,
} from '@counterpart/discrete'
import { onlyFile, variantsFrom, within } from './flow-file.ts'
import { shown } from './flow-run.ts'
import { textOf } from './text-file.ts'
import { print, readArguments } from './usage.ts'

export const checkUsage = 'flow check FILE [--variant NAME] [--json]'

/** What the check found; `summary` where the file can be read. */
interface Found {
  readonly problems: readonly Problem[]
  readonly variants: readonly string[]
  readonly summary?: Summary
}

interface Summary {
  readonly name: string
  readonly time: string
  readonly classes: readonly string[]
  readonly sources: readonly string[]
  readonly steps: readonly {
    readonly name: string
    readonly kind: string
    readonly needs: readonly string[]
    readonly duration?: string
  }[]
  readonly resources: readonly OfferedLoad[]
}

/** `counterpart flow check`: tells what is wrong with a pathway file, what is in it and whether it can keep up. */
export function checkFlow(args: readonly string[]): void {
  const { values, positionals } = readArguments(args, {
    variant: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  })
  const file = onlyFile(positionals)
  const variants = variantsFrom(values.variant)
  const examined = examinePathway(textOf(file), variants.length > 0 ? { variants } : {})
  const { document, problems } = examined
  const summary = document && within(file, () => summaryOf(document))
  const found: Found = { problems, variants: examined.variants, ...(summary ? { summary } : {}) }
  print(values.json, found, inWords)
  const errors = problems.filter(({ severity }) => severity === 'error').length
  if (errors > 0) throw new Error(`${file}: ${errors === 1 ? 'an error' : `${errors} errors`}; see above`)
}

function summaryOf({ pathway, study, time }: PathwayDocument): Summary {
  // Without a plan: the second of two rounds of the longest timetable, a day at least, when the pathway has filled.
  const round = Math.max(
    timeIn('1 d', time)!,
    ...pathway.sources.map(({ arrivals }) => (arrivals.kind === 'rates' ? arrivals.every * arrivals.rates.length : 0)),
  )
  const span =
    study.until === undefined ? { from: round, until: 2 * round } : { from: study.warmUp ?? 0, until: study.until }
  return {
    name: pathway.name,
    time,
    classes: pathway.classes.map(({ name }) => name),
    sources: pathway.sources.map(({ name }) => name),
    steps: describePathway(pathway, time)
      .nodes.filter(({ id }) => id.startsWith('step: '))
      .map(({ duration, kind, label, needs }) => ({ name: label, kind, needs, ...(duration ? { duration } : {}) })),
    resources: pathway.resources.length > 0 ? offeredLoad(pathway, span) : [],
  }
}

function inWords({ problems, summary, variants }: Found): string {
  const lines = problems.map(problemInWords)
  if (!summary) return lines.join('\n')
  const width = Math.max(8, ...summary.resources.map(({ resource }) => resource.length))
  const row = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(width)}${cells.map((c) => c.padStart(12)).join('')}`
  return [
    `${summary.name}: times in ${summary.time}`,
    `  classes   ${summary.classes.join(', ')}`,
    `  arrivals  ${summary.sources.join(', ')}`,
    ...(variants.length > 0 ? [`  variants  ${variants.join(', ')}`] : []),
    '  steps',
    ...stepsInWords(summary.steps),
    ...(summary.resources.length > 0 ? [row('resource', ['asked for', 'at most', 'there'])] : []),
    ...summary.resources.map(({ capacity, load, peakLoad, resource }) =>
      row(resource, [load, peakLoad, capacity].map(threeDigits)),
    ),
    ...summary.resources.flatMap((each) => pressureOf(each, summary.time)),
    ...lines,
  ].join('\n')
}

function stepsInWords(steps: Summary['steps']): string[] {
  const width = (of: (step: Summary['steps'][number]) => string) => Math.max(...steps.map((step) => of(step).length))
  const [names, kinds] = [width(({ name }) => name), width(({ kind }) => kind)]
  return steps.map(({ duration, kind, name, needs }) => {
    const said = [needs.join(' or '), duration ?? ''].filter(Boolean).join('; ')
    return `    ${name.padEnd(names)}  ${kind.padEnd(kinds)}  ${said}`.trimEnd()
  })
}

function pressureOf({ capacity, load, peakAt, peakLoad, resource }: OfferedLoad, unit: string): string[] {
  if (load >= capacity)
    return [
      `warning: "${resource}" cannot keep up: ${threeDigits(load)} are asked for on average, ${threeDigits(capacity)} are there`,
    ]
  if (peakLoad > capacity)
    return [
      `note: "${resource}" is asked for more than there is at times, most at ${shown(peakAt)} ${unit}: lines build up`,
    ]
  return []
}

const threeDigits = (value: number) => String(Number(value.toPrecision(3)))
