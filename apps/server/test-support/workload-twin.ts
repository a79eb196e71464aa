import {
  type Belief,
  clinicChannels,
  clinicCodeSystem,
  day,
  defineTwin,
  type Instant,
  type JsonObject,
  type Picture,
  type SubjectId,
  type TwinContext,
  type WorkHourDetail,
} from '@counterpart/kernel'

type Hours = { readonly [provider: string]: number }

/** A twin of a clinic that keeps everybody's hours, and draws what it should and (rows of single people) what it should not. */
const workload = defineTwin({
  kind: 'workload',
  version: '1.0.0',
  label: 'Workload',
  subjectKind: 'clinic',
  intendedUse: { user: 'tests', decision: 'none', validFor: 'tests', notFor: 'anything else', riskClass: 'low' },
  channels: Object.values(clinicChannels).map((name) => ({
    name,
    label: name,
    codes: [{ system: clinicCodeSystem, code: name }],
    unit: '1',
    plausible: [0, 1],
    error: { standardDeviation: 0, source: 'facts' },
    staleAfter: day,
  })),
  variables: [{ name: 'nothing', label: 'Nothing', unit: '1' }],
  quantities: [{ name: 'work-hours', label: 'Work', unit: 'h', plausible: [0, 100], digits: 1, headline: true }],
  interventions: [
    {
      name: 'scribe',
      label: 'Scribe',
      unit: '1',
      dose: { low: 1, high: 1, step: 1, usual: 1 },
      reversibility: 'At once',
      mayApprove: ['manager'],
      riskClass: 'low',
      cost: 'A scribe',
      order: { resource: 'Task', code: { system: 'urn:counterpart:clinic-action', code: 'scribe', display: 'Scribe' } },
      undo: 'End it',
      evidence: 'none',
    },
  ],
  objectives: [{ name: 'less', statement: 'Less work', unit: 'h' }],
  modelCard: 'Adds up.',
  cadence: { forecastSteps: [7 * day], forecastEvery: day },
  begin: (subject, asOf) => stand(subject.id, asOf, {}),
  assimilate: (belief, asOf, observations) => {
    const hours = { ...hoursOf(belief) }
    for (const { channel, detail } of observations) {
      if (channel !== clinicChannels.work) continue
      const { provider, seconds } = detail as unknown as WorkHourDetail
      const worked = Object.values(seconds)
        .flat()
        .reduce((sum: number, each) => sum + each, 0)
      hours[provider] = (hours[provider] ?? 0) + worked / 3_600
    }
    return stand(belief.twin.subject, asOf, hours)
  },
  forecast: (from, scenario, times) => {
    const all = Object.values(hoursOf(from))
    const mean = all.reduce((sum, each) => sum + each, 0) / Math.max(1, all.length)
    return {
      twin: from.twin,
      madeAt: from.asOf,
      scenario,
      times,
      size: 1,
      weights: from.ensemble.weights,
      quantities: { 'work-hours': { unit: 'h', members: new Float64Array(times.length).fill(mean) } },
    }
  },
  advise: () => [],
  pictures: [
    { name: 'week', label: 'Week', kind: 'load', live: true },
    { name: 'measures', label: 'Measures', kind: 'groups', live: true },
    { name: 'my-weeks', label: 'My weeks', kind: 'load', live: true, audience: 'member' },
  ],
  picture: (from, _scenario, _context: TwinContext, name, member): Picture => {
    const hours = hoursOf(from)
    const named = name === 'my-weeks' ? { [member!]: hours[member!] ?? 0 } : hours
    const titled = { title: 'Work', description: 'Hours of work', asOf: from.asOf }
    if (name === 'measures') {
      const groups = Object.entries(named).map(([code, value]) => ({
        name: code,
        label: code,
        n: 1,
        values: { work: { estimate: value } },
      }))
      const all = { name: 'clinic', label: 'Clinic', n: groups.length, values: { work: { estimate: 3 } } }
      const indicators = [{ name: 'work', label: 'Work', unit: 'h', digits: 1 }]
      return { kind: 'groups', ...titled, indicators, groups: [all, ...groups], notes: [] }
    }
    return {
      kind: 'load',
      ...titled,
      periods: [{ from: monday(from.asOf), until: monday(from.asOf) + 7 * day, label: 'This week' }],
      rows: Object.entries(named).map(([code, value]) => ({
        name: code,
        label: code,
        people: 1,
        cells: [
          {
            known: 'measured',
            contracted: 40,
            scheduled: 36,
            work: flat(value),
            outside: flat(0),
            overload: null,
            away: 0,
          },
        ],
      })),
      findings: [],
    }
  },
})

function hoursOf({ memory }: Belief): Record<string, number> {
  return ((memory as { hours?: Hours }).hours ?? {}) as Record<string, number>
}

function stand(subject: SubjectId, asOf: Instant, hours: Hours): Belief {
  const ensemble = { variables: workload.variables, size: 1, values: new Float64Array(1), weights: Float64Array.of(1) }
  return { twin: { kind: 'workload', version: '1.0.0', subject }, asOf, ensemble, memory: { hours } as JsonObject }
}

function flat(value: number) {
  return { mean: value, p05: value, p25: value, p50: value, p75: value, p95: value }
}

/** 1970-01-05 was a Monday. */
function monday(at: Instant): Instant {
  return Math.floor((at - 4 * day) / (7 * day)) * 7 * day + 4 * day
}

export const twins = [workload]
