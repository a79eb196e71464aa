import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Action,
  type Decision,
  hour,
  type Instant,
  type Intervention,
  minute,
  type SubjectId,
  second,
} from '@counterpart/kernel'
import { type EventId, openThread, type Thread } from '@counterpart/thread'
import type { ServiceRequest } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { actionsOf, type Delivery, type DeliveryOptions, openDelivery } from './delivery.ts'

/** What the receiving system does with the next request. */
type Behaviour =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'store'
  | 'hang'
  | 'store and hang'
  | 'break'

const dilate: Intervention = {
  name: 'vasodilator',
  label: 'Vasodilator',
  unit: 'ug/kg/min',
  dose: { low: 0, high: 5, step: 0.1, usual: 1 },
  reversibility: 'within minutes',
  mayApprove: ['clinician'],
  riskClass: 'moderate',
  cost: '',
  order: { resource: 'ServiceRequest', code: { system: 'urn:example', code: 'dilate', display: 'Dilate' } },
  undo: '',
  evidence: '',
}
const definitions = [{ kind: 'cardiovascular', interventions: [dilate] }]

let directory: string
let thread: Thread
let server: Server
let baseUrl: string
let behaviours: Behaviour[]
let requests: { method?: string; url?: string; authorization?: string; body: ServiceRequest; at: Instant }[]
/** What stands at the receiving system: a PUT replaces. */
let stored: Map<string, ServiceRequest>
let hanging: ServerResponse[]
let lives: Delivery[]
let problems: unknown[]
let now: Instant
let timers: { at: Instant; work: () => void }[]
let recommendations: number

/** Lets simulated time pass: timers that fall due run in order. */
const pass = (time: number) => {
  now += time
  const due = timers.filter(({ at }) => at <= now)
  timers = timers.filter(({ at }) => at > now)
  for (const { work } of due) work()
}
const schedule = (delay: number, work: () => void) => {
  const timer = { at: now + delay, work }
  timers.push(timer)
  return () => {
    timers = timers.filter((each) => each !== timer)
  }
}
const live = async (options: Partial<DeliveryOptions> = {}) => {
  const delivery = await openDelivery({
    thread,
    endpoint: { baseUrl },
    definitions,
    clock: () => now,
    random: { uniform: () => 0 },
    schedule,
    onProblem: (problem) => problems.push(problem),
    ...options,
  })
  lives.push(delivery)
  return delivery
}
/** Polls, because the steps in between are other people's input and output. */
const until = (check: () => unknown) =>
  vi.waitFor(async () => expect(await check()).toBeTruthy(), { timeout: 20_000, interval: 2 })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outbound-'))
  now = Date.UTC(2026, 0, 5, 8)
  thread = await openThread({ directory, clock: () => now })
  behaviours = []
  requests = []
  stored = new Map()
  hanging = []
  lives = []
  problems = []
  timers = []
  recommendations = 0
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ServiceRequest
    const { method, url, headers } = request
    const behaviour = behaviours.shift() ?? 'store'
    if (behaviour === 'store' || behaviour === 'store and hang') stored.set(url!, body)
    requests.push({ method, url, authorization: headers.authorization, body, at: now })
    if (behaviour === 'hang' || behaviour === 'store and hang') hanging.push(response)
    else if (behaviour === 'break') request.socket.destroy()
    else if (behaviour === 'store') response.writeHead(201, { etag: 'W/"1"', location: `${url}/_history/1` }).end()
    else response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
})

afterEach(async () => {
  for (const delivery of lives) await delivery.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await thread.close()
  await rm(directory, { recursive: true })
})

interface Told {
  readonly decision: Decision
  readonly event: EventId
  readonly recommendation: EventId
}

const append = async (
  type: string,
  stream: string,
  payload: object,
  derivedFrom: readonly EventId[],
  subject: SubjectId,
) => {
  const event = {
    stream,
    type,
    effective: now,
    idempotencyKey: `${type}/${JSON.stringify(payload)}`,
    subject,
    derivedFrom,
  }
  const [appended] = await thread.append([{ ...event, payload: JSON.parse(JSON.stringify(payload)) }])
  return appended!.id
}
const recommend = async (subject: SubjectId = 'patient/1') => {
  const recommendation = { id: `r${++recommendations}`, expires: now + hour, finding: 'Afterload is high' }
  return {
    recommendation,
    event: await append('recommendation.made', `cardiovascular:${subject}`, { recommendation }, [], subject),
  }
}
const decide = async (more: Partial<Decision> = {}, subject: SubjectId = 'patient/1'): Promise<Told> => {
  const { recommendation, event: basis } = await recommend(subject)
  const decision: Decision = {
    id: `d-${recommendation.id}`,
    recommendation: recommendation.id,
    twin: `cardiovascular:${subject}`,
    subject,
    verb: 'accept',
    scenarioId: 'dilate',
    interventions: [{ intervention: 'vasodilator', dose: 0.5, from: now }],
    reason: { code: 'agrees-with-assessment' },
    by: { userId: 'account:ada', name: 'Ada King', role: 'clinician' },
    at: now,
    ...more,
  }
  const event = await append('decision.taken', decision.twin, { decision }, [basis], subject)
  return { decision, event, recommendation: basis }
}
const reverse = async ({ decision, event, recommendation }: Told): Promise<Told> => {
  const reversal: Decision = {
    ...decision,
    id: `${decision.id}-back`,
    verb: 'reverse',
    reverses: decision.id,
    at: now,
    reason: { code: 'adverse-effect' },
  }
  const id = await append(
    'decision.taken',
    decision.twin,
    { decision: reversal },
    [recommendation, event],
    decision.subject,
  )
  return { decision: reversal, event: id, recommendation }
}
const eventsOf = async (stream = 'cardiovascular:patient/1') => {
  const events = []
  for await (const event of thread.read(stream)) if (event.type.startsWith('action.')) events.push(event)
  return events
}
const typesOf = async () => (await eventsOf()).map(({ type }) => type.slice('action.'.length))
const stateOf = async ({ event }: Told) => (await actionsOf(thread, event)).map(({ delivery }) => delivery)

describe('an approved decision', () => {
  test('goes out as an order and each step stands in the thread, derived from the decision', async () => {
    await append(
      'subject.identified',
      'patient/1',
      { version: 1, identifiers: [{ system: 'urn:mrn', value: '4711', type: 'MR' }] },
      [],
      'patient/1',
    )
    const delivery = await live({ endpoint: { baseUrl: `${baseUrl}/`, token: 'a-token' } })
    const told = await decide()
    const [action] = await delivery.carryOut(told.event)
    await delivery.idle()

    expect(await typesOf()).toEqual(['queued', 'sent', 'acknowledged'])
    for (const event of await eventsOf()) expect(event.derivedFrom).toContain(told.event)
    expect(await actionsOf(thread, told.event)).toEqual([{ ...action, delivery: 'acknowledged', attempts: 1 }])
    expect((await eventsOf()).at(-1)?.payload).toMatchObject({ response: { status: 201, version: '1' } })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      method: 'PUT',
      url: `/fhir/ServiceRequest/${action!.id}`,
      authorization: 'Bearer a-token',
      body: {
        id: action!.id,
        status: 'active',
        subject: { identifier: { system: 'urn:mrn', value: '4711' } },
        quantityQuantity: { value: 0.5, code: 'ug/kg/min' },
        occurrencePeriod: { start: new Date(now).toISOString() },
      },
    })
    expect(action!.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/)
  })

  test('is carried out without being asked, and asking again changes nothing', async () => {
    const delivery = await live()
    const told = await decide()
    await until(async () => (await stateOf(told))[0] === 'acknowledged')
    await Promise.all([delivery.carryOut(told.event), delivery.carryOut(told.event)])
    await delivery.idle()
    expect(requests).toHaveLength(1)
    expect(await typesOf()).toEqual(['queued', 'sent', 'acknowledged'])
  })

  test('to do nothing sends nothing', async () => {
    const delivery = await live()
    const told = await decide({ verb: 'reject', interventions: [], reason: { code: 'contraindicated' } })
    expect(await delivery.carryOut(told.event)).toEqual([])
    await delivery.idle()
    expect(requests).toEqual([])
  })
})

describe('nothing goes out without a decision in the thread', () => {
  test.each([
    ['an event that is not there', async () => 'cardiovascular:patient/1@99' as EventId, 'decision-missing'],
    ['a recommendation', async () => (await recommend()).event, 'decision-missing'],
  ])('%s', async (_, make, code) => {
    const delivery = await live()
    const event = await make()
    await expect(delivery.carryOut(event)).rejects.toMatchObject({ name: 'OutboundError', code })
    await delivery.idle()
    expect(requests).toEqual([])
  })

  test('a decision in the stream of a twin that it is not about', async () => {
    const delivery = await live()
    const { decision, recommendation } = await decide()
    await delivery.idle()
    requests = []
    const forged = { ...decision, id: 'forged' }
    const event = await append(
      'decision.taken',
      'cardiovascular:patient/2',
      { decision: forged },
      [recommendation],
      'patient/2',
    )
    await expect(delivery.carryOut(event)).rejects.toMatchObject({ code: 'decision-missing' })
    await delivery.idle()
    expect(requests).toEqual([])
  })

  test('a decision on a recommendation that it does not come from', async () => {
    const delivery = await live()
    const { decision } = await decide()
    await delivery.idle()
    requests = []
    const event = await append(
      'decision.taken',
      decision.twin,
      { decision: { ...decision, id: 'd9' } },
      [],
      'patient/1',
    )
    await expect(delivery.carryOut(event)).rejects.toMatchObject({ code: 'basis-missing' })
    await delivery.idle()
    expect(requests).toEqual([])
    expect(problems).toEqual([expect.objectContaining({ code: 'basis-missing' })])
  })

  test('an intervention that no twin has', async () => {
    const delivery = await live()
    const { event } = await decide({ interventions: [{ intervention: 'leeches', dose: 1, from: now }] })
    await expect(delivery.carryOut(event)).rejects.toMatchObject({ code: 'intervention-unknown' })
    expect(requests).toEqual([])
  })

  test.each([
    ['not a url', undefined],
    ['ftp://ehr.example.org/fhir', undefined],
    ['https://user:pass@ehr.example.org/fhir', undefined],
    ['http://ehr.example.org/fhir', 'a-token'],
  ])('nor to the address %s', async (address, token) => {
    await expect(live({ endpoint: { baseUrl: address, token } })).rejects.toMatchObject({ code: 'endpoint-invalid' })
  })
})

describe('a receiving system in trouble', () => {
  test('is asked again, later each time and not before it says, until it takes the order', async () => {
    behaviours = [{ status: 500 }, { status: 503, headers: { 'retry-after': '30' } }, { status: 429 }]
    const delivery = await live()
    const start = now
    const told = await decide()
    for (const wait of [1, 30, 4]) {
      await until(() => timers.length === 1)
      pass(wait * second - 1)
      expect(timers).toHaveLength(1)
      pass(1)
    }
    await delivery.idle()
    expect(requests.map(({ at }) => (at - start) / second)).toEqual([0, 1, 31, 35])
    expect(stored.size).toBe(1)
    expect(await actionsOf(thread, told.event)).toMatchObject([{ delivery: 'acknowledged', attempts: 4 }])
    expect(await typesOf()).toEqual(['queued', 'sent', 'sent', 'sent', 'sent', 'acknowledged'])
  })

  test('that breaks off or does not answer in time is asked again; the order is there once', async () => {
    behaviours = ['break', 'store and hang']
    const delivery = await live({ timeout: 40 })
    await decide()
    for (const wait of [1, 2]) {
      await until(() => timers.length === 1)
      pass(wait * second)
    }
    await delivery.idle()
    expect(requests).toHaveLength(3)
    expect(new Set(requests.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(stored.size).toBe(1)
  })

  test('that refuses is not asked again, and its reason is kept', async () => {
    behaviours = [
      {
        status: 422,
        body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ diagnostics: 'unknown code' }] }),
      },
    ]
    const delivery = await live()
    const told = await decide()
    await delivery.carryOut(told.event)
    await delivery.idle()
    expect(requests).toHaveLength(1)
    expect(await actionsOf(thread, told.event)).toMatchObject([
      { delivery: 'failed', lastError: 'HTTP 422: unknown code' },
    ])
    expect((await eventsOf()).at(-1)?.payload).toMatchObject({ reason: 'refused' })
  })

  test('that sends elsewhere is not followed', async () => {
    behaviours = [{ status: 307, headers: { location: `${baseUrl}/elsewhere` } }]
    const delivery = await live()
    const told = await decide()
    await delivery.carryOut(told.event)
    await delivery.idle()
    expect(requests).toHaveLength(1)
    expect(await stateOf(told)).toEqual(['failed'])
  })

  test('never gets an order after the recommendation has expired', async () => {
    behaviours = Array.from({ length: 100 }, () => ({ status: 503 }))
    const delivery = await live()
    const expires = now + hour
    const told = await decide()
    await delivery.carryOut(told.event)
    while ((await stateOf(told))[0] !== 'failed') {
      await until(async () => timers.length === 1 || (await stateOf(told))[0] === 'failed')
      pass(minute)
    }
    await delivery.idle()
    expect(Math.max(...requests.map(({ at }) => at))).toBeLessThan(expires)
    expect((await eventsOf()).at(-1)?.payload).toMatchObject({ reason: 'expired' })
    expect((await actionsOf(thread, told.event))[0]?.lastError).toMatch(/expired.*HTTP 503/)
  })
})

describe('a restart', () => {
  test('in the middle of a request goes on where it was, and the order is there once', async () => {
    behaviours = ['store and hang']
    const first = await live()
    const told = await decide()
    await until(() => hanging.length === 1)
    await first.close()
    expect(await stateOf(told)).toEqual(['sent'])

    const second = await live()
    await second.idle()
    expect(await actionsOf(thread, told.event)).toMatchObject([{ delivery: 'acknowledged', attempts: 2 }])
    expect(stored.size).toBe(1)
    expect(requests[1]!.body).toEqual(requests[0]!.body)
  })

  test('after the process was killed in the middle of a request goes on where it was', async () => {
    behaviours = ['store and hang']
    const told = await decide()
    await thread.close()
    // Plain JavaScript: another process with the same thread, which delivers until it is killed.
    const program = `
      import { openThread } from '@counterpart/thread'
      import { openDelivery } from ${JSON.stringify(new URL('./delivery.ts', import.meta.url).href)}
      const clock = () => ${now}
      const thread = await openThread({ directory: ${JSON.stringify(directory)}, clock })
      const definitions = ${JSON.stringify(definitions)}
      await openDelivery({ thread, clock, definitions, endpoint: { baseUrl: ${JSON.stringify(baseUrl)} }, random: { uniform: () => 0 } })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await until(() => hanging.length === 1)
    child.kill('SIGKILL')
    await once(child, 'exit')

    thread = await openThread({ directory, clock: () => now })
    expect(await stateOf(told)).toEqual(['sent'])
    await (await live()).idle()
    expect(await actionsOf(thread, told.event)).toMatchObject([{ delivery: 'acknowledged', attempts: 2 }])
    expect(requests[1]!.body).toEqual(requests[0]!.body)
    expect((await thread.verify()).broken).toEqual([])
  })

  test('between the decision and the outbox loses nothing', async () => {
    const told = await decide()
    await (await live()).idle()
    expect(await stateOf(told)).toEqual(['acknowledged'])
  })

  test('after all is done looks at nothing again', async () => {
    await decide()
    const first = await live()
    await first.idle()
    await first.close()
    const read = vi.spyOn(thread, 'derivedFrom')
    await (await live()).idle()
    expect(read).not.toHaveBeenCalled()
    expect(requests).toHaveLength(1)
  })

  test('too late finds the order expired and does not send it', async () => {
    const told = await decide()
    now += hour
    await (await live()).idle()
    expect(requests).toEqual([])
    expect(await stateOf(told)).toEqual(['failed'])
  })

  test('with two workers on one thread sends the same order, whoever is first', async () => {
    const [a, b] = [await live(), await live()]
    const told = await decide()
    await until(async () => {
      pass(second)
      return (await stateOf(told))[0] === 'acknowledged'
    })
    const settle = setInterval(() => pass(second), 1)
    await Promise.all([a.idle(), b.idle()])
    clearInterval(settle)
    expect(stored.size).toBe(1)
    expect(await stateOf(told)).toEqual(['acknowledged'])
    expect((await thread.verify()).broken).toEqual([])
  })
})

describe('a reversal', () => {
  test('of what was delivered sends a stop under the same id and undoes the action', async () => {
    const delivery = await live()
    const told = await decide()
    await delivery.carryOut(told.event)
    await delivery.idle()
    now += minute
    const back = await reverse(told)
    const [stop] = await delivery.carryOut(back.event)
    await delivery.idle()
    expect(requests).toHaveLength(2)
    expect(requests[1]!.url).toBe(requests[0]!.url)
    expect([...stored.values()].map(({ status }) => status)).toEqual(['revoked'])
    expect(stop).toMatchObject({ purpose: 'stop', undoes: (await actionsOf(thread, told.event))[0]!.id })
    expect(await stateOf(told)).toEqual(['undone'])
    expect(await stateOf(back)).toEqual(['acknowledged'])
  })

  test('of what cannot have arrived sends nothing', async () => {
    behaviours = [{ status: 429 }]
    const delivery = await live()
    const told = await decide()
    await until(() => timers.length === 1)
    const back = await reverse(told)
    await delivery.carryOut(back.event)
    pass(hour)
    await delivery.idle()
    expect(requests).toHaveLength(1)
    expect(await stateOf(told)).toEqual(['undone'])
    expect(await stateOf(back)).toEqual([])
  })

  test('of what is on its way breaks it off and sends a stop after it', async () => {
    behaviours = ['store and hang']
    const delivery = await live()
    const told = await decide()
    await until(() => hanging.length === 1)
    const back = await reverse(told)
    await delivery.carryOut(back.event)
    await delivery.idle()
    expect([...stored.values()].map(({ status }) => status)).toEqual(['revoked'])
    expect(await stateOf(told)).toEqual(['undone'])
    expect((await typesOf()).sort()).toEqual(['acknowledged', 'failed', 'queued', 'queued', 'sent', 'sent', 'undone'])
  })

  test('while nobody was here keeps the order from going out at all', async () => {
    const told = await decide()
    await reverse(told)
    await (await live()).idle()
    expect(requests).toEqual([])
    expect(await stateOf(told)).toEqual(['undone'])
  })

  test('goes out however late, and is tried until it is taken', async () => {
    const delivery = await live()
    const told = await decide()
    await delivery.carryOut(told.event)
    await delivery.idle()
    now += 5 * hour
    behaviours = [{ status: 503 }, { status: 503 }]
    await reverse(told)
    for (const wait of [1, 2]) {
      await until(() => timers.length === 1)
      pass(wait * second)
    }
    await delivery.idle()
    expect(await stateOf(told)).toEqual(['undone'])
  })
})

test('after a subject is erased, nothing more of theirs goes out', async () => {
  behaviours = [{ status: 503 }]
  const delivery = await live()
  const told = await decide()
  await until(() => timers.length === 1)
  await thread.eraseSubject(told.decision.subject, { who: 'account:steward' })
  pass(hour)
  await delivery.idle()
  await delivery.close()
  await (await live()).idle()
  expect(requests).toHaveLength(1)
})

test('whatever goes wrong, whenever it is taken back or restarted: the other side and the thread agree in the end', async () => {
  let subjects = 0
  const behaviour = fc.constantFrom<Behaviour>(
    'store',
    'store and hang',
    'hang',
    'break',
    { status: 503 },
    { status: 429 },
    { status: 422 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { maxLength: 4 }),
      fc.array(fc.constantFrom('reverse', 'restart', 'wait'), { maxLength: 3 }),
      async (planned, deeds) => {
        behaviours = [...planned]
        stored.clear()
        let delivery = await live({ timeout: 15 })
        const running = setInterval(() => pass(second), 1)
        try {
          const told = await decide({}, `patient/p${++subjects}`)
          let back: Told | undefined
          for (const deed of deeds) {
            if (deed === 'wait') await new Promise((resolve) => setImmediate(resolve))
            if (deed === 'reverse') back ??= await reverse(told)
            if (deed === 'restart') {
              await delivery.close()
              delivery = await live({ timeout: 15 })
            }
          }
          await delivery.idle()
          const [action] = (await actionsOf(thread, told.event)) as [Action]
          const [stop] = back ? await actionsOf(thread, back.event) : []
          const standing = [...stored.values()]
          expect(standing.length).toBeLessThanOrEqual(1)
          if (action.delivery === 'acknowledged') expect(standing[0]?.status).toBe('active')
          if (action.delivery === 'undone') expect(standing[0]?.status ?? 'revoked').toBe('revoked')
          if (back === undefined) expect(['acknowledged', 'failed']).toContain(action.delivery)
          // A stop that the other side refuses leaves the order standing, and that is what the thread says.
          else expect(action.delivery === 'undone' || stop?.delivery === 'failed').toBe(true)
        } finally {
          clearInterval(running)
          await delivery.close()
        }
      },
    ),
    { numRuns: 25 },
  )
})
