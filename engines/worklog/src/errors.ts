/** What a {@link WorklogError} is about. Stable: programs may rely on it. */
export type WorklogErrorCode =
  /** The first line does not name the columns that are needed. */
  | 'header'
  /** Not one line could be read. */
  | 'no-events'
  /** A list of logins, a schedule or a map is not as it must be. */
  | 'invalid-file'
  /** An option is out of its range. */
  | 'invalid-option'

/** What this room refuses: says what, where, what was expected, and how to mend it. */
export class WorklogError extends Error {
  readonly code: WorklogErrorCode
  /** Counted from 1, where it is about a line. */
  readonly line: number | undefined

  constructor(code: WorklogErrorCode, message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`)
    this.name = 'WorklogError'
    this.code = code
    this.line = line
  }
}
