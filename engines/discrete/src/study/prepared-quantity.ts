import type { Program } from '../program.ts'
import type { State } from '../state.ts'
import type { Quantity } from './measure.ts'
import { departuresOf, linesOf, placesIn } from './prepared-metric.ts'
import { busyIn, capacityIn, countAt, countPresent, poolsOf, WAITS, waitSum } from './seen-state.ts'

/** A quantity made ready: what it reads of a run's state, without allocating. */
export interface PreparedQuantity {
  readonly name: string
  /** Before a replication begins: from where on it counts. */
  begin(state: State): void
  /** The number at this moment; what is counted over time is counted since the last time. */
  of(state: State): number
}

const nothing = () => {}

/** Makes a quantity ready for a program; throws `DiscreteError` (`undeclared`) for names that it does not have. */
export function prepareQuantity(program: Program, name: string, quantity: Quantity): PreparedQuantity {
  const { pathway } = program
  const kinds = pathway.classes.length
  const classesOf = (names?: readonly string[]) => placesIn('class', pathway.classes, names, name)
  const now = (of: PreparedQuantity['of']): PreparedQuantity => ({ name, begin: nothing, of })
  switch (quantity.kind) {
    case 'present': {
      const { classes, longerThan = Number.NEGATIVE_INFINITY } = quantity
      if (classes === undefined && quantity.longerThan === undefined) return now((state) => state.present)
      const wanted = flagsOf(classesOf(classes), kinds)
      return now((state) => countPresent(state, wanted, longerThan))
    }
    case 'waiting': {
      const lines = linesOf(program, quantity.steps, name)
      return now((state) => {
        let count = 0
        for (let i = 0; i < lines.length; i++) count += state.waiting[lines[i]!]!
        return count
      })
    }
    case 'in':
    case 'at': {
      const steps = placesIn('step', pathway.steps, quantity.steps, name)
      const wanted = flagsOf(steps, pathway.steps.length)
      const instructions = Uint8Array.from(stepsOf(program), (step) => wanted[step]!)
      const lines = new Uint8Array(Math.max(program.lines.length, program.batches.length))
      if (quantity.kind === 'at') for (const { index, step } of program.lines) lines[index] = wanted[step]!
      return now((state) => countAt(state, instructions, lines))
    }
    case 'busy':
    case 'capacity':
    case 'occupancy': {
      const [resource] = placesIn('resource', pathway.resources, [quantity.resource], name)
      const pools = poolsOf(program, resource!)
      if (quantity.kind === 'busy') return now((state) => busyIn(state, pools))
      if (quantity.kind === 'capacity') return now((state) => capacityIn(state, pools))
      return now((state) => {
        const capacity = capacityIn(state, pools)
        return capacity > 0 ? (100 * busyIn(state, pools)) / capacity : Number.NaN
      })
    }
    case 'mean-wait': {
      const lines = linesOf(program, quantity.steps, name)
      const classes = classesOf()
      const served = sinceLast((state) => waitSum(state, kinds, lines, classes, WAITS.SERVED))
      const waited = sinceLast((state) => waitSum(state, kinds, lines, classes, WAITS.SUM))
      return {
        name,
        begin(state) {
          served.begin(state)
          waited.begin(state)
        },
        of: (state) => waited.of(state) / served.of(state),
      }
    }
    case 'departures': {
      const classes = classesOf(quantity.classes)
      return { name, ...sinceLast((state) => departuresOf(state, classes)) }
    }
    case 'left-waiting': {
      const lines = linesOf(program, quantity.steps, name)
      const classes = classesOf()
      return { name, ...sinceLast((state) => waitSum(state, kinds, lines, classes, WAITS.LEFT)) }
    }
  }
}

/** What a count has grown since it was read last. */
function sinceLast(count: (state: State) => number): Pick<PreparedQuantity, 'begin' | 'of'> {
  let last = 0
  return {
    begin(state) {
      last = count(state)
    },
    of(state) {
      const total = count(state)
      const grown = total - last
      last = total
      return grown
    },
  }
}

function flagsOf(places: Int32Array, length: number): Uint8Array {
  const flags = new Uint8Array(length)
  for (const place of places) flags[place] = 1
  return flags
}

/** The step of each instruction. */
function stepsOf({ entries, instructions }: Program): Int32Array {
  const steps = new Int32Array(instructions.length)
  for (let pc = 0, step = 0; pc < instructions.length; pc++) {
    while (step + 1 < entries.length && entries[step + 1]! <= pc) step++
    steps[pc] = step
  }
  return steps
}

/** What is forecast when nothing is said of it: people present, people waiting for each step, units of each resource in use. */
export function defaultQuantities({ lines, pathway }: Program): Readonly<Record<string, Quantity>> {
  return Object.fromEntries<Quantity>([
    ['present', { kind: 'present' }],
    ...lines.map(({ name }) => [`waiting: ${name}`, { kind: 'waiting', steps: [name] }] as const),
    ...pathway.resources.map(({ name }) => [`busy: ${name}`, { kind: 'busy', resource: name }] as const),
  ])
}
