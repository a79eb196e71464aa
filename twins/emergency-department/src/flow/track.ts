import type { Run } from '@counterpart/discrete'
import { acuities } from '../estimates/priors.ts'
import { modes } from './demand.ts'
import type { Present } from './present.ts'
import { STEP } from './steps.ts'

/** When what happened to everybody of one run, in minutes; NaN: not (yet). One entry per person in each array. */
export interface Track {
  readonly count: number
  readonly acuity: Uint8Array
  readonly ambulance: Uint8Array
  readonly arrived: Float64Array
  /** Handed over by the ambulance or triaged at the door: the first of triage and a space. */
  readonly received: Float64Array
  readonly seen: Float64Array
  readonly boarded: Float64Array
  readonly left: Float64Array
  /** 1: left without being seen. */
  readonly unseen: Uint8Array
  /** By acuity: minutes of waiting for a nurse during care, and for how many people. */
  readonly waited: { readonly minutes: readonly number[]; readonly people: readonly number[] }
  /** Until when the run was followed. */
  readonly until: number
}

const WHAT = { none: 0, comes: 1, received: 2, triage: 3, seen: 4, board: 5, leaves: 6, nursing: 7 } as const

/** What a record of each step tells. */
function meanings(run: Run): Uint8Array {
  return Uint8Array.from(run.program.pathway.steps, ({ name }) => {
    if (name === STEP.comes || name === STEP.comesByAmbulance) return WHAT.comes
    if (name === STEP.triage || name === STEP.handover) return WHAT.triage
    if (acuities.some((acuity) => name === STEP.space(acuity))) return WHAT.received
    if (name === STEP.clinician || name === STEP.quickClinician) return WHAT.seen
    if (name === STEP.nursing) return WHAT.nursing
    if (name === STEP.board) return WHAT.board
    return name === STEP.home || name === STEP.upstairs ? WHAT.leaves : WHAT.none
  })
}

/** Reads a run's records into one row per person; those present at the start come first. */
export function trackOf(run: Run, present: readonly Present[], until: number): Track {
  const { records, program } = run
  // The records of those present at the start bear the number after the last source.
  const rows: number[][] = [...program.pathway.sources, null].map(() => [])
  const here = rows[program.pathway.sources.length]!
  let count = 0
  for (const _ of present) here.push(count++)
  const meaning = meanings(run)
  const kinds: number[] = []
  const origin: number[] = []
  for (let i = 0; i < records!.length; i++) {
    const stay = records!.at(i)
    if (meaning[stay.step] !== WHAT.comes) continue
    rows[stay.source]![stay.number] = count++
    kinds.push(stay.class)
    origin.push(stay.source)
  }
  const empty = () => new Float64Array(count).fill(Number.NaN)
  const track = {
    count,
    acuity: new Uint8Array(count),
    ambulance: new Uint8Array(count),
    arrived: empty(),
    received: empty(),
    seen: empty(),
    boarded: empty(),
    left: empty(),
    unseen: new Uint8Array(count),
    waited: { minutes: acuities.map(() => 0), people: acuities.map(() => 0) },
    until,
  }
  for (const [row, { acuity, here: one }] of present.entries()) {
    track.acuity[row] = acuity
    track.ambulance[row] = one.ambulance ? 1 : 0
    track.arrived[row] = one.arrived
    // An ambulance has handed over when the patient is somewhere in the department; at the door, triage is that.
    const received = one.ambulance ? one.received : (one.triaged ?? one.received)
    if (received !== null) track.received[row] = received
    if (one.seen !== null) track.seen[row] = one.seen
    if (one.state === 'boarding') {
      track.boarded[row] = one.since
      if (one.seen === null) track.seen[row] = one.since
    }
  }
  for (const [i, kind] of kinds.entries()) {
    const row = present.length + i
    track.acuity[row] = kind + 1
    track.ambulance[row] = origin[i]! >= acuities.length * modes.indexOf('ambulance') ? 1 : 0
  }
  for (let i = 0; i < records!.length; i++) {
    const stay = records!.at(i)
    const row = rows[stay.source]![stay.number]
    if (row === undefined) continue
    if (stay.outcome === 'left-waiting') {
      track.left[row] = stay.ended
      track.unseen[row] = 1
      continue
    }
    switch (meaning[stay.step]) {
      case WHAT.comes:
        track.arrived[row] = stay.ended
        break
      case WHAT.triage:
        track.received[row] = stay.ended
        break
      case WHAT.received:
        if (Number.isNaN(track.received[row]!)) track.received[row] = stay.begun
        break
      case WHAT.seen:
        if (Number.isNaN(track.seen[row]!)) track.seen[row] = stay.begun
        break
      case WHAT.nursing:
        track.waited.people[stay.class]!++
        track.waited.minutes[stay.class]! += stay.begun - stay.queued
        break
      case WHAT.board:
        track.boarded[row] = stay.ended
        break
      case WHAT.leaves:
        track.left[row] = stay.ended
    }
  }
  return track
}
