import { compilePathway, Run } from '@counterpart/discrete'
import {
  day,
  departmentChannels,
  hour,
  type Instant,
  type JsonObject,
  minute,
  type Observation,
} from '@counterpart/kernel'
import { layout, observed, visit } from '../department.test-data.ts'
import { acuities, priors } from '../estimates/priors.ts'
import { courseOf, type Effect } from './effects.ts'
import type { Member } from './member.ts'
import { departmentPathway } from './pathway.ts'
import { STEP } from './steps.ts'

/** What is true of the made-up department: unlike the twin's prior in most figures. */
export const truth: Member = {
  index: 0,
  arrivals: 5,
  surge: 1,
  beds: 1.1,
  leaving: 0.1,
  triage: 9,
  clinician: 35,
  assessment: 20,
  nurse: 15,
  care: [150, 140, 90, 80, 50].map((median) => ({ median, spread: 0.5 })),
  waitsInCare: [0, 0, 0, 0, 0],
  laboratory: { median: 45, spread: 0.4 },
  imaging: { median: 70, spread: 0.4 },
  admitted: [0.7, 0.4, 0.25, 0.05, 0],
}

const staff = { clinician: 4, nurse: 6, 'triage-nurse': 1 }
const effects: readonly Effect[] = []

/**
 * Days of a department that is truly as the engine's pathway says, with these figures: what is observed of it, in order,
 * and who was there when.
 */
export function trueDepartment(start: Instant, days: number, replication: number) {
  const mix = [0.01, 0.2, 0.45, 0.25, 0.09]
  const beds: number[] = []
  for (let at = 20; at < days * 1440; at += 60 / truth.beds) beds.push(at)
  const always = (name: string, capacity: number) => ({ name, ...courseOf([], () => capacity) })
  const pathway = departmentPathway({
    name: 'truth',
    member: truth,
    sources: mix.map((share, k) => ({
      name: `acuity ${k + 1}`,
      class: `acuity ${k + 1}`,
      to: STEP.comes,
      // `start` is midnight; the hours of the day are as the twin expects, the level is not.
      arrivals: {
        kind: 'rates',
        every: 60,
        rates: priors.hourOfDay.map((h) => (truth.arrivals * share * h) / 60),
        repeat: true,
      },
    })),
    resources: [
      always('triage nurse', staff['triage-nurse']),
      always('clinician', staff.clinician),
      always('nurse', staff.nurse),
      always('resuscitation', 2),
      always('majors', 14),
      always('minors', 8),
      always('scanner', 1),
    ],
    bedTimes: beds,
    spaces: [['resuscitation', 'majors'], ['majors', 'resuscitation'], ['majors'], ['minors'], ['minors']],
    laboratoryShare: [0.3, 0.35, 0.3, 0.1, 0.05],
    imagingShare: [0.5, 0.4, 0.3, 0.2, 0.1],
    seatedShare: [0, 0, 0, 0, 0],
    sitsShare: [0, 0, 0, 0, 0],
    handoverMinutes: 10,
    effects,
  })
  const run = new Run(compilePathway(pathway), { seed: 7, replication, records: true })
  run.advance({ until: days * 1440 })
  const at = (minutes: number) => Math.round(start + minutes * minute)
  const observations: Observation[] = [
    observed(departmentChannels.layout, start, layout as unknown as JsonObject),
    observed(departmentChannels.roster, start, {
      from: start,
      until: start + (days + 2) * day,
      spans: Object.entries(staff).map(([role, count]) => ({
        role,
        count,
        from: start,
        until: start + (days + 2) * day,
      })),
    }),
  ]
  const stays = { arrived: new Map<string, number>(), seen: new Map<string, number>(), left: new Map<string, number>() }
  for (let i = 0; i < run.records!.length; i++) {
    const stay = run.records!.at(i)
    const id = `v${stay.source}-${stay.number}`
    const say = (minutes: number, detail: JsonObject) => observations.push(visit(id, at(minutes), detail))
    const leave = (disposition: string) => {
      stays.left.set(id, stay.ended)
      say(stay.ended, { what: 'left', disposition })
    }
    const step = pathway.steps[stay.step]!.name
    if (stay.outcome === 'left-waiting') leave('left-without-being-seen')
    else if (step === STEP.comes) {
      stays.arrived.set(id, stay.ended)
      say(stay.ended, { what: 'arrived', mode: 'walk-in' })
      if (stay.class === 0) say(stay.ended, { what: 'triaged', acuity: 1 })
    } else if (step === STEP.triage) say(stay.ended, { what: 'triaged', acuity: stay.class + 1 })
    else if (acuities.some((acuity) => step === STEP.space(acuity)))
      say(stay.begun, { what: 'placed', at: { area: stay.class === 0 ? 'RES' : stay.class < 3 ? 'MAJ' : 'MIN' } })
    else if (step === STEP.clinician) {
      stays.seen.set(id, stay.begun)
      say(stay.begun, { what: 'seen' })
    } else if (step === STEP.laboratory || step === STEP.results) {
      const imaging = step === STEP.results
      say(stay.begun, { what: 'test-ordered', test: imaging ? 'CT' : 'blood count', order: id })
      say(stay.ended, { what: 'test-done', order: id })
    } else if (step === STEP.board) say(stay.ended, { what: 'admission-requested' })
    else if (step === STEP.upstairs) leave('admitted')
    else if (step === STEP.home) leave('discharged')
  }
  const count = (time: Instant, end: ReadonlyMap<string, number>) => {
    const minutes = (time - start) / minute
    let people = 0
    for (const [id, arrived] of stays.arrived)
      if (
        arrived <= minutes &&
        !((end.get(id) ?? Infinity) <= minutes) &&
        !((stays.left.get(id) ?? Infinity) <= minutes)
      )
        people++
    return people
  }
  return {
    observations: observations.sort((a, b) => a.effective - b.effective),
    present: (time: Instant) => count(time, stays.left),
    waiting: (time: Instant) => count(time, stays.seen),
    until: start + days * 24 * hour,
  }
}
