import type { Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { UnitFactor } from '../model.ts'
import type { Annotation, Name } from './cursor.ts'

/** An Antimony text as written: what {@link parseAntimony} gives. */
export interface Document {
  readonly imports: readonly { readonly file: string; readonly place: Place }[]
  readonly functions: readonly FunctionSyntax[]
  readonly modules: readonly ModuleSyntax[]
  /** Display names and notes said of models and functions from outside. */
  readonly remarks: readonly { readonly kind: 'name' | 'notes'; readonly of: Name; readonly text: string }[]
  /** Annotations without a meaning for what is computed, in the order of the text. */
  readonly passedOver: readonly Annotation[]
}

export interface FunctionSyntax {
  readonly name: Name
  readonly parameters: readonly Name[]
  readonly body: Expression
}

export interface ModuleSyntax {
  readonly name: Name
  /** Marked with `*`. */
  readonly main: boolean
  /** Names that an instance may be given. */
  readonly interface: readonly Name[]
  readonly statements: readonly Statement[]
}

/** `$S1`, `2 S1`, `n S1`. */
export interface Participant {
  readonly species: Name
  readonly stoichiometry: number | Name
  readonly boundary: boolean
}

export type ElementType = 'species' | 'compartment' | 'formula' | 'reaction' | 'event'

export type Statement =
  | {
      readonly kind: 'declare'
      readonly of: Name
      readonly type?: ElementType
      readonly constness?: 'const' | 'var'
      readonly substanceOnly?: boolean
      readonly compartment?: Name
    }
  /** `x = …`, `x := …`, `x' = …`; without a value: what was said before is taken back. */
  | { readonly kind: 'initial' | 'assignment' | 'rate'; readonly of: Name; readonly value?: Expression }
  | { readonly kind: 'algebraic'; readonly of?: Name; readonly value: Expression; readonly place: Place }
  | { readonly kind: 'unit'; readonly of: Name; readonly factors: readonly UnitFactor[] }
  | { readonly kind: 'define-unit'; readonly of: Name; readonly factors: readonly UnitFactor[] }
  | { readonly kind: 'name' | 'notes'; readonly of: Name; readonly text: string }
  /** `A.S1 is S1`: two names of one thing. */
  | { readonly kind: 'same'; readonly of: Name; readonly as: Name }
  | {
      readonly kind: 'reaction'
      readonly of: Name
      readonly reversible: boolean
      readonly reactants: readonly Participant[]
      readonly products: readonly Participant[]
      readonly rate?: Expression
    }
  | { readonly kind: 'interaction'; readonly species: readonly Name[]; readonly reactions: readonly Name[] }
  | {
      readonly kind: 'event'
      readonly of?: Name
      readonly trigger: Expression
      readonly delay?: Expression
      readonly priority?: Expression
      readonly initialValue: boolean
      readonly persistent: boolean
      readonly useValuesFromTriggerTime: boolean
      readonly assignments: readonly { readonly of: Name; readonly value: Expression }[]
      readonly place: Place
    }
  | { readonly kind: 'constraint'; readonly condition: Expression; readonly place: Place }
  | {
      readonly kind: 'instance'
      readonly of: Name
      readonly module: Name
      readonly arguments: readonly (Name | Expression)[]
      readonly compartment?: Name
    }
  | { readonly kind: 'delete'; readonly of: Name }
