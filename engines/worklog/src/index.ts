export { type Action, type Activity, actions, activities, activityOfAction, type MessageKind, messageKinds } from './vocabulary.ts'
export type { LogMap, Login, LogOptions, Quarters, Span, WorkEvent, WorkHour } from './work-event.ts'
