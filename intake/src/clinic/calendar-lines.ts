import { IntakeError } from '../errors.ts'

/** A property of an iCalendar object (RFC 5545, 3.1): name and parameters in capitals, the value as it stands. */
export interface Property {
  readonly line: number
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly value: string
}

/** One `BEGIN … END` of it. */
export interface Component {
  readonly line: number
  readonly name: string
  readonly properties: readonly Property[]
  readonly components: readonly Component[]
}

const deepest = 4

/** Unfolds and nests the lines of a calendar. Throws {@link IntakeError} `malformed`, naming the line. */
export function readComponent(text: string): Component {
  type Open = { line: number; name: string; properties: Property[]; components: Component[] }
  const open: Open[] = []
  let whole: Component | undefined
  for (const property of propertiesIn(text)) {
    const { name, value, line } = property
    const of = value.trim().toUpperCase()
    if (whole) throw unreadable(line, 'something follows END:VCALENDAR')
    if (name === 'BEGIN') {
      if (open.length === deepest) throw unreadable(line, 'it is nested too deep')
      if (open.length === 0 && of !== 'VCALENDAR') throw unreadable(line, 'it does not begin with BEGIN:VCALENDAR')
      open.push({ line, name: of, properties: [], components: [] })
    } else if (name === 'END') {
      const ended = open.pop()
      if (ended?.name !== of) throw unreadable(line, `END:${of.slice(0, 40)} ends nothing that is open`)
      const within = open.at(-1)
      if (within) within.components.push(ended)
      else whole = ended
    } else {
      const within = open.at(-1)
      if (!within) throw unreadable(line, 'it does not begin with BEGIN:VCALENDAR')
      within.properties.push(property)
    }
  }
  if (!whole) throw unreadable(open[0]?.line ?? 1, 'it is cut off, or no calendar')
  return whole
}

function* propertiesIn(text: string): Generator<Property> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  for (let i = 0; i < lines.length; ) {
    const line = i + 1
    let unfolded = lines[i++]!
    while (i < lines.length && /^[ \t]/.test(lines[i]!)) unfolded += lines[i++]!.slice(1)
    if (unfolded.trim() !== '') yield propertyOf(unfolded, line)
  }
}

function propertyOf(text: string, line: number): Property {
  const name = /^[A-Za-z0-9-]+/.exec(text)?.[0]
  if (name === undefined) throw unreadable(line, 'it does not begin with the name of a property')
  const parameters: Record<string, string> = {}
  let at = name.length
  while (text[at] === ';') {
    const match = /^;([A-Za-z0-9-]+)=("[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*/.exec(text.slice(at))
    if (!match) throw unreadable(line, `a parameter of ${name} cannot be read`)
    parameters[match[1]!.toUpperCase()] = match[2]!.replace(/^"|"$/g, '')
    at += match[0].length
  }
  if (text[at] !== ':') throw unreadable(line, `${name} has no value`)
  return { line, name: name.toUpperCase(), parameters, value: text.slice(at + 1) }
}

export function unreadable(line: number, message: string, expected = 'an iCalendar object (RFC 5545)'): IntakeError {
  return new IntakeError('malformed', `the calendar cannot be read: line ${line}: ${message}`, {
    location: `line ${line}`,
    expected,
    mend: `correct line ${line}`,
  })
}

/** Something that the standard has and this house does not take. */
export function untaken(line: number, what: string, expected: string): IntakeError {
  return new IntakeError('not-supported', `the calendar cannot be taken in: line ${line}: ${what} is not taken`, {
    location: `line ${line}`,
    expected,
    mend: 'export it without that, or send the rota as CSV',
  })
}
