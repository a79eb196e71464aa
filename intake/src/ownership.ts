import type { Instant, SubjectId } from '@counterpart/kernel'

/** What was said of whole records. */
export type OwnershipStatement =
  /** What is known of `prior` is `into`'s too; not `standing`: it is not after all. */
  | {
      readonly kind: 'person'
      readonly prior: SubjectId
      readonly into: SubjectId
      readonly standing: boolean
      readonly version: Instant
    }
  /** The visit was recorded under `from`, but is `into`'s. */
  | {
      readonly kind: 'visit'
      readonly encounterId: string
      readonly from: SubjectId
      readonly into: SubjectId
      readonly version: Instant
    }

/**
 * Whose facts are that were said of a subject, after all that was said of merging and moving. A function of the set of
 * statements: of two about the same records the later version holds.
 */
export class Ownership {
  readonly #pairs: ReadonlyMap<string, OwnershipStatement & { kind: 'person' }>
  readonly #visits: ReadonlyMap<string, OwnershipStatement & { kind: 'visit' }>
  readonly #into: ReadonlyMap<SubjectId, SubjectId>

  constructor(
    pairs: ReadonlyMap<string, OwnershipStatement & { kind: 'person' }> = new Map(),
    visits: ReadonlyMap<string, OwnershipStatement & { kind: 'visit' }> = new Map(),
  ) {
    this.#pairs = pairs
    this.#visits = visits
    this.#into = intoOf([...pairs.values()])
  }

  with(statement: OwnershipStatement): Ownership {
    const visits = new Map(this.#visits)
    const pairs = new Map(this.#pairs)
    if (statement.kind === 'visit') {
      if (isLater(statement, visits.get(statement.encounterId))) visits.set(statement.encounterId, statement)
    } else {
      const pair = JSON.stringify([statement.prior, statement.into].sort())
      if (isLater(statement, pairs.get(pair))) pairs.set(pair, statement)
    }
    return new Ownership(pairs, visits)
  }

  /** Who has what was said of `home`, during a visit if it was during one. */
  ownerOf(home: SubjectId, encounterId?: string): SubjectId {
    const moved = encounterId === undefined ? undefined : this.#visits.get(encounterId)
    return this.#root(moved ? moved.into : home)
  }

  /** All whose records are this subject's now, itself first. */
  homesOf(owner: SubjectId): readonly SubjectId[] {
    return [owner, ...[...this.#into.keys()].filter((home) => home !== owner && this.#root(home) === owner)]
  }

  /** Whether this subject's records are all another one's. */
  isMerged(subject: SubjectId): boolean {
    return this.#into.has(subject)
  }

  /** All subjects of which a merging stands. */
  get merged(): readonly SubjectId[] {
    return [...this.#into.keys()]
  }

  #root(subject: SubjectId): SubjectId {
    let root = subject
    for (let into = this.#into.get(root); into !== undefined; into = this.#into.get(root)) root = into
    return root
  }
}

function isLater<S extends OwnershipStatement>(next: S, known: S | undefined): boolean {
  if (!known || next.version !== known.version) return !known || next.version > known.version
  return JSON.stringify(next) > JSON.stringify(known)
}

/** Where each subject has gone. A later statement that leads back to where it began takes the earlier one's place. */
function intoOf(statements: readonly (OwnershipStatement & { kind: 'person' })[]): ReadonlyMap<SubjectId, SubjectId> {
  const into = new Map<SubjectId, SubjectId>()
  const inOrder = statements
    .filter(({ standing }) => standing)
    .sort((a, b) => a.version - b.version || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  for (const { prior, into: next } of inOrder) {
    if (prior === next) continue
    for (let step: SubjectId | undefined = next; step !== undefined; ) {
      const following: SubjectId | undefined = into.get(step)
      if (following === prior) into.delete(step)
      step = following === prior ? undefined : following
    }
    into.set(prior, next)
  }
  return into
}
