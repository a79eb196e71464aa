import { strings } from '../strings.ts'

/** Units that clinics differ in; everything else is shown as the twin's definition has it. */
export interface UnitPreferences {
  readonly pressure: 'mm[Hg]' | 'kPa'
  readonly glucose: 'mmol/L' | 'mg/dL'
  readonly temperature: 'Cel' | '[degF]'
}

export const defaultUnits: UnitPreferences = { pressure: 'mm[Hg]', glucose: 'mmol/L', temperature: 'Cel' }

/** How a UCUM unit is shown: its text, and how a value in it is turned into what is shown. */
export interface DisplayUnit {
  readonly text: string
  readonly factor: number
  readonly offset: number
  /** Decimals more (or less) than the definition allows in its own unit. */
  readonly digitShift: number
}

/** 1 mmHg = 0.133322 kPa (BS 350-1); glucose 180.156 g/mol. */
const kilopascalPerMillimetre = 0.133322
const milligramPerDecilitrePerMillimole = 18.0156

export function displayUnit(ucum: string, preferences: UnitPreferences, name = ''): DisplayUnit {
  const plain = { text: unitText(ucum), factor: 1, offset: 0, digitShift: 0 }
  if (ucum === 'mm[Hg]' && preferences.pressure === 'kPa')
    return { text: 'kPa', factor: kilopascalPerMillimetre, offset: 0, digitShift: 1 }
  if (ucum === 'kPa' && preferences.pressure === 'mm[Hg]')
    return { text: 'mmHg', factor: 1 / kilopascalPerMillimetre, offset: 0, digitShift: -1 }
  if (/glucose/i.test(name)) {
    if (ucum === 'mmol/L' && preferences.glucose === 'mg/dL')
      return { text: 'mg/dL', factor: milligramPerDecilitrePerMillimole, offset: 0, digitShift: -1 }
    if (ucum === 'mg/dL' && preferences.glucose === 'mmol/L')
      return { text: 'mmol/L', factor: 1 / milligramPerDecilitrePerMillimole, offset: 0, digitShift: 1 }
  }
  if (ucum === 'Cel' && preferences.temperature === '[degF]')
    return { text: '°F', factor: 1.8, offset: 32, digitShift: 0 }
  return plain
}

const wholeUnits: Readonly<Record<string, string>> = { '1': '', '/min': '/min', Cel: '°C', '[degF]': '°F' }
const parts: readonly (readonly [RegExp, string])[] = [
  [/mm\[Hg\]/g, 'mmHg'],
  [/cm\[H2O\]/g, 'cmH₂O'],
  [/\bm\[H2O\]/g, 'mH₂O'],
  [/\bug\b/g, 'µg'],
  [/\buL\b/g, 'µL'],
  [/\bumol\b/g, 'µmol'],
  [/\[iU\]|\[IU\]/g, 'IU'],
  [/10\*(\d+)/g, '10^$1'],
  [/\bCel\b/g, '°C'],
  [/\[lb_av\]/g, 'lb'],
]
const superscripts: Readonly<Record<string, string>> = { '2': '²', '3': '³' }

/** A UCUM unit as people write it: `mm[Hg].s/mL` → `mmHg·s/mL`; what is counted in the plural, but for one. */
export function unitText(ucum: string, count?: number): string {
  const whole = wholeUnits[ucum]
  if (whole !== undefined) return whole
  const annotation = /^\{([^}]*)\}$/.exec(ucum)
  if (annotation) return strings.units[count === 1 ? 'one' : 'many'][annotation[1]!] ?? annotation[1]!
  let text = ucum.replace(/\{[^}]*\}/g, '')
  for (const [pattern, replacement] of parts) text = text.replace(pattern, replacement)
  return text
    .replace(/\^(\d+)/g, (_, digits: string) => [...digits].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]).join(''))
    .replace(/([a-z])([23])(?![0-9])/gi, (_, letter: string, digit: string) => `${letter}${superscripts[digit]}`)
    .replace(/\./g, '·')
}
