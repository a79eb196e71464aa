import { type Coding, hour, type Milliseconds, minute } from '@counterpart/kernel'
import { atcSystem } from './codes.ts'
import type { PhysiologyName } from './phenotypes.ts'

/** How far an effect can go, and the dose (in the drug's unit) that gives half of it. */
interface DoseEffect {
  readonly on: PhysiologyName
  /** Largest relative change of the factor, e.g. -0.4. */
  readonly most: number
  readonly halfAt: number
  /** Steepness (Hill). */
  readonly hill: number
}

/** A treatment that the ward can give, with what it truly does. The twins are not told this. */
export interface Drug {
  readonly name: string
  readonly label: string
  readonly codes: readonly Coding[]
  /**
   * `infusion`: runs at a rate until stopped; `injection`: a single dose given over `duration`, comes on and wears
   * off; `fluid`: a volume run in over `duration`.
   */
  readonly kind: 'infusion' | 'injection' | 'fluid'
  /** UCUM; doses are kept in it. */
  readonly unit: string
  /** Other UCUM units in which an order may come, as a factor to `unit` for a body weight in kg. */
  readonly alsoIn: Readonly<Record<string, (weight: number) => number>>
  /** Doses outside are refused, in `unit`. */
  readonly doses: readonly [low: number, high: number]
  readonly effects: readonly DoseEffect[]
  /** Time constants with which the effect follows the dose up and down. */
  readonly onset: Milliseconds
  readonly offset: Milliseconds
  readonly duration?: Milliseconds
  /** How far it blocks the heart-rate arm of the baroreflex at full effect, 0-1. */
  readonly reflexBlock?: number
  readonly source: string
}

const atc = (code: string, display: string): Coding => ({ system: atcSystem, code, display })

/** Everything that the ward's nurses know how to give. The one table: orders with other codes are refused. */
export const drugs: readonly Drug[] = [
  {
    name: 'glyceryl-trinitrate',
    label: 'Glyceryl trinitrate infusion',
    codes: [atc('C01DA02', 'glyceryl trinitrate')],
    kind: 'infusion',
    unit: 'ug/min',
    alsoIn: { 'ug/kg/min': (kg) => kg, 'mg/h': () => 1000 / 60, 'ug/h': () => 1 / 60 },
    doses: [1, 400],
    effects: [
      { on: 'resistance', most: -0.42, halfAt: 55, hill: 1 },
      { on: 'volume', most: -0.1, halfAt: 25, hill: 1 },
      { on: 'compliance', most: 0.25, halfAt: 40, hill: 1 },
    ],
    onset: 1.5 * minute,
    offset: 4 * minute,
    source:
      'Veins and conduit arteries at low, resistance vessels at higher rates (Imhof et al., Eur J Clin Pharmacol 1980;18:455; Haber et al., J Am Coll Cardiol 1993;22:251); half-life 2-3 min',
  },
  {
    name: 'nitroprusside',
    label: 'Nitroprusside infusion',
    codes: [atc('C02DD01', 'nitroprusside')],
    kind: 'infusion',
    unit: 'ug/kg/min',
    alsoIn: { 'ug/min': (kg) => 1 / kg, 'mg/h': (kg) => 1000 / 60 / kg },
    doses: [0.05, 10],
    effects: [
      { on: 'resistance', most: -0.55, halfAt: 1.4, hill: 1.2 },
      { on: 'volume', most: -0.08, halfAt: 1.2, hill: 1 },
    ],
    onset: 0.7 * minute,
    offset: 2 * minute,
    source: 'Acts within a minute and is gone within few (Hottinger et al., Pharmacotherapy 2014;34:1148)',
  },
  {
    name: 'dobutamine',
    label: 'Dobutamine infusion',
    codes: [atc('C01CA07', 'dobutamine')],
    kind: 'infusion',
    unit: 'ug/kg/min',
    alsoIn: { 'ug/min': (kg) => 1 / kg, 'mg/h': (kg) => 1000 / 60 / kg },
    doses: [0.5, 40],
    effects: [
      { on: 'contractility', most: 1.1, halfAt: 7, hill: 1.1 },
      { on: 'resistance', most: -0.3, halfAt: 8, hill: 1 },
      { on: 'heartRate', most: 0.35, halfAt: 14, hill: 1.5 },
    ],
    onset: 2.5 * minute,
    offset: 3.5 * minute,
    source:
      'Half-life 2.4 min, contractility before rate (Kates & Leier, Clin Pharmacol Ther 1978;24:537; Leier et al., Circulation 1978;58:466)',
  },
  {
    name: 'metoprolol',
    label: 'Metoprolol',
    codes: [atc('C07AB02', 'metoprolol')],
    kind: 'injection',
    unit: 'mg',
    alsoIn: { g: () => 1000, ug: () => 0.001 },
    doses: [0.5, 200],
    effects: [
      { on: 'heartRate', most: -0.28, halfAt: 7, hill: 1 },
      { on: 'contractility', most: -0.22, halfAt: 8, hill: 1 },
    ],
    onset: 6 * minute,
    offset: 5 * hour,
    duration: 2 * minute,
    reflexBlock: 0.6,
    source:
      'Intravenous: onset within 5 min, most of it by 20 min, half-life 3-4 h (Regårdh & Johnsson, Clin Pharmacokinet 1980;5:557)',
  },
  {
    name: 'crystalloid-bolus',
    label: 'Balanced crystalloid or saline bolus',
    codes: [
      atc('B05BB01', 'electrolytes'),
      atc('B05XA03', 'sodium chloride'),
      atc('B05BB', 'Solutions affecting the electrolyte balance'),
    ],
    kind: 'fluid',
    unit: 'mL',
    alsoIn: { L: () => 1000, l: () => 1000, 'mL/kg': (kg) => kg },
    doses: [50, 2000],
    effects: [],
    onset: minute,
    offset: 40 * minute,
    duration: 15 * minute,
    source: 'Volume kinetics of crystalloids (Hahn, Anesthesiology 2010;113:470): see `fluid` in this file',
  },
]

/**
 * What becomes of infused crystalloid: only `stressed` of what runs in fills the stressed volume of the loop (the rest
 * relaxes into unstressed veins), `leaks` of that leaves for the interstitium with time constant `leakTime`.
 */
export const fluid = { stressed: 0.4, leaks: 0.65, leakTime: 40 * minute } as const

export function drugOf(code: Pick<Coding, 'system' | 'code'>): Drug | undefined {
  return drugs.find((drug) => drug.codes.some((c) => c.system === code.system && c.code === code.code))
}

/** Share of the largest effect at an effective dose: the sigmoid Emax model (Holford & Sheiner 1981). */
export function emax(dose: number, halfAt: number, hill: number): number {
  if (dose <= 0) return 0
  const power = dose ** hill
  return power / (halfAt ** hill + power)
}
