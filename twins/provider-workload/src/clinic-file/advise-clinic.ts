import { horizonOf } from '../advice/horizon.ts'
import { type Effort, type Ranked, rankChanges, usualEffort } from '../advice/rank.ts'
import { judged } from '../advice/runs.ts'
import type { ClinicFile } from './read-clinic.ts'
import { situationOfFile } from './simulate-clinic.ts'

/**
 * What could be done about the work of a clinic that a file describes, best first, over so many weeks (four at least); null
 * where nothing is worth it. Interventions in the file are taken as decided. Equal seeds give equal answers.
 */
export function adviseClinicFile(
  clinic: ClinicFile,
  {
    objective,
    weeks,
    seed,
    effort = usualEffort,
  }: { readonly objective: string; readonly weeks: number; readonly seed: string | number; readonly effort?: Effort },
): Ranked | null {
  // One option cannot have more runs than all together.
  const situation = situationOfFile({ ...clinic, weeks: judged[1] }, { seed, members: effort.all })
  return rankChanges(situation, objective, horizonOf(weeks), { replaced: {}, cohorts: [] }, effort)
}
