import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamicsError, type Model, readModel } from '@counterpart/dynamics'
import { textOf } from './text-file.ts'

/** Reads a model from a file in any of the formats; what a CellML model imports is looked for beside the file. */
export function readModelFile(file: string): Model {
  return readModel(textOf(file), { resolve: (href) => textOf(besides(file, href)) })
}

/** Does something with a file's model; what is wrong with it is told with the file's name. */
export function within<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DynamicsError)) throw error
    throw new Error(`${file}: ${error.message}`, { cause: error })
  }
}

function besides(file: string, href: string): string {
  if (href.startsWith('file:')) return fileURLToPath(href)
  if (/^[a-z][a-z0-9+.-]+:/i.test(href))
    throw new DynamicsError('not-supported', `it imports ${href}, which is not a file here`, {
      element: 'import',
      mend: 'save what it imports beside the file and change the address to its name',
    })
  return resolve(dirname(file), decodeURIComponent(href.replace(/#.*$/, '')))
}
