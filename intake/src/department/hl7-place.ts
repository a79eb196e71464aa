import { given, type Header } from '../hl7v2/header.ts'
import { partOf, repetitionsOf, type Segment, valueAt } from '../hl7v2/message.ts'
import type { NamedLocation, Whereabouts } from './locations.ts'
import type { CareDepartment } from './settings.ts'

/** HL7 table 0004 to HL7 v3 ActCode, as FHIR's `Encounter.class` has it. */
export const encounterClasses: Readonly<Record<string, string>> = {
  I: 'IMP',
  E: 'EMER',
  O: 'AMB',
  P: 'PRENC',
  R: 'AMB',
  B: 'OBSENC',
}

/** A location as a PL field has it. */
export function placeOf(segment: Segment | undefined, field: number): NamedLocation {
  const [pl] = repetitionsOf(segment, field)
  const part = (component: number) => given(partOf(pl, component))
  const [pointOfCare, room, bed, facility] = [part(1), part(2), part(3), part(4)]
  return {
    ...(facility !== undefined && { facility }),
    ...(pointOfCare !== undefined && { pointOfCare }),
    ...(room !== undefined && { room }),
    ...(bed !== undefined && { bed }),
  }
}

/** In which department a location is; when nobody knows, in the one that takes visits of this class. */
export function departmentAt(
  where: Whereabouts,
  encounterClass: string | undefined,
  facility: string | undefined,
  { sender, settings: { departments } }: Pick<Header, 'sender' | 'settings'>,
): CareDepartment | undefined {
  if (where.kind === 'within') return where.department
  if (where.kind === 'elsewhere' || !departments) return undefined
  // A sender's own facility (MSH-4) counts where it is a hospital of these departments, not just some system's name.
  const own = sender.split('|')[1]
  const known = departments.all.some((each) => each.kind === 'care' && each.facility === own)
  return departments.taking(encounterClass, facility ?? (known ? own : undefined))
}

/** The department in which the visit of a PV1 is just now. */
export function careDepartmentOf(pv1: Segment | undefined, header: Header): CareDepartment | undefined {
  const place = placeOf(pv1, 3)
  const where = header.settings.departments?.find(place) ?? { kind: 'unsaid' }
  return departmentAt(where, encounterClasses[valueAt(pv1, 2)], place.facility, header)
}
