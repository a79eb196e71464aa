import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { openWfdbRecordAt } from './node-files.ts'
import type { WfdbRecord } from './record.ts'
import type { WfdbFiles } from './signal-file.ts'

const data = resolve(process.env.COUNTERPART_DATA ?? '../shared/data')

/** Why tests on published records are skipped; `undefined` when they are there. */
export const recordsMissing = ['mitdb/100.dat', 'wfdb/binformats.hea'].every((file) => existsSync(`${data}/${file}`))
  ? undefined
  : `no WFDB records in ${data} (set COUNTERPART_DATA)`
if (recordsMissing) console.log(`skipped: ${recordsMissing}`)

/** A published record, e.g. `mitdb/100`. */
export async function published(path: string): Promise<WfdbRecord> {
  return openWfdbRecordAt(`${data}/${path}`)
}

export async function publishedFile(path: string): Promise<Uint8Array> {
  return readFile(`${data}/${path}`)
}

/** Files that exist only here. */
export function filesOf(content: Readonly<Record<string, string | Uint8Array>>): WfdbFiles {
  return {
    readFile: async (name) => {
      const bytes = content[name]
      if (bytes === undefined) throw new Error(`there is no ${name}`)
      return typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
    },
  }
}

/** Packs samples as format 212 does (signal(5)); the readers' other half, for tests only. */
export function encode212(samples: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let i = 0; i < samples.length; i += 2) {
    const a = samples[i]! & 0xfff
    const b = (samples[i + 1] ?? 0) & 0xfff
    bytes.push(a & 0xff, (a >> 8) | ((b >> 4) & 0xf0))
    if (i + 1 < samples.length) bytes.push(b & 0xff)
  }
  return Uint8Array.from(bytes)
}

/** Packs samples as format 16 does. */
export function encode16(samples: readonly number[]): Uint8Array {
  return Uint8Array.from(samples.flatMap((sample) => [sample & 0xff, (sample >> 8) & 0xff]))
}
