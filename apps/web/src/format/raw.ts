/** A raw message, in the form in which people read it. */
export interface PrettyMessage {
  readonly kind: 'hl7v2' | 'json' | 'text'
  /** hl7v2: one entry per segment with its fields numbered as the standard numbers them. */
  readonly segments?: readonly {
    readonly name: string
    readonly fields: readonly { readonly position: string; readonly value: string }[]
  }[]
  readonly text: string
}

/** Chooses by looking at the text: HL7 v2 begins with MSH, FHIR and readings are JSON. */
export function prettyMessage(text: string): PrettyMessage {
  const trimmed = withoutFrame(text).trim()
  if (/^MSH[^A-Za-z0-9\s]/.test(trimmed)) {
    const separator = trimmed[3]!
    const lines = trimmed.split(/\r\n|\r|\n/).filter((line) => line !== '')
    return { kind: 'hl7v2', text: lines.join('\n'), segments: lines.map((line) => segmentOf(line, separator)) }
  }
  if (/^[[{]/.test(trimmed)) {
    try {
      return { kind: 'json', text: JSON.stringify(JSON.parse(trimmed), null, 2) }
    } catch {
      // Not JSON after all: shown as it came.
    }
  }
  return { kind: 'text', text }
}

/** Takes MLLP's start and end marks (0x0B … 0x1C 0x0D) off, where they are still on. */
export function withoutFrame(text: string): string {
  const start = text.startsWith('\u000b') ? 1 : 0
  const end = text.lastIndexOf('\u001c')
  return end >= 0 ? text.slice(start, end) : text.slice(start)
}

function segmentOf(line: string, separator: string) {
  const [name = '', ...values] = line.split(separator)
  // MSH-1 is the separator itself, so the first value after it is MSH-2 (HL7 v2.x, chapter 2, MSH).
  const first = name === 'MSH' ? 2 : 1
  const fields = values
    .map((value, index) => ({ position: `${name}-${index + first}`, value }))
    .filter((field) => field.value !== '')
  return { name, fields: name === 'MSH' ? [{ position: 'MSH-1', value: separator }, ...fields] : fields }
}
