import type { ClinicProvider } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import type { Calibration } from './calibrations.ts'
import { drawPanel, type Panel } from './panel.ts'
import type { ProviderTruth } from './truth.ts'

/** Somebody who works in the clinic: as on paper, as they are, and whom they look after. */
export interface Colleague {
  readonly profile: ClinicProvider
  readonly truth: ProviderTruth
  readonly panel: Panel
}

const trees = 'Alder Ash Birch Cedar Elm Fir Hazel Juniper Larch Maple Oak Pine Rowan Spruce Willow Yew'.split(' ')
const birds = 'Finch Heron Jay Kite Lark Martin Plover Robin Swift Tern Wren Dunlin Curlew Dipper'.split(' ')

/** A name nobody has: a tree and a bird. */
function nameOf(index: number): string {
  return `Dr ${trees[(index * 7) % trees.length]}-${birds[(index + Math.floor(index / trees.length)) % birds.length]}`
}

export function podCode(index: number): string {
  return `pod-${String.fromCharCode(97 + index)}`
}

/** Somebody of the clinic; `index` alone (with the seed) says who it is, whoever else works there. */
export function drawColleague(
  seed: string,
  index: number,
  about: {
    readonly calibration: Calibration
    readonly pod: string
    readonly clinicalFte?: number
    /** Number of the first patient of the panel. */
    readonly firstPatient: number
    /** Factor on the usual panel; a newcomer begins with none of their own. */
    readonly panelFactor?: number
  },
): Colleague {
  const random = randomStream('sandbox', seed, 'clinic-person', index)
  const { calibration } = about
  const female = random.uniform() < 0.54
  const drawn = calibration.shares[random.integer(calibration.shares.length)]!
  const clinicalFte = about.clinicalFte ?? drawn
  const years = 1 + Math.floor(36 * random.uniform() ** 1.15)
  const code = `p${String(index + 1).padStart(3, '0')}`
  // More of an established person's patients stay; panels differ by a fifth or so for no recorded reason.
  const spread = Math.exp(0.2 * random.normal() - 0.02) * (0.92 + 0.16 * Math.min(1, years / 12))
  const size = Math.max(60, Math.round(calibration.panelPerFte * clinicalFte * spread * (about.panelFactor ?? 1)))
  const illness = Math.exp(0.12 * random.normal()) * (0.92 + (0.16 * years) / 36)
  const truth = drawTruth(random, calibration, female, clinicalFte)
  const panel = drawPanel(randomStream('sandbox', seed, 'clinic-panel', index), size, about.firstPatient, illness)
  return {
    profile: {
      provider: code,
      label: nameOf(index),
      pod: about.pod,
      profession: 'physician',
      clinicalFte,
      panel: size,
      caseMix: Math.round(panel.caseMix * 100) / 100,
      sex: female ? 'female' : 'male',
      yearsQualified: years,
    },
    truth,
    panel,
  }
}

/**
 * What women differ in, as Rittenberg 2022 found it: more messages from patients and staff, longer notes, longer time for the inbox. The mean over
 * both sexes is the calibration's.
 */
const female = { patient: 1.26, staff: 1.24, note: 1.22, inbox: 1.07 }
const shareFemale = 0.54
const bySex = (isFemale: boolean, ratio: number) => (isFemale ? ratio : 1) / (1 + shareFemale * (ratio - 1))

function drawTruth(random: RandomStream, calibration: Calibration, isFemale: boolean, fte: number): ProviderTruth {
  const around = (spread: number) => Math.exp(spread * random.normal() - (spread * spread) / 2)
  const between = (low: number, high: number) => low + (high - low) * random.uniform()
  const { habits } = calibration
  // Slow at the screen is slow in everything there, to a part.
  const hand = random.normal()
  const screen = (spread: number, shared: number) =>
    Math.exp(spread * (Math.sqrt(shared) * hand + Math.sqrt(1 - shared) * random.normal()) - (spread * spread) / 2)
  const capped = (value: number, most: number) => Math.min(most, Math.max(0, value))
  // Who likes to have things done does so early, late and on Sundays.
  const diligence = random.normal()
  return {
    visitPace: around(0.1),
    notePace: screen(0.3, 0.5) * bySex(isFemale, female.note),
    inboxPace: screen(0.24, 0.5) * bySex(isFemale, female.inbox),
    screenPace: screen(0.2, 0.4),
    patientMessages: around(0.3) * bySex(isFemale, female.patient),
    staffMessages: around(0.25) * bySex(isFemale, female.staff),
    noteInRoom: capped(habits.inRoom + 0.18 * random.normal(), 0.9),
    noteRightAfter: capped(between(0.1, 0.8) * habits.gaps, 0.95),
    gapInbox: capped(between(0.25, 0.85) * habits.gaps, 0.95),
    early: Math.max(0, 14 + 12 * random.normal() + 4 * diligence),
    lunch: capped((0.45 + 0.22 * random.normal()) * habits.lunch, 0.95),
    stay: Math.max(5, (38 + 22 * random.normal() + 6 * diligence) * habits.lunch),
    evening: capped((0.5 + 0.24 * random.normal() + 0.06 * diligence) * habits.evening, 0.95),
    eveningAt: between(19.25, 21.5),
    weekend: capped((0.42 + 0.24 * random.normal() + 0.08 * diligence) * habits.free, 0.95),
    clears: capped(0.84 + 0.1 * random.normal() + 0.04 * diligence, 0.99),
    leaveMinutes: 16.1 * around(0.6) * Math.exp(0.18),
    ill: 2.2 * random.gamma(1.4) * (1 / 1.4) * (0.7 + 0.3 * fte),
    orders: around(0.25),
    strain: random.normal(),
    wears: random.uniform() < 0.4,
    answers: between(0.35, 0.85),
    secondLogin: random.uniform() < 0.08,
  }
}
