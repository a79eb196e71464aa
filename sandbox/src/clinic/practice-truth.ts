import { randomStream } from '@counterpart/numerics'
import type { PracticeTruth } from './truth.ts'

/**
 * What changes of practice really do in one clinic: drawn between bounds that published results allow.
 *
 * - Protected time: portal slots at Michigan left visits and evenings unchanged; JAMA Netw Open December 2025 found less
 *   after hours. So part of the time is kept, and part of what is gained goes into longer answers.
 * - Scribes: Olson, JAMA Netw Open 2025: 0.9 h a week less documentation after hours, burnout conditional OR 0.26.
 * - Team, triage, protocol, cover: shares that team-based practices report vary widely; assumptions.
 */
export function drawPracticeTruth(seed: string): PracticeTruth {
  const random = randomStream('sandbox', seed, 'clinic-practice')
  const between = (low: number, high: number) => low + (high - low) * random.uniform()
  return {
    protectedKept: between(0.5, 0.85),
    protectedGrowth: between(0, 0.12),
    teamResolves: between(0.45, 0.7),
    teamPrepared: between(0.6, 0.8),
    triageToVisit: between(0.2, 0.4),
    refillQuestions: between(0.04, 0.12),
    scribeNotes: between(0.62, 0.78),
    scribeSpread: 0.12,
    scribeStrain: Math.log(0.26) * between(0.75, 1.25),
    slotMessages: -between(0, 0.015),
    coverShare: between(0.4, 0.7),
    hireWeeks: Math.round(between(8, 12)),
  }
}
