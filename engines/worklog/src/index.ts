export { WorklogError, type WorklogErrorCode } from './errors.ts'
export { readLogins } from './files/logins.ts'
export { isDay, readSchedule, type ScheduledSpan, type ScheduledWork, scheduledWorks } from './files/schedule.ts'
export { baseOf } from './log/blocks.ts'
export { type Header, readHeader } from './log/header.ts'
export { hoursOfRows } from './log/hours-of-rows.ts'
export { type LogReader, logReader } from './log/log-reader.ts'
export type { Problem } from './log/problems.ts'
export { type ReadOptions, readLog } from './log/read-log.ts'
export type { WorkLog } from './log/work-log.ts'
export { type MeasureDefinition, type MeasureName, measureDefinitions, measureNames } from './measures/definitions.ts'
export { type GroupMeasure, groupMeasures, type MeasuredGroup } from './measures/groups.ts'
export type { Measure } from './measures/measure-days.ts'
export { type MeasuredPeriod, type MeasureOptions, measuresOf, type ProviderMeasures } from './measures/measures.ts'
export { type Period, type PeriodKind, periodKinds } from './measures/periods.ts'
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
