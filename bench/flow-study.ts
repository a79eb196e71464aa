// The urgent-care centre as a study, run by `flow.ts`; as a program (`node flow-study.ts REPLICATIONS FIRST`) it prints the
// seconds of its study, so that independent processes can be measured beside threads.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilePathway, type PathwayDocument, Run, readPathway, runReplications } from '@counterpart/discrete'

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, '../pathways', name), 'utf8')
export const urgentCare: PathwayDocument = readPathway(fileOf('urgent-care.yaml'), { variants: ['legacy'] })

/** What both are asked for: all metrics of the file over the whole day. */
export const studyOptions = { seed: 1, until: urgentCare.study.until!, metrics: urgentCare.metrics }

/** Seconds of processor time and of the clock that these replications take. */
export function runStudy(replications: number, first: number): { readonly cpu: number; readonly clock: number } {
  const program = compilePathway(urgentCare.pathway)
  const before = process.cpuUsage()
  const began = performance.now()
  runReplications(program, { ...studyOptions, replications, first })
  const { user, system } = process.cpuUsage(before)
  return { cpu: (user + system) / 1e6, clock: (performance.now() - began) / 1000 }
}

/**
 * ForecastED's department on a Monday at noon after a week from empty, and what is forecast: a thousand futures of eight
 * hours, its six quantities every two hours.
 */
export function forecastCase() {
  const { pathway, quantities } = readPathway(fileOf('forecast-ed.yaml'))
  const program = compilePathway(pathway)
  const run = new Run(program, { seed: 1 })
  run.advance({ until: 7 * 24 + 12 })
  return { pathway, program, live: run.capture(), options: { replications: 1000, horizon: 8, every: 2, quantities } }
}

/** Until V8 has optimised what it is going to. */
export function warmUp(): void {
  const until = performance.now() + 1500
  while (performance.now() < until) runStudy(200, 0)
}

if (import.meta.main) {
  const [, , replications, first] = process.argv
  warmUp()
  console.log(runStudy(Number(replications), Number(first)).clock)
}
