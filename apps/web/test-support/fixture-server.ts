/**
 * A small server that answers the contract with generated data and a ticking event stream, so that screens can be
 * looked at and tested on their own. `node apps/web/test-support/fixture-server.ts [port]` starts one by hand.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type {
  DecisionRequest,
  LiveEvent,
  ModelRunRequest,
  QuarantineEntry,
  RecommendationThread,
  Session,
  SubjectList,
  SubjectSummary,
  TwinState,
  WhatIf,
  WhatIfRequest,
} from '@counterpart/server/contract'
import { clinicKind } from './fixture-clinic.ts'
import { type Answer, clinicRoutes } from './fixture-clinic-routes.ts'
import {
  bands,
  ecg,
  hour,
  lastTime,
  level,
  loops,
  measurement,
  minute,
  kinds as patientKinds,
  quantities,
  quarantined,
  readingOf,
  readings,
  reasons,
  recommendation,
  scores,
  subjectAt,
  summary,
  traceOf,
  twinState,
  weightState,
} from './fixture-data.ts'
import { departmentKinds } from './fixture-department.ts'
import { checkModel, runModel, storedModel } from './fixture-models.ts'
import { ownSubject } from './fixture-own-work.ts'
import { type Place, places } from './fixture-places.ts'

const kinds = [...patientKinds, ...departmentKinds, clinicKind]
const builtHere = fileURLToPath(new URL('../dist/', import.meta.url))
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const policy =
  "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"

const all: Session['may'] = [
  'view-subject-list',
  'view-subject',
  'run-what-if',
  'take-decision',
  'view-quarantine',
  'resubmit-quarantine',
  'view-audit',
  'view-engineering',
  'use-models',
]
const users: Readonly<
  Record<string, { role: Session['user']['role']; name: string; may: Session['may']; subject: string | null }>
> = {
  clinician: { role: 'clinician', name: 'Dr Mira Sol', may: all, subject: null },
  manager: {
    role: 'manager',
    name: 'Jo Park',
    may: ['view-subject-list', 'view-subject'],
    subject: null,
  },
  researcher: {
    role: 'researcher',
    name: 'Noor Aziz',
    may: ['view-subject-list', 'view-subject', 'run-what-if'],
    subject: null,
  },
  doctor: { role: 'clinician', name: 'Dr Adeyemi', may: [...all, 'view-own-work'], subject: ownSubject },
  patient: { role: 'patient', name: 'Ruth Adler', may: ['view-subject'], subject: 'patient/p1' },
}

export interface Fixture {
  readonly url: string
  /** Sends an event to every open stream. */
  emit(event: Omit<LiveEvent, 'at'>): void
  /** What a department was last asked for as a what-if. */
  asked(): WhatIfRequest | undefined
  /** How long a proposal for a rota takes from now on, in milliseconds, and whether its rules clash. */
  rota(next: { readonly takes: number; readonly clash: boolean }): void
  /** What was last sent about one's own work: its address and its body. */
  sent(): { readonly path: string; readonly body: Record<string, unknown> } | undefined
  /** Somebody walks from the waiting room into a bay. */
  walk(): void
  /** A new recommendation for the first patient, as it would come while someone reads. */
  recommend(): void
  /** Ends every stream and refuses new ones (and everything else) until called with false. */
  setDown(down: boolean): void
  close(): Promise<void>
}

export async function startFixture(options: { port?: number; tick?: number; dist?: string } = {}): Promise<Fixture> {
  const sessions = new Map<string, string>()
  const streams = new Set<{ response: ServerResponse; subject: string | null }>()
  const began = Date.now()
  const threads: RecommendationThread[] = [
    recommendation(0, 'rec-1', began - 4 * minute),
    earlier(began),
    recommendation(3, 'rec-4', began - 9 * minute),
    ...places.flatMap((each) => each.recommendation?.(began) ?? []),
  ]
  const treatments: TwinState['treatments'] = [
    {
      intervention: 'vasodilator',
      label: 'Nitroprusside',
      dose: 0.4,
      unit: 'ug/kg/min',
      from: began - 5 * hour,
      until: null,
      event: 'patient/p1@700',
    },
  ]
  const quarantine: QuarantineEntry[] = quarantined.map((each, index) => ({
    id: `q${index + 1}`,
    received: began - (index * 17 + 2) * minute,
    protocol: each.protocol,
    peer: each.peer,
    code: each.code,
    message: each.message,
    location: each.location,
    expected: each.expected,
    mend: each.mend,
    bytes: each.body.length,
    state: 'waiting',
    body: each.body,
  }))
  let position = 1000
  let drawing: number | null = null
  let moves = 0
  let asked: WhatIfRequest | undefined
  let sent: ReturnType<Fixture['sent']>
  let down = false

  function emit(event: Omit<LiveEvent, 'at'>): void {
    position += 1
    const text = `id: ${position}\nevent: ${event.name}\ndata: ${JSON.stringify({ ...event, at: Date.now() })}\n\n`
    for (const { response, subject } of streams)
      if (!subject || subject === event.subject || event.subject === null) response.write(text)
  }
  const open = (subject: string) => threads.filter((each) => each.subject === subject && each.state === 'open').length
  const subjects = (): SubjectSummary[] => [
    ...Array.from({ length: 12 }, (_, index) => subjectAt(index, Date.now(), open(`patient/p${index + 1}`))),
    ...places.map((each) => each.summary(Date.now(), open(each.subject))),
  ]
  const heartRate = quantities[0]!
  const routes = clinicRoutes(began)

  let ticks = 0
  const timer = setInterval(() => {
    if (down || streams.size === 0) return
    ticks += 1
    const now = Date.now()
    for (let index = 0; index < 12; index += 1) {
      if (index === 9) continue
      const subject = `patient/p${index + 1}`
      const twin = `cardiovascular:${subject}`
      if (ticks % 2 === 0)
        emit({ name: 'observation', subject, twin: null, data: { ...readingOf(index, heartRate, now) } })
      if (ticks % 3 === 0)
        emit({
          name: 'belief',
          subject,
          twin,
          data: {
            asOf: now,
            quantities: Object.fromEntries(
              quantities.map((each) => [each.name, summary(level(index, each, now), each.sd)]),
            ),
          },
        })
    }
    emit({
      name: 'waveform',
      subject: 'patient/p1',
      twin: null,
      data: { channel: 'ecg-ii', start: now - 1000, end: now },
    })
    advance(now)
  }, options.tick ?? 1000)

  /** Actions on their way are sent, acknowledged, and in the end compared with what was predicted. */
  function advance(now: number): void {
    for (const thread of threads)
      for (const action of thread.actions) {
        const age = now - action.changed
        if (age < 700) continue
        if (action.delivery === 'queued') Object.assign(action, { delivery: 'sent', attempts: 1, changed: now })
        else if (action.delivery === 'sent') Object.assign(action, { delivery: 'acknowledged', changed: now })
        else if (
          action.delivery === 'acknowledged' &&
          action.purpose === 'start' &&
          !thread.outcomes.some((each) => each.decision === action.decision)
        ) {
          const effect = thread.options[0]!.effects[1]!
          thread.outcomes.push({
            id: `o-${action.id}`,
            decision: action.decision,
            quantity: effect.quantity,
            label: effect.label,
            unit: effect.unit,
            digits: effect.digits,
            at: now,
            predicted: effect.withIt,
            predictedCarryingOn: effect.carryingOn,
            observed: effect.withIt.p50 + 1,
            crps: 0.71,
            within90: true,
            event: 'cardiovascular:patient/p1@900',
          })
          emit({ name: 'outcome', subject: thread.subject, twin: thread.twin, data: { id: thread.id } })
          continue
        } else continue
        emit({ name: 'action', subject: thread.subject, twin: thread.twin, data: { id: thread.id } })
      }
  }

  function problem(response: ServerResponse, status: number, code: string, title: string, detail: string): void {
    json(response, { type: 'about:blank', title, status, code, detail, reference: 'fixture-1' }, status)
  }

  function answer(response: ServerResponse, given: Answer | undefined, path: string): void {
    if (!given) problem(response, 404, 'not-found', 'No such address', path)
    else if (given.text !== undefined) {
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' })
      response.end(given.text)
    } else json(response, given.value, given.status)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (down) {
      request.socket.destroy()
      return
    }
    const url = new URL(request.url ?? '/', 'http://fixture')
    const path = url.pathname
    if (!path.startsWith('/api/')) return serveFile(options.dist ?? builtHere, path, response)
    const parts = path.slice(5).split('/').map(decodeURIComponent)
    const method = request.method ?? 'GET'
    if (method !== 'GET' && request.headers['x-counterpart-request'] !== '1')
      return problem(response, 403, 'csrf', 'Refused', 'The header x-counterpart-request: 1 is missing')
    const body = method === 'GET' ? {} : await readJson(request)
    const now = Date.now()
    if (parts[0] === 'sign-in-options')
      return json(response, {
        password: true,
        openid: { label: 'Hospital account', url: '/api/openid' },
        sandbox: true,
        version: '0.1.0',
      })
    if (parts[0] === 'session' && method === 'POST') {
      const { username, password } = body as { username?: string; password?: string }
      if (!users[username ?? ''] || password !== 'fixture')
        return problem(
          response,
          401,
          'sign-in-refused',
          'User name or password is not right',
          'Check both; the password printed at first start is case-sensitive.',
        )
      const token = `${username}-${Math.round(now)}`
      sessions.set(token, username!)
      response.setHeader('set-cookie', `session=${token}; HttpOnly; SameSite=Strict; Path=/`)
      return json(response, sessionOf(username!))
    }
    const user = sessions.get(/session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
    if (!user) return problem(response, 401, 'not-signed-in', 'Not signed in', 'Sign in first.')
    if (parts[0] === 'session') {
      if (method === 'DELETE') {
        response.setHeader('set-cookie', 'session=; Max-Age=0; Path=/')
        return json(response, null)
      }
      return json(response, sessionOf(user))
    }
    if (parts[0] === 'twin-kinds') return json(response, { kinds })
    if (parts[0] === 'decision-reasons') return json(response, { reasons })
    if (parts[0] === 'subjects' && parts.length === 1) {
      const search = (url.searchParams.get('search') ?? '').toLowerCase()
      const kind = url.searchParams.get('kind')
      const found = subjects().filter(
        (each) => (!kind || each.kind === kind) && `${each.name} ${each.identifier}`.toLowerCase().includes(search),
      )
      return json(response, listOf(found, url.searchParams.get('place')))
    }
    if (parts[0] === 'subjects') return subjectRoute(parts, url, response, now)
    if (parts[0] === 'twins') return twinRoute(parts, url, body, response, now)
    if (parts[0] === 'recommendations' && method === 'POST')
      return decideRoute(parts[1]!, body as unknown as DecisionRequest, user, response, now)
    if (parts[0] === 'trace') return json(response, traceOf(url.searchParams.get('event') ?? '', now))
    if (parts[0] === 'quarantine') return quarantineRoute(parts, url, body, response)
    if (parts[0] === 'audit')
      return json(response, {
        entries: Array.from({ length: 24 }, (_, index) => ({
          event: `audit@${900 - index}`,
          at: now - index * 47_000,
          who: index % 3 ? 'Dr Mira Sol' : 'Jo Park',
          role: index % 3 ? 'clinician' : 'manager',
          action: ['view-subject', 'run-what-if', 'take-decision', 'view-subject-list'][index % 4]!,
          subject: index % 4 === 3 ? null : `patient/p${(index % 5) + 1}`,
          resource: index % 4 === 2 ? 'rec-0' : null,
          outcome: index === 7 ? 'denied' : 'allowed',
        })),
      })
    if (parts[0] === 'sources')
      return json(response, {
        sources: [
          {
            name: 'MONITOR-3 (MLLP 2575)',
            protocol: 'hl7v2',
            lastMessage: now - 92_000,
            accepted: 4182,
            duplicates: 3,
            refused: 1,
            lastRefusal: 'OBX[1]-6: the unit "mmHgg" is no UCUM unit',
          },
          {
            name: 'ward/+/heart-rate',
            protocol: 'mqtt',
            lastMessage: now - 900,
            accepted: 191_203,
            duplicates: 14,
            refused: 2,
            lastRefusal: 'time-in-future from patch-31',
          },
          {
            name: 'https://echo.example/fhir',
            protocol: 'fhir',
            lastMessage: now - 3 * hour,
            accepted: 41,
            duplicates: 0,
            refused: 1,
            lastRefusal: 'An ejection fraction of 412 % is impossible',
          },
        ],
        thread: { kind: 'sqlite', events: 214_882, position: 214_882, bytes: 88_120_320 },
        process: { residentBytes: 187_400_192, uptimeSeconds: (now - began) / 1000 + 4200, node: process.version },
      })
    if (parts[0] === 'models') return modelRoute(parts, body, response)
    const ask = { method, parts, body, now }
    if (parts[0] === 'clinics') return answer(response, routes.clinics(ask), path)
    if (parts[0] === 'me' && users[user]?.subject?.startsWith('provider/')) {
      if (method !== 'GET') sent = { path, body }
      return answer(response, routes.me(ask), path)
    }
    if (parts[0] === 'live') return liveRoute(url, request, response)
    problem(response, 404, 'not-found', 'No such address', path)
  }

  function modelRoute(parts: string[], body: Record<string, unknown>, response: ServerResponse): unknown {
    if (parts.length === 1) return json(response, { models: [storedModel] })
    if (parts[1] === storedModel.id) return json(response, storedModel)
    if (parts[1] === 'check') return json(response, checkModel(String(body.text)))
    if (parts[1] === 'run') return json(response, runModel(body as unknown as ModelRunRequest))
    problem(response, 404, 'not-found', 'No such model', parts[1] ?? '')
  }

  function subjectRoute(parts: string[], url: URL, response: ServerResponse, now: number): unknown {
    const place = places.find((each) => each.subject === `${parts[1]}/${parts[2]}`)
    if (place) {
      const own = place.summary(now, open(place.subject))
      if (parts.length === 3) return json(response, { ...own, latest: [] })
      return problem(response, 404, 'not-found', 'No such address', url.pathname)
    }
    const index = Number(parts[2]?.replace('p', '')) - 1
    if (!(index >= 0 && index < 12)) return problem(response, 404, 'subject-unknown', 'No such patient', parts[2] ?? '')
    if (parts.length === 3) return json(response, { ...subjects()[index]!, latest: readings(index, now) })
    if (parts[3] === 'series') {
      const quantity = quantities.find((each) => each.name === url.searchParams.get('channel'))
      const from = Number(url.searchParams.get('from') ?? now - hour)
      const points: object[] = []
      if (quantity) {
        const step = Math.max(quantity.every, 15_000)
        for (let at = Math.ceil(from / step) * step; at <= lastTime(index, quantity, now); at += step) {
          if (quantity === heartRate && at % (25 * minute) < 3 * minute) continue
          points.push({
            effective: at,
            recorded: at + 400,
            value: measurement(index, quantity, at),
            quality: at % 47 === 0 ? 0.4 : 0.97,
            event: `patient/p${index + 1}@${Math.round(at / 1000) % 100_000}`,
          })
        }
      } else if (url.searchParams.get('channel') === 'body-weight')
        for (let day = 9; day >= 0; day -= 1)
          points.push({
            effective: now - day * 24 * hour - 3 * hour,
            recorded: now,
            value: 72.5 - (9 - day) * 0.12,
            quality: 1,
            event: 'patient/p1@3',
          })
      return json(response, {
        channel: url.searchParams.get('channel'),
        label: quantity?.label ?? '',
        unit: quantity?.unit ?? 'kg',
        points,
      })
    }
    if (parts[3] === 'waveform') {
      const from = Number(url.searchParams.get('from'))
      return json(response, {
        channel: 'ecg-ii',
        unit: 'mV',
        pieces: index === 0 ? ecg(from, Math.min(now, Number(url.searchParams.get('to'))), 88) : [],
      })
    }
    problem(response, 404, 'not-found', 'No such address', url.pathname)
  }

  async function twinRoute(
    parts: string[],
    url: URL,
    body: Record<string, unknown>,
    response: ServerResponse,
    now: number,
  ): Promise<unknown> {
    const id = parts[1]!
    const kind = kinds.find((each) => id.startsWith(`${each.kind}:`))
    const index = Number(/p(\d+)$/.exec(id)?.[1]) - 1
    const place = places.find((each) => each.subject === id.slice(id.indexOf(':') + 1))
    if (!kind || !(index >= 0 || place)) return problem(response, 404, 'twin-unknown', 'No such twin', id)
    const what = parts[2]
    if (place) {
      if (what === undefined) return json(response, place.state(now))
      if (what === 'forecast') return json(response, place.bands(now, 0, 'Carry on as now').scenario)
      if (what === 'history')
        return json(response, { points: place.history(Number(url.searchParams.get('from')), now) })
      if (what === 'what-if') {
        asked = body as unknown as WhatIfRequest
        const less = asked.interventions.reduce((sum, each) => sum + each.dose, 0)
        const drawn = typeof body.picture === 'string' ? place.picture(body.picture, now, moves) : undefined
        const answer = place.bands(now, less, 'Asked')
        return json(response, {
          carryOn: place.bands(now, 0, 'Carry on as now').scenario,
          ...answer,
          beside: besideOf(asked, now, place),
          picture: drawn ? { carryOn: drawn, scenario: drawn } : null,
          milliseconds: 61,
        })
      }
      if (what === 'scores') return json(response, { scores: place.scores() })
      if (what === 'forecasts') return json(response, place.forecasts(url.searchParams.get('quantity') ?? '', now))
      if (what === 'pictures' && parts[4] === 'progress')
        return json(response, {
          drawing: drawing === null ? null : { done: 1, of: 5, elapsed: now - drawing, usual: null },
        })
      if (what === 'pictures') {
        const picture = place.picture(parts[3] ?? '', now, moves)
        if (parts[3] === 'stress') {
          drawing = now
          await new Promise((resolve) => setTimeout(resolve, 3000))
          drawing = null
        }
        return picture
          ? json(response, picture)
          : problem(response, 404, 'not-found', 'No such picture', parts[3] ?? '')
      }
    }
    if (what === undefined)
      return json(
        response,
        kind.kind === 'cardiovascular' ? twinState(index, now, index === 0 ? treatments : []) : weightState(now),
      )
    if (what === 'history') {
      const from = Number(url.searchParams.get('from'))
      const points: object[] = []
      const step = Math.max(10_000, (now - from) / 400)
      if (kind.kind === 'body-weight')
        for (let day = 9; day >= 0; day -= 1)
          points.push({
            asOf: now - day * 24 * hour - 3 * hour,
            recorded: now,
            event: `${id}@${10 - day}`,
            quantities: { 'body-weight': summary(72.5 - (9 - day) * 0.12, 0.15) },
            variables: {},
          })
      if (kind.kind === 'cardiovascular')
        for (let at = from; at <= now; at += step)
          points.push({
            asOf: Math.round(at),
            recorded: Math.round(at),
            event: `${id}@1`,
            quantities: Object.fromEntries(
              quantities.map((each) => [each.name, summary(level(index, each, at), each.sd)]),
            ),
            variables: {},
          })
      return json(response, { points })
    }
    if (what === 'forecast')
      return json(response, bands(index, kind, now - (now % (5 * minute)), [], 'Carry on as now').scenario)
    if (what === 'forecasts') {
      const quantity = quantities.find((each) => each.name === url.searchParams.get('quantity'))
      const scored = []
      for (let step = 1; quantity && step <= 40; step += 1) {
        const at = now - step * 5 * minute
        const observed = measurement(index, quantity, at)
        const predicted = summary(level(index, quantity, at) + Math.sin(step) * quantity.sd * 0.7, quantity.sd * 1.2)
        scored.push({
          madeAt: at - 15 * minute,
          at,
          lead: step % 2 ? 15 * minute : 30 * minute,
          predicted,
          observed,
          crps: quantity.sd * 0.4,
          persistenceCrps: quantity.sd * 0.55,
          event: `${id}@${700 - step}`,
        })
      }
      return json(response, { quantity: quantity?.name ?? '', unit: quantity?.unit ?? '', scored })
    }
    if (what === 'scores') return json(response, { scores: kind.kind === 'cardiovascular' ? scores() : [] })
    if (what === 'recommendations')
      return json(response, { recommendations: threads.filter((each) => each.twin === id) })
    if (what === 'what-if') {
      const plan = (body.interventions ?? []) as { intervention: string; dose: number }[]
      const on = bands(index, kind, now, [], 'Carry on as now')
      const scenario = bands(index, kind, now, plan, 'Asked')
      const shift = plan.reduce(
        (sum, each) =>
          sum +
          (each.intervention === 'inotrope'
            ? each.dose * 0.25
            : each.intervention === 'vasodilator'
              ? each.dose * 0.6
              : 0),
        0,
      )
      return json(response, {
        carryOn: on.scenario,
        scenario: scenario.scenario,
        difference: scenario.difference,
        picture:
          body.picture && kind.pictures.length > 0
            ? {
                carryOn: loops('Pressure–volume loop of the left ventricle', 0),
                scenario: loops('Pressure–volume loop of the left ventricle', shift),
              }
            : null,
        milliseconds: 84,
      })
    }
    problem(response, 404, 'not-found', 'No such address', url.pathname)
  }

  function decideRoute(id: string, ask: DecisionRequest, user: string, response: ServerResponse, now: number): unknown {
    const thread = threads.find((each) => each.id === id)
    if (!thread) return problem(response, 404, 'recommendation-unknown', 'No such recommendation', id)
    if (!onDepartments(user).includes('take-decision'))
      return problem(response, 403, 'not-permitted', 'Not yours to decide', 'Only a clinician may decide on this.')
    const who = { userId: user, name: users[user]!.name, role: users[user]!.role }
    const option = thread.options.find((each) => each.scenario.id === ask.scenarioId)
    const plan = ask.interventions ?? option?.scenario.interventions ?? []
    const decisionId = `d-${now}-${thread.decisions.length}`
    thread.decisions.push({
      id: decisionId,
      verb: ask.verb,
      scenarioId: ask.scenarioId ?? 'own',
      interventions: ask.verb === 'reject' ? [] : [...plan],
      reason: ask.reason,
      by: who,
      at: now,
      ...(ask.reverses ? { reverses: ask.reverses } : {}),
      event: `cardiovascular:patient/p1@${800 + thread.decisions.length}`,
    })
    thread.state = ask.verb === 'reverse' ? 'reversed' : 'decided'
    const act = (purpose: 'start' | 'stop', planned: { intervention: string; dose: number }, index: number) => {
      const known = kinds[0]!.interventions.find((each) => each.name === planned.intervention)
      thread.actions.push({
        id: `a-${now}-${index}`,
        decision: decisionId,
        intervention: { ...planned },
        label: known?.label ?? planned.intervention,
        unit: known?.unit ?? '',
        purpose,
        delivery: 'queued',
        attempts: 0,
        lastError: null,
        changed: now,
        event: `cardiovascular:patient/p1@${850 + thread.actions.length}`,
      })
    }
    if (ask.verb === 'reverse') {
      for (const each of thread.actions.filter((one) => one.decision === ask.reverses)) each.delivery = 'undone'
      thread.actions
        .filter((one) => one.decision === ask.reverses)
        .forEach((each, index) => {
          act('stop', each.intervention, index)
        })
    } else if (ask.verb !== 'reject')
      plan.forEach((each, index) => {
        act('start', each, index)
      })
    emit({ name: 'decision', subject: thread.subject, twin: thread.twin, data: { id } })
    json(response, thread)
  }

  function quarantineRoute(
    parts: string[],
    url: URL,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): unknown {
    if (parts.length === 1) {
      const state = url.searchParams.get('state')
      const found = quarantine.filter((each) => !state || each.state === state)
      return json(response, { entries: found.map((each) => ({ ...each, body: null })), total: found.length })
    }
    const entry = quarantine.find((each) => each.id === parts[1])
    if (!entry) return problem(response, 404, 'quarantine-unknown', 'No such entry', parts[1] ?? '')
    if (parts[2] === 'resubmit') {
      if (typeof body.body !== 'string') return json(response, { outcome: 'refused', message: entry.message })
      entry.state = 'resubmitted'
      return json(response, { outcome: 'accepted', message: 'One observation recorded.' })
    }
    if (parts[2] === 'discard') {
      entry.state = 'discarded'
      return json(response, null)
    }
    json(response, entry)
  }

  function liveRoute(url: URL, request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const stream = { response, subject: url.searchParams.get('subject') }
    streams.add(stream)
    request.on('close', () => streams.delete(stream))
    response.write(
      `retry: 500\nid: ${position}\nevent: hello\ndata: ${JSON.stringify({ name: 'hello', subject: null, twin: null, at: Date.now(), data: {} })}\n\n`,
    )
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      problem(response, 500, 'fixture', 'Fixture failed', String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emit,
    asked: () => asked,
    rota: (next) => routes.rota(next),
    sent: () => sent,
    walk() {
      moves += 1
      emit({
        name: 'belief',
        subject: 'department/north-ed',
        twin: 'emergency-department:department/north-ed',
        data: { asOf: Date.now(), quantities: {} },
      })
    },
    recommend() {
      threads.unshift(recommendation(0, `rec-${Date.now()}`, Date.now()))
      emit({
        name: 'recommendation',
        subject: 'patient/p1',
        twin: 'cardiovascular:patient/p1',
        data: { id: threads[0]!.id },
      })
    },
    setDown(next) {
      down = next
      if (down) {
        for (const { response } of streams) response.destroy()
        streams.clear()
      }
    },
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer)
        for (const { response } of streams) response.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A recommendation of this morning that was taken, carried out and came out as predicted (but for one). */
function earlier(now: number): RecommendationThread {
  const madeAt = now - 6 * hour
  const base = recommendation(0, 'rec-0', madeAt)
  const plan = base.options[1]!
  return {
    ...base,
    state: 'decided',
    finding: 'Mean pressure stays above 95 mmHg at low output',
    decisions: [
      {
        id: 'd-0',
        verb: 'modify',
        scenarioId: plan.scenario.id,
        interventions: [{ intervention: 'vasodilator', dose: 0.4, from: madeAt }],
        reason: { code: 'dose-adjusted', text: 'Start low' },
        by: { userId: 'clinician', name: 'Dr Mira Sol', role: 'clinician' },
        at: madeAt + 4 * minute,
        event: 'cardiovascular:patient/p1@641',
      },
    ],
    actions: [
      {
        id: 'a-0',
        decision: 'd-0',
        intervention: { intervention: 'vasodilator', dose: 0.4, from: madeAt },
        label: 'Nitroprusside',
        unit: 'ug/kg/min',
        purpose: 'start',
        delivery: 'acknowledged',
        attempts: 2,
        lastError: null,
        changed: madeAt + 5 * minute,
        event: 'cardiovascular:patient/p1@643',
      },
    ],
    outcomes: [
      {
        id: 'o-0',
        decision: 'd-0',
        quantity: 'mean-arterial-pressure',
        label: 'Mean arterial pressure',
        unit: 'mm[Hg]',
        digits: 0,
        at: madeAt + hour,
        predicted: summary(86, 4),
        predictedCarryingOn: summary(97, 4),
        observed: 84,
        crps: 1.1,
        within90: true,
        event: 'cardiovascular:patient/p1@650',
      },
      {
        id: 'o-1',
        decision: 'd-0',
        quantity: 'heart-rate',
        label: 'Heart rate',
        unit: '/min',
        digits: 0,
        at: madeAt + hour,
        predicted: summary(86, 3),
        predictedCarryingOn: summary(84, 3),
        observed: 93,
        crps: 4.6,
        within90: false,
        event: 'cardiovascular:patient/p1@651',
      },
    ],
  }
}

function sessionOf(user: string): Session {
  const { role, name, may, subject } = users[user]!
  return {
    user: { id: user, name, role, subject },
    may: [...may],
    mayOnDepartments: onDepartments(user),
    mayOnClinics: onDepartments(user),
    expires: Date.now() + 8 * hour,
  }
}

function besideOf(asked: WhatIfRequest, now: number, place: Place): WhatIf['beside'] {
  if (!asked.beside) return null
  const dose = (plan: WhatIfRequest['interventions']) => plan.reduce((sum, each) => sum + each.dose, 0)
  const other = place.bands(now, dose(asked.beside), 'Beside')
  return {
    ...other,
    between: place.bands(now, dose(asked.interventions) - dose(asked.beside), 'Between').difference,
  }
}

function listOf(found: readonly SubjectSummary[], wanted: string | null): SubjectList {
  const placeOf = ({ location }: SubjectSummary) => location?.split(/, | · /)[0] ?? ''
  const names = [...new Set(found.map(placeOf))].sort()
  const subjects = found.filter((each) => wanted === null || wanted === 'here' || `at:${placeOf(each)}` === wanted)
  return {
    subjects,
    total: subjects.length,
    places: names.map((name) => ({
      key: `at:${name}`,
      name,
      count: found.filter((each) => placeOf(each) === name).length,
    })),
  }
}

/** Shift leads decide on departments, though not on patients. */
function onDepartments(user: string): Session['may'] {
  const { role, may } = users[user]!
  return role === 'manager' ? [...may, 'run-what-if', 'take-decision', 'view-audit'] : [...may]
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, {
    'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(value))
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) text += chunk
  if (request.headers['content-type'] === 'text/csv') return { csv: text }
  return text ? (JSON.parse(text) as Record<string, unknown>) : {}
}

async function serveFile(dist: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = normalize(path).replace(/^(\.\.[/\\])+/, '')
  const file = extname(wanted) ? wanted : 'index.html'
  try {
    const bytes = await readFile(join(dist, file))
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    })
    response.end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fixture = await startFixture({ port: Number(process.argv[2] ?? 4700) })
  console.log(fixture.url)
}
