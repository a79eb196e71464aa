import { open, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { openWfdbRecord, type WfdbRecord } from './record.ts'
import type { WfdbFiles } from './signal-file.ts'

/** The files of a folder of this machine; nothing outside it can be reached. */
export function wfdbFolder(folder: string): WfdbFiles {
  const root = resolve(folder)
  const inside = (name: string): string => {
    const path = join(root, name)
    if (relative(root, path).startsWith('..')) throw new Error(`${name} lies outside ${root}`)
    return path
  }
  return {
    readFile: async (name) => readFile(inside(name)),
    size: async (name) => (await stat(inside(name))).size,
    readRange: async (name, from, to) => {
      const file = await open(inside(name), 'r')
      try {
        const { size } = await file.stat()
        const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from))
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
        return bytes.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
  }
}

/** Opens a record by its path, with or without `.hea`, e.g. `mitdb/100`. */
export async function openWfdbRecordAt(path: string): Promise<WfdbRecord> {
  return openWfdbRecord(basename(path, '.hea'), wfdbFolder(dirname(path)))
}
