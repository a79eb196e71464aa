import type { ClinicLayoutDetail } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'

const code = z.string().min(1).max(64)
const label = z.string().min(1).max(200)
const weekday = z.int().min(0).max(6)
const codes = z.record(z.string().min(1).max(200), code)

const zone = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => {
    try {
      civilTime(name)
      return true
    } catch {
      return false
    }
  }, 'must be an IANA time zone such as "Europe/London"')

/** A number by which FHIR or HL7 v2 names a practitioner; without a system, whatever system it comes with. */
const practitioner = z.union([
  z
    .string()
    .min(1)
    .max(200)
    .transform((value) => ({ value }) as { readonly system?: string; readonly value: string }),
  z.strictObject({ system: z.string().min(1).max(200).optional(), value: z.string().min(1).max(200) }),
])

const provider = z.strictObject({
  code: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be of letters, digits, "_" and "-"'),
  label,
  pod: code,
  profession: z.enum(['physician', 'advanced-practice']).default('physician'),
  clinicalFte: z.number().gt(0, 'must be above 0').max(1),
  panel: z.int().min(0).max(20_000),
  caseMix: z.number().gt(0).max(10).optional(),
  sex: z.enum(['female', 'male']).optional(),
  yearsQualified: z.number().min(0).max(70).optional(),
  users: z.array(z.string().min(1).max(200)).default([]),
  identifiers: z.array(practitioner).default([]),
})

const clinic = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be of lower-case letters, digits, "_" and "-"'),
  name: label,
  since: z.iso.datetime({ offset: true }).optional(),
  timeZone: zone,
  pods: z.array(z.strictObject({ code, label })).min(1),
  providers: z.array(provider).min(1),
  visitKinds: z
    .array(
      z.strictObject({
        code,
        label,
        minutes: z.number().gt(0).max(480),
        codes: z.array(z.string().min(1).max(200)).default([]),
      }),
    )
    .min(1),
  minimumCell: z.int().min(3, 'must be at least 3: fewer people could be told apart').default(5),
  overloadRatio: z.number().min(1).max(3).default(1.375),
  practice: z
    .strictObject({
      teamInbox: z.boolean().default(false),
      refillProtocol: z.boolean().default(false),
      scribes: z.array(code).default([]),
    })
    .prefault({}),
  open: z
    .array(
      z
        .strictObject({
          days: z.array(weekday).min(1),
          from: z.number().min(0).max(1440),
          until: z.number().min(0).max(1440),
        })
        .refine(({ from, until }) => from < until, 'until must be after from'),
    )
    .default([{ days: [0, 1, 2, 3, 4], from: 480, until: 1080 }]),
  closed: z.array(z.iso.date()).default([]),
  columns: codes.default({}),
  actions: codes.default({}),
  messages: z
    .record(z.string().min(1).max(200), z.enum(['patient', 'refill', 'call', 'result', 'staff', 'system']))
    .default({}),
  rota: z
    .record(z.string().min(1).max(200), z.enum(['clinic', 'inbox', 'administration', 'teaching', 'on-call', 'leave']))
    .default({}),
})

/** A clinic whose work is followed: what the settings file says of it. See docs/connect-a-clinic.md. */
export type ClinicSettings = Readonly<z.infer<typeof clinic>>

/**
 * Reads what the clinics of this house are, from the member `clinics` of the settings file (beside `departments`); none, when it
 * has none. Throws {@link IntakeError} `malformed`, `invalid`, saying where.
 *
 * @example readClinics('{"clinics":[{"id":"north-family","name":"North family medicine","timeZone":"Europe/London",…}]}')
 */
export function readClinics(text: string): readonly ClinicSettings[] {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw wrong('malformed', 'clinics', `it is not JSON: ${(error as Error).message}`, error)
  }
  const given = (value as { clinics?: unknown } | null)?.clinics
  if (given === undefined) return []
  const parsed = z.array(clinic).safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue!.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
    const more = parsed.error.issues.length > 1 ? ` (and ${parsed.error.issues.length - 1} more)` : ''
    throw wrong('invalid', `clinics${path}`, `${issue!.message}${more}`)
  }
  once(parsed.data, 'clinics', ({ id }) => [id])
  for (const [i, each] of parsed.data.entries()) checkClinic(each, `clinics[${i}]`)
  return parsed.data
}

/** What no schema says: every name stands for one thing, and names that are used are given. */
function checkClinic({ pods, providers, visitKinds, practice }: ClinicSettings, at: string): void {
  once(pods, `${at}.pods`, ({ code }) => [code])
  once(providers, `${at}.providers`, ({ code }) => [code])
  once(providers, `${at}.providers`, ({ users }) => users.map(sameUser), 'users')
  once(providers, `${at}.providers`, ({ identifiers }) => identifiers.map(sameIdentifier), 'identifiers')
  once(visitKinds, `${at}.visitKinds`, ({ code, codes }) => new Set([code, ...codes]))
  for (const [i, { pod }] of providers.entries())
    if (!pods.some(({ code }) => code === pod))
      throw wrong('invalid', `${at}.providers[${i}].pod`, `there is no pod "${pod}"`)
  for (const [i, scribe] of practice.scribes.entries())
    if (!providers.some(({ code }) => code === scribe))
      throw wrong('invalid', `${at}.practice.scribes[${i}]`, `there is no provider "${scribe}"`)
}

function once<T>(items: readonly T[], at: string, namesOf: (item: T) => Iterable<string>, member?: string): void {
  const taken = new Map<string, number>()
  for (const [i, item] of items.entries())
    for (const name of namesOf(item)) {
      const first = taken.get(name)
      if (first !== undefined)
        throw wrong('invalid', `${at}[${i}]${member ? `.${member}` : ''}`, `"${name}" is that of ${at}[${first}] too`)
      taken.set(name, i)
    }
}

/** Login ids are the same whatever their case, as directories have them. */
export function sameUser(user: string): string {
  return user.trim().toLowerCase()
}

export function sameIdentifier({ system, value }: { readonly system?: string | undefined; readonly value: string }) {
  return system === undefined ? value : `${system}|${value}`
}

/** What a clinic consists of, as it is recorded on its stream: nothing of how messages name its people. */
export function clinicLayoutOf(clinic: ClinicSettings): ClinicLayoutDetail {
  const { name, timeZone, pods, minimumCell, overloadRatio, practice } = clinic
  return JSON.parse(
    JSON.stringify({
      name,
      timeZone,
      pods,
      providers: clinic.providers.map(({ code: provider, users: _, identifiers: __, ...each }) => ({
        provider,
        ...each,
      })),
      visitKinds: clinic.visitKinds.map(({ codes: _, ...kind }) => kind),
      minimumCell,
      overloadRatio,
      practice,
    }),
  ) as ClinicLayoutDetail
}

function wrong(code: 'malformed' | 'invalid', location: string, message: string, cause?: unknown): IntakeError {
  return new IntakeError(
    code,
    `the clinics cannot be read: ${location}: ${message}`,
    { location, expected: 'what docs/connect-a-clinic.md says of clinics', mend: `correct ${location} in the file` },
    cause === undefined ? undefined : { cause },
  )
}
