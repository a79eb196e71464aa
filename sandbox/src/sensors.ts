import { hour, type Instant, type Milliseconds, minute, second } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import type { Reading } from './codes.ts'
import { shown } from './codes.ts'
import type { HiddenPatient } from './patient.ts'

/** A spell during which a sensor misbehaves, and how. */
type Trouble = 'none' | 'missing' | 'biased' | 'implausible' | 'damped'

/**
 * Alternates between good spells and troubled ones, both of exponential length. Asked in ascending time. A `rate` of 0
 * means no trouble at all.
 */
class Spells {
  #trouble: Trouble = 'none'
  #changesAt: Instant
  readonly #random: RandomStream
  readonly #every: Milliseconds
  readonly #length: Milliseconds
  readonly #kinds: readonly Trouble[]

  constructor(
    random: RandomStream,
    start: Instant,
    every: Milliseconds,
    length: Milliseconds,
    kinds: readonly Trouble[],
  ) {
    this.#random = random
    this.#every = every
    this.#length = length
    this.#kinds = kinds
    this.#changesAt = start + every * random.exponential()
  }

  at(time: Instant): Trouble {
    while (this.#changesAt <= time) {
      const wasGood = this.#trouble === 'none'
      this.#trouble = wasGood ? this.#kinds[this.#random.integer(this.#kinds.length)]! : 'none'
      this.#changesAt += (wasGood ? this.#length : this.#every) * this.#random.exponential()
    }
    return this.#trouble
  }
}

/** What a wearable noted, stamped by its own clock. */
export interface WearableReading {
  readonly readings: readonly Reading[]
  /** By the wearable's clock, which is off and drifts. */
  readonly stamped: Instant
}

/** Everything that is attached to one patient. Each sensor has its own error, its own bad days and its own randomness. */
export class Sensors {
  readonly #patient: HiddenPatient
  readonly #random: (sensor: string) => RandomStream
  readonly #streams = new Map<string, RandomStream>()
  readonly #leads: Spells
  readonly #line: Spells
  readonly #cuff: Spells
  readonly #radio: Spells
  readonly #cuffBias: readonly [number, number]
  readonly #clockOffset: Milliseconds
  readonly #clockDrift: number
  readonly #start: Instant

  /** `faults` scales how often sensors fail: 1 as documented, 0 never. */
  constructor(seed: string, patient: HiddenPatient, start: Instant, faults = 1) {
    this.#patient = patient
    this.#start = start
    this.#random = (sensor) => {
      const known = this.#streams.get(sensor)
      if (known) return known
      const stream = randomStream('sandbox', seed, 'sensors', patient.index, sensor)
      this.#streams.set(sensor, stream)
      return stream
    }
    const spells = (name: string, every: Milliseconds, length: Milliseconds, kinds: readonly Trouble[]) =>
      new Spells(this.#random(`${name}-spells`), start, faults > 0 ? every / faults : Infinity, length, kinds)
    this.#leads = spells('leads', 3 * hour, 40 * second, ['missing'])
    this.#line = spells('line', 5 * hour, 5 * minute, ['damped', 'damped', 'missing'])
    this.#cuff = spells('cuff', 6 * hour, 30 * minute, ['biased', 'implausible', 'missing'])
    this.#radio = spells('radio', 1.5 * hour, 90 * second, ['missing'])
    const cuff = this.#random('cuff')
    this.#cuffBias = [2.5 * cuff.normal(), 2.5 * cuff.normal()]
    const clock = this.#random('clock')
    // Most wearables are a second or two off; a few were set by hand. None runs far ahead: a receiver may refuse the future.
    this.#clockOffset =
      clock.uniform() < 0.05 ? -(20 + 40 * clock.uniform()) * second : 0.8 * second * clock.normal() - second
    this.#clockDrift = 20e-6 * clock.normal()
  }

  /** Bedside monitor. `undefined` while leads are off. Counts beats over some seconds: error near 1 /min. */
  monitor(at: Instant): Reading[] | undefined {
    if (this.#leads.at(at) !== 'none') return undefined
    const value = this.#patient.beatAt(at).heartRate + 0.9 * this.#random('monitor').normal()
    return [{ measure: 'heartRate', value: shown('heartRate', value) }]
  }

  /**
   * Arterial line, beat by beat: 2 mmHg when well; a damped line loses systolic and gains diastolic pressure and keeps
   * the mean (Gardner, Anesthesiology 1981;54:227). `undefined` while it is flushed, zeroed or disconnected.
   */
  arterialLine(at: Instant): Reading[] | undefined {
    const trouble = this.#line.at(at)
    if (trouble === 'missing') return undefined
    const { systolic, diastolic, mean } = this.#patient.beatAt(at)
    const pulse = systolic - diastolic
    const random = this.#random('line')
    const [ds, dd] = trouble === 'damped' ? [-0.28 * pulse, 0.14 * pulse] : [0, 0]
    return readings({
      lineSystolic: systolic + ds + 2 * random.normal(),
      lineDiastolic: diastolic + dd + 1.5 * random.normal(),
      lineMean: mean + 1.2 * random.normal(),
    })
  }

  /**
   * Oscillometric cuff: within ISO 81060-2 (mean error up to 5, standard deviation up to 8 mmHg) when well: its own bias of 2.5 and 5
   * mmHg from reading to reading. When it fails: a leaking or too small cuff is off by a constant, a moved arm gives
   * nonsense, or nothing comes at all (`undefined`).
   */
  cuff(at: Instant): Reading[] | undefined {
    const trouble = this.#cuff.at(at)
    const random = this.#random('cuff')
    const shared = 3.5 * random.normal()
    const systolicError = this.#cuffBias[0] + shared + 3.5 * random.normal()
    const diastolicError = this.#cuffBias[1] + 0.7 * shared + 3 * random.normal()
    const meanError = (systolicError + 2 * diastolicError) / 3 + 1.5 * random.normal()
    const wild = random.uniform()
    if (trouble === 'missing') return undefined
    if (trouble === 'implausible')
      return wild < 0.5
        ? readings({ cuffSystolic: 330 + 60 * wild, cuffDiastolic: 8, cuffMean: 290 })
        : readings({ cuffSystolic: 60 * wild, cuffDiastolic: 70 * wild, cuffMean: 65 * wild })
    const off = trouble === 'biased' ? 24 : 0
    const { systolic, diastolic, mean } = this.#patient.beatAt(at)
    return readings({
      cuffSystolic: systolic + systolicError + off,
      cuffDiastolic: diastolic + diastolicError + 0.6 * off,
      cuffMean: mean + meanError + 0.7 * off,
    })
  }

  /**
   * Two-dimensional echo: end-diastolic volume to 7 %, ejection fraction to 4.5 points, between readers and
   * acquisitions (Thavendiranathan et al., J Am Coll Cardiol 2013;61:77); the end-systolic volume follows from both.
   */
  echo(): Reading[] {
    const { endDiastolicVolume, ejectionFraction } = this.#patient.truth().haemodynamics
    const random = this.#random('echo')
    const read = endDiastolicVolume * Math.exp(0.07 * random.normal())
    const fraction = Math.min(0.85, Math.max(0.08, ejectionFraction + 0.045 * random.normal()))
    return readings({
      endDiastolicVolume: read,
      endSystolicVolume: read * (1 - fraction),
      ejectionFraction: 100 * fraction,
    })
  }

  /** Wrist wearable: optical heart rate, worse in motion (Bent et al., npj Digit Med 2020;3:18), and steps since the last reading. */
  wearable(at: Instant, since: Milliseconds): WearableReading {
    const random = this.#random('wearable')
    const { activity } = this.#patient.truth()
    const error = (2.2 + 6 * activity) * random.normal()
    const cadence = activity > 0.45 ? 95 * activity : 0
    const steps = Math.floor((cadence * since) / minute + random.uniform())
    return {
      readings: readings({
        wearableHeartRate: this.#patient.beatAt(at).heartRate + error,
        steps: cadence > 0 ? steps : 0,
      }),
      stamped: Math.round(at + this.#clockOffset + this.#clockDrift * (at - this.#start)),
    }
  }

  /** Whether the wearable's radio reaches the ward; while it does not, it keeps its readings. */
  wearableConnected(at: Instant): boolean {
    return this.#radio.at(at) === 'none'
  }
}

function readings(values: Partial<Record<Reading['measure'], number>>): Reading[] {
  return Object.entries(values).map(([measure, value]) => ({
    measure: measure as Reading['measure'],
    value: shown(measure as Reading['measure'], value),
  }))
}
