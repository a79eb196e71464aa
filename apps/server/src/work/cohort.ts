import type { Audit } from '@counterpart/governance'
import {
  type ClinicLayoutDetail,
  type CohortDetail,
  clinicChannels,
  clinicCodeSystem,
  type Instant,
  type InstrumentName,
  type JsonObject,
  type Observation,
  type SubjectId,
} from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { type Cell, releaseCells, type Scale } from '@counterpart/privacy'
import type { NewEvent, Thread } from '@counterpart/thread'
import { providerSubject } from './clinic-state.ts'
import { scoresOf } from './instruments.ts'
import { isGiven, type OwnRecord, readOwnRecord } from './own-record.ts'
import { endedPeriods, monthsOf, type Period } from './periods.ts'

type Measure = CohortDetail['measure']

/** One figure that groups are told of, and how it is got from what one person keeps. */
interface Figure {
  readonly measure: Measure
  readonly scale: Scale
  readonly valueOf: (record: OwnRecord, period: Period, zone: string) => number | undefined
  /** The published cut-off. */
  readonly cutOff?: number
}

/** Days of a month that a person's mean needs. */
const daysAtLeast = 7

const surveyFigures: readonly Figure[] = [
  survey('burnout', 'mini-z', { low: 1, high: 5 }, 3),
  survey('professional-fulfilment', 'pfi', { low: 0, high: 4 }, 3),
  survey('work-exhaustion', 'pfi', { low: 0, high: 4 }),
  survey('task-load', 'nasa-tlx', { low: 0, high: 400 }),
]
const wearableFigures: readonly Figure[] = [
  wearable('sleep', 'sleep', { low: 0, high: 1_440 }),
  wearable('heart-rate-variability', 'heartRateVariability', { low: 0, high: 400 }),
  wearable('steps', 'steps', { low: 0, high: 200_000 }),
]

/** What was told of a measure once, kept so that nothing follows from it together with what is told later. */
interface Told {
  readonly measure: Measure
  readonly from: Instant
  readonly until: Instant
  readonly cells: readonly Cell[]
}

const ledgerType = 'release.recorded'
const ledgerOf = (clinic: SubjectId) => `release-ledger:${clinic}`
/** Waves that ended while nothing ran are told late, but no older ones. */
const wavesBack = 2

export interface PublishingOptions {
  readonly thread: Thread
  readonly audit: Audit
  readonly clock: () => Instant
}

/**
 * Tells a clinic what its people have answered and worn, as figures about groups, for every survey wave (a quarter) and every
 * month of wearables that has ended: once each, of those who consent at that moment. What disclosure control lets through is
 * appended to `clinic/<id>` as `cohort` facts; a later withdrawal changes nothing of it. Neither these facts nor their origins
 * name a person; who was counted stands in the ledger alone, which no route shows.
 *
 * @returns how many facts were added
 */
export async function publishCohorts(
  options: PublishingOptions,
  clinic: SubjectId,
  layout: ClinicLayoutDetail,
): Promise<number> {
  const { thread, clock } = options
  const now = clock()
  const ledger = await readLedger(thread, clinic)
  const due = [
    { figures: surveyFigures, months: monthsOf.surveys, consent: 'surveys-in-groups' as const },
    { figures: wearableFigures, months: monthsOf.wearable, consent: 'wearable-in-groups' as const },
  ].flatMap(({ figures, months, consent }) =>
    endedPeriods(layout.timeZone, months, now, wavesBack)
      .filter((period) => !ledger.some(({ measure, from }) => measure === figures[0]!.measure && from === period.from))
      .map((period) => ({ figures, period, consent })),
  )
  if (due.length === 0) return 0
  const records = await Promise.all(
    layout.providers.map(async ({ provider }) => ({
      provider,
      record: await readOwnRecord(thread, providerSubject(clinic, provider), now),
    })),
  )
  let added = 0
  for (const { figures, period, consent } of due) {
    const counted = records.filter(({ record }) => isGiven(record, consent))
    const people = counted.map(({ provider }) => provider)
    if (people.length > 0) await noteCounted(options, clinic, people, consent)
    const told: Told[] = []
    const events: NewEvent[] = []
    for (const figure of figures) {
      const values = new Map<string, number>()
      for (const { provider, record } of counted) {
        const value = figure.valueOf(record, period, layout.timeZone)
        if (value !== undefined) values.set(provider, value)
      }
      const release = decide(layout, figure, values, neighbours(ledger, figure.measure, period))
      told.push({ measure: figure.measure, ...period, cells: release.cells })
      // Nobody answered: there is nothing to tell, and nothing to leave out.
      if (values.size > 0)
        events.push(...release.details.map((detail) => cohortEvent(clinic, { ...detail, ...period }, now)))
    }
    await thread.append([...events, ledgerEvent(clinic, told, period, now)])
    ledger.push(...told)
    added += events.length
  }
  return added
}

function decide(
  layout: ClinicLayoutDetail,
  { measure, scale, cutOff }: Figure,
  values: ReadonlyMap<string, number>,
  told: readonly Cell[],
): { readonly cells: readonly Cell[]; readonly details: readonly Omit<CohortDetail, 'from' | 'until'>[] } {
  const within = (pod?: string) =>
    layout.providers
      .filter((each) => (pod === undefined || each.pod === pod) && values.has(each.provider))
      .map(({ provider }) => provider)
  const cells: readonly Cell[] = [
    { name: 'clinic', members: within() },
    ...layout.pods.map(({ code }) => ({ name: code, members: within(code) })),
  ]
  const isAbove = (value: number) => cutOff !== undefined && value >= cutOff
  const having = new Set([...values].filter(([, value]) => isAbove(value)).map(([provider]) => provider))
  const release = releaseCells({
    cells,
    minimum: Math.max(3, layout.minimumCell),
    values,
    scale,
    told,
    ...(cutOff !== undefined && { having }),
  })
  const details = cells.map(({ name: group, members }): Omit<CohortDetail, 'from' | 'until'> => {
    const suppressed = release.suppressed.get(group)
    if (suppressed) return { group, measure, suppressed }
    const figures = members.map((provider) => values.get(provider)!)
    return {
      group,
      measure,
      n: figures.length,
      ...(cutOff !== undefined && { above: figures.filter(isAbove).length }),
      ...momentsOf(figures),
    }
  })
  return { cells: cells.filter(({ name }) => release.told.includes(name)), details }
}

/** What was told of the same measure for a time that overlaps this one or ends where it begins. */
function neighbours(ledger: readonly Told[], measure: Measure, period: Period): readonly Cell[] {
  return ledger
    .filter((told) => told.measure === measure && told.from < period.until && told.until >= period.from)
    .flatMap(({ cells, from }) => cells.map(({ name, members }) => ({ name: `${from} ${name}`, members })))
}

async function readLedger(thread: Thread, clinic: SubjectId): Promise<Told[]> {
  const ledger: Told[] = []
  for await (const { payload } of thread.read(ledgerOf(clinic), { types: [ledgerType] }))
    if (payload !== null) ledger.push(...(payload as unknown as { told: Told[] }).told)
  return ledger
}

function ledgerEvent(clinic: SubjectId, told: readonly Told[], { from }: Period, now: Instant): NewEvent {
  return {
    stream: ledgerOf(clinic),
    subject: clinic,
    type: ledgerType,
    effective: now,
    idempotencyKey: `${told[0]!.measure}/${from}`,
    payload: { told } as unknown as JsonObject,
  }
}

function cohortEvent(clinic: SubjectId, detail: CohortDetail, now: Instant): NewEvent {
  const { group, measure, from, n, mean, suppressed } = detail
  const id = `cohort/${clinic}/${measure}/${group}/${from}`
  const observation: Observation = {
    id,
    version: now,
    status: 'final',
    subject: clinic,
    channel: clinicChannels.cohort,
    code: { system: clinicCodeSystem, code: clinicChannels.cohort },
    value: null,
    unit: '',
    text: suppressed
      ? `${measure} of ${group}: not told, ${suppressed === 'too-few' ? 'too few answers' : 'it would tell of single people'}`
      : `${measure} of ${group}: mean ${mean!.toFixed(2)} of ${n}`,
    detail: detail as unknown as JsonObject,
    effective: now,
    source: { protocol: 'api', system: 'cohort publication' },
    quality: { score: 1, flags: [] },
  }
  return {
    stream: clinic,
    subject: clinic,
    type: 'observation.recorded',
    effective: now,
    idempotencyKey: id,
    payload: { observation } as unknown as JsonObject,
  }
}

/** Each person who is counted can see that they were. */
async function noteCounted(
  { audit }: PublishingOptions,
  clinic: SubjectId,
  people: readonly string[],
  consent: string,
): Promise<void> {
  const entry = { who: 'counterpart', role: null, action: 'count-in-groups', outcome: 'allowed' as const }
  const resource = `figures of ${clinic}`
  await audit.write({ ...entry, subject: clinic, resource, purpose: consent })
  for (const provider of people)
    await audit.write({ ...entry, subject: providerSubject(clinic, provider), resource, purpose: consent })
}

function survey(measure: Measure, instrument: InstrumentName, scale: Scale, cutOff?: number): Figure {
  return {
    measure,
    scale,
    ...(cutOff !== undefined && { cutOff }),
    valueOf: ({ surveys }, { from, until }) => {
      const last = surveys.findLast((each) => each.instrument === instrument && each.at >= from && each.at < until)
      return last && scoresOf(instrument, last.answers).find((score) => score.measure === measure)?.value
    },
  }
}

function wearable(measure: Measure, name: 'sleep' | 'heartRateVariability' | 'steps', scale: Scale): Figure {
  return {
    measure,
    scale,
    valueOf: ({ wearable: days }, { from, until }, zone) => {
      const civil = civilTime(zone)
      const [first, last] = [civil.dayOf(from), civil.dayOf(until)]
      const values = days.flatMap((each) =>
        each.day >= first && each.day < last && each[name] !== undefined ? [each[name]] : [],
      )
      return values.length < daysAtLeast ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
    },
  }
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly standardDeviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardDeviation: Math.sqrt(squares / (values.length - 1)) }
}
