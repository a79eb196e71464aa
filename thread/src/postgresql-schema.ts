import type pg from 'pg'
import { ThreadError } from './errors.ts'

const schemaVersion = 1
/** "CPTh" as a number: this program's advisory locks are known by it. */
const lockSpace = 0x43505468
const openingLock = 1
const writingLock = 2

const schema = `
  CREATE SCHEMA counterpart;
  CREATE TABLE counterpart.schema_version (version integer NOT NULL);
  INSERT INTO counterpart.schema_version VALUES (${schemaVersion});
  CREATE TABLE counterpart.streams (
    id bigint PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE, sequence bigint NOT NULL, hash bytea NOT NULL,
    first_recorded bigint NOT NULL, last_recorded bigint NOT NULL, seal bytea NOT NULL);
  CREATE TABLE counterpart.keys (
    id bigint PRIMARY KEY, subject text COLLATE "C" NOT NULL UNIQUE, wrapped bytea NOT NULL, erased boolean NOT NULL);
  CREATE TABLE counterpart.ledger (
    id integer PRIMARY KEY CHECK (id = 1), position bigint NOT NULL, recorded bigint NOT NULL, seal bytea NOT NULL);
  CREATE TABLE counterpart.events (
    position bigint PRIMARY KEY, stream_id bigint NOT NULL, sequence bigint NOT NULL, type text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL, effective bigint NOT NULL, recorded bigint NOT NULL, key_digest bytea NOT NULL,
    key_id bigint NOT NULL, derived_from text, made_by text, hash bytea NOT NULL, previous_hash bytea NOT NULL,
    sealed bytea NOT NULL);
  ALTER TABLE counterpart.events ALTER COLUMN sealed SET STORAGE EXTERNAL;
  CREATE UNIQUE INDEX events_by_sequence ON counterpart.events (stream_id, sequence);
  CREATE UNIQUE INDEX events_by_key ON counterpart.events (stream_id, key_digest);
  CREATE INDEX events_by_effective ON counterpart.events (stream_id, effective) INCLUDE (sequence);
  CREATE TABLE counterpart.sources (source bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (source, position));
  CREATE TABLE counterpart.segments (
    key_id bigint NOT NULL, channel text NOT NULL, start bigint NOT NULL, finish bigint NOT NULL, position bigint NOT NULL,
    file text NOT NULL, PRIMARY KEY (key_id, channel, start, position));
  CREATE TABLE counterpart.checkpoints (
    stream text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, effective bigint NOT NULL, position bigint NOT NULL,
    key_id bigint NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (stream, kind, effective, position));
  CREATE INDEX checkpoints_by_key ON counterpart.checkpoints (key_id);
`

/** Takes the lock that puts the commits of all processes in one order; it is held to the end of the transaction. */
export async function takeWritingLock(client: pg.PoolClient): Promise<void> {
  // An answer means that it is on disk, also where the server's default is to answer before.
  await client.query(`SELECT pg_advisory_xact_lock(${lockSpace}, ${writingLock}), CASE
    WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN set_config('synchronous_commit', 'on', true) END`)
}

/** Makes the schema in a new database. Throws `store-newer` for that of a newer program. */
export async function prepareSchema(pool: pg.Pool, readOnly: boolean): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    // Two processes that open a new database at the same moment must not both make the schema.
    await client.query(`SELECT pg_advisory_xact_lock(${lockSpace}, ${openingLock})`)
    const { rows } = await client.query(`SELECT to_regclass('counterpart.schema_version') IS NOT NULL AS made`)
    if ((rows[0] as { made: boolean }).made) {
      const found = await client.query('SELECT version FROM counterpart.schema_version')
      const version = Number(found.rows[0]?.version)
      if (version > schemaVersion)
        throw new ThreadError(
          'store-newer',
          `the database's schema counterpart has version ${version}, but this program knows versions up to ${schemaVersion}: use a newer program`,
        )
    } else if (readOnly) throw new ThreadError('store-unusable', 'the database holds no thread yet')
    else await client.query(schema)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
