import { RadiologyError } from '../errors.ts'

/** An exam that wants an appointment. Minutes are from the day's midnight. */
export interface ExamRequest {
  readonly id: string
  /** Machines on which it can be done. */
  readonly machines: readonly string[]
  /** Minutes of the machine to book. */
  readonly minutes: number
  /** May begin from … and must have ended by. */
  readonly window: readonly [earliest: number, latest: number]
  /** What a minute of waiting after `window[0]` counts. */
  readonly weight: number
  /** Takes a contrast nurse before it. */
  readonly contrast: boolean
}

export interface BookableMachine {
  readonly code: string
  readonly from: number
  readonly until: number
  /** Until when it may run over, at the cost of overtime. */
  readonly latest: number
  /** Taken already: bookings, reserved slots, maintenance. */
  readonly taken: readonly (readonly [from: number, until: number])[]
}

/** A day's appointments to be made. */
export interface BookingProblem {
  /** Minutes between possible starts; durations are rounded up to it. */
  readonly grid: number
  readonly requests: readonly ExamRequest[]
  readonly machines: readonly BookableMachine[]
  /** Nurses for contrast at once, and how many minutes before the exam each is needed. */
  readonly nurses: { readonly count: number; readonly minutes: number }
  /** Machines that can be worked at once; left out: all. */
  readonly technologists?: number
  /** What a minute counts, in minutes of weighted waiting. */
  readonly costs: {
    readonly overtime: number
    readonly idle: number
    /** Of the longest weighted wait of all: fairness. */
    readonly longestWait: number
  }
}

export interface Appointment {
  readonly id: string
  readonly machine: string
  readonly from: number
  readonly until: number
}

/** The answer to a booking problem. */
export interface BookingAnswer {
  readonly status: 'optimal' | 'limit'
  readonly appointments: readonly Appointment[]
  readonly objective: number
  readonly bound: number
  /** (objective − bound) / |objective|; 0 for an objective of 0. */
  readonly gap: number
  /** Minutes after each machine's session. */
  readonly overtime: Readonly<Record<string, number>>
  /** Minutes in session before the last exam's end in which a machine stands idle. */
  readonly idle: Readonly<Record<string, number>>
  readonly longestWait: number
}

/** Throws {@link RadiologyError} `schedule-invalid` that names what is wrong. */
export function checkProblem({ grid, requests, machines, nurses, technologists, costs }: BookingProblem): void {
  const wrong = (what: string): never => {
    throw new RadiologyError('schedule-invalid', what)
  }
  if (!(grid > 0 && grid <= 240)) wrong(`grid is ${grid}; expected minutes from 1 to 240`)
  const codes = new Set(machines.map(({ code }) => code))
  if (codes.size !== machines.length) wrong('two machines have one code')
  if (new Set(requests.map(({ id }) => id)).size !== requests.length) wrong('two requests have one id')
  for (const { code, from, until, latest } of machines)
    if (!(from >= 0 && until > from && latest >= until && latest <= 2880))
      wrong(`machine "${code}": expected 0 ≤ from < until ≤ latest ≤ 2880, got ${from}, ${until}, ${latest}`)
  for (const { id, machines: able, minutes, window, weight } of requests) {
    if (able.length === 0) wrong(`exam "${id}" names no machine; expected one that can do it`)
    for (const code of able) if (!codes.has(code)) wrong(`exam "${id}" names machine "${code}", which is not there`)
    if (!(minutes > 0 && minutes <= 1440)) wrong(`exam "${id}" takes ${minutes} minutes; expected 1 to 1440`)
    if (!(window[0] >= 0 && window[1] > window[0]))
      wrong(`exam "${id}" has window ${window}; expected earliest < latest`)
    if (!(weight >= 0 && weight < 1e6)) wrong(`exam "${id}" has weight ${weight}; expected 0 or more`)
  }
  if (!(Number.isInteger(nurses.count) && nurses.count >= 0 && nurses.minutes >= 0))
    wrong(`nurses are ${nurses.count} for ${nurses.minutes} minutes; expected whole persons and minutes of 0 or more`)
  if (technologists !== undefined && !(Number.isInteger(technologists) && technologists >= 0))
    wrong(`technologists are ${technologists}; expected a whole number`)
  for (const [name, cost] of Object.entries(costs))
    if (!(cost >= 0 && cost < 1e6)) wrong(`cost ${name} is ${cost}; expected 0 or more`)
}
