import {
  type Belief,
  carryOn,
  crpsOfEnsemble,
  day,
  type ExamDetail,
  type Forecast,
  hour,
  type Instant,
  imagingChannels,
  minute,
  type Observation,
  type TwinContext,
} from '@counterpart/kernel'
import { RunningMoments, randomStream } from '@counterpart/numerics'
import {
  type BookedDay,
  bookNaively,
  chooseTemplate,
  compareDays,
  loadSolver,
  radiology,
  templatesAround,
  type Wish,
} from '@counterpart/radiology'
import type { Measurement } from '../scripts/measure.ts'
import {
  department,
  layout,
  type RadiologyWorld,
  simulateDepartment,
  usualWorld,
  worldStart,
} from './radiology-world.ts'

const context: TwinContext = { random: (...names) => randomStream('validate-radiology', ...names), treatments: [] }
const subject = { id: department, kind: 'department' } as const

const learningDays = 14
const scoredDays = 8
const departments = 3
const horizons = [1, 2, 4, 8] as const
const names = radiology.quantities.map(({ name }) => name)

/** The twin, following what a department tells. */
function follower(told: readonly Observation[]) {
  let belief: Belief | undefined
  let i = 0
  return (until: Instant): Belief => {
    while (i < told.length && told[i]!.effective <= until) {
      const at = told[i]!.effective
      let j = i
      while (j < told.length && told[j]!.effective === at) j++
      belief ??= radiology.begin(subject, at, {}, context)
      belief = radiology.assimilate(belief, at, told.slice(i, j), context)
      i = j
    }
    belief = radiology.assimilate(belief!, until, [], context)
    return belief
  }
}

interface Score {
  readonly crps: RunningMoments
  readonly persistence: RunningMoments
  inside: number
}

/** Forecasts every two hours of the working day, scored against what was counted when their time had come. */
function scored(worlds: readonly RadiologyWorld[]): ReadonlyMap<string, Score> {
  const scores = new Map<string, Score>()
  for (const world of worlds) {
    const follow = follower(simulateDepartment(world))
    const open: { now: Readonly<Record<string, number>>; forecast: Forecast }[] = []
    const ranks = randomStream('ranks', world.seed)
    for (let at = worldStart + learningDays * day; at < worldStart + world.days * day; at += hour) {
      const belief = follow(at)
      const counted = radiology.counted!(belief)
      for (const { now, forecast } of open) {
        const t = forecast.times.indexOf(at)
        if (t < 0) continue
        for (const name of names) {
          const key = `${name} ${horizons[t]}`
          const score = scores.get(key) ?? { crps: new RunningMoments(), persistence: new RunningMoments(), inside: 0 }
          scores.set(key, score)
          const members = forecast.quantities[name]!.members.subarray(t * forecast.size, (t + 1) * forecast.size)
          const value = counted[name]!
          score.crps.add(crpsOfEnsemble(members, forecast.weights, value))
          score.persistence.add(Math.abs(now[name]! - value))
          // Counts fall on members: their rank among equals is drawn, or whole numbers would seem to be covered too often.
          const below = members.filter((x) => x < value - 1e-9).length
          const equal = members.filter((x) => Math.abs(x - value) <= 1e-9).length
          const rank = (below + ranks.uniform() * (equal + 1)) / (members.length + 1)
          if (rank > 0.05 && rank < 0.95) score.inside++
        }
      }
      const clock = ((at - worldStart) % day) / hour
      const weekday = Math.floor((at - worldStart) / day) % 7
      if (weekday < 5 && clock >= 6 && clock <= 20 && clock % 2 === 0)
        open.push({
          now: counted,
          forecast: radiology.forecast(
            belief,
            carryOn,
            horizons.map((h) => at + h * hour),
            context,
          ),
        })
      while (open.length > 0 && open[0]!.forecast.times.at(-1)! <= at) open.shift()
    }
  }
  return scores
}

function forecastRows(label: string, worlds: readonly RadiologyWorld[], judged: boolean): Measurement[] {
  const scores = scored(worlds)
  return horizons.flatMap((h): Measurement[] => {
    const own = names.map((name) => ({ name, ...scores.get(`${name} ${h}`)! }))
    const cases = own[0]!.crps.count
    const inside = own.reduce((sum, each) => sum + each.inside, 0) / (own.length * cases)
    const part = (each: (typeof own)[number]) => 1 - each.crps.mean / each.persistence.mean
    const worst = own.reduce((a, b) => (part(b) < part(a) ? b : a))
    const outside = own.filter((each) => each.inside / cases < 0.85 || each.inside / cases > 0.95)
    return [
      {
        name: `${label}: skill against persistence at ${h} h, least of ${own.length} quantities`,
        value: part(worst),
        unit: `(${worst.name})`,
        ...(judged ? { target: '> 0', met: part(worst) > 0 } : {}),
        note: `1 − CRPS/absolute error of persistence; ${cases} forecasts; ${own.map((each) => `${each.name} ${part(each).toFixed(2)}`).join(', ')}`,
      },
      {
        name: `${label}: inside 90 % intervals at ${h} h, all quantities`,
        value: 100 * inside,
        unit: '%',
        ...(judged ? { target: '87 to 93', met: inside >= 0.87 && inside <= 0.93 } : {}),
        note:
          outside.length === 0
            ? 'each quantity between 85 and 95'
            : `beyond 85 to 95: ${outside.map((each) => `${each.name} ${((100 * each.inside) / cases).toFixed(0)}`).join(', ')}`,
      },
    ]
  })
}

const wished = (): readonly Wish[] => {
  const stream = randomStream('wishes')
  const of = (modality: string, n: number) => {
    const codes = layout.protocols.filter((protocol) => protocol.modality === modality).map(({ code }) => code)
    return Array.from({ length: n }, (_, i) => ({
      id: `${modality}-${i}`,
      protocol: codes[stream.integer(codes.length)]!,
    }))
  }
  const all = [...of('CT', 26), ...of('MR', 24)]
  return all
    .map((wish) => ({ wish, at: stream.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ wish }) => wish)
}

/** A day in the other department, which the twin did not make: overtime, waits of booked patients, idle minutes. */
function livedDay({ appointments }: BookedDay, seed: number): Readonly<Record<'overtime' | 'wait' | 'idle', number>> {
  const protocols = new Map(wished().map(({ id, protocol }) => [id, protocol]))
  const lists = appointments.map((each) => ({ ...each, protocol: protocols.get(each.id)! }))
  const told = simulateDepartment({ ...usualWorld, seed: `day-${seed}`, days: 2, lists })
  const [open, close] = [worldStart + 8 * hour, worldStart + 18 * hour]
  const exams = new Map<
    string,
    { machine?: string; booked?: number; arrived?: number; start?: number; end?: number; emergency?: boolean }
  >()
  for (const { channel, detail, effective } of told) {
    if (channel !== imagingChannels.exam || effective >= worldStart + day) continue
    const fact = detail as unknown as ExamDetail
    const exam = exams.get(fact.exam) ?? {}
    exams.set(fact.exam, exam)
    if (fact.what === 'ordered') exam.emergency = fact.origin === 'emergency'
    if (fact.what === 'booked' && fact.at < worldStart + day) exam.booked = fact.at
    if (fact.what === 'arrived') exam.arrived = effective
    if (fact.what === 'started') Object.assign(exam, { start: effective, machine: fact.machine })
    if (fact.what === 'finished') exam.end = effective
  }
  const done = [...exams.values()].filter(({ start, end }) => start !== undefined && end !== undefined)
  const routine = done.filter(({ emergency }) => emergency !== true)
  const over = routine.filter(({ start }) => start! >= open)
  const waits = done
    .filter(({ booked }) => booked !== undefined)
    .map(({ booked, arrived, start }) => Math.max(0, start! - Math.max(booked!, arrived!)))
  let idle = 0
  for (const { code } of layout.machines) {
    const last = Math.min(
      close,
      Math.max(open, ...routine.filter(({ machine }) => machine === code).map(({ end }) => end!)),
    )
    const busy = done
      .filter(({ machine }) => machine === code)
      .reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end!, last) - Math.max(start!, open)), 0)
    idle += Math.max(0, last - open - busy)
  }
  return {
    overtime: over.reduce((sum, { start, end }) => sum + Math.max(0, end! - Math.max(start!, close)), 0) / minute,
    wait: waits.reduce((sum, w) => sum + w, 0) / waits.length / minute,
    idle: idle / minute,
  }
}

async function templateRows(): Promise<Measurement[]> {
  const told = simulateDepartment({ ...usualWorld, seed: 'template', days: 15 })
  const belief = follower(told)(worldStart + 14 * day)
  const date = worldStart + 14 * day
  const wishes = wished()
  const solver = await loadSolver()
  const templates = templatesAround(0.05)
  const choice = chooseTemplate(belief, date, wishes, templates, context, solver)
  const naive = bookNaively(belief, date, wishes, context)
  const replications = { from: 10_000, replications: 400 }
  const simulated = compareDays(belief, date, [choice.chosen, naive], wishes, replications, context)
  const interval = ({ mean, halfWidth }: { readonly mean: number; readonly halfWidth: number }) =>
    `${mean.toFixed(1)} ± ${halfWidth.toFixed(1)}`
  const rows: Measurement[] = [
    {
      name: 'template chosen',
      value: choice.template.name,
      unit: '',
      note: `${choice.decided ? 'decided' : 'days ran out'} after ${choice.days} simulated days; MILP gap ${(100 * choice.chosen.gap).toFixed(1)} %`,
    },
  ]
  for (const name of ['overtime', 'wait', 'idle', 'emergencyWait', 'cost'] as const) {
    const { first, second, difference } = simulated[name]
    rows.push({
      name: `twin’s days, ${name}: chosen less naive`,
      value: interval(difference),
      unit: 'min',
      ...(name === 'cost' ? { target: 'below 0', met: difference.mean + difference.halfWidth < 0 } : {}),
      note: `chosen ${interval(first)}, naive ${interval(second)}; ${replications.replications} days in pairs, 95 %`,
    })
  }
  const days = Array.from({ length: 150 }, (_, seed) => [livedDay(choice.chosen, seed), livedDay(naive, seed)] as const)
  for (const name of ['overtime', 'wait', 'idle'] as const) {
    const [first, second, difference] = [new RunningMoments(), new RunningMoments(), new RunningMoments()]
    for (const [a, b] of days) {
      first.add(a[name])
      second.add(b[name])
      difference.add(a[name] - b[name])
    }
    const said = (moments: RunningMoments) =>
      interval({ mean: moments.mean, halfWidth: 1.96 * Math.sqrt(moments.variance / moments.count) })
    rows.push({
      name: `other department, ${name}: chosen less naive`,
      value: said(difference),
      unit: 'min',
      ...(name === 'wait'
        ? { target: 'below 0', met: difference.mean + 1.96 * Math.sqrt(difference.variance / difference.count) < 0 }
        : {}),
      note: `chosen ${said(first)}, naive ${said(second)}; ${days.length} days in pairs, 95 %`,
    })
  }
  return rows
}

const world = (seed: string, change: Partial<RadiologyWorld> = {}): RadiologyWorld => ({
  ...usualWorld,
  ...change,
  seed,
  days: learningDays + scoredDays,
})

/** Forecasts against a simulated department that the twin did not make, and its template against the naive one. */
export async function validate(): Promise<Measurement[]> {
  const usual = Array.from({ length: departments }, (_, i) => world(`department ${i}`))
  return [
    ...forecastRows('usual', usual, true),
    ...forecastRows(
      'slower, later, fuller than the twin’s prior',
      [world('slow', { pace: 1.25, noShow: 0.12, punctuality: [4, 20], demand: 1.2, booked: 0.5, readingMinutes: 16 })],
      false,
    ),
    ...(await templateRows()),
  ]
}
