import type { Json, JsonObject } from '@counterpart/kernel'
import { ThreadError } from './errors.ts'
import type { NewEvent } from './port.ts'

// Deep enough for any FHIR resource (the deepest published example has 19 levels), shallow enough for any stack.
const deepest = 128

/** The content of an event as it is sealed: the idempotency key, a newline, the payload; both JSON, so neither has one. */
export function contentText(event: NewEvent): string {
  return `${JSON.stringify(event.idempotencyKey)}\n${JSON.stringify(event.payload)}`
}

/** Takes {@link contentText} apart. */
export function parseContent(text: string): { readonly idempotencyKey: string; readonly payload: JsonObject } {
  const newline = text.indexOf('\n')
  return { idempotencyKey: JSON.parse(text.slice(0, newline)), payload: JSON.parse(text.slice(newline + 1)) }
}

/** Throws {@link ThreadError} `event-invalid` unless the event can be kept exactly as it is handed in. */
export function checkEvent(event: NewEvent, index: number): void {
  const wrong = (what: string): never => {
    throw new ThreadError('event-invalid', `event ${index} ("${event.type}" for stream "${event.stream}"): ${what}`)
  }
  if (!isName(event.stream)) wrong('stream must be 1 to 512 printable characters')
  if (!isName(event.type)) wrong('type must be 1 to 512 printable characters')
  if (!Number.isSafeInteger(event.effective)) wrong(`effective must be whole milliseconds, not ${event.effective}`)
  if (typeof event.idempotencyKey !== 'string' || event.idempotencyKey.length === 0)
    wrong('idempotencyKey must not be empty')
  if (!event.idempotencyKey.isWellFormed()) wrong('idempotencyKey must be well-formed Unicode')
  if (
    event.subject !== null &&
    !/^(patient|department|clinic|population|provider)\/[A-Za-z0-9._-]{1,200}$/.test(event.subject)
  )
    wrong(`subject "${event.subject}" must be like "patient/7f3a"`)
  if (typeof event.payload !== 'object' || event.payload === null || Array.isArray(event.payload))
    wrong('payload must be a JSON object')
  checkJson(event.payload, 0, '', wrong)
  for (const source of event.derivedFrom ?? []) {
    const own = /^#(\d+)$/.exec(source)
    if (own !== null ? Number(own[1]) >= index : parseEventId(source) === undefined)
      wrong(
        `derivedFrom "${source}" must be an event's id like "patient/7f3a@12", or "#n" for an earlier event of the same append`,
      )
  }
  const { madeBy } = event
  if (madeBy !== undefined && ![madeBy.definition, madeBy.version, madeBy.seed ?? '-'].every(isName))
    wrong('madeBy: definition, version and seed must be 1 to 512 printable characters')
}

/** Takes an event's identifier apart; `undefined` when `text` is not one. */
export function parseEventId(text: string): { readonly stream: string; readonly sequence: number } | undefined {
  const at = text.lastIndexOf('@')
  const sequence = Number(text.slice(at + 1))
  const stream = text.slice(0, at)
  return at > 0 && isName(stream) && Number.isSafeInteger(sequence) && sequence > 0 ? { stream, sequence } : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const control = /[\u0000-\u001f\u007f]/

function isName(text: unknown): boolean {
  return typeof text === 'string' && text.length > 0 && text.length <= 512 && !control.test(text) && text.isWellFormed()
}

/** JSON.stringify would write NaN as null and leave functions out: a record must not change on its way in. */
function checkJson(value: Json | undefined, depth: number, path: string, wrong: (what: string) => never): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return
    case 'number':
      if (!Number.isFinite(value)) wrong(`payload${path} is ${value}, which JSON cannot hold; leave it out or use null`)
      return
    case 'object':
      if (value === null) return
      if (depth === deepest) wrong(`payload is nested deeper than ${deepest} levels at ${path.slice(0, 80)}…`)
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) {
          if (value[i] === undefined) wrong(`payload${path}[${i}] is undefined; use null`)
          checkJson(value[i], depth + 1, `${path}[]`, wrong)
        }
        return
      }
      if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
        wrong(`payload${path} is not plain data (${value.constructor?.name ?? 'object'})`)
      for (const key in value) checkJson((value as JsonObject)[key], depth + 1, `${path}.${key}`, wrong)
      return
    default:
      wrong(`payload${path} is a ${typeof value}, which JSON cannot hold`)
  }
}
