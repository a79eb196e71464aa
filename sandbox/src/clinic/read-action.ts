import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { SandboxError } from '../errors.ts'
import { type ClinicAction, type ClinicActionName, clinicActionSystem, clinicActions } from './actions.ts'

/** What a Task asks of a clinic: to change how it works, or to change back. */
export interface ClinicRequest {
  readonly wants: 'start' | 'stop'
  readonly action: ClinicAction
}

const starting = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress'])
const stopping = new Set(['rejected', 'cancelled', 'on-hold', 'failed', 'entered-in-error', 'completed'])

/** Whether a resource asks something of a clinic. */
export function isClinicTask(body: JsonObject): boolean {
  return codeIn(body) !== undefined
}

/**
 * Reads what a Task with a code of `urn:counterpart:clinic-action` asks for: dose as `valueQuantity`, pods and providers as
 * `valueString` of inputs of type `on`. Throws {@link SandboxError} `order-refused` with what is wrong and how to mend it.
 */
export function readClinicTask(
  id: string,
  body: JsonObject,
  clinic: SubjectId,
  parts: ReadonlySet<string>,
): ClinicRequest {
  const refuse = (what: string): never => {
    throw new SandboxError('order-refused', `Task/${id}: ${what}`)
  }
  if (body.id !== id) refuse(`id in the resource is ${JSON.stringify(body.id)}; it must be the id in the URL, "${id}"`)
  const status = typeof body.status === 'string' ? body.status : ''
  if (!starting.has(status) && !stopping.has(status))
    refuse(`status ${JSON.stringify(body.status)} asks for nothing; expected ${[...starting, ...stopping].join(', ')}`)
  const meant = object(object(body.for)?.identifier)?.value
  if (meant !== clinic)
    refuse(
      `it is for ${JSON.stringify(body.for)}; expected the identifier {"system": "urn:counterpart:subject", "value": "${clinic}"}`,
    )
  const code = codeIn(body) ?? ''
  if (!Object.hasOwn(clinicActions, code))
    refuse(`nobody here knows how to "${code}"; expected ${Object.keys(clinicActions).join(', ')}`)
  const name = code as ClinicActionName
  const { low, high, unit } = clinicActions[name]
  const inputs = list(body.input).flatMap((each) => {
    const input = object(each)
    return input ? [input] : []
  })
  const dose = inputs.map(({ valueQuantity }) => object(valueQuantity)?.value).find((value) => value !== undefined)
  if (typeof dose !== 'number' || !(dose >= low && dose <= high))
    return refuse(`${name} takes a quantity from ${low} to ${high} ${unit} as input; it has ${JSON.stringify(dose)}`)
  const on = inputs.flatMap(({ valueString }) => (typeof valueString === 'string' ? valueString.split(',') : []))
  const stranger = on.find((part) => !parts.has(part))
  if (stranger !== undefined) refuse(`"${stranger}" is no pod and nobody of the clinic; expected their codes`)
  const period = object(object(body.restriction)?.period) ?? {}
  const time = (value: unknown, which: string): Instant | undefined => {
    if (value === undefined || value === null) return undefined
    const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN
    return Number.isFinite(instant) ? instant : refuse(`restriction.period.${which} is ${JSON.stringify(value)}`)
  }
  const [from, until] = [time(period.start, 'start'), time(period.end, 'end')]
  if (from !== undefined && until !== undefined && until <= from) refuse('restriction.period ends before it begins')
  return {
    wants: starting.has(status) ? 'start' : 'stop',
    action: {
      id,
      name,
      dose,
      ...(on.length > 0 ? { on } : {}),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    },
  }
}

function codeIn(body: JsonObject): string | undefined {
  for (const each of list(object(body.code)?.coding)) {
    const { system, code } = object(each) ?? {}
    if (system === clinicActionSystem && typeof code === 'string') return code
  }
  return undefined
}

function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
