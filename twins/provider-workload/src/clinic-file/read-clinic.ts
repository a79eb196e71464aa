import type { MessageKind, RotaWork } from '@counterpart/kernel'
import { interventions } from '../advice/interventions.ts'
import { clockSpan, day, listOf, number, object, oneOf, type Reader, refuse, text, weekday } from '../rota/reading.ts'
import { messageKinds } from '../work/figures.ts'

/** A clinic described in a file, to be simulated without a log of it. */
export interface ClinicFile {
  readonly name: string
  readonly timeZone: string
  /** The Monday with which it begins. */
  readonly from: string
  readonly weeks: number
  readonly overloadRatio: number
  readonly providers: readonly FileProvider[]
  /** What is known of everybody; all else is as published, with its spread. */
  readonly parameters: FileParameters
  readonly interventions: readonly {
    readonly intervention: string
    readonly dose: number
    readonly on?: readonly string[]
    readonly from?: string
    readonly until?: string
  }[]
}

export interface FileProvider {
  readonly code: string
  readonly pod: string
  readonly clinicalFte: number
  readonly panel: number
  readonly caseMix: number
  /** The usual week. */
  readonly week: readonly {
    readonly on: readonly string[]
    readonly hours: readonly [string, string]
    readonly work: RotaWork
  }[]
  /** Days of leave. */
  readonly away: readonly string[]
  /** Messages waiting as the first day begins. */
  readonly waiting: number
  readonly parameters: FileParameters
}

/** Parameters that may be given as known; the words of {@link ProviderParameters}. */
export type FileParameters = {
  readonly [K in (typeof numbers)[number]]?: number
} & {
  readonly messagesPerDay?: Readonly<Partial<Record<MessageKind, number>>>
  readonly messageMinutes?: Readonly<Partial<Record<MessageKind, number>>>
  readonly visitMinutes?: Readonly<
    Partial<Record<'chart-review' | 'note' | 'order' | 'prescription' | 'other', number>>
  >
}

const shares = ['notesLater', 'restLater', 'clears', 'clearsOff', 'clearsAway', 'noShow'] as const
const numbers = [...shares, 'faceMinutes', 'visitsPerHour'] as const
const share = number(0, 1, false)
const minutes = number(0, 240, false)
const byKind = (each: Reader<number>) =>
  object({}, Object.fromEntries(messageKinds.map((kind) => [kind, each])) as Record<MessageKind, Reader<number>>)

const parameters: Reader<FileParameters> = object(
  {},
  {
    messagesPerDay: byKind(number(0, 1000, false)),
    messageMinutes: byKind(minutes),
    visitMinutes: object(
      {},
      { 'chart-review': minutes, note: minutes, order: minutes, prescription: minutes, other: minutes },
    ),
    notesLater: share,
    restLater: share,
    clears: share,
    clearsOff: share,
    clearsAway: share,
    noShow: share,
    faceMinutes: number(1, 240, false),
    visitsPerHour: number(0, 30, false),
  },
)

const spans = listOf(
  object(
    { on: listOf(weekday, 7), hours: clockSpan },
    { work: oneOf(['clinic', 'inbox', 'administration', 'teaching', 'on-call']) },
  ),
  50,
)

const provider = object(
  { code: text, pod: text, clinicalFte: number(0, 1, false), panel: number(0, 20_000), week: spans },
  { caseMix: number(0.1, 10, false), away: listOf(day), waiting: number(0, 10_000), parameters },
)

const planned: Reader<ClinicFile['interventions'][number]> = (value, where) => {
  const read = object(
    { intervention: oneOf(interventions.map(({ name }) => name)), dose: number(-1e3, 1e3, false) },
    { on: listOf(text), from: day, until: day },
  )(value, where)
  const { dose, unit } = interventions.find(({ name }) => name === read.intervention)!
  return read.dose >= dose.low && read.dose <= dose.high
    ? read
    : refuse(`${where}.dose`, read.dose, `${dose.low} to ${dose.high} ${unit}`)
}

const file = object(
  { from: day, providers: listOf(provider, 500) },
  {
    name: text,
    timeZone: text,
    weeks: number(1, 52),
    overloadRatio: number(1, 3, false),
    parameters,
    interventions: listOf(planned, 20),
  },
)

/**
 * A clinic as somebody wrote it (an object from YAML or JSON). Throws `RotaError` `rota-invalid` that says where, what stands
 * there and what was expected.
 */
export function readClinicFile(value: unknown): ClinicFile {
  const read = file(value, 'clinic')
  const from = new Date(`${read.from}T00:00:00Z`)
  if (from.getUTCDay() !== 1) refuse('clinic.from', read.from, 'a Monday')
  const timeZone = read.timeZone ?? 'UTC'
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    refuse('clinic.timeZone', timeZone, 'an IANA zone such as Europe/London')
  }
  if (read.providers.length === 0) refuse('clinic.providers', read.providers, 'at least one')
  const codes = new Set<string>()
  const pods = new Set(read.providers.map(({ pod }) => pod))
  for (const [i, { code }] of read.providers.entries()) {
    if (codes.has(code)) refuse(`clinic.providers[${i + 1}].code`, code, 'a code that no other has')
    codes.add(code)
  }
  for (const [i, { on = [] }] of (read.interventions ?? []).entries())
    for (const part of on)
      if (!codes.has(part) && !pods.has(part))
        refuse(`clinic.interventions[${i + 1}].on`, part, `a pod or a provider of this clinic`)
  return {
    name: read.name ?? 'Clinic',
    timeZone,
    from: read.from,
    weeks: read.weeks ?? 4,
    overloadRatio: read.overloadRatio ?? 1.375,
    parameters: read.parameters ?? {},
    interventions: read.interventions ?? [],
    providers: read.providers.map((each) => ({
      caseMix: 1,
      away: [],
      waiting: 0,
      parameters: {},
      ...each,
      week: each.week.map((span) => ({ work: 'clinic' as const, ...span })),
    })),
  }
}
