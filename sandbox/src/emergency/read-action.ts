import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { SandboxError } from '../errors.ts'
import { type ActionName, type DepartmentAction, departmentActionSystem, departmentActions } from './actions.ts'

/** What a Task asks of a department: to do something, or to stop it. */
export interface ActionRequest {
  readonly wants: 'start' | 'stop'
  readonly action: DepartmentAction
}

/** Statuses as in `orders.ts`: whether the desk shall set about it, or leave it. */
const starting = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress'])
const stopping = new Set(['rejected', 'cancelled', 'on-hold', 'failed', 'entered-in-error', 'completed'])

/** Whether a resource asks something of a department rather than for a patient. */
export function isDepartmentTask(body: JsonObject): boolean {
  return codeIn(body) !== undefined
}

/**
 * Reads what a Task with a code of `urn:counterpart:department-action` asks for. Throws {@link SandboxError}
 * `order-refused` with what is wrong and how to mend it: unknown action, department or status, an impossible dose or time.
 */
export function readDepartmentTask(id: string, body: JsonObject, department: SubjectId): ActionRequest {
  const refuse = (what: string): never => {
    throw new SandboxError('order-refused', `Task/${id}: ${what}`)
  }
  if (body.id !== id) refuse(`id in the resource is ${JSON.stringify(body.id)}; it must be the id in the URL, "${id}"`)
  const status = typeof body.status === 'string' ? body.status : ''
  if (!starting.has(status) && !stopping.has(status))
    refuse(`status ${JSON.stringify(body.status)} asks for nothing; expected ${[...starting, ...stopping].join(', ')}`)
  const meant = object(object(body.for)?.identifier)?.value
  if (meant !== department)
    refuse(
      `it is for ${JSON.stringify(body.for)}; expected the identifier {"system": "urn:counterpart:subject", "value": "${department}"}`,
    )
  const code = codeIn(body) ?? ''
  if (!Object.hasOwn(departmentActions, code))
    refuse(`nobody here knows how to "${code}"; expected ${Object.keys(departmentActions).join(', ')}`)
  const name = code as ActionName
  const { low, high } = departmentActions[name]
  const quantity = list(body.input)
    .map((input) => object(object(input)?.valueQuantity))
    .find((each) => each !== undefined)
  const dose = quantity?.value
  if (typeof dose !== 'number' || !(dose >= low && dose <= high))
    return refuse(`${name} takes a quantity from ${low} to ${high} as input; it has ${JSON.stringify(dose)}`)
  const unit = quantity?.code ?? quantity?.unit
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
      ...(typeof unit === 'string' ? { unit } : {}),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    },
  }
}

function codeIn(body: JsonObject): string | undefined {
  for (const each of list(object(body.code)?.coding)) {
    const { system, code } = object(each) ?? {}
    if (system === departmentActionSystem && typeof code === 'string') return code
  }
  return undefined
}

function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
