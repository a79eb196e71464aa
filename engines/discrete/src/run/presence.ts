import { DiscreteError } from '../errors.ts'
import { F, STATUS, W } from '../layout.ts'
import type { Line } from '../program/lines.ts'
import { beginDelay } from './activity.ts'
import { gather } from './batches.ts'
import { claim, fits } from './claims.ts'
import type { Core } from './core.ts'
import { goOn } from './happening.ts'
import { enter } from './leaving.ts'
import { serve } from './serving.ts'
import { wait } from './waiting.ts'

const { ATTRIBUTES, JOINED, QUEUED } = F
const { EMPTY } = STATUS
const { PC, PRIORITY, STATUS: STATE } = W

/** Somebody who is in the pathway already. */
export interface Presence {
  readonly class: string
  /** When they came, at most now. */
  readonly arrived: number
  /** Where they are: an activity or delay under way, or a line or batch they wait in. */
  readonly step: string
  /** Since when the activity or delay is under way, or since when they wait; at most now. */
  readonly since: number
  /** Whether they wait for the step rather than being in it. */
  readonly waiting?: boolean
  /** Steps of kind seize whose resources they hold (of alternatives, the first that is free). */
  readonly holding?: readonly string[]
  /** Holds it all even where that is more than there is, as in a crowded department; nobody new gets any until then. */
  readonly beyondCapacity?: boolean
  /** Who goes first, if it is not what their class says. */
  readonly priority?: number
  readonly attributes?: Readonly<Record<string, number>>
}

/** Puts somebody where they are now, see `Run.admit`. Nothing is changed when it is refused. */
export function admit(core: Core, presence: Presence): number {
  const { program, state: s } = core
  const { kind, own, stepPlace, taken, priority } = checked(core, presence)
  const slot = enter(core, program.sources.length, s.admitted++, kind, 0, presence.arrived)
  const { numbers, words } = s.layout
  const w = slot * words
  const f = slot * numbers
  for (const [name, value] of Object.entries(presence.attributes ?? {}))
    s.numbers[f + ATTRIBUTES + program.pathway.attributes!.indexOf(name)] = value
  s.words[w + PRIORITY] = priority
  for (const line of taken)
    claim(core, slot, line, line.options.find((option) => fits(core, option, kind)) ?? line.options[0]!)
  const entry = program.entries[stepPlace]!
  s.words[w + PC] = entry
  if (presence.waiting && own) {
    wait(core, slot, own, presence.since)
    serve(core, own.desk)
  } else if (presence.waiting) gather(core, slot, program.instructions[entry]!.a, presence.since)
  else {
    if (own) s.words[w + PC] = entry + 1
    s.numbers[f + QUEUED] = presence.since
    s.numbers[f + JOINED] = presence.since
    beginDelay(core, slot, presence.since)
  }
  goOn(core)
  return slot
}

function checked(core: Core, presence: Presence) {
  const { program, state: s } = core
  const { pathway } = program
  const { arrived, attributes = {}, holding = [], since, waiting = false } = presence
  const refuse = (what: string, expected?: string) =>
    new DiscreteError('invalid-option', what, { element: presence.step, expected })
  const kind = pathway.classes.findIndex((c) => c.name === presence.class)
  if (kind < 0) throw refuse(`class "${presence.class}" is not declared`)
  const stepPlace = pathway.steps.findIndex((step) => step.name === presence.step)
  const step = pathway.steps[stepPlace]
  if (!step) throw refuse(`step "${presence.step}" is not declared`)
  const places: readonly string[] = waiting ? ['activity', 'seize', 'batch'] : ['activity', 'delay']
  if (!places.includes(step.kind))
    throw refuse(
      `nobody can be ${waiting ? 'waiting for' : 'in'} step "${step.name}"`,
      'an activity or delay, or a line',
    )
  if (!(since <= s.now) || !(arrived <= since) || arrived === Number.NEGATIVE_INFINITY)
    throw refuse(`arrived ${arrived}, since ${since}`, `arrived ≤ since ≤ now, ${s.now}`)
  const { priority = program.classPriority[kind]! } = presence
  checkPriority(core, priority)
  for (const [name, value] of Object.entries(attributes))
    if (!(pathway.attributes ?? []).includes(name) || !Number.isFinite(value))
      throw refuse(`attribute "${name}" is ${value}`)
  const held = holding.map((name) => {
    const line = program.lines.find((l) => l.name === name)
    if (!line || line.activity) throw refuse(`"${name}" is no step of kind seize`)
    return line
  })
  const own = program.lines.find((l) => l.step === stepPlace)
  const taken = !waiting && own ? [...held, own] : held
  for (const [i, line] of taken.entries()) if (taken.indexOf(line) < i) throw refuse(`"${line.name}" is held twice`)
  if (!presence.beyondCapacity) checkRoom(core, taken, kind, refuse)
  return { kind, stepPlace, own, taken, priority }
}

/** All that is held must be free at the same time; the one after the other is tried on a copy of what is busy. */
function checkRoom(
  core: Core,
  taken: readonly Line[],
  kind: number,
  refuse: (what: string, expected?: string) => DiscreteError,
): void {
  const { program, state: s } = core
  const before = s.busy.slice()
  try {
    for (const line of taken) {
      const option = line.options.find((o) => fits(core, o, kind))
      if (!option)
        throw refuse(`no resource is free for "${line.name}"`, 'no more people in a step than it has room for')
      for (let claim = option.from; claim < option.to; claim++)
        s.busy[program.claimPool[claim]!]! += program.claimAmount[claim]!
    }
  } finally {
    s.busy.set(before)
  }
}

export function checkPriority({ program }: Core, priority: number): void {
  if (!Number.isInteger(priority) || priority < 0 || priority >= program.levels)
    throw new DiscreteError('invalid-option', `priority ${priority}`, {
      expected: `an integer from 0 to ${program.levels - 1}`,
    })
}

export function slotsOf({ state: s }: Core): number[] {
  const slots: number[] = []
  for (let slot = 0; slot < s.used; slot++) if (s.words[slot * s.layout.words + STATE] !== EMPTY) slots.push(slot)
  return slots
}
