import type { Model, ModelSource } from '../model.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import type { Quantity } from '../system.ts'
import { checkUnits } from '../units/check-units.ts'
import type { UnitFinding } from '../units/finding.ts'
import { describer } from './symbols.ts'
import { quantityUnit, unitText } from './unit-text.ts'

/** What a person wants to know of a model before they run it. */
export interface ModelDescription {
  readonly name: string
  readonly source: ModelSource
  readonly notes: string | undefined
  /** SHA-256 of its equations in normal form ({@link System.identity}). */
  readonly identity: string
  readonly timeUnit: string | undefined
  /** What changes with time, where it starts when the run starts at 0. */
  readonly states: readonly DescribedValue[]
  /** What holds a number of its own that a run may be given otherwise. */
  readonly parameters: readonly (DescribedValue & {
    /** Events change it. */
    readonly discrete: boolean
    /** Its number follows from other initial values. */
    readonly computed: boolean
  })[]
  /** Found by Newton's method at each time: of algebraic rules, loops and fast reactions. */
  readonly unknowns: readonly string[]
  readonly events: readonly string[]
  /** What a run can observe. */
  readonly quantities: readonly (Pick<Quantity, 'symbol' | 'kind' | 'label'> & { readonly unit: string | undefined })[]
  readonly unitFindings: readonly UnitFinding[]
  readonly warnings: readonly string[]
}

export interface DescribedValue {
  readonly symbol: string
  readonly label: string
  readonly unit: string | undefined
  readonly value: number
  /** Line of the model's text that declares it. */
  readonly line: number | undefined
}

/**
 * Makes a model ready to run and says what is in it.
 *
 * @example describeModel(readAntimony('x = 1; k = 2; x\' = -k*x')).states // [{ symbol: 'x', value: 1, … }]
 * @throws DynamicsError as `buildSystem` does, and where an initial value is not a number
 */
export function describeModel(model: Model): ModelDescription {
  const system = buildSystem(model)
  const about = describer(model)
  const symbols = [...system.states, ...system.parameters].map(({ symbol }) => symbol)
  const values = initialValues()
  const declared = new Map(
    [...model.compartments, ...model.species, ...model.parameters].map(({ id, place }) => [id, place?.line]),
  )
  const described = (symbol: string): DescribedValue => ({
    symbol,
    ...about(symbol),
    value: values.get(symbol)!,
    line: declared.get(symbol),
  })
  return {
    name: model.name ?? model.id,
    source: model.source,
    notes: model.notes,
    identity: system.identity,
    timeUnit: model.units.time === undefined ? undefined : unitText(model, model.units.time),
    states: system.states.map(({ symbol }) => described(symbol)),
    parameters: system.parameters.map(({ symbol, discrete, initial }) => ({
      ...described(symbol),
      discrete,
      computed: typeof initial !== 'number',
    })),
    unknowns: system.implicit.flatMap(({ unknowns }) => unknowns.map(({ symbol }) => symbol)),
    events: system.events.map(({ name }) => name),
    quantities: [...system.quantities.values()].map(({ symbol, kind, label, unit }) => ({
      symbol,
      kind,
      label,
      unit: quantityUnit(model, { unit }),
    })),
    // The place is a field of its own: said once is enough.
    unitFindings: checkUnits(model).map((finding) => ({ ...finding, message: withoutPlace(finding.message) })),
    warnings: system.warnings,
  }

  function initialValues(): ReadonlyMap<string, number> {
    const machine = interpret(system, symbols)
    const states = new Float64Array(machine.stateCount).fill(Number.NaN)
    const parameters = new Float64Array(machine.parameterCount).fill(Number.NaN)
    machine.initialise(0, parameters, states)
    const observed = new Float64Array(symbols.length)
    machine.observe(0, states, parameters, observed)
    return new Map(symbols.map((symbol, i) => [symbol, observed[i]!]))
  }
}

function withoutPlace(message: string): string {
  return message.replace(/^line \d+(, column \d+)?: /, '')
}
