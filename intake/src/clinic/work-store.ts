import type { Instant, SubjectId } from '@counterpart/kernel'
import { hour as hourLength } from '@counterpart/kernel'
import type { CivilTime } from '@counterpart/numerics'
import type { NewEvent, Thread } from '@counterpart/thread'
import { type Coverage, coverageOf, type Outage } from './coverage.ts'
import type { ClinicSettings } from './settings.ts'
import { noRows, packed, united, unpacked, type WorkRows } from './work-rows.ts'

/** Provider-hours whose events are kept at hand. */
const atHand = 8_192

/**
 * What was logged in a clinic, hour by hour, as the thread has it: the events of each person and hour, packed and each once, so that what
 * comes later in another file can be put together with them.
 */
export class WorkStore {
  readonly #thread: Thread
  readonly #clinic: string
  readonly #rows = new Map<string, WorkRows>()
  /** Streams that are known to be empty before this process wrote to them. */
  readonly #streams = new Set<string>()
  #coverage: Coverage

  private constructor(thread: Thread, clinic: string, coverage: Coverage, streams: Iterable<string>) {
    this.#thread = thread
    this.#clinic = clinic
    this.#coverage = coverage
    for (const stream of streams) this.#streams.add(stream)
  }

  static async load(thread: Thread, clinic: ClinicSettings, time: CivilTime): Promise<WorkStore> {
    const heard = new Set<Instant>()
    const outages: Outage[] = []
    for await (const { type, effective, payload } of thread.read(coverageStream(clinic.id)))
      if (type === 'work.heard') heard.add(effective)
      else if (payload !== null) outages.push(payload as unknown as Outage)
    const streams = await thread.streams(`${prefixOf(clinic.id)}`)
    return new WorkStore(
      thread,
      clinic.id,
      coverageOf(clinic, time, heard, outages),
      streams.map(({ stream }) => stream),
    )
  }

  get coverage(): Coverage {
    return this.#coverage
  }

  /** What one person did in one hour, as far as it is known. */
  async rows(provider: string, hour: Instant): Promise<WorkRows> {
    const key = `${provider} ${hour}`
    const known = this.#rows.get(key)
    if (known) {
      this.#rows.delete(key)
      this.#rows.set(key, known)
      return known
    }
    let rows = noRows
    const stream = this.#streamOf(provider, hour)
    if (this.#streams.has(stream))
      for await (const { payload } of this.#thread.read(stream, { validFrom: hour, validAt: hour }))
        if (payload !== null) rows = united(rows, unpacked(String(payload.events)))
    this.#keep(key, rows)
    return rows
  }

  /** The event by which more of an hour is kept. `count`: how many there are of that hour with it. */
  keptEvent(provider: string, hour: Instant, fresh: WorkRows, count: number): Omit<NewEvent, 'derivedFrom'> {
    return {
      stream: this.#streamOf(provider, hour),
      subject: this.#subject,
      type: 'work.kept',
      effective: hour,
      idempotencyKey: `kept/${provider}/${hour}@${count}`,
      payload: { events: packed(fresh) },
    }
  }

  /** The events by which it is kept that somebody was heard of in these hours, or that there was an outage. */
  coverageEvents(heard: readonly Instant[], outages: readonly Outage[]): readonly Omit<NewEvent, 'derivedFrom'>[] {
    const common = { stream: coverageStream(this.#clinic), subject: this.#subject }
    return [
      ...heard
        .filter((hour) => !this.#coverage.heard.has(hour))
        .map((hour) => ({
          ...common,
          type: 'work.heard',
          effective: hour,
          idempotencyKey: `heard/${hour}`,
          payload: {},
        })),
      ...outages.map((outage) => ({
        ...common,
        type: 'work.outage',
        effective: outage.said,
        idempotencyKey: `outage/${outage.from}-${outage.until}@${outage.said}`,
        payload: { ...outage },
      })),
    ]
  }

  /** Takes in what is durable now. */
  learn(hours: readonly { provider: string; hour: Instant; rows: WorkRows }[], coverage: Coverage): void {
    for (const { provider, hour, rows } of hours) {
      this.#streams.add(this.#streamOf(provider, hour))
      this.#keep(`${provider} ${hour}`, rows)
    }
    this.#coverage = coverage
  }

  #keep(key: string, rows: WorkRows): void {
    this.#rows.delete(key)
    this.#rows.set(key, rows)
    if (this.#rows.size > atHand) this.#rows.delete(this.#rows.keys().next().value!)
  }

  get #subject(): SubjectId {
    return `clinic/${this.#clinic}`
  }

  /** A stream for each person and month, so that an hour is found without looking through a year. */
  #streamOf(provider: string, hour: Instant): string {
    return `${prefixOf(this.#clinic)}${provider}/${new Date(Math.floor(hour / hourLength) * hourLength).toISOString().slice(0, 7)}`
  }
}

function prefixOf(clinic: string): string {
  return `work-events/${clinic}/`
}

function coverageStream(clinic: string): string {
  return `work-coverage/${clinic}`
}
