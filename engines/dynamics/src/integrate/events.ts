import { type RandomStream, randomStream } from '@counterpart/numerics'
import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'

/** Events of a run: which triggers hold, and what waits to be carried out. SBML Level 3 Version 2, 4.12. */
export interface Events {
  /** 1 for each trigger that holds, as last seen. */
  readonly holding: Uint8Array
  /** When the next waiting event is due; infinite if none waits. */
  nextDue(): number
  /** Whether a trigger differs from when it was last seen. */
  differ(time: number, states: Float64Array): boolean
  /**
   * Everything that happens at this instant: triggers are seen, what became true is put in the queue, what is due is
   * carried out one after the other, each time with triggers and priorities seen anew. True if anything was assigned.
   */
  happen(time: number, states: Float64Array): boolean
  readonly carriedOut: number
}

interface Waiting {
  readonly event: number
  readonly due: number
  /** What it assigns, where that was computed when it was triggered. */
  readonly values: Float64Array | undefined
}

/** More than these at one instant are taken for a cascade without end. */
const CASCADE_LIMIT = 10_000

/** Before the first call of `happen`, which is the start's, triggers count as what the model says they were before it. */
export function createEvents(machine: Machine, parameters: Float64Array, seed: string): Events {
  const { events } = machine.system
  const holding = Uint8Array.from(events, (event) => (event.initialValue ? 1 : 0))
  const seen = new Uint8Array(events.length)
  let waiting: Waiting[] = []
  let lots: RandomStream | undefined
  let carriedOut = 0
  let nextDue = Number.POSITIVE_INFINITY
  let lastTime = Number.NaN
  let atThisInstant = 0

  function elementOf(event: number) {
    const place = machine.system.model.events?.[event]?.place
    return { element: events[event]!.name, ...(place && { place }) }
  }

  function see(time: number, states: Float64Array): void {
    machine.triggers(time, states, parameters, seen)
    for (let e = 0; e < events.length; e++) {
      if (seen[e] === holding[e]) continue
      holding[e] = seen[e]!
      const event = events[e]!
      if (seen[e] === 1) {
        const delay = event.delay ? machine.delay(e, time, states, parameters) : 0
        if (!(delay >= 0))
          throw new DynamicsError('not-finite', `the delay of “${event.name}” is ${delay} at time ${time}`, {
            ...elementOf(e),
            expected: 'zero or more',
          })
        waiting.push({
          event: e,
          due: time + delay,
          values: event.useValuesFromTriggerTime ? valuesOf(e, time, states) : undefined,
        })
      } else if (!event.persistent) waiting = waiting.filter((other) => other.event !== e)
    }
  }

  function valuesOf(event: number, time: number, states: Float64Array): Float64Array {
    const values = new Float64Array(events[event]!.assignments.length)
    machine.assigned(event, time, states, parameters, values)
    return values
  }

  /** Takes out of the queue what is to be carried out next, of all that is due. */
  function take(time: number, states: Float64Array): Waiting | undefined {
    const due = waiting.filter((one) => one.due <= time)
    if (due.length === 0) return undefined
    let candidates = due
    if (due.length > 1) {
      const priorities = due.map(({ event }) =>
        events[event]!.priority ? machine.priority(event, time, states, parameters) : Number.NaN,
      )
      const highest = priorities.reduce((most, one) => Math.max(one, most), Number.NEGATIVE_INFINITY)
      // Where an event without a priority comes among the others is left open (4.12.3): it draws lots with the highest.
      candidates = due.filter((_, i) => !(priorities[i]! < highest))
    }
    let chosen = candidates[0]!
    if (candidates.length > 1) {
      lots ??= randomStream('dynamics', 'events', seed)
      chosen = candidates[lots.integer(candidates.length)]!
    }
    waiting.splice(waiting.indexOf(chosen), 1)
    return chosen
  }

  function happen(time: number, states: Float64Array): boolean {
    if (time !== lastTime) {
      lastTime = time
      atThisInstant = 0
    }
    let assigned = false
    for (;;) {
      see(time, states)
      const next = take(time, states)
      if (!next) break
      const { event } = next
      machine.assign(event, time, states, parameters, next.values ?? valuesOf(event, time, states))
      assigned = true
      carriedOut++
      if (++atThisInstant > CASCADE_LIMIT)
        throw new DynamicsError(
          'no-convergence',
          `events set each other off without end at time ${time}, “${events[event]!.name}” among them`,
          { ...elementOf(event), mend: 'give one of them a delay, or a trigger that its own effects end' },
        )
    }
    nextDue = Number.POSITIVE_INFINITY
    for (const { due } of waiting) if (due < nextDue) nextDue = due
    return assigned
  }

  function differ(time: number, states: Float64Array): boolean {
    machine.triggers(time, states, parameters, seen)
    for (let e = 0; e < events.length; e++) if (seen[e] !== holding[e]) return true
    return false
  }

  return {
    holding,
    nextDue: () => nextDue,
    differ,
    happen,
    get carriedOut() {
      return carriedOut
    },
  }
}
