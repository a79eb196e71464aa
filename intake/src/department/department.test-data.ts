import type { Instant, JsonObject, Observation } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { Receipt } from '../receipt.ts'
import { hl7, observationsOf, verdict } from '../test-support.ts'
import { readDepartments } from './settings.ts'

/** Two departments of one hospital, small enough to follow by hand. */
export const departments = readDepartments(
  JSON.stringify({
    departments: [
      {
        id: 'north-ed',
        name: 'North, emergency',
        since: '2024-03-01T00:00:00Z',
        utcOffsetMinutes: 60,
        facility: 'NORTH',
        areas: [
          { code: 'ED-WAIT', label: 'Waiting room', role: 'waiting', spaces: [] },
          { code: 'ED-MAJ', label: 'Majors', role: 'majors', spaces: ['1', '2', '3'], also: ['EDMAJ'] },
        ],
        elsewhere: ['WARD*'],
        locations: { 'loc-17': { area: 'ED-MAJ', bed: '3' } },
        dispositions: { GONE: 'left-without-being-seen' },
        acuities: { RED: 1 },
      },
      {
        id: 'north-obs',
        name: 'North, observation',
        utcOffsetMinutes: 60,
        facility: 'NORTH',
        classes: ['OBSENC'],
        areas: [{ code: 'OBS', label: 'Observation', role: 'observation', spaces: ['1'] }],
      },
      {
        id: 'north-imaging',
        name: 'North, imaging',
        kind: 'imaging',
        utcOffsetMinutes: 60,
        machines: [{ code: 'CT1', label: 'CT 1', modality: 'CT', sessions: [] }],
        protocols: [
          { code: 'CT-HEAD', label: 'Head', modality: 'CT', contrast: false, minutes: 15, sequences: [5, 4] },
        ],
      },
    ],
  }),
)

/** `HH:MM` of the day of these tests. */
export function at(time: string): Instant {
  const [hours, minutes] = time.split(':').map(Number)
  return Date.UTC(2024, 2, 15, hours, minutes)
}

function dtm(time: string): string {
  return `20240315${time.replace(':', '')}00+0000`
}

export interface AdtFields {
  readonly time: string
  /** PV1-2, PV1-3 … by number. */
  readonly pv1?: Readonly<Record<number, string>>
  readonly pv2?: Readonly<Record<number, string>>
  readonly more?: readonly string[]
  readonly visit?: string
  readonly person?: string
  readonly sent?: string
}

let control = 0

/** An ADT message about visit `visit` of a person; everything about them is invented. */
export function adt(trigger: string, fields: AdtFields): string {
  const { time, visit = 'V1', person = '4711', pv1 = {}, pv2, more = [], sent = time } = fields
  const segment = (name: string, by: Readonly<Record<number, string>>) => {
    const last = Math.max(...Object.keys(by).map(Number))
    return [name, ...Array.from({ length: last }, (_, i) => by[i + 1] ?? '')].join('|')
  }
  return hl7(
    `ADT^${trigger}`,
    `A${++control}`,
    [
      `EVN||${dtm(time)}`,
      `PID|1||${person}^^^NORTH&1.2.3&ISO^MR||Larsen^Ida||19610615|F`,
      segment('PV1', { 1: '1', 2: 'E', 19: `${visit}^^^NORTH&1.2.4&ISO^VN`, ...pv1 }),
      ...(pv2 ? [segment('PV2', pv2)] : []),
      ...more,
    ],
    dtm(sent),
  )
}

/** What a department has heard, in order of time: `10:02 placed ED-MAJ 1`. */
export async function heard(thread: Thread, department = 'north-ed'): Promise<readonly string[]> {
  const observations = await departmentObservations(thread, department)
  return observations.filter(({ channel }) => !channel.endsWith('layout')).map(inWords)
}

export async function departmentObservations(thread: Thread, department: string): Promise<readonly Observation[]> {
  const all = (await observationsOf(thread)).filter(({ subject }) => subject === `department/${department}`)
  const newest = new Map<string, Observation>()
  for (const each of all) {
    const known = newest.get(each.id)
    if (!known || each.version > known.version) newest.set(each.id, each)
  }
  return [...newest.values()].sort((a, b) => a.effective - b.effective || (inWords(a) < inWords(b) ? -1 : 1))
}

function inWords({ effective, channel, detail }: Observation): string {
  const time = new Date(Math.floor(effective / minute) * minute).toISOString().slice(11, 16)
  const { what, problem, at: place, mode, acuity, disposition, complaint, test, ...more } = detail as JsonObject
  if (channel === 'visit-doubt') return `${time} doubt: ${problem}`
  if (channel === 'exam' || channel === 'machine') {
    const { exam: _, patient: __, ...said } = more
    return [time, what, ...Object.values({ ...said, ...(place !== undefined && { place }) })].filter(Boolean).join(' ')
  }
  const { area, room, bed } = (place ?? {}) as JsonObject
  return [time, what, mode, complaint, acuity, area, room, bed, disposition, test].filter(Boolean).join(' ')
}

export const peer = { system: 'hospital', address: '127.0.0.1:1' }

export function accepted(receipt: Receipt): void {
  if (receipt.outcome === 'refused') throw new Error(`${verdict(receipt)}: ${receipt.message}`)
}
