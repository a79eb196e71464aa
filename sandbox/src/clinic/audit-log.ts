import type { Instant, MessageKind, ProviderCode } from '@counterpart/kernel'
import type { ClinicEvent, WorkPiece } from './events.ts'
import type { ClinicTruth } from './truth.ts'

export interface AuditLogOptions {
  /** What goes wrong with the log; left out: nothing. */
  readonly faults?: LogFaults
  /** Mean seconds from one recorded action to the next while somebody works. Default 7.5. */
  readonly every?: number
}

/** What goes wrong with logs in life. */
export interface LogFaults {
  /** Share of lines that are written twice. */
  readonly doubled?: number
  /** Stretches of which nothing was kept, of everybody or of one person. */
  readonly missing?: readonly { readonly from: Instant; readonly until: Instant; readonly provider?: ProviderCode }[]
  /** Workstations whose clock is off by so many seconds. */
  readonly clocks?: Readonly<Record<ProviderCode, number>>
}

/** One line of the log as data. */
export interface AuditEntry {
  readonly at: Instant
  readonly user: string
  readonly action: string
  readonly patient: string
  readonly object: string
  readonly detail: string
}

export const auditLogHeader = 'time,user,action,patient,object,detail\n'

/** What is clicked in the course of an activity. */
const courses: Readonly<Record<WorkPiece['activity'], readonly string[]>> = {
  'chart-review': ['chart.view', 'chart.view', 'result.view'],
  note: ['note.edit'],
  order: ['order.enter'],
  prescription: ['rx.enter'],
  inbox: ['inbox.read'],
  schedule: ['schedule.view'],
  other: ['other.navigate', 'other.form', 'other.code'],
}

/** Logins of each person, for the settings of a platform: some have a second one for work from home. */
export function loginsOf(truth: ClinicTruth): Map<ProviderCode, readonly string[]> {
  return new Map(
    [...truth.providers].map(([provider, { secondLogin }]) => [
      provider,
      secondLogin ? [`u-${provider}`, `u-${provider}-home`] : [`u-${provider}`],
    ]),
  )
}

/**
 * Writes the audit log of a clinic's events, action by action, in order of time. Nothing is written of what lies after the time asked
 * for: it is held back until then. The order of clicks within a stretch of work is drawn by a hash of when and whose it is.
 */
export class AuditLog {
  readonly #second: ReadonlySet<ProviderCode>
  readonly #faults: LogFaults
  readonly #gap: number
  readonly #lines = new Map<number, string[]>()
  #entries = 0
  #day = Number.NaN
  #dayText = ''

  constructor(truth: ClinicTruth, { faults = {}, every = 7.5 }: AuditLogOptions = {}) {
    this.#second = new Set([...truth.providers].filter(([, { secondLogin }]) => secondLogin).map(([code]) => code))
    this.#faults = faults
    this.#gap = Math.max(2, Math.min(25, every))
  }

  /** Lines written so far. */
  get entries(): number {
    return this.#entries
  }

  /** The log as CSV up to `to`, without a header; the empty text: nothing. */
  write(events: readonly ClinicEvent[], to: Instant): string {
    this.#take(events)
    // By second, so that what is read is in order of time.
    const seconds = Float64Array.from(this.#lines.keys()).sort()
    const parts: string[] = []
    for (const second of seconds) {
      if (second * 1000 > to) break
      parts.push(this.#lines.get(second)!.join(''))
      this.#lines.delete(second)
    }
    return parts.join('')
  }

  #take(events: readonly ClinicEvent[]): void {
    for (const event of events) {
      if (event.kind === 'work') this.#piece(event.at, event.work)
      else if (event.kind === 'message') {
        const { provider, kind, patient, id } = event.message
        this.#line(event.at, provider, `u-${provider}`, 'message.received', patient, `m${id}`, kind, 0)
      }
    }
  }

  #piece(at: Instant, work: WorkPiece): void {
    const { provider, activity, seconds, patient, about, ends, message, team, door } = work
    const user = work.away && this.#second.has(provider) ? `u-${provider}-home` : `u-${provider}`
    const object = about === '' ? '' : message ? `m${about}` : activity === 'note' ? `t${about}` : `v${about}`
    const detail = message && activity === 'inbox' ? message : ''
    let hash = mix((at / 1000) ^ (Number.parseInt(provider.slice(1), 10) * 0x9e3779b1))
    const put = (second: number, action: string, more: string = detail) =>
      this.#line(at + second * 1000, provider, user, action, patient, object, more, hash)
    if (door === 'logout') {
      put(seconds, 'logout')
      return
    }
    const course = courses[activity]
    // The last action is five seconds before the end: so long is what comes after it counted.
    const last = Math.max(0, seconds - 5)
    put(0, door === 'login' ? 'login' : about === '' && activity === 'inbox' ? 'inbox.open' : course[0]!)
    for (let second = 0; ; ) {
      hash = mix(hash)
      second += Math.max(1, Math.round(this.#gap * (0.4 + 1.2 * (hash / 4294967296))))
      if (second >= last) break
      put(second, course[hash % course.length]!)
    }
    if (ends === undefined) {
      if (last > 0) put(last, course[hash % course.length]!)
    } else if (ends === 'sign') {
      const what = activity === 'note' ? 'note.sign' : activity === 'prescription' ? 'rx.sign' : 'order.sign'
      put(last, what, team ? 'team' : '')
    } else {
      if (ends === 'reply') put(Math.max(0, last - 2), 'inbox.reply')
      put(last, 'inbox.done')
    }
  }

  #line(
    at: Instant,
    provider: ProviderCode,
    user: string,
    action: string,
    patient: number,
    object: string,
    detail: MessageKind | string,
    hash: number,
  ): void {
    const { doubled = 0, missing, clocks } = this.#faults
    if (missing)
      for (const hole of missing)
        if (at >= hole.from && at < hole.until && (!hole.provider || hole.provider === provider)) return
    const shown = at + 1000 * (clocks?.[provider] ?? 0)
    const second = Math.floor(at / 1000)
    const line = `${this.#time(shown)},${user},${action},${patient === 0 ? '' : `n${patient}`},${object},${detail}\n`
    let lines = this.#lines.get(second)
    if (!lines) {
      lines = []
      this.#lines.set(second, lines)
    }
    lines.push(line)
    this.#entries++
    if (doubled > 0 && mix(hash ^ second) / 4294967296 < doubled) {
      lines.push(line)
      this.#entries++
    }
  }

  /** ISO 8601 to the second. */
  #time(at: Instant): string {
    const day = Math.floor(at / 86_400_000)
    if (day !== this.#day) {
      this.#day = day
      this.#dayText = new Date(day * 86_400_000).toISOString().slice(0, 11)
    }
    const second = Math.floor(at / 1000) - day * 86_400
    const minute = (second / 60) | 0
    return `${this.#dayText}${twoDigits[(minute / 60) | 0]}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}Z`
  }
}

const twoDigits = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))

/** A hash of 32 bits (finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Lines of the log as data, e.g. for FHIR. */
export function auditEntries(csv: string): AuditEntry[] {
  return csv
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [time = '', user = '', action = '', patient = '', object = '', detail = ''] = line.split(',')
      return { at: Date.parse(time), user, action, patient, object, detail }
    })
}
