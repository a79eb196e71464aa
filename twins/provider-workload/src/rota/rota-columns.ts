import type { RotaFacts } from './rota-facts.ts'
import type { RotaModel } from './rota-model.ts'

/** The columns of a rota's linear program that say who does what; the others only count. */
export interface RotaColumns {
  /** `session[p][t]`: being in clinic, by pod; one or none of them is 1. */
  readonly session: readonly (readonly (readonly { readonly pod: number; readonly column: number }[])[])[]
  /** `quarter[p][t]`: a quarter of that session is protected for messages; only in the own pod. */
  readonly quarter: readonly (readonly (number | undefined)[])[]
  /** `turn[p]`: by position among the slots. */
  readonly turn: readonly ReadonlyMap<number, number>[]
}

export interface Formulation {
  readonly facts: RotaFacts
  readonly model: RotaModel
  readonly columns: RotaColumns
}

/** Columns of a person's sessions in these half-days, wherever they are. */
export const sessionsOf = ({ session }: RotaColumns, p: number, halfDays: Iterable<number>): number[] =>
  [...halfDays].flatMap((t) => session[p]![t]!.map(({ column }) => column))

/** Columns of a person's turns on a day. */
export const turnsOn = ({ facts: { slots }, columns: { turn } }: Formulation, p: number, d: number): number[] =>
  [...turn[p]!].filter(([s]) => slots[s]!.day === d).map(([, column]) => column)
