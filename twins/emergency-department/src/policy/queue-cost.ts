import type { Run } from '@counterpart/discrete'
import type { RankedClass } from './queue-rule.ts'

/**
 * What waiting costs, in hours of waiting of somebody of acuity 3. The weights are a choice, not a measurement: a manager
 * may set them; the default doubles with each level of acuity.
 */
export interface WaitingCost {
  /** Of an hour of waiting, by acuity 1 … 5. */
  readonly perHour: readonly [number, number, number, number, number]
  /** Of each hour beyond the target of the acuity, besides. */
  readonly perHourLate: number
  /** Minutes within which each acuity should be seen. */
  readonly targets: readonly [number, number, number, number, number]
  /** Of somebody who leaves without being seen. */
  readonly leftUnseen: number
}

/**
 * Targets: Canadian Triage and Acuity Scale, R. Beveridge et al., CJEM 1 (1999) 3 suppl. (immediately, 15, 30, 60 and
 * 120 min).
 */
export const usualWaitingCost: WaitingCost = {
  perHour: [4, 2, 1, 0.5, 0.25],
  perHourLate: 1,
  targets: [0, 15, 30, 60, 120],
  leftUnseen: 4,
}

/** Waits of one step in a run, as an index of what they cost and in the figures people ask for. */
export interface WaitingOutcome {
  /** Cost for each person who stood in the line. */
  readonly cost: number
  /** Mean wait of those seen, min. */
  readonly meanWait: number
  /** Mean wait of those seen of acuity 1 and 2, min; NaN when there were none. */
  readonly urgentWait: number
  /** Part of those seen who were seen within the target of their acuity. */
  readonly withinTarget: number
  /** Part of all who left unseen. */
  readonly leftUnseen: number
}

/** Adds up the records of a run (made with `records: true`) for those who came to a step from time `from` on, min. */
export function waitingOutcome(
  run: Run,
  step: string,
  classes: readonly RankedClass[],
  cost: WaitingCost,
  from = 0,
): WaitingOutcome {
  const { pathway } = run.program
  const place = pathway.steps.findIndex(({ name }) => name === step)
  const acuityOf = pathway.classes.map(({ name }) => classes.find((each) => each.name === name)?.acuity ?? 3)
  let total = 0
  let seen = 0
  let left = 0
  let waited = 0
  let urgent = 0
  let urgentWaited = 0
  let inTime = 0
  const records = run.records!
  for (let i = 0; i < records.length; i++) {
    const stay = records.at(i)
    if (stay.step !== place || stay.queued < from) continue
    const acuity = acuityOf[stay.class]!
    const wait = (stay.outcome === 'served' ? stay.begun : stay.ended) - stay.queued
    const late = Math.max(0, wait - cost.targets[acuity - 1]!)
    total += (wait * cost.perHour[acuity - 1]! + late * cost.perHourLate) / 60
    if (stay.outcome !== 'served') {
      left++
      total += cost.leftUnseen
      continue
    }
    seen++
    waited += wait
    if (late === 0) inTime++
    if (acuity <= 2) {
      urgent++
      urgentWaited += wait
    }
  }
  const all = seen + left
  return {
    cost: all > 0 ? total / all : 0,
    meanWait: waited / seen,
    urgentWait: urgentWaited / urgent,
    withinTarget: inTime / seen,
    leftUnseen: all > 0 ? left / all : 0,
  }
}
