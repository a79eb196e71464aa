// The template that the radiology twin chooses, against booking one after the other.
import { day, type ExamDetail, hour, imagingChannels, minute } from '@counterpart/kernel'
import { RunningMoments, randomStream } from '@counterpart/numerics'
import {
  type BookedDay,
  bookNaively,
  chooseTemplate,
  compareDays,
  loadSolver,
  templatesAround,
  type Wish,
} from '@counterpart/radiology'
import type { Measurement } from '../scripts/measure.ts'
import { context, follower } from './radiology-forecasts.ts'
import { layout, simulateDepartment, usualWorld, worldStart } from './radiology-world.ts'

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

export async function templateRows(): Promise<Measurement[]> {
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
      note: `${choice.decided ? 'decided' : 'days ran out'} after ${choice.days} simulated days; ${Number.isFinite(choice.chosen.gap) ? `MILP gap ${(100 * choice.chosen.gap).toFixed(1)} %` : 'the solver had no bound in its time'}`,
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
