import type { Instant, Milliseconds } from '@counterpart/kernel'
import { minute, second } from '@counterpart/kernel'
import { startFhirSender } from './fhir-sender.ts'
import { patientIdOf } from './messages/fhir.ts'
import { type Delivery, startMllpSender } from './mllp-sender.ts'
import { type MqttCredentials, startMqttSender } from './mqtt-sender.ts'
import { type OrdersEndpointOptions, startOrdersEndpoint } from './orders-endpoint.ts'
import type { HiddenPatient } from './patient.ts'
import { type Outgoing, type SimulationOptions, simulateWard } from './simulation.ts'
import type { Clock, Timer } from './time.ts'

export interface WardOptions extends Omit<SimulationOptions, 'start'> {
  readonly clock: Clock
  readonly timer: Timer
  /** Where HL7 v2 goes. Left out: nowhere. */
  readonly mllp?: { readonly host: string; readonly port: number; readonly window?: number }
  /** Where FHIR Bundles are posted. */
  readonly fhir?: { readonly base: string; readonly token?: string }
  /** Where wearables publish. */
  readonly mqtt?: {
    readonly url: string
    readonly credentials?: MqttCredentials | ((device: string) => MqttCredentials)
  }
  /** Port of the endpoint for orders. Default: any free one. */
  readonly ordersPort?: number
  readonly ordersHost?: string
  /** Token that orders must bring. Default: none. */
  readonly ordersToken?: string
  /** See {@link OrdersEndpointOptions.department}: a department that shares the ward's endpoint for orders. */
  readonly department?: OrdersEndpointOptions['department']
  readonly clinic?: OrdersEndpointOptions['clinic']
  /** For tests: see {@link OrdersEndpointOptions.failure}. */
  readonly ordersFailure?: OrdersEndpointOptions['failure']
  /** How often the ward is moved on. Default 1 s. */
  readonly tick?: Milliseconds
  readonly onProgress?: (progress: WardProgress) => void
  /** Told of what goes wrong on the way to the platform, in words for a log. */
  readonly onProblem?: (problem: string) => void
}

export interface WardProgress {
  readonly phase: 'filling-in' | 'live'
  /** Up to when the ward has been moved on. */
  readonly simulatedTo: Instant
  /** Share of the past that is filled in, 0 to 1. */
  readonly filledIn: number
  readonly statistics: WardStatistics
}

/** Messages so far, over all protocols. */
export interface WardStatistics {
  readonly due: number
  readonly accepted: number
  readonly refused: number
  /** Handed over, not yet answered. */
  readonly pending: number
}

export interface Ward {
  /** Base URL of the FHIR endpoint for orders. */
  readonly ordersUrl: string
  /** Hidden truth, for tests and validation only. */
  readonly patients: readonly HiddenPatient[]
  readonly statistics: WardStatistics
  /** Resolves when the past has been filled in and the ward is live. */
  readonly live: Promise<void>
  /**
   * Closes the ward: ends and charts what still runs and discharges everyone (unless `discharge` is false), waits at
   * most `within` (default 2 s) for the platform to take that in, then disconnects.
   */
  stop(options?: { readonly discharge?: boolean; readonly within?: Milliseconds }): Promise<void>
}

/** Publications of one patient's wearable that wait for the patient to be known to the platform. */
const mostHeld = 500

/**
 * Starts a ward: fills in the past since admission, then lives at the pace of the clock, sends what falls due, obeys
 * orders. Effective times never run ahead of the clock. Throws {@link SandboxError}: `options-invalid`, `endpoint-failed`.
 */
export async function startWard(options: WardOptions): Promise<Ward> {
  const { clock, timer, onProblem } = options
  const start = clock()
  const simulation = simulateWard({ ...options, start })
  const admitted = simulation.now
  const endpoint = await startOrdersEndpoint({
    clock,
    patients: simulation.patients.map(({ person }) => ({
      recordNumber: person.recordNumber,
      patientId: patientIdOf(person),
      weight: person.weight,
    })),
    onOrder: (order, received) => simulation.order(order, received),
    port: options.ordersPort,
    host: options.ordersHost,
    token: options.ordersToken,
    failure: options.ordersFailure,
    ...(options.department ? { department: options.department } : {}),
    ...(options.clinic ? { clinic: options.clinic } : {}),
  })
  const mllp = options.mllp && startMllpSender({ ...options.mllp, timer, onProblem })
  const fhir = options.fhir && startFhirSender({ ...options.fhir, timer, onProblem })
  const mqtt = options.mqtt && startMqttSender({ ...options.mqtt, onProblem })
  const introducer = mllp ? 'hl7v2' : fhir ? 'fhir' : undefined
  const introduced = new Set<number>()
  const held = new Map<number, Extract<Outgoing, { protocol: 'mqtt' }>[]>()
  const count = { due: 0, accepted: 0, refused: 0 }
  let stopped = false
  let cancel: (() => void) | undefined
  let goLive: () => void = () => {}
  const live = new Promise<void>((resolve) => {
    goLive = resolve
  })

  function deliver(message: Outgoing): void {
    const settled = (delivery: Delivery) => {
      count[delivery]++
      if (delivery === 'accepted' && message.protocol === introducer && message.introduces) release(message.patient)
    }
    if (message.protocol === 'hl7v2') {
      if (!mllp) return
      count.due++
      void mllp.send(message).then(settled)
    } else if (message.protocol === 'fhir') {
      if (!fhir) return
      count.due++
      void fhir.send(message.bundle).then(settled)
    } else if (mqtt) {
      // A platform refuses readings of somebody it has never heard of: the wearable waits for the admission.
      if (introducer && !introduced.has(message.patient)) {
        const list = held.get(message.patient) ?? []
        list.push(message)
        if (list.length > mostHeld) list.shift()
        held.set(message.patient, list)
        return
      }
      count.due++
      void mqtt.send(message.device, message.topic, message.payload).then(settled)
    }
  }

  function release(patient: number): void {
    introduced.add(patient)
    const list = held.get(patient) ?? []
    held.delete(patient)
    for (const message of list) deliver(message)
  }

  function statistics(): WardStatistics {
    return { ...count, pending: count.due - count.accepted - count.refused }
  }

  /** Time is moved in slices, shorter ones for a larger ward, so that the event loop breathes. */
  const past = Math.max(5 * second, Math.round((minute * 20) / options.patients))
  function move(): void {
    if (stopped) return
    const now = clock()
    const slice = simulation.now < start ? past : 10 * second
    const to = Math.min(simulation.now + slice, simulation.now < start ? start : now)
    if (to > simulation.now) for (const message of simulation.advance(to)) deliver(message)
    const filledIn = start > admitted ? Math.min(1, (simulation.now - admitted) / (start - admitted)) : 1
    if (simulation.now >= start) goLive()
    options.onProgress?.({
      phase: simulation.now < start ? 'filling-in' : 'live',
      simulatedTo: simulation.now,
      filledIn,
      statistics: statistics(),
    })
    const behind = clock() - simulation.now
    const tick = options.tick ?? second
    cancel = timer(behind > tick ? 0 : tick, move)
  }
  cancel = timer(0, move)

  return {
    ordersUrl: endpoint.url,
    patients: simulation.patients,
    get statistics() {
      return statistics()
    },
    live,
    stop: async ({ discharge = true, within = 2 * second } = {}) => {
      if (stopped) return
      stopped = true
      cancel?.()
      goLive()
      await endpoint.stop()
      if (discharge) {
        for (const message of simulation.close()) deliver(message)
        let cancelWait: () => void = () => {}
        const enough = new Promise<void>((resolve) => {
          cancelWait = timer(within, resolve)
        })
        await Promise.race([Promise.all([mllp?.idle(), fhir?.idle()]), enough])
        cancelWait()
      }
      fhir?.stop()
      await Promise.all([mllp?.stop(), mqtt?.stop()])
    },
  }
}
