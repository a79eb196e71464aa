import type { GroupsPicture } from '../contract/index.ts'

/** A table of groups as CSV (RFC 4180): one line for each group and indicator; what may not be told has no figure. */
export function groupsCsv({ groups, indicators }: GroupsPicture): string {
  const lines = groups.flatMap((group) =>
    indicators.map(({ name, label, unit }) => {
      const value = group.values[name]
      return [
        group.name,
        group.label,
        name,
        label,
        unit,
        group.n,
        value?.estimate,
        value?.low,
        value?.high,
        value?.completeness,
        value?.suppressed,
      ]
    }),
  )
  return [header, ...lines].map((fields) => `${fields.map(field).join(',')}\r\n`).join('')
}

const header = [
  'group',
  'label',
  'measure',
  'measure_label',
  'unit',
  'people',
  'estimate',
  'low90',
  'high90',
  'completeness',
  'suppressed',
]

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  // A spreadsheet would run what begins like a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
