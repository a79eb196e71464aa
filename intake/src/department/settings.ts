import type { Area, ImagingLayoutDetail, LayoutDetail } from '@counterpart/kernel'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'

const code = z.string().min(1).max(64)
const label = z.string().min(1).max(200)
const acuity = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])

const area = z.strictObject({
  code: code.refine((text) => text !== '?', 'must not be "?": that is where nobody knows'),
  label,
  role: z.enum([
    'waiting',
    'triage',
    'resuscitation',
    'majors',
    'minors',
    'paediatric',
    'observation',
    'imaging',
    'overflow',
  ]),
  spaces: z.array(code),
  also: z.array(code).optional(),
})

const every = {
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be of lower-case letters, digits, ".", "_" and "-"'),
  name: label,
  since: z.iso.datetime({ offset: true }).optional(),
  utcOffsetMinutes: z.int().min(-900).max(900),
}

const care = z.strictObject({
  ...every,
  kind: z.literal('care').default('care'),
  facility: code.optional(),
  classes: z.array(code).default(['EMER']),
  areas: z.array(area).min(1),
  elsewhere: z.array(code).default([]),
  locations: z
    .record(z.string(), z.strictObject({ area: code, room: code.optional(), bed: code.optional() }))
    .default({}),
  dispositions: z
    .record(z.string(), z.enum(['discharged', 'admitted', 'transferred', 'left-without-being-seen', 'died', 'unknown']))
    .default({}),
  acuities: z.record(z.string(), acuity).default({}),
  acuityCodes: z.array(z.strictObject({ system: z.string().min(1), code })).default([]),
})

const span = z.strictObject({
  days: z.array(z.int().min(0).max(6)).min(1),
  from: z.number().min(0).max(1440),
  until: z.number().min(0).max(1440),
})
const imaging = z.strictObject({
  ...every,
  kind: z.literal('imaging'),
  machines: z
    .array(
      z.strictObject({
        code,
        label,
        modality: code,
        sessions: z.array(span),
        reserved: z.array(span).optional(),
        maintenance: z.array(span).optional(),
        onCall: z.boolean().optional(),
        without: z.array(code).optional(),
      }),
    )
    .min(1),
  protocols: z.array(
    z.strictObject({
      code,
      label,
      modality: code,
      contrast: z.boolean(),
      minutes: z.number().positive().max(1440),
      sequences: z.array(z.number().positive()),
    }),
  ),
})

const file = z.strictObject({ departments: z.array(z.union([care, imaging])).min(1), clinics: z.unknown().optional() })

/** A department whose people are followed by where they are. */
export type CareDepartment = Readonly<z.infer<typeof care>>
/** A department whose exams are followed. */
export type ImagingDepartment = Readonly<z.infer<typeof imaging>>
export type DepartmentSettings = CareDepartment | ImagingDepartment

/**
 * Reads what the departments of this hospital are: the JSON file of docs/connect-a-hospital.md. Throws {@link IntakeError}
 * `malformed`, `invalid`, saying where.
 *
 * @example readDepartments('{"departments":[{"id":"ed","name":"ED","utcOffsetMinutes":0,"areas":[…]}]}')
 */
export function readDepartments(text: string): readonly DepartmentSettings[] {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw wrong('malformed', 'departments', `it is not JSON: ${(error as Error).message}`, error)
  }
  const kinds = (value as { departments?: unknown } | null)?.departments
  // Each by its own kind: of a union, zod would only say that nothing fits.
  if (Array.isArray(kinds))
    for (const [i, each] of kinds.entries()) {
      const isImaging = (each as { kind?: unknown } | null)?.kind === 'imaging'
      const parsed = (isImaging ? imaging : care).safeParse(each)
      if (!parsed.success) throw ofIssue(parsed.error, `departments[${i}]`)
    }
  // A house may follow clinics alone: see readClinics.
  if (kinds === undefined && (value as { clinics?: unknown } | null)?.clinics !== undefined) return []
  const parsed = file.safeParse(value)
  if (!parsed.success) throw ofIssue(parsed.error, '')
  const { departments } = parsed.data
  const ids = new Set<string>()
  for (const [i, { id }] of departments.entries()) {
    if (ids.has(id)) throw wrong('invalid', `departments[${i}].id`, `there are two departments "${id}"`)
    ids.add(id)
  }
  return departments
}

/** What a department consists of, as it is recorded on its stream. */
export function layoutOf(department: DepartmentSettings): LayoutDetail | ImagingLayoutDetail {
  const { name, utcOffsetMinutes } = department
  if (department.kind === 'imaging')
    return JSON.parse(
      JSON.stringify({ name, utcOffsetMinutes, machines: department.machines, protocols: department.protocols }),
    ) as ImagingLayoutDetail
  const areas = department.areas.map(({ code, label, role, spaces }): Area => ({ code, label, role, spaces }))
  return { name, utcOffsetMinutes, areas }
}

function ofIssue(error: z.ZodError, within: string): IntakeError {
  const [issue] = error.issues
  const path = issue!.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
  return wrong('invalid', `${within}${path}`.replace(/^\./, '') || 'departments', `${issue!.message}${more}`)
}

function wrong(code: 'malformed' | 'invalid', location: string, message: string, cause?: unknown): IntakeError {
  return new IntakeError(
    code,
    `the departments cannot be read: ${location}: ${message}`,
    {
      location,
      expected: 'what docs/connect-a-hospital.md says of departments',
      mend: `correct ${location} in the file`,
    },
    cause === undefined ? undefined : { cause },
  )
}
