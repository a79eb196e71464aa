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

type Merging = OwnershipStatement & { readonly kind: 'person' }
type Moving = OwnershipStatement & { readonly kind: 'visit' }

/**
 * Whose facts are that were said of a subject, after all that was said of merging and moving. A function of the set of
 * statements: of two about the same records the later version holds.
 */
export class Ownership {
  readonly #pairs: ReadonlyMap<string, Merging>
  /** Of each visit, in order of version. */
  readonly #visits: ReadonlyMap<string, readonly Moving[]>
  readonly #into: ReadonlyMap<SubjectId, SubjectId>

  constructor(
    pairs: ReadonlyMap<string, Merging> = new Map(),
    visits: ReadonlyMap<string, readonly Moving[]> = new Map(),
  ) {
    this.#pairs = pairs
    this.#visits = visits
    this.#into = intoOf([...pairs.values()])
  }

  with(statement: OwnershipStatement): Ownership {
    if (statement.kind === 'visit') {
      const known = this.#visits.get(statement.encounterId) ?? []
      if (known.some((each) => inOrder(each, statement) === 0)) return this
      return new Ownership(
        this.#pairs,
        new Map(this.#visits).set(statement.encounterId, [...known, statement].sort(inOrder)),
      )
    }
    const pair = JSON.stringify([statement.prior, statement.into].sort())
    const known = this.#pairs.get(pair)
    if (known && inOrder(known, statement) >= 0) return this
    return new Ownership(new Map(this.#pairs).set(pair, statement), this.#visits)
  }

  /** Who has what was said of `home`, during a visit if it was during one. */
  ownerOf(home: SubjectId, encounterId?: string): SubjectId {
    const moves = encounterId === undefined ? undefined : this.#visits.get(encounterId)
    let owner = this.#root(home)
    for (const { from, into } of moves ?? []) if (owner === this.#root(from)) owner = this.#root(into)
    return owner
  }

  /** All whose records are this subject's now, itself first. */
  homesOf(owner: SubjectId): readonly SubjectId[] {
    return [owner, ...[...this.#into.keys()].filter((home) => home !== owner && this.#root(home) === owner)]
  }

  /** Whoever may have what was said during a visit of one of these, themselves among them. */
  reachableFrom(subjects: readonly SubjectId[]): ReadonlySet<SubjectId> {
    const reached = new Set(subjects.map((each) => this.#root(each)))
    const moves = [...this.#visits.values()].flat()
    for (let before = -1; before !== reached.size; ) {
      before = reached.size
      for (const { from, into } of moves) if (reached.has(this.#root(from))) reached.add(this.#root(into))
    }
    return reached
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

/** By version; statements of one version in an order that is the same everywhere. */
function inOrder(a: OwnershipStatement, b: OwnershipStatement): number {
  const [one, other] = [a, b].map((each) => JSON.stringify(Object.entries(each).sort()))
  return a.version - b.version || (one! < other! ? -1 : one! > other! ? 1 : 0)
}

/** Where each subject has gone. Of statements that lead in a circle the latest holds, and who stands by it stands. */
function intoOf(statements: readonly Merging[]): ReadonlyMap<SubjectId, SubjectId> {
  const into = new Map<SubjectId, SubjectId>()
  for (const { prior, into: next } of statements.filter(({ standing }) => standing).sort(inOrder)) {
    if (prior === next) continue
    let root = next
    for (let step = into.get(root); step !== undefined; step = into.get(root)) {
      root = step
      if (root === prior) into.delete(next)
    }
    into.set(prior, next)
  }
  return into
}
