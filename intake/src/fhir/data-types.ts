import { z } from 'zod'
import { instantOf } from '../time-zone.ts'

// The data types of FHIR R4 (https://hl7.org/fhir/R4/datatypes.html), as far as the resources that are taken use them.
// Elements that are not read are checked for their JSON shape only (`anyObject`), so that their content does not get
// in the way of what is wanted.

const dateForm = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/
const dateTimeForm =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/
const instantForm =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/

/** A string that is not empty (R4: "Strings SHALL NOT be empty"). */
export const text = z.string().min(1, 'must not be empty')
export const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be 1 to 64 letters, digits, "-" and "."')
export const uri = z.string().regex(/^\S+$/, 'must not be empty or have blanks')
export const code = z.string().regex(/^\S+( \S+)*$/, 'must be a code: no leading, trailing or doubled blanks')
export const date = z.string().regex(dateForm, 'must be YYYY, YYYY-MM or YYYY-MM-DD').refine(exists, 'no such day')
export const dateTime = z
  .string()
  .regex(dateTimeForm, 'must be YYYY[-MM[-DD[Thh:mm:ss[.sss]zone]]], with a zone when it has a time')
  .refine(exists, 'no such day')
export const instant = z
  .string()
  .regex(instantForm, 'must be YYYY-MM-DDThh:mm:ss[.sss]zone')
  .refine(exists, 'no such day')
export const integer = z.int()

/** An element that is not read. */
export const anyObject = z.record(z.string(), z.unknown())
/** A repeating element that is not read; arrays are never empty (https://hl7.org/fhir/R4/json.html). */
export const anyObjects = z.array(anyObject).min(1, 'must not be an empty array; leave the element out')

export function list<T extends z.ZodType>(item: T) {
  return z.array(item).min(1, 'must not be an empty array; leave the element out')
}

/**
 * An element: the given members, `id` and `extension`, and for each member the `_member` that carries the extensions
 * of primitive values. Anything else is refused by name.
 */
export function element<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({ ...shape, ...shadows(shape), id: text.optional(), extension: anyObjects.optional() })
}

function shadows(shape: z.ZodRawShape): Record<`_${string}`, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(Object.keys(shape).map((name) => [`_${name}`, z.unknown().optional()]))
}

export const period = element({ start: dateTime.optional(), end: dateTime.optional() }).refine(
  // An end given as a day means the whole of that day.
  ({ start, end }) =>
    start === undefined || end === undefined || Date.parse(start) <= Date.parse(end) || start.startsWith(end),
  'start must not be after end (per-1)',
)

export const coding = element({
  system: uri.optional(),
  version: text.optional(),
  code: code.optional(),
  display: text.optional(),
  userSelected: z.boolean().optional(),
})

export const codeableConcept = element({ coding: list(coding).optional(), text: text.optional() })

export const quantity = element({
  value: z.number().optional(),
  comparator: z.enum(['<', '<=', '>=', '>']).optional(),
  unit: text.optional(),
  system: uri.optional(),
  code: code.optional(),
})

export const identifier = element({
  use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']).optional(),
  type: codeableConcept.optional(),
  system: uri.optional(),
  value: text.optional(),
  period: period.optional(),
  assigner: anyObject.optional(),
})

export const reference = element({
  reference: text.optional(),
  type: uri.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
})

export const humanName = element({
  use: z.enum(['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden']).optional(),
  text: text.optional(),
  family: text.optional(),
  given: z.array(text.nullable()).min(1).optional(),
  prefix: z.array(text.nullable()).min(1).optional(),
  suffix: z.array(text.nullable()).min(1).optional(),
  period: period.optional(),
})

export const meta = element({
  versionId: id.optional(),
  lastUpdated: instant.optional(),
  source: uri.optional(),
  profile: list(uri).optional(),
  security: list(coding).optional(),
  tag: list(coding).optional(),
})

/** XHTML that may stand in a narrative: no active content, no entity that XML does not know (R4 narrative, txt-1). */
const narrative = element({
  status: z.enum(['generated', 'extensions', 'additional', 'empty']),
  div: text.refine(
    (div) =>
      !/<\/?(script|iframe|object|embed|form|input|link|meta|base|frame|frameset|style)\b|\son[a-z]+\s*=|javascript:/i.test(
        div,
      ) && !/&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/.test(div),
    'must be plain XHTML: no scripts, forms or event attributes, and no entities but those of XML',
  ),
})

/** A resource: the given members, those of DomainResource, and nothing else. */
export function resource<N extends string, S extends z.ZodRawShape>(name: N, shape: S) {
  const common = {
    meta: meta.optional(),
    implicitRules: uri.optional(),
    language: code.optional(),
  }
  return z.strictObject({
    ...shape,
    ...shadows(shape),
    ...common,
    ...shadows(common),
    resourceType: z.literal(name),
    id: id.optional(),
    _id: z.unknown().optional(),
    text: narrative.optional(),
    contained: anyObjects.optional(),
    extension: anyObjects.optional(),
    modifierExtension: anyObjects.optional(),
  })
}

/** The form is right; but is there such a day? */
function exists(value: string): boolean {
  const [year, month = 1, day = 1] = value.slice(0, 10).split('-').map(Number)
  return instantOf({ year: year!, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }, 0) !== undefined
}
