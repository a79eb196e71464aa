import type { LogOptions, WorkEvent, WorkHour } from '../work-event.ts'
import { rawDays, reduceRaw } from './day-store.ts'
import { readHeader } from './header.ts'
import { limitsOf } from './limits.ts'
import { logReader } from './log-reader.ts'
import { joinDays } from './reduce.ts'
import { hoursOf } from './work-log.ts'

const header = readHeader('time,user,action,patient,object,detail')
const encoder = new TextEncoder()

/**
 * The hours of one person from all that this person did, and what came to the inbox: in any order, by whatever login, duplicates
 * counted once. Hours without any of it are left out, and the log is taken to be whole.
 *
 * @example hoursOfPerson([{ time: 0, user: 'a', action: 'note.sign' }], { provider: 'p001' })[0].seconds.note // [5, 0, 0, 0]
 */
export function hoursOfPerson(
  events: readonly WorkEvent[],
  options: { readonly provider: string } & Pick<LogOptions, 'inactivity' | 'tail' | 'map'>,
): readonly WorkHour[] {
  const limits = limitsOf(options)
  const { provider } = options
  const raw = rawDays()
  const logins = [...new Set(events.map(({ user }) => user))].map((login) => ({ provider, login }))
  // Through the reader of logs, so that there is one rule, and one order of what is of one instant.
  const reader = logReader(header, { ...options, logins }, raw.add)
  const lines = encoder.encode(events.map(lineOf).join(''))
  reader.read(lines, 0, lines.length)
  const summaries = new Map(raw.days().map((day) => [day.day, reduceRaw([day], limits).summary]))
  return hoursOf(provider, joinDays(summaries, limits), [])
}

/** An event as a line of the log. */
export function lineOf({ action, detail = '', object = '', patient = '', time, user }: WorkEvent): string {
  return `${new Date(time).toISOString()},${[user, action, patient, object, detail].map(quoted).join(',')}\n`
}

const quoted = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"` : field
