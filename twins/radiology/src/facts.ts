import {
  type Channel,
  departmentChannels,
  type ExamDetail,
  hour,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type ImagingProtocol,
  imagingChannels,
  type MachineDetail,
  type Observation,
  type RosterDetail,
  type VisitDoubt,
  type WeekSpan,
} from '@counterpart/kernel'

/** A fact that this twin can take in, read from an observation's detail. */
export type Fact =
  | { readonly kind: 'exam'; readonly detail: ExamDetail }
  | { readonly kind: 'machine'; readonly detail: MachineDetail }
  | { readonly kind: 'layout'; readonly detail: ImagingLayoutDetail }
  | { readonly kind: 'roster'; readonly detail: RosterDetail }
  /** What a message said of an exam that could not be taken in as it was said. */
  | { readonly kind: 'doubt'; readonly detail: VisitDoubt }
  /** What could not be read, and of what it was. */
  | { readonly kind: 'unreadable'; readonly about: string; readonly problem: string }

const system = 'urn:counterpart:department'
const told = (name: string, label: string): Channel => ({
  name,
  label,
  codes: [{ system, code: name, display: label }],
  unit: '',
  plausible: [0, 1],
  error: { standardDeviation: 0, source: 'An event that is told of, not measured' },
  staleAfter: 4 * hour,
})

export const channels: readonly Channel[] = [
  told(imagingChannels.exam, 'Exam'),
  told(imagingChannels.machine, 'Machine'),
  told(imagingChannels.layout, 'Imaging department'),
  told(departmentChannels.roster, 'Roster'),
  told(departmentChannels.doubt, 'Doubt about an exam'),
]

type Loose = Readonly<Record<string, unknown>>
/** A code that can be a key of plain data, too: not one of the names that every object has. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 200 && !(value in Object.prototype)
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isRow = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
const isList = <T>(value: unknown, each: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(each)

const needs: Readonly<Record<string, (detail: Loose) => boolean>> = {
  ordered: ({ protocol, origin, urgency }) =>
    isText(protocol) &&
    ['outpatient', 'inpatient', 'emergency', 'walk-in'].includes(origin as string) &&
    ['routine', 'urgent', 'stat'].includes(urgency as string),
  booked: ({ machine, at, minutes }) =>
    isText(machine) && isNumber(at) && isNumber(minutes) && minutes > 0 && minutes <= 1440,
  arrived: () => true,
  prepared: () => true,
  started: ({ machine }) => isText(machine),
  'sequence-done': ({ sequence }) => Number.isInteger(sequence) && (sequence as number) >= 1,
  finished: () => true,
  reported: () => true,
  'no-show': () => true,
  cancelled: () => true,
}

/** The fact in an observation; what is wrong with it comes back as `unreadable`, never as an exception. */
export function factOf({ channel, detail }: Observation): Fact {
  const about = isText(detail?.exam) ? detail.exam : isText(detail?.machine) ? detail.machine : channel
  const unreadable = (problem: string): Fact => ({ kind: 'unreadable', about, problem })
  if (!isRow(detail)) return unreadable('there is no detail')
  const given = detail as unknown
  switch (channel) {
    case imagingChannels.exam: {
      if (!isText(detail.exam)) return unreadable('the exam has no number')
      const complete = needs[detail.what as string]
      if (!complete) return unreadable(`"${String(detail.what)}" is nothing that happens to an exam`)
      if (!complete(detail)) return unreadable(`"${String(detail.what)}" lacks what it must say, or says it wrongly`)
      return { kind: 'exam', detail: given as ExamDetail }
    }
    case imagingChannels.machine:
      return isText(detail.machine) && ['up', 'down', 'maintenance'].includes(detail.state as string)
        ? { kind: 'machine', detail: given as MachineDetail }
        : unreadable('a machine needs its code and a state: up, down or maintenance')
    case imagingChannels.layout:
      return isLayout(given)
        ? { kind: 'layout', detail: given }
        : unreadable('the layout needs machines, and protocols of which one can be done')
    case departmentChannels.roster:
      return isRoster(given) ? { kind: 'roster', detail: given } : unreadable('the roster lacks spans in order')
    case departmentChannels.doubt:
      return isText(detail.visit) && isText(detail.problem) && isText(detail.assumed)
        ? { kind: 'doubt', detail: given as VisitDoubt }
        : unreadable('a doubt needs an exam, a problem and what was assumed')
    default:
      return unreadable(`channel "${channel}" is not this twin's`)
  }
}

const isSpan = (value: unknown): value is WeekSpan =>
  isRow(value) &&
  isList(value.days, (day): day is number => Number.isInteger(day) && (day as number) >= 0 && (day as number) <= 6) &&
  isNumber(value.from) &&
  isNumber(value.until) &&
  value.from >= 0 &&
  value.until > value.from &&
  value.until <= 1440

const isMachine = (value: unknown): value is ImagingMachine =>
  isRow(value) &&
  isText(value.code) &&
  isText(value.label) &&
  isText(value.modality) &&
  isList(value.sessions, isSpan) &&
  isList(value.reserved ?? [], isSpan) &&
  isList(value.maintenance ?? [], isSpan) &&
  isList(value.without ?? [], isText)

const isProtocol = (value: unknown): value is ImagingProtocol =>
  isRow(value) &&
  isText(value.code) &&
  isText(value.label) &&
  isText(value.modality) &&
  typeof value.contrast === 'boolean' &&
  isNumber(value.minutes) &&
  value.minutes > 0 &&
  isList(value.sequences, (minutes): minutes is number => isNumber(minutes) && minutes > 0)

function isLayout(value: unknown): value is ImagingLayoutDetail {
  if (!isRow(value) || !isText(value.name) || !isNumber(value.utcOffsetMinutes)) return false
  if (Math.abs(value.utcOffsetMinutes) > 15 * 60) return false
  if (!isList(value.machines, isMachine) || !isList(value.protocols, isProtocol)) return false
  const once = (codes: readonly string[]) => new Set(codes).size === codes.length
  return (
    value.protocols.some(({ code, modality }) =>
      (value.machines as readonly ImagingMachine[]).some(
        (machine) => machine.modality === modality && !(machine.without ?? []).includes(code),
      ),
    ) &&
    once(value.machines.map(({ code }) => code)) &&
    once(value.protocols.map(({ code }) => code))
  )
}

const isRoster = (value: unknown): value is RosterDetail =>
  isRow(value) &&
  isNumber(value.from) &&
  isNumber(value.until) &&
  value.until > value.from &&
  isList(
    value.spans,
    (span): span is RosterDetail['spans'][number] =>
      isRow(span) &&
      isText(span.role) &&
      isNumber(span.from) &&
      isNumber(span.until) &&
      span.until > span.from &&
      Number.isInteger(span.count) &&
      (span.count as number) >= 0,
  )
