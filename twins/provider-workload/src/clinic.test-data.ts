// A made-up clinic and what is told of it, without any of the twin's own model: rates differ by person, the rest is plain.
import {
  type Belief,
  clinicChannels,
  clinicCodeSystem,
  day,
  type Fact,
  hour,
  type Instant,
  type JsonObject,
  minute,
  type Observation,
  type Subject,
  type Treatment,
  TwinLoop,
  twinContext,
} from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { providerWorkload } from './twin.ts'

export const subject: Subject = { id: 'clinic/test', kind: 'clinic' }
/** A Monday, 0 h in London. */
export const monday = Date.UTC(2026, 0, 5)
export const week = 7 * day

export const fact = (
  channel: keyof typeof clinicChannels,
  id: string,
  effective: Instant,
  detail: object,
  version = effective,
): Observation => ({
  id: `${channel}/${id}`,
  version,
  status: 'final',
  subject: subject.id,
  channel: clinicChannels[channel],
  code: { system: clinicCodeSystem, code: clinicChannels[channel] },
  value: null,
  unit: '',
  detail: detail as JsonObject,
  effective,
  source: { protocol: 'api', system: 'test' },
  quality: { score: 1, flags: [] },
})

export const nameOf = (at: Instant) => new Date(at).toISOString().slice(0, 10)

export interface TestPerson {
  readonly code: string
  readonly pod: string
  readonly clinicalFte: number
  /** Messages on a weekday, minutes for each, minutes of notes for a visit; part of what waits that is done in a day. */
  readonly messages: number
  readonly messageMinutes: number
  readonly noteMinutes: number
  readonly clears: number
}

export const person = (code: string, more: Partial<TestPerson> = {}): TestPerson => ({
  code,
  pod: 'east',
  clinicalFte: 1,
  messages: 50,
  messageMinutes: 1,
  noteMinutes: 6,
  clears: 0.8,
  ...more,
})

export const layoutOf = (people: readonly TestPerson[], timeZone = 'Europe/London') => ({
  name: 'Test clinic',
  timeZone,
  pods: [...new Set(people.map(({ pod }) => pod))].map((code) => ({ code, label: code })),
  providers: people.map(({ code, pod, clinicalFte }) => ({
    provider: code,
    label: code,
    pod,
    profession: 'physician',
    clinicalFte,
    panel: Math.round(1500 * clinicalFte),
  })),
  visitKinds: [{ code: 'visit', label: 'Visit', minutes: 20 }],
  minimumCell: 5,
  overloadRatio: 1.375,
  practice: { teamInbox: false, refillProtocol: false, scribes: [] },
})

/** The layout, and so many weeks of rota, bookings and work, from `monday` on; rotas are known two weeks ahead. */
export function told(people: readonly TestPerson[], weeks: number, seed = 'told'): Observation[] {
  const facts = [fact('layout', 'first', monday - day, layoutOf(people))]
  for (const who of people) facts.push(...toldOf(who, weeks, seed))
  return facts
}

const spans = (start: Instant) =>
  Array.from({ length: 5 }, (_, d) =>
    [8, 13].map((h) => ({ from: start + d * day + h * hour, until: start + d * day + (h + 4) * hour, work: 'clinic' })),
  ).flat()

function toldOf(who: TestPerson, weeks: number, seed: string): Observation[] {
  const random = randomStream('test clinic', seed, who.code)
  const { code: provider } = who
  const facts: Observation[] = []
  for (let w = 0; w < weeks + 5; w++) {
    const start = monday + w * week
    facts.push(
      fact('rota', `${provider}/${w}`, Math.max(monday - hour, start - 2 * week), {
        provider,
        week: nameOf(start),
        spans: spans(start),
      }),
    )
  }
  let waiting = 20
  for (let d = 0; d < 7 * weeks; d++) {
    const start = monday + d * day
    const working = d % 7 < 5
    const received = Math.round(who.messages * (working ? 1 : 0.25) * (0.8 + 0.4 * random.uniform()))
    waiting += received
    const visits = working ? 15 + random.integer(5) : 0
    const done = working ? Math.round(waiting * who.clears) : 0
    waiting -= done
    if (working)
      facts.push(
        fact('sheet', `${provider}/${d}`, start + hour, {
          provider,
          day: nameOf(start),
          visits: visitsAt(start, visits),
        }),
      )
    facts.push(
      fact(
        'work',
        `${provider}/${d}/7`,
        start + 7 * hour,
        hourOf(provider, start + 7 * hour, { received: { patient: received } }),
      ),
    )
    if (!working) continue
    for (let h = 8; h < 17; h++) {
      if (h === 12) continue
      const inbox = (done * who.messageMinutes * 0.5 * 60) / 8
      facts.push(
        fact(
          'work',
          `${provider}/${d}/${h}`,
          start + h * hour,
          hourOf(provider, start + h * hour, {
            seconds: {
              note: share((visits * who.noteMinutes * 45) / 8),
              'chart-review': share((visits * 150) / 8),
              inbox: share(inbox),
            },
            done: { patient: Math.round(done / 16) },
            notesSigned: Math.floor((visits * 0.6) / 8),
          }),
        ),
      )
    }
    const evening = (visits * who.noteMinutes * 15 + done * who.messageMinutes * 30) * (0.7 + 0.6 * random.uniform())
    facts.push(
      fact(
        'work',
        `${provider}/${d}/20`,
        start + 20 * hour,
        hourOf(provider, start + 20 * hour, {
          seconds: { note: share(evening / 2), inbox: share(evening / 2) },
          done: { patient: done - 8 * Math.round(done / 16) },
          notesSigned: visits - 8 * Math.floor((visits * 0.6) / 8),
        }),
      ),
    )
    facts.push(
      fact('sheet', `${provider}/${d}/end`, start + 18 * hour, {
        provider,
        day: nameOf(start),
        visits: visitsAt(start, visits, 'fulfilled'),
      }),
    )
  }
  return facts
}

const share = (seconds: number) => {
  const quarter = Math.min(900, seconds / 4)
  return [quarter, quarter, quarter, quarter]
}

const visitsAt = (start: Instant, count: number, state = 'booked') =>
  Array.from({ length: count }, (_, i) => ({
    at: start + 8 * hour + i * 25 * minute,
    minutes: 25,
    kind: 'visit',
    state,
  }))

export const hourOf = (provider: string, at: Instant, more: object = {}) => ({
  provider,
  hour: at,
  seconds: {},
  received: {},
  done: {},
  orders: { signed: 0, team: 0 },
  notesSigned: 0,
  actions: 1,
  switches: 0,
  covered: 1,
  ...more,
})

export function loopAfter(observations: readonly Observation[], treatments: readonly Treatment[] = []): TwinLoop {
  const loop = new TwinLoop({ definition: providerWorkload, subject, memory: observations.length + 10 })
  const facts: Fact[] = observations.map((observation) => ({ kind: 'observation', observation }))
  const { failures } = loop.take([
    ...facts,
    ...treatments.map((treatment) => ({ kind: 'treatment' as const, treatment })),
  ])
  if (failures.length > 0) throw failures[0]!.error
  return loop
}

/** The belief after all of it, brought to `at`. */
export function beliefAfter(observations: readonly Observation[], at: Instant): Belief {
  const loop = loopAfter(observations.filter(({ effective }) => effective <= at))
  return providerWorkload.assimilate(loop.belief!, at, [], contextAt(at))
}

export const contextAt = (at: Instant, treatments: readonly Treatment[] = []) =>
  twinContext(providerWorkload, subject, treatments, at)
