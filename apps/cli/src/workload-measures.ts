import { civilTime } from '@counterpart/numerics'
import {
  groupMeasures,
  isDay,
  type Login,
  type LogMap,
  type LogOptions,
  measuresOf,
  type PeriodKind,
  periodKinds,
  readLogins,
  readSchedule,
  type ScheduledSpan,
  type Span,
  type WorkLog,
  WorklogError,
} from '@counterpart/worklog'
import { readLogFile } from '@counterpart/worklog/node'
import { progress } from './progress.ts'
import { textOf } from './text-file.ts'
import { print, readArguments, UsageError, wholeNumber } from './usage.ts'
import { groupsInWords, measuresInWords } from './workload-measures-words.ts'

/** `counterpart workload measures`: an audit log becomes the published measures of each provider, or of pods. */
export async function measureWorkload(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {
    providers: { type: 'string' },
    schedule: { type: 'string' },
    zone: { type: 'string', default: 'UTC' },
    from: { type: 'string' },
    until: { type: 'string' },
    by: { type: 'string', default: 'all' },
    map: { type: 'string' },
    outage: { type: 'string', multiple: true, default: [] },
    inactivity: { type: 'string' },
    tail: { type: 'string' },
    'by-pod': { type: 'boolean', default: false },
    'minimum-cell': { type: 'string', default: '5' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const [file, extra] = positionals
  if (file === undefined || extra !== undefined) throw new UsageError('expected one LOG')
  const zone = zoneFrom(values.zone)
  const by = periodFrom(values.by)
  const minimum = wholeNumber(values['minimum-cell'], '--minimum-cell', 3, 1000)
  const workers = values.workers === undefined ? undefined : wholeNumber(values.workers, '--workers', 1, 64)
  const range = { from: dayFrom(values.from, '--from'), until: dayFrom(values.until, '--until') }
  if (values['by-pod'] && values.providers === undefined)
    throw new UsageError('--by-pod needs --providers with a column "pod"')

  const logins = fileFrom(values.providers, readLogins)
  const schedule = fileFrom(values.schedule, (text) => readSchedule(text, zone))
  const options: LogOptions = {
    zone,
    outages: values.outage.map((text) => outageFrom(text)),
    ...(logins ? { logins } : {}),
    ...(values.map === undefined ? {} : { map: mapFrom(values.map) }),
    ...(values.inactivity === undefined ? {} : { inactivity: secondsFrom(values.inactivity, '--inactivity') }),
    ...(values.tail === undefined ? {} : { tail: secondsFrom(values.tail, '--tail') }),
    ...(schedule ? { closed: closedBy(schedule, zone) } : {}),
  }
  const told = progress('MB:')
  const million = (bytes: number) => Math.round(bytes / 1e6)
  const log = await inFile(file, () =>
    readLogFile(file, {
      ...options,
      ...(workers === undefined ? {} : { workers }),
      onProgress: (done, of) => told(million(done), million(of)),
    }),
  )
  warnOfStrangers(log, schedule, logins)
  const measured = measuredIn(log, schedule ?? [], range, by)
  const about = aboutLog(file, log)
  if (values['by-pod']) {
    const pods = new Map(logins!.map(({ pod, provider }) => [provider, pod]))
    if (![...pods.values()].some((pod) => pod !== undefined))
      throw new Error(`${values.providers} has no column "pod" (expected for --by-pod)`)
    const groups = groupMeasures(measured, (provider) => pods.get(provider), minimum, 'clinic')
    print(values.json, { ...about, minimumCell: minimum, groups }, (result) => groupsInWords(log, result.groups))
  } else print(values.json, { ...about, providers: measured }, ({ providers }) => measuresInWords(log, providers))
}

function measuredIn(
  log: WorkLog,
  schedule: readonly ScheduledSpan[],
  asked: { readonly from: string | undefined; readonly until: string | undefined },
  by: PeriodKind,
) {
  const civil = civilTime(log.zone)
  const extent = log.extent!
  const range = { from: asked.from ?? civil.dayOf(extent.from), until: asked.until ?? civil.dayOf(extent.until) }
  if (range.from >= range.until) throw new Error(`there is no day from ${range.from} until ${range.until}`)
  // One after the other, so that the hours of all are never there at once.
  function* hours() {
    for (const provider of log.providers) yield* log.hours(provider)
  }
  return measuresOf(hours(), schedule, {
    zone: log.zone,
    by,
    range,
    logged: extent,
    providers: log.providers,
    transitions: log.transitions,
  })
}

function aboutLog(file: string, log: WorkLog) {
  const iso = (at: number) => new Date(at).toISOString()
  const { duplicates, events, extent, lines, missing, problems, zone } = log
  return {
    log: {
      file,
      zone,
      lines,
      events,
      duplicates,
      from: iso(extent!.from),
      until: iso(extent!.until),
      missing: missing.map(({ from, until }) => ({ from: iso(from), until: iso(until) })),
    },
    problems,
  }
}

/** Codes of the schedule that the log does not know are mostly a list of logins that was not given. */
function warnOfStrangers(
  log: WorkLog,
  schedule: readonly ScheduledSpan[] | undefined,
  logins: readonly Login[] | undefined,
) {
  if (!schedule) return
  const known = new Set(log.providers)
  const strangers = new Set(schedule.map(({ provider }) => provider).filter((provider) => !known.has(provider)))
  if (strangers.size === 0) return
  const some = [...strangers].slice(0, 3).join(', ')
  process.stderr.write(
    `counterpart workload: warning: ${strangers.size} of the schedule (${some}${strangers.size > 3 ? ', …' : ''}) are not in ${logins ? 'the list of --providers' : 'the log; say whose each login is with --providers'}\n`,
  )
}

/** Days within the schedule on which nobody is to work. */
function closedBy(schedule: readonly ScheduledSpan[], zone: string): (day: string) => boolean {
  const civil = civilTime(zone)
  const open = new Set<string>()
  for (const { from, until, work } of schedule)
    if (work !== 'leave')
      for (let at = from; at < until; at += 12 * 3_600_000) open.add(civil.dayOf(at)).add(civil.dayOf(until - 1))
  const days = [...open].sort()
  return (day) => days.length > 0 && day > days[0]! && day < days.at(-1)! && !open.has(day)
}

/** What is wrong in a file is told with its name and line. */
async function inFile<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WorklogError) throw new Error(located(file, error))
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new Error(`cannot read ${file}: ${(error as Error).message}`)
  }
}

const located = (file: string, { line, message }: WorklogError) =>
  `${file}${line === undefined ? '' : `:${line}`}: ${message.replace(/^line \d+: /, '')}`

function fileFrom<T>(file: string | undefined, read: (text: string) => T): T | undefined {
  if (file === undefined) return undefined
  const text = textOf(file)
  try {
    return read(text)
  } catch (error) {
    throw error instanceof WorklogError ? new Error(located(file, error)) : error
  }
}

function mapFrom(file: string): LogMap {
  let map: unknown
  try {
    map = JSON.parse(textOf(file))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${file} is no JSON: ${error.message}`)
    throw error
  }
  const parts = ['columns', 'actions', 'details']
  const isWords = (value: unknown) =>
    typeof value === 'object' && value !== null && Object.values(value).every((word) => typeof word === 'string')
  const wrong =
    typeof map !== 'object' || map === null
      ? 'it is no object'
      : Object.entries(map).find(([name, value]) => !parts.includes(name) || !isWords(value))?.[0]
  if (wrong === undefined) return map as LogMap
  throw new Error(
    `${file}: "${wrong}" (expected an object with any of ${parts.join(', ')}, each of the vendor's words and ours, e.g. {"actions": {"IB_DONE": "inbox.done"}})`,
  )
}

function outageFrom(text: string): Span {
  const [from = Number.NaN, until = Number.NaN] = text.split('/').map((part) => Date.parse(part))
  if (!(until > from))
    throw new UsageError(`--outage must be FROM/UNTIL, e.g. 2026-05-01T08:00:00Z/2026-05-01T10:30:00Z, not "${text}"`)
  return { from, until }
}

function zoneFrom(zone: string): string {
  try {
    return civilTime(zone).zone
  } catch {
    throw new UsageError(`--zone must be an IANA zone such as Europe/London, not "${zone}"`)
  }
}

function periodFrom(text: string): PeriodKind {
  if (!periodKinds.includes(text as PeriodKind))
    throw new UsageError(`--by must be one of ${periodKinds.join(', ')}, not "${text}"`)
  return text as PeriodKind
}

function dayFrom(text: string | undefined, name: string): string | undefined {
  if (text === undefined || isDay(text)) return text
  throw new UsageError(`${name} must be a day such as 2026-03-02, not "${text}"`)
}

function secondsFrom(text: string, name: string): number {
  const seconds = Number(text)
  if (text.trim() === '' || !(seconds >= 0)) throw new UsageError(`${name} must be a number of seconds, not "${text}"`)
  return seconds
}
