import {
  type Belief,
  defineTwin,
  departmentChannels,
  departmentCodeSystem,
  hour,
  type Instant,
  minute,
  type SubjectId,
} from '@counterpart/kernel'

/** A twin that draws one picture of each sort, and says in its title what it was asked for. */
const drawing = defineTwin({
  kind: 'drawing',
  version: '1.0.0',
  label: 'Drawing',
  subjectKind: 'department',
  intendedUse: { user: 'tests', decision: 'none', validFor: 'tests', notFor: 'anything else', riskClass: 'low' },
  channels: Object.values(departmentChannels).map((name) => ({
    name,
    label: name,
    codes: [{ system: departmentCodeSystem, code: name }],
    unit: '1',
    plausible: [0, 1],
    error: { standardDeviation: 0, source: 'facts' },
    staleAfter: hour,
  })),
  variables: [{ name: 'nothing', label: 'Nothing', unit: '1' }],
  quantities: [{ name: 'present', label: 'People here', unit: '1', plausible: [0, 500], digits: 0, headline: true }],
  interventions: [
    {
      name: 'open-overflow',
      label: 'Open overflow',
      unit: '{space}',
      dose: { low: 2, high: 8, step: 1, usual: 4 },
      reversibility: 'At once',
      mayApprove: ['manager'],
      riskClass: 'low',
      cost: 'A nurse',
      order: { resource: 'Task', code: { system: departmentCodeSystem, code: 'open-overflow', display: 'Open' } },
      undo: 'Close it',
      evidence: 'none',
    },
  ],
  objectives: [{ name: 'fewer', statement: 'Fewer people here', unit: '1' }],
  modelCard: 'Draws.',
  cadence: { forecastSteps: [10 * minute], forecastEvery: 10 * minute },
  begin: (subject, asOf) => stand(subject.id, asOf),
  assimilate: ({ twin }, asOf) => stand(twin.subject, asOf),
  forecast: (from, scenario, times) => ({
    twin: from.twin,
    madeAt: from.asOf,
    scenario,
    times,
    size: 1,
    weights: from.ensemble.weights,
    quantities: { present: { unit: '1', members: new Float64Array(times.length) } },
  }),
  advise: () => [],
  pictures: [
    { name: 'floor', label: 'Floor', kind: 'floor', live: true },
    { name: 'stress', label: 'Stress test', kind: 'stress', live: false },
    { name: 'slow', label: 'Takes ten seconds', kind: 'stress', live: false },
  ],
  picture: (from, scenario, context, name) => {
    if (name === 'slow') wait(context.onProgress)
    const titled = { title: `${name} under ${scenario.interventions.length} changes`, description: 'as asked' }
    if (name !== 'floor') return { kind: 'stress', ...titled, measures: [], rows: [] }
    return { kind: 'floor', ...titled, asOf: from.asOf, areas: [], staff: [] }
  },
})

function stand(subject: SubjectId, asOf: Instant): Belief {
  const ensemble = { variables: drawing.variables, size: 1, values: new Float64Array(1), weights: Float64Array.of(1) }
  return { twin: { kind: 'drawing', version: '1.0.0', subject }, asOf, ensemble, memory: {} }
}

function wait(tell: (done: number, of: number) => void = () => {}): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4))
  for (let i = 0; i < 200; i++) {
    tell(i, 200)
    Atomics.wait(nothing, 0, 0, 50)
  }
}

export const twins = [drawing]
