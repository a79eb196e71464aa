/** What kinds of real thing can have a twin. */
export type SubjectKind = 'patient' | 'department' | 'clinic' | 'population' | 'provider'

/** Names one subject within this installation: `<kind>/<id>`, e.g. `patient/7f3a…`. Never a name or a record number. */
export type SubjectId = `${SubjectKind}/${string}`

/** The real thing that a twin follows. */
export interface Subject {
  readonly id: SubjectId
  readonly kind: SubjectKind
}

/** One twin: a kind of definition bound to one subject, e.g. `cardiovascular:patient/7f3a…`. */
export type TwinId = `${string}:${SubjectId}`

/** Which definition, in which version, follows which subject. */
export interface TwinReference {
  readonly kind: string
  readonly version: string
  readonly subject: SubjectId
}

/** The identifier of a twin; it leaves the version out, so a twin keeps its identity when its definition is revised. */
export function twinId(twin: Pick<TwinReference, 'kind' | 'subject'>): TwinId {
  return `${twin.kind}:${twin.subject}`
}

/** Takes a twin's identifier apart; `undefined` when `text` is not one. */
export function parseTwinId(text: string): { kind: string; subject: SubjectId } | undefined {
  const match = /^([a-z][a-z0-9-]*):((?:patient|department|clinic|population|provider)\/[A-Za-z0-9._-]+)$/.exec(text)
  return match ? { kind: match[1]!, subject: match[2] as SubjectId } : undefined
}
