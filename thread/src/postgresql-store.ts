import type { Instant } from '@counterpart/kernel'
import pg from 'pg'
import { ThreadError } from './errors.ts'
import type { StreamId } from './port.ts'
import { bytes, committedChannel, standingFor, write } from './postgresql-commit.ts'
import { prepareSchema, takeWritingLock } from './postgresql-schema.ts'
import type {
  Addition,
  CheckpointRow,
  EventRow,
  Head,
  KeyRow,
  Ledger,
  Loose,
  RowQuery,
  SegmentRow,
  Standing,
  Store,
  Wanted,
} from './store.ts'
import { eventColumns, toCheckpoint, toEventRow, toHead, toKey, toSegment } from './stored-rows.ts'

// A lost notification must not hold a reader back for long.
const lookEvery = 1_000

/**
 * Opens (and, unless `readOnly`, makes) the store in schema `counterpart` of a PostgreSQL database (15 or later). Any
 * number of processes may write: an advisory lock held to the end of each transaction puts their commits in one order.
 * Throws `store-unavailable`, `store-newer` or `store-unusable`.
 */
export async function openPostgresqlStore(url: string, options: { readonly readOnly?: boolean } = {}): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 6,
    types: wholeNumbers,
    application_name: 'counterpart thread',
  })
  // An idle connection that is lost is replaced by the next question; that one reports what is wrong.
  pool.on('error', () => undefined)
  try {
    await prepareSchema(pool, options.readOnly ?? false)
    return new PostgresqlStore(pool)
  } catch (error) {
    await pool.end()
    throw failure(error)
  }
}

/** bigint columns come as text by default; positions, sequences and instants all fit a double. */
const wholeNumbers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : (pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown),
}

class PostgresqlStore implements Store {
  readonly kind = 'postgresql'
  readonly #pool: pg.Pool
  #closed = false
  readonly #stops: (() => Promise<void>)[] = []

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async commit(wanted: () => Wanted, plan: (standing: Standing) => Addition): Promise<void> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw failure(error)
    })
    let lost: Error | undefined
    try {
      await client.query('BEGIN')
      await takeWritingLock(client)
      const addition = plan(await standingFor(client, wanted()))
      await write(client, addition)
      await client.query('COMMIT')
      if (addition.erase.length > 0) await this.#dropErasedRows()
    } catch (error) {
      lost = error as Error
      throw failure(error)
    } finally {
      // A connection with an unfinished transaction is closed, which rolls it back.
      client.release(lost)
    }
  }

  async events(query: RowQuery): Promise<readonly EventRow[]> {
    const values: unknown[] = []
    const where: string[] = []
    const add = (condition: string, value: unknown): void => {
      if (value !== undefined) where.push(condition.replace('?', `$${values.push(value)}`))
    }
    add('e.stream_id = (SELECT id FROM counterpart.streams WHERE name = ?)', query.stream)
    add('e.sequence >= ?', query.fromSequence)
    add('e.sequence <= ?', query.toSequence)
    add('e.position >= ?', query.fromPosition)
    add('e.recorded <= ?', query.recordedTo)
    add('e.effective >= ?', query.effectiveFrom)
    add('e.effective <= ?', query.effectiveTo)
    add('e.type = ANY (?)', query.types)
    const order = `${query.stream === undefined ? 'e.position' : 'e.sequence'} ${query.descending === true ? 'DESC' : 'ASC'}`
    return this.#events(
      `FROM counterpart.events e ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
       ORDER BY ${order} LIMIT $${values.push(query.limit)}`,
      values,
      order.replace('e.', 'x.'),
    )
  }

  async derived(source: number, after: number, limit: number): Promise<readonly EventRow[]> {
    return this.#events(
      `FROM counterpart.sources o JOIN counterpart.events e ON e.position = o.position
       WHERE o.source = $1 AND o.position > $2 ORDER BY o.position LIMIT $3`,
      [source, after, limit],
      'x.position',
    )
  }

  async spans(stream: StreamId, from: Instant, to: Instant): Promise<readonly (readonly [number, number])[]> {
    const [row] = await this.#rows(
      `SELECT min(sequence) AS low, max(sequence) AS high FROM counterpart.events
       WHERE stream_id = (SELECT id FROM counterpart.streams WHERE name = $1) AND effective BETWEEN $2 AND $3`,
      [stream, from, to],
    )
    const { low, high } = row as { low: number | null; high: number | null }
    return low === null ? [] : [[low, high!]]
  }

  async head(stream: StreamId): Promise<Head | undefined> {
    return (await this.#rows('SELECT * FROM counterpart.streams WHERE name = $1', [stream])).map(toHead)[0]
  }

  async heads(prefix: string): Promise<readonly Head[]> {
    return (
      await this.#rows('SELECT * FROM counterpart.streams WHERE starts_with(name, $1) ORDER BY name', [prefix])
    ).map(toHead)
  }

  async ledger(): Promise<Ledger | undefined> {
    const [row] = await this.#rows('SELECT position, recorded, seal FROM counterpart.ledger', [])
    return row as Ledger | undefined
  }

  async loose(): Promise<Loose> {
    const headless = await this.#rows(
      `SELECT stream_id, min(sequence) AS sequence FROM counterpart.events e
       WHERE NOT EXISTS (SELECT FROM counterpart.streams s WHERE s.id = e.stream_id) GROUP BY stream_id`,
      [],
    )
    const [row] = await this.#rows(
      `SELECT count(*) AS events, coalesce(max(e.position), 0) AS last, l.position, l.recorded, l.seal
       FROM (SELECT) one LEFT JOIN counterpart.events e ON true LEFT JOIN counterpart.ledger l ON true
       GROUP BY l.position, l.recorded, l.seal`,
      [],
    )
    const { events, last, position, recorded, seal } = row as unknown as Ledger & { events: number; last: number }
    return {
      headless: headless.map((found) => ({ streamId: Number(found.stream_id), sequence: Number(found.sequence) })),
      // Without any event, the outer join still gives one row.
      events: last === 0 ? 0 : events,
      lastPosition: last,
      ledger: position === null ? undefined : { position, recorded, seal },
    }
  }

  async key(which: { id: number } | { subject: KeyRow['subject'] }): Promise<KeyRow | undefined> {
    const rows =
      'id' in which
        ? await this.#rows('SELECT * FROM counterpart.keys WHERE id = $1', [which.id])
        : await this.#rows('SELECT * FROM counterpart.keys WHERE subject = $1', [which.subject])
    return rows.map(toKey)[0]
  }

  async keys(): Promise<readonly KeyRow[]> {
    return (await this.#rows('SELECT * FROM counterpart.keys ORDER BY id', [])).map(toKey)
  }

  async replaceKeys(keys: readonly KeyRow[]): Promise<void> {
    await this.#rows('DELETE FROM counterpart.keys WHERE NOT EXISTS (SELECT FROM counterpart.events)', [])
    await this.#rows(
      'INSERT INTO counterpart.keys SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::boolean[])',
      [
        keys.map(({ id }) => id),
        keys.map(({ subject }) => subject),
        keys.map(({ wrapped }) => bytes(wrapped)),
        keys.map(({ erased }) => erased),
      ],
    )
  }

  async putCheckpoint({ stream, kind, effective, position, keyId, sealed }: CheckpointRow): Promise<void> {
    // The lock on the key's row waits for an erasure that is under way, and then nothing is written.
    await this.#rows(
      `INSERT INTO counterpart.checkpoints (stream, kind, effective, position, key_id, sealed)
       SELECT $1, $2, $3, $4, id, $6 FROM counterpart.keys WHERE id = $5 AND NOT erased FOR SHARE
       ON CONFLICT (stream, kind, effective, position) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed`,
      [stream, kind, effective, position, keyId, sealed],
    )
  }

  async checkpoints(
    stream: StreamId,
    kind: string,
    before: Instant | undefined,
    limit: number,
  ): Promise<readonly CheckpointRow[]> {
    const rows = await this.#rows(
      `SELECT c.*, k.subject FROM counterpart.checkpoints c JOIN counterpart.keys k ON k.id = c.key_id
       WHERE stream = $1 AND kind = $2 AND effective <= $3 ORDER BY effective DESC, position DESC LIMIT $4`,
      [stream, kind, before ?? Number.MAX_SAFE_INTEGER, limit],
    )
    return rows.map(toCheckpoint)
  }

  async dropCheckpoints(
    stream: StreamId,
    kind: string,
    from: Instant | undefined,
    keepNewest: number | undefined,
  ): Promise<void> {
    if (from !== undefined)
      await this.#rows('DELETE FROM counterpart.checkpoints WHERE stream = $1 AND kind = $2 AND effective >= $3', [
        stream,
        kind,
        from,
      ])
    if (keepNewest !== undefined)
      await this.#rows(
        `DELETE FROM counterpart.checkpoints c USING (
           SELECT effective, position FROM counterpart.checkpoints WHERE stream = $1 AND kind = $2
           ORDER BY effective DESC, position DESC OFFSET $3) old
         WHERE c.stream = $1 AND c.kind = $2 AND c.effective = old.effective AND c.position = old.position`,
        [stream, kind, keepNewest],
      )
  }

  async segments(
    keyId: number,
    channelName: string | undefined,
    from: Instant,
    to: Instant,
  ): Promise<readonly SegmentRow[]> {
    const rows = await this.#rows(
      `SELECT * FROM counterpart.segments WHERE key_id = $1 AND start <= $2 AND finish >= $3
       AND ($4::text IS NULL OR channel = $4) ORDER BY start, position`,
      [keyId, to, from, channelName ?? null],
    )
    return rows.map(toSegment)
  }

  /** Listens on a connection of its own; looks anew after the connection was lost, and now and then in any case. */
  watch(changed: (position: number) => void): () => void {
    let client: pg.Client | undefined
    let stopped = false
    const look = (): void => {
      if (!stopped)
        this.ledger().then(
          (ledger) => changed(ledger?.position ?? 0),
          () => undefined,
        )
    }
    const listen = async (): Promise<void> => {
      const fresh = new pg.Client({ ...this.#pool.options, types: wholeNumbers })
      client = fresh
      fresh.on('notification', ({ payload }) => changed(Number(payload)))
      fresh.on('error', () => undefined)
      fresh.on('end', () => {
        if (client === fresh) client = undefined
      })
      await fresh.connect()
      await fresh.query(`LISTEN ${committedChannel}`)
      look()
    }
    const listening = (): Promise<void> =>
      listen().catch(() => {
        client = undefined
      })
    let connecting = listening()
    const timer = setInterval(() => {
      if (client === undefined) connecting = listening()
      else look()
    }, lookEvery)
    timer.unref()
    const stop = async (): Promise<void> => {
      stopped = true
      clearInterval(timer)
      await connecting
      await client?.end().catch(() => undefined)
    }
    this.#stops.push(stop)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const stop of this.#stops) await stop()
    await this.#pool.end()
  }

  /** An updated row lies dead in the table's file until it is rewritten. */
  async #dropErasedRows(): Promise<void> {
    await this.#pool.query('VACUUM FULL counterpart.keys')
  }

  /** The chosen events with the names of their streams and subjects; `order` once more, as a join may lose it. */
  async #events(chosen: string, values: unknown[], order: string): Promise<readonly EventRow[]> {
    const rows = await this.#rows(
      `WITH x AS MATERIALIZED (SELECT e.* ${chosen})
       SELECT ${eventColumns.replaceAll('e.', 'x.')} FROM x
       LEFT JOIN counterpart.streams s ON s.id = x.stream_id LEFT JOIN counterpart.keys k ON k.id = x.key_id ORDER BY ${order}`,
      values,
    )
    return rows.map(toEventRow)
  }

  async #rows(sql: string, values: unknown[]): Promise<Record<string, unknown>[]> {
    try {
      return (await this.#pool.query(sql, values)).rows
    } catch (error) {
      throw failure(error)
    }
  }
}

function failure(error: unknown): ThreadError {
  if (error instanceof ThreadError) return error
  const { code, message } = error as { code?: string; message?: string }
  if (code === '23505')
    return new ThreadError(
      'sequence-conflict',
      `another writer of the same stream was first (${message}); read what it wrote and try again`,
      {
        cause: error,
      },
    )
  return new ThreadError(
    'store-unavailable',
    `PostgreSQL did not take it (${message || code || String(error)}). It may or may not have been written: append the same events again with the same idempotency keys`,
    { cause: error },
  )
}
