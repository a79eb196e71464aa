import { KernelError } from './errors.ts'

/** What was measured of somebody at the bedside at one time; what was not measured is left out. */
export type VitalSigns = {
  /** Breaths, /min */
  readonly respiratoryRate?: number
  /** Oxygen saturation by pulse oximetry, % */
  readonly saturation?: number
  /** Which of NEWS2's scales of saturation holds: 2 for those whose target is 88–92 % (hypercapnic failure). Default 1. */
  readonly saturationScale?: 1 | 2
  /** Given oxygen while measured, rather than air. */
  readonly oxygen?: boolean
  /** Systolic blood pressure, mm[Hg] */
  readonly systolic?: number
  /** Pulse, /min */
  readonly pulse?: number
  /** Alert, newly confused, responds to voice, to pain, or not at all. */
  readonly consciousness?: 'A' | 'C' | 'V' | 'P' | 'U'
  /** Cel */
  readonly temperature?: number
}

/** The parameters that NEWS2 adds up. */
export const news2Parameters = [
  'respiratoryRate',
  'saturation',
  'oxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
] as const
export type News2Parameter = (typeof news2Parameters)[number]

/** What the score asks for: routine care, a nurse's look, a clinician soon, a critical-care team at once. */
export type News2Urgency = 'low' | 'low-medium' | 'medium' | 'high'

export interface News2 {
  /** Sum of the points of what was measured, 0 … 20. */
  readonly score: number
  readonly points: Readonly<Partial<Record<News2Parameter, number>>>
  /** What was not measured: the true score may be higher. */
  readonly missing: readonly News2Parameter[]
  /** high from 7, medium from 5, low-medium when one parameter alone gives 3, otherwise low. */
  readonly urgency: News2Urgency
}

/** Points up to and including each limit; the last entry is for all above. */
type Steps = readonly (readonly [upTo: number, points: number])[]
const above = Number.POSITIVE_INFINITY

const steps = {
  respiratoryRate: [
    [8, 3],
    [11, 1],
    [20, 0],
    [24, 2],
    [above, 3],
  ],
  systolic: [
    [90, 3],
    [100, 2],
    [110, 1],
    [219, 0],
    [above, 3],
  ],
  pulse: [
    [40, 3],
    [50, 1],
    [90, 0],
    [110, 1],
    [130, 2],
    [above, 3],
  ],
  temperature: [
    [35, 3],
    [36, 1],
    [38, 0],
    [39, 1],
    [above, 2],
  ],
  saturation: [
    [91, 3],
    [93, 2],
    [95, 1],
    [above, 0],
  ],
  /** Scale 2: low saturation counts as such; high saturation counts against those on oxygen only. */
  saturation2: [
    [83, 3],
    [85, 2],
    [87, 1],
    [above, 0],
  ],
  saturation2OnOxygen: [
    [83, 3],
    [85, 2],
    [87, 1],
    [92, 0],
    [94, 1],
    [96, 2],
    [above, 3],
  ],
} as const satisfies Record<string, Steps>

/** What cannot be a reading of a living person. */
const possible = {
  respiratoryRate: [0, 100],
  saturation: [0, 100],
  systolic: [0, 350],
  pulse: [0, 350],
  temperature: [10, 50],
} as const

/**
 * The National Early Warning Score 2 of one set of vital signs of somebody of 16 years or more who is not pregnant; for
 * others it is not meant. Rates, pressure and saturation are rounded to whole numbers and temperature to tenths first, as
 * the chart has them. Oxygen that was not spoken of counts as missing, and as air for scale 2.
 *
 * Throws {@link KernelError} `vital-signs-invalid` for readings that no living person can have.
 *
 * Source: Royal College of Physicians, "National Early Warning Score (NEWS) 2", London 2017.
 *
 * @example
 * ```ts
 * news2({ respiratoryRate: 22, saturation: 95, oxygen: false, systolic: 118, pulse: 96, consciousness: 'A', temperature: 38.4 }).score // 5
 * ```
 */
export function news2(signs: VitalSigns): News2 {
  const points: Partial<Record<News2Parameter, number>> = {}
  const measured = (name: keyof typeof possible, digits = 0): number | undefined => {
    const value = signs[name]
    if (value === undefined) return undefined
    const [low, high] = possible[name]
    if (!(value >= low && value <= high))
      throw new KernelError(
        'vital-signs-invalid',
        `${name} is ${value}; expected ${low} to ${high}: leave out what was not measured`,
      )
    return Math.round(value * 10 ** digits) / 10 ** digits
  }
  for (const name of ['respiratoryRate', 'systolic', 'pulse', 'temperature'] as const) {
    const value = measured(name, name === 'temperature' ? 1 : 0)
    if (value !== undefined) points[name] = pointsOf(steps[name], value)
  }
  const saturation = measured('saturation')
  if (saturation !== undefined) {
    const second = signs.oxygen === true ? steps.saturation2OnOxygen : steps.saturation2
    points.saturation = pointsOf(signs.saturationScale === 2 ? second : steps.saturation, saturation)
  }
  if (signs.oxygen !== undefined) points.oxygen = signs.oxygen ? 2 : 0
  if (signs.consciousness !== undefined) points.consciousness = signs.consciousness === 'A' ? 0 : 3
  const given = Object.values(points)
  const score = given.reduce((sum, each) => sum + each, 0)
  return {
    score,
    points,
    missing: news2Parameters.filter((name) => points[name] === undefined),
    urgency: score >= 7 ? 'high' : score >= 5 ? 'medium' : given.includes(3) ? 'low-medium' : 'low',
  }
}

function pointsOf(limits: Steps, value: number): number {
  return limits.find(([upTo]) => value <= upTo)![1]
}
