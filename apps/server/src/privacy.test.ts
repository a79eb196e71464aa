import { type CohortDetail, clinicChannels, day, type Observation } from '@counterpart/kernel'
import { derivableGroups } from '@counterpart/privacy'
import { exportThread, type StoredThread } from '@counterpart/thread'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenLive } from '../test-support/doors.ts'
import { type Caller, startTestServer, type TestServer } from '../test-support/test-server.ts'
import type { Clinic, Looked, OwnWork, PrivateRecord, RotaProposal } from './contract/index.ts'
import {
  auditLog,
  burnoutOf,
  canariesOf,
  clinic,
  clinics,
  consent,
  digits,
  hoursWorked,
  minimumCell,
  openAccountsOf,
  people,
  podOf,
  recordWork,
  rotaCsv,
  sayAll,
  subjectOf,
  wear,
} from './privacy.test-data.ts'
import { layoutOf } from './work/clinic-state.ts'
import { publishCohorts } from './work/cohort.ts'

const today = '2026-05-20'
let now = Date.parse(`${today}T12:00:00Z`)
let house: TestServer
let by: ReadonlyMap<string, Caller>
const roles = ['patient', 'clinician', 'manager', 'researcher', 'engineer', 'steward'] as const
const others = new Map<string, Caller>()
const log: string[] = []
const months = { lifetime: 90 * day }
const first = people[0]!

beforeAll(async () => {
  house = await startTestServer({
    clock: () => now,
    clinics,
    registry: new URL('../test-support/workload-twin.ts', import.meta.url),
    environment: { LOG_LEVEL: 'trace' },
    logTo: { write: (line) => void log.push(line) },
  })
  for (const role of roles) others.set(role, await house.as(role, months))
  by = await openAccountsOf(house)
  await recordWork(house, now - 2 * day)
  const sent = [
    await others.get('manager')!.send('PUT', '/api/clinics/north/rota', rotaCsv('2026-06-08'), 'text/csv'),
    await others.get('engineer')!.send('POST', '/api/clinics/north/work-events', auditLog(now - day), 'text/csv'),
    await others.get('engineer')!.send('POST', '/api/clinics/north/work-events', 'not a log', 'text/csv'),
  ]
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 422])
  for (const provider of people) await sayAll(by.get(provider)!, provider, today)
  // May ends. One person takes back a consent, and everybody is measured in June, too; then a quarter ends.
  now = Date.parse('2026-06-02T09:00:00Z')
  await publish()
  await consent(by.get(first)!, 'withdrawn', 'wearable-in-groups')
  now = Date.parse('2026-06-20T12:00:00Z')
  for (const provider of people) await wear(by.get(provider)!, provider, '2026-06')
  now = Date.parse('2026-07-02T09:00:00Z')
  await publish()
  await house.server.platform.host.settled()
})
afterAll(() => house?.close())

async function publish(): Promise<number> {
  const { subjects, ...platform } = house.server.platform
  return publishCohorts(platform, clinic, (await layoutOf(subjects, clinic))!)
}

const random = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}/g

/** Whose canaries a text holds, and which. `names`: these are no secret here. */
function canariesIn(all: string, options: { readonly names?: boolean; readonly own?: string } = {}): readonly string[] {
  const text = all.replace(random, '')
  return people
    .filter((provider) => provider !== options.own)
    .flatMap((provider) => {
      const { words, steps, sleep, heartRateVariability, seconds, label, login } = canariesOf(provider)
      const found = [
        words,
        digits(steps),
        digits(sleep),
        digits(heartRateVariability),
        digits(seconds),
        String(hoursWorked(provider)).slice(0, 8),
        login,
        ...(options.names ? [] : [label, 'yearsQualified']),
      ]
      return found.filter((each) => holds(text, each)).map((each) => `${provider}: ${each}`)
    })
}

/** A number only where it is not the middle of another one. */
function holds(text: string, canary: string): boolean {
  return /^\d/.test(canary) ? new RegExp(`(?<![\\w.])${canary}(?![A-Za-z+/])`).test(text) : text.includes(canary)
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly query: readonly { readonly name: string; readonly required: boolean }[]
}

async function operations(): Promise<readonly Operation[]> {
  const answer = await fetch(`${house.server.url}/openapi.json`)
  const { paths } = (await answer.json()) as {
    paths: Record<string, Record<string, { parameters?: { in: string; name: string; required?: boolean }[] }>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method,
      path,
      query: parameters.filter((each) => each.in === 'query').map(({ name, required = false }) => ({ name, required })),
    })),
  )
}

/** Everything that somebody might put into a path or a question. */
async function guesses(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { thread } = house.server.platform
  const streams = (await thread.streams()).map(({ stream }) => stream)
  const events: string[] = []
  for (const stream of streams.filter((each) => !each.startsWith('audit')))
    for await (const { id } of thread.read(stream)) events.push(id)
  const subjects = [clinic, subjectOf(first), subjectOf('p016')]
  return {
    kind: ['clinic', 'provider'],
    id: ['north', 'north.p001', 'north.p016', 'p001', ...subjects, ...subjects.map((each) => `workload:${each}`)],
    name: ['week', 'measures', 'my-weeks', 'my-measures', 'risk'],
    what: ['surveys', 'wearable'],
    event: events,
    subject: [...subjects, 'account:p001'],
    user: ['account:p001', 'account:manager'],
    channel: [...Object.values(clinicChannels), 'burnout', 'steps', 'sleep'],
    quantity: ['work-hours'],
    kindOf: ['clinic', 'provider'],
    search: ['p001', 'Name'],
  }
}

/** Every URL that the parameters of an operation allow with these guesses. */
function* urlsOf({ path, query }: Operation, known: Readonly<Record<string, readonly string[]>>): Iterable<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const asked = query.filter(({ name, required }) => required || ['subject', 'user', 'search', 'kind'].includes(name))
  function* fill(left: readonly string[], url: string): Iterable<string> {
    const [name, ...rest] = left
    if (name === undefined) yield url
    else
      for (const value of known[name] ?? ['1']) yield* fill(rest, url.replace(`{${name}}`, encodeURIComponent(value)))
  }
  for (const url of fill(names, path)) {
    let questions: readonly string[] = ['']
    for (const { name, required } of asked)
      questions = questions.flatMap((question) => [
        ...(required ? [] : [question]),
        ...(known[name] ?? ['1']).map((value) => `${question}&${name}=${encodeURIComponent(value)}`),
      ])
    // All of time, where a route asks for a span.
    const span = query.some(({ name }) => name === 'from') ? '&from=0' : ''
    for (const question of questions) yield `${url}?${question}${span}`
  }
}

/** Reads everything that the document of the API offers; the answers by URL. */
async function crawl(caller: Caller): Promise<ReadonlyMap<string, { readonly status: number; readonly text: string }>> {
  const answers = new Map<string, { readonly status: number; readonly text: string }>()
  const known = await guesses()
  for (const operation of await operations()) {
    if (operation.method !== 'get' || operation.path === '/api/live') continue
    const urls = [...urlsOf(operation, known)]
    for (let i = 0; i < urls.length; i += 40)
      await Promise.all(urls.slice(i, i + 40).map(async (url) => void answers.set(url, await caller.send('GET', url))))
  }
  for (const url of [
    '/fhir/Observation?subject=clinic/north',
    '/fhir/Observation?patient=north',
    '/fhir/metadata',
    '/health',
  ])
    answers.set(url, await caller.send('GET', url))
  return answers
}

/** Managers see who works where, by name; everybody what is held of themselves. */
function namesMayBeSeen(who: string, url: string): boolean {
  return url.startsWith(who === 'manager' ? '/api/clinics/' : '/api/me/')
}

describe('nobody else learns what one person wears, answers, says or works', () => {
  test('providers see their own figures: the canaries are there to be found', async () => {
    const mine = by.get(first)!
    const { text } = await mine.send('GET', '/api/me/private')
    const { words, steps, sleep, heartRateVariability } = canariesOf(first)
    for (const each of [digits(steps), digits(sleep), digits(heartRateVariability)]) expect(text).toContain(each)
    expect((JSON.parse(text) as PrivateRecord).surveys[0]!.scores[0]!.value).toBe(burnoutOf(first))
    expect((await mine.send('GET', '/api/me/statements')).text).toContain(words)
    const weeks = await mine.send('GET', '/api/me/pictures/my-weeks')
    expect(weeks.text).toContain(String(hoursWorked(first)).slice(0, 8))
    expect(canariesIn(weeks.text, { own: first })).toEqual([])
    const work = JSON.parse((await mine.send('GET', '/api/me/work')).text) as OwnWork
    expect(work.provider).toMatchObject({ code: first, label: `Dr Name-${first}`, pod: { code: 'alpha' } })
    expect(work.held.find(({ what }) => what === clinicChannels.work)).toMatchObject({ count: 2 })
  })

  test.each([...roles, 'colleague'])(
    'no route tells a %s',
    async (who) => {
      const caller = who === 'colleague' ? by.get('p002')! : others.get(who)!
      const answers = await crawl(caller)
      expect(answers.size).toBeGreaterThan(100)
      const own = who === 'colleague' ? { own: 'p002' } : {}
      const seen = [...answers].flatMap(([url, { status, text }]) =>
        canariesIn(text, { ...own, names: namesMayBeSeen(who, url) }).map((canary) => `${status} ${url}: ${canary}`),
      )
      expect(seen).toEqual([])
      const ofProviders = [...answers].filter(
        ([url, { status }]) => url.includes('provider%2F') && status === 200 && !url.startsWith('/api/audit'),
      )
      expect(ofProviders.map(([url]) => url).filter((url) => !url.includes('search'))).toEqual([])
    },
    60_000,
  )

  test('the crawl finds what there is to find: of themselves, people are told all of it', async () => {
    const answers = await crawl(by.get(first)!)
    const found = new Set([...answers.values()].flatMap(({ text }) => canariesIn(text)))
    const { words, steps, sleep, heartRateVariability, label } = canariesOf(first)
    for (const each of [words, digits(steps), digits(sleep), digits(heartRateVariability), label])
      expect(found).toContain(`${first}: ${each}`)
    expect(found).toContain(`${first}: ${String(hoursWorked(first)).slice(0, 8)}`)
    expect([...found].filter((each) => !each.startsWith(first) && !each.endsWith('yearsQualified'))).toEqual([])
  })

  test('what was crawled was worth it: managers get the clinic, its pictures and its exports', async () => {
    const manager = others.get('manager')!
    const twin = encodeURIComponent(`workload:${clinic}`)
    for (const path of [
      '/api/clinics/north',
      '/api/clinics/north/measures.csv',
      `/api/twins/${twin}`,
      `/api/twins/${twin}/pictures/week`,
    ])
      expect([path, (await manager.send('GET', path)).status]).toEqual([path, 200])
    expect((await manager.send('GET', `/api/twins/${twin}/pictures/my-weeks`)).status).toBe(404)
    expect((await by.get(first)!.send('GET', `/api/twins/${twin}/pictures/my-weeks`)).status).toBe(404)
    const { text } = await manager.send('GET', `/api/clinics/north?from=${Date.parse('2026-06-08')}`)
    expect(text).not.toContain('yearsQualified')
    expect((JSON.parse(text) as Clinic).rota).toHaveLength(4 * people.length)
  })

  test.each(roles)('the live stream tells a %s of nobody’s work', async (role) => {
    const live = await listenLive(house.server.url, others.get(role)!.token, { lastEventId: 0 }).catch(() => undefined)
    const ofClinic = await listenLive(house.server.url, others.get(role)!.token, {
      subject: clinic,
      lastEventId: 0,
    }).catch(() => undefined)
    await recordWork(house, now)
    await house.server.platform.host.settled()
    const own = await listenLive(house.server.url, others.get(role)!.token, { subject: subjectOf(first) }).catch(
      () => undefined,
    )
    expect(own).toBeUndefined()
    const heard = JSON.stringify([live?.heard, ofClinic?.heard])
    if (role === 'manager') expect(ofClinic!.heard.length).toBeGreaterThan(people.length)
    expect(canariesIn(heard)).toEqual([])
    await live?.leave()
    await ofClinic?.leave()
  })

  test('a what-if on a few people is refused, and one on pods answers about the clinic', async () => {
    const manager = others.get('manager')!
    const ask = (on?: readonly string[]) =>
      manager.post(`/api/twins/${encodeURIComponent(`workload:${clinic}`)}/what-if`, {
        interventions: [{ intervention: 'scribe', dose: 1, ...(on && { on }) }],
        picture: 'week',
      })
    for (const on of [['p001'], people.slice(0, 6), ['gamma'], ['alpha', 'beta'], [], ['nobody']])
      expect([on, (await ask(on)).status]).toEqual([on, 422])
    for (const on of [undefined, ['alpha']]) {
      const { status, body } = await ask(on)
      expect(status).toBe(200)
      expect(canariesIn(JSON.stringify(body))).toEqual([])
    }
    expect(
      (
        await manager.post(`/api/twins/${encodeURIComponent(`workload:${clinic}`)}/what-if`, {
          interventions: [],
          picture: 'my-weeks',
        })
      ).status,
    ).toBe(404)
  })

  test('errors, logs and exported threads hold none of it', async () => {
    const manager = others.get('manager')!
    const errors = await Promise.all([
      manager.post('/api/me/surveys', { instrument: 'mini-z', answers: { burnout: 3 } }),
      manager.send('PUT', '/api/clinics/north/rota', 'provider,from\nnobody,never', 'text/csv'),
      by.get(first)!.post('/api/me/surveys', { instrument: 'mini-z', answers: { burnout: 9 } }),
      by.get(first)!.post('/api/me/statements', { kind: 'contest', about: {}, text: '' }),
      others.get('engineer')!.send('GET', '/api/quarantine'),
    ])
    expect(canariesIn(JSON.stringify(errors))).toEqual([])
    expect(canariesIn(log.join('\n').replaceAll(/"pid":\d+/g, ''))).toEqual([])
    let exported = ''
    for await (const line of exportThread(house.server.platform.thread as StoredThread)) exported += line
    expect(exported.length).toBeGreaterThan(10_000)
    expect(canariesIn(exported)).toEqual([])
  })
})

async function cohortFacts(): Promise<readonly CohortDetail[]> {
  const facts: CohortDetail[] = []
  for await (const { payload } of house.server.platform.thread.read(clinic, { types: ['observation.recorded'] })) {
    const { observation } = payload as unknown as { observation: Observation }
    if (observation.channel === clinicChannels.cohort) facts.push(observation.detail as unknown as CohortDetail)
  }
  return facts
}

describe('what is told of groups', () => {
  test('tells of no fewer people than the minimum, not even by difference', async () => {
    const facts = await cohortFacts()
    const burnout = facts.filter(({ measure }) => measure === 'burnout')
    expect(burnout.map(({ group, suppressed }) => [group, suppressed])).toEqual([
      ['clinic', undefined],
      ['alpha', undefined],
      ['beta', 'would-disclose'],
      ['gamma', 'too-few'],
    ])
    const all = people.map(burnoutOf)
    expect(burnout[0]).toMatchObject({ n: 17, above: all.filter((each) => each >= 3).length })
    expect(burnout[0]!.mean).toBeCloseTo(all.reduce((a, b) => a + b) / 17, 12)
    for (const { n, suppressed, mean } of facts)
      if (suppressed === undefined) expect(n).toBeGreaterThanOrEqual(minimumCell)
      else expect([n, mean]).toEqual([undefined, undefined])
    for (const measure of new Set(facts.map((each) => each.measure))) {
      const told = facts.filter((each) => each.measure === measure && each.suppressed === undefined)
      const cells = told.map(({ group, from }) => ({
        name: `${from} ${group}`,
        members: people.filter((provider) => group === 'clinic' || podOf(provider) === group),
      }))
      expect([measure, derivableGroups(cells, minimumCell)]).toEqual([measure, []])
    }
  })

  test('one who has withdrawn cannot be told by difference from the month before', async () => {
    const steps = (await cohortFacts()).filter(({ measure }) => measure === 'steps')
    const cellsOf = (from: string, counted: readonly string[]) =>
      steps
        .filter((each) => each.from === Date.parse(from) && each.suppressed === undefined)
        .map(({ group, n }) => {
          const members = counted.filter((provider) => group === 'clinic' || podOf(provider) === group)
          expect(n).toBe(members.length)
          return { name: `${from} ${group}`, members }
        })
    const may = cellsOf('2026-04-30T23:00:00Z', people)
    const june = cellsOf('2026-05-31T23:00:00Z', people.slice(1))
    expect(may.map(({ members }) => members.length)).toEqual([17, 8])
    expect(derivableGroups([...may, ...june], minimumCell)).toEqual([])
    // Naively told, June would have given that person away.
    const naive = [{ name: 'all', members: people.slice(1) }]
    expect(derivableGroups([...may, ...naive], minimumCell)).toEqual([expect.arrayContaining([first])])
    expect(steps.filter((each) => each.from === Date.parse('2026-05-31T23:00:00Z'))).toHaveLength(4)
  })

  test('each wave is told once: a later withdrawal changes nothing of it', async () => {
    const before = await cohortFacts()
    await consent(by.get('p002')!, 'withdrawn', 'surveys-in-groups', 'wearable-in-groups')
    expect(await publish()).toBe(0)
    expect(await cohortFacts()).toEqual(before)
  })

  test('managers are told how many contest a figure, not who, and not when none or all do', async () => {
    const contests = async () =>
      (JSON.parse((await others.get('manager')!.send('GET', '/api/clinics/north')).text) as { contests: unknown })
        .contests
    expect(await contests()).toMatchObject({ people: null })
    const statements = JSON.parse((await by.get(first)!.send('GET', '/api/me/statements')).text) as {
      statements: { id: string; kind: string }[]
    }
    const { id } = statements.statements.find(({ kind }) => kind === 'contest')!
    expect((await by.get(first)!.post(`/api/me/statements/${id}/withdraw`, {})).status).toBe(200)
    expect(await contests()).toMatchObject({ people: people.length - 1 })
  })
})

describe('a rota that is asked for', () => {
  const path = '/api/clinics/north/rota-proposals'
  const until = async (id: string, ...states: readonly string[]) => {
    for (;;) {
      const { text } = await others.get('manager')!.send('GET', `${path}/${id}`)
      const proposal = JSON.parse(text) as RotaProposal
      if (states.includes(proposal.state)) return proposal
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const ask = async (about: object) => (await others.get('manager')!.post(path, about)).body as RotaProposal

  test('is made, with its gap, and can be handed in as it is', async () => {
    const { id } = await ask({ firstWeek: '2026-07-06', weeks: 1, secondsAtMost: 5 })
    const { state, result, message } = await until(id, 'done', 'infeasible', 'failed')
    expect([state, message]).toEqual(['done', expect.any(String)])
    expect(result!.gap).toBeGreaterThanOrEqual(0)
    expect(new Set(result!.rota.map(({ provider }) => provider)).size).toBe(people.length)
    const { text } = await others.get('manager')!.send('GET', `${path}/${id}/rota.csv`)
    const taken = await others.get('manager')!.send('PUT', '/api/clinics/north/rota', text, 'text/csv')
    expect(taken.status).toBe(200)
  }, 60_000)

  test('can be stopped, and is nobody’s business but the managers’', async () => {
    const { id } = await ask({ firstWeek: '2026-07-06', weeks: 4, secondsAtMost: 100 })
    const stopped = JSON.parse((await others.get('manager')!.send('DELETE', `${path}/${id}`)).text) as RotaProposal
    expect(stopped.state).toBe('stopped')
    for (const who of [by.get(first)!, others.get('engineer')!, others.get('researcher')!]) {
      expect((await who.send('GET', `${path}/${id}`)).status).toBe(403)
      expect((await who.post(path, { weeks: 1 })).status).toBe(403)
    }
    expect((await others.get('manager')!.post(path, { firstWeek: '2026-07-07' })).status).toBe(422)
  })
})

describe('people have what is theirs in hand', () => {
  test('a contested week is shown as uncertain to that person, with their words', async () => {
    const second = people[1]!
    const week = new Date(now).toISOString().slice(0, 10)
    const said = await by
      .get(second)!
      .post('/api/me/statements', { kind: 'contest', about: { week }, text: 'I was away' })
    expect(said.status).toBe(200)
    await recordWork(house, now)
    await house.server.platform.host.settled()
    const { text } = await by.get(second)!.send('GET', '/api/me/pictures/my-weeks')
    const drawn = JSON.parse(text) as { rows: { cells: { known: string }[] }[]; findings: { sentence: string }[] }
    expect(drawn.rows[0]!.cells[0]!.known).toBe('partly')
    expect(drawn.findings.map(({ sentence }) => sentence).join()).toContain('I was away')
  })

  test('who looked can be seen, and that one was counted', async () => {
    await house.server.platform.audit.flush()
    await others.get('steward')!.send('GET', `/api/subjects/${subjectOf(first)}`)
    const { entries } = JSON.parse((await by.get(first)!.send('GET', '/api/me/looked?limit=500')).text) as Looked
    expect(entries.map(({ role }) => role)).toContain('manager')
    expect(entries.filter(({ about, role }) => about === 'you' && role === 'steward').length).toBeGreaterThan(0)
    expect(entries.map(({ what }) => what).join()).toContain('counted in figures about groups')
    const seen = JSON.parse(
      (await others.get('manager')!.send('GET', `/api/audit?subject=${encodeURIComponent(clinic)}`)).text,
    ) as { entries: { subject: string }[] }
    expect(seen.entries.every(({ subject }) => subject === clinic)).toBe(true)
  })

  test('without consent nothing is kept; a pause ends by itself', async () => {
    const third = by.get('p003')!
    await consent(third, 'withdrawn', 'surveys')
    const answer = () => third.post('/api/me/surveys', { instrument: 'mini-z', answers: { burnout: 2 } })
    expect((await answer()).status).toBe(409)
    const paused = await third.send(
      'PUT',
      '/api/me/consents/surveys',
      JSON.stringify({ state: 'paused', until: now + day }),
    )
    expect(paused.status).toBe(200)
    expect((await answer()).status).toBe(409)
    now += day
    expect((await answer()).status).toBe(200)
  })

  test('what is erased is gone for ever, and one may begin anew', async () => {
    const fourth = by.get('p004')!
    expect((await fourth.post('/api/me/erase-private', { confirm: 'erase' })).status).toBe(204)
    const { thread } = house.server.platform
    for await (const { payload, type } of thread.read(subjectOf('p004')))
      if (type !== 'subject.erased') expect(payload).toBeNull()
    expect(JSON.parse((await fourth.send('GET', '/api/me/private')).text)).toEqual({ surveys: [], wearable: [] })
    expect((await fourth.post('/api/me/surveys', { instrument: 'mini-z', answers: { burnout: 2 } })).status).toBe(409)
    await consent(fourth, 'given', 'surveys')
    expect((await fourth.post('/api/me/surveys', { instrument: 'mini-z', answers: { burnout: 2 } })).status).toBe(200)
    expect((JSON.parse((await fourth.send('GET', '/api/me/private')).text) as PrivateRecord).surveys).toHaveLength(1)
    const erased = await others
      .get('steward')!
      .post(`/api/subjects/${subjectOf('p005')}/erase`, { reason: 'asked for' })
    expect(erased.status).toBe(204)
    expect(JSON.parse((await by.get('p005')!.send('GET', '/api/me/private')).text)).toEqual({
      surveys: [],
      wearable: [],
    })
    expect((await thread.verify()).broken).toEqual([])
  })
})
