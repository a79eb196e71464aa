import type { Instant, Milliseconds } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { type Drug, drugs, emax, fluid } from './pharmacology.ts'
import type { PhysiologyName } from './phenotypes.ts'

/** A treatment that reached the patient. */
export interface GivenTreatment {
  readonly id: string
  readonly drug: Drug
  /** In the drug's unit. */
  readonly dose: number
  readonly from: Instant
  until?: Instant
}

/** How one body answers to the drugs; drawn once per patient. */
export interface Sensitivity {
  /** By drug name: factor on the largest effect, and on the dose of half effect. */
  readonly [drug: string]: { readonly effect: number; readonly dose: number }
}

/** Between-patient spread of pharmacodynamics: 20 % in the largest effect, 35 % in potency (Levy, Clin Pharmacol Ther 1998;64:153). */
export function drawSensitivity(random: RandomStream): Sensitivity {
  return Object.fromEntries(
    drugs.map((drug) => [
      drug.name,
      { effect: Math.exp(0.2 * random.normal()), dose: Math.exp(0.35 * random.normal()) },
    ]),
  )
}

/** The drugs in one body: what was given, and how far each has come to act. */
export class DrugAction {
  readonly given: GivenTreatment[] = []
  readonly #sensitivity: Sensitivity
  readonly #effective = new Map<Drug, number>()
  readonly #inBody = new Map<Drug, number>()
  #staying = 0
  #leaking = 0

  constructor(sensitivity: Sensitivity) {
    this.#sensitivity = sensitivity
  }

  /** Moves all effects on over `[at, at + step]`; `tempo` runs the drugs' clocks faster than the day's. */
  advance(at: Instant, step: Milliseconds, tempo: number): void {
    const leak = Math.exp((-step * tempo) / fluid.leakTime)
    this.#leaking *= leak
    for (const drug of new Set(this.given.map((treatment) => treatment.drug))) {
      let dose = 0
      for (const treatment of this.given) {
        if (treatment.drug !== drug) continue
        const overlap = Math.min(treatment.until ?? Infinity, at + step) - Math.max(treatment.from, at)
        if (overlap > 0) dose += (treatment.dose * overlap) / step
      }
      const before = this.#effective.get(drug) ?? 0
      const given = drug.duration === undefined ? 0 : (dose * step * tempo) / drug.duration
      if (drug.kind === 'fluid') {
        const filled = given * fluid.stressed * this.#sensitivity[drug.name]!.effect
        this.#leaking += fluid.leaks * filled
        this.#staying += (1 - fluid.leaks) * filled
        continue
      }
      if (drug.kind === 'injection') {
        const inBody = ((this.#inBody.get(drug) ?? 0) + given) * Math.exp((-step * tempo) / drug.offset)
        this.#inBody.set(drug, inBody)
        this.#effective.set(drug, inBody + (before - inBody) * Math.exp((-step * tempo) / drug.onset))
        continue
      }
      const time = (dose > before ? drug.onset : drug.offset) / tempo
      this.#effective.set(drug, dose + (before - dose) * Math.exp(-step / time))
    }
  }

  /** Factor on one property of the heart or the vessels. */
  factor(on: PhysiologyName): number {
    let factor = 1
    for (const [drug, dose] of this.#effective) {
      const own = this.#sensitivity[drug.name]!
      for (const effect of drug.effects)
        if (effect.on === on)
          factor *= Math.max(0.15, 1 + effect.most * own.effect * emax(dose, effect.halfAt * own.dose, effect.hill))
    }
    return factor
  }

  /** Infused fluid that now fills the stressed volume, mL. */
  get fluid(): number {
    return this.#staying + this.#leaking
  }

  /** How far the rate arm of the baroreflex is blocked, 0-1. */
  get reflexBlock(): number {
    let open = 1
    for (const [drug, dose] of this.#effective)
      if (drug.reflexBlock)
        open *= 1 - drug.reflexBlock * emax(dose, drug.effects[0]!.halfAt * this.#sensitivity[drug.name]!.dose, 1)
    return 1 - open
  }

  /** Whether anything is still on its way up or down. */
  get active(): boolean {
    for (const dose of this.#effective.values()) if (dose > 1e-6) return true
    return this.fluid > 0.1
  }
}
