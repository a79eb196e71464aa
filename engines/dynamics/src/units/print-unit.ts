import type { Unit } from './unit.ts'

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
/** In the order in which units are written out of them. */
const baseUnits: readonly string[] = ['kg', 'mol', 'cd', 'item', 'm', 's', 'K', 'A']

/** Base units and their powers, such as `mol m⁻³`; `dimensionless` where there are none. */
function printDimension({ dimension }: Pick<Unit, 'dimension'>): string {
  const known = baseUnits.flatMap((base) => {
    const exponent = dimension.get(base)
    return exponent === undefined ? [] : [[base, exponent] as const]
  })
  return printPowers([...known, ...[...dimension].filter(([base]) => !baseUnits.includes(base))]) || 'dimensionless'
}

/** The author's words and what they mean: `mmol/L (mol m⁻³)`. With `scale`, the factor too: `mV (0.001 kg m² s⁻³ A⁻¹)`. */
export function printUnit(unit: Unit, { scale = false } = {}): string {
  const words = printPowers([...unit.names])
  const factor = scale && unit.factor !== 1 ? `${Number(unit.factor.toPrecision(9))} ` : ''
  const dimension = `${factor}${printDimension(unit)}`.replace(/ dimensionless$/, '')
  return words === '' || words === dimension ? dimension : `${words} (${dimension})`
}

function printPowers(powers: readonly (readonly [name: string, exponent: number])[]): string {
  const positive = powers.filter(([, exponent]) => exponent > 0)
  const negative = powers.filter(([, exponent]) => exponent < 0)
  return [...positive, ...negative].map(([name, exponent]) => `${name}${printExponent(exponent)}`).join(' ')
}

function printExponent(exponent: number): string {
  if (exponent === 1) return ''
  if (Number.isInteger(exponent)) {
    const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)] ?? digit).join('')
    return `${exponent < 0 ? '⁻' : ''}${digits}`
  }
  for (let denominator = 2; denominator <= 12; denominator++) {
    const numerator = exponent * denominator
    if (Math.abs(numerator - Math.round(numerator)) < 1e-9) return `^(${Math.round(numerator)}/${denominator})`
  }
  return `^${Number(exponent.toPrecision(6))}`
}
