import { type Instant, loincSystem, type VitalSigns } from '@counterpart/kernel'
import type { MeasuredFact } from '../facts.ts'
import type { CareDepartment } from './settings.ts'
import type { VisitFact } from './visit-fact.ts'
import { visitStory } from './visit-story.ts'

/** LOINC codes of what NEWS2 adds up. */
const parameters: Readonly<Record<string, keyof VitalSigns>> = {
  '9279-1': 'respiratoryRate',
  '59408-5': 'saturation',
  '2708-6': 'saturation',
  '8480-6': 'systolic',
  '8867-4': 'pulse',
  '8889-8': 'pulse',
  '8893-0': 'pulse',
  '8310-5': 'temperature',
  '3151-8': 'oxygen', // litres a minute
  '3150-6': 'oxygen', // per cent of what is breathed in
  '67775-7': 'consciousness',
  '80288-4': 'consciousness',
}
const percentOfAir = 21

/** First letters of alert, (new) confusion, (responds to) voice or verbal, pain, unresponsive. */
const consciousness: Readonly<Record<string, NonNullable<VitalSigns['consciousness']>>> = {
  alert: 'A',
  confused: 'C',
  confusion: 'C',
  voice: 'V',
  verbal: 'V',
  pain: 'P',
  painful: 'P',
  unresponsive: 'U',
}

/** A nurse's round has at least so many of the seven; a monitor's stream of single values is no look at a patient. */
const aLook = 4

/**
 * What a department is told of vital signs in a message about one of its visits: a look for each time at which enough was
 * measured together. Which scale of saturation holds no code says: scale 1 is taken.
 */
export function visitsOfVitalSigns(
  measured: readonly MeasuredFact[],
  department: CareDepartment | undefined,
  encounterId: string | undefined,
): readonly VisitFact[] {
  if (department === undefined || encounterId === undefined) return []
  const sets = new Map<Instant, { signs: VitalSigns; version: Instant }>()
  for (const fact of measured) {
    const told = readingOf(fact)
    if (told === undefined) continue
    const { signs, version } = sets.get(fact.effective) ?? { signs: {}, version: fact.version }
    sets.set(fact.effective, { signs: { ...signs, ...told }, version: Math.max(version, fact.version) })
  }
  return [...sets].flatMap(([at, { signs, version }]) => {
    if (Object.keys(signs).length < aLook) return []
    const story = visitStory(encounterId, version, 'OBX')
    story.happened(department, at, { what: 'observed', signs })
    return story.facts
  })
}

function readingOf({ codes, status, value }: MeasuredFact): VitalSigns | undefined {
  if (status === 'retracted') return undefined
  const code = codes.find(({ system, code: each }) => system === loincSystem && Object.hasOwn(parameters, each))
  const parameter = code && parameters[code.code]
  if (parameter === undefined) return undefined
  if (value.kind === 'text') {
    const state = parameter === 'consciousness' ? stateOf(value.text) : undefined
    return state && { consciousness: state }
  }
  if (value.kind !== 'number' || parameter === 'consciousness') return undefined
  if (parameter === 'oxygen') return { oxygen: value.value > (code!.code === '3150-6' ? percentOfAir : 0) }
  if (parameter !== 'temperature') return { [parameter]: value.value }
  if (value.unit === '[degF]') return { temperature: (value.value - 32) / 1.8 }
  return value.unit === undefined || value.unit === 'Cel' ? { temperature: value.value } : undefined
}

function stateOf(text: string): VitalSigns['consciousness'] {
  const said = text.trim()
  if (/^[ACVPU]$/i.test(said)) return said.toUpperCase() as NonNullable<VitalSigns['consciousness']>
  const word = said
    .toLowerCase()
    .split(/[^a-z]+/)
    .find((each) => Object.hasOwn(consciousness, each))
  return word === undefined ? undefined : consciousness[word]
}
