import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { replayTwin } from '@counterpart/server'
import { exportThread, importThread, openThread, type StoredThread, threadStatistics } from '@counterpart/thread'
import { type Command, instantFrom, print, readArguments, UsageError } from './usage.ts'

/** `counterpart thread …`: looks after the digital thread itself. */
export const thread: Command = {
  usage: [
    'thread verify [--data DIR] [--json]',
    'thread stats [--data DIR] [--json]',
    'thread replay --twin KIND:SUBJECT [--valid-at TIME] [--known-at TIME] [--data DIR] [--json]',
    'thread export --out FILE [--data DIR]',
    'thread import --in FILE [--data DIR]',
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
    const opened = await openThread({
      directory: values.data,
      ...(process.env.DATABASE_URL === undefined ? {} : { databaseUrl: process.env.DATABASE_URL }),
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
    print(json, await threadStatistics(opened), (statistics) => JSON.stringify(statistics, null, 2))
  },
  replay: async (opened, values) => {
    if (values.twin === undefined) throw new UsageError('which twin? add --twin KIND:SUBJECT')
    const result = await replayTwin(opened, values.twin, {
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
  export: async (opened, { out }) => {
    if (out === undefined) throw new UsageError('where to? add --out FILE')
    const lines = Readable.from(withNewlines(exportThread(opened)))
    await pipeline(lines, createWriteStream(out, { flags: 'wx', mode: 0o600 }))
  },
  import: async (opened, { in: file }) => {
    if (file === undefined) throw new UsageError('where from? add --in FILE')
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
    await importThread(opened, lines)
  },
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`
}

function progress(what: string): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => {}
  return (done, of) => process.stderr.write(`\r${what} ${done} of ${of}${done >= of ? '\n' : ''}`)
}
