import type { Instant } from '@counterpart/kernel'
import { type CivilTime, civilTime } from '@counterpart/numerics'
import { IntakeError } from '../errors.ts'
import { type Component, type Property, readComponent, unreadable, untaken } from './calendar-lines.ts'
import { type RecurrenceRule, readRule, timesOf } from './calendar-rule.ts'
import { isDay } from './wall-time.ts'

/** Something that a calendar says is so from when until when. */
export interface CalendarEntry {
  /** The line on which its event begins. */
  readonly line: number
  readonly uid: string
  readonly from: Instant
  readonly until: Instant
  readonly categories: readonly string[]
  readonly summary: string
  /** Whom it names: addresses without `mailto:`. */
  readonly people: readonly string[]
  readonly cancelled: boolean
}

/** Times of all events together, also before the span. */
const mostOccurrences = 50_000
const dayMs = 86_400_000

/** Properties of an event that change nothing here. */
const passedOver =
  /^(DTSTAMP|CREATED|LAST-MODIFIED|DESCRIPTION|LOCATION|CLASS|TRANSP|PRIORITY|URL|CONTACT|COMMENT|GEO|RESOURCES|ATTACH|REQUEST-STATUS|RELATED-TO|X-.+)$/
const read =
  /^(UID|DTSTART|DTEND|DURATION|SUMMARY|CATEGORIES|RRULE|EXDATE|RECURRENCE-ID|STATUS|ATTENDEE|ORGANIZER|SEQUENCE)$/

/**
 * Reads the events of a calendar (RFC 5545), recurring ones at each of their times within the span. Taken are DTSTART, DTEND or
 * DURATION (local with TZID, floating by the clinic's clock, UTC, whole days), RRULE DAILY and WEEKLY with INTERVAL, COUNT, UNTIL, BYDAY and
 * WKST, EXDATE, RECURRENCE-ID and STATUS. Throws {@link IntakeError} `malformed`, `not-supported`, `too-large`, naming the line.
 */
export function readCalendar(
  text: string,
  time: CivilTime,
  span: { readonly from: Instant; readonly until: Instant },
): readonly CalendarEntry[] {
  const calendar = readComponent(text)
  const zones = new Map<string, string>()
  for (const component of calendar.components) {
    if (component.name === 'VTIMEZONE') {
      const location = textOf(component, 'X-LIC-LOCATION')
      const id = textOf(component, 'TZID')
      if (id !== undefined && location !== undefined) zones.set(id, location)
    } else if (component.name !== 'VEVENT') throw untaken(component.line, component.name, 'VEVENT and VTIMEZONE')
  }
  const events = calendar.components.filter(({ name }) => name === 'VEVENT').map((each) => eventOf(each, time, zones))
  const budget = { left: mostOccurrences }
  return newestOf(events)
    .flatMap(({ master, replaced }) => [...occurrencesOf(master, replaced, span, budget)])
    .filter(({ from, until }) => until > span.from && from < span.until)
}

interface CalendarTime {
  /** The wall clock's reading as if it were UTC. */
  readonly wall: number
  readonly time: CivilTime
  readonly wholeDay: boolean
}

interface CalendarEvent
  extends Pick<CalendarEntry, 'line' | 'uid' | 'categories' | 'summary' | 'people' | 'cancelled'> {
  readonly start: CalendarTime
  /** Exact, or of whole days their number. */
  readonly length: number
  readonly rule: { readonly rule: RecurrenceRule; readonly line: number } | undefined
  readonly except: ReadonlySet<Instant>
  readonly replaces: Instant | undefined
  readonly sequence: number
}

function eventOf(event: Component, time: CivilTime, zones: ReadonlyMap<string, string>): CalendarEvent {
  for (const { name, line } of event.properties)
    if (!read.test(name) && !passedOver.test(name))
      throw untaken(line, name.slice(0, 40), 'an event with DTSTART, DTEND, SUMMARY, RRULE and EXDATE')
  const of = (name: string): Property | undefined => {
    const found = event.properties.filter((each) => each.name === name)
    if (found.length > 1) throw unreadable(found[1]!.line, `${name} stands twice in one event`)
    return found[0]
  }
  for (const { name, line } of event.components)
    if (name !== 'VALARM') throw untaken(line, name.slice(0, 40), 'nothing but VALARM within an event')
  const timeOf = (property: Property, value = property.value) => calendarTime(property, value, time, zones)
  const [begin, end, duration, rule] = [of('DTSTART'), of('DTEND'), of('DURATION'), of('RRULE')]
  const uid = of('UID')?.value
  if (!begin) throw unreadable(event.line, 'the event has no DTSTART')
  if (uid === undefined) throw unreadable(event.line, 'the event has no UID')
  const start = timeOf(begin)
  const finish = end && timeOf(end)
  if (finish && finish.wholeDay !== start.wholeDay)
    throw unreadable(end.line, 'DTSTART and DTEND must both be days, or both times')
  const length = finish
    ? start.wholeDay
      ? finish.wall - start.wall
      : instantOf(finish) - instantOf(start)
    : duration
      ? durationOf(duration)
      : start.wholeDay
        ? dayMs
        : Number.NaN
  if (Number.isNaN(length)) throw unreadable(event.line, 'the event has neither DTEND nor DURATION')
  if (length <= 0) throw unreadable((end ?? duration ?? begin).line, 'the event ends before it begins')
  const recurrence = of('RECURRENCE-ID')
  if (recurrence?.parameters.RANGE !== undefined)
    throw untaken(recurrence.line, 'RECURRENCE-ID with RANGE', 'one RECURRENCE-ID for each event that is changed')
  return {
    line: event.line,
    uid,
    start,
    length,
    rule: rule && { rule: readRule(rule), line: rule.line },
    except: new Set(
      event.properties
        .filter(({ name }) => name === 'EXDATE')
        .flatMap((property) => property.value.split(',').map((value) => instantOf(timeOf(property, value)))),
    ),
    replaces: recurrence && instantOf(timeOf(recurrence)),
    sequence: Number(of('SEQUENCE')?.value ?? 0) || 0,
    cancelled: of('STATUS')?.value.trim().toUpperCase() === 'CANCELLED',
    summary: unescaped(of('SUMMARY')?.value ?? ''),
    categories: event.properties
      .filter(({ name }) => name === 'CATEGORIES')
      .flatMap(({ value }) => value.split(/(?<!\\),/).map((each) => unescaped(each).trim())),
    people: event.properties
      .filter(({ name }) => name === 'ATTENDEE' || name === 'ORGANIZER')
      .map(({ value }) => value.trim().replace(/^mailto:/i, '')),
  }
}

/** Of each event the newest revision, with those that replace single occurrences of it. */
function newestOf(events: readonly CalendarEvent[]) {
  const masters = new Map<string, CalendarEvent>()
  const replacing = new Map<string, Map<Instant, CalendarEvent>>()
  for (const event of events) {
    const { uid, replaces } = event
    if (replaces === undefined) {
      if ((masters.get(uid)?.sequence ?? -1) <= event.sequence) masters.set(uid, event)
    } else {
      const known = replacing.get(uid) ?? new Map<Instant, CalendarEvent>()
      replacing.set(uid, known)
      if ((known.get(replaces)?.sequence ?? -1) <= event.sequence) known.set(replaces, event)
    }
  }
  // A change of an occurrence whose event is not in this calendar stands for itself.
  for (const [uid, changes] of replacing)
    if (!masters.has(uid)) for (const change of changes.values()) masters.set(`${uid}\n${change.replaces}`, change)
  return [...masters].map(([uid, master]) => ({
    master,
    replaced: replacing.get(uid) ?? new Map<Instant, CalendarEvent>(),
  }))
}

function* occurrencesOf(
  event: CalendarEvent,
  replaced: ReadonlyMap<Instant, CalendarEvent>,
  span: { readonly until: Instant },
  budget: { left: number },
): Generator<CalendarEntry> {
  for (const wall of wallTimes(event)) {
    const at = instantOf({ ...event.start, wall })
    if (at >= span.until) return
    if (--budget.left < 0)
      throw new IntakeError(
        'too-large',
        `the calendar: line ${event.line}: by then there are more than ${mostOccurrences} times`,
        {
          location: `line ${event.line}`,
          expected: `at most ${mostOccurrences}, those before the present among them`,
          mend: 'begin the rules later, end them by UNTIL, or send the calendar in parts',
        },
      )
    const change = replaced.get(at)
    if (event.except.has(at)) continue
    yield change ? entryOf(change, change.start.wall) : entryOf(event, wall)
  }
}

function* wallTimes({ start, rule, line }: CalendarEvent): Generator<number> {
  if (!rule) {
    yield start.wall
    return
  }
  const { until, count } = rule.rule
  const last = until === undefined ? Number.POSITIVE_INFINITY : lastWall(until, start, rule.line)
  let made = 0
  for (const wall of timesOf(start.wall, rule.rule)) {
    if (made === 0 && wall !== start.wall)
      throw untaken(line, 'an event that does not begin on a day of its own rule', 'DTSTART on a day that RRULE names')
    if (wall > last || made++ === count) return
    yield wall
  }
  if (made === 0) throw unreadable(rule.line, 'RRULE never comes true')
}

/** The last reading of the wall clock that a rule's UNTIL allows: it is given in UTC for events of a zone. */
function lastWall(text: string, start: CalendarTime, line: number): number {
  const parts = timeForm.exec(text)
  if (!parts || !isDay(`${parts[1]}-${parts[2]}-${parts[3]}`)) throw unreadable(line, 'RRULE UNTIL is no date or time')
  const wall = wallOf(parts)
  if (parts[4] === undefined) return wall + dayMs - 1
  return parts[7] === 'Z' && !start.wholeDay ? wall + start.time.offsetAt(wall) : wall
}

function entryOf(event: CalendarEvent, wall: number): CalendarEntry {
  const { line, uid, categories, summary, people, cancelled, start, length } = event
  const from = instantOf({ ...start, wall })
  const until = start.wholeDay ? instantOf({ ...start, wall: wall + length }) : from + length
  return { line, uid, from, until, categories, summary, people, cancelled }
}

function instantOf({ wall, time }: CalendarTime): Instant {
  return time.instantOf(wall)
}

const timeForm = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/

function wallOf([, year, month, day, hour = '0', minute = '0', second = '0']: RegExpExecArray): number {
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

function calendarTime(
  { name, line, parameters }: Property,
  value: string,
  clinic: CivilTime,
  zones: ReadonlyMap<string, string>,
): CalendarTime {
  const parts = timeForm.exec(value.trim())
  const inTime = parts && isDay(`${parts[1]}-${parts[2]}-${parts[3]}`) && Number(parts[4] ?? 0) < 24
  if (!inTime || Number(parts[5] ?? 0) > 59 || Number(parts[6] ?? 0) > 60)
    throw unreadable(line, `${name}: "${value.slice(0, 30)}" is no date or time`)
  const wall = wallOf(parts)
  if (parts[4] === undefined) return { wall, time: clinic, wholeDay: true }
  if (parts[7] === 'Z') return { wall, time: civilTime('UTC'), wholeDay: false }
  const id = parameters.TZID
  if (id === undefined) return { wall, time: clinic, wholeDay: false }
  try {
    return { wall, time: civilTime(zones.get(id) ?? id.replace(/^\//, '')), wholeDay: false }
  } catch {
    throw untaken(line, `the time zone "${id.slice(0, 60)}"`, 'an IANA time zone such as Europe/London')
  }
}

function durationOf({ value, line }: Property): number {
  const match = /^\+?P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/.exec(value.trim())
  const [, weeks, days, hours, minutes, seconds] = (match ?? []).map((part) => Number(part ?? 0))
  const total = match ? (weeks! * 7 + days!) * dayMs + ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 : 0
  if (total === 0) throw unreadable(line, `DURATION: "${value.slice(0, 30)}" is no length of time`)
  return total
}

function textOf({ properties }: Component, name: string): string | undefined {
  return properties.find((each) => each.name === name)?.value
}

function unescaped(text: string): string {
  return text.replace(/\\([\\;,nN])/g, (_, each: string) => (each === 'n' || each === 'N' ? ' ' : each))
}
