import type { Belief, Observation, SubjectId, TwinDefinition } from '../src/index.ts'
import { day, defineTwin, hour, loincSystem } from '../src/index.ts'

const size = 32

/** A twin small enough to reason about: body weight as a random walk, an ensemble Kalman step per weighing. */
export const weightTwin: TwinDefinition = defineTwin({
  kind: 'test-weight',
  version: '1.0.0',
  label: 'Test weight',
  subjectKind: 'patient',
  intendedUse: { user: 'tests', decision: 'none', validFor: 'tests', notFor: 'anything else', riskClass: 'low' },
  channels: [
    {
      name: 'body-weight',
      label: 'Body weight',
      codes: [{ system: loincSystem, code: '29463-7' }],
      unit: 'kg',
      plausible: [2, 400],
      error: { standardDeviation: 0.5, source: 'test' },
      staleAfter: 7 * day,
    },
  ],
  variables: [{ name: 'weight', label: 'Weight', unit: 'kg' }],
  quantities: [{ name: 'weight', label: 'Weight', unit: 'kg', plausible: [2, 400], channel: 'body-weight', digits: 1 }],
  interventions: [],
  objectives: [{ name: 'none', statement: 'none', unit: 'kg' }],
  modelCard: 'A random walk.',
  cadence: { forecastSteps: [day], forecastEvery: day },
  begin: (subject, asOf, _prior, { random }) => {
    const draw = random('begin')
    return {
      twin: { kind: 'test-weight', version: '1.0.0', subject: subject.id },
      asOf,
      ensemble: {
        variables: weightTwin.variables,
        size,
        values: Float64Array.from({ length: size }, () => 75 + 15 * draw.normal()),
        weights: new Float64Array(size).fill(1 / size),
      },
      memory: {},
    }
  },
  assimilate: (belief, asOf, observations, { random }) => {
    const draw = random('assimilate', asOf)
    const walk = 0.1 * Math.sqrt((asOf - belief.asOf) / day)
    let values = belief.ensemble.values.map((value) => value + walk * draw.normal())
    for (const { value } of observations) {
      const mean = values.reduce((sum, each) => sum + each, 0) / size
      const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (size - 1)
      const gain = variance / (variance + 0.25)
      values = values.map((each) => each + gain * (value! + 0.5 * draw.normal() - each))
    }
    return { ...belief, asOf, ensemble: { ...belief.ensemble, values } } satisfies Belief
  },
  forecast: (belief, scenario, times) => ({
    twin: belief.twin,
    madeAt: belief.asOf,
    scenario,
    times,
    size,
    weights: belief.ensemble.weights,
    quantities: {
      weight: { unit: 'kg', members: Float64Array.from(times.flatMap(() => [...belief.ensemble.values])) },
    },
  }),
  advise: () => [],
})

export function weighing(
  subject: SubjectId,
  effective: number,
  kilograms: number,
  extra: Partial<Observation> = {},
): Observation {
  return {
    id: `weighing@${effective / hour}`,
    version: effective,
    status: 'final',
    subject,
    channel: 'body-weight',
    code: { system: loincSystem, code: '29463-7' },
    value: kilograms,
    unit: 'kg',
    effective,
    source: { protocol: 'api', system: 'test' },
    quality: { score: 1, flags: [] },
    ...extra,
  }
}
