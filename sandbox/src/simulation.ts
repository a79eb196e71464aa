import { hour, type Instant, type JsonObject, type Milliseconds, minute, second } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { Bed, type BedSettings } from './bed.ts'
import { SandboxError } from './errors.ts'
import type { Order } from './orders.ts'
import type { HiddenPatient } from './patient.ts'

/** How often what is sent. All in ms. */
export interface Rates {
  /** Monitor (and arterial line), by HL7 v2. Default 10 s. */
  readonly vitalSignsEvery: Milliseconds
  /** Wearable, by MQTT. Default 5 s. */
  readonly wearableEvery: Milliseconds
  /** Cuff: uniformly between these. Default 5 to 15 min; for 20 min after a change of treatment every 2 min. */
  readonly cuffEvery: readonly [Milliseconds, Milliseconds]
  /** Echo, after the one at admission. Default 6 h. */
  readonly echoEvery: Milliseconds
  /** Vital signs while the past before the start is filled in. Default 5 min. */
  readonly historyEvery: Milliseconds
}

export const defaultRates: Rates = {
  vitalSignsEvery: 10 * second,
  wearableEvery: 5 * second,
  cuffEvery: [5 * minute, 15 * minute],
  echoEvery: 6 * hour,
  historyEvery: 5 * minute,
}

export interface SimulationOptions {
  /** How many patients, 1 to 1,000. */
  readonly patients: number
  /** Names all randomness. */
  readonly seed: string
  /** From when on the ward is watched live. */
  readonly start: Instant
  /** How long before that the patients were admitted; filled in sparsely. Default 30 min. */
  readonly history?: Milliseconds
  readonly rates?: Partial<Rates>
  /** Scales sensor failures, doubled and delayed messages: 1 (default) as documented, 0 none. */
  readonly faults?: number
  /** How much faster than in life treatments act and nurses walk; see the README. Default 1. */
  readonly tempo?: number
  /** See `HiddenPatientOptions`. Default 1. */
  readonly mismatch?: number
  /** Zone of the hospital's wall clocks. Default 0: UTC. */
  readonly zoneOffsetMinutes?: number
}

/** A message that is due, in the protocol it goes by. */
export type Outgoing =
  | {
      readonly protocol: 'hl7v2'
      readonly due: Instant
      readonly patient: number
      readonly introduces: boolean
      readonly controlId: string
      readonly text: string
    }
  | {
      readonly protocol: 'fhir'
      readonly due: Instant
      readonly patient: number
      readonly introduces: boolean
      readonly bundle: JsonObject
    }
  | {
      readonly protocol: 'mqtt'
      readonly due: Instant
      readonly patient: number
      readonly device: string
      readonly topic: string
      readonly payload: JsonObject
    }

/** The ward without wires: moves its patients on and says which messages are due. Same options and orders: same messages. */
export interface Simulation {
  /** Hidden truth. */
  readonly patients: readonly HiddenPatient[]
  readonly now: Instant
  /** Moves on to `to` and returns what has fallen due, in order. The slices in which this is called do not matter. */
  advance(to: Instant): Outgoing[]
  /** Hands an order to the nurses; `received` is taken as now when it lies in the past. */
  order(order: Order, received: Instant): void
  /** Discharges everyone: treatments are ended and charted, A03 is sent. Returns these messages. */
  close(): Outgoing[]
}

/** Makes a ward. Throws {@link SandboxError} `options-invalid`. */
export function simulateWard(options: SimulationOptions): Simulation {
  const settings = check(options)
  const beds = Array.from({ length: options.patients }, (_, index) => new Bed(index, settings))
  let now = settings.admitted - 1
  let waiting: Outgoing[] = []

  return {
    patients: beds.map((bed) => bed.patient),
    get now() {
      return now
    },
    advance: (to) => {
      if (to < now)
        throw new SandboxError('time-backwards', `the ward is at ${now} already and cannot go back to ${to}`)
      for (const bed of beds) waiting.push(...bed.advance(to))
      now = to
      const due = waiting.filter((message) => message.due <= to)
      waiting = waiting.filter((message) => message.due > to)
      return due.sort((a, b) => a.due - b.due || a.patient - b.patient)
    },
    order: (order, received) => {
      const bed = beds.find(({ patient }) => patient.person.recordNumber === order.recordNumber)
      if (!bed) throw new SandboxError('order-refused', `nobody on this ward is ${order.recordNumber}`)
      bed.order(order, Math.max(received, now))
    },
    close: () => [...waiting.splice(0), ...beds.flatMap((bed) => bed.close(now))],
  }
}

function check(options: SimulationOptions): BedSettings {
  const invalid = (what: string): never => {
    throw new SandboxError('options-invalid', `simulateWard: ${what}`)
  }
  const {
    patients,
    seed,
    start,
    history = 30 * minute,
    faults = 1,
    tempo = 1,
    mismatch = 1,
    zoneOffsetMinutes = 0,
  } = options
  if (!(Number.isInteger(patients) && patients >= 1 && patients <= 1000))
    invalid(`patients is ${patients}; expected 1 to 1000`)
  if (!Number.isSafeInteger(start)) invalid(`start is ${start}; expected milliseconds since 1970`)
  if (!(history >= 0 && history <= 48 * hour && history % second === 0))
    invalid(`history is ${history} ms; expected whole seconds from 0 to 48 h`)
  if (!(faults >= 0 && faults <= 100)) invalid(`faults is ${faults}; expected 0 to 100`)
  if (!(tempo >= 1 && tempo <= 20)) invalid(`tempo is ${tempo}; expected 1 to 20`)
  const rates: Rates = { ...defaultRates, ...options.rates }
  // A whole second at least: the wearable's sequence numbers grow slower than the seconds, see bed.ts.
  for (const [name, value] of Object.entries(rates))
    for (const every of Array.isArray(value) ? value : [value])
      if (!(every >= second)) invalid(`rates.${name} is ${String(value)}; expected at least 1000 ms`)
  return {
    seed,
    start,
    admitted: start - history,
    faults,
    tempo,
    mismatch,
    zoneOffsetMinutes,
    rates,
    random: (...names) => randomStream('sandbox', seed, ...names),
  }
}
