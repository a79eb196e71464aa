// Durable observations per second into the thread.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Observation } from '@counterpart/kernel'
import { type NewEvent, openThread } from '@counterpart/thread'
import pg from 'pg'
import type { Measurement } from '../scripts/measure.ts'
import { startTestServices, testPostgres } from '../scripts/test-services.ts'

const batchSize = 1_000
const patients = 200

/**
 * Measures appends of batches of 1,000 realistic observations, each batch durable before the next one begins. Rounds of
 * the thread and of a plain insert loop take turns; rates are those of the best round of each, because what else the
 * machine does only ever takes away, and the ratio is the median of the rounds'.
 */
export async function bench(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-bench-'))
  try {
    return [...(await sqlite(directory)), ...(await postgresql(join(directory, 'postgresql')))]
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function sqlite(directory: string): Promise<Measurement[]> {
  const fsync = fsyncsPerSecond(join(directory, 'fsync.sqlite'))
  const plain = plainSqlite(join(directory, 'plain.sqlite'))
  const thread = await openThread({ directory: join(directory, 'thread'), clock: () => Date.now() })
  const { best, bestPlain, ratio, processor } = await rounds(5, 30, (events) => thread.append(events), plain)
  const singles = observations(-1).map((event) => ({ ...event, derivedFrom: [] }))
  const single = await rate(singles.length, () => Promise.all(singles.map((event) => thread.append([event]))))
  const stored = await thread.lastPosition()
  const reading = await rate(stored, async () => {
    for await (const event of thread.readAll(0)) if (event.payload === null) throw new Error(`${event.id} is gone`)
  })
  const verifying = await rate(stored, async () => {
    if ((await thread.verify()).broken.length > 0) throw new Error('the chain is broken')
  })
  await thread.close()
  return [
    result(
      'thread: observations/s into SQLite',
      best,
      '/s',
      30_000,
      `batches of 1,000, encrypted, chained, an fsync each (the disk does ${Math.round(fsync)}/s); ${processor.toFixed(1)} µs of processor time each`,
    ),
    result(
      'thread: SQLite against plain inserts',
      ratio,
      '×',
      undefined,
      `a bare node:sqlite loop of the same rows: ${Math.round(bestPlain)}/s`,
    ),
    result('thread: single appends/s issued together', single, '/s', undefined, 'group commit'),
    result('thread: events/s read and decrypted', reading, '/s'),
    result('thread: events/s verified', verifying, '/s'),
  ]
}

async function postgresql(directory: string): Promise<Measurement[]> {
  const stop = await startTestServices({ fsync: true })
  try {
    const service = await testPostgres()
    if ('skipped' in service) {
      console.error(service.skipped)
      return []
    }
    const plain = await plainPostgresql(service.url)
    const thread = await openThread({ directory, databaseUrl: service.url, clock: () => Date.now() })
    const { best, bestPlain, ratio } = await rounds(3, 10, (events) => thread.append(events), plain.insert)
    await thread.close()
    await plain.close()
    return [
      result(
        'thread: observations/s into PostgreSQL',
        best,
        '/s',
        undefined,
        'batches of 1,000, encrypted, chained, synchronous commit',
      ),
      result(
        'thread: PostgreSQL against plain inserts',
        ratio,
        '×',
        undefined,
        `a bare pg insert of the same rows (unnest): ${Math.round(bestPlain)}/s`,
      ),
    ]
  } finally {
    await stop()
  }
}

type Append = (events: readonly NewEvent[]) => unknown

interface Rounds {
  readonly best: number
  readonly bestPlain: number
  readonly ratio: number
  /** Microseconds of processor time per event, the least of the rounds. */
  readonly processor: number
}

async function rounds(count: number, batches: number, append: Append, appendPlain: Append): Promise<Rounds> {
  const rates: number[] = []
  const plainRates: number[] = []
  const processor: number[] = []
  for (let round = 0; round <= count; round++) {
    const prepared = Array.from({ length: batches }, (_, i) => observations(round * batches + i))
    const all = (to: Append) => async (): Promise<void> => {
      for (const events of prepared) await to(events)
    }
    const before = process.cpuUsage()
    const chained = await rate(batches * batchSize, all(append))
    const used = process.cpuUsage(before)
    const plain = await rate(batches * batchSize, all(appendPlain))
    // The first round warms up.
    if (round === 0) continue
    rates.push(chained)
    plainRates.push(plain)
    processor.push((used.user + used.system) / (batches * batchSize))
  }
  const ratios = rates.map((chained, i) => chained / plainRates[i]!).sort((a, b) => a - b)
  return {
    best: Math.max(...rates),
    bestPlain: Math.max(...plainRates),
    ratio: ratios[Math.floor(ratios.length / 2)]!,
    processor: Math.min(...processor),
  }
}

/** Per second. */
async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (count / (performance.now() - started)) * 1000
}

/** What a plain program would do: the payload as text in one table, one transaction per batch. */
function plainSqlite(path: string): (events: readonly NewEvent[]) => void {
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, type TEXT, effective INTEGER, key TEXT, payload TEXT)`)
  const insert = database.prepare('INSERT INTO events (stream, type, effective, key, payload) VALUES (?, ?, ?, ?, ?)')
  return (events) => {
    database.exec('BEGIN')
    for (const { stream, type, effective, idempotencyKey, payload } of events)
      insert.run(stream, type, effective, idempotencyKey, JSON.stringify(payload))
    database.exec('COMMIT')
  }
}

async function plainPostgresql(
  url: string,
): Promise<{ insert: (events: readonly NewEvent[]) => unknown; close: () => unknown }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    'CREATE TABLE plain (position bigserial PRIMARY KEY, stream text, type text, effective bigint, key text, payload text)',
  )
  return {
    insert: (events) =>
      client.query(
        'INSERT INTO plain (stream, type, effective, key, payload) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])',
        [
          events.map(({ stream }) => stream),
          events.map(({ type }) => type),
          events.map(({ effective }) => effective),
          events.map(({ idempotencyKey }) => idempotencyKey),
          events.map(({ payload }) => JSON.stringify(payload)),
        ],
      ),
    close: () => client.end(),
  }
}

/** How often this disk makes one small write durable. */
function fsyncsPerSecond(path: string): number {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x)')
  const insert = database.prepare('INSERT INTO t VALUES (1)')
  const started = performance.now()
  for (let i = 0; i < 100; i++) insert.run()
  database.close()
  return (100 / (performance.now() - started)) * 1000
}

const run = randomBytes(4).toString('hex')

/** One batch as a busy ward sends it: 200 patients, five vital signs each; all came with its first, the raw message. */
function observations(batch: number): NewEvent[] {
  const message: NewEvent = {
    stream: `patient/${run}-0`,
    type: 'message.received',
    effective: 1_760_000_000_000 + batch * 60_000,
    idempotencyKey: `message ${batch}`,
    subject: `patient/${run}-0`,
    payload: {
      protocol: 'fhir',
      system: 'WARDMON|ICU-3',
      controlId: `${batch}`,
      contentType: 'application/fhir+json',
      text: '{"resourceType":"Bundle"}',
    },
  }
  return [message, ...Array.from({ length: batchSize - 1 }, (_, i) => observed(batch, i))]
}

function observed(batch: number, i: number): NewEvent {
  const channels = [
    ['heart-rate', '8867-4', 'Heart rate', '/min', 71],
    ['respiratory-rate', '9279-1', 'Respiratory rate', '/min', 14],
    ['oxygen-saturation', '59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry', '%', 97],
    ['systolic-pressure', '8480-6', 'Systolic blood pressure', 'mm[Hg]', 121],
    ['body-temperature', '8310-5', 'Body temperature', 'Cel', 36.8],
  ] as const
  const subject = `patient/${run}-${i % patients}` as const
  const [channel, code, display, unit, value] = channels[Math.floor(i / patients) % channels.length]!
  const effective = 1_760_000_000_000 + batch * 60_000
  const id = `ward-monitor|${subject}|${code}|${effective}`
  const observation: Observation = {
    id,
    version: effective + 420,
    status: 'final',
    subject,
    channel,
    code: { system: 'http://loinc.org', code, display },
    value: value + (batch % 7),
    unit,
    effective,
    source: {
      protocol: 'hl7v2',
      system: 'WARDMON|ICU-3',
      device: `monitor-${i % patients}`,
      sentValue: `${value + (batch % 7)}`,
      sentUnit: unit,
    },
    quality: { score: 0.96, flags: [] },
  }
  return {
    stream: subject,
    type: 'observation.recorded',
    effective,
    idempotencyKey: `${id}|${observation.version}`,
    subject,
    payload: { observation: observation as unknown as NewEvent['payload'] },
    derivedFrom: ['#0'],
  }
}

function result(name: string, value: number, unit: string, target?: number, note?: string): Measurement {
  return {
    name,
    value,
    unit,
    ...(target === undefined ? {} : { target: `≥ ${target.toLocaleString('en-GB')}`, met: value >= target }),
    ...(note === undefined ? {} : { note }),
  }
}
