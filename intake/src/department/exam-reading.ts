import type { ExamDetail } from '@counterpart/kernel'
import type { Header } from '../hl7v2/header.ts'
import type { ImagingDepartment } from './settings.ts'

/** In which imaging department an exam is, and what of it that department knows. */
export interface Placement {
  readonly department: ImagingDepartment
  /** Left out when none of the codes is a protocol of the department. */
  readonly protocol?: string
  /** Left out when none of the places is one of its machines. */
  readonly machine?: string
}

/** The imaging department that has one of these machines or, where none is named, one of these protocols. */
export function imagingFor(
  codes: readonly string[],
  places: readonly string[],
  { settings }: Pick<Header, 'settings'>,
): Placement | undefined {
  const all = (settings.departments?.all ?? []).filter((each): each is ImagingDepartment => each.kind === 'imaging')
  const machineIn = ({ machines }: ImagingDepartment) => machines.find(({ code }) => places.includes(code))?.code
  const protocolIn = ({ protocols }: ImagingDepartment) =>
    codes.find((wanted) => protocols.some(({ code }) => code === wanted))
  const department =
    all.find((each) => machineIn(each) !== undefined) ?? all.find((each) => protocolIn(each) !== undefined)
  if (!department) return undefined
  const [protocol, machine] = [protocolIn(department), machineIn(department)]
  return { department, ...(protocol !== undefined && { protocol }), ...(machine !== undefined && { machine }) }
}

/** HL7 table 0485 (extended priority codes); `TS` and `TM` with a number mean within seconds or minutes. */
export function urgencyOf(priority: string): Extract<ExamDetail, { what: 'ordered' }>['urgency'] {
  if (priority === 'S' || priority.startsWith('TS')) return 'stat'
  return priority === 'A' || priority === 'T' || priority === 'U' || priority.startsWith('TM') ? 'urgent' : 'routine'
}

/**
 * Minutes of an appointment: the first length that was sent with a unit that is one of time, else from start to end, else
 * as the protocol plans; `undefined` when nobody says.
 */
export function bookedMinutes(
  lengths: readonly (readonly [value: string, unit: string])[],
  span: number | undefined,
  { protocols }: ImagingDepartment,
  protocol: string | undefined,
): number | undefined {
  return minutesIn(lengths, span) ?? protocols.find(({ code }) => code === protocol)?.minutes
}

/** Minutes of an appointment, as far as it says itself. */
export function minutesIn(
  lengths: readonly (readonly [value: string, unit: string])[],
  span: number | undefined,
): number | undefined {
  for (const [value, unit] of lengths) {
    const minutes = Number(value) * (minutesOf[unit.toLowerCase()] ?? Number.NaN)
    if (value !== '' && minutes > 0 && minutes <= 1440) return minutes
  }
  return span !== undefined && span > 0 && span <= 1440 ? span : undefined
}

const minutesOf: Readonly<Record<string, number>> = {
  '': 1,
  m: 1,
  min: 1,
  minute: 1,
  minutes: 1,
  s: 1 / 60,
  sec: 1 / 60,
  h: 60,
  hr: 60,
}
