import type { PersonFacts } from './rota-facts.ts'

/** Whole half-days in the whole period within so many of the contract. */
export const contractBounds = ({ contract }: PersonFacts, within: number): readonly [low: number, high: number] => [
  Math.max(0, Math.ceil(contract - within - 1e-9)),
  Math.floor(contract + within + 1e-9),
]
