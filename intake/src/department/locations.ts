import type { VisitPlace } from '@counterpart/kernel'
import { IntakeError } from '../errors.ts'
import type { CareDepartment, DepartmentSettings } from './settings.ts'

/** A location as a message names it. */
export interface NamedLocation {
  readonly facility?: string
  readonly pointOfCare?: string
  readonly room?: string
  readonly bed?: string
}

/** Where a location is, as seen from the departments. */
export type Whereabouts =
  | { readonly kind: 'within'; readonly department: CareDepartment; readonly at: VisitPlace }
  /** Known to be in no department. */
  | { readonly kind: 'elsewhere' }
  /** Something was said, but nobody knows where that is. */
  | { readonly kind: 'unknown'; readonly said: string }
  | { readonly kind: 'unsaid' }

/** The departments of this hospital, ready to be asked whose a location, a class or an id is. */
export interface Departments {
  readonly all: readonly DepartmentSettings[]
  byId(id: string): DepartmentSettings | undefined
  /** Whose place this is (HL7 PL). */
  find(location: NamedLocation): Whereabouts
  /** Whose place this is (id or identifier of a FHIR Location). */
  findFhir(names: readonly string[]): Whereabouts
  /** Who takes visits of this class when nobody says where they are. */
  taking(encounterClass: string | undefined, facility: string | undefined): CareDepartment | undefined
}

/** Throws {@link IntakeError} `invalid` when two departments claim the same place. */
export function departmentsOf(all: readonly DepartmentSettings[]): Departments {
  const cared = all.filter((department): department is CareDepartment => department.kind === 'care')
  const claims = new Map<string, { readonly department: CareDepartment; readonly area: string }[]>()
  const byFhir = new Map<string, { readonly department: CareDepartment; readonly at: VisitPlace }>()
  const addFhir = (name: string, department: CareDepartment, at: VisitPlace) => {
    const known = byFhir.get(name)
    if (known && known.department !== department) return // Ambiguous without a facility: the first one named keeps it.
    if (!known) byFhir.set(name, { department, at })
  }
  for (const department of cared) {
    const codes = new Set(department.areas.map(({ code }) => code))
    for (const [name, at] of Object.entries(department.locations)) {
      if (!codes.has(at.area))
        throw doubled(department.id, `location "${name}" is in area "${at.area}", which it does not have`)
      const { area, room, bed } = at
      addFhir(name, department, { area, ...(room !== undefined && { room }), ...(bed !== undefined && { bed }) })
    }
    for (const { code, also = [], spaces } of department.areas)
      for (const name of [code, ...also]) {
        const others = claims.get(name) ?? []
        const clash = others.find(
          (other) =>
            other.department.facility === undefined ||
            department.facility === undefined ||
            other.department.facility === department.facility,
        )
        if (clash) throw doubled(department.id, `"${name}" is an area of "${clash.department.id}" too`)
        claims.set(name, [...others, { department, area: code }])
        addFhir(name, department, { area: code })
        for (const space of spaces)
          for (const dash of ['-', '.']) addFhir(`${name}${dash}${space}`, department, { area: code, bed: space })
      }
  }
  const outside = (name: string) =>
    cared.some(({ elsewhere }) =>
      elsewhere.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each)),
    )

  return {
    all,
    byId: (id) => all.find((department) => department.id === id),
    find: ({ facility, pointOfCare, room, bed }) => {
      if (pointOfCare === undefined) return { kind: 'unsaid' }
      const found = claims
        .get(pointOfCare)
        ?.find(
          ({ department }) =>
            facility === undefined || department.facility === undefined || department.facility === facility,
        )
      if (found) {
        const at = {
          area: found.area,
          ...(room !== undefined && { room }),
          ...(bed !== undefined && { bed }),
        }
        return { kind: 'within', department: found.department, at }
      }
      if (outside(pointOfCare)) return { kind: 'elsewhere' }
      return { kind: 'unknown', said: facility === undefined ? pointOfCare : `${pointOfCare} of ${facility}` }
    },
    findFhir: (names) => {
      if (names.length === 0) return { kind: 'unsaid' }
      for (const name of names) {
        const found = byFhir.get(name)
        if (found) return { kind: 'within', ...found }
      }
      if (names.some(outside)) return { kind: 'elsewhere' }
      return { kind: 'unknown', said: names[0]! }
    },
    taking: (encounterClass, facility) =>
      encounterClass === undefined
        ? undefined
        : cared.find(
            (department) =>
              department.classes.includes(encounterClass) &&
              (facility === undefined || department.facility === undefined || department.facility === facility),
          ),
  }
}

function doubled(id: string, message: string): IntakeError {
  return new IntakeError('invalid', `department "${id}": ${message}`, {
    location: `departments "${id}"`,
    expected: 'areas that exist, and each code in one department of a facility',
    mend: 'rename or remove one of them, or give both departments their facility',
  })
}
