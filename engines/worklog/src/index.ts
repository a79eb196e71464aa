export { WorklogError, type WorklogErrorCode } from './errors.ts'
export { baseOf } from './log/blocks.ts'
export { type Header, readHeader } from './log/header.ts'
export { hoursOfRows } from './log/hours-of-rows.ts'
export { type LogReader, logReader } from './log/log-reader.ts'
export type { Problem } from './log/problems.ts'
export { type ReadOptions, readLog } from './log/read-log.ts'
export type { WorkLog } from './log/work-log.ts'
export {
  type Action,
  type Activity,
  actions,
  activities,
  activityOfAction,
  type MessageKind,
  messageKinds,
} from './vocabulary.ts'
export type { Login, LogMap, LogOptions, Quarters, Span, WorkEvent, WorkHour } from './work-event.ts'
