import type { Belief, ImagingLayoutDetail, Instant, JsonObject, MachineDetail, RosterDetail } from '@counterpart/kernel'
import { type Department, departmentOf, unknownLayout } from './department.ts'
import type { Exam } from './exam.ts'
import { type Learned, nothingLearned } from './learned.ts'

export type MachineState = {
  readonly state: MachineDetail['state']
  readonly since: Instant
  readonly until?: Instant
}

/** Something that did not fit, and what was assumed instead. */
export type Doubt = {
  readonly about: string
  readonly at: Instant
  readonly problem: string
  readonly assumed: string
}

/** What the belief carries besides its ensemble: the department as it is, and what it has taught. */
export type Memory = {
  readonly prior: JsonObject
  readonly layout: ImagingLayoutDetail | null
  readonly rosters: readonly RosterDetail[]
  readonly exams: Readonly<Record<string, Exam>>
  readonly machines: Readonly<Record<string, MachineState>>
  readonly learned: Learned
  /** The latest, newest first. */
  readonly doubts: readonly Doubt[]
  /** Since when the department is watched; `null` before the first fact. */
  readonly since: Instant | null
}

export const emptyMemory = (prior: JsonObject): Memory => ({
  prior,
  layout: null,
  rosters: [],
  exams: {},
  machines: {},
  learned: nothingLearned,
  doubts: [],
  since: null,
})

export const memoryOf = ({ memory }: Pick<Belief, 'memory'>): Memory => memory as unknown as Memory

export const departmentIn = ({ layout }: Memory): Department => departmentOf(layout ?? unknownLayout)
