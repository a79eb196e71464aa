import { formulateAims } from './formulate-aims.ts'
import { formulateCover } from './formulate-cover.ts'
import { formulatePeople } from './formulate-people.ts'
import { eligible, type RotaFacts } from './rota-facts.ts'
import { addColumn, newModel, type RotaModel } from './rota-model.ts'

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

/** The linear program whose best whole-numbered answer is the best rota; without `aims`, any that is allowed. */
export function formulate(facts: RotaFacts, { aims = true } = {}): Formulation {
  const model = newModel()
  const { calendar, people, slots } = facts
  const open = (t: number) => calendar.open[t]!
  const halfDays = calendar.open.keys().toArray()
  const columns: RotaColumns = {
    session: people.map(({ pods }) =>
      halfDays.map((t) => (open(t) ? pods.map((pod) => ({ pod, column: addColumn(model, 1, true) })) : [])),
    ),
    quarter: people.map(({ person }) =>
      halfDays.map((t) => (open(t) && (person.protectedQuarters ?? 0) > 0 ? addColumn(model, 1, true) : undefined)),
    ),
    turn: people.map(
      (person) =>
        new Map(
          slots
            .keys()
            .filter((s) => eligible(person, slots[s]!))
            .map((s) => [s, addColumn(model, 1, true)]),
        ),
    ),
  }
  const formulation = { facts, model, columns }
  formulatePeople(formulation)
  formulateCover(formulation)
  if (aims) formulateAims(formulation)
  return formulation
}

/** Columns of a person's sessions in these half-days, wherever they are. */
export const sessionsOf = ({ session }: RotaColumns, p: number, halfDays: Iterable<number>): number[] =>
  [...halfDays].flatMap((t) => session[p]![t]!.map(({ column }) => column))

/** Columns of a person's turns on a day. */
export const turnsOn = ({ facts: { slots }, columns: { turn } }: Formulation, p: number, d: number): number[] =>
  [...turn[p]!].filter(([s]) => slots[s]!.day === d).map(([, column]) => column)
