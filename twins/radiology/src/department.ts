import {
  day,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type ImagingProtocol,
  type Instant,
  minute,
  type WeekSpan,
} from '@counterpart/kernel'
import type { Exam } from './exam.ts'

/** From … until, in instants. */
export interface Span {
  readonly from: Instant
  readonly until: Instant
}

/** A department's layout, made ready to be asked. */
export interface Department {
  readonly layout: ImagingLayoutDetail
  readonly machines: ReadonlyMap<string, ImagingMachine>
  readonly protocols: ReadonlyMap<string, ImagingProtocol>
  /** The protocol of an exam; where it is unknown or no machine can do it, the middle one of its machine's modality. */
  protocolOf(exam: Pick<Exam, 'protocol' | 'machine'>): ImagingProtocol
  /** Machines that can do a protocol. */
  machinesFor(protocol: ImagingProtocol): readonly ImagingMachine[]
  startOfDay(at: Instant): Instant
  /** Hour of the local day, 0 … 23, and whether it is a Saturday or Sunday. */
  hourOf(at: Instant): { readonly hour: number; readonly weekend: boolean }
  sessions(machine: ImagingMachine, from: Instant, until: Instant): readonly Span[]
  reserved(machine: ImagingMachine, from: Instant, until: Instant): readonly Span[]
  maintenance(machine: ImagingMachine, from: Instant, until: Instant): readonly Span[]
}

/** What stands in for a department that has not said what it consists of. */
export const unknownLayout: ImagingLayoutDetail = {
  name: 'Imaging department of unknown layout',
  utcOffsetMinutes: 0,
  machines: [
    {
      code: 'CT',
      label: 'CT (assumed)',
      modality: 'CT',
      sessions: [{ days: [0, 1, 2, 3, 4], from: 8 * 60, until: 18 * 60 }],
      onCall: true,
    },
  ],
  protocols: [{ code: 'CT', label: 'CT (assumed)', modality: 'CT', contrast: false, minutes: 20, sequences: [] }],
}

const made = new WeakMap<ImagingLayoutDetail, Department>()

export function departmentOf(layout: ImagingLayoutDetail): Department {
  const known = made.get(layout)
  if (known) return known
  const machines = new Map(layout.machines.map((machine) => [machine.code, machine]))
  const protocols = new Map(layout.protocols.map((protocol) => [protocol.code, protocol]))
  const offset = layout.utcOffsetMinutes * minute
  const startOfDay = (at: Instant) => Math.floor((at + offset) / day) * day - offset
  // 1970-01-01 was a Thursday.
  const weekday = (start: Instant) => (((Math.round((start + offset) / day) + 3) % 7) + 7) % 7
  const spans = (given: readonly WeekSpan[], from: Instant, until: Instant): readonly Span[] => {
    const found: Span[] = []
    for (let start = startOfDay(from); start < until; start += day)
      for (const span of given)
        if (span.days.includes(weekday(start))) {
          const [opens, closes] = [start + span.from * minute, start + span.until * minute]
          if (closes > from && opens < until) found.push({ from: opens, until: closes })
        }
    return found.sort((a, b) => a.from - b.from)
  }
  const machinesFor = ({ code, modality }: ImagingProtocol) =>
    layout.machines.filter((machine) => machine.modality === modality && !(machine.without ?? []).includes(code))
  const possible = layout.protocols.filter((protocol) => machinesFor(protocol).length > 0)
  const middle = (modality: string | undefined): ImagingProtocol => {
    const own = possible.filter((protocol) => protocol.modality === modality)
    const sorted = (own.length > 0 ? own : possible).toSorted((a, b) => a.minutes - b.minutes)
    return sorted[Math.floor((sorted.length - 1) / 2)]!
  }
  const department: Department = {
    layout,
    machines,
    protocols,
    protocolOf: ({ protocol, machine }) =>
      possible.find(({ code }) => code === protocol) ??
      middle(protocols.get(protocol ?? '')?.modality ?? machines.get(machine ?? '')?.modality),
    machinesFor,
    startOfDay,
    hourOf: (at) => {
      const start = startOfDay(at)
      return { hour: Math.floor((at - start) / (60 * minute)), weekend: weekday(start) >= 5 }
    },
    sessions: (machine, from, until) => spans(machine.sessions, from, until),
    reserved: (machine, from, until) => spans(machine.reserved ?? [], from, until),
    maintenance: (machine, from, until) => spans(machine.maintenance ?? [], from, until),
  }
  made.set(layout, department)
  return department
}

/** Whether any of the spans covers the instant. */
export const covers = (spans: readonly Span[], at: Instant): boolean =>
  spans.some(({ from, until }) => from <= at && at < until)
