import { type Instant, parseTwinId, type Summary, type TwinDefinition } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { twins } from './registry.ts'
import { beliefHash } from './twins/belief-hash.ts'
import { replayBelief } from './twins/rebuild.ts'
import { summariseVariables } from './twins/summaries.ts'

/** A belief computed anew from nothing but the facts in the thread. */
export interface ReplayedTwin {
  readonly twin: string
  readonly validAt: Instant | null
  readonly knownAt: Instant | null
  /** `null`: nothing was known of it then. */
  readonly asOf: Instant | null
  readonly hash: string | null
  readonly variables: readonly ({ readonly name: string; readonly label: string; readonly unit: string } & Summary)[]
}

/** What did we believe, by what was known at `knownAt`, about `validAt`? Throws when there is no such twin. */
export async function replayTwin(
  thread: Thread,
  id: string,
  at: { readonly validAt?: Instant; readonly knownAt?: Instant } = {},
  definitions: readonly TwinDefinition[] = twins,
): Promise<ReplayedTwin> {
  const parsed = parseTwinId(id)
  const definition = parsed && definitions.find((each) => each.kind === parsed.kind)
  if (!parsed || !definition)
    throw new Error(
      `there is no twin "${id}"; expected KIND:SUBJECT like ${definitions[0]?.kind}:patient/…, with KIND one of ${definitions.map((each) => each.kind).join(', ')}`,
    )
  const belief = await replayBelief(thread, definition, { id: parsed.subject, kind: definition.subjectKind }, at)
  const figures = belief ? summariseVariables(belief.ensemble) : {}
  return {
    twin: id,
    validAt: at.validAt ?? null,
    knownAt: at.knownAt ?? null,
    asOf: belief?.asOf ?? null,
    hash: belief ? beliefHash(belief) : null,
    variables: belief
      ? definition.variables.map(({ name, label, unit }) => ({ name, label, unit, ...figures[name]! }))
      : [],
  }
}
