import type { Duration, Pathway, PatientClass, Source, Step } from '@counterpart/discrete'
import { hour, type ImagingProtocol, type Instant, minute } from '@counterpart/kernel'
import type { Chance } from './chance.ts'
import { cellAt, expectedRate, mixOf } from './demand.ts'
import type { Laws, LogLaw } from './draws.ts'
import { type Exam, type ExamKind, kindOf } from './exam.ts'
import { type DelayName, readingWeight, unbookedKinds } from './learned.ts'
import { gateResource, machineResource, resourcesOf } from './resources.ts'
import { machineOf, priorityOf, type Situation } from './situation.ts'

/** Names of the steps that others look for. */
export const step = {
  come: 'come',
  cannulate: 'cannulate',
  cannulateNow: 'cannulate (under way)',
  report: 'report',
  scanBooked: (machine: string) => `scan booked ${machine}`,
  scanUnbooked: (kind: 'emergency' | 'routine', machines: readonly string[]) => `scan ${kind} ${machines.join('+')}`,
  scanUnderWay: (machine: string) => `scan under way ${machine}`,
} as const

const className = (protocol: string, kind: ExamKind, machine = ''): string =>
  kind === 'booked' ? `exam ${protocol}|booked|${machine}` : `exam ${protocol}|${kind}`
/** What an unbooked class is of. */
export function ofClass(name: string): { readonly protocol: string; readonly kind: ExamKind } {
  const bar = name.lastIndexOf('|')
  return { protocol: name.slice('exam '.length, bar), kind: name.slice(bar + 1) as ExamKind }
}
export const underWayClass = (exam: Exam): string => `under way|${exam.id}`
const readers = ['urgent', 'inpatient', 'routine'] as const
const readerOf = (kind: ExamKind): (typeof readers)[number] =>
  kind === 'emergency' ? 'urgent' : kind === 'inpatient' ? 'inpatient' : 'routine'
export const readingClass = (kind: ExamKind, modality: string): string => `read ${readerOf(kind)}|${modality}`

/** Log-normal as the engine wants it. */
function logNormal({ centre, spread }: LogLaw): Duration {
  const mean = Math.exp(centre + spread ** 2 / 2)
  return { kind: 'log-normal', mean, standardDeviation: mean * Math.sqrt(Math.expm1(spread ** 2)) }
}

/** The rest of an exam of which `done` sequences are over: its sequences are taken as independent, equally variable. */
export function remaining(protocol: ImagingProtocol, { centre, spread }: LogLaw, done: number): Duration {
  const { minutes, sequences } = protocol
  const frame = Math.max(0.1 * minutes, minutes - sequences.reduce((sum, each) => sum + each, 0)) / 2
  const parts = [frame, ...sequences, frame]
  const total = parts.reduce((sum, each) => sum + each, 0)
  const left = parts.slice(1 + Math.min(done, sequences.length))
  const mean = Math.exp(centre + spread ** 2 / 2)
  const perPart = Math.expm1(spread ** 2) / parts.reduce((sum, each) => sum + (each / total) ** 2, 0)
  const share = left.reduce((sum, each) => sum + each / total, 0)
  const variance = perPart * left.reduce((sum, each) => sum + (each / total) ** 2, 0)
  return { kind: 'log-normal', mean: mean * share, standardDeviation: mean * Math.sqrt(variance) }
}

/** The machine of a booked exam; where it cannot be done there, the first on which it can. */
export function machineFor(exam: Exam, situation: Situation): string {
  const wanted = machineOf(exam, situation)
  const able = situation.department.machinesFor(situation.department.protocolOf(exam))
  return able.some(({ code }) => code === wanted) ? wanted : able[0]!.code
}

/** The class of an exam that has not begun. */
export function classFor(exam: Exam, situation: Situation): string {
  const kind = kindOf(exam)
  const machine = kind === 'booked' ? machineFor(exam, situation) : ''
  return className(situation.department.protocolOf(exam).code, kind, machine)
}

/** The step in which an exam that has not begun is scanned. */
export function scanStepFor(exam: Exam, situation: Situation): string {
  const able = situation.department.machinesFor(situation.department.protocolOf(exam))
  return scanStepOf(
    kindOf(exam),
    machineFor(exam, situation),
    able.map(({ code }) => code),
  )
}

const scanStepOf = (kind: ExamKind, machine: string, able: readonly string[]): string =>
  kind === 'booked' ? step.scanBooked(machine) : step.scanUnbooked(kind === 'emergency' ? 'emergency' : 'routine', able)

const nothing: Duration = { kind: 'constant', value: 0 }

/** The department from now on, as one member believes it to be. Minutes, from now. */
export function pathwayOf(situation: Situation, laws: Laws, chance: Chance): Pathway {
  const { department, now, until, plan, coming, waiting, underWay } = situation
  const { protocols } = department.layout
  const minutes = (at: Instant) => (at - now) / minute
  const usable = protocols.filter((protocol) => department.machinesFor(protocol).length > 0)

  // Classes: what a patient needs, and in which line.
  const classes: PatientClass[] = []
  const info = new Map<string, { protocol: ImagingProtocol; kind: ExamKind; machine: string }>()
  const declare = (protocol: ImagingProtocol, kind: ExamKind, machine = '') => {
    const name = className(protocol.code, kind, machine)
    if (info.has(name)) return name
    info.set(name, { protocol, kind, machine })
    classes.push({ name, priority: priorityOf(kind, plan) })
    return name
  }
  for (const kind of unbookedKinds) for (const protocol of usable) declare(protocol, kind)
  for (const exam of [...coming, ...waiting])
    declare(department.protocolOf(exam), kindOf(exam), kindOf(exam) === 'booked' ? machineFor(exam, situation) : '')
  for (const exam of underWay) classes.push({ name: underWayClass(exam) })
  const modalities = [
    ...new Set(
      department.layout.machines.map(({ modality }) => modality).concat(protocols.map(({ modality }) => modality)),
    ),
  ]
  for (const [priority, reader] of readers.entries())
    for (const modality of modalities) classes.push({ name: `read ${reader}|${modality}`, priority })

  const byClass = (of: (name: string) => Duration) => ({
    byClass: Object.fromEntries(classes.map(({ name }) => [name, of(name)])),
  })
  const delay = (name: DelayName) => logNormal(laws.delay(name))
  const scanLaws = new Map(
    [...info].map(([name, { protocol, kind }]) => [name, logNormal(laws.scan(protocol.code, kind))]),
  )
  for (const exam of underWay) {
    const protocol = department.protocolOf(exam)
    const law = laws.scan(protocol.code, kindOf(exam))
    const done = exam.sequences ?? 0
    scanLaws.set(underWayClass(exam), done > 0 ? remaining(protocol, law, done) : logNormal(law))
  }
  const scan = byClass((name) => scanLaws.get(name) ?? nothing)

  const resources = resourcesOf(situation, chance)

  // Steps.
  const scans = new Map<string, Step>()
  const scanStep = (name: string, oneOf: readonly Readonly<Record<string, number>>[]) => {
    if (!scans.has(name))
      scans.set(name, {
        kind: 'activity',
        name,
        needs: { oneOf },
        duration: scan,
        stream: 'scan',
        interrupted: 'restart',
        next: 'to-report',
      })
    return name
  }
  const route: Record<string, string> = {}
  for (const [name, { protocol, kind, machine }] of info) {
    const gate = kind === 'emergency' ? 'emergency' : 'routine'
    const able = department.machinesFor(protocol).map(({ code }) => code)
    route[name] = scanStep(
      scanStepOf(kind, machine, able),
      kind === 'booked'
        ? [
            { [machineResource(machine)]: 1, [gateResource('booked', machine)]: 1, technologist: 1 },
            { [machineResource(machine)]: 1, [gateResource('overtime', machine)]: 1 },
          ]
        : able.map((code) => ({ [machineResource(code)]: 1, [gateResource(gate, code)]: 1, technologist: 1 })),
    )
  }
  for (const code of new Set(underWay.map(({ machine }) => machine!)))
    if (department.machines.has(code))
      scanStep(step.scanUnderWay(code), [{ [machineResource(code)]: 1, technologist: 1 }])
  const toReport = Object.fromEntries([
    ...[...info].map(([name, { protocol, kind }]) => [name, `as ${readingClass(kind, protocol.modality)}`]),
    ...underWay.map((exam) => [
      underWayClass(exam),
      `as ${readingClass(kindOf(exam), department.protocolOf(exam).modality)}`,
    ]),
  ])
  const contrast = [...info].filter(([, { protocol }]) => protocol.contrast).map(([name]) => [name, step.cannulate])
  const steps: Step[] = [
    {
      kind: 'delay',
      name: step.come,
      duration: byClass((name) => {
        const known = info.get(name)
        if (known?.kind === 'emergency') return delay('fetch-emergency')
        if (known?.kind === 'inpatient') return delay('fetch-inpatient')
        return known && !known.protocol.contrast ? delay('prepare') : nothing
      }),
    },
    { kind: 'by-class', name: 'contrast?', to: Object.fromEntries(contrast), next: 'route' },
    {
      kind: 'activity',
      name: step.cannulate,
      needs: { 'contrast-nurse': 1 },
      duration: delay('cannulate'),
      next: 'route',
    },
    { kind: 'delay', name: step.cannulateNow, duration: delay('cannulate'), stream: step.cannulate, next: 'route' },
    { kind: 'by-class', name: 'route', to: route, next: 'leave' },
    ...scans.values(),
    { kind: 'by-class', name: 'to-report', to: toReport, next: 'leave' },
    ...readers.flatMap((reader) =>
      modalities.map((modality): Step => {
        const as = `read ${reader}|${modality}`
        return { kind: 'classify', name: `as ${as}`, as, next: step.report }
      }),
    ),
    {
      kind: 'activity',
      name: step.report,
      needs: { radiologist: 1 },
      duration: byClass((name) => ({
        kind: 'exponential',
        mean: laws.readingMinutes * readingWeight(name.slice(name.indexOf('|') + 1)),
      })),
      next: 'leave',
    },
  ]

  const sources: Source[] = []
  for (const exam of coming) {
    const at = chance.arrivals.get(exam.id)
    sources.push({
      name: `exam ${exam.id}`,
      class: classFor(exam, situation),
      to: step.come,
      arrivals: { kind: 'times', times: at === undefined ? [] : [Math.max(0, minutes(at))] },
    })
  }
  const today = department.startOfDay(now) + 24 * hour
  for (const kind of unbookedKinds) {
    // Pieces of one length that need not begin on the hour: short ones.
    const rates: number[] = []
    for (let at = now; at < until; at += 5 * minute) {
      const factor = at < today ? laws.demand[kind] : chance.laterDays[kind]
      rates.push((factor * expectedRate(situation.memory, kind, cellAt(situation.memory, at))) / 60)
    }
    if (rates.length === 0) continue
    for (const { protocol, share } of mixOf(situation.memory, kind))
      sources.push({
        name: `${kind} ${protocol}`,
        class: className(protocol, kind),
        to: step.come,
        arrivals: { kind: 'rates', every: 5, rates: rates.map((rate) => rate * share), repeat: false },
      })
  }
  return { name: department.layout.name, classes, sources, resources, steps }
}
