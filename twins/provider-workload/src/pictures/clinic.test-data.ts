import {
  type Belief,
  type ClinicLayoutDetail,
  type CohortDetail,
  clinicChannels,
  clinicCodeSystem,
  day,
  hour,
  type Instant,
  type JsonObject,
  type Observation,
  type TwinContext,
  TwinLoop,
} from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { providerWorkload } from '../twin.ts'

/** The first Monday. */
const start = Date.UTC(2026, 1, 2)

/** Made-up clinic: pods of so many people each, all at work from nine to five on weekdays. */
function layoutOf(pods: readonly number[], minimumCell = 5): ClinicLayoutDetail {
  let made = 0
  return {
    name: 'North family medicine',
    timeZone: 'UTC',
    pods: pods.map((_, i) => ({ code: `pod-${i + 1}`, label: `Pod ${i + 1}` })),
    providers: pods.flatMap((people, i) =>
      Array.from({ length: people }, () => {
        made++
        return {
          provider: `p${String(made).padStart(3, '0')}`,
          label: `Dr ${made}`,
          pod: `pod-${i + 1}`,
          profession: 'physician' as const,
          clinicalFte: made % 3 === 0 ? 0.6 : 1,
          panel: 1500,
        }
      }),
    ),
    visitKinds: [{ code: 'usual', label: 'Usual visit', minutes: 20 }],
    minimumCell,
    overloadRatio: 1.375,
    practice: { teamInbox: false, refillProtocol: false, scribes: [] },
  }
}

/**
 * What the twin holds true of such a clinic after so many weeks: everybody has an hour or so in the inbox each evening, people
 * of the first pod three. Of `silent` nothing is logged in the last week: the log has a hole.
 */
export function followed({
  pods,
  weeks = 3,
  minimumCell = 5,
  cohorts = [],
  silent = [],
}: {
  readonly pods: readonly number[]
  readonly weeks?: number
  readonly minimumCell?: number
  readonly cohorts?: readonly CohortDetail[]
  readonly silent?: readonly string[]
}): { readonly belief: Belief; readonly context: TwinContext } {
  const layout = layoutOf(pods, minimumCell)
  const loop = new TwinLoop({ definition: providerWorkload, subject: { id: 'clinic/test', kind: 'clinic' } })
  const until = start + 7 * weeks * day
  const told: Observation[] = [fact('layout', 'layout', start - 14 * day, layout)]
  for (const { provider, pod, clinicalFte } of layout.providers) {
    const stream = randomStream('pictures-test', provider)
    const days = Math.round(5 * clinicalFte)
    for (let w = 0; w < weeks + 5; w++) {
      const monday = start + 7 * w * day
      const spans = Array.from({ length: days }, (_, d) => ({
        from: monday + d * day + 9 * hour,
        until: monday + d * day + 17 * hour,
        work: 'clinic',
      }))
      const week = new Date(monday).toISOString().slice(0, 10)
      told.push(fact('rota', `${provider}/${week}`, start - 13 * day, { provider, week, spans }))
      if (w >= weeks) continue
      const covered = silent.includes(provider) && w === weeks - 1 ? 0 : 1
      for (let d = 0; d < days; d++)
        for (const h of [9, 11, 14, 16, 19, 20, 21]) {
          const evening = h >= 19
          const busy = evening
            ? pod === 'pod-1' || h === 19
              ? 0.6 + 0.2 * stream.uniform()
              : 0
            : 0.5 + 0.2 * stream.uniform()
          const quarter = Math.round(900 * busy * covered)
          const at = monday + d * day + h * hour
          const n = evening || covered === 0 ? 0 : 5 + stream.integer(4)
          told.push(
            fact('work', `${provider}/${at}`, at, {
              provider,
              hour: at,
              seconds: { [evening ? 'inbox' : 'note']: [quarter, quarter, quarter, quarter] },
              received: n > 0 ? { patient: n, result: 2 } : {},
              done: evening && covered > 0 ? { patient: 8 } : {},
              orders: { signed: 0, team: 0 },
              notesSigned: 0,
              actions: 10,
              switches: 2,
              covered,
            }),
          )
        }
    }
  }
  for (const [i, each] of cohorts.entries()) told.push(fact('cohort', `cohort/${i}`, until - day, each))
  const facts = told.map((observation) => ({ kind: 'observation' as const, observation }))
  const { failures } = loop.take(facts)
  if (failures.length > 0) throw failures[0]!.error
  const context = loop.contextAt(until)
  return { belief: providerWorkload.assimilate(loop.belief!, until + 6 * hour, [], context), context }
}

function fact(channel: keyof typeof clinicChannels, id: string, at: Instant, detail: object): Observation {
  const name = clinicChannels[channel]
  return {
    id: `${name}/${id}`,
    version: at,
    status: 'final',
    subject: 'clinic/test',
    channel: name,
    code: { system: clinicCodeSystem, code: name },
    value: null,
    unit: '',
    text: name,
    detail: detail as JsonObject,
    effective: at,
    source: { protocol: 'api', system: 'test' },
    quality: { score: 1, flags: [] },
  }
}
