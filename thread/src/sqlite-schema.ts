import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ThreadError } from './errors.ts'

const schemaVersion = 1
/** "CPTh": tells this database from others. */
const applicationId = 0x43505468

// `position` is the rowid, so events lie in the file in the order in which they came. What came from what is kept by
// position too, because origins are mostly recent: such rows lie close together, and a commit writes few pages. For the
// same reason effective time is indexed by the block of a stream's events, not by the event.
const schema = `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL, hash BLOB NOT NULL,
    first_recorded INTEGER NOT NULL, last_recorded INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
  CREATE TABLE keys (
    id INTEGER PRIMARY KEY, subject TEXT NOT NULL UNIQUE, wrapped BLOB NOT NULL, erased INTEGER NOT NULL) STRICT;
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, recorded INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
    schema_version INTEGER NOT NULL, effective INTEGER NOT NULL, recorded INTEGER NOT NULL, key_digest BLOB NOT NULL,
    key_id INTEGER NOT NULL, derived_from TEXT, made_by TEXT, hash BLOB NOT NULL, previous_hash BLOB NOT NULL,
    sealed BLOB NOT NULL) STRICT;
  CREATE UNIQUE INDEX events_by_sequence ON events (stream_id, sequence);
  CREATE UNIQUE INDEX events_by_key ON events (stream_id, key_digest);
  CREATE TABLE blocks (
    stream_id INTEGER NOT NULL, block INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
    PRIMARY KEY (stream_id, block)) STRICT, WITHOUT ROWID;
  CREATE TABLE sources (
    source INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (source, position)) STRICT, WITHOUT ROWID;
  CREATE TABLE segments (
    key_id INTEGER NOT NULL, channel TEXT NOT NULL, start INTEGER NOT NULL, finish INTEGER NOT NULL,
    position INTEGER NOT NULL, file TEXT NOT NULL, PRIMARY KEY (key_id, channel, start, position)) STRICT, WITHOUT ROWID;
  CREATE TABLE checkpoints (
    stream TEXT NOT NULL, kind TEXT NOT NULL, effective INTEGER NOT NULL, position INTEGER NOT NULL,
    key_id INTEGER NOT NULL, sealed BLOB NOT NULL, UNIQUE (stream, kind, effective, position)) STRICT;
  CREATE INDEX checkpoints_by_key ON checkpoints (key_id);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/** An exclusive transaction on a database of its own: the system releases it however the process ends. */
export function takeLock(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, 'thread.lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw new ThreadError(
      'store-locked',
      `"${directory}" is open for writing elsewhere: stop the other program (a running "counterpart serve"?) or use another --data directory`,
      { cause: error },
    )
  }
}

/** Opens the database and makes its tables when it is new. Throws `store-newer` or `store-unusable`. */
export function openDatabase(path: string, readOnly: boolean): DatabaseSync {
  let database: DatabaseSync
  try {
    database = new DatabaseSync(path, { readOnly, timeout: 5_000 })
  } catch (error) {
    throw new ThreadError('store-unusable', `"${path}" cannot be opened: ${(error as Error).message}`, { cause: error })
  }
  try {
    const number = (pragma: string): number =>
      Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] as number
    const id = number('application_id')
    const version = number('user_version')
    const empty = (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0
    if (!empty && id !== applicationId)
      throw new ThreadError('store-unusable', `"${path}" is a database of another program: use another directory`)
    if (version > schemaVersion)
      throw new ThreadError(
        'store-newer',
        `"${path}" has schema version ${version}, but this program knows versions up to ${schemaVersion}: use a newer program`,
      )
    if (!readOnly) {
      // Larger pages and a longer log (64 MiB): fewer page writes per event, measured with `npm run bench`. The cache (16 MiB)
      // fills within minutes; a larger one gained nothing measurable and kept the process growing for an hour.
      database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
        PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000`)
      if (empty) database.exec(`BEGIN; ${schema} COMMIT`)
    } else if (empty) throw new ThreadError('store-unusable', `"${path}" holds no thread yet`)
    return database
  } catch (error) {
    database.close()
    if (error instanceof ThreadError) throw error
    throw new ThreadError('store-unusable', `"${path}" cannot be read: ${(error as Error).message}`, { cause: error })
  }
}
