import { IntakeError } from './errors.ts'

/** Turns values from one UCUM unit into another. Made by {@link loadUnits}. */
export interface Units {
  /**
   * `value` in `to`. Throws {@link IntakeError} `unit-invalid` when `from` is no unit, `unit-dimension` when it
   * measures another kind of quantity. `molecularWeight` (g/mol) lets amounts of substance become masses.
   */
  convert(value: number, from: string, to: string, molecularWeight?: number): number
  /** The UCUM way of writing a unit as it was sent, or `undefined` when there is none. */
  ucumOf(sent: string): string | undefined
  /** Whether a bare number on a channel in this unit could as well be in another common unit. */
  ambiguousWithoutUnit(unit: string): boolean
}

/** Longest unit that is looked at: the longest in common use have some 30 characters. */
const longestUnit = 64

/** Ways of writing units that are common in HL7 v2 messages and are not UCUM. */
const synonyms: Readonly<Record<string, string>> = {
  mmhg: 'mm[Hg]',
  'mm hg': 'mm[Hg]',
  'mm(hg)': 'mm[Hg]',
  cmh2o: 'cm[H2O]',
  bpm: '/min',
  'beats/min': '/min',
  'beats/minute': '/min',
  'breaths/min': '/min',
  'br/min': '/min',
  '1/min': '/min',
  '/minute': '/min',
  rpm: '/min',
  c: 'Cel',
  '°c': 'Cel',
  degc: 'Cel',
  'deg c': 'Cel',
  celsius: 'Cel',
  f: '[degF]',
  '°f': '[degF]',
  degf: '[degF]',
  'deg f': '[degF]',
  fahrenheit: '[degF]',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  lbm: '[lb_av]',
  in: '[in_i]',
  inch: '[in_i]',
  inches: '[in_i]',
  ft: '[ft_i]',
  percent: '%',
  mcg: 'ug',
  µg: 'ug',
  'mcg/kg/min': 'ug/kg/min',
  'µmol/l': 'umol/L',
  'l/min/m²': 'L/min/m2',
  'iu/l': '[iU]/L',
  'k/ul': '10*3/uL',
  'x10e3/ul': '10*3/uL',
  'x10e9/l': '10*9/L',
  sec: 's',
  secs: 's',
  mins: 'min',
  hr: 'h',
  hrs: 'h',
  cc: 'mL',
}

/**
 * Kinds of quantity in which two units are so common that a bare number cannot be read: temperature (°C, °F), mass
 * (kg, lb), length (cm, in, m), mass and substance concentration (mg/dL, mmol/L).
 */
const ambiguousKinds = ['Cel', 'kg', 'm', 'g/L', 'mol/L']

interface Linear {
  readonly factor: number
  readonly offset: number
}

type Conversion = Linear | ((value: number) => number) | IntakeError

/** Loads the UCUM tables (some 30 ms) and returns the conversions, which are remembered: a pair is worked out once. */
export async function loadUnits(): Promise<Units> {
  const { UcumLhcUtils } = await import('@lhncbc/ucum-lhc')
  const ucum = UcumLhcUtils.getInstance()
  const known = new Map<string, Conversion>()
  const codes = new Map<string, string | undefined>()
  const ambiguous = new Map<string, boolean>()

  const attempt = (value: number, from: string, to: string, molecularWeight?: number): number | undefined => {
    try {
      const { status, toVal } = ucum.convertUnitTo(from, value, to, { molecularWeight })
      return status === 'succeeded' && toVal !== null && Number.isFinite(toVal) ? toVal : undefined
    } catch {
      return undefined // the library throws on some malformed expressions
    }
  }
  const valid = (unit: string): boolean => {
    try {
      return unit.length <= longestUnit && ucum.validateUnitString(unit).status === 'valid'
    } catch {
      return false
    }
  }

  const ucumOf = (sent: string): string | undefined => {
    const unit = sent.trim()
    if (unit === '' || unit.length > longestUnit) return undefined
    return remember(codes, unit, () => (valid(unit) ? unit : synonyms[unit.toLowerCase()]))
  }

  const conversion = (from: string, to: string, molecularWeight?: number): Conversion => {
    const written = from.trim()
    if (written.length > longestUnit) return new IntakeError('unit-invalid', 'the unit is longer than any unit known')
    // "C" is UCUM's coulomb and "F" its farad: what was meant shows only against the channel's unit.
    for (const unit of [written, synonyms[written.toLowerCase()]]) {
      if (unit === undefined || !valid(unit)) continue
      const at = (value: number) => attempt(value, unit, to, molecularWeight)
      const zero = at(0)
      const one = at(1)
      const thousand = at(1000)
      if (zero === undefined || one === undefined || thousand === undefined) {
        const direct = at(7.4) // logarithmic units have no value at zero
        if (direct === undefined) continue
        return (value) => at(value) ?? Number.NaN
      }
      const factor = (thousand - zero) / 1000
      if (Math.abs(zero + factor - one) <= 1e-9 * Math.max(Math.abs(zero), Math.abs(one)))
        return { factor, offset: zero }
      return (value) => at(value) ?? Number.NaN
    }
    if (ucumOf(written) === undefined)
      return new IntakeError('unit-invalid', `"${written}" is not a unit`, {
        expected: `a UCUM unit that converts to ${to}`,
        mend: `send the value in ${to}, or write its unit as UCUM does (https://ucum.org)`,
      })
    return new IntakeError('unit-dimension', `"${written}" cannot be converted to ${to}`, {
      expected: `a unit of the same kind of quantity as ${to}`,
      mend: 'check that the value and its unit belong to this code',
    })
  }

  return {
    convert(value, from, to, molecularWeight) {
      if (from === to) return value
      const found = remember(known, `${from}\n${to}\n${molecularWeight ?? ''}`, () =>
        conversion(from, to, molecularWeight),
      )
      if (found instanceof IntakeError) throw new IntakeError(found.code, found.message, found)
      if (typeof found === 'function') return significant(found(value))
      const { factor, offset } = found
      const converted = value * factor + offset
      return Math.abs(converted) < 1e-12 * Math.abs(offset) ? 0 : significant(converted)
    },
    ucumOf,
    ambiguousWithoutUnit: (unit) =>
      remember(ambiguous, unit, () => ambiguousKinds.some((kind) => attempt(1, unit, kind) !== undefined)),
  }
}

/** Twelve significant digits: more than any measurement has, few enough to hide the noise of the conversion. */
function significant(value: number): number {
  return Number(value.toPrecision(12))
}

/** Hostile senders could fill memory with made-up units, so each table is emptied when it has grown beyond use. */
const mostRemembered = 10_000

function remember<V>(table: Map<string, V>, key: string, make: () => V): V {
  if (table.has(key)) return table.get(key)!
  if (table.size >= mostRemembered) table.clear()
  const made = make()
  table.set(key, made)
  return made
}
