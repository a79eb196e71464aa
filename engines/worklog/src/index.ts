export { WorklogError, type WorklogErrorCode } from './errors.ts'
export { type EventReader, eventReader } from './log/event-reader.ts'
export { hoursOfPerson } from './log/hours-of-person.ts'
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
