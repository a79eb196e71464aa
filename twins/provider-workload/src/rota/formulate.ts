import { formulateAims } from './formulate-aims.ts'
import { formulateCover } from './formulate-cover.ts'
import { formulatePeople } from './formulate-people.ts'
import type { Formulation, RotaColumns } from './rota-columns.ts'
import { eligible, type RotaFacts } from './rota-facts.ts'
import { addColumn, newModel } from './rota-model.ts'

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
