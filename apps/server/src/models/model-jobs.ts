import {
  buildSystem,
  compile,
  DynamicsError,
  describeModel,
  equations,
  type ModelEquation,
  quantityUnit,
  readModel,
  type System,
  simulate,
} from '@counterpart/dynamics'
import type { ModelCheck, ModelRefusal, ModelRun, ModelRunRequest } from '../contract/index.ts'
import { sourceNotes } from './source-notes.ts'

/** Characters of all equations together. */
const markupAtMost = 4_000_000

export type ModelJob =
  | { readonly kind: 'check'; readonly text: string }
  | { readonly kind: 'run'; readonly request: ModelRunRequest }

/** Does a job on a model. Pure: nothing is kept, and a model that is refused is an answer like others. */
export function doModelJob(job: ModelJob): ModelCheck | ModelRun {
  return job.kind === 'check' ? checkModelText(job.text) : runModelText(job.request)
}

function checkModelText(text: string): ModelCheck {
  return orRefused(
    (): ModelCheck => {
      const model = readModel(text)
      const described = describeModel(model)
      const notes = sourceNotes(text, described)
      const all = equations(model)
      const shown = fittingAPage(all)
      return {
        outcome: 'understood',
        model: {
          name: described.name,
          format: described.source.format,
          version: described.source.version,
          notes: described.notes ?? null,
          identity: described.identity,
          timeUnit: described.timeUnit ?? null,
          states: described.states.map(answerValue),
          parameters: described.parameters.map((each) => ({
            ...answerValue(each),
            note: notes.get(each.symbol) ?? null,
            computed: each.computed,
            discrete: each.discrete,
          })),
          unknowns: [...described.unknowns],
          events: [...described.events],
          quantities: described.quantities.map(({ symbol, label, unit, kind }) => ({
            symbol,
            label,
            unit: unit ?? null,
            kind,
          })),
          equations: shown.map((each) => ({ ...each, unit: each.unit ?? null })),
          equationsLeftOut: all.length - shown.length,
          unitFindings: described.unitFindings.map(({ severity, element, place, message }) => ({
            severity,
            element,
            line: place?.line ?? null,
            message,
          })),
          warnings: [...described.warnings],
        },
      }
    },
    (refusal) => ({ outcome: 'refused', refusal }),
  )
}

function runModelText(request: ModelRunRequest): ModelRun {
  const { text, start, end, steps, observed, method, step, relativeTolerance, sets } = request
  let set: string | null = null
  return orRefused(
    (): ModelRun => {
      const began = performance.now()
      const system = buildSystem(readModel(text))
      const machine = compile(
        system,
        observed.map((symbol) => quantityOf(system, symbol).symbol),
      )
      const runs = sets.map(({ name, given }) => {
        set = name
        const { values, warnings } = simulate(machine, {
          start,
          end,
          steps,
          given,
          method,
          ...(step === undefined ? {} : { step }),
          ...(relativeTolerance === undefined ? {} : { relativeTolerance }),
        })
        const columns = observed.map((_, column) =>
          Array.from({ length: steps + 1 }, (_, row) => finite(values[row * observed.length + column]!)),
        )
        return { name, values: columns, warnings: [...system.warnings, ...warnings] }
      })
      return {
        outcome: 'ran',
        identity: system.identity,
        times: Array.from({ length: steps + 1 }, (_, row) => start + ((end - start) * row) / steps),
        columns: observed.map((symbol) => {
          const quantity = quantityOf(system, symbol)
          return { symbol, label: quantity.label, unit: quantityUnit(system.model, quantity) ?? null }
        }),
        runs,
        milliseconds: Math.round(performance.now() - began),
      }
    },
    (refusal) => ({ outcome: 'refused', refusal, set }),
  )
}

function quantityOf(system: System, symbol: string) {
  const quantity = system.quantities.get(symbol)
  if (!quantity) throw new DynamicsError('undeclared', `the model has no ${symbol}`, { element: symbol })
  return quantity
}

function answerValue(each: {
  readonly symbol: string
  readonly label: string
  readonly unit: string | undefined
  readonly value: number
  readonly line: number | undefined
}) {
  const { symbol, label, unit, value, line } = each
  return { symbol, label, unit: unit ?? null, value: finite(value), line: line ?? null }
}

/** As many equations as a page can hold, from the first on. */
function fittingAPage(all: readonly ModelEquation[]): readonly ModelEquation[] {
  let length = 0
  const end = all.findIndex(({ mathml, latex, text }) => {
    length += mathml.length + latex.length + text.length
    return length > markupAtMost
  })
  return end < 0 ? all : all.slice(0, end)
}

/** JSON knows no other numbers. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function orRefused<Answer>(work: () => Answer, refuse: (refusal: ModelRefusal) => Answer): Answer {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DynamicsError)) throw error
    const { code, message, element, place } = error
    return refuse({
      code,
      message,
      element: element ?? null,
      line: place?.line ?? null,
      column: place?.column ?? null,
    })
  }
}
