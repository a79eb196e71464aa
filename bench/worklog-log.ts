import { closeSync, openSync, writeSync } from 'node:fs'
import { randomStream } from '@counterpart/numerics'
import type { Action, MessageKind } from '@counterpart/worklog'

// An audit log of a clinic as it may be, written as bytes: for measuring speed, not for judging anything about clinics.

export interface LogSize {
  readonly providers: number
  /** From a Monday on, UTC. */
  readonly days: number
}

export const providerName = (p: number): string => `p${String(p + 1).padStart(3, '0')}`
const start = Date.UTC(2026, 0, 5)
const secondsPerDay = 86_400

/** Actions by activity; somebody stays with one activity for a while. */
const stretches: readonly (readonly (Action | `other.${string}`)[])[] = [
  ['chart.view', 'chart.view', 'result.view'],
  ['note.edit', 'note.edit', 'note.edit', 'note.sign'],
  ['order.enter', 'order.sign'],
  ['rx.enter', 'rx.sign'],
  ['inbox.open', 'inbox.read', 'inbox.read', 'inbox.reply', 'inbox.done'],
  ['schedule.view'],
  ['other.print', 'other.search'],
]
const kinds: readonly MessageKind[] = ['patient', 'refill', 'call', 'result', 'staff', 'system']
const shares = [0.3, 0.57, 0.69, 0.76, 0.93, 0.96, 1]

/**
 * Writes a log in order of time: working days with work at the screen in bouts from 8 to 17:30 and in the evening, a little at
 * weekends; an event every 3.5 s of work; a line in a thousand twice. Gives the number of lines with events.
 */
export function writeLog(path: string, { days, providers }: LogSize, seed: number): number {
  const random = randomStream('worklog bench', seed)
  const file = openSync(path, 'w')
  const buffer = Buffer.allocUnsafe(8 << 20)
  let used = buffer.write('time,user,action,patient,object,detail\n', 0, 'latin1')
  let lines = 0
  // Who is next in each second of the day: lists by number.
  const head = new Int32Array(secondsPerDay + 1)
  const following = new Int32Array(2 * providers)
  const activity = new Uint8Array(providers)
  const left = new Int32Array(providers)
  const patient = new Int32Array(providers)
  const until = new Int32Array(providers)
  const put = (who: number, second: number) => {
    if (second >= secondsPerDay) return
    following[who] = head[second]!
    head[second] = who
  }
  const windows = (weekend: boolean): readonly (readonly [from: number, until: number])[] =>
    weekend
      ? [[10, 11.5]]
      : [
          [8, 12.4],
          [13, 17.5],
          [19.5, 21.2],
        ]
  const users = Array.from({ length: providers }, (_, p) => `u-${providerName(p)}`)

  for (let day = 0; day < days; day++) {
    const date = new Date(start + day * secondsPerDay * 1000).toISOString().slice(0, 11)
    const weekend = day % 7 > 4
    for (const [from, to] of windows(weekend)) {
      head.fill(-1)
      for (let p = 0; p < providers; p++) {
        until[p] = Math.floor(3600 * (to + 0.4 * (random.uniform() - 0.5)))
        put(p, Math.floor(3600 * (from + 0.3 * random.uniform())))
        // Messages come to each inbox all day.
        if (!weekend) put(providers + p, Math.floor(3600 * from + 300 * random.uniform()))
      }
      for (let second = Math.floor(3600 * from); second < secondsPerDay; second++)
        for (let who = head[second]!; who >= 0; ) {
          const next = following[who]!
          const p = who % providers
          let action: string = 'message.received'
          let detail: string = kinds[random.integer(6)]!
          if (who < providers) {
            if (left[p]! <= 0) {
              const draw = random.uniform()
              activity[p] = shares.findIndex((share) => draw < share)
              left[p] = 2 + random.integer(14)
              if (random.uniform() < 0.3) patient[p] = random.integer(40_000)
            }
            left[p]! -= 1
            const of = stretches[activity[p]!]!
            action = of[random.integer(of.length)]!
            detail = activity[p] === 4 ? detail : action.endsWith('.sign') && random.uniform() < 0.2 ? 'team' : ''
          }
          if (used > buffer.length - 512) {
            writeSync(file, buffer, 0, used)
            used = 0
          }
          const begin = used
          used += buffer.write(date, used, 'latin1')
          used = digits(buffer, used, Math.floor(second / 3600), 2)
          buffer[used++] = 58
          used = digits(buffer, used, Math.floor(second / 60) % 60, 2)
          buffer[used++] = 58
          used = digits(buffer, used, second % 60, 2)
          used += buffer.write(`Z,${users[p]},${action},n`, used, 'latin1')
          used = digits(buffer, used, patient[p]!, 5)
          used += buffer.write(',m', used, 'latin1')
          used = digits(buffer, used, lines % 10_000_000, 7)
          used += buffer.write(`,${detail}\n`, used, 'latin1')
          lines++
          if (random.uniform() < 0.001) {
            used += buffer.copy(buffer, used, begin, used)
            lines++
          }
          const gap = who < providers ? gapOf(random.uniform()) : Math.floor(-Math.log(1 - random.uniform()) * 240) + 1
          if (second + gap < until[p]!) put(who, second + gap)
          who = next
        }
    }
  }
  writeSync(file, buffer, 0, used)
  closeSync(file)
  return lines
}

/** Seconds to the next event: mostly a few, now and then a talk. */
function gapOf(u: number): number {
  if (u < 0.012) return 61 + Math.floor(20_000 * u)
  return 1 + Math.floor(-2.35 * Math.log(1 - (u - 0.012) / 0.989))
}

function digits(buffer: Buffer, at: number, value: number, count: number): number {
  for (let p = at + count - 1, rest = value; p >= at; p--) {
    buffer[p] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  return at + count
}
