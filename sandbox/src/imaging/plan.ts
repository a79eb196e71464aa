import {
  day,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type ImagingProtocol,
  type Instant,
  minute,
} from '@counterpart/kernel'

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
export const shares: Readonly<Record<string, number>> = {
  'MR-HEAD': 26,
  'MR-HEAD-C': 14,
  'MR-SPINE': 28,
  'MR-KNEE': 20,
  'MR-LIVER': 8,
  'CT-CHEST': 30,
  'CT-ABDOMEN': 36,
  'CT-ANGIO': 12,
}

/** Spans of a local day as instants. Days are counted from Monday. */
export function spansOn(
  spans: ImagingMachine['sessions'] | undefined,
  midnight: Instant,
): readonly { readonly from: Instant; readonly until: Instant }[] {
  // 1970-01-01 was a Thursday; midnight is local, within half a day of UTC.
  const weekday = (Math.floor((midnight + day / 2) / day) + 3) % 7
  return (spans ?? [])
    .filter(({ days }) => days.includes(weekday))
    .map(({ from, until }) => ({ from: midnight + from * minute, until: midnight + until * minute }))
}
