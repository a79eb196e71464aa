import {
  type Belief,
  defineTwin,
  departmentChannels,
  departmentCodeSystem,
  hour,
  type JsonObject,
  minute,
  type TwinContext,
  type VisitDetail,
} from '@counterpart/kernel'

const size = 24

/** Who is here, and how many doctors are called in: enough of a department to see that messages reach its twin. */
type Memory = { readonly present: Readonly<Record<string, number>>; readonly heard: number }

/** A twin that counts heads: people come and go at random, and each doctor called in sends one home. */
const headcount = defineTwin({
  kind: 'headcount',
  version: '1.0.0',
  label: 'Headcount',
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
  variables: [{ name: 'restlessness', label: 'Comings and goings', unit: '/h' }],
  quantities: [
    { name: 'present', label: 'People here', unit: '1', plausible: [0, 500], digits: 0, headline: true },
    { name: 'quiet', label: 'Since anything was heard', unit: 'min', plausible: [0, 1440], digits: 0 },
  ],
  interventions: [
    {
      name: 'call-in-clinician',
      label: 'Call in clinicians',
      unit: '1',
      dose: { low: 1, high: 3, step: 1, usual: 1 },
      reversibility: 'At once',
      mayApprove: ['manager'],
      riskClass: 'low',
      cost: 'A shift each',
      order: {
        resource: 'Task',
        code: { system: 'urn:counterpart:department-action', code: 'call-in-clinician', display: 'Call in clinicians' },
      },
      undo: 'Send them home',
      evidence: 'none',
    },
  ],
  objectives: [{ name: 'fewer', statement: 'Fewer people here', unit: '1' }],
  modelCard: 'Counts heads.',
  cadence: { forecastSteps: [10 * minute, 30 * minute], forecastEvery: 10 * minute },
  begin: (subject, asOf) => belief(subject.id, asOf, { present: {}, heard: asOf }),
  assimilate: ({ twin, memory }, asOf, observations) => {
    const present = { ...(memory as Memory).present }
    // Of one instant, the later statement is the higher version.
    for (const { detail } of [...observations].sort((a, b) => a.version - b.version)) {
      if (detail === undefined || !('what' in detail)) continue
      const { visit, what } = detail as unknown as VisitDetail
      if (what === 'arrived' || what === 'placed' || what === 'returned') present[visit] ??= asOf
      if (what === 'left' || what === 'cancelled' || what === 'merged') delete present[visit]
    }
    const heard = observations.length > 0 ? asOf : (memory as Memory).heard
    return belief(twin.subject, asOf, { present, heard })
  },
  forecast: (from, scenario, times, context) => {
    const { present, heard } = from.memory as Memory
    const helpers = helpersIn(context) + scenario.interventions.reduce((sum, { dose }) => sum + dose, 0)
    const draw = context.random('forecast', from.asOf)
    const walks = times.flatMap((at) =>
      Array.from({ length: size }, () => {
        const spread = Math.sqrt((at - from.asOf) / (10 * minute))
        const gone = at > from.asOf ? helpers : 0
        return Math.max(0, Math.round(Object.keys(present).length - gone + spread * draw.normal()))
      }),
    )
    return {
      twin: from.twin,
      madeAt: from.asOf,
      scenario,
      times,
      size,
      weights: from.ensemble.weights,
      quantities: {
        present: { unit: '1', members: Float64Array.from(walks) },
        quiet: { unit: 'min', members: new Float64Array(times.length * size).fill((from.asOf - heard) / minute) },
      },
    }
  },
  advise: (from, objective) => {
    const present = Object.keys((from.memory as Memory).present).length
    if (present < 3) return []
    const summary = (value: number) => ({ mean: value, p05: value, p25: value, p50: value, p75: value, p95: value })
    const interventions = [{ intervention: 'call-in-clinician', dose: 1, from: from.asOf, until: from.asOf + hour }]
    const option = {
      effects: [],
      gain: summary(1),
      probabilityBetter: 1,
      probabilityOfHarm: 0,
      reason: 'Somebody would go home',
      riskClass: 'low' as const,
      cost: 'A shift',
      mayApprove: ['manager' as const],
      undo: 'Send them home',
    }
    return [
      {
        id: `${from.twin.subject}/${from.asOf}`,
        twin: from.twin,
        madeAt: from.asOf,
        expires: from.asOf + hour,
        objective,
        finding: `${present} people are here`,
        options: [
          { ...option, rank: 1, scenario: { id: 'call', name: 'Call somebody in', interventions } },
          { ...option, rank: 2, gain: summary(0), scenario: { id: 'carry-on', name: 'Carry on', interventions: [] } },
        ],
      },
    ]
  },
  counted: ({ memory }) => ({ present: Object.keys((memory as Memory).present).length }),
})

function helpersIn({ treatments }: TwinContext): number {
  return treatments.reduce((sum, { dose, until }) => sum + (until === undefined ? dose : 0), 0)
}

function belief(subject: Belief['twin']['subject'], asOf: number, memory: Memory): Belief {
  return {
    twin: { kind: 'headcount', version: '1.0.0', subject },
    asOf,
    ensemble: {
      variables: headcount.variables,
      size,
      values: new Float64Array(size).fill(6),
      weights: new Float64Array(size).fill(1 / size),
    },
    memory: memory as unknown as JsonObject,
  }
}

export const twins = [headcount]
