import {
  day,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type ImagingProtocol,
  type Instant,
  minute,
} from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'

const weekdays = [0, 1, 2, 3, 4]
const protocol = (
  code: string,
  label: string,
  modality: string,
  minutes: number,
  sequences: readonly number[],
  contrast = false,
): ImagingProtocol => ({ code, label, modality, contrast, minutes, sequences })

/** Two MRI and one CT beside the emergency department's own scanner. Times near published room times; assumptions. */
export const imagingPlan: Omit<ImagingLayoutDetail, 'name' | 'utcOffsetMinutes'> = {
  machines: [
    {
      code: 'MR1',
      label: 'MRI 1',
      modality: 'MR',
      sessions: [{ days: weekdays, from: 8 * 60, until: 18 * 60 }],
      reserved: [{ days: weekdays, from: 11.5 * 60, until: 12.5 * 60 }],
      maintenance: [{ days: [2], from: 7 * 60, until: 8 * 60 }],
      onCall: true,
    },
    {
      code: 'MR2',
      label: 'MRI 2',
      modality: 'MR',
      sessions: [{ days: weekdays, from: 8 * 60, until: 17 * 60 }],
      without: ['MR-LIVER'],
    },
    {
      code: 'CT2',
      label: 'CT 2',
      modality: 'CT',
      sessions: [{ days: weekdays, from: 8 * 60, until: 17 * 60 }],
      reserved: [{ days: weekdays, from: 10 * 60, until: 10.5 * 60 }],
      onCall: true,
    },
  ],
  protocols: [
    protocol('MR-HEAD', 'MRI head', 'MR', 30, [4, 5, 5, 4, 5]),
    protocol('MR-HEAD-C', 'MRI head with contrast', 'MR', 40, [4, 5, 5, 4, 5, 6], true),
    protocol('MR-SPINE', 'MRI spine', 'MR', 30, [5, 6, 6, 6]),
    protocol('MR-KNEE', 'MRI knee', 'MR', 25, [4, 5, 5, 4]),
    protocol('MR-LIVER', 'MRI liver with contrast', 'MR', 45, [5, 6, 6, 5, 6, 7], true),
    protocol('CT-CHEST', 'CT chest', 'CT', 15, [4]),
    protocol('CT-ABDOMEN', 'CT abdomen with contrast', 'CT', 20, [4, 4], true),
    protocol('CT-ANGIO', 'CT angiography', 'CT', 25, [4, 5], true),
  ],
}

/** How often each protocol is asked for, relative. */
const shares: Readonly<Record<string, number>> = {
  'MR-HEAD': 26,
  'MR-HEAD-C': 14,
  'MR-SPINE': 28,
  'MR-KNEE': 20,
  'MR-LIVER': 8,
  'CT-CHEST': 30,
  'CT-ABDOMEN': 36,
  'CT-ANGIO': 12,
}

/** What a machine is asked for, drawn by how often each protocol is. */
export function protocolFor(
  { protocols }: Pick<ImagingLayoutDetail, 'protocols'>,
  machine: ImagingMachine,
  random: RandomStream,
): ImagingProtocol {
  const possible = protocols.filter(
    ({ code, modality }) => modality === machine.modality && !machine.without?.includes(code),
  )
  let u = random.uniform() * possible.reduce((sum, { code }) => sum + (shares[code] ?? 0), 0)
  for (const protocol of possible) {
    u -= shares[protocol.code] ?? 0
    if (u < 0) return protocol
  }
  return possible[0]!
}

/** Who comes without an appointment, by hour of the day, and where. */
export interface Demand {
  readonly inpatientsPerHour: (hour: number) => number
  /** Share of them who need a CT. */
  readonly ct: number
  /** Emergencies of its own, where nobody sends any. */
  readonly emergenciesPerHour: ((hour: number) => number) | null
  /** Machines on which nobody is booked. */
  readonly unbooked: readonly string[]
  /** On-call machines take the wards' patients by day outside their sessions too. */
  readonly inpatientsOnCall: boolean
}

export const usualDemand: Demand = {
  inpatientsPerHour: (hour) => (isDaytime(hour) ? 0.9 : 0.1),
  ct: 0.55,
  emergenciesPerHour: (hour) => (hour >= 8 && hour < 23 ? 0.45 : 0.2),
  unbooked: [],
  inpatientsOnCall: true,
}

/** With the scans for which the wards would otherwise take the emergency department's own scanner. */
export const hospitalDemand: Demand = {
  inpatientsPerHour: (hour) => (isDaytime(hour) ? 2.4 : 0.35),
  ct: 0.82,
  emergenciesPerHour: null,
  unbooked: ['CT1'],
  inpatientsOnCall: false,
}

/** People on duty, by weekday (0 Monday) and hour of the day. */
export interface Staffing {
  readonly technologists: (weekday: number, hour: number) => number
  readonly radiologists: (hour: number) => number
}

const isDaytime = (hour: number) => hour >= 8 && hour < 18

export const usualStaffing: Staffing = {
  technologists: (weekday, hour) => (weekday < 5 && isDaytime(hour) ? 4 : 1),
  radiologists: (hour) => (isDaytime(hour) ? 2 : hour >= 18 && hour < 22 ? 1 : 0),
}

/** With the emergency department's machines: somebody more at any hour, and somebody who reads for it. */
export const hospitalStaffing: Staffing = {
  technologists: (weekday, hour) => usualStaffing.technologists(weekday, hour) + 2,
  radiologists: (hour) => usualStaffing.radiologists(hour) + 1,
}

/**
 * The same with what the emergency department sends its patients to: a CT scanner and two X-ray rooms at any hour. The wards' patients
 * come to that scanner by day, and to an MRI on weekend mornings; nobody is booked then and there.
 */
export const hospitalPlan: typeof imagingPlan = {
  machines: [
    ...imagingPlan.machines.map((machine) =>
      machine.code === 'MR1'
        ? { ...machine, sessions: [...machine.sessions, { days: [5, 6], from: 9 * 60, until: 13 * 60 }] }
        : machine,
    ),
    {
      code: 'CT1',
      label: 'CT 1',
      modality: 'CT',
      sessions: [{ days: [...weekdays, 5, 6], from: 8 * 60, until: 20 * 60 }],
      onCall: true,
    },
    { code: 'XR1', label: 'X-ray 1', modality: 'DX', sessions: [], onCall: true },
    { code: 'XR2', label: 'X-ray 2', modality: 'DX', sessions: [], onCall: true },
  ],
  protocols: [
    ...imagingPlan.protocols,
    protocol('CT-HEAD', 'CT head', 'CT', 12, [3]),
    protocol('XR-CHEST', 'Chest X-ray', 'DX', 7, [2]),
    protocol('XR-LIMB', 'X-ray of a limb', 'DX', 9, [3]),
  ],
}

/** Counted from Monday. 1970-01-01 was a Thursday; midnight is local, within half a day of UTC. */
export function weekdayOf(midnight: Instant): number {
  return (Math.floor((midnight + day / 2) / day) + 3) % 7
}

/** Spans of a local day as instants. */
export function spansOn(
  spans: ImagingMachine['sessions'] | undefined,
  midnight: Instant,
): readonly { readonly from: Instant; readonly until: Instant }[] {
  const weekday = weekdayOf(midnight)
  return (spans ?? [])
    .filter(({ days }) => days.includes(weekday))
    .map(({ from, until }) => ({ from: midnight + from * minute, until: midnight + until * minute }))
}
