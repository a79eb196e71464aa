import type { EquationKind, ModelDescription, ModelEquation } from '@counterpart/dynamics'

/** What `counterpart model check` says to a person. */
export function describedInWords(described: ModelDescription): string {
  const { name, source, identity, timeUnit, states, parameters, unknowns, events, unitFindings, warnings } = described
  const written = { antimony: 'Antimony', sbml: 'SBML', cellml: 'CellML' }[source.format]
  const findings = unitFindings.map(
    ({ severity, message, place }) => `${severity}: ${place ? `line ${place.line}: ` : ''}${message}`,
  )
  return [
    `${printable(name)} (${written} ${source.version})`,
    `identity ${identity}`,
    ...(timeUnit === undefined ? [] : [`time in ${printable(timeUnit)}`]),
    ...block('states', table(states)),
    ...block(
      'parameters',
      table(parameters, ({ computed, discrete }) =>
        [computed ? 'follows from others' : '', discrete ? 'changed by events' : ''].filter(Boolean).join(', '),
      ),
    ),
    ...block('solved for', unknowns),
    ...block('events', events),
    ...(findings.length === 0 ? ['units: nothing found'] : block('units', findings)),
    ...(warnings.length === 0 ? ['warnings: none'] : block('warnings', warnings)),
  ].join('\n')
}

/** What `counterpart model equations` says to a person. */
export function equationsInWords(all: readonly ModelEquation[], kinds: readonly EquationKind[]): string {
  return kinds
    .flatMap((kind) => {
      const lines = all
        .filter((each) => each.kind === kind)
        .map(({ symbol, label, text }) => (label === '' || label === symbol ? text : `${text}    # ${label}`))
      return block(headings[kind], lines)
    })
    .join('\n')
}

const headings: Readonly<Record<EquationKind, string>> = {
  function: 'functions',
  definition: 'definitions',
  reaction: 'reactions',
  rate: 'rates of change',
  algebraic: 'equations to be solved',
  event: 'events',
  constraint: 'constraints',
  initial: 'initial values',
  constant: 'constants',
}

function block(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  ${printable(line).replaceAll('\n', '\n  ')}`)]
}

type Row = ModelDescription['states'][number]

function table<R extends Row>(rows: readonly R[], note: (row: R) => string = () => ''): string[] {
  const symbolWidth = Math.max(0, ...rows.map(({ symbol }) => symbol.length))
  const values = rows.map(({ value, unit }) => `${value}${unit ? ` ${unit}` : ''}`)
  const valueWidth = Math.min(24, Math.max(0, ...values.map(({ length }) => length)))
  return rows.map((row, i) => {
    const about = [row.label === row.symbol ? '' : row.label, note(row)].filter(Boolean).join('; ')
    return `${row.symbol.padEnd(symbolWidth)}  ${values[i]!.padEnd(valueWidth)}  ${about}`.trimEnd()
  })
}

/** Text from a model's file, without what could steer a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g, ' ')
}
