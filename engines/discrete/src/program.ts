import { type PreparedDuration, prepareDuration } from './duration.ts'
import { DiscreteError } from './errors.ts'
import type { Arrivals, Bundle, Duration, DurationByClass, Pathway, Resource, Step, Taking } from './pathway.ts'

/** What an instruction does; `a`, `b`, `c` and `next` are its operands. */
export const OP = {
  /** Take line `a`. If `b` = 1 an activity follows at `pc + 1` at once. */
  SEIZE: 0,
  /** Duration set `a` from stream `b`; `c` is the line that is released at its end, −1 for none. */
  DELAY: 1,
  /** Release what line `a` took. */
  RELEASE: 2,
  /** Branch table `a` with stream `b`. */
  BRANCH: 3,
  /** Table `a` of destinations by class. */
  BY_CLASS: 4,
  /** To `c` if attribute `a` is below constant `b`. */
  IF_BELOW: 5,
  /** Attribute `a` from duration set `b`, stream `c`. */
  SET: 6,
  /** Becomes class `a`. */
  CLASSIFY: 7,
  LEAVE: 8,
} as const

interface Instruction {
  readonly op: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly next: number
}

/** One way of satisfying a line: places in the claim columns, from `from` to before `to`. */
export interface Option {
  readonly from: number
  readonly to: number
}

/** A step where resources are taken, and how people wait there. */
export interface Line {
  readonly name: string
  /** Its place among the lines. */
  readonly index: number
  readonly step: number
  readonly options: readonly Option[]
  /** All claims of all options. */
  readonly from: number
  readonly to: number
  readonly desk: number
  readonly seizeAt: number
  readonly interruptible: boolean
  readonly interrupted: 'resume' | 'restart' | 'resample'
  readonly patience: number
  readonly patienceStream: number
  readonly onLeaving: number
  readonly limit: number
  readonly displace: boolean
  readonly onFull: number
  readonly worsens: number
  readonly worsensStream: number
  readonly worsensTo: number
  /** Whether one of its resources lets higher priorities interrupt. */
  readonly preempts: boolean
}

/** Resources that are asked for together, and so share the order of waiting. */
export interface Desk {
  readonly resources: readonly number[]
  /** First of its lanes, one per priority level (one in all when first come, first served). */
  readonly lane: number
  readonly lanes: number
  /** Rates by level of accumulating priority; empty otherwise. */
  readonly rates: readonly number[]
}

interface PreparedSource {
  readonly class: number
  readonly entry: number
  readonly stream: number
  readonly arrivals: Arrivals
  readonly between: PreparedDuration | undefined
  readonly limit: number
}

/** A pathway compiled: names replaced by places in tables. Immutable; any number of runs share it. */
export interface Program {
  readonly pathway: Pathway
  readonly levels: number
  readonly classPriority: Int32Array
  readonly attributes: number
  readonly streams: readonly string[]
  readonly sourceNames: readonly string[]
  readonly sources: readonly PreparedSource[]
  readonly instructions: readonly Instruction[]
  /** The first instruction of each step. */
  readonly entries: Int32Array
  readonly lines: readonly Line[]
  readonly desks: readonly Desk[]
  readonly deskOf: Int32Array
  /** Resource and amount of each claim column. */
  readonly claimResource: Int32Array
  readonly claimAmount: Float64Array
  readonly lanes: number
  /** Duration of set d for class k at d·classes + k. */
  readonly durations: readonly PreparedDuration[]
  readonly branches: readonly { readonly upTo: Float64Array; readonly to: Int32Array }[]
  readonly byClass: readonly Int32Array[]
  readonly constants: readonly number[]
  readonly interruptible: readonly boolean[]
}

const refuse = (what: string, element: string, expected?: string, mend?: string) =>
  new DiscreteError('invalid-pathway', what, { element, expected, mend })

function placesOf(what: string, names: readonly string[]): (name: string, by: string) => number {
  const places = new Map<string, number>()
  for (const [place, name] of names.entries()) {
    if (places.has(name)) throw refuse(`two ${what}s are named "${name}"`, name, 'names used once')
    places.set(name, place)
  }
  return (name, by) => {
    const place = places.get(name)
    if (place === undefined)
      throw new DiscreteError('undeclared', `${by} names the ${what} "${name}"`, {
        element: by,
        expected: names.length > 0 ? `one of ${names.slice(0, 20).join(', ')}` : `a ${what} to be declared`,
      })
    return place
  }
}

/**
 * Compiles a pathway; what is wrong with it is a `DiscreteError` (`undeclared`, `invalid-pathway`) that names the step,
 * resource or source.
 */
export function compilePathway(pathway: Pathway): Program {
  const { classes, sources, resources, steps } = pathway
  const attributes = pathway.attributes ?? []
  if (classes.length === 0) throw refuse('there is no class of patients', pathway.name, 'at least one class')
  if (steps.length === 0) throw refuse('there is no step', pathway.name, 'at least one step')
  const classOf = placesOf(
    'class',
    classes.map((c) => c.name),
  )
  const stepOf = placesOf(
    'step',
    steps.map((s) => s.name),
  )
  const resourceOf = placesOf(
    'resource',
    resources.map((r) => r.name),
  )
  const attributeOf = placesOf('attribute', attributes)
  placesOf(
    'source',
    sources.map((s) => s.name),
  )

  const classPriority = Int32Array.from(classes, ({ name, priority = 0 }) => {
    if (!Number.isInteger(priority) || priority < 0 || priority > 63)
      throw refuse(`class "${name}" has priority ${priority}`, name, 'an integer from 0 to 63')
    return priority
  })
  const levels = Math.max(...classPriority) + 1
  resources.forEach(checkResource)

  const streams: string[] = []
  const streamOf = (name: string) => {
    const place = streams.indexOf(name)
    return place >= 0 ? place : streams.push(name) - 1
  }
  const durations: PreparedDuration[] = []
  const durationSet = (d: DurationByClass, element: string): number => {
    const set = durations.length / classes.length
    if ('byClass' in d) for (const name of Object.keys(d.byClass)) classOf(name, element)
    for (const { name } of classes) {
      const one: Duration | undefined = 'byClass' in d ? d.byClass[name] : d
      if (!one) throw refuse(`${element} has no duration for class "${name}"`, element, 'one for every class')
      durations.push(prepareDuration(one, element))
    }
    return set
  }

  const instructions: Instruction[] = []
  const sizeOf = (step: Step) => (step.kind === 'activity' ? 2 : 1)
  const entries = new Int32Array(steps.length)
  let length = 0
  for (const [i, step] of steps.entries()) {
    entries[i] = length
    length += sizeOf(step)
  }
  const leave = length
  const goto = (name: string | undefined, by: string, otherwise: number) =>
    name === undefined ? otherwise : name === 'leave' ? leave : entries[stepOf(name, by)]!

  const { deskOf, desks, lanes } = desksOf(pathway, levels, resourceOf)
  const claimResource: number[] = []
  const claimAmount: number[] = []
  const lines: Line[] = []
  const lineOfStep = new Map<string, number>()
  const lineFor = (step: Step & Taking, place: number): number => {
    const from = claimResource.length
    const options = bundlesOf(step).map((bundle) => {
      const first = claimResource.length
      for (const [name, amount] of Object.entries(bundle)) {
        const resource = resourceOf(name, `step "${step.name}"`)
        const most = Math.max(
          resources[resource]!.capacity ?? 0,
          ...(resources[resource]!.schedule ?? []).map((s) => s.capacity),
        )
        if (!Number.isInteger(amount) || amount < 1)
          throw refuse(`step "${step.name}" needs ${amount} of "${name}"`, step.name, 'an integer of at least 1')
        if (amount > most)
          throw refuse(`step "${step.name}" needs ${amount} of "${name}", which never has more than ${most}`, step.name)
        claimResource.push(resource)
        claimAmount.push(amount)
      }
      if (claimResource.length === first) throw refuse(`step "${step.name}" needs nothing`, step.name, 'a resource')
      return { from: first, to: claimResource.length }
    })
    if (options.length === 0) throw refuse(`step "${step.name}" needs nothing`, step.name, 'a resource')
    if (step.lineLimit !== undefined && !(Number.isInteger(step.lineLimit) && step.lineLimit >= 0))
      throw refuse(`step "${step.name}" has lineLimit ${step.lineLimit}`, step.name, 'an integer of at least 0')
    const by = `step "${step.name}"`
    const used = claimResource.slice(from).map((r) => resources[r]!)
    lineOfStep.set(step.name, lines.length)
    return (
      lines.push({
        name: step.name,
        index: lines.length,
        step: place,
        options,
        from,
        to: claimResource.length,
        desk: deskOf[claimResource[from]!]!,
        seizeAt: entries[place]!,
        interruptible: step.kind === 'activity' && used.some((r) => r.preemption || r.atChange === 'interrupt'),
        interrupted: (step.kind === 'activity' && step.interrupted) || 'resume',
        patience: step.patience ? durationSet(step.patience, `patience of ${by}`) : -1,
        patienceStream: step.patience ? streamOf(`${step.name}: patience`) : -1,
        onLeaving: goto(step.onLeaving, by, leave),
        limit: step.lineLimit ?? Number.POSITIVE_INFINITY,
        displace: step.whenFull === 'displace',
        onFull: goto(step.onFull, by, leave),
        worsens: step.worsens ? durationSet(step.worsens.after, `worsening in ${by}`) : -1,
        worsensStream: step.worsens ? streamOf(`${step.name}: worsening`) : -1,
        worsensTo: step.worsens ? classOf(step.worsens.to, by) : -1,
        preempts: used.some((r) => r.preemption),
      }) - 1
    )
  }

  const branches: { upTo: Float64Array; to: Int32Array }[] = []
  const byClass: Int32Array[] = []
  const constants: number[] = []
  for (const [place, step] of steps.entries()) {
    const by = `step "${step.name}"`
    if (step.name === 'leave') throw refuse('a step is named "leave"', step.name, 'another name: it ends a pathway')
    const next = goto(step.next, by, place + 1 < steps.length ? entries[place + 1]! : leave)
    const emit = (op: number, a = 0, b = 0, c = 0, to = next) => instructions.push({ op, a, b, c, next: to })
    switch (step.kind) {
      case 'activity': {
        const line = lineFor(step, place)
        emit(OP.SEIZE, line, 1, 0, entries[place]! + 1)
        emit(OP.DELAY, durationSet(step.duration, by), streamOf(step.stream ?? step.name), line)
        break
      }
      case 'seize':
        emit(OP.SEIZE, lineFor(step, place))
        break
      case 'release':
        // Lines may be declared further down: resolved below.
        emit(OP.RELEASE, place)
        break
      case 'delay':
        emit(OP.DELAY, durationSet(step.duration, by), streamOf(step.stream ?? step.name), -1)
        break
      case 'branch': {
        const total = step.options.reduce((sum, o) => sum + o.probability, 0)
        if (step.options.some((o) => !(o.probability >= 0)) || !(Math.abs(total - 1) < 1e-9))
          throw refuse(`the probabilities of ${by} sum to ${total}`, step.name, 'numbers of at least 0 that sum to 1')
        let sum = 0
        const upTo = Float64Array.from(step.options, (o) => (sum += o.probability / total))
        upTo[upTo.length - 1] = 1
        branches.push({ upTo, to: Int32Array.from(step.options, (o) => goto(o.to, by, next)) })
        emit(OP.BRANCH, branches.length - 1, streamOf(step.stream ?? step.name))
        break
      }
      case 'by-class': {
        for (const name of Object.keys(step.to)) classOf(name, by)
        byClass.push(Int32Array.from(classes, ({ name }) => goto(step.to[name], by, next)))
        emit(OP.BY_CLASS, byClass.length - 1)
        break
      }
      case 'if-below':
        constants.push(step.value)
        emit(OP.IF_BELOW, attributeOf(step.attribute, by), constants.length - 1, goto(step.to, by, next))
        break
      case 'set':
        emit(OP.SET, attributeOf(step.attribute, by), durationSet(step.value, by), streamOf(step.name))
        break
      case 'classify':
        emit(OP.CLASSIFY, classOf(step.as, by))
        break
      default:
        throw refuse(`${by} has an unknown kind`, (step as Step).name)
    }
  }
  instructions.push({ op: OP.LEAVE, a: 0, b: 0, c: 0, next: leave })
  for (const [pc, instruction] of instructions.entries()) {
    if (instruction.op !== OP.RELEASE) continue
    const step = steps[instruction.a]!
    const of = step.kind === 'release' ? step.of : ''
    const line = lineOfStep.get(of)
    if (line === undefined || instructions[lines[line]!.seizeAt]!.b === 1)
      throw new DiscreteError('undeclared', `step "${step.name}" releases "${of}"`, {
        element: step.name,
        expected: 'the name of a step of kind seize',
      })
    instructions[pc] = { ...instruction, a: line }
  }

  const prepared = sources.map((source): PreparedSource => {
    const by = `source "${source.name}"`
    checkArrivals(source.arrivals, by)
    if (source.limit !== undefined && !(Number.isInteger(source.limit) && source.limit >= 0))
      throw refuse(`${by} has limit ${source.limit}`, source.name, 'an integer of at least 0')
    return {
      class: classOf(source.class, by),
      entry: source.to === undefined ? 0 : goto(source.to, by, 0),
      stream: streamOf('arrivals'),
      arrivals: source.arrivals,
      between: source.arrivals.kind === 'intervals' ? prepareDuration(source.arrivals.between, by) : undefined,
      limit: source.limit ?? Number.POSITIVE_INFINITY,
    }
  })

  return {
    pathway,
    levels,
    classPriority,
    attributes: attributes.length,
    streams,
    // The last stands for people who were there before the run began.
    sourceNames: [...sources.map((s) => s.name), ' present'],
    sources: prepared,
    instructions,
    entries,
    lines,
    desks,
    deskOf,
    claimResource: Int32Array.from(claimResource),
    claimAmount: Float64Array.from(claimAmount),
    lanes,
    durations,
    branches,
    byClass,
    constants,
    interruptible: resources.map((r) => r.preemption === true || r.atChange === 'interrupt'),
  }
}

const bundlesOf = (step: Taking): readonly Bundle[] =>
  'oneOf' in step.needs && Array.isArray(step.needs.oneOf) ? step.needs.oneOf : [step.needs as Bundle]

/** Resources that any step asks for together or as alternatives get one desk. */
function desksOf(pathway: Pathway, levels: number, resourceOf: (name: string, by: string) => number) {
  const { resources, steps } = pathway
  const root = resources.map((_, i) => i)
  const find = (i: number): number => {
    let at = i
    while (root[at] !== at) at = root[at]!
    return at
  }
  for (const step of steps) {
    if (step.kind !== 'activity' && step.kind !== 'seize') continue
    const asked = bundlesOf(step).flatMap((b) => Object.keys(b).map((name) => resourceOf(name, `step "${step.name}"`)))
    for (const resource of asked) root[find(resource)] = find(asked[0]!)
  }
  const deskOf = new Int32Array(resources.length)
  const desks: Desk[] = []
  let lanes = 0
  for (const [i] of resources.entries()) {
    if (find(i) !== i) continue
    const members = resources.map((_, r) => r).filter((r) => find(r) === i)
    const disciplines = members.map((r) => resources[r]!.discipline ?? 'priority')
    const discipline = disciplines[0]!
    const names = members.map((r) => `"${resources[r]!.name}"`).join(', ')
    if (disciplines.some((d) => JSON.stringify(d) !== JSON.stringify(discipline)))
      throw refuse(`${names} are asked for together but differ in discipline`, resources[i]!.name, 'one discipline')
    const rates = typeof discipline === 'object' ? discipline.accumulating : []
    if (typeof discipline === 'object' && (rates.length < levels || rates.some((r) => !(r >= 0 && r < 1e300))))
      throw refuse(
        `the accumulating rates of ${names} are ${rates}`,
        resources[i]!.name,
        `${levels} numbers of at least 0`,
      )
    for (const r of members) deskOf[r] = desks.length
    const own = discipline === 'first-come' ? 1 : levels
    desks.push({ resources: members, lane: lanes, lanes: own, rates })
    lanes += own
  }
  return { deskOf, desks, lanes }
}

function checkResource(resource: Resource): void {
  const { name, capacity = 0, schedule = [] } = resource
  let last = Number.NEGATIVE_INFINITY
  for (const { at, capacity: units } of [{ at: -1, capacity }, ...schedule]) {
    if (!Number.isInteger(units) || units < 0)
      throw refuse(`resource "${name}" has capacity ${units}`, name, 'an integer of at least 0')
    if (!(at > last && at < Number.POSITIVE_INFINITY))
      throw refuse(`the schedule of "${name}" has a change at ${at}`, name, 'finite times of at least 0 that ascend')
    last = at
  }
}

function checkArrivals(arrivals: Arrivals, by: string): void {
  if (arrivals.kind === 'rates') {
    if (!(arrivals.every > 0 && arrivals.every < Number.POSITIVE_INFINITY))
      throw refuse(`${by} has rates for every ${arrivals.every}`, by, 'a positive span')
    if (arrivals.rates.length === 0 || arrivals.rates.some((r) => !(r >= 0 && r < Number.POSITIVE_INFINITY)))
      throw refuse(`${by} has rates ${arrivals.rates}`, by, 'finite numbers of at least 0')
  } else if (arrivals.kind === 'times') {
    let last = 0
    for (const time of arrivals.times) {
      if (!(time >= last && time < Number.POSITIVE_INFINITY))
        throw refuse(`${by} has an arrival at ${time}`, by, 'finite times of at least 0 in ascending order')
      last = time
    }
  }
}
