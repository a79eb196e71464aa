import type { LogMap, LogOptions, WorkEvent } from '../work-event.ts'
import { fieldsFor, splitFields } from './fields.ts'
import { columns, type Header, readHeader } from './header.ts'
import { joinBytes } from './join-bytes.ts'
import { timeReader } from './read-time.ts'

/** Reads events one by one from pieces of a log, as objects: for few of them, where {@link readLog} is for many. */
export interface EventReader {
  /** Hands on each whole line of what has come so far; lines count from 1, the header among them. */
  read(chunk: Uint8Array, each: Each, wrong: Wrong): void
  /** Hands on a last line without an end. */
  end(each: Each, wrong: Wrong): void
}

/**
 * A reader of CSV as the README has it; words of a vendor that the map knows come as ours. Throws `WorklogError` `header`
 * when the first line does not name the columns.
 *
 * @example
 * const reader = eventReader({ zone: 'Europe/London' })
 * reader.read(bytes, (event) => events.push(event), (line, why) => refuse(line, why))
 */
export function eventReader(options: Pick<LogOptions, 'zone' | 'map'> = {}): EventReader {
  const { map = {} } = options
  const times = timeReader(options.zone ?? 'UTC')
  let header: Header | undefined
  let line = 0
  let rest = new Uint8Array(0)
  const decoder = new TextDecoder()

  const readLine = (bytes: Uint8Array, from: number, until: number, each: Each, wrong: Wrong): void => {
    line++
    if (!header) {
      header = readHeader(decoder.decode(bytes.subarray(from, until)), map)
      return
    }
    const fields = fieldsFor(header.length)
    splitFields(bytes, from, fields, -1)
    const { bytes: lying, count, ends, starts } = fields
    if (count === 1 && starts[0] === ends[0]) return
    const at = (column: number) => {
      const field = header!.indexOf(column)
      return field < 0 || field >= count ? '' : decoder.decode(lying.subarray(starts[field], ends[field]))
    }
    if (count > header.length) {
      wrong(line, `there are more fields than the header has (${header.length}); quote those with a comma in them`)
      return
    }
    const field = header.indexOf(0)
    const time = field < count ? times.read(lying, starts[field]!, ends[field]!) : Number.NaN
    const [, user, action, patient, object, detail] = columns.map((_, column) => at(column)) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const why = whyNot(time, at(0), user, action)
    if (why) wrong(line, why)
    else
      each({ time, user, action: ours(map.actions, action), patient, object, detail: ours(map.details, detail) }, line)
  }

  return {
    read(chunk, each, wrong) {
      const bytes = rest.length === 0 ? chunk : joinBytes(rest, chunk)
      let from = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        readLine(bytes, from, end + 1, each, wrong)
        from = end + 1
      }
      rest = bytes.slice(from)
    },
    end(each, wrong) {
      if (rest.length === 0) return
      const last = joinBytes(rest, Uint8Array.of(10))
      rest = new Uint8Array(0)
      readLine(last, 0, last.length, each, wrong)
    },
  }
}

/** Takes an event and the number of its line. */
type Each = (event: WorkEvent, line: number) => void
/** Takes the number of a line that could not be read, and why. */
type Wrong = (line: number, why: string) => void

const ours = (map: LogMap['actions'], word: string) => (map && Object.hasOwn(map, word) ? map[word]! : word)

function whyNot(time: number, text: string, user: string, action: string): string | undefined {
  if (Number.isNaN(time)) return `"${text.slice(0, 40)}" is no time (expected one such as 2026-03-02T08:00:00Z)`
  if (user === '') return 'there is no user'
  return action === '' ? 'there is no action' : undefined
}
