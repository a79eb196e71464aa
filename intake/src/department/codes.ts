import type { Acuity, Coding, Disposition } from '@counterpart/kernel'
import { loincSystem } from '@counterpart/kernel'
import type { CareDepartment } from './settings.ts'

/** Emergency severity index (LOINC 75636-1): its five answers, most urgent first (answer list LL3056-0). */
const severityAnswers = ['LA21567-5', 'LA21752-3', 'LA21753-1', 'LA21754-9', 'LA21755-6']

/** Whether an observation under this code tells a visit's acuity. */
export function isAcuityCode({ system, code }: Coding, { acuityCodes }: CareDepartment): boolean {
  return (
    (system === loincSystem && code === '75636-1') ||
    acuityCodes.some((each) => each.system === system && each.code === code)
  )
}

/** The acuity that a word or code means; `undefined` when it means none. */
export function acuityOf(words: readonly string[], { acuities }: Pick<CareDepartment, 'acuities'>): Acuity | undefined {
  for (const word of words) {
    if (Object.hasOwn(acuities, word)) return acuities[word]
    const answer = severityAnswers.indexOf(word) + 1
    const level = answer || Number(/^(?:ESI[- ]?)?([1-5])$/i.exec(word)?.[1])
    if (level >= 1) return level as Acuity
  }
  return undefined
}

/** HL7 table 0112 (which follows the UB-04 patient discharge status) and FHIR's discharge-disposition. */
const dispositions: ReadonlyMap<string, Disposition> = new Map([
  ...all('discharged', '01', '06', '08', 'home', 'alt-home'),
  ...all('admitted', '09'),
  ...all('transferred', '02', '03', '04', '05', '43', '50', '51', '61', '62', '63', '64', '65', '66', '70'),
  ...all('transferred', 'hosp', 'other-hcf', 'long', 'psy', 'rehab', 'snf'),
  // Left against advice, or care discontinued.
  ...all('left-without-being-seen', '07', 'aadvice'),
  ...all('died', '20', '40', '41', '42', 'exp'),
])

function all(disposition: Disposition, ...codes: readonly string[]): readonly [string, Disposition][] {
  return codes.map((each) => [each, disposition])
}

/** How a visit ended. Somebody whom a clinician has seen did not leave unseen, whatever the code. */
export function dispositionOf(
  codes: readonly string[],
  seen: boolean,
  { dispositions: own }: Pick<CareDepartment, 'dispositions'>,
): Disposition {
  for (const code of codes) {
    if (Object.hasOwn(own, code)) return own[code]!
    const standard = dispositions.get(/^\d$/.test(code) ? `0${code}` : code)
    if (standard === 'left-without-being-seen' && seen) return 'discharged'
    if (standard !== undefined) return standard
  }
  return 'unknown'
}

/** HL7 table 0430 (mode of arrival), and whether another hospital or home sent the patient. */
export function modeOf(mode: string | undefined, fromAnother: boolean): 'walk-in' | 'ambulance' | 'transfer' {
  if (mode === 'A' || mode === 'H') return 'ambulance'
  return fromAnother ? 'transfer' : 'walk-in'
}
