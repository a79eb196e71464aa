import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { all, describeThread, fact, type Place, temporaryDirectory } from './contract.ts'
import { openThread, type StoredThread } from './index.ts'

async function sqlitePlace(): Promise<Place> {
  const directory = temporaryDirectory()
  return {
    directory,
    async sql(text, ...values) {
      const database = new DatabaseSync(join(directory, 'thread.sqlite'))
      try {
        return database.prepare(text).all(...values) as Record<string, unknown>[]
      } finally {
        database.close()
      }
    },
  }
}

describeThread('SQLite', sqlitePlace, { kills: 10 })

describe('the SQLite store', () => {
  const clock = (): number => 1
  let thread: StoredThread | undefined
  afterEach(async () => thread?.close())

  test('is opened for writing by one at a time', async () => {
    const directory = temporaryDirectory()
    thread = await openThread({ directory, clock })
    await expect(openThread({ directory, clock })).rejects.toMatchObject({ code: 'store-locked' })
    await thread.close()
    thread = await openThread({ directory, clock })
  })

  test('refuses the store of a newer program, and a database of another', async () => {
    const newer = await sqlitePlace()
    await (await openThread({ directory: newer.directory, clock })).close()
    await newer.sql('PRAGMA user_version = 99')
    await expect(openThread({ directory: newer.directory, clock })).rejects.toMatchObject({ code: 'store-newer' })
    const other = await sqlitePlace()
    await other.sql('CREATE TABLE something (x)')
    await expect(openThread({ directory: other.directory, clock })).rejects.toMatchObject({ code: 'store-unusable' })
  })

  test('finds a byte changed anywhere in the events of the file', async () => {
    const { directory } = await sqlitePlace()
    thread = await openThread({ directory, clock })
    await thread.append(
      Array.from({ length: 200 }, (_, i) => fact(`event ${i}`, { payload: { value: 'x'.repeat(500) } })),
    )
    const [row] = await thread.parts.store.events({ stream: 'patient/a', fromSequence: 120, limit: 1 })
    await thread.close()
    const path = join(directory, 'thread.sqlite')
    const bytes = readFileSync(path)
    const at = bytes.indexOf(row!.sealed)
    expect(at).toBeGreaterThan(0)
    bytes[at + 300]! ^= 0x10
    writeFileSync(path, bytes)
    thread = await openThread({ directory, clock })
    expect((await thread.verify()).broken).toEqual([
      { stream: 'patient/a', sequence: 120, what: 'has been changed since it was written' },
    ])
  })

  test('names the damage when the file can be read only in part', async () => {
    const { directory } = await sqlitePlace()
    thread = await openThread({ directory, clock })
    await thread.append(
      Array.from({ length: 200 }, (_, i) => fact(`event ${i}`, { payload: { value: 'x'.repeat(500) } })),
    )
    const [row] = await thread.parts.store.events({ stream: 'patient/a', fromSequence: 120, limit: 1 })
    await thread.close()
    const path = join(directory, 'thread.sqlite')
    const bytes = readFileSync(path)
    // The header of the page that holds the event.
    const page = Math.floor(bytes.indexOf(row!.sealed) / 8192) * 8192
    bytes.fill(0xff, page, page + 8)
    writeFileSync(path, bytes)
    thread = await openThread({ directory, clock })
    const { broken } = await thread.verify()
    expect(
      broken.some(
        ({ stream, sequence, what }) => stream === 'patient/a' && sequence <= 120 && /cannot be read/.test(what),
      ),
    ).toBe(true)
  })

  test.skipIf(process.platform !== 'linux')(
    'stops for good when a write fails, and keeps what it has acknowledged',
    async () => {
      const directory = temporaryDirectory()
      const program = `
      const { openThread } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
      const thread = await openThread({ directory: ${JSON.stringify(directory)}, clock: () => 1 })
      let acknowledged = 0
      const append = (i) => thread.append([{ stream: 'audit', type: 'audit.recorded', effective: 1, idempotencyKey: 'k' + i, subject: null,
        payload: { text: Array.from({ length: 300 }, (_, j) => (i * 7919 + j * 104729) % 1000003).join() } }])
      try { for (;; acknowledged++) await append(acknowledged) } catch (error) {
        const codes = [error.code]
        for (let i = 0; i < 3; i++) await append('again' + i).catch((error) => codes.push(error.code))
        console.log(JSON.stringify({ acknowledged, codes }))
      }
      process.exit()`
      // No file may grow beyond 1 MiB: the write fails as it does on a full disk.
      const child = spawn('sh', [
        '-c',
        `trap '' XFSZ; ulimit -f 2048; exec "$0" --no-warnings --input-type=module -e "$1"`,
        process.execPath,
        program,
      ])
      let output = ''
      child.stdout.on('data', (text) => {
        output += text
      })
      child.stderr.on('data', (text) => {
        output += text
      })
      await new Promise((resolve) => child.once('close', resolve))
      const { acknowledged, codes } = JSON.parse(output) as { acknowledged: number; codes: string[] }
      expect(codes).toEqual(['store-failed', 'store-failed', 'store-failed', 'store-failed'])
      expect(acknowledged).toBeGreaterThan(10)
      thread = await openThread({ directory, clock })
      const keys = (await all(thread.read('audit'))).map(({ idempotencyKey }) => idempotencyKey)
      expect(keys.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, i) => `k${i}`))
      expect((await thread.verify()).broken).toEqual([])
    },
  )
})
