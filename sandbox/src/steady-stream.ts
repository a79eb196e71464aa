import { type Milliseconds, second } from '@counterpart/kernel'
import { type Outgoing, type SimulationOptions, simulateWard } from './simulation.ts'

export interface SteadyStreamOptions extends SimulationOptions {
  /** How much of the ward's live time to give. Default: without end. */
  readonly duration?: Milliseconds
}

/**
 * The messages of a ward one after the other, as fast as they are asked for: load for benchmarks. Admissions first, the
 * past left out unless `history` is given.
 *
 * @example
 * for (const message of steadyStream({ patients: 200, seed: 'bench', start, duration: 60_000 })) …
 */
export function* steadyStream(options: SteadyStreamOptions): Generator<Outgoing, void, undefined> {
  const ward = simulateWard({ history: 0, ...options })
  const end = options.start + (options.duration ?? Infinity)
  for (let to = options.start; to <= end; to += second) yield* ward.advance(to)
}
