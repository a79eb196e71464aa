import type { Place } from './errors.ts'
import type { Expression } from './expression.ts'

/**
 * A model as its author wrote it, in one form for all formats: what readers produce, writers write, the screen shows and
 * units are checked on. Its concepts are those of SBML Level 3 core; a CellML model has parameters and rules only.
 *
 * Ids are unique over compartments, species, parameters, reactions, species references and functions, and match
 * `[A-Za-z_][A-Za-z0-9_]*`; what a format calls a thing otherwise is its `name`.
 */
export interface Model {
  readonly id: string
  readonly name?: string
  readonly source: ModelSource
  /** Plain text about the model, if its file says anything. */
  readonly notes?: string
  /** What the reader passed over because it does not change the mathematics, for a person to read. */
  readonly remarks?: readonly string[]
  readonly unitDefinitions: readonly UnitDefinition[]
  /** Names of units; left out: not said, nothing is checked against it. */
  readonly units: {
    readonly time?: string
    readonly substance?: string
    readonly extent?: string
    readonly volume?: string
    readonly area?: string
    readonly length?: string
  }
  /** Parameter that turns extents of reactions into substance, for species that name none of their own. */
  readonly conversionFactor?: string
  readonly functions: readonly FunctionDefinition[]
  readonly compartments: readonly Compartment[]
  readonly species: readonly Species[]
  readonly parameters: readonly Parameter[]
  readonly reactions: readonly Reaction[]
  readonly initialAssignments: readonly InitialAssignment[]
  readonly rules: readonly Rule[]
  readonly constraints: readonly Constraint[]
  readonly events: readonly ModelEvent[]
}

export interface ModelSource {
  readonly format: 'antimony' | 'sbml' | 'cellml'
  /** As the format counts them: `Level 3 Version 2`, `1.1`. */
  readonly version: string
  /** The independent variable's name where the format lets the author choose one; CellML. */
  readonly time?: string
}

/** A product of base units: each is (multiplier · 10^scale · unit)^exponent. Without factors it is dimensionless. */
export interface UnitDefinition {
  readonly id: string
  readonly name?: string
  /** A dimension of its own rather than a product, as CellML lets a model have; `factors` is empty. */
  readonly base?: boolean
  readonly factors: readonly UnitFactor[]
  readonly place?: Place
}

export interface UnitFactor {
  /** One of SBML's base and derived units (`metre`, `mole`, `volt`, …), `dimensionless`, `item`, `avogadro`, or another unit definition. */
  readonly unit: string
  readonly exponent: number
  readonly scale: number
  readonly multiplier: number
}

interface Element {
  readonly id: string
  readonly name?: string
  readonly place?: Place
}

export interface Compartment extends Element {
  readonly size?: number
  readonly spatialDimensions: number
  readonly unit?: string
  readonly constant: boolean
}

export interface Species extends Element {
  readonly compartment: string
  readonly initialAmount?: number
  readonly initialConcentration?: number
  readonly substanceUnit?: string
  /** Its symbol stands for an amount rather than a concentration. */
  readonly hasOnlySubstanceUnits: boolean
  /** Reactions do not change it. */
  readonly boundaryCondition: boolean
  readonly constant: boolean
  readonly conversionFactor?: string
}

export interface Parameter extends Element {
  readonly value?: number
  readonly unit?: string
  readonly constant: boolean
}

export interface FunctionDefinition extends Element {
  readonly arguments: readonly string[]
  readonly body: Expression
}

export interface Reaction extends Element {
  readonly reversible: boolean
  /** Always in equilibrium: SBML up to Level 3 Version 1. */
  readonly fast: boolean
  readonly reactants: readonly SpeciesReference[]
  readonly products: readonly SpeciesReference[]
  readonly modifiers: readonly string[]
  /** Extent per time. Its local parameters hide symbols of the model. */
  readonly rate?: Expression
  readonly localParameters: readonly Parameter[]
  readonly compartment?: string
}

export interface SpeciesReference {
  /** With an id it is a symbol that stands for the stoichiometry. */
  readonly id?: string
  readonly name?: string
  readonly species: string
  /** A number; or a formula, as Level 2 has them; left out: set by a rule or an initial assignment, else 1. */
  readonly stoichiometry?: number | Expression
  readonly constant: boolean
  readonly place?: Place
}

export interface InitialAssignment {
  readonly symbol: string
  readonly value: Expression
  readonly place?: Place
}

export type Rule =
  | { readonly kind: 'assignment'; readonly symbol: string; readonly value: Expression; readonly place?: Place }
  /** d symbol / d time. */
  | { readonly kind: 'rate'; readonly symbol: string; readonly value: Expression; readonly place?: Place }
  /** The value is zero at all times. */
  | { readonly kind: 'algebraic'; readonly value: Expression; readonly place?: Place }

/** Ought to hold; a run says when it does not, and goes on. */
export interface Constraint {
  readonly condition: Expression
  readonly message?: string
  readonly place?: Place
}

export interface ModelEvent {
  readonly id?: string
  readonly name?: string
  readonly trigger: Expression
  /** What the trigger is taken to have been before the start. */
  readonly initialValue: boolean
  /** Once triggered it is carried out even if the trigger stops to hold before. */
  readonly persistent: boolean
  readonly delay?: Expression
  /** Of those due at the same time, higher ones go first; equal ones in an order drawn by lot. */
  readonly priority?: Expression
  /** What is assigned was computed when it was triggered, not when it is carried out. */
  readonly useValuesFromTriggerTime: boolean
  readonly assignments: readonly { readonly symbol: string; readonly value: Expression; readonly place?: Place }[]
  readonly place?: Place
}
