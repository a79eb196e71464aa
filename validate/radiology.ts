import { day } from '@counterpart/kernel'
import { imagingObservationsOf, simulateHospital } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { forecastRows, learningDays, scoredDays, type ToldDepartment } from './radiology-forecasts.ts'
import { templateRows } from './radiology-template.ts'
import { department, type RadiologyWorld, simulateDepartment, usualWorld, worldStart } from './radiology-world.ts'

const days = learningDays + scoredDays
const world = (seed: string, change: Partial<RadiologyWorld> = {}): ToldDepartment => ({
  seed,
  told: simulateDepartment({ ...usualWorld, ...change, seed, days }),
})

/** The imaging department of the simulated hospital, with the emergency department's patients in it. */
const hospital = (seed: string): ToldDepartment => {
  const { imaging } = simulateHospital({ seed, from: worldStart, unseenDays: 0 })
  return { seed, told: imagingObservationsOf(imaging.advance(worldStart + days * day), department) }
}

/** Forecasts against simulated departments that the twin did not make, and its template against the naive one. */
export async function validate(): Promise<Measurement[]> {
  const whole = { skill: true, coverage: true }
  return [
    ...forecastRows(
      'usual',
      [0, 1, 2].map((i) => world(`department ${i}`)),
      whole,
    ),
    ...forecastRows(
      'slower, later, fuller than the twin’s prior',
      [world('slow', { pace: 1.25, noShow: 0.12, punctuality: [4, 20], demand: 1.2, booked: 0.5, readingMinutes: 16 })],
      { skill: false, coverage: false },
    ),
    ...forecastRows(
      'the simulated hospital’s imaging department, of which the twin knows no rule',
      [0, 1, 2].map((i) => hospital(`hospital ${i}`)),
      { skill: true, coverage: false },
    ),
    ...(await templateRows()),
  ]
}
