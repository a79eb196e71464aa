import { randomStream } from '@counterpart/numerics'
import { type Activity, actions, activityOfAction, type MessageKind, messageKinds } from '../vocabulary.ts'
import type { WorkEvent } from '../work-event.ts'
import { type ReadOptions, readLog } from './read-log.ts'
import type { WorkLog } from './work-log.ts'

export const headerLine = 'time,user,action,patient,object,detail\n'
const encoder = new TextEncoder()

/** Reads text as a log, in chunks of so many bytes. */
export function readText(text: string, options: ReadOptions = {}, chunk = 1 << 16): Promise<WorkLog> {
  const bytes = encoder.encode(text)
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  )
  return readLog(() => chunks, options)
}

/** An event as a line of the log. */
const lineOf = ({ action, detail, object, patient, time, user }: WorkEvent) =>
  `${[new Date(time).toISOString(), user, action, patient, object, detail].join(',')}\n`

export const textOf = (events: readonly WorkEvent[]): string => headerLine + events.map(lineOf).join('')

/** Work in bouts over some days, with ties, two logins of each person, messages, logouts, and times around midnight. */
export function someEvents(seed: number, { people = 2, days = 3, bouts = 4, start = Date.UTC(2026, 2, 28) } = {}) {
  const random = randomStream('some events', seed)
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!
  const events: WorkEvent[] = []
  for (let p = 0; p < people; p++)
    for (let d = 0; d < days; d++)
      for (let b = 0; b < bouts; b++) {
        let time = start + d * 86_400_000 + Math.floor(random.uniform() * 86_400) * 1000
        const count = 1 + random.integer(12)
        for (let i = 0; i < count; i++) {
          const action = pick(actions.slice(0, -1))
          const detail = /inbox|received/.test(action) ? pick([...messageKinds, '']) : pick(['', '', 'team'])
          const user = `p${p}${pick(['', '', '-home'])}`
          events.push({ time, user, action, patient: pick(['', 'n1', 'n2']), object: pick(['', 'm1']), detail })
          time += pick([0, 0, 1, 3, 8, 20, 59, 60, 61, 400]) * 1000 + pick([0, 0, 250])
        }
      }
  return events.sort((a, b) => a.time - b.time)
}

/** Who owns the logins of {@link someEvents}. */
export const someLogins = (people = 2) =>
  Array.from({ length: people }, (_, p) =>
    ['', '-home'].map((rest) => ({ provider: `p${p}`, login: `p${p}${rest}` })),
  ).flat()

/** The rule of the README once more, second by second as it is said there, without thought of speed. */
export function slowly(provider: string, events: readonly WorkEvent[]) {
  const logins = new Set(
    someLogins(9)
      .filter((each) => each.provider === provider)
      .map(({ login }) => login),
  )
  const once = new Map(events.filter(({ user }) => logins.has(user)).map((event) => [JSON.stringify(event), event]))
  const own = [...once.values()].sort((a, b) => a.time - b.time)
  const totals = {
    seconds: {} as Record<string, number>,
    received: {} as Record<string, number>,
    done: {} as Record<string, number>,
    signed: 0,
    team: 0,
    notes: 0,
    actions: 0,
  }
  const add = (to: Record<string, number>, key: string, more: number) => {
    to[key] = (to[key] ?? 0) + more
  }
  let before: WorkEvent | undefined
  const between = (from: WorkEvent, until: number) => {
    const milliseconds = until - from.time <= 60_000 ? until - from.time : 5_000
    for (let at = from.time; at < from.time + milliseconds; at += 250)
      add(totals.seconds, `${activityOfAction[from.action as 'login']} ${Math.floor(at / 900_000)}`, 0.25)
  }
  for (const event of own) {
    const kind = messageKinds.includes(event.detail as MessageKind) ? event.detail! : 'system'
    if (event.action === 'message.received') {
      add(totals.received, kind, 1)
      continue
    }
    totals.actions++
    if (event.action === 'inbox.done') add(totals.done, kind, 1)
    if (event.action === 'note.sign') totals.notes++
    if (event.action === 'order.sign' || event.action === 'rx.sign') {
      totals.signed++
      if (event.detail === 'team') totals.team++
    }
    if (event.action === 'logout' && before?.user !== event.user) continue
    if (before) between(before, event.time)
    before = event.action === 'logout' ? undefined : event
  }
  if (before) between(before, Number.POSITIVE_INFINITY)
  return totals
}

/** The same totals of what was read. */
export function totalsOf(log: Pick<WorkLog, 'hours'>, provider: string) {
  const totals = {
    seconds: {} as Record<string, number>,
    received: {} as Record<string, number>,
    done: {} as Record<string, number>,
    signed: 0,
    team: 0,
    notes: 0,
    actions: 0,
  }
  for (const hour of log.hours(provider)) {
    for (const [activity, quarters] of Object.entries(hour.seconds) as [Activity, readonly number[]][])
      for (const [q, seconds] of quarters.entries())
        if (seconds > 0) totals.seconds[`${activity} ${hour.hour / 900_000 + q}`] = seconds
    for (const which of ['received', 'done'] as const)
      for (const [kind, count] of Object.entries(hour[which])) totals[which][kind] = (totals[which][kind] ?? 0) + count
    totals.signed += hour.orders.signed
    totals.team += hour.orders.team
    totals.notes += hour.notesSigned
    totals.actions += hour.actions
  }
  return totals
}
