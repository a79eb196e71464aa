import { type Belief, minute, type PressurePicture, type Scenario, type TwinContext } from '@counterpart/kernel'
import { quantiles } from '@counterpart/numerics'
import { simulate, situationOf } from '../flow/simulate.ts'
import { effectsOf } from '../interventions.ts'
import { departmentOf } from '../memory/department.ts'
import { findHoldUps, holdsUp, holdUpSentence, resources, type Samples, useOf, waitingFor } from '../pressure.ts'
import { clockTime } from '../words.ts'

const [runs, every, until] = [128, 30, 480]

/** What the department will be held up by in the next eight hours, every half hour. */
export function pressurePicture(belief: Belief, scenario: Scenario, context: TwinContext): PressurePicture {
  const situation = situationOf(belief, context)
  const effects = effectsOf([...context.treatments, ...scenario.interventions], belief.asOf)
  const minutes = Array.from({ length: until / every }, (_, i) => (i + 1) * every)
  const samples: Samples = Array.from(
    { length: runs },
    (_, m) => simulate(situation, effects, minutes, until, m).samples,
  )
  const times = minutes.map((at) => belief.asOf + at * minute)
  const { utcOffsetMinutes } = departmentOf(belief).layout
  const clock = (at: number) => clockTime(at, utcOffsetMinutes)
  const findings = findHoldUps(samples).map((hold) => {
    const [from, to] = [hold.from === 0 ? belief.asOf : times[hold.from]!, times[hold.to]!]
    return {
      resource: hold.resource,
      from,
      until: to,
      probability: hold.probability,
      sentence: holdUpSentence(hold, clock(from), clock(to)),
      cause: hold.cause,
    }
  })
  return {
    kind: 'pressure',
    title: 'What holds people up',
    description:
      findings.length > 0
        ? findings.map(({ sentence }) => sentence).join(' ')
        : 'Nothing is likely to hold people up in the next eight hours.',
    times,
    rows: resources.map(({ name, label }) => ({
      name,
      label,
      use: bands(samples, minutes.length, (sample) => useOf(sample, name)),
      waiting: bands(samples, minutes.length, (sample) => waitingFor(sample, name)),
      holdsUp: holdsUp(samples, name),
    })),
    findings,
  }
}

function bands(samples: Samples, times: number, of: (sample: Samples[number][number]) => number) {
  const all = Array.from({ length: times }, (_, t) =>
    quantiles(
      Float64Array.from(samples, (run) => of(run[t]!)),
      [0.05, 0.5, 0.95],
    ),
  )
  const column = (q: number) => all.map((each) => each[q]!)
  return { p05: column(0), p50: column(1), p95: column(2) }
}
