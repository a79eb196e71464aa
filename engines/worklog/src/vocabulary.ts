/** What somebody does at the screen of an electronic health record. The same words as `Activity` of the kernel. */
export const activities = ['chart-review', 'note', 'order', 'prescription', 'inbox', 'schedule', 'other'] as const
export type Activity = (typeof activities)[number]

/** What an inbox holds: from patients, refills, telephone calls, results, from colleagues, made by the system itself. */
export const messageKinds = ['patient', 'refill', 'call', 'result', 'staff', 'system'] as const
export type MessageKind = (typeof messageKinds)[number]

/** What an event of the audit log says that somebody did, or (`message.received`) what came to somebody's inbox. */
export const actions = [
  'chart.view',
  'result.view',
  'schedule.view',
  'note.edit',
  'note.sign',
  'order.enter',
  'order.sign',
  'rx.enter',
  'rx.sign',
  'inbox.open',
  'inbox.read',
  'inbox.reply',
  'inbox.done',
  'login',
  'logout',
  'message.received',
  'other',
] as const
export type Action = (typeof actions)[number]

/** The activity that time after an action belongs to. What is received is nobody's activity; it has one only for completeness. */
export const activityOfAction: Readonly<Record<Action, Activity>> = {
  'chart.view': 'chart-review',
  'result.view': 'chart-review',
  'schedule.view': 'schedule',
  'note.edit': 'note',
  'note.sign': 'note',
  'order.enter': 'order',
  'order.sign': 'order',
  'rx.enter': 'prescription',
  'rx.sign': 'prescription',
  'inbox.open': 'inbox',
  'inbox.read': 'inbox',
  'inbox.reply': 'inbox',
  'inbox.done': 'inbox',
  login: 'other',
  logout: 'other',
  'message.received': 'other',
  other: 'other',
}
