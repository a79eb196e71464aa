import type { Instant, Quality, QualityFlag } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'

/**
 * What trust remains for each doubt; doubts multiply. These are the house's own working figures, not measured ones: they order
 * observations by trust, and a twin decides what to make of them.
 */
const remainingTrust: Readonly<Record<QualityFlag, number>> = {
  'unit-assumed': 0.6,
  'unit-converted': 0.98,
  'near-plausible-limit': 0.7,
  'sudden-jump': 0.6,
  'flat-line': 0.5,
  'late-arrival': 0.9,
  'device-clock-skewed': 0.7,
  preliminary: 0.8,
  'noisy-signal': 0.5,
  'sender-flagged': 0.7,
}

/** A value this close to a plausible limit, as a fraction of the plausible range, is suspicious. */
const nearLimit = 0.02

/** A result sent this long after its effective time counts as late. */
const lateAfter = 15 * minute

/** An effective time this far after the sender's own time of sending shows that their clocks disagree. */
const skewedAfter = 1000

/** What is known of a measurement besides its value. */
export interface Circumstances {
  readonly effective: Instant
  /** When the sender says it sent the message. */
  readonly sentAt?: Instant
  readonly preliminary: boolean
  readonly unit: 'as-is' | 'converted' | 'assumed'
  readonly flags?: readonly QualityFlag[]
}

/**
 * Judges one measurement by itself. It looks at nothing but the message, so that the same messages in any order, at
 * any speed, give the same observations: lateness and clock skew are told by the sender's own time of sending
 * rather than by the time of arrival, and what needs neighbouring values (`sudden-jump`, `flat-line`) is left to the
 * twin, which sees them in order of effective time.
 */
export function judge(
  value: number | null,
  plausible: readonly [low: number, high: number] | undefined,
  circumstances: Circumstances,
): Quality {
  const { effective, sentAt, preliminary, unit, flags: sent = [] } = circumstances
  const flags = new Set<QualityFlag>(sent)
  if (unit === 'converted') flags.add('unit-converted')
  if (unit === 'assumed') flags.add('unit-assumed')
  if (preliminary) flags.add('preliminary')
  if (sentAt !== undefined && sentAt - effective > lateAfter) flags.add('late-arrival')
  if (sentAt !== undefined && effective - sentAt > skewedAfter) flags.add('device-clock-skewed')
  if (value !== null && plausible) {
    const [low, high] = plausible
    const margin = (high - low) * nearLimit
    if (value < low + margin || value > high - margin) flags.add('near-plausible-limit')
  }
  const sorted = [...flags].sort()
  const score = sorted.reduce((trust, flag) => trust * remainingTrust[flag], 1)
  return { score: Math.round(score * 1e4) / 1e4, flags: sorted }
}
