import type { SummaryFigures } from '@counterpart/server/contract'

/** How numbers are written: the reader's locale. */
export interface NumberStyle {
  readonly locale?: string
}

const formats = new Map<string, Intl.NumberFormat>()

/** `value` with so many decimals; negative decimals round to tens, hundreds … A true minus sign, no "-0". */
export function formatNumber(value: number, decimals: number, style: NumberStyle & { signed?: boolean } = {}): string {
  const places = Math.max(0, Math.min(12, decimals))
  const step = decimals < 0 ? 10 ** -decimals : 1
  const rounded = decimals < 0 ? Math.round(value / step) * step : Number(value.toFixed(places))
  const key = `${style.locale ?? ''}|${places}|${style.signed ? '+' : ''}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(style.locale, {
      minimumFractionDigits: places,
      maximumFractionDigits: places,
      signDisplay: style.signed ? 'exceptZero' : 'negative',
    })
    formats.set(key, format)
  }
  return format.format(rounded).replace('-', '−')
}

/** `value` with at most so many digits that count; very small and very large ones with a power of ten. */
export function formatSignificant(value: number, digits = 5, style: NumberStyle = {}): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const notation = size !== 0 && (size < 1e-4 || size >= 1e7) ? 'scientific' : 'standard'
  const key = `${style.locale ?? ''}|s${digits}|${notation}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(style.locale, { maximumSignificantDigits: digits, notation })
    formats.set(key, format)
  }
  return format.format(value === 0 ? 0 : value).replaceAll('-', '−')
}

/** The standard deviation of a normal distribution whose 5 % and 95 % points lie this far apart. */
const widthInStandardDeviations = 2 * 1.6449

/**
 * How many decimals a value may show, given the width of its 90 % interval: the rounding rule of the Particle Data
 * Group (Review of Particle Physics, 5.3 "Rounding"): with the three leading digits of the standard deviation 100–354,
 * two of its digits count; 355–949, one; 950–999, it is taken as 1000 and two count. `atMost` caps the result.
 * Negative: round to tens, hundreds …
 */
export function decimalsFor(intervalWidth: number, atMost = 6): number {
  const deviation = Math.abs(intervalWidth) / widthInStandardDeviations
  if (!(deviation > 0) || !Number.isFinite(deviation)) return atMost
  const exponent = Math.floor(Math.log10(deviation) + 1e-12)
  const leading = Math.floor((deviation / 10 ** exponent) * 100 + 1e-9)
  // 950–999 is taken as 1000: one power of ten more, of which two digits count, which comes to the same place.
  const decimals = leading < 355 ? 1 - exponent : -exponent
  return Math.min(atMost, decimals)
}

/** A distribution as a person reads it: median and 90 % interval, all to the digits that the interval allows. */
export interface WrittenEstimate {
  readonly value: string
  readonly low: string
  readonly high: string
  readonly decimals: number
}

export function writeEstimate(
  summary: Pick<SummaryFigures, 'p05' | 'p50' | 'p95'>,
  options: NumberStyle & { digits?: number; signed?: boolean; factor?: number } = {},
): WrittenEstimate {
  const factor = options.factor ?? 1
  const decimals = decimalsFor((summary.p95 - summary.p05) * factor, options.digits ?? 6)
  const write = (value: number) => formatNumber(value * factor, decimals, options)
  return { value: write(summary.p50), low: write(summary.p05), high: write(summary.p95), decimals }
}

/** "79–86", or "−3 to +2" where a dash beside a sign would be misread. */
export function writeInterval(low: string, high: string): string {
  return /^[+−]/.test(low) || /^[+−]/.test(high) ? `${low} to ${high}` : `${low}–${high}`
}

/**
 * A probability as a whole per cent; never "0 %" or "100 %" of something that is not certain. `sampled`: a share of the
 * members of an ensemble, so that even all of them make no certainty.
 */
export function writeProbability(probability: number, style: NumberStyle & { sampled?: boolean } = {}): string {
  if ((probability > 0 || style.sampled) && probability < 0.01) return `<${formatNumber(1, 0, style)} %`
  if ((probability < 1 || style.sampled) && probability > 0.99) return `>${formatNumber(99, 0, style)} %`
  return `${formatNumber(probability * 100, 0, style)} %`
}

export function writeBytes(bytes: number, style: NumberStyle = {}): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let index = 0
  let value = bytes
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000
    index += 1
  }
  return `${formatNumber(value, index === 0 || value >= 100 ? 0 : 1, style)} ${units[index]}`
}
