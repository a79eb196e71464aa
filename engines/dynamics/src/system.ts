import type { Model } from './model.ts'
import type { Graph, Node } from './node.ts'

/**
 * A model made ready to run: first-order equations with all definitions in order.
 *
 * - `states` change continuously (and by events): `d state / d time = rate`. Species are held as amounts.
 * - `parameters` are everything else that holds a number of its own: constants, and what only events change.
 * - `unknowns` are what algebraic rules, algebraic loops and fast reactions determine: found by Newton's method.
 * - everything else is a formula of these: `quantities` has one for each symbol that can be named.
 */
export interface System {
  readonly model: Model
  /** SHA-256 (hex) of the equations in normal form: the same whatever the names' order, comments, format or layout. */
  readonly identity: string
  readonly graph: Graph
  readonly states: readonly State[]
  readonly parameters: readonly SystemParameter[]
  readonly implicit: readonly ImplicitBlock[]
  /** Order in which initial values are computed: each needs only those before it, and an implicit block's solution only where it comes after that block. */
  readonly initialisation: readonly Initialisation[]
  readonly events: readonly SystemEvent[]
  readonly lags: readonly Lag[]
  /** By symbol: species as the model means them, and besides `amount:ID` and `concentration:ID` of every species that has them; compartments, parameters, reactions (extent per time), species references. */
  readonly quantities: ReadonlyMap<string, Quantity>
  /** `implied`: not said by the model but plain, as that no compartment has a negative size. */
  readonly constraints: readonly { readonly condition: Node; readonly message: string; readonly implied?: boolean }[]
  /** Left and right sides of all comparisons that rates, events or lags depend on, as `left − right`: where one changes its sign the solution may have a kink or a jump. */
  readonly crossings: readonly Node[]
  /** What is doubtful without being wrong, for a person to read. */
  readonly warnings: readonly string[]
}

/** `slot` counts states, parameters or implicit blocks. */
export interface Initialisation {
  readonly kind: 'state' | 'parameter' | 'implicit'
  readonly slot: number
}

export interface State {
  readonly symbol: string
  /** Of the other initial values, of parameters and of time; see {@link System.initialisation}. */
  readonly initial: Node
  /** The symbol is a concentration and the state the amount: a value given for the symbol times this is the state's initial value. */
  readonly scale?: Node
  readonly rate: Node
  readonly unit?: string
  /** The rate is `linear · state + constant`, neither of which depends on this state: what Rush–Larsen needs. */
  readonly gate?: { readonly linear: Node; readonly constant: Node }
}

export interface SystemParameter {
  readonly symbol: string
  /** A number that may be given otherwise for a run, or a formula of other initial values. */
  readonly initial: number | Node
  /** As {@link State.scale}. */
  readonly scale?: Node
  readonly unit?: string
  /** Events change it. */
  readonly discrete: boolean
}

/** Unknowns that have to be solved for together: all `residuals` zero. Blocks are in order: each depends on earlier ones only. */
export interface ImplicitBlock {
  /** Slots of its unknowns, as many as residuals. */
  readonly unknowns: readonly { readonly slot: number; readonly symbol: string; readonly guess: Node }[]
  readonly residuals: readonly Node[]
  /** Each residual is how fast its unknown goes in a time of its own: the solution is where the first guess flows to. */
  readonly flows?: boolean
  /** After an event the first guess counts again, not the last solution: of fast reactions, which then start anew. */
  readonly restartsAtEvents?: boolean
  /** Row by row: ∂ residual / ∂ unknown. */
  readonly jacobian: readonly (readonly Node[])[]
}

export interface SystemEvent {
  readonly name: string
  readonly trigger: Node
  readonly initialValue: boolean
  readonly persistent: boolean
  readonly delay?: Node
  readonly priority?: Node
  readonly useValuesFromTriggerTime: boolean
  readonly assignments: readonly EventAssignment[]
}

/**
 * `target := value`; where a concentration is assigned, `target` is the amount and `scale` the compartment's size,
 * as it is before any of the event's assignments are in place: `target := value · scale`.
 */
export interface EventAssignment {
  readonly symbol: string
  readonly target: { readonly kind: 'state' | 'parameter'; readonly slot: number }
  readonly value: Node
  readonly scale?: Node
}

/** `of`, evaluated `by` earlier. */
export interface Lag {
  readonly of: Node
  readonly by: Node
}

export interface Quantity {
  readonly symbol: string
  readonly kind: 'species' | 'compartment' | 'parameter' | 'reaction' | 'species-reference' | 'amount' | 'concentration'
  readonly label: string
  readonly unit?: string
  readonly value: Node
}
