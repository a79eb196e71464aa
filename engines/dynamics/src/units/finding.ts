import type { Place } from '../errors.ts'

/** Something about units that a person should know. */
export interface UnitFinding {
  /**
   * `error`: dimensions differ. `warning`: a factor is missing or counted twice (mV against V), or dimensions differ
   * unless a number without a unit stands for a quantity that has one. `remark`: something cannot be checked.
   */
  readonly severity: 'error' | 'warning' | 'remark'
  /** What differs: the dimension; the factor of the same dimension; nothing, it could not be checked; a unit's definition is wrong. */
  readonly kind: 'dimension' | 'scale' | 'unchecked' | 'definition'
  /** What it is about in the words of the model: `rate rule of V`, `reaction J1`. */
  readonly element: string
  readonly place?: Place
  /** A whole sentence, both sides included. */
  readonly message: string
  /** The unit of the one side, in words and dimensions: `mmol/L (mol m⁻³)`. */
  readonly left?: string
  readonly right?: string
}
