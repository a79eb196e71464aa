import { type Coding, loincSystem } from '@counterpart/kernel'

/** What the ward measures, with its LOINC code and the UCUM unit it is sent in. */
export interface MeasureCode {
  readonly code: Coding
  /** A second, more specific code that is sent beside the first. */
  readonly alternate?: Coding
  /** UCUM */
  readonly unit: string
  readonly digits: number
}

const loinc = (code: string, display: string): Coding => ({ system: loincSystem, code, display })

/** LOINC 2.7x. The echo codes are those of DICOM's echocardiography report (PS3.16, TID 5202 and CID 12239 ff.). */
export const measures = {
  heartRate: { code: loinc('8867-4', 'Heart rate'), unit: '/min', digits: 0 },
  cuffSystolic: { code: loinc('8480-6', 'Systolic blood pressure'), unit: 'mm[Hg]', digits: 0 },
  cuffDiastolic: { code: loinc('8462-4', 'Diastolic blood pressure'), unit: 'mm[Hg]', digits: 0 },
  respiratoryRate: { code: loinc('9279-1', 'Respiratory rate'), unit: '/min', digits: 0 },
  saturation: {
    code: loinc('59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry'),
    unit: '%',
    digits: 0,
  },
  oxygenFlow: { code: loinc('3151-8', 'Inhaled oxygen flow rate'), unit: 'L/min', digits: 0 },
  temperature: { code: loinc('8310-5', 'Body temperature'), unit: 'Cel', digits: 1 },
  cuffMean: { code: loinc('8478-0', 'Mean blood pressure'), unit: 'mm[Hg]', digits: 0 },
  lineSystolic: {
    code: loinc('8480-6', 'Systolic blood pressure'),
    alternate: loinc('76215-3', 'Invasive Systolic blood pressure'),
    unit: 'mm[Hg]',
    digits: 0,
  },
  lineDiastolic: {
    code: loinc('8462-4', 'Diastolic blood pressure'),
    alternate: loinc('76213-8', 'Invasive Diastolic blood pressure'),
    unit: 'mm[Hg]',
    digits: 0,
  },
  lineMean: {
    code: loinc('8478-0', 'Mean blood pressure'),
    alternate: loinc('76214-6', 'Invasive Mean blood pressure'),
    unit: 'mm[Hg]',
    digits: 0,
  },
  endDiastolicVolume: {
    code: loinc('18026-5', 'Left ventricular End diastolic volume'),
    unit: 'mL',
    digits: 0,
  },
  endSystolicVolume: { code: loinc('18148-7', 'Left ventricular End systolic volume'), unit: 'mL', digits: 0 },
  ejectionFraction: {
    code: loinc('10230-1', 'Left ventricular Ejection fraction'),
    alternate: loinc('18043-0', 'Left ventricular Ejection fraction by US'),
    unit: '%',
    digits: 0,
  },
  wearableHeartRate: { code: loinc('8867-4', 'Heart rate'), unit: '/min', digits: 0 },
  steps: {
    code: loinc('55423-8', 'Number of steps in unspecified time Pedometer'),
    unit: '{steps}',
    digits: 0,
  },
} as const satisfies Record<string, MeasureCode>

export type Measure = keyof typeof measures

/** Alert, confused, responds to voice, to pain, or not at all: a code, no number. */
export const responsiveness: Coding = loinc('67775-7', 'Level of responsiveness')

/** One value as a sensor gave it. */
export interface Reading {
  readonly measure: Measure
  readonly value: number
}

/** Rounded as the device shows it. */
export function shown(measure: Measure, value: number): number {
  const scale = 10 ** measures[measure].digits
  return Math.round(value * scale) / scale
}

/** Who hands out the ward's record and visit numbers: an OID below HL7's own example root, 2.16.840.1.113883.19. */
export const authority = {
  namespace: 'SANDBOX',
  oid: '2.16.840.1.113883.19.5.4600',
  system: 'urn:oid:2.16.840.1.113883.19.5.4600',
} as const
export const visitSystem = `${authority.system}.2`
export const orderSystem = 'urn:counterpart:order'
export const ucumSystem = 'http://unitsofmeasure.org'
export const atcSystem = 'http://www.whocc.no/atc'
