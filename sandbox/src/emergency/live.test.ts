import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hour, minute, second } from '@counterpart/kernel'
import { describe, expect, it, vi } from 'vitest'
import { departmentEntry, startEmergency } from './live.ts'

const department = 'department/north-ed'

/** A clock that stands until it is moved, and the work that is due by then. */
function heldClock(now: number) {
  let queue: { at: number; work: () => void }[] = []
  const clock = {
    now: () => now,
    timer: (delay: number, work: () => void) => {
      const entry = { at: now + delay, work }
      queue.push(entry)
      return () => {
        queue = queue.filter((each) => each !== entry)
      }
    },
    pass: (time: number) => {
      const end = now + time
      for (;;) {
        const next = queue.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        queue = queue.filter((each) => each !== next)
        now = Math.max(now, next.at)
        next.work()
      }
      now = end
    },
  }
  return clock
}

describe('a living emergency department', () => {
  it('tells its last hours at once, then goes on with the clock and never ahead of it', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        bodies.push(body)
        response.end('{}')
      })
    }).listen(0)
    await new Promise((resolve) => server.once('listening', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const start = Date.UTC(2026, 0, 5, 12)
    const clock = heldClock(start)
    const emergency = startEmergency({
      seed: 'live',
      department,
      unseenDays: 1,
      history: 2 * hour,
      clock: clock.now,
      timer: clock.timer,
      fhir: { base },
      roster: { url: `${base}/roster`, token: 'token' },
    })
    // Each hour of the past goes when the one before has been taken.
    await vi.waitFor(
      () => {
        clock.pass(second)
        expect(emergency.hidden.census.at).toBeGreaterThanOrEqual(start)
      },
      { timeout: 20_000, interval: 10 },
    )
    await emergency.live
    expect(emergency.hidden.census.present).toBeGreaterThan(5)
    emergency.request({ wants: 'start', action: { id: 'a', name: 'stream-to-minors', dose: 1 } })
    clock.pass(30 * minute)
    expect(emergency.hidden.census.at).toBeLessThanOrEqual(clock.now())
    await vi.waitFor(
      () => {
        clock.pass(200)
        expect(emergency.statistics.accepted).toBe(emergency.statistics.due)
      },
      { timeout: 20_000, interval: 10 },
    )
    await emergency.stop()
    server.close()
    const sent = bodies.join('\n')
    expect(sent).toContain('"resourceType":"ServiceRequest"')
    expect(sent).toMatch(/"resourceType":"Task".*"status":"in-progress".*stream-to-minors/)
    expect(bodies.some((body) => body.startsWith('{"from":'))).toBe(true)
    for (const [, time] of sent.matchAll(/"lastUpdated":"([^"]+)"/g))
      expect(Date.parse(time!)).toBeLessThanOrEqual(clock.now())
  })

  it('is described for a platform by its rooms and by what is elsewhere', () => {
    const entry = departmentEntry(department, { name: 'North', utcOffsetMinutes: 60 })
    expect(entry).toMatchObject({ id: 'north-ed', name: 'North', utcOffsetMinutes: 60, facility: 'SANDBOX-HOSPITAL' })
    expect(entry.areas.map(({ code }) => code)).toContain('ED-RES')
  })
})
