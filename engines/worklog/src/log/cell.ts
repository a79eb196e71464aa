import { type Action, actions, activities, activityOfAction, messageKinds } from '../vocabulary.ts'

// What one person did in one hour of UTC, as a row of whole numbers; times are milliseconds.

export const quarter = 900_000
export const hourLength = 3_600_000
export const dayLength = 86_400_000

/** Columns of a row. */
export const at = {
  /** Four quarters of each activity. */
  time: 0,
  received: 4 * activities.length,
  done: 4 * activities.length + messageKinds.length,
  signed: 4 * activities.length + 2 * messageKinds.length,
  team: 4 * activities.length + 2 * messageKinds.length + 1,
  notes: 4 * activities.length + 2 * messageKinds.length + 2,
  actions: 4 * activities.length + 2 * messageKinds.length + 3,
  switches: 4 * activities.length + 2 * messageKinds.length + 4,
} as const
export const cellWidth = at.switches + 1

export const actionCount = actions.length
const codeOf = (action: Action) => actions.indexOf(action)
export const login = codeOf('login')
export const logout = codeOf('logout')
export const received = codeOf('message.received')
export const other = codeOf('other')
export const inboxDone = codeOf('inbox.done')
export const noteSign = codeOf('note.sign')
export const orderSign = codeOf('order.sign')
export const rxSign = codeOf('rx.sign')

/** Index of the activity of each action. */
export const activityIndex = Int32Array.from(actions, (action) => activities.indexOf(activityOfAction[action]))

/** Kind of message in a code, when it names none. */
export const noKind = messageKinds.length
/** The kind that a message of no known kind counts as. */
export const residualKind = messageKinds.indexOf('system')

/** An event in 32 bits: action, kind of message, whether a team prepared it, and 15 bits that tell logins of one person apart. */
export const eventCode = (action: number, kind: number, team: number, loginBits: number): number =>
  action | (kind << 5) | (team << 8) | (loginBits << 9)
export const actionOf = (code: number): number => code & 31
export const kindOf = (code: number): number => (code >> 5) & 7
export const teamOf = (code: number): number => (code >> 8) & 1
export const loginOf = (code: number): number => (code >> 9) & 0x7fff
