import { readFileSync } from 'node:fs'

/** The text of a file; what hinders reading it is told with its name. */
export function textOf(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`${file} is no text in UTF-8: save it as that and try again`)
  }
}
