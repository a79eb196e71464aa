import type { Instant, InstrumentName, WearableDay } from '@counterpart/kernel'
import type { CivilTime } from '@counterpart/numerics'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'
import { dateTime, instant } from '../fhir/data-types.ts'
import { instantOfFhir } from '../fhir/read.ts'
import { nameOf } from '../hash.ts'

// What somebody says of themselves or wears, as FHIR R4. No message here repeats an answer or a value: errors are shown to whoever sent
// the resource, and written down.

const subjectSystem = 'urn:counterpart:subject'
const surveySystem = 'urn:counterpart:survey/'

const person = z.looseObject({
  identifier: z.looseObject({ system: z.string().optional(), value: z.string().optional() }).optional(),
})
const answer = z.looseObject({
  valueInteger: z.int().optional(),
  valueDecimal: z.number().optional(),
  valueCoding: z.looseObject({ code: z.string().optional() }).optional(),
})
const questionnaireResponse = z.looseObject({
  resourceType: z.literal('QuestionnaireResponse'),
  id: z.string().max(64).optional(),
  questionnaire: z.string(),
  status: z.enum(['in-progress', 'completed', 'amended', 'entered-in-error', 'stopped']),
  authored: dateTime,
  source: person.optional(),
  subject: person.optional(),
  item: z
    .array(z.looseObject({ linkId: z.string(), answer: z.array(answer).min(1).max(1) }))
    .min(1)
    .max(64),
})
const observation = z.looseObject({
  resourceType: z.literal('Observation'),
  status: z.enum(['preliminary', 'final', 'amended', 'corrected']),
  code: z.looseObject({
    coding: z.array(z.looseObject({ system: z.string().optional(), code: z.string().optional() })).min(1),
  }),
  subject: person,
  effectiveDateTime: dateTime.optional(),
  effectivePeriod: z.looseObject({ end: dateTime }).optional(),
  issued: instant.optional(),
  valueQuantity: z.looseObject({ value: z.number(), code: z.string().optional(), unit: z.string().optional() }),
})

/** Answers to a survey, or what was measured on a day. */
export type OwnStatement =
  | {
      readonly kind: 'survey'
      readonly person: string
      readonly id: string
      readonly at: Instant
      readonly instrument: InstrumentName
      readonly answers: Readonly<Record<string, number>>
    }
  | { readonly kind: 'wearable'; readonly person: string; readonly day: WearableDay }

const named = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i + 1}`)

/** The items of each instrument and the range of their answers, as published; see docs/connect-a-clinic.md for the sources. */
const instruments: Readonly<
  Record<InstrumentName, { readonly items: readonly string[]; readonly range: readonly [number, number] }>
> = {
  'mini-z': { items: ['burnout'], range: [1, 5] },
  pfi: { items: [...named('fulfilment', 6), ...named('exhaustion', 4), ...named('disengagement', 6)], range: [0, 4] },
  'nasa-tlx': { items: ['mental', 'physical', 'temporal', 'performance', 'effort', 'frustration'], range: [0, 100] },
}

type Measure = keyof Omit<WearableDay, 'day'>

/** LOINC codes of what is taken of a day, with factors to the unit that is kept. */
const measures: Readonly<
  Record<
    string,
    {
      readonly measure: Measure
      readonly units: Readonly<Record<string, number>>
      readonly range: readonly [number, number]
    }
  >
> = {
  '93832-4': { measure: 'sleep', units: { h: 60, min: 1, s: 1 / 60 }, range: [0, 1440] },
  '80404-7': { measure: 'heartRateVariability', units: { ms: 1, s: 1000 }, range: [0.1, 400] },
  '55423-8': { measure: 'steps', units: { '{steps}': 1, '1': 1, '{#}': 1, '/d': 1 }, range: [0, 200_000] },
  '41950-7': {
    measure: 'steps',
    units: { '{steps}': 1, '1': 1, '{#}': 1, '/d': 1, '{steps}/d': 1 },
    range: [0, 200_000],
  },
}

/** Whether a resource says something that is its person's alone. */
export function isOwn(resource: unknown): boolean {
  const { resourceType, subject } = (resource ?? {}) as { resourceType?: unknown; subject?: unknown }
  return resourceType === 'QuestionnaireResponse' || (resourceType === 'Observation' && personIn(subject) !== undefined)
}

/** Whether a text that nobody could read may be such a resource, so that nothing of it is kept either. */
export function mayBeOwn(text: string): boolean {
  return /QuestionnaireResponse|"provider\/[a-z0-9_-]+\.[A-Za-z0-9_-]+"/.test(text)
}

/** Reads it. `whose` gives a person's clock. Throws {@link IntakeError}, without a value of it in any message. */
export function readOwn(resource: unknown, whose: (person: string) => CivilTime | undefined): OwnStatement {
  const type = (resource as { resourceType: string }).resourceType
  const parsed = (type === 'Observation' ? observation : questionnaireResponse).safeParse(resource)
  if (!parsed.success) {
    const path = parsed.error.issues[0]!.path.map((step) =>
      typeof step === 'number' ? `[${step}]` : `.${String(step)}`,
    )
    throw wrong(`${type}${path.join('')}`, 'the element is missing or not as R4 has it')
  }
  const { data } = parsed
  const named =
    data.resourceType === 'Observation' ? personIn(data.subject) : (personIn(data.source) ?? personIn(data.subject))
  const time = named === undefined ? undefined : whose(named)
  if (named === undefined || time === undefined)
    throw new IntakeError('unknown-subject', 'it is about nobody who works in a clinic that is followed', {
      location:
        data.resourceType === 'Observation'
          ? 'Observation.subject.identifier'
          : 'QuestionnaireResponse.source.identifier',
      expected: `{ "system": "${subjectSystem}", "value": "provider/<clinic>.<code>" }`,
      mend: 'name the person so',
    })
  return data.resourceType === 'Observation' ? dayOf(data, named, time) : surveyOf(data, named)
}

function surveyOf(data: z.infer<typeof questionnaireResponse>, person: string): OwnStatement {
  const { questionnaire, status, authored, item, id } = data
  const name = questionnaire.split('|')[0]!.replace(surveySystem, '') as InstrumentName
  if (!questionnaire.startsWith(surveySystem) || !Object.hasOwn(instruments, name))
    throw wrong(
      'QuestionnaireResponse.questionnaire',
      `it must be ${surveySystem} and one of ${Object.keys(instruments).join(', ')}`,
    )
  if (status !== 'completed' && status !== 'amended')
    throw wrong('QuestionnaireResponse.status', 'only completed (or amended) answers are taken in')
  const { items, range } = instruments[name]
  const answers: Record<string, number> = {}
  for (const [i, { linkId, answer: given }] of item.entries()) {
    const at = `QuestionnaireResponse.item[${i}]`
    if (!items.includes(linkId) || linkId in answers)
      throw wrong(`${at}.linkId`, `expected each of ${items.join(', ')} once`)
    const [{ valueInteger, valueDecimal, valueCoding }] = given as [z.infer<typeof answer>]
    const code = valueCoding?.code
    const value = valueInteger ?? valueDecimal ?? (code !== undefined && /^\d+$/.test(code) ? Number(code) : Number.NaN)
    const whole = name === 'nasa-tlx' || Number.isInteger(value)
    if (!(value >= range[0] && value <= range[1] && whole))
      throw wrong(`${at}.answer`, `expected ${range[0]} to ${range[1]}`)
    answers[linkId] = value
  }
  // Without all of them the scores would not be those that were published.
  if (Object.keys(answers).length < items.length)
    throw wrong('QuestionnaireResponse.item', `expected each of ${items.join(', ')} once`)
  const at = instantOfFhir(authored, 0)
  return { kind: 'survey', person, id: nameOf('survey', person, id ?? '', name, at), at, instrument: name, answers }
}

function dayOf(data: z.infer<typeof observation>, person: string, time: CivilTime): OwnStatement {
  const known = data.code.coding.flatMap(({ code = '' }) => (Object.hasOwn(measures, code) ? [measures[code]!] : []))[0]
  if (!known) throw wrong('Observation.code', `expected one of LOINC ${Object.keys(measures).join(', ')}`)
  const when = data.effectiveDateTime ?? data.effectivePeriod?.end
  if (when === undefined || when.length < 10) throw wrong('Observation.effectiveDateTime', 'expected the day')
  const { value, code, unit } = data.valueQuantity
  const factor = known.units[code ?? unit ?? '']
  if (factor === undefined)
    throw wrong('Observation.valueQuantity.code', `expected one of ${Object.keys(known.units).join(', ')}`)
  const kept = known.measure === 'heartRateVariability' ? value * factor : Math.round(value * factor)
  if (!(kept >= known.range[0] && kept <= known.range[1]))
    throw wrong('Observation.valueQuantity.value', 'it is physically impossible')
  const day = when.includes('T') ? time.dayOf(instantOfFhir(when, 0)) : when
  return { kind: 'wearable', person, day: { day, [known.measure]: kept } }
}

function personIn(reference: unknown): string | undefined {
  const { system, value } =
    ((reference ?? {}) as { identifier?: { system?: unknown; value?: unknown } }).identifier ?? {}
  return system === subjectSystem && typeof value === 'string' && value.startsWith('provider/') ? value : undefined
}

function wrong(location: string, message: string): IntakeError {
  return new IntakeError('invalid', message, {
    location,
    expected: 'see docs/connect-a-clinic.md',
    mend: `correct ${location}`,
  })
}
