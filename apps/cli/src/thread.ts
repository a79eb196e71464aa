import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  exportThread,
  importThread,
  openThread,
  type StoredThread,
  type ThreadStatistics,
  threadStatistics,
} from '@counterpart/thread'
import { progress } from './progress.ts'
import { type Command, instantFrom, print, readArguments, UsageError } from './usage.ts'

/** `counterpart thread …`: looks after the digital thread itself. */
export const thread: Command = {
  usage: [
    'thread verify [--data DIR] [--json]',
    'thread stats [--data DIR] [--json]',
    'thread replay --twin KIND:SUBJECT [--valid-at TIME] [--known-at TIME] [--data DIR] [--json]',
    'thread export --out FILE [--data DIR] [--json]',
    'thread import --in FILE [--data DIR] [--json]',
  ],
  run: async (args) => {
    const { values, positionals } = readArguments(args, {
      data: { type: 'string', default: './data' },
      json: { type: 'boolean', default: false },
      twin: { type: 'string' },
      'valid-at': { type: 'string' },
      'known-at': { type: 'string' },
      out: { type: 'string' },
      in: { type: 'string' },
    })
    const [verb, extra] = positionals
    if (verb === undefined || !Object.hasOwn(verbs, verb) || extra !== undefined)
      throw new UsageError(`expected one of ${Object.keys(verbs).join(', ')}`)
    const databaseUrl = process.env.DATABASE_URL || undefined
    checkFirst(verb, values, databaseUrl)
    const opened = await openThread({
      directory: values.data,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      clock: () => Date.now(),
      readOnly: verb !== 'import',
    })
    try {
      await verbs[verb]!(opened, values)
    } finally {
      await opened.close()
    }
  },
}

interface Values {
  readonly json: boolean
  readonly twin?: string
  readonly 'valid-at'?: string
  readonly 'known-at'?: string
  readonly out?: string
  readonly in?: string
}

/** What can be seen to be wrong before anything is opened, let alone made. */
function checkFirst(verb: string, values: Values & { readonly data: string }, databaseUrl: string | undefined): void {
  const { data, out, in: file, twin } = values
  if (verb === 'replay' && twin === undefined) throw new UsageError('which twin? add --twin KIND:SUBJECT')
  if (verb === 'export' && out === undefined) throw new UsageError('where to? add --out FILE')
  if (verb === 'export' && existsSync(out!))
    throw new Error(`${out} is there already; remove it or choose another name`)
  if (verb === 'import') {
    if (file === undefined) throw new UsageError('where from? add --in FILE')
    if (!existsSync(file)) throw new Error(`there is no file ${file}`)
    if (!process.env.COUNTERPART_MASTER_KEY && !existsSync(join(data, 'keys/master.key')))
      throw new Error(
        `what was exported is encrypted: first copy the folder keys/ of its data directory to ${resolve(data)} (or set COUNTERPART_MASTER_KEY)`,
      )
  } else if (databaseUrl === undefined && !existsSync(join(data, 'thread.sqlite')))
    throw new Error(`there is no thread in ${resolve(data)}; start the server once, or name its --data DIR`)
}

const verbs: Readonly<Record<string, (thread: StoredThread, values: Values) => Promise<void>>> = {
  verify: async (opened, { json }) => {
    const report = await opened.verify({ onProgress: progress('verified') })
    print(json, report, ({ streams, events, broken }) =>
      broken.length === 0
        ? `${events} events in ${streams} streams: every chain is whole`
        : `${broken.length} broken:\n${broken.map((each) => `  ${each.stream} @ ${each.sequence}: ${each.what}`).join('\n')}`,
    )
    if (report.broken.length > 0) process.exitCode = 1
  },
  stats: async (opened, { json }) => {
    print(json, await threadStatistics(opened), statisticsInWords)
  },
  replay: async (opened, values) => {
    // The twins and the server around them are needed for this alone.
    const { replayTwin } = await import('@counterpart/server')
    const result = await replayTwin(opened, values.twin!, {
      ...(values['valid-at'] === undefined ? {} : { validAt: instantFrom(values['valid-at'], '--valid-at') }),
      ...(values['known-at'] === undefined ? {} : { knownAt: instantFrom(values['known-at'], '--known-at') }),
    })
    print(values.json, result, ({ asOf, hash, variables }) =>
      asOf === null
        ? 'nothing was known of it then'
        : [
            `belief as of ${new Date(asOf).toISOString()}  sha256 ${hash}`,
            ...variables.map(
              ({ label, unit, p05, p50, p95 }) =>
                `  ${label}: ${p50.toPrecision(4)} ${unit} (90 %: ${p05.toPrecision(4)} to ${p95.toPrecision(4)})`,
            ),
          ].join('\n'),
    )
  },
  export: async (opened, values) => {
    const out = values.out!
    await pipeline(Readable.from(exportThread(opened)), createWriteStream(out, { flags: 'wx', mode: 0o600 }))
    print(values.json, { out, bytes: statSync(out).size }, ({ bytes }) => `${bytes} bytes written to ${out}`)
  },
  import: async (opened, { in: file, json }) => {
    print(
      json,
      await importThread(opened, createReadStream(file!)),
      ({ streams, events }) => `${events} events in ${streams} streams imported; every chain is whole`,
    )
  },
}

function statisticsInWords({ kind, events, streams, firstRecorded, lastRecorded }: ThreadStatistics): string {
  const time = (at: number) => new Date(at).toISOString()
  const span =
    firstRecorded === undefined || lastRecorded === undefined
      ? ''
      : `, recorded from ${time(firstRecorded)} to ${time(lastRecorded)}`
  const width = Math.max(0, ...streams.map((each) => `${each.events}`.length))
  return [
    `${events} events in ${streams.length} streams (${kind})${span}`,
    ...streams.map(({ stream, events: count }) => `  ${`${count}`.padStart(width)}  ${stream}`),
  ].join('\n')
}
