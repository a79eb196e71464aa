import type { Belief, Instant, JsonObject, Observation, Subject, TwinContext } from '@counterpart/kernel'
import { compareObservations } from '@counterpart/kernel'
import type { Draft } from './draft.ts'
import { drawEnsemble } from './draws.ts'
import { elapse } from './elapse.ts'
import { factOf } from './facts.ts'
import { emptyMemory, type Memory, memoryOf } from './memory.ts'
import { inOrder, reduceFact } from './reduce.ts'
import { ensembleSize, variables } from './variables.ts'

export const kind = 'radiology'
export const version = '0.1.0'

function beliefOf(twin: Belief['twin'], asOf: Instant, memory: Memory, context: TwinContext): Belief {
  return {
    twin,
    asOf,
    ensemble: {
      variables,
      size: ensembleSize,
      values: drawEnsemble(memory, context),
      weights: new Float64Array(ensembleSize).fill(1 / ensembleSize),
    },
    memory: memory as unknown as JsonObject,
  }
}

/** A department of which nothing is known yet: no layout, nobody there, durations and demand as the priors say. */
export function begin(subject: Subject, asOf: Instant, prior: JsonObject, context: TwinContext): Belief {
  return beliefOf({ kind, version, subject: subject.id }, asOf, emptyMemory(prior), context)
}

/**
 * Lets the time since the last fact pass, then takes in what happened at `asOf`. What contradicts itself or cannot be
 * read never throws: it is put right by a stated assumption and kept among the doubts.
 */
export function assimilate(
  belief: Belief,
  asOf: Instant,
  observations: readonly Observation[],
  context: TwinContext,
): Belief {
  const before = memoryOf(belief)
  const draft: Draft = { ...before, exams: { ...before.exams }, since: before.since ?? asOf }
  elapse(draft, before.since === null ? asOf : belief.asOf, asOf)
  const facts = observations
    .filter(({ status }) => status !== 'retracted')
    // Of two statements about one instant the later one, by its version, comes later.
    .toSorted((a, b) => a.version - b.version || compareObservations(a, b))
    .map(factOf)
  for (const fact of inOrder(facts, draft)) reduceFact(draft, fact, asOf)
  return beliefOf(belief.twin, asOf, draft, context)
}
