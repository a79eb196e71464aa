import type pg from 'pg'
import type { StreamId } from './port.ts'
import type { Addition, Ledger, Standing, Wanted } from './store.ts'
import { eventColumns, toEventRow, toHead, toKey } from './stored-rows.ts'

/** Commits are announced here, with the last position. */
export const committedChannel = 'counterpart_thread'

/** Fetches, in one question each, what the plan may ask for. The writing lock is held, so it stays true. */
export async function standingFor(client: pg.PoolClient, wanted: Wanted): Promise<Standing> {
  const ledgers = await client.query('SELECT position, recorded FROM counterpart.ledger')
  const streams = await client.query('SELECT * FROM counterpart.streams WHERE name = ANY ($1)', [
    [...new Set([...wanted.streams, ...wanted.sources.map(({ stream }) => stream)])],
  ])
  const keys = await client.query('SELECT * FROM counterpart.keys WHERE subject = ANY ($1)', [
    ['house', ...wanted.subjects],
  ])
  const ids = await client.query(`SELECT (SELECT coalesce(max(id), 0) FROM counterpart.streams) AS stream,
                                         (SELECT coalesce(max(id), 0) FROM counterpart.keys) AS key`)
  const heads = new Map(streams.rows.map(toHead).map((head) => [head.stream, head]))
  const asked = wanted.digests.filter(({ stream }) => heads.has(stream))
  const sources = wanted.sources.filter(({ stream }) => heads.has(stream))
  const twins =
    asked.length === 0
      ? undefined
      : await client.query(
          `SELECT ${eventColumns} FROM unnest($1::bigint[], $2::bytea[]) w (stream_id, key_digest)
           JOIN counterpart.events e USING (stream_id, key_digest)
           JOIN counterpart.streams s ON s.id = e.stream_id JOIN counterpart.keys k ON k.id = e.key_id`,
          [asked.map(({ stream }) => heads.get(stream)!.id), asked.map(({ digest }) => bytes(digest))],
        )
  const origins =
    sources.length === 0
      ? undefined
      : await client.query(
          `SELECT e.stream_id, e.sequence, e.position FROM unnest($1::bigint[], $2::bigint[]) w (stream_id, sequence)
           JOIN counterpart.events e USING (stream_id, sequence)`,
          [sources.map(({ stream }) => heads.get(stream)!.id), sources.map(({ sequence }) => sequence)],
        )
  const address = (stream: StreamId, digest: Uint8Array): string => `${Buffer.from(digest).toString('latin1')}${stream}`
  const events = new Map((twins?.rows ?? []).map(toEventRow).map((row) => [address(row.stream, row.keyDigest), row]))
  const positions = new Map<string, number>(
    (origins?.rows ?? []).map(({ stream_id, sequence, position }) => [`${stream_id} ${sequence}`, position]),
  )
  const keyRows = new Map(keys.rows.map(toKey).map((key) => [key.subject, key]))
  const ledger = ledgers.rows[0] as Ledger | undefined
  let { stream: lastStream, key: lastKey } = ids.rows[0] as { stream: number; key: number }
  return {
    position: ledger?.position ?? 0,
    recorded: ledger?.recorded ?? Number.MIN_SAFE_INTEGER,
    head: (stream) => heads.get(stream),
    event: (stream, digest) => events.get(address(stream, digest)),
    positionOf: (stream, sequence) => positions.get(`${heads.get(stream)?.id} ${sequence}`),
    key: (subject) => keyRows.get(subject),
    nextStreamId: () => ++lastStream,
    nextKeyId: () => ++lastKey,
  }
}

/** Writes what was planned, within the transaction. */
export async function write(
  client: pg.PoolClient,
  { events, sources, heads, keys, segments, erase, ledger }: Addition,
): Promise<void> {
  const insert = async <Row>(
    table: string,
    rows: readonly Row[],
    columns: readonly [string, (row: Row) => unknown][],
    conflict = '',
  ): Promise<void> => {
    if (rows.length === 0) return
    await client.query(
      `INSERT INTO counterpart.${table}
       SELECT * FROM unnest(${columns.map(([type], i) => `$${i + 1}::${type}[]`).join(', ')}) ${conflict}`,
      columns.map(([, value]) => rows.map(value)),
    )
  }
  await insert('keys', keys, [
    ['bigint', (key) => key.id],
    ['text', (key) => key.subject],
    ['bytea', (key) => bytes(key.wrapped)],
    ['boolean', (key) => key.erased],
  ])
  await insert(
    'streams',
    heads,
    [
      ['bigint', (head) => head.id],
      ['text', (head) => head.stream],
      ['bigint', (head) => head.sequence],
      ['bytea', (head) => bytes(head.hash)],
      ['bigint', (head) => head.firstRecorded],
      ['bigint', (head) => head.lastRecorded],
      ['bytea', (head) => bytes(head.seal)],
    ],
    `ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash,
     last_recorded = excluded.last_recorded, seal = excluded.seal`,
  )
  await insert('events', events, [
    ['bigint', (event) => event.position],
    ['bigint', (event) => event.streamId],
    ['bigint', (event) => event.sequence],
    ['text', (event) => event.type],
    ['integer', (event) => event.schemaVersion],
    ['bigint', (event) => event.effective],
    ['bigint', (event) => event.recorded],
    ['bytea', (event) => bytes(event.keyDigest)],
    ['bigint', (event) => event.keyId],
    ['text', (event) => (event.derivedFrom.length > 0 ? JSON.stringify(event.derivedFrom) : null)],
    ['text', (event) => (event.madeBy === undefined ? null : JSON.stringify(event.madeBy))],
    ['bytea', (event) => bytes(event.hash)],
    ['bytea', (event) => bytes(event.previousHash)],
    ['bytea', (event) => bytes(event.sealed)],
  ])
  await insert(
    'sources',
    sources,
    [
      ['bigint', (origin) => origin.source],
      ['bigint', (origin) => origin.position],
    ],
    'ON CONFLICT DO NOTHING',
  )
  await insert('segments', segments, [
    ['bigint', (segment) => segment.keyId],
    ['text', (segment) => segment.channel],
    ['bigint', (segment) => segment.start],
    ['bigint', (segment) => segment.finish],
    ['bigint', (segment) => segment.position],
    ['text', (segment) => segment.file],
  ])
  if (erase.length > 0) {
    await client.query(`UPDATE counterpart.keys SET wrapped = '', erased = true WHERE id = ANY ($1)`, [erase])
    await client.query('DELETE FROM counterpart.checkpoints WHERE key_id = ANY ($1)', [erase])
    await client.query('DELETE FROM counterpart.segments WHERE key_id = ANY ($1)', [erase])
  }
  if (ledger === undefined) return
  await client.query(
    `INSERT INTO counterpart.ledger (id, position, recorded, seal) VALUES (1, $1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, recorded = excluded.recorded, seal = excluded.seal`,
    [ledger.position, ledger.recorded, bytes(ledger.seal)],
  )
  await client.query('SELECT pg_notify($1, $2)', [committedChannel, `${ledger.position}`])
}

/** pg writes Buffers as bytea, other arrays as arrays. */
export function bytes(array: Uint8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.length)
}
