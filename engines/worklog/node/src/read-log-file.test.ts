import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { readText, someEvents, someLogins, textOf } from '../../src/log/log.test-data.ts'
import type { WorkLog } from '../../src/log/work-log.ts'
import { readLogFile } from './read-log-file.ts'
import { cut, readBuffer, readRange } from './read-ranges.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-worklog-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const content = (log: WorkLog) => ({
  ...log,
  hours: log.providers.map((provider) => log.hours(provider)),
  transitions: log.providers.map((provider) => [...log.transitions(provider)]),
})
const options = { zone: 'Europe/London', logins: someLogins(4) }
const events = someEvents(1, { people: 4, days: 30, bouts: 25 })

describe('a file', () => {
  it('is the same on one thread, on several, without any, and zipped', async () => {
    // Large enough that three threads are worth it: 13 MB.
    const text = textOf(events)
    const padded = `${text.slice(0, text.indexOf('\n'))},more\n${text
      .slice(text.indexOf('\n') + 1)
      .replaceAll('\n', `,${'x'.repeat(650)}\n`)}`
    const path = file('log.csv', padded)
    const plain = content(await readText(padded, options))
    expect(content(await readLogFile(path, { ...options, workers: 1 }))).toEqual(plain)
    expect(content(await readLogFile(path, { ...options, workers: 3 }))).toEqual(plain)
    // Days that are closed too early, on every thread.
    expect(content(await readLogFile(path, { ...options, workers: 3, room: 300 }))).toEqual(plain)
    expect(content(await readLogFile(file('log.csv.gz', gzipSync(padded)), { ...options, room: 5000 }))).toEqual(plain)
  })

  it('is cut at starts of lines, wherever that is asked', () => {
    const text = 'a\nbb\n\nccc\ndddd'
    const path = file('lines', text)
    const open = openSync(path, 'r')
    for (let parts = 1; parts < 20; parts++) {
      let seen = ''
      const ranges = cut(open, { from: 2, until: text.length }, parts)
      for (const range of ranges)
        readRange(
          open,
          range,
          readBuffer(),
          (bytes, length) => (seen += new TextDecoder().decode(bytes.subarray(0, length))),
          () => {},
        )
      expect(seen).toBe('bb\n\nccc\ndddd\n')
      for (const { from } of ranges) expect(text[from - 1]).toBe('\n')
    }
    closeSync(open)
  })

  it('that cannot be read, or is none, is refused', async () => {
    await expect(readLogFile(join(folder, 'gone.csv'))).rejects.toThrow(/ENOENT/)
    await expect(readLogFile(file('empty.csv', ''))).rejects.toThrow(/empty/)
    await expect(readLogFile(file('header.csv', 'time,user\n'))).rejects.toThrow(/no column "action"/)
    await expect(readLogFile(file('broken.csv.gz', gzipSync('time,user,action\n').subarray(0, 20)))).rejects.toThrow()
  })

  it('says how far it is', async () => {
    const told: number[] = []
    const path = file('small.csv', textOf(events.slice(0, 1000)))
    await readLogFile(path, { ...options, onProgress: (done, of) => told.push(done / of) })
    expect(told.filter((part) => part === 1)).toEqual([1])
    expect(told.at(-1)).toBe(1)
  })
})
