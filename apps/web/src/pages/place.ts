/** Kinds of subject that are places where people work; they are listed above patients, each kind under its own heading. */
export const placeKinds = ['department', 'clinic'] as const

export function isPlace(subjectKind: string | undefined): boolean {
  return placeKinds.some((each) => each === subjectKind)
}
