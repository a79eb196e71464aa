/** The parts of an address that name a subject; `id` may come with its kind in front or without. */
export function subjectParams(subject: { readonly id: string; readonly kind: string }): { kind: string; id: string } {
  const prefix = `${subject.kind}/`
  return { kind: subject.kind, id: subject.id.startsWith(prefix) ? subject.id.slice(prefix.length) : subject.id }
}
