import type { Instant, Observation, SubjectId } from '@counterpart/kernel'
import { hour as hourLength } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread } from '@counterpart/thread'
import { statementObservation } from '../department/statement.ts'
import { plain } from '../facts.ts'
import type { ClinicStatement } from './clinic-statement.ts'
import type { Outage } from './coverage.ts'
import type { ClinicSettings } from './settings.ts'
import { hoursTouched, restsOn, workHourStatement } from './work-facts.ts'
import { anyDone, freshRows, noRows, united, type WorkRows } from './work-rows.ts'
import { receivedAction } from './work-source.ts'
import type { WorkStore } from './work-store.ts'

/** Provider-hours that are looked at before others have their turn. */
const hoursAtOnce = 64

/** What came of one person in one hour, with duplicates. */
export interface ProviderHour {
  readonly provider: string
  readonly hour: Instant
  readonly rows: WorkRows
}

/** What is to be appended together. */
export interface WorkBatch {
  readonly hours: readonly ProviderHour[]
  readonly outages: readonly Outage[]
  /** Hours of which somebody was heard in earlier parts of the same log. */
  readonly heard: readonly Instant[]
  /** More of the same log comes: which hours are silent is judged at its end. */
  readonly more: boolean
  readonly statements: readonly ClinicStatement[]
  /** The message's own event, or one that stands already. */
  readonly root: Omit<NewEvent, 'derivedFrom'> | EventId
  /** Names the message in keys. */
  readonly key: string
  readonly source: Observation['source']
}

export interface WorkTaken {
  readonly events: readonly EventId[]
  /** False when nothing of it was new. */
  readonly isNew: boolean
  /** Events that were not known. */
  readonly fresh: number
  /** Provider-hours whose figures changed. */
  readonly hours: number
  /** Hours in which somebody did something, known before or not. */
  readonly heard: ReadonlySet<Instant>
}

/**
 * Takes events of the log in, in one append: what is new of each hour, and the figures of every hour that it changes. The same events in
 * any order, in any parts, any number of times come to the same facts. Only one call for a clinic at a time.
 */
export async function takeWork(
  batch: WorkBatch,
  clinic: ClinicSettings,
  store: WorkStore,
  thread: Thread,
): Promise<WorkTaken> {
  const subject: SubjectId = `clinic/${clinic.id}`
  const fresh = new Map<string, WorkRows>()
  const learned: { provider: string; hour: Instant; rows: WorkRows }[] = []
  const kept: Omit<NewEvent, 'derivedFrom'>[] = []
  const touched = new Map<string, Set<Instant>>()
  const heard = new Set(batch.heard)
  let count = 0
  for (const [i, { provider, hour, rows }] of batch.hours.entries()) {
    if (i % hoursAtOnce === hoursAtOnce - 1) await othersTurn()
    if (anyDone(rows, receivedAction)) heard.add(hour)
    const known = await store.rows(provider, hour)
    const added = freshRows(rows, known)
    if (added.count === 0) continue
    const all = united(known, added)
    fresh.set(`${provider} ${hour}`, all)
    learned.push({ provider, hour, rows: all })
    kept.push(store.keptEvent(provider, hour, added, all.count))
    count += added.count
    const hours = touched.get(provider) ?? new Set()
    touched.set(provider, hours)
    for (const each of hoursTouched(hour, added)) hours.add(each)
  }
  const before = store.coverage
  const coverage = batch.more ? before : before.with([...heard], batch.outages)
  for (const hour of before.changed(coverage))
    for (const { code } of clinic.providers) touched.set(code, (touched.get(code) ?? new Set()).add(hour))

  const statements = [...batch.statements]
  for (const [provider, hours] of touched) {
    if (hours.size > 1) await othersTurn()
    for (const hour of [...hours].sort((a, b) => a - b)) {
      const beside = [hour, hour - hourLength, hour + hourLength]
      const known = await Promise.all(beside.map((each) => store.rows(provider, each)))
      const now = beside.map((each, i) => fresh.get(`${provider} ${each}`) ?? known[i]!)
      const rows = (of: readonly WorkRows[]) => ({
        own: of[0] ?? noRows,
        before: of[1] ?? noRows,
        after: of[2] ?? noRows,
      })
      const [was, is] = [restsOn(rows(known), hour, before), restsOn(rows(now), hour, coverage)]
      // Of an hour that was missing it must be said that it is there, though nothing was done in it.
      if (was !== is) statements.push(workHourStatement(clinic.id, provider, hour, rows(now), coverage))
    }
  }

  // What is known already is not written down again, whoever says it.
  if (count === 0 && batch.outages.length === 0 && typeof batch.root !== 'string')
    return { events: [], isNew: false, fresh: 0, hours: 0, heard }
  const isRoot = typeof batch.root === 'string'
  const root = isRoot ? (batch.root as EventId) : ('#0' as const)
  const derived = [
    ...kept,
    ...(coverage === before ? [] : store.coverageEvents([...heard], batch.outages)),
    ...statements.map((statement) => observationEvent(statement, subject, batch)),
  ].map((event): NewEvent => ({ ...event, derivedFrom: [root] }))
  const events: NewEvent[] = isRoot ? derived : [batch.root as NewEvent, ...derived]
  const results = events.length === 0 ? [] : await thread.append(events)
  store.learn(learned, coverage)
  return {
    events: results.map(({ id }) => id),
    isNew: results.some(({ duplicate }) => !duplicate),
    fresh: count,
    hours: statements.length - batch.statements.length,
    heard,
  }
}

/** Between parts of a large file, lets what else waits have its turn. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function observationEvent(
  statement: ClinicStatement,
  subject: SubjectId,
  { key, source }: WorkBatch,
): Omit<NewEvent, 'derivedFrom'> {
  const observation = statementObservation(statement, subject, source)
  const { id, version, effective } = observation
  return {
    stream: subject,
    subject,
    type: 'observation.recorded',
    effective,
    idempotencyKey: `observation/${id}@${version}/${key}`,
    payload: plain({ observation: plain(observation) }),
  }
}
