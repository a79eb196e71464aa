import { type Belief, day, type Instant, minute, type TwinContext } from '@counterpart/kernel'
import { normalQuantile } from '@counterpart/numerics'
import { lawsOf } from '../draws.ts'
import { departmentIn, memoryOf } from '../memory.ts'
import { onDuty, type StaffRole } from '../staffing.ts'
import { book } from './book.ts'
import type { Appointment, BookableMachine, BookingProblem } from './problem.ts'
import type { Solver, SolverLimits } from './solver.ts'

/** Somebody who wants an appointment on a day. */
export interface Wish {
  readonly id: string
  readonly protocol: string
  /** Minutes from midnight between which the patient can be there; left out: whenever there is a session. */
  readonly window?: readonly [number, number]
  /** What a minute later in the window counts; 1 when left out. */
  readonly weight?: number
}

/** The rules by which a day's slots are made. */
export interface Template {
  readonly name: string
  /** Which quantile of an exam's duration its slot is long, for exams planned for up to half an hour, and for longer ones. */
  readonly quantile: { readonly short: number; readonly long: number }
  /** Half-hours kept free for emergencies on the machine of each modality that takes them. */
  readonly reserved: number
  /** By how much slots are shorter because some patients do not come: 0.05 is one in twenty. */
  readonly overbooking: number
}

const reservedMinutes = 30
/** An appointment may end so long after the session, at the cost of overtime. */
const latestAfter = 120

/** A day's appointments under a template: minutes from local midnight. */
export interface BookedDay {
  readonly template: string
  readonly appointments: readonly Appointment[]
  readonly gap: number
}

/** The day's machines and the lengths of slots as the belief and a template have them. */
function problemOf(
  belief: Belief,
  date: Instant,
  wishes: readonly Wish[],
  template: Template,
  context: TwinContext,
): BookingProblem {
  const memory = memoryOf(belief)
  const department = departmentIn(memory)
  const start = department.startOfDay(date)
  const inDay = (at: Instant) => (at - start) / minute
  const laws = lawsOf(belief, context)
  const machines = department.layout.machines.flatMap((machine): BookableMachine[] => {
    const sessions = department
      .sessions(machine, start, start + day)
      .filter(({ from }) => from >= start && from < start + day)
    const [first, last] = [sessions[0], sessions.at(-1)]
    if (!first || !last) return []
    const taken = [
      ...department.maintenance(machine, start, start + day),
      ...department.reserved(machine, start, start + day),
    ]
      .concat(sessions.slice(1).map((session, i) => ({ from: sessions[i]!.until, until: session.from })))
      .filter(({ from, until }) => until > from)
      .map(({ from, until }): readonly [number, number] => [inDay(from), inDay(until)])
    const [from, until] = [inDay(first.from), inDay(last.until)]
    const step = (until - from) / (template.reserved + 1)
    const kept = takesEmergencies(machine.code, department.layout.machines)
      ? Array.from({ length: template.reserved }, (_, i): readonly [number, number] => {
          const begin = Math.round((from + (i + 1) * step - reservedMinutes / 2) / 5) * 5
          return [begin, begin + reservedMinutes]
        })
      : []
    return [{ code: machine.code, from, until, latest: until + latestAfter, taken: [...taken, ...kept] }]
  })
  const [opens, closes] = [Math.min(...machines.map((m) => m.from)), Math.max(...machines.map((m) => m.latest))]
  // The roster of noon stands for the day.
  const duty = (role: StaffRole) => onDuty(memory.rosters, department, role, start + day / 2)
  return {
    grid: 5,
    requests: wishes.map(({ id, protocol: code, window, weight = 1 }) => {
      const protocol = department.protocolOf({ protocol: code })
      const q = protocol.minutes > 30 ? template.quantile.long : template.quantile.short
      const lengths = laws.map((law) => {
        const { centre, spread } = law.scan(protocol.code, 'booked')
        return Math.exp(centre + spread * normalQuantile(q))
      })
      const length = lengths.reduce((sum, each) => sum + each, 0) / lengths.length
      return {
        id,
        machines: department
          .machinesFor(protocol)
          .map((machine) => machine.code)
          .filter((each) => machines.some((machine) => machine.code === each)),
        minutes: Math.max(5, Math.round((length * (1 - template.overbooking)) / 5) * 5),
        window: [Math.max(opens, window?.[0] ?? opens), Math.min(closes, window?.[1] ?? closes)],
        weight: 0.05 * weight,
        contrast: protocol.contrast,
      }
    }),
    machines,
    nurses: {
      count: duty('contrast-nurse'),
      minutes: laws.reduce((sum, law) => sum + Math.exp(law.delay('cannulate').centre), 0) / laws.length,
    },
    ...(duty('technologist') < machines.length ? { technologists: duty('technologist') } : {}),
    costs: { overtime: 5, idle: 0.5, longestWait: 0 },
  }
}

/** Emergencies go to the machines on call; of a modality without one, to its first. */
function takesEmergencies(
  code: string,
  machines: readonly { readonly code: string; readonly modality: string; readonly onCall?: boolean }[],
): boolean {
  const own = machines.find((machine) => machine.code === code)!
  const alike = machines.filter(({ modality }) => modality === own.modality)
  return alike.some(({ onCall }) => onCall) ? own.onCall === true : alike[0] === own
}

/** Books the wishes by a template: mixed-integer programming, see {@link book}, whose errors it throws. */
export function bookDay(
  belief: Belief,
  date: Instant,
  wishes: readonly Wish[],
  template: Template,
  context: TwinContext,
  solver: Solver,
  limits?: SolverLimits,
): BookedDay {
  const { appointments, gap } = book(problemOf(belief, date, wishes, template, context), solver, limits)
  return { template: template.name, appointments, gap }
}

/**
 * What departments do without a model: every modality has one slot length (the planned minutes of its protocols on
 * average, up to the next five), wishes take the next slot in order of asking, machines in turn, nothing is kept free.
 */
export function bookNaively(belief: Belief, date: Instant, wishes: readonly Wish[], context: TwinContext): BookedDay {
  const plain: Template = { name: 'naive', quantile: { short: 0.5, long: 0.5 }, reserved: 0, overbooking: 0 }
  const { machines } = problemOf(belief, date, [], plain, context)
  const department = departmentIn(memoryOf(belief))
  const next = new Map(machines.map(({ code, from }) => [code, from]))
  const appointments = wishes.map(({ id, protocol: code }): Appointment => {
    const protocol = department.protocolOf({ protocol: code })
    const alike = department.layout.protocols.filter(({ modality }) => modality === protocol.modality)
    const length = Math.ceil(alike.reduce((sum, { minutes }) => sum + minutes, 0) / alike.length / 5) * 5
    const able = department.machinesFor(protocol).filter((machine) => next.has(machine.code))
    const machine = able.reduce((a, b) => (next.get(b.code)! < next.get(a.code)! ? b : a)).code
    const { taken } = machines.find((each) => each.code === machine)!
    let from = next.get(machine)!
    for (const [a, b] of taken.toSorted((x, y) => x[0] - y[0])) if (a < from + length && b > from) from = b
    next.set(machine, from + length)
    return { id, machine, from, until: from + length }
  })
  return { template: plain.name, appointments, gap: Number.NaN }
}

/** Templates worth comparing: slot lengths and reserved half-hours; of slots of median length, overbooked ones too. */
export function templatesAround(noShow: number): readonly Template[] {
  const lengths: readonly (readonly [string, Template['quantile'], number])[] = [
    ['median slots', { short: 0.5, long: 0.5 }, 0],
    ['median slots, overbooked', { short: 0.5, long: 0.5 }, noShow],
    ['longer slots', { short: 0.65, long: 0.65 }, 0],
    ['longest slots for long exams', { short: 0.6, long: 0.75 }, 0],
  ]
  return lengths.flatMap(([label, quantile, overbooking]) =>
    [0, 2, 4, 6].map((reserved) => ({
      name: reserved === 0 ? label : `${label}, ${reserved} half-hours kept`,
      quantile,
      reserved,
      overbooking,
    })),
  )
}
