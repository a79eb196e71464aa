import {
  type ClinicLayoutDetail,
  day,
  hour,
  type Instant,
  type Milliseconds,
  type SubjectId,
  second,
} from '@counterpart/kernel'
import { type FhirSender, startFhirSender } from '../fhir-sender.ts'
import { type Delivery, type MllpSender, startMllpSender } from '../mllp-sender.ts'
import type { Clock, Timer } from '../time.ts'
import { loginsOf } from './audit-log.ts'
import { ClinicDays } from './clinic-days.ts'
import { startHttpSender } from './http-sender.ts'
import type { ClinicRequest } from './read-action.ts'
import { type ClinicMessage, ClinicRecords, saidQuery } from './records.ts'
import { type ClinicOptions, checkedClinic } from './settings.ts'
import { beginClinic, type SimulatedClinic } from './simulation.ts'

export interface LiveClinicOptions extends Omit<ClinicOptions, 'from' | 'begins' | 'unseenWeeks'> {
  /** How the platform calls it, e.g. `clinic/north-family`. */
  readonly clinic: SubjectId
  readonly clock: Clock
  readonly timer: Timer
  /** The platform, e.g. `http://127.0.0.1:4600`, and a bearer token for it. */
  readonly url: string
  readonly token: string
  /** Where appointments go by HL7 v2 as they are made. Left out: by FHIR. */
  readonly mllp?: { readonly host: string; readonly port: number }
  /** How long before now its records begin, in whole days. Default 21 days. */
  readonly history?: Milliseconds
  /** What is known of it already is not told again: nothing before this. */
  readonly toldUntil?: Instant
  /** How often it sends. Default 15 s. */
  readonly tick?: Milliseconds
  /** Mean seconds between actions in the log. Default 15: a lean log, so that weeks of it are read in seconds. */
  readonly every?: number
  /** See `ClinicRecordsOptions.own`. */
  readonly own?: (provider: string) => boolean
  readonly onProblem?: (problem: string) => void
}

export interface LiveClinic {
  readonly clinic: SubjectId
  /** As it stands. */
  readonly layout: ClinicLayoutDetail
  /** Codes of its pods and people, which a Task may name. */
  readonly parts: ReadonlySet<string>
  readonly statistics: { readonly due: number; readonly accepted: number; readonly refused: number }
  /** Resolves when the past has been handed over and the clinic is at the clock's time. */
  readonly live: Promise<void>
  /** Takes a request, e.g. from the orders endpoint. */
  request(request: ClinicRequest): void
  /** The clinic itself, for tests and for watching, once it has begun. */
  readonly simulated: SimulatedClinic | undefined
  stop(): Promise<void>
}

/**
 * What a platform must be told of the clinic to follow it: one entry of the member `clinics` of its settings file. `options`
 * as for {@link startClinic}.
 */
export function clinicEntry(clinic: SubjectId, options: Omit<ClinicOptions, 'from'>) {
  const days = new ClinicDays(checkedClinic({ ...options, from: 0 }))
  const { name, timeZone, pods, providers, visitKinds, minimumCell, overloadRatio } = days.layout()
  const logins = loginsOf(days.truth)
  return {
    id: clinic.replace(/^clinic\//, ''),
    name,
    timeZone,
    pods,
    providers: providers.map(({ provider, ...about }) => ({
      code: provider,
      ...about,
      users: logins.get(provider) ?? [],
      identifiers: [provider],
    })),
    visitKinds,
    minimumCell,
    overloadRatio,
  }
}

/**
 * Starts a clinic: hands over the records of the past weeks day by day, then lives at the pace of the clock, sends what falls due, and
 * does what it is asked for. Nothing is ever sent of the future. Within a quarter of the year the same seed tells the same story.
 */
export function startClinic(options: LiveClinicOptions): LiveClinic {
  const { clinic: subject, clock, timer, onProblem, history = 21 * day, tick = 15 * second } = options
  const start = clock()
  const settings: ClinicOptions = {
    ...options,
    from: start - history,
    begins: beginningBefore(start - history - 56 * day),
  }
  const days = new ClinicDays(checkedClinic(settings))
  const layout = days.layout()
  const common = { timer, ...(onProblem ? { onProblem } : {}) }
  const http = startHttpSender({ token: options.token, ...common })
  const fhir: FhirSender = startFhirSender({
    base: `${options.url}/fhir`,
    token: options.token,
    window: 2,
    answerWithin: 120_000,
    ...common,
  })
  const mllp: MllpSender | undefined = options.mllp && startMllpSender({ window: 16, ...options.mllp, ...common })
  const count = { due: 0, accepted: 0, refused: 0 }
  const doors = `${options.url}/api/clinics/${subject.replace(/^clinic\//, '')}`
  const records = new ClinicRecords({
    clinic: subject,
    timeZone: layout.timeZone,
    truth: days.truth,
    every: options.every ?? 15,
    ...(options.own ? { own: options.own } : {}),
  })
  const asked: ClinicRequest[] = []
  let simulated: SimulatedClinic | undefined
  let stopped = false
  let cancel: (() => void) | undefined
  let goLive: () => void = () => {}
  const live = new Promise<void>((resolve) => {
    goLive = resolve
  })

  function deliver(message: ClinicMessage): Promise<void> {
    count.due++
    return by(message).then((outcome) => {
      count[outcome]++
    })
  }

  function by(message: ClinicMessage): Promise<Delivery> {
    switch (message.door) {
      case 'work-events':
        return http.send({ method: 'POST', url: `${doors}/work-events`, contentType: 'text/csv', body: message.csv })
      case 'rota':
      case 'absences':
        return http.send({
          method: 'PUT',
          url: `${doors}/${message.door}${saidQuery(message.said)}`,
          contentType: 'text/csv',
          body: message.csv,
        })
      case 'hl7v2':
        return mllp!.send(message)
      case 'fhir':
        return fhir.send(message.bundle)
    }
  }

  /** Gives others their turn. */
  const breathe = () => new Promise<void>((resolve) => void timer(0, resolve))

  async function tellThePast(): Promise<void> {
    const beginning = beginClinic(settings)
    let step = beginning.next()
    for (; !step.done && !stopped; step = beginning.next()) await breathe()
    if (!step.done) return
    const clinic = step.value
    simulated = clinic
    for (let to = clinic.now; to < start && !stopped; ) {
      to = Math.min(start, to + day)
      const told = clinic
        .advance(to)
        .filter(({ at, kind }) => kind === 'layout' || at > (options.toldUntil ?? Number.NEGATIVE_INFINITY))
      for (const message of records.write(told, to, true)) await deliver(message)
      await breathe()
    }
  }

  function move(): void {
    if (stopped || !simulated) return
    for (const { wants, action } of asked.splice(0)) {
      if (wants === 'start') simulated.act(action)
      else simulated.stop(action.id)
    }
    const now = clock()
    if (now > simulated.now) {
      // A machine that slept tells what it missed a few hours at a time.
      const to = Math.min(now, simulated.now + 6 * hour)
      const messages = records.write(simulated.advance(to), to, mllp === undefined || to < now)
      for (const message of messages) void deliver(message)
      if (to < now) {
        cancel = timer(0, move)
        return
      }
    }
    goLive()
    cancel = timer(tick, move)
  }

  cancel = timer(0, () => {
    tellThePast()
      .then(move)
      .catch((error: unknown) =>
        onProblem?.(`the clinic stopped: ${error instanceof Error ? error.message : String(error)}`),
      )
  })

  return {
    clinic: subject,
    get layout() {
      return simulated?.layout ?? layout
    },
    parts: new Set([...layout.pods.map(({ code }) => code), ...layout.providers.map(({ provider }) => provider)]),
    get statistics() {
      return { ...count }
    },
    live,
    request: (request) => {
      asked.push(request)
    },
    get simulated() {
      return simulated
    },
    stop: async () => {
      if (stopped) return
      stopped = true
      cancel?.()
      goLive()
      http.stop()
      fhir.stop()
      await mllp?.stop()
    },
  }
}

/** The first day of a quarter of the year, at the latest `at`. */
function beginningBefore(at: Instant): Instant {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3, 1)
}
