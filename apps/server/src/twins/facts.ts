import {
  type Fact,
  type Instant,
  type Observation,
  supersedes,
  type Treatment,
  treatmentSupersedes,
} from '@counterpart/kernel'
import type { ReadOptions, StreamId, Thread, ThreadEvent } from '@counterpart/thread'

export const observationTypes = ['observation.recorded', 'observation.corrected', 'observation.retracted'] as const
export const factTypes: readonly string[] = [...observationTypes, 'treatment.reported']

/** The fact that an event of a subject's stream states, if it states one. */
export function factOf(event: ThreadEvent): Fact | undefined {
  if (event.payload === null) return undefined
  const payload = event.payload as unknown
  if (event.type === 'treatment.reported')
    return { kind: 'treatment', treatment: (payload as { treatment: Treatment }).treatment }
  if (factTypes.includes(event.type))
    return { kind: 'observation', observation: (payload as { observation: Observation }).observation }
  return undefined
}

function effectiveOf(fact: Fact): Instant {
  return fact.kind === 'observation' ? fact.observation.effective : fact.treatment.from
}

/** Facts of a subject as the thread has them, of several versions of one only the one that counts, in order of time. */
export async function readFacts(thread: Thread, stream: StreamId, options: ReadOptions): Promise<Fact[]> {
  const facts: Fact[] = []
  for await (const event of thread.read(stream, { types: factTypes, ...options })) {
    const fact = factOf(event)
    if (fact) facts.push(fact)
  }
  return latestVersions(facts)
}

/** Of several versions of one fact only the one that counts, in order of effective time. */
export function latestVersions(facts: readonly Fact[]): Fact[] {
  const observations = new Map<string, Observation>()
  const treatments = new Map<string, Treatment>()
  for (const fact of facts)
    if (fact.kind === 'observation') {
      const known = observations.get(fact.observation.id)
      if (!known || supersedes(fact.observation, known)) observations.set(fact.observation.id, fact.observation)
    } else {
      const known = treatments.get(fact.treatment.id)
      if (!known || treatmentSupersedes(fact.treatment, known)) treatments.set(fact.treatment.id, fact.treatment)
    }
  return [
    ...[...treatments.values()].map((treatment): Fact => ({ kind: 'treatment', treatment })),
    ...[...observations.values()].map((observation): Fact => ({ kind: 'observation', observation })),
  ].sort((a, b) => effectiveOf(a) - effectiveOf(b))
}
