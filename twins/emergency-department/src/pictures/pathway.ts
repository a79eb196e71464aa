import type { Belief, PathwayPicture } from '@counterpart/kernel'
import { membersOf } from '@counterpart/kernel'
import { quantiles } from '@counterpart/numerics'
import { posteriorOf } from '../estimates/posterior.ts'
import { acuities } from '../estimates/priors.ts'
import { peopleHere } from '../flow/present.ts'
import { departmentOf } from '../memory/department.ts'

/** The way through the department with how many are at each step now, and how long and how often, as estimated. */
export function pathwayPicture(belief: Belief): PathwayPicture {
  const department = departmentOf(belief)
  const posterior = posteriorOf(department, belief.asOf)
  const people = peopleHere(department, belief.asOf).filter(({ probability }) => probability >= 0.5)
  const count = (of: (one: (typeof people)[number]) => boolean) => people.filter(of).length
  const minutes = (name: string) => {
    const [low, middle, high] = Array.from(quantiles(membersOf(belief.ensemble, name), [0.05, 0.5, 0.95]), Math.round)
    return `${middle} min (${low} to ${high})`
  }
  const byMix = (shares: readonly number[]) => acuities.reduce((sum, _, k) => sum + posterior.mix[k]! * shares[k]!, 0)
  const admitted = byMix(posterior.admitted.map(({ yes, no }) => yes / (yes + no)))
  const [laboratory, imaging] = [byMix(posterior.laboratoryShare), byMix(posterior.imagingShare)]
  const nodes: PathwayPicture['nodes'] = [
    { id: 'arrival', label: 'Arrival', kind: 'arrival', needs: [], duration: `${rate(belief, 'arrivals')} an hour` },
    {
      id: 'triage',
      label: 'Triage',
      kind: 'activity',
      needs: ['triage nurse'],
      duration: minutes('triage'),
      waiting: count((one) => one.state === 'arriving' && one.group === undefined),
    },
    {
      id: 'space',
      label: 'Treatment space',
      kind: 'seize',
      needs: ['resuscitation, majors or minors by acuity'],
      waiting: count((one) => one.state === 'waiting' && one.group === undefined),
    },
    {
      id: 'clinician',
      label: 'Clinician and nurse',
      kind: 'activity',
      needs: ['treatment space', 'clinician', 'nurse'],
      duration: minutes('clinician'),
      present: count((one) => one.state === 'in-care'),
      waiting: count((one) => one.seen === null && one.group !== undefined && one.state !== 'boarding'),
    },
    {
      id: 'laboratory',
      label: 'Laboratory tests',
      kind: 'delay',
      needs: ['treatment space'],
      duration: minutes('laboratory'),
      present: count((one) => one.state === 'tests' && !one.imaging),
    },
    {
      id: 'imaging',
      label: 'Imaging',
      kind: 'activity',
      needs: ['treatment space', 'scanner'],
      duration: minutes('imaging'),
      present: count((one) => one.state === 'tests' && one.imaging),
    },
    {
      id: 'rest',
      label: 'Treatment and decision',
      kind: 'delay',
      needs: ['treatment space'],
      duration: `acuity 3: ${minutes('care-3')} with the clinician`,
    },
    {
      id: 'boarding',
      label: 'Waits for a bed upstairs',
      kind: 'seize',
      needs: ['treatment space', 'bed upstairs'],
      duration: `${rate(belief, 'beds')} beds an hour`,
      waiting: count((one) => one.state === 'boarding'),
    },
    { id: 'home', label: 'Home', kind: 'leave', needs: [] },
    { id: 'upstairs', label: 'Bed upstairs', kind: 'leave', needs: [] },
    { id: 'unseen', label: 'Leaves unseen', kind: 'leave', needs: [] },
  ]
  return {
    kind: 'pathway',
    title: 'The way through the department',
    description: `People arrive, are triaged, wait for a space and a clinician, have tests, and go home or, ${Math.round(100 * admitted)} % of them, wait for a bed upstairs. Now: ${nodes
      .filter(({ present, waiting }) => (present ?? 0) + (waiting ?? 0) > 0)
      .map(({ label, present = 0, waiting = 0 }) => `${label} ${present + waiting}`)
      .join(', ')}.`,
    nodes,
    edges: [
      { from: 'arrival', to: 'triage' },
      {
        from: 'arrival',
        to: 'space',
        label: 'acuity 1, and 2 by ambulance',
        share: byMix([1, posterior.byAmbulance[1]!, 0, 0, 0]),
      },
      { from: 'triage', to: 'space' },
      { from: 'triage', to: 'unseen', label: 'loses patience' },
      { from: 'space', to: 'clinician' },
      { from: 'space', to: 'unseen', label: 'loses patience' },
      { from: 'clinician', to: 'laboratory', share: laboratory },
      { from: 'clinician', to: 'imaging', share: imaging },
      { from: 'clinician', to: 'rest', share: Math.max(0, 1 - laboratory - imaging) },
      { from: 'laboratory', to: 'rest' },
      { from: 'imaging', to: 'rest' },
      { from: 'rest', to: 'home', share: 1 - admitted },
      { from: 'rest', to: 'boarding', share: admitted },
      { from: 'boarding', to: 'upstairs' },
    ],
  }
}

function rate(belief: Belief, name: string): string {
  const [low, middle, high] = Array.from(quantiles(membersOf(belief.ensemble, name), [0.05, 0.5, 0.95]), (x) =>
    x.toFixed(1),
  )
  return `${middle} (${low} to ${high})`
}
