import { DynamicsError, type Quantity, quantityUnit, type System } from '@counterpart/dynamics'

/** A column of a run: the symbol in its heading, and the quantity it reports. */
export interface Column {
  readonly symbol: string
  readonly quantity: string
  readonly unit: string | undefined
}

export interface AskedColumns {
  /** Symbols of any kind; left out: all species, or all states where there are none. */
  readonly species: readonly string[] | undefined
  readonly amounts: readonly string[]
  readonly concentrations: readonly string[]
}

/**
 * What a run reports, each symbol once, in the order of species, amounts, concentrations. A species is what its symbol
 * means (a concentration, unless it has only substance units) if it is not among the amounts or concentrations; whatever
 * is no species is reported as it is.
 */
export function columnsOf(system: System, { species, amounts, concentrations }: AskedColumns): Column[] {
  const both = amounts.find((symbol) => concentrations.includes(symbol))
  if (both !== undefined)
    throw new DynamicsError('invalid-option', `${both} is asked for as amount and as concentration`, {
      element: both,
      mend: 'name it under one of --amounts and --concentrations',
    })
  const named = [...(species ?? []), ...amounts, ...concentrations]
  const symbols = new Set(named.length > 0 ? named : everything(system))
  const column = (symbol: string, quantity: Quantity): Column => ({
    symbol,
    quantity: quantity.symbol,
    unit: quantityUnit(system.model, quantity),
  })
  return [...symbols].map((symbol) => {
    const own = system.quantities.get(symbol)
    if (!own)
      throw new DynamicsError('undeclared', `the model has no ${symbol}`, {
        element: symbol,
        expected: `one of ${some([...system.quantities.keys()].filter((each) => !each.includes(':')))}`,
      })
    const as = amounts.includes(symbol) ? 'amount' : concentrations.includes(symbol) ? 'concentration' : undefined
    if (own.kind !== 'species' || as === undefined) return column(symbol, own)
    const quantity = system.quantities.get(`${as}:${symbol}`)
    if (!quantity)
      throw new DynamicsError('invalid-option', `species ${symbol} has no ${as}`, {
        element: symbol,
        mend: 'its compartment has no size: ask for its amount',
      })
    return column(symbol, quantity)
  })
}

function everything(system: System): readonly string[] {
  const species = system.model.species.map(({ id }) => id)
  return species.length > 0 ? species : system.states.map(({ symbol }) => symbol)
}

/** The first of a list that may be long. */
function some(symbols: readonly string[]): string {
  const shown = symbols.slice(0, 20).join(', ')
  return symbols.length > 20 ? `${shown} and ${symbols.length - 20} more` : shown
}
