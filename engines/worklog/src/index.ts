/** What somebody does at the screen of an electronic health record. */
export const activities = ['chart-review', 'note', 'order', 'prescription', 'inbox', 'schedule', 'other'] as const
export type Activity = (typeof activities)[number]
