import { hour, type Instant, type Milliseconds, second } from '@counterpart/kernel'
import type { HospitalMessage } from './emergency/registration.ts'
import { startRosterSender } from './emergency/roster-sender.ts'
import { startFhirSender } from './fhir-sender.ts'
import { type Delivery, startMllpSender } from './mllp-sender.ts'
import type { Clock, Timer } from './time.ts'

/** Where a department's messages go, and by which clock. */
export interface FeedOptions {
  readonly clock: Clock
  readonly timer: Timer
  /** Where HL7 v2 goes. Left out: nowhere. */
  readonly mllp?: { readonly host: string; readonly port: number; readonly window?: number }
  /** Where FHIR Bundles are posted. */
  readonly fhir?: { readonly base: string; readonly token?: string }
  /** Where rosters are put: `…/api/departments/<id>/roster`. */
  readonly roster?: { readonly url: string; readonly token: string }
  /** How often it is moved on. Default 1 s. */
  readonly tick?: Milliseconds
  readonly onProblem?: (problem: string) => void
}

/** A simulated department that writes messages as time goes on. */
export interface Feeding {
  readonly now: Instant
  /** Moves on to `to` and returns the messages written meanwhile, each with the time at which it goes. */
  advance(to: Instant): readonly HospitalMessage[]
}

export interface Feed {
  /** Messages so far. */
  readonly statistics: { readonly due: number; readonly accepted: number; readonly refused: number }
  /** Resolves when the past has been handed over and the department is at the clock's time. */
  readonly live: Promise<void>
  stop(): Promise<void>
}

/** Hands over what a department wrote until now, then moves it on with the clock and sends what falls due. */
export function startFeed(department: Feeding, options: FeedOptions): Feed {
  const { clock, timer, onProblem } = options
  const start = clock()
  const mllp = options.mllp && startMllpSender({ window: 16, ...options.mllp, timer, onProblem })
  // Each Bundle says who it is about, so their order does not matter.
  const fhir = options.fhir && startFhirSender({ window: 16, ...options.fhir, timer, onProblem })
  const rosters = options.roster && startRosterSender({ ...options.roster, timer, onProblem })
  const count = { due: 0, accepted: 0, refused: 0 }
  let waiting: HospitalMessage[] = []
  let stopped = false
  let cancel: (() => void) | undefined
  let goLive: () => void = () => {}
  const live = new Promise<void>((resolve) => {
    goLive = resolve
  })

  function deliver(message: HospitalMessage): Promise<void> | undefined {
    const delivery: Promise<Delivery> | undefined =
      message.wire === 'hl7v2'
        ? mllp?.send(message)
        : message.wire === 'fhir'
          ? fhir?.send(message.bundle)
          : rosters?.send(message.roster)
    if (!delivery) return undefined
    count.due++
    return delivery.then((outcome) => {
      count[outcome]++
    })
  }

  function move(): void {
    if (stopped) return
    // The past in slices of an hour, each when the one before has been taken: so that whoever shares the thread breathes, and what
    // goes by one wire does not run hours ahead of what goes by another.
    const sent: (Promise<void> | undefined)[] = []
    const to = department.now < start ? Math.min(department.now + hour, start) : clock()
    if (to > department.now) {
      waiting.push(...department.advance(to))
      waiting.sort((a, b) => a.due - b.due)
      const later = waiting.findIndex((message) => message.due > to)
      const due = waiting.splice(0, later < 0 ? waiting.length : later)
      sent.push(...due.map(deliver))
    }
    if (department.now >= start) goLive()
    const tick = options.tick ?? second
    const next = () => {
      if (!stopped) cancel = timer(clock() - department.now > tick ? 0 : tick, move)
    }
    if (department.now < start) void Promise.all(sent).then(next)
    else next()
  }
  cancel = timer(0, move)

  return {
    get statistics() {
      return { ...count }
    },
    live,
    stop: async () => {
      if (stopped) return
      stopped = true
      waiting = []
      cancel?.()
      goLive()
      fhir?.stop()
      rosters?.stop()
      await mllp?.stop()
    },
  }
}
