import type { CirculationParameters } from '@counterpart/circulation'
import { hour, type Instant, type Milliseconds, second } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { Activity, circadian } from './activity.ts'
import { advanceReflex, quietReflex, reflexFactors } from './baroreflex.ts'
import { SandboxError } from './errors.ts'
import {
  type Build,
  drawBuild,
  type Haemodynamics,
  parametersOf,
  publishedVolume,
  type SolvedHeart,
  solveHeart,
} from './heart.ts'
import { drawPerson, type Person } from './person.ts'
import type { Drug } from './pharmacology.ts'
import {
  betweenPatients,
  driftHours,
  type Phenotype,
  type Physiology,
  type PhysiologyName,
  phenotypeOf,
  phenotypes,
  physiologyNames,
  withinPatient,
} from './phenotypes.ts'
import { DrugAction, drawSensitivity, type GivenTreatment } from './treatment.ts'

export interface HiddenPatientOptions {
  readonly seed: string
  /** 0, 1, 2 …: which patient of the ward. */
  readonly index: number
  readonly start: Instant
  /** How much faster than in life treatments act and wear off (a demonstration in a hurry). Default 1: as in life. */
  readonly tempo?: number
  /** Spread of what no sensor sees and twins take as given, see `drawBuild`. Default 1. */
  readonly mismatch?: number
  /** Local time for the day's rhythm. Default 0: UTC. */
  readonly zoneOffsetMinutes?: number
  /** Default: what the ward's rotation has for this index. */
  readonly phenotype?: string
  /** Relative move of any parameter at which the limit cycle is found anew. Default 0.01. */
  readonly tolerance?: number
}

/** The truth that no platform is told; for tests and validation. */
export interface HiddenTruth {
  readonly at: Instant
  /** Everything that acts now, multiplied: drift, course, day, activity, drugs, reflex. */
  readonly physiology: Physiology
  readonly parameters: CirculationParameters
  /** Blood in the loop, mL. */
  readonly volume: number
  readonly haemodynamics: Haemodynamics
  /** 0 (at rest) to 1 (walking). */
  readonly activity: number
  readonly treatments: readonly GivenTreatment[]
}

/** Bounds beyond which nobody on the ward goes: the sandbox knows no arrest. */
const bounds: { readonly [name in PhysiologyName]: readonly [number, number] } = {
  contractility: [0.08, 6],
  stiffness: [0.2, 5],
  resistance: [0.18, 4],
  compliance: [0.25, 3],
  volume: [0.35, 1.6],
  heartRate: [35, 175],
}

/** One virtual patient: drawn by name, moved on in time, treated. Same seed, index and calls: same life. */
export class HiddenPatient {
  readonly index: number
  readonly phenotype: Phenotype
  readonly person: Person
  readonly hasArterialLine: boolean
  readonly admitted: Instant
  /** How often a limit cycle had to be found. */
  solved = 0
  readonly #tempo: number
  readonly #zone: number
  readonly #tolerance: number
  readonly #own: Physiology
  readonly #build: Build
  readonly #drugs: DrugAction
  readonly #drift = new Float64Array(physiologyNames.length)
  readonly #driftRandom: RandomStream
  readonly #activity: Activity
  readonly #reflex = quietReflex()
  readonly #setPoint: number
  readonly #phase: readonly [number, number]
  #now: Instant
  #driftAt: Instant
  #heart: SolvedHeart
  #acting: Physiology
  #solvedFor: Physiology

  constructor(options: HiddenPatientOptions) {
    const { seed, index, start } = options
    const stream = (...names: (string | number)[]) => randomStream('sandbox', seed, 'patient', index, ...names)
    this.index = index
    this.phenotype = choosePhenotype(options)
    this.admitted = start
    this.person = drawPerson(seed, index, this.phenotype, start)
    this.#tempo = options.tempo ?? 1
    this.#zone = options.zoneOffsetMinutes ?? 0
    this.#tolerance = options.tolerance ?? 0.01
    const traits = stream('traits')
    this.#own = mapPhysiology((name) => this.phenotype.median[name] * Math.exp(betweenPatients[name] * traits.normal()))
    this.hasArterialLine = traits.uniform() < this.phenotype.arterialLine || index === 0
    this.#phase = [2 * Math.PI * traits.uniform(), 2 * Math.PI * traits.uniform()]
    this.#build = drawBuild(stream('build'), options.mismatch ?? 1)
    this.#drugs = new DrugAction(drawSensitivity(stream('sensitivity')))
    this.#driftRandom = stream('drift')
    for (const [i, name] of physiologyNames.entries()) this.#drift[i] = withinPatient[name] * this.#driftRandom.normal()
    this.#activity = new Activity(stream('activity'), start)
    this.#now = start
    this.#driftAt = start
    this.#acting = this.#own
    this.#solvedFor = this.#own
    this.#heart = this.#solve(this.#own)
    // The reflex defends the pressure that this body is used to.
    this.#setPoint = this.#heart.haemodynamics.mean
  }

  get now(): Instant {
    return this.#now
  }

  /**
   * Moves time on to `to` in whole steps (default 1 s; what is left over is done by the next call). Throws
   * {@link SandboxError} `time-backwards` for an earlier time.
   */
  advance(to: Instant, step: Milliseconds = second): void {
    if (to < this.#now)
      throw new SandboxError(
        'time-backwards',
        `patient ${this.index} is at ${this.#now} already and cannot go back to ${to}; advance in ascending time`,
      )
    while (this.#now + step <= to) this.#step(step)
  }

  truth(): HiddenTruth {
    return {
      at: this.#now,
      physiology: this.#acting,
      parameters: this.#heart.parameters,
      volume: this.#heart.volume,
      haemodynamics: this.#heart.haemodynamics,
      activity: this.#activity.level,
      treatments: this.#drugs.given,
    }
  }

  /** The beat at an instant: breathing (0.25 Hz) and Mayer waves (0.1 Hz) ride on the cycle (Malliani et al., Circulation 1991;84:482). */
  beatAt(at: Instant): { heartRate: number; systolic: number; diastolic: number; mean: number } {
    const { heartRate, systolic, diastolic, mean } = this.#heart.haemodynamics
    const t = at / 1000
    const breath = Math.sin(2 * Math.PI * 0.25 * t + this.#phase[0])
    const mayer = Math.sin(2 * Math.PI * 0.1 * t + this.#phase[1])
    const swing = 1.5 * breath + 2 * mayer
    return {
      heartRate: heartRate * (1 + 0.015 * this.phenotype.reflex * (breath - mayer)),
      systolic: systolic + swing,
      diastolic: diastolic + 0.6 * swing,
      mean: mean + 0.75 * swing,
    }
  }

  /** Starts a treatment; `dose` in the drug's unit. Injections and fluids end by themselves. */
  begin(id: string, drug: Drug, dose: number, from: Instant): GivenTreatment {
    const treatment: GivenTreatment = { id, drug, dose, from }
    if (drug.duration !== undefined) treatment.until = from + Math.round(drug.duration / this.#tempo)
    this.#drugs.given.push(treatment)
    return treatment
  }

  /** Stops a treatment; its effect wears off. */
  end(id: string, at: Instant): GivenTreatment | undefined {
    const treatment = this.#drugs.given.find((t) => t.id === id && (t.until === undefined || t.until > at))
    if (treatment) treatment.until = at
    return treatment
  }

  #step(step: Milliseconds): void {
    const from = this.#now
    this.#now += step
    const hourOfDay = ((((this.#now / 60_000 + this.#zone) / 60) % 24) + 24) % 24
    this.#moveDrift()
    this.#activity.advance(this.#now, step, hourOfDay)
    this.#drugs.advance(from, step, this.#tempo)
    advanceReflex(this.#reflex, this.#heart.haemodynamics.mean, this.#setPoint, step)
    this.#acting = this.#whatActs(hourOfDay)
    if (this.#moved()) {
      this.#heart = this.#solve(this.#acting)
      this.#solvedFor = this.#acting
    }
  }

  /** Exact transition of the Ornstein-Uhlenbeck process, every ten seconds or step. */
  #moveDrift(): void {
    const passed = this.#now - this.#driftAt
    if (passed < 10 * second) return
    this.#driftAt = this.#now
    const keep = Math.exp(-passed / (driftHours * hour))
    const fresh = Math.sqrt(1 - keep * keep)
    for (const [i, name] of physiologyNames.entries())
      this.#drift[i] = keep * this.#drift[i]! + fresh * withinPatient[name] * this.#driftRandom.normal()
  }

  #whatActs(hourOfDay: number): Physiology {
    const hours = (this.#now - this.admitted) / hour
    const day = circadian(hourOfDay)
    const active = this.#activity.level
    const reflex = reflexFactors(this.#reflex, this.phenotype.reflex, this.#drugs.reflexBlock)
    const situation: Partial<Physiology> = {
      heartRate: (1 + 0.04 * day) * (1 + 0.22 * active),
      resistance: (1 + 0.03 * day) * (1 - 0.08 * active),
      contractility: 1 + 0.12 * active,
    }
    return mapPhysiology((name, i) => {
      let value =
        this.#own[name] *
        Math.exp(this.#drift[i]!) *
        (situation[name] ?? 1) *
        (reflex[name] ?? 1) *
        this.#drugs.factor(name)
      for (const course of this.phenotype.course)
        if (course.of === name) {
          const factor = 1 + course.perHour * hours
          value *= course.perHour < 0 ? Math.max(course.limit, factor) : Math.min(course.limit, factor)
        }
      if (name === 'volume') value += this.#drugs.fluid / publishedVolume
      const [low, high] = bounds[name]
      return Math.min(high, Math.max(low, value))
    })
  }

  #moved(): boolean {
    for (const name of physiologyNames)
      if (Math.abs(this.#acting[name] / this.#solvedFor[name] - 1) > this.#tolerance) return true
    return false
  }

  #solve(physiology: Physiology): SolvedHeart {
    this.solved++
    const inotropy = physiology.contractility / this.#own.contractility
    return solveHeart(parametersOf(physiology, this.#build, inotropy), physiology.volume * publishedVolume, this.#heart)
  }
}

function choosePhenotype({ seed, index, phenotype }: HiddenPatientOptions): Phenotype {
  if (phenotype === undefined) {
    const block = Math.floor(index / phenotypes.length)
    return phenotypeOf(index, randomStream('sandbox', seed, 'phenotypes', block))
  }
  const chosen = phenotypes.find((p) => p.name === phenotype)
  if (!chosen)
    throw new SandboxError(
      'options-invalid',
      `phenotype "${phenotype}" is not known; expected one of ${phenotypes.map((p) => p.name).join(', ')}`,
    )
  return chosen
}

function mapPhysiology(value: (name: PhysiologyName, index: number) => number): Physiology {
  return Object.fromEntries(physiologyNames.map((name, i) => [name, value(name, i)])) as unknown as Physiology
}
