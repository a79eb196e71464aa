import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { testPostgres } from '../../scripts/test-services.ts'
import { all, describeThread, fact, type Place, temporaryDirectory } from './contract.ts'
import { openThread, type StoredThread } from './index.ts'

const service = await testPostgres()
const skipped = 'skipped' in service ? service.skipped : undefined
if (skipped !== undefined) console.log(skipped)

// Emptying a database is quicker than making one, so those of earlier tests are used again.
const idle: string[] = []
const used: string[] = []
afterEach(async () => {
  for (const databaseUrl of used.splice(0)) {
    await query(databaseUrl, 'DROP SCHEMA IF EXISTS counterpart CASCADE', [])
    idle.push(databaseUrl)
  }
})

async function postgresqlPlace(): Promise<Place & { readonly databaseUrl: string }> {
  const databaseUrl = idle.pop() ?? (await freshDatabase())
  used.push(databaseUrl)
  return {
    directory: temporaryDirectory(),
    databaseUrl,
    sql: (text, ...values) => {
      let n = 0
      const numbered = text.replace(/\?/g, () => `$${++n}`)
      return query(
        databaseUrl,
        numbered,
        values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value)),
      )
    },
  }
}

async function freshDatabase(): Promise<string> {
  const fresh = await testPostgres()
  if ('skipped' in fresh) throw new Error(fresh.skipped)
  return fresh.url
}

async function query(databaseUrl: string, text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('SET search_path = counterpart')
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

describe.skipIf(skipped !== undefined)('with a PostgreSQL server', () => {
  describeThread('PostgreSQL', postgresqlPlace, { kills: 4 })

  describe('the PostgreSQL store', () => {
    const open: StoredThread[] = []
    afterEach(async () => {
      for (const thread of open.splice(0)) await thread.close()
    })
    const openAt = async ({ directory, databaseUrl }: Place): Promise<StoredThread> => {
      const thread = await openThread({ directory, databaseUrl: databaseUrl!, clock: () => 1 })
      open.push(thread)
      return thread
    }

    test('lets several processes write: one order of positions, each told of the others', async () => {
      const place = await postgresqlPlace()
      const writers = [await openAt(place), await openAt(place)]
      const seen: number[][] = [[], []]
      const heard = writers.map(
        (writer, w) =>
          new Promise<void>((resolve) => {
            writer.subscribe((events) => {
              seen[w]!.push(...events.map(({ position }) => position))
              if (seen[w]!.length === 120) resolve()
            })
          }),
      )
      await Promise.all(
        writers.flatMap((writer, w) =>
          Array.from({ length: 60 }, (_, i) =>
            writer.append([
              fact(`writer ${w} event ${i}`, { stream: `patient/${i % 5}`, subject: `patient/${i % 5}` }),
            ]),
          ),
        ),
      )
      await Promise.all(heard)
      const positions = Array.from({ length: 120 }, (_, i) => i + 1)
      expect(seen).toEqual([positions, positions])
      expect((await all(writers[0]!.readAll(0))).map(({ position }) => position)).toEqual(positions)
      expect(await writers[1]!.verify()).toEqual({ streams: 5, events: 120, broken: [] })
    })

    test('gives a twin to one of two writers', async () => {
      const place = await postgresqlPlace()
      const writers = [await openAt(place), await openAt(place)]
      const writes = await Promise.allSettled(
        writers.map((writer, w) => writer.append([fact(`belief of ${w}`)], { 'patient/a': 0 })),
      )
      expect(writes.map((write) => (write.status === 'rejected' ? write.reason.code : 'taken')).sort()).toEqual([
        'sequence-conflict',
        'taken',
      ])
    })

    test('knows in one process what another has erased', async () => {
      const place = await postgresqlPlace()
      const [one, other] = [await openAt(place), await openAt(place)]
      await one.append([fact('secret')])
      expect((await other.get('patient/a@1'))?.payload).toEqual({ value: 'secret' })
      await one.eraseSubject('patient/a', {})
      expect((await other.get('patient/a@1'))?.payload).toBeNull()
      await expect(other.append([fact('more')])).rejects.toMatchObject({ code: 'subject-erased' })
    })

    test('refuses the store of a newer program', async () => {
      const place = await postgresqlPlace()
      await (await openAt(place)).close()
      open.length = 0
      await place.sql('UPDATE schema_version SET version = 99')
      await expect(openAt(place)).rejects.toMatchObject({ code: 'store-newer' })
    })

    test('says so when the server cannot be reached, and goes on when it can again', async () => {
      const place = await postgresqlPlace()
      const thread = await openAt(place)
      await thread.append([fact('before')])
      // Cuts every connection to this database, the listening one too.
      await place.sql(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      const outcome = await thread.append([fact('meanwhile')]).catch((error: { code: string }) => error.code)
      if (typeof outcome === 'string') expect(outcome).toBe('store-unavailable')
      const told = new Promise<string>((resolve) => {
        thread.subscribe((events) => resolve(events.at(-1)!.idempotencyKey))
      })
      await thread.append([fact('meanwhile')]).catch(() => thread.append([fact('meanwhile')]))
      await thread.append([fact('after')])
      expect(['meanwhile', 'after']).toContain(await told)
      expect((await all(thread.readAll(0))).map(({ idempotencyKey }) => idempotencyKey)).toEqual([
        'before',
        'meanwhile',
        'after',
      ])
      await expect(
        openThread({
          databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
          clock: () => 1,
          masterKey: Buffer.alloc(32).toString('base64'),
        }),
      ).rejects.toMatchObject({
        code: 'store-unavailable',
      })
    })
  })
})
