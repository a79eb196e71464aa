import { readFileSync } from 'node:fs'
import { type ClinicSettings, type DepartmentSettings, readClinics, readDepartments } from '@counterpart/intake'
import { departmentChannels, imagingChannels, type SubjectId, type TwinDefinition } from '@counterpart/kernel'

/** Reads the file of departments and clinics that the server was started with. Throws what is wrong with it, and where. */
export function placesIn(path: string): {
  readonly departments: readonly DepartmentSettings[]
  readonly clinics: readonly ClinicSettings[]
} {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`the file of departments cannot be read: ${(error as Error).message}; check --departments`, {
      cause: error,
    })
  }
  const clinics = readClinics(text)
  // A file of clinics alone names no departments.
  const isClinicsAlone = clinics.length > 0 && (JSON.parse(text) as { departments?: unknown }).departments === undefined
  const departments = isClinicsAlone ? [] : readDepartments(text)
  return { departments, clinics }
}

/**
 * Whether a definition is of a subject: of its kind, and of departments, of the kind of department whose layout it
 * observes. So an imaging department has no twin of emergency departments.
 */
export function followsOf(
  departments: readonly DepartmentSettings[],
): (definition: TwinDefinition, subject: SubjectId | string) => boolean {
  const layouts = new Map(
    departments.map(({ id, kind }) => [
      `department/${id}`,
      kind === 'imaging' ? imagingChannels.layout : departmentChannels.layout,
    ]),
  )
  const all: readonly string[] = [imagingChannels.layout, departmentChannels.layout]
  return ({ subjectKind, channels }, subject) => {
    if (!subject.startsWith(`${subjectKind}/`)) return false
    const observed = channels.map(({ name }) => name).filter((name) => all.includes(name))
    const layout = layouts.get(subject)
    return layout === undefined || observed.length === 0 || observed.includes(layout)
  }
}
