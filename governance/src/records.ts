import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Instant, Json } from '@counterpart/kernel'
import { GovernanceError } from './errors.ts'

/** Small keyed records that several processes may hold open at once: accounts, sessions, sign-ins under way. */
export interface Records {
  get(kind: string, key: string): Promise<Json | undefined>
  /** Every record of a kind, by key; with `owner`, only that owner's. */
  list(kind: string, owner?: string): Promise<readonly { readonly key: string; readonly value: Json }[]>
  put(kind: string, key: string, value: Json, options?: RecordOptions): Promise<void>
  /** Adds all of them if the kind has no record yet, else none; says which. */
  putFirst(kind: string, records: readonly { readonly key: string; readonly value: Json }[]): Promise<boolean>
  /** Adds the record unless the key is taken; says whether it did. */
  create(kind: string, key: string, value: Json, options?: RecordOptions): Promise<boolean>
  /** Changes a record in one step; `undefined` from `change` leaves it alone. Returns what then stands there. */
  update(kind: string, key: string, change: (value: Json) => Json | undefined): Promise<Json | undefined>
  /** Reads and removes in one step: of two who ask, one gets it. */
  take(kind: string, key: string): Promise<Json | undefined>
  remove(kind: string, key: string): Promise<boolean>
  removeOwnedBy(kind: string, owner: string, except?: string): Promise<number>
  /** Forgets records whose `expires` has come. */
  prune(now: Instant): Promise<number>
  close(): Promise<void>
}

export interface RecordOptions {
  readonly owner?: string
  readonly expires?: Instant
}

/**
 * Opens (or creates, readable by its owner alone) the file of accounts and sessions; `':memory:'` keeps them in memory.
 * Throws {@link GovernanceError} `store-unusable`.
 */
export function openRecords(path: string): Records {
  const database = openDatabase(path)
  const statement = (sql: string) => database.prepare(sql)
  const select = statement('SELECT value FROM records WHERE kind = ? AND key = ?')
  const selectKind = statement('SELECT key, value FROM records WHERE kind = ? ORDER BY key')
  const selectOwner = statement('SELECT key, value FROM records WHERE kind = ? AND owner = ? ORDER BY key')
  const insert = statement('INSERT OR IGNORE INTO records (kind, key, owner, expires, value) VALUES (?, ?, ?, ?, ?)')
  const upsert = statement(
    `INSERT INTO records (kind, key, owner, expires, value) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, key) DO UPDATE SET owner = excluded.owner, expires = excluded.expires, value = excluded.value`,
  )
  const change = statement('UPDATE records SET value = ? WHERE kind = ? AND key = ?')
  const take = statement('DELETE FROM records WHERE kind = ? AND key = ? RETURNING value')
  const remove = statement('DELETE FROM records WHERE kind = ? AND key = ?')
  const removeOwner = statement('DELETE FROM records WHERE kind = ? AND owner = ? AND key <> ?')
  const prune = statement('DELETE FROM records WHERE expires IS NOT NULL AND expires <= ?')

  const parse = (row: Record<string, unknown> | undefined) =>
    row === undefined ? undefined : (JSON.parse(String(row.value)) as Json)
  const parameters = (kind: string, key: string, value: Json, options: RecordOptions = {}) =>
    [kind, key, options.owner ?? null, options.expires ?? null, JSON.stringify(value)] as const
  const inTransaction = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  return {
    get: async (kind, key) => parse(select.get(kind, key)),
    list: async (kind, owner) =>
      (owner === undefined ? selectKind.all(kind) : selectOwner.all(kind, owner)).map((row) => ({
        key: String(row.key),
        value: parse(row)!,
      })),
    put: async (kind, key, value, options) => void upsert.run(...parameters(kind, key, value, options)),
    putFirst: async (kind, records) =>
      inTransaction(() => {
        if (selectKind.get(kind) !== undefined) return false
        for (const { key, value } of records) insert.run(...parameters(kind, key, value))
        return true
      }),
    create: async (kind, key, value, options) => insert.run(...parameters(kind, key, value, options)).changes > 0,
    update: async (kind, key, next) =>
      inTransaction(() => {
        const current = parse(select.get(kind, key))
        if (current === undefined) return undefined
        const changed = next(current)
        if (changed === undefined) return current
        change.run(JSON.stringify(changed), kind, key)
        return changed
      }),
    take: async (kind, key) => parse(take.get(kind, key)),
    remove: async (kind, key) => remove.run(kind, key).changes > 0,
    removeOwnedBy: async (kind, owner, except = '') => Number(removeOwner.run(kind, owner, except).changes),
    prune: async (now) => Number(prune.run(now).changes),
    close: async () => database.close(),
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true })
      // SQLite gives its -wal and -shm files the mode of the main file, so that one must be private before it is opened.
      closeSync(openSync(path, 'a', 0o600))
      chmodSync(path, 0o600)
    }
    const database = new DatabaseSync(path, { timeout: 5_000 })
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS records (
        kind TEXT NOT NULL, key TEXT NOT NULL, owner TEXT, expires INTEGER, value TEXT NOT NULL,
        PRIMARY KEY (kind, key)) WITHOUT ROWID, STRICT;
      CREATE INDEX IF NOT EXISTS records_by_owner ON records (kind, owner) WHERE owner IS NOT NULL;
      CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires) WHERE expires IS NOT NULL;`)
    return database
  } catch (cause) {
    throw new GovernanceError(
      'store-unusable',
      `the file of accounts "${path}" cannot be used: ${(cause as Error).message}; expected a SQLite file that this user may read and write (move a damaged one away and start again to get new accounts)`,
      { cause },
    )
  }
}
