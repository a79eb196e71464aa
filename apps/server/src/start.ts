import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import {
  type Accounts,
  type FirstAccount,
  openAccounts,
  openAudit,
  openIdSettings,
  openOpenId,
  openPolicy,
  openRecords,
  openSessions,
} from '@counterpart/governance'
import {
  type ClinicSettings,
  type FhirEndpointOptions,
  fhirHandler,
  Intake,
  type MllpListener,
  type Peer,
  startMllpListener,
} from '@counterpart/intake'
import { catalogueOf, type Instant, type SubjectId, type TwinDefinition } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type Delivery, openDelivery } from '@counterpart/outbound'
import { openThread, type ThreadEvent } from '@counterpart/thread'
import { serve } from '@hono/node-server'
import pino from 'pino'
import { describeReading } from './api/describe.ts'
import { followsOf, placesIn } from './departments.ts'
import { createApp } from './http/app.ts'
import { staticFiles } from './http/static-files.ts'
import { openLiveHub } from './live.ts'
import { startModelPool } from './models/model-pool.ts'
import { startMqtt } from './mqtt.ts'
import type { Log, Platform } from './platform.ts'
import { ProjectionStore } from './projection.ts'
import { pseudonymKey } from './pseudonym-key.ts'
import { startReplay } from './replay-record.ts'
import { type Sandbox, sandboxPlaces, sandboxProvider, startSandbox } from './sandbox.ts'
import { openSources } from './sources.ts'
import { subjectProjection } from './subjects.ts'
import { startComputePool } from './twins/compute-pool.ts'
import { TwinHost } from './twins/twin-host.ts'
import { twinProjection } from './twins/twin-state.ts'
import { builtWebApp } from './web-app.ts'
import { clinicProjection } from './work/clinic-state.ts'
import { isGiven, ownStreamOf, readOwnRecord } from './work/own-record.ts'
import { startPublishing } from './work/publishing.ts'
import { openRotaProposals } from './work/rota-proposals.ts'

export const version = '0.1.0'

/** How often twins that move by themselves are brought to the present. */
const tickEvery = 5_000

export interface ServerOptions {
  readonly dataDirectory: string
  readonly host?: string
  /** 0: any free port. */
  readonly port: number
  readonly mllpPort: number
  readonly mqttPort: number
  /** Patients of the virtual ward; 0: no sandbox. */
  readonly sandboxPatients: number
  /** JSON file of the departments and clinics of this hospital; see docs/connect-a-hospital.md. */
  readonly departments?: string
  /** Clinics besides those of the file. */
  readonly clinics?: readonly ClinicSettings[]
  /** WFDB records to replay as live ECG patches. */
  readonly replay?: readonly string[]
  /** DATABASE_URL, MQTT_URL, OIDC_ISSUER …, ORDERS_URL, PUBLIC_URL; see docs/configuration.md. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Module that exports `twins`; the platform's own registry by default. */
  readonly registry?: URL
  /** Leave out the web app, e.g. for a server behind another front end. */
  readonly webApp?: boolean
  readonly clock?: () => Instant
  /** Takes the lines of the log; standard error by default. */
  readonly logTo?: { write(line: string): void }
  readonly onProgress?: (message: string) => void
}

export interface RunningServer {
  readonly url: string
  readonly ports: { readonly http: number; readonly mllp: number; readonly mqtt: number | null }
  /** Accounts made on the first start, with their passwords: nobody can see these again. */
  readonly firstAccounts: readonly FirstAccount[]
  /** What to tell the person who started it. */
  readonly greeting: string
  readonly platform: Platform
  close(): Promise<void>
}

/** Starts the whole platform in this process. What fails to start is closed again, and the reason thrown. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closing: (() => Promise<unknown> | unknown)[] = []
  const close = async () => {
    const failures: unknown[] = []
    for (const step of closing.splice(0).reverse())
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    if (failures.length > 0) throw failures[0]
  }
  try {
    return await start(options, closing, close)
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

async function start(
  options: ServerOptions,
  closing: (() => Promise<unknown> | unknown)[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const { environment = {}, host = '127.0.0.1', clock = () => Date.now() } = options
  const say = options.onProgress ?? (() => {})
  const directory = resolve(options.dataDirectory)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const log = openLog(environment.LOG_LEVEL || 'warn', options.logTo)
  const registry = options.registry ?? new URL('./registry.ts', import.meta.url)
  const { twins: definitions } = (await import(registry.href)) as { twins: readonly TwinDefinition[] }
  const catalogue = catalogueOf(definitions)
  const own = options.departments === undefined ? { departments: [], clinics: [] } : placesIn(options.departments)
  const ownDepartments = own.departments
  const webApp = options.webApp === false ? undefined : builtWebApp(() => say('building the web app …'))
  // Its failure is reported below, where it is waited for.
  webApp?.catch(() => {})

  const thread = await openThread({
    directory,
    clock,
    ...(environment.DATABASE_URL ? { databaseUrl: environment.DATABASE_URL } : {}),
    onListenerError: (error) => log.error('a listener of the thread failed', error),
  })
  closing.push(() => thread.close())
  const simulated =
    options.sandboxPatients > 0 ? await sandboxPlaces(thread, clock()) : { departments: [], clinics: [] }
  const departments = [
    ...ownDepartments,
    ...simulated.departments.filter(({ id }) => !ownDepartments.some((own) => own.id === id)),
  ]
  const clinicSettings = [
    ...own.clinics,
    ...[...(options.clinics ?? []), ...simulated.clinics].filter(
      ({ id }) => !own.clinics.some((each) => each.id === id),
    ),
  ]
  const follows = followsOf(departments)
  const records = openRecords(join(directory, 'accounts.sqlite'))
  closing.push(() => records.close())
  const accounts = openAccounts({ records, clock })
  const publicUrl = environment.PUBLIC_URL || undefined
  const openIdOptions = openIdSettings(
    environment,
    `${publicUrl ?? `http://${host}:${options.port}`}/api/openid/callback`,
  )

  // What advises departments and clinics may work for seconds; people who ask shall not wait for it.
  const pool = startComputePool(departments.length + clinicSettings.length > 0 ? 2 : 1, registry)
  closing.push(() => pool.close())
  const models = startModelPool()
  closing.push(() => models.close())
  const rotas = openRotaProposals(randomUUID)
  closing.push(() => rotas.close())
  const subjects = new ProjectionStore(thread, subjectProjection, (stream) => stream as SubjectId)
  const twins = new ProjectionStore(
    thread,
    twinProjection,
    (stream) => stream.slice(stream.indexOf(':') + 1) as SubjectId,
  )
  const clinics = new ProjectionStore(thread, clinicProjection, (stream) => stream as SubjectId)
  const live = openLiveHub({
    thread,
    clock,
    describeObservation: (event) => describeObservationEvent(event, catalogue),
  })
  const twinHost = new TwinHost({
    thread,
    definitions,
    follows,
    subjects,
    twins,
    pool,
    clock,
    onBelief: (change) => live.noticeBelief(change),
    onError: (error, context) => log.error('a twin could not take in a fact', error, context),
  })
  closing.push(async () => {
    await twinHost.saveAll()
    await Promise.all([subjects.saveAll(), twins.saveAll(), clinics.saveAll()])
  })
  const unsubscribe = thread.subscribe((events) => {
    subjects.notice(events)
    clinics.notice(events)
    twins.notice(events)
    live.notice(events)
    twinHost.notice(events)
  })
  closing.push(unsubscribe)

  const audit = openAudit({ thread, clock, newId: randomUUID, onError: (error) => log.error('audit', error) })
  closing.push(() => audit.close())
  const sources = openSources(clock)
  const intake = await Intake.open({
    thread,
    catalogue,
    clock,
    pseudonymKey: pseudonymKey(directory, environment.COUNTERPART_PSEUDONYM_KEY || undefined),
    departments,
    clinics: clinicSettings,
    consentOf: async (person, what) => isGiven(await readOwnRecord(thread, person, clock()), what),
    ownStream: (person) => ownStreamOf(thread, person),
    onReceipt: sources.count,
  })
  closing.push(() => intake.close())
  await intake.recordLayouts()
  await twinHost.begin()
  const ticking = setInterval(() => twinHost.tick(), tickEvery)
  closing.push(() => clearInterval(ticking))
  const platform: Platform = {
    definitions,
    follows,
    departments,
    catalogue,
    thread,
    intake,
    subjects,
    clinics,
    twins,
    host: twinHost,
    pool,
    models,
    rotas,
    live,
    sources,
    accounts,
    sessions: openSessions({ records, clock }),
    policy: openPolicy(),
    audit,
    openId: openIdOptions && openOpenId({ settings: openIdOptions, records, clock }),
    sandbox: options.sandboxPatients > 0,
    secure: publicUrl?.startsWith('https://') ?? false,
    clock,
    newId: randomUUID,
    log,
    version,
  }

  const publishing = startPublishing(platform)
  closing.push(() => publishing.stop())
  const app = createApp({
    platform,
    fhir: fhirFrom({ intake, thread, clock, basePath: '/fhir' }),
    files: webApp ? staticFiles(await webApp) : () => undefined,
  })
  const http = await orPortTaken('--port', options.port, () => listen(app.fetch, host, options.port))
  closing.push(() => http.close())
  const mllp: MllpListener = await orPortTaken('--mllp-port', options.mllpPort, () =>
    startMllpListener({ port: options.mllpPort, host, intake, clock, onTrouble: (what) => log.info(what) }),
  )
  closing.push(() => mllp.close())
  const mqtt = await orPortTaken('--mqtt-port', options.mqttPort, () =>
    startMqtt({
      platform,
      host,
      port: options.mqttPort,
      url: environment.MQTT_URL,
      username: environment.MQTT_USERNAME,
      password: environment.MQTT_PASSWORD,
      directory,
    }),
  )
  closing.push(() => mqtt.close())
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`

  // Last of what can fail: their passwords are told once only, in the greeting.
  const firstAccounts = [...(await accounts.firstRun())]
  const clinicFollowed = simulated.clinics.length > 0 && own.clinics.every(({ id }) => id !== simulated.clinics[0]!.id)
  if (firstAccounts.length > 0 && clinicFollowed) firstAccounts.push(await familyPhysician(accounts))
  let sandbox: Sandbox | undefined
  if (options.sandboxPatients > 0) {
    sandbox = await startSandbox({
      platform,
      patients: options.sandboxPatients,
      url,
      mllp: { host, port: mllp.port },
      mqtt,
      clinicFollowed,
    })
    const running = sandbox
    closing.push(() => running.stop())
  }
  const ordersUrl = environment.ORDERS_URL || sandbox?.ordersUrl
  if (ordersUrl) {
    const delivery: Delivery = await openDelivery({
      thread,
      endpoint: { baseUrl: ordersUrl, ...(environment.ORDERS_TOKEN ? { token: environment.ORDERS_TOKEN } : {}) },
      definitions,
      clock,
      random: randomStream('delivery', randomUUID()),
      onProblem: (problem, about) => log.error('an order could not be sent', problem, about),
    })
    closing.push(() => delivery.close())
  }
  for (const record of options.replay ?? []) {
    const replay = await startReplay({ platform, record })
    closing.push(() => replay.stop())
  }
  return {
    url,
    ports: { http: http.port, mllp: mllp.port, mqtt: mqtt.port },
    firstAccounts,
    greeting: greeting(url, firstAccounts, options, mllp.port, mqtt.address, directory),
    platform,
    close,
  }
}

/** Somebody of the simulated clinic, who may look at their own work. */
async function familyPhysician(accounts: Accounts): Promise<FirstAccount> {
  const { account, password } = await accounts.create({
    username: 'family-physician',
    displayName: 'Family physician',
    roles: ['clinician'],
    subject: sandboxProvider,
  })
  return { username: account.username, role: 'clinician', password }
}

/** The FHIR endpoint, told with each request who sends it. */
function fhirFrom(options: FhirEndpointOptions): (request: Request, peer: Peer) => Promise<Response> {
  const peers = new WeakMap<Request, Peer>()
  const handle = fhirHandler({ ...options, peerOf: (request) => peers.get(request)! })
  return (request, peer) => {
    peers.set(request, peer)
    return handle(request)
  }
}

function describeObservationEvent(event: ThreadEvent, catalogue: Platform['catalogue']): Record<string, unknown> {
  if (event.payload === null) return {}
  const { observation } = event.payload as unknown as {
    observation: Parameters<typeof describeReading>[0]['observation']
  }
  return {
    ...describeReading({ observation, recorded: event.recorded, event: event.id }, catalogue),
    status: observation.status,
  }
}

function openLog(level: string, to?: { write(line: string): void }): Log {
  // Values of people never go into the log, only codes, ids and counts.
  const logger = pino({ name: 'counterpart', level }, to ?? pino.destination({ fd: 2, sync: false }))
  return {
    info: (message, details = {}) => logger.info(details, message),
    error: (message, error, details = {}) => logger.error({ ...details, err: error }, message),
  }
}

/** Starts a listener; says which option to change when another program has its port. */
async function orPortTaken<T>(option: string, port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`port ${port} is taken by another program; stop it, or choose another with ${option}`, {
      cause: error,
    })
  }
}

async function listen(
  fetch: (request: Request, bindings: object) => Response | Promise<Response>,
  hostname: string,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  return new Promise((resolveListening, reject) => {
    const server = serve({ fetch: fetch as never, hostname, port }, (info: AddressInfo) => {
      server.off('error', reject)
      resolveListening({
        port: info.port,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            // Live streams never end by themselves.
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      })
    })
    server.on('error', reject)
  })
}

function greeting(
  url: string,
  accounts: readonly FirstAccount[],
  options: ServerOptions,
  mllpPort: number,
  mqttAddress: string,
  directory: string,
): string {
  const lines = ['', `  Counterpart ${version} is running at ${url}`, '']
  if (options.sandboxPatients > 0)
    lines.push(`  A simulated ward of ${options.sandboxPatients} patients is sending to it. Nobody in it is real.`, '')
  if (accounts.length > 0) {
    const width = Math.max(...accounts.map(({ username }) => username.length))
    lines.push('  Accounts made for you. Write the passwords down: they are shown only now.', '')
    for (const { username, password } of accounts) lines.push(`    ${username.padEnd(width)}  ${password}`)
    lines.push('')
  } else lines.push('  Sign in with the accounts printed at the first start.', '')
  lines.push(
    `  HL7 v2 (MLLP) on port ${mllpPort}, MQTT at ${mqttAddress}, FHIR R4 at ${url}/fhir, API at ${url}/openapi.json`,
  )
  lines.push(`  Data in ${directory}. Stop with Ctrl-C. Not a medical device.`, '')
  return `${lines.join('\n')}\n`
}
