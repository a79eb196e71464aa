import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Instant } from '@counterpart/kernel'
import { ThreadError } from './errors.ts'
import type { StreamId } from './port.ts'
import { openDatabase, takeLock } from './sqlite-schema.ts'
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

/** So many events of a stream share one row that says between which effective times they lie. */
const blockSize = 256
/**
 * Opens (and, unless `readOnly`, makes) the SQLite store in `directory`. One process at a time may open it for writing;
 * any number may read it meanwhile. Throws `store-locked`, `store-newer` or `store-unusable`.
 */
export function openSqliteStore(directory: string, options: { readonly readOnly?: boolean } = {}): Store {
  return new SqliteStore(directory, options.readOnly ?? false)
}

class SqliteStore implements Store {
  readonly kind = 'sqlite'
  readonly #lock: DatabaseSync | undefined
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  // This process is the only writer, so what it has written or read once about heads and keys holds.
  readonly #heads = new Map<StreamId, Head>()
  readonly #keys = new Map<KeyRow['subject'], KeyRow>()
  #ledger: Ledger | undefined
  #failed: unknown
  #erasedPagesRemain = false

  constructor(directory: string, readOnly: boolean) {
    mkdirSync(directory, { recursive: true })
    this.#lock = readOnly ? undefined : takeLock(directory)
    try {
      this.#database = openDatabase(join(directory, 'thread.sqlite'), readOnly)
    } catch (error) {
      this.#lock?.close()
      throw error
    }
    this.#ledger = this.#readLedger()
  }

  async commit(_wanted: () => Wanted, plan: (standing: Standing) => Addition): Promise<void> {
    if (this.#failed !== undefined) throw this.#failure()
    let addition: Addition
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      addition = plan(this.#standing())
      this.#write(addition)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (error instanceof ThreadError) {
        this.#database.exec('ROLLBACK')
        throw error
      }
      // After a failed write or fsync the operating system may have dropped the pages and report success the next time
      // (Rebello et al., "Can applications recover from fsync failures?", USENIX ATC 2020): do not try again.
      this.#failed = error
      try {
        this.#database.exec('ROLLBACK')
      } catch {
        // There is nothing to roll back when BEGIN or COMMIT itself failed.
      }
      throw this.#failure()
    }
    for (const head of addition.heads) this.#heads.set(head.stream, head)
    for (const key of addition.keys) this.#keys.set(key.subject, key)
    if (addition.erase.length > 0) {
      this.#keys.clear()
      this.#erasedPagesRemain = true
    }
    this.#ledger = addition.ledger ?? this.#ledger
    if (this.#erasedPagesRemain) this.#dropErasedPages()
  }

  async events(query: RowQuery): Promise<readonly EventRow[]> {
    const where: string[] = []
    const values: (string | number)[] = []
    const add = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return
      where.push(condition)
      values.push(value)
    }
    if (query.stream !== undefined) {
      const head = await this.head(query.stream)
      if (head === undefined) return []
      add('e.stream_id = ?', head.id)
    }
    add('e.sequence >= ?', query.fromSequence)
    add('e.sequence <= ?', query.toSequence)
    add('e.position >= ?', query.fromPosition)
    add('e.recorded <= ?', query.recordedTo)
    add('e.effective >= ?', query.effectiveFrom)
    add('e.effective <= ?', query.effectiveTo)
    if (query.types !== undefined) {
      where.push(`e.type IN (${query.types.map(() => '?').join(', ')})`)
      values.push(...query.types)
    }
    const index = query.stream === undefined ? '' : 'INDEXED BY events_by_sequence'
    const order = `${query.stream === undefined ? 'e.position' : 'e.sequence'} ${query.descending === true ? 'DESC' : 'ASC'}`
    const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''
    const sql = `SELECT ${eventColumns} FROM events e ${index} LEFT JOIN streams s ON s.id = e.stream_id
      LEFT JOIN keys k ON k.id = e.key_id ${condition} ORDER BY ${order} LIMIT ?`
    return this.#rows(sql, ...values, query.limit).map(toEventRow)
  }

  async derived(source: number, after: number, limit: number): Promise<readonly EventRow[]> {
    return this.#rows(
      `SELECT ${eventColumns} FROM sources o JOIN events e ON e.position = o.position JOIN streams s ON s.id = e.stream_id
       JOIN keys k ON k.id = e.key_id WHERE o.source = ? AND o.position > ? ORDER BY o.position LIMIT ?`,
      source,
      after,
      limit,
    ).map(toEventRow)
  }

  async spans(stream: StreamId, from: Instant, to: Instant): Promise<readonly (readonly [number, number])[]> {
    const head = await this.head(stream)
    if (head === undefined) return []
    const sql = 'SELECT block FROM blocks WHERE stream_id = ? AND low <= ? AND high >= ? ORDER BY block'
    const spans: [number, number][] = []
    for (const row of this.#rows(sql, head.id, to, from)) {
      const first = Number(row.block) * blockSize + 1
      const before = spans.at(-1)
      if (before !== undefined && before[1] === first - 1) before[1] += blockSize
      else spans.push([first, first + blockSize - 1])
    }
    return spans
  }

  async head(stream: StreamId): Promise<Head | undefined> {
    return this.#head(stream)
  }

  async heads(prefix: string): Promise<readonly Head[]> {
    return this.#rows(`SELECT * FROM streams WHERE substr(name, 1, ?) = ? ORDER BY name`, prefix.length, prefix).map(
      toHead,
    )
  }

  async ledger(): Promise<Ledger | undefined> {
    if (this.#lock === undefined) this.#ledger = this.#readLedger()
    return this.#ledger
  }

  async loose(): Promise<Loose> {
    const headless = this.#rows(
      `SELECT stream_id, min(sequence) AS sequence FROM events WHERE stream_id NOT IN (SELECT id FROM streams) GROUP BY stream_id`,
    )
    const { events, last } = this.#get('SELECT count(*) AS events, coalesce(max(position), 0) AS last FROM events') as {
      events: number
      last: number
    }
    return {
      headless: headless.map((row) => ({ streamId: Number(row.stream_id), sequence: Number(row.sequence) })),
      events,
      lastPosition: last,
      ledger: this.#readLedger(),
    }
  }

  async key(which: { id: number } | { subject: KeyRow['subject'] }): Promise<KeyRow | undefined> {
    const row =
      'id' in which
        ? this.#get('SELECT * FROM keys WHERE id = ?', which.id)
        : this.#get('SELECT * FROM keys WHERE subject = ?', which.subject)
    return row === undefined ? undefined : toKey(row)
  }

  async keys(): Promise<readonly KeyRow[]> {
    return this.#rows('SELECT * FROM keys ORDER BY id').map(toKey)
  }

  async replaceKeys(keys: readonly KeyRow[]): Promise<void> {
    this.#change('DELETE FROM keys WHERE NOT EXISTS (SELECT 1 FROM events)')
    for (const { id, subject, wrapped, erased } of keys)
      this.#change(
        'INSERT INTO keys (id, subject, wrapped, erased) VALUES (?, ?, ?, ?)',
        id,
        subject,
        wrapped,
        erased ? 1 : 0,
      )
    this.#keys.clear()
  }

  async putCheckpoint({ stream, kind, effective, position, keyId, sealed }: CheckpointRow): Promise<void> {
    this.#change(
      'INSERT OR REPLACE INTO checkpoints (stream, kind, effective, position, key_id, sealed) VALUES (?, ?, ?, ?, ?, ?)',
      stream,
      kind,
      effective,
      position,
      keyId,
      sealed,
    )
  }

  async checkpoints(
    stream: StreamId,
    kind: string,
    before: Instant | undefined,
    limit: number,
  ): Promise<readonly CheckpointRow[]> {
    return this.#rows(
      `SELECT c.*, k.subject FROM checkpoints c JOIN keys k ON k.id = c.key_id
       WHERE stream = ? AND kind = ? AND effective <= ? ORDER BY effective DESC, position DESC LIMIT ?`,
      stream,
      kind,
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ).map(toCheckpoint)
  }

  async dropCheckpoints(
    stream: StreamId,
    kind: string,
    from: Instant | undefined,
    keepNewest: number | undefined,
  ): Promise<void> {
    if (from !== undefined)
      this.#change('DELETE FROM checkpoints WHERE stream = ? AND kind = ? AND effective >= ?', stream, kind, from)
    if (keepNewest !== undefined)
      this.#change(
        `DELETE FROM checkpoints WHERE rowid IN (SELECT rowid FROM checkpoints WHERE stream = ? AND kind = ?
         ORDER BY effective DESC, position DESC LIMIT -1 OFFSET ?)`,
        stream,
        kind,
        keepNewest,
      )
  }

  async segments(
    keyId: number,
    channel: string | undefined,
    from: Instant,
    to: Instant,
  ): Promise<readonly SegmentRow[]> {
    const rows = this.#rows(
      `SELECT * FROM segments WHERE key_id = ? AND start <= ? AND finish >= ? ${channel === undefined ? '' : 'AND channel = ?'}
       ORDER BY start, position`,
      ...[keyId, to, from, ...(channel === undefined ? [] : [channel])],
    )
    return rows.map(toSegment)
  }

  async close(): Promise<void> {
    if (this.#erasedPagesRemain) this.#dropErasedPages()
    this.#statements.clear()
    this.#database.close()
    this.#lock?.close()
  }

  #standing(): Standing {
    let streams = 0
    let keys = 0
    return {
      position: this.#ledger?.position ?? 0,
      recorded: this.#ledger?.recorded ?? Number.MIN_SAFE_INTEGER,
      head: (stream) => this.#head(stream),
      event: (stream, digest) => {
        const head = this.#head(stream)
        if (head === undefined) return undefined
        const found = this.#get('SELECT position FROM events WHERE stream_id = ? AND key_digest = ?', head.id, digest)
        if (found === undefined) return undefined
        return toEventRow(
          this.#get(
            `SELECT ${eventColumns} FROM events e JOIN streams s ON s.id = e.stream_id JOIN keys k ON k.id = e.key_id
             WHERE e.position = ?`,
            (found as { position: number }).position,
          ),
        )
      },
      positionOf: (stream, sequence) => {
        const head = this.#head(stream)
        if (head === undefined) return undefined
        const sql = 'SELECT position FROM events WHERE stream_id = ? AND sequence = ?'
        return (this.#get(sql, head.id, sequence) as { position: number } | undefined)?.position
      },
      key: (subject) => {
        const known = this.#keys.get(subject)
        if (known !== undefined) return known
        const row = this.#get('SELECT * FROM keys WHERE subject = ?', subject)
        if (row === undefined) return undefined
        const key = toKey(row)
        this.#keys.set(subject, key)
        return key
      },
      nextStreamId: () =>
        (this.#get('SELECT coalesce(max(id), 0) AS id FROM streams') as { id: number }).id + ++streams,
      nextKeyId: () => (this.#get('SELECT coalesce(max(id), 0) AS id FROM keys') as { id: number }).id + ++keys,
    }
  }

  #write({ events, sources, heads, keys, segments, erase, ledger }: Addition): void {
    for (const { id, subject, wrapped, erased } of keys)
      this.#run(
        'INSERT INTO keys (id, subject, wrapped, erased) VALUES (?, ?, ?, ?)',
        id,
        subject,
        wrapped,
        erased ? 1 : 0,
      )
    const insert = this.#statement('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    for (const event of events) {
      insert.run(
        event.position,
        event.streamId,
        event.sequence,
        event.type,
        event.schemaVersion,
        event.effective,
        event.recorded,
        event.keyDigest,
        event.keyId,
        event.derivedFrom.length > 0 ? JSON.stringify(event.derivedFrom) : null,
        event.madeBy === undefined ? null : JSON.stringify(event.madeBy),
        event.hash,
        event.previousHash,
        event.sealed,
      )
    }
    for (const { streamId, block, low, high } of blocksOf(events))
      this.#run(
        `INSERT INTO blocks VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high)`,
        streamId,
        block,
        low,
        high,
      )
    for (const { source, position } of sources)
      this.#run('INSERT OR IGNORE INTO sources VALUES (?, ?)', source, position)
    for (const head of heads)
      this.#run(
        `INSERT INTO streams (id, name, sequence, hash, first_recorded, last_recorded, seal) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash,
         last_recorded = excluded.last_recorded, seal = excluded.seal`,
        head.id,
        head.stream,
        head.sequence,
        head.hash,
        head.firstRecorded,
        head.lastRecorded,
        head.seal,
      )
    for (const { keyId, channel, start, finish, position, file } of segments)
      this.#run('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)', keyId, channel, start, finish, position, file)
    if (erase.length > 0) this.#database.exec('PRAGMA secure_delete = ON')
    for (const keyId of erase) {
      // Same length, so the row is overwritten where it lies.
      this.#run('UPDATE keys SET wrapped = zeroblob(length(wrapped)), erased = 1 WHERE id = ?', keyId)
      this.#run('DELETE FROM checkpoints WHERE key_id = ?', keyId)
      this.#run('DELETE FROM segments WHERE key_id = ?', keyId)
    }
    if (ledger !== undefined)
      this.#run(
        `INSERT INTO ledger (id, position, recorded, seal) VALUES (1, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, recorded = excluded.recorded, seal = excluded.seal`,
        ledger.position,
        ledger.recorded,
        ledger.seal,
      )
  }

  /** The write-ahead log still holds pages as they were: move them into the file and cut the log off. */
  #dropErasedPages(): void {
    const { busy } = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    // A reader in another process may hold the log; the next commit tries again.
    this.#erasedPagesRemain = busy !== 0
    if (busy === 0) this.#database.exec('PRAGMA secure_delete = OFF')
  }

  #head(stream: StreamId): Head | undefined {
    const known = this.#lock === undefined ? undefined : this.#heads.get(stream)
    if (known !== undefined) return known
    const row = this.#get('SELECT * FROM streams WHERE name = ?', stream)
    if (row === undefined) return undefined
    const head = toHead(row)
    this.#heads.set(stream, head)
    return head
  }

  #readLedger(): Ledger | undefined {
    const row = this.#get('SELECT position, recorded, seal FROM ledger') as unknown
    return row === undefined ? undefined : (row as Ledger)
  }

  #change(sql: string, ...values: (string | number | Uint8Array)[]): void {
    if (this.#failed !== undefined) throw this.#failure()
    try {
      this.#run(sql, ...values)
    } catch (error) {
      this.#failed = error
      throw this.#failure()
    }
  }

  #failure(): ThreadError {
    return new ThreadError(
      'store-failed',
      `the thread's database could not be written (${String((this.#failed as Error)?.message ?? this.#failed)}). What was acknowledged is safe; nothing more is accepted until the cause (a full or failing disk?) is mended and the thread is opened again`,
      { cause: this.#failed },
    )
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
  #run(sql: string, ...values: (string | number | Uint8Array | null)[]): void {
    this.#statement(sql).run(...values)
  }
  #get(sql: string, ...values: (string | number | Uint8Array)[]): unknown {
    return this.#statement(sql).get(...values)
  }
  #rows(sql: string, ...values: (string | number | Uint8Array)[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values)
  }
}

interface Block {
  readonly streamId: number
  readonly block: number
  low: Instant
  high: Instant
}

function blocksOf(events: readonly EventRow[]): Iterable<Block> {
  const blocks = new Map<number, Block>()
  for (const { streamId, sequence, effective } of events) {
    const block = Math.floor((sequence - 1) / blockSize)
    const address = streamId * 2 ** 21 + block
    const known = blocks.get(address)
    if (known === undefined) blocks.set(address, { streamId, block, low: effective, high: effective })
    else if (effective < known.low) known.low = effective
    else if (effective > known.high) known.high = effective
  }
  return blocks.values()
}
