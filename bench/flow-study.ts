// The urgent-care centre as a study, run by `flow.ts`; as a program (`node flow-study.ts REPLICATIONS FIRST`) it prints the
// seconds of its study, so that independent processes can be measured beside threads.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilePathway, type PathwayDocument, readPathway, runReplications } from '@counterpart/discrete'

const text = readFileSync(join(import.meta.dirname, '../pathways/urgent-care.yaml'), 'utf8')
export const urgentCare: PathwayDocument = readPathway(text, { variants: ['legacy'] })

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
