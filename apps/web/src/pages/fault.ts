import { withoutFrame } from '../format/raw.ts'

/** A part of a message, marked. */
export interface Fault {
  readonly before: string
  readonly marked: string
  readonly after: string
  readonly line: number
}

/**
 * Finds in a raw message what a location names: an HL7 v2 segment or field (`OBX[2]-5`, `PID-3.1`), a JSON pointer or
 * FHIRPath-like name (`/entry/0/resource/status`, `Observation.valueQuantity.unit`), or a character offset
 * (`offset 120`). Undefined when it cannot be found: then the whole message is shown unmarked.
 */
export function locateFault(body: string, location: string | null): Fault | undefined {
  if (!location) return undefined
  const hl7 = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:[-.](\d+))?/.exec(location)
  if (hl7 && withoutFrame(body).startsWith('MSH'))
    return inSegment(body, hl7[1]!, Number(hl7[2] ?? 1), hl7[3] ? Number(hl7[3]) : undefined)
  const offset = /(?:offset|position|byte|char(?:acter)?)\s*:?\s*(\d+)/i.exec(location)
  if (offset) return around(body, Number(offset[1]), Number(offset[1]) + 1)
  const names = location
    .split(/[/.]/)
    .map((part) => part.replace(/\[\d+\]$/, ''))
    .filter((part) => part && !/^\d+$/.test(part))
  let from = 0
  let found: readonly [number, number] | undefined
  for (const name of names) {
    const at = body.indexOf(`"${name}"`, from)
    if (at >= 0) {
      found = [at, endOfLine(body, at)]
      from = at
    }
  }
  return found ? around(body, found[0], found[1]) : undefined
}

function inSegment(body: string, name: string, nth: number, field: number | undefined): Fault | undefined {
  let seen = 0
  let start = body.startsWith('\u000b') ? 1 : 0
  while (start < body.length) {
    const end = endOfLine(body, start)
    if (body.startsWith(name, start)) {
      seen += 1
      if (seen === nth) {
        if (field === undefined) return around(body, start, end)
        const separator = body[body.indexOf('MSH') + 3] ?? '|'
        // MSH-1 is the separator itself (HL7 v2.x, chapter 2).
        const steps = name === 'MSH' ? field - 1 : field
        let at = start
        for (let step = 0; step < steps; step += 1) {
          const next = body.indexOf(separator, at)
          if (next < 0 || next >= end) return around(body, start, end)
          at = next + 1
        }
        const close = body.indexOf(separator, at)
        return around(body, at, close < 0 || close > end ? end : close)
      }
    }
    start = end + (body.startsWith('\r\n', end) ? 2 : 1)
  }
  return undefined
}

function endOfLine(body: string, from: number): number {
  const match = /[\r\n]/.exec(body.slice(from))
  return match ? from + match.index : body.length
}

function around(body: string, from: number, to: number): Fault {
  const start = Math.max(
    0,
    body.lastIndexOf('\n', body.lastIndexOf('\n', from) - 1),
    body.lastIndexOf('\r', body.lastIndexOf('\r', from) - 1),
  )
  const end = endOfLine(body, Math.min(body.length, endOfLine(body, to) + 1))
  return {
    before: body.slice(start, from).replace(/\r\n?/g, '\n').replace(/^\n/, '').slice(-400),
    marked: body.slice(from, to).slice(0, 400),
    after: body.slice(to, end).replace(/\r\n?/g, '\n').slice(0, 400),
    line: body.slice(0, from).split(/\r\n|\r|\n/).length,
  }
}
