import { randomBytes as systemRandomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Instant } from '@counterpart/kernel'
import { ThreadError } from './errors.ts'
import { type EventTypes, houseEventTypes } from './event-types.ts'
import { KeyRing } from './key-ring.ts'
import { masterKey } from './master-key.ts'
import { openPostgresqlStore } from './postgresql-store.ts'
import type { RandomBytes } from './secrets.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { KeyRow, Store } from './store.ts'
import { StoredThread } from './stored-thread.ts'
import { WaveformFolder } from './waveform-file.ts'

/** Where a thread is and what it is given from outside. */
export interface ThreadOptions {
  /**
   * The data directory: `thread.sqlite` (unless `databaseUrl` is set), `waveforms/`, `keys/`. Made when missing. May be
   * left out with `databaseUrl` and `masterKey`; then waveforms are refused.
   */
  readonly directory?: string
  /** `postgresql://…`: keeps the thread in PostgreSQL instead of SQLite. */
  readonly databaseUrl?: string
  readonly clock: () => Instant
  /** Source of keys and nonces; the system's by default. Anything predictable breaks the encryption. */
  readonly randomBytes?: RandomBytes
  /** 32 bytes in base64, instead of `keys/master.key`; by default the environment's COUNTERPART_MASTER_KEY. */
  readonly masterKey?: string
  readonly eventTypes?: EventTypes
  /** Opens for reading only, also while another process writes. */
  readonly readOnly?: boolean
  /** Told of what a subscriber throws; by default it ends the process like any uncaught error. */
  readonly onListenerError?: (error: unknown) => void
}

/**
 * Opens the thread, making it when there is none yet. Throws {@link ThreadError} `store-locked`, `store-newer`,
 * `store-unusable`, `store-unavailable` or `key-missing`.
 *
 * @example const thread = await openThread({ directory: './data', clock: () => Date.now() })
 */
export async function openThread(options: ThreadOptions): Promise<StoredThread> {
  const { directory, databaseUrl, readOnly = false, randomBytes = systemRandomBytes } = options
  if (directory === undefined && databaseUrl === undefined)
    throw new ThreadError('store-unusable', 'openThread needs a directory or a databaseUrl')
  const store =
    databaseUrl === undefined
      ? openSqliteStore(directory!, { readOnly })
      : await openPostgresqlStore(databaseUrl, { readOnly })
  try {
    const stored = await store.key({ subject: 'digest' })
    const ledger = await store.ledger()
    if (ledger === undefined && (await store.events({ limit: 1 })).length > 0)
      throw new ThreadError(
        'store-unusable',
        'an import into this thread was not finished: delete the data directory (or drop the database schema "counterpart") and import again',
      )
    // A new master key for a thread that has data would leave the data unreadable, so only a new thread gets one.
    const master = masterKey(
      directory,
      options.masterKey ?? process.env.COUNTERPART_MASTER_KEY,
      stored === undefined && !readOnly ? randomBytes : undefined,
    )
    const keys = new KeyRing(master, randomBytes)
    await openHouseKeys(store, keys)
    return new StoredThread(
      {
        store,
        keys,
        clock: options.clock,
        types: options.eventTypes ?? houseEventTypes,
        waveforms: directory === undefined ? undefined : new WaveformFolder(join(directory, 'waveforms')),
        readOnly,
        onListenerError: options.onListenerError ?? throwUncaught,
      },
      ledger?.position ?? 0,
    )
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Opens the installation's own two keys, making them in a new thread. */
async function openHouseKeys(store: Store, keys: KeyRing): Promise<void> {
  const names: readonly KeyRow['subject'][] = ['house', 'digest']
  const found = await Promise.all(names.map((subject) => store.key({ subject })))
  if (found.every((row) => row !== undefined)) {
    for (const row of found) keys.open(row)
    return
  }
  await store.commit(
    () => ({ streams: new Set(), subjects: new Set(names as ('house' | 'digest')[]), digests: [], sources: [] }),
    (standing) => {
      const made: KeyRow[] = []
      for (const name of names) {
        // Another process may have been first.
        const row = standing.key(name) ?? keys.make(standing.nextKeyId(), name)
        if (standing.key(name) === undefined) made.push(row)
        keys.open(row)
      }
      return { events: [], sources: [], heads: [], keys: made, segments: [], erase: [], ledger: undefined }
    },
  )
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
