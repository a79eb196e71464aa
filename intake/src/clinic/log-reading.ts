import type { Instant } from '@counterpart/kernel'
import { hour as hourLength, minute } from '@counterpart/kernel'
import { IntakeError } from '../errors.ts'
import { nameOf, secretNameOf } from '../hash.ts'
import { type ClinicStatement, doubtStatement } from './clinic-statement.ts'
import type { Clinics } from './clinics.ts'
import type { ClinicSettings } from './settings.ts'
import { type RowCollector, rowCollector } from './work-rows.ts'
import { type WorkRow, type WorkSource, workSource } from './work-source.ts'
import type { ProviderHour } from './work-taking.ts'

/** Older than this, the clock of the log was wrong. */
const mostBehind = 10 * 366 * 24 * hourLength
/** How far the clock of a log may be ahead. */
export const mostAhead = 2 * minute

/** A log as it is read. */
export interface LogReading {
  readonly source: WorkSource
  readonly held: number
  readonly taken: number
  /** Time of the event that came first. */
  readonly first: Instant
  /** Time of the latest event. */
  readonly latest: Instant
  /** What has been collected since this was asked last. */
  hours(): readonly ProviderHour[]
  problems(): ReturnType<WorkSource['problems']>
  /** Throws {@link IntakeError} when nothing could be taken in. */
  check(): void
}

/** What tells events of one instant apart in {@link logReading}: two numbers out of the secret behind all names. */
export type TagKey = readonly [number, number]

export function tagKeyOf(key?: Uint8Array): TagKey {
  const secret = key ? secretNameOf(key, 'work-event') : nameOf('work-event')
  return [Number.parseInt(secret.slice(0, 8), 16) | 0, Number.parseInt(secret.slice(8, 16), 16) | 0]
}

/** Reads a log of this content type, and collects its events by person and hour; `each` is told of every one. */
export function logReading(
  clinic: ClinicSettings,
  clinics: Clinics,
  contentType: string,
  { now, tagKey }: { readonly now: Instant; readonly tagKey: TagKey },
  each?: (row: WorkRow) => void,
): LogReading {
  const collected = new Map<string, { provider: string; hour: Instant; rows: RowCollector }>()
  const ahead: number[] = []
  let [taken, held, first, latest, late] = [0, 0, 0, 0, 0]
  const source = workSource(contentType, clinic, clinics, (row) => {
    const { provider, time, code, hash, second, line } = row
    if (time > now + mostAhead || time < now - mostBehind) {
      late++
      if (ahead.length < 5) ahead.push(line)
      return
    }
    const hour = Math.floor(time / hourLength) * hourLength
    const key = `${provider} ${hour}`
    let hourly = collected.get(key)
    if (!hourly) {
      hourly = { provider, hour, rows: rowCollector() }
      collected.set(key, hourly)
    }
    hourly.rows.add(time - hour, code, tagOf(hash, second, tagKey))
    if (taken === 0) first = time
    taken++
    held++
    latest = Math.max(latest, time)
    each?.(row)
  })
  const problems = () => [
    ...source.problems(),
    ...(late === 0
      ? []
      : [
          {
            what: 'time in the future, or over ten years ago',
            count: late,
            lines: ahead,
            assumed: 'it is left out; the clock of the log is wrong',
          },
        ]),
  ]
  return {
    source,
    problems,
    get held() {
      return held
    },
    get taken() {
      return taken
    },
    get first() {
      return first
    },
    get latest() {
      return latest
    },
    hours() {
      const hours = [...collected.values()].map((each) => ({ ...each, rows: each.rows.rows }))
      collected.clear()
      held = 0
      return hours.sort((a, b) => a.hour - b.hour || (a.provider < b.provider ? -1 : 1))
    },
    check() {
      if (taken > 0) return
      const [first] = problems().sort((a, b) => b.count - a.count)
      throw new IntakeError('invalid', `nothing of the log can be taken in${first ? `: ${first.what}` : ''}`, {
        location: first?.lines[0] === undefined ? '' : `line ${first.lines[0]}`,
        expected: 'events of people of this clinic, in the words of docs/connect-a-clinic.md',
        mend: 'check the columns, the times and the logins in the settings',
      })
    },
  }
}

/** Problems that people should know of: not duplicates, nor logins of others who use the same system. */
export function doubtsOf(reading: LogReading, { id }: ClinicSettings, at: Instant): readonly ClinicStatement[] {
  return reading
    .problems()
    .filter(({ what }) => !what.startsWith('unknown login'))
    .slice(0, 20)
    .map(({ what, assumed }) => doubtStatement(id, { problem: `audit log: ${what}`, assumed }, at))
}

/** Tells events of one instant apart without telling about whom they are: nobody without the key can find a patient by trying. */
function tagOf(hash: number, second: number, [one, other]: TagKey): number {
  return mixed(mixed(hash ^ one) ^ second ^ other)
}

function mixed(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), -2048144789)
  h = Math.imul(h ^ (h >>> 13), -1028477387)
  return h ^ (h >>> 16)
}
