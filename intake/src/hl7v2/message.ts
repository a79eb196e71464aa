import { IntakeError } from '../errors.ts'

/** The characters that part a message, from MSH-1 and MSH-2 (HL7 v2.5.1 chapter 2.5.4). */
export interface Delimiters {
  readonly field: string
  readonly component: string
  readonly repetition: string
  readonly escaping: string
  readonly subcomponent: string
}

export const usualDelimiters: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escaping: '\\',
  subcomponent: '&',
}

/** Components, each a list of subcomponents, unescaped. Always at least one of each. */
export type Repetition = readonly (readonly string[])[]
/** Repetitions of a field. Always at least one; an absent field is one empty repetition. */
export type Field = readonly Repetition[]

export interface Segment {
  /** `PID`, `OBX`, `ZXX` … */
  readonly name: string
  /** `fields[0]` is field 1. For MSH, field 1 is the field separator and field 2 the encoding characters. */
  readonly fields: readonly Field[]
}

export interface Hl7Message {
  readonly delimiters: Delimiters
  readonly segments: readonly Segment[]
}

/** Values (fields, repetitions, components, subcomponents) that a message may have before it is taken for an attack. */
const mostValues = 200_000

/**
 * Reads a message in the "vertical bar" encoding. Segments may end in CR (the standard), LF or CRLF; fields cut off at
 * the end of a segment count as absent. Throws {@link IntakeError} `malformed` or `too-large`.
 */
export function parseMessage(text: string): Hl7Message {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const first = lines.findIndex((line) => line.trim() !== '')
  const header = lines[first]
  if (header === undefined) throw malformed('the message is empty', 'MSH')
  const delimiters = delimitersOf(header)
  if (countValues(text, delimiters) > mostValues)
    throw new IntakeError('too-large', `the message has more than ${mostValues} values`, {
      expected: `at most ${mostValues} fields, repetitions, components and subcomponents`,
      mend: 'send it in several messages',
    })
  const segments = lines
    .slice(first)
    .map((line, i) => ({ line: line.trimEnd(), number: first + i + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => parseSegment(line, delimiters, number))
  const second = segments.findIndex(({ name }, i) => i > 0 && name === 'MSH')
  if (second > 0)
    throw malformed('there is a second MSH segment', `MSH[2]`, 'one message in each frame', 'send the messages singly')
  return { delimiters, segments }
}

/** Writes a message: the inverse of {@link parseMessage}. Segments end in CR. */
export function serialiseMessage({ segments, delimiters }: Hl7Message): string {
  return segments.map((segment) => `${serialiseSegment(segment, delimiters)}\r`).join('')
}

/** One value; `''` when it is absent. Positions count from 1, as in the standard: `valueAt(pid, 5, 2)` is PID-5.2. */
export function valueAt(segment: Segment | undefined, field: number, component = 1, subcomponent = 1): string {
  return segment?.fields[field - 1]?.[0]?.[component - 1]?.[subcomponent - 1] ?? ''
}

/** The repetitions of a field that hold anything. */
export function repetitionsOf(segment: Segment | undefined, field: number): readonly Repetition[] {
  return (segment?.fields[field - 1] ?? []).filter((repetition) => repetition.some((c) => c.some((s) => s !== '')))
}

/** One value of a repetition, e.g. `partOf(cx, 4, 2)` is CX.4.2. */
export function partOf(repetition: Repetition | undefined, component: number, subcomponent = 1): string {
  return repetition?.[component - 1]?.[subcomponent - 1] ?? ''
}

/** A segment from plain values: `segment('MSA', 'AA', 'id')`; a list stands for components. */
export function segment(name: string, ...fields: readonly (string | readonly string[])[]): Segment {
  return {
    name,
    fields: fields.map((field) => [(typeof field === 'string' ? [field] : field).map((component) => [component])]),
  }
}

function delimitersOf(header: string): Delimiters {
  const name = header.slice(0, 3)
  if (name === 'FHS' || name === 'BHS')
    throw new IntakeError('not-supported', `this is a batch (${name}), and batches are not taken`, {
      location: name,
      expected: 'a single message that begins with MSH',
      mend: 'send the messages of the batch one by one',
    })
  if (name !== 'MSH')
    throw malformed(
      'the message does not begin with MSH',
      'MSH',
      'MSH|^~\\&|…',
      'check what the sender puts in the frame',
    )
  const field = header[3] ?? ''
  const encoding = header.slice(4).split(field === '' ? '|' : field, 1)[0] ?? ''
  const [component, repetition, escaping, subcomponent] = encoding
  const all = [field, component, repetition, escaping, subcomponent]
  // Fewer than four encoding characters are allowed where no value needs the others (2.5.4); the usual ones stand in.
  const chosen = [
    field,
    component ?? usualDelimiters.component,
    repetition ?? usualDelimiters.repetition,
    escaping ?? usualDelimiters.escaping,
    subcomponent ?? usualDelimiters.subcomponent,
  ] as const
  const bad = all.some((c) => c !== undefined && !/^[!-/:-@[-`{-~]$/.test(c)) || new Set(chosen).size < 5
  if (bad || encoding.length > 5)
    throw malformed('MSH-1 and MSH-2 do not name five different delimiters', 'MSH-2', '|^~\\&', 'begin with MSH|^~\\&|')
  return { field, component: chosen[1], repetition: chosen[2], escaping: chosen[3], subcomponent: chosen[4] }
}

/** Escape sequences count too: each of them costs as much as a value. */
function countValues(text: string, delimiters: Delimiters): number {
  const codes = [...Object.values(delimiters), '\r', '\n'].map((c: string) => c.charCodeAt(0))
  let count = 0
  for (let i = 0; i < text.length; i++) if (codes.includes(text.charCodeAt(i))) count++
  return count
}

function parseSegment(line: string, delimiters: Delimiters, number: number): Segment {
  const name = line.slice(0, 3)
  const proper = /^[A-Z][A-Z0-9]{2}$/.test(name) && (line.length === 3 || line[3] === delimiters.field)
  if (!proper)
    throw malformed(
      `line ${number} is not a segment`,
      `line ${number}`,
      `three capitals and "${delimiters.field}"`,
      'escape line breaks inside a field as \\.br\\ or \\X0D\\',
    )
  const raw = line.split(delimiters.field).slice(1)
  const parse = (field: string): Field =>
    field
      .split(delimiters.repetition)
      .map((repetition) =>
        repetition
          .split(delimiters.component)
          .map((component) =>
            component.split(delimiters.subcomponent).map((value) => unescapeValue(value, delimiters)),
          ),
      )
  if (name !== 'MSH') return { name, fields: raw.map(parse) }
  return { name, fields: [[[[delimiters.field]]], [[[raw[0] ?? '']]], ...raw.slice(1).map(parse)] }
}

function serialiseSegment({ name, fields }: Segment, delimiters: Delimiters): string {
  const write = (field: Field): string =>
    field
      .map((repetition) =>
        repetition
          .map((component) => component.map((v) => escapeValue(v, delimiters)).join(delimiters.subcomponent))
          .join(delimiters.component),
      )
      .join(delimiters.repetition)
  const { field, component, repetition, escaping, subcomponent } = delimiters
  if (name === 'MSH')
    return [`MSH${field}${component}${repetition}${escaping}${subcomponent}`, ...fields.slice(2).map(write)].join(field)
  return [name, ...fields.map(write)].join(field)
}

/** Escape sequences of HL7 v2.5.1 chapter 2.7. Highlighting is dropped; sequences of others' making stay as they are. */
function unescapeValue(value: string, { field, component, repetition, escaping, subcomponent }: Delimiters): string {
  if (!value.includes(escaping)) return value
  const meanings = new Map([
    ['F', field],
    ['S', component],
    ['R', repetition],
    ['E', escaping],
    ['T', subcomponent],
    ['H', ''],
    ['N', ''],
    ['.br', '\n'],
  ])
  let out = ''
  let at = 0
  for (;;) {
    const open = value.indexOf(escaping, at)
    const close = open < 0 ? -1 : value.indexOf(escaping, open + 1)
    if (close < 0) return out + value.slice(at)
    const sequence = value.slice(open + 1, close)
    const meaning = meanings.get(sequence) ?? hexadecimal(sequence)
    out += value.slice(at, open) + (meaning ?? value.slice(open, close + 1))
    at = close + 1
  }
}

/** `X0D0A`: bytes in hexadecimal. Read as UTF-8 where they are, else as Latin-1. */
function hexadecimal(sequence: string): string | undefined {
  if (!sequence.startsWith('X') || !/^X([0-9A-Fa-f]{2})+$/.test(sequence)) return undefined
  const bytes = Uint8Array.from(sequence.slice(1).match(/../g)!, (pair) => Number.parseInt(pair, 16))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return String.fromCharCode(...bytes)
  }
}

function escapeValue(value: string, { field, component, repetition, escaping, subcomponent }: Delimiters): string {
  const letters = new Map([
    [field, 'F'],
    [component, 'S'],
    [repetition, 'R'],
    [escaping, 'E'],
    [subcomponent, 'T'],
  ])
  let out = ''
  let at = 0
  const trailing = value.trimEnd().length
  const isLast = () => at >= trailing
  for (const character of value) {
    const letter = letters.get(character)
    const code = character.codePointAt(0)!
    if (letter) out += escaping + letter + escaping
    // Control characters would end a segment or a frame; a blank at the end of a segment would be lost.
    else if (code < 0x20 || isBlank(character) || (character === ' ' && isLast()))
      out += `${escaping}X${Buffer.from(character, 'utf8').toString('hex').toUpperCase()}${escaping}`
    else out += character
    at += character.length
  }
  return out
}

function isBlank(character: string): boolean {
  return character !== ' ' && /\s/.test(character)
}

function malformed(message: string, location: string, expected = '', mend = ''): IntakeError {
  return new IntakeError('malformed', message, { location, expected, mend })
}
