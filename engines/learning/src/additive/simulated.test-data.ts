import { randomStream } from '@counterpart/numerics'
import { probabilityOf } from '../logistic.ts'
import type { Feature } from './axis.ts'

/** Features of the simulated patients. */
export const features: readonly Feature[] = [
  { kind: 'numeric', name: 'age', unit: 'a' },
  { kind: 'numeric', name: 'lactate', unit: 'mmol/L' },
  { kind: 'categorical', name: 'arrival' },
  { kind: 'numeric', name: 'noise' },
]

/** The log-odds they were made with: a U in age, a step in lactate, one level each for arrival, nothing else. */
function truth(age: number, lactate: number, arrival: string): number {
  const u = 6 * ((age - 50) / 50) ** 2 - 2
  return u + (Number.isNaN(lactate) ? -0.5 : lactate > 3 ? 1 : 0) + (arrival === 'ambulance' ? 0.8 : 0)
}

/** Simulated patients; a tenth have no lactate. `continuous` is the log-odds with noise of standard deviation 1. */
export function simulated(rows: number, name: string) {
  const stream = randomStream('learning', name)
  const age = new Float64Array(rows)
  const lactate = new Float64Array(rows)
  const noise = new Float64Array(rows)
  const arrival: string[] = []
  const logOdds = new Float64Array(rows)
  const binary = new Float64Array(rows)
  const continuous = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    age[i] = 100 * stream.uniform()
    lactate[i] = stream.uniform() < 0.1 ? Number.NaN : 6 * stream.uniform()
    noise[i] = stream.normal()
    arrival.push(stream.uniform() < 0.4 ? 'ambulance' : 'walk-in')
    logOdds[i] = truth(age[i]!, lactate[i]!, arrival[i]!)
    binary[i] = stream.uniform() < probabilityOf(logOdds[i]!) ? 1 : 0
    continuous[i] = logOdds[i]! + stream.normal()
  }
  return { columns: { age, lactate, arrival, noise }, logOdds, binary, continuous }
}
