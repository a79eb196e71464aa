import type { Summary } from '@counterpart/kernel'
import { explain } from '@counterpart/learning'
import { normalQuantile, portableExp, portableLog } from '@counterpart/numerics'
import type { RiskMemory } from './examples.ts'
import { type FeatureName, type Features, lookedAfter } from './features.ts'
import { type Published, publishedAdmission, publishedSpread, publishedWorsening, scoreOf } from './published.ts'

/** A risk with its spread, and what each thing known adds to it, in log-odds, the most first. */
export interface Risk {
  readonly probability: Summary
  readonly parts: readonly { readonly feature: FeatureName; readonly value: number }[]
}

/** That a look would find somebody worse than the last one, so many hours before, did. */
export const worseningRisk = (memory: RiskMemory, features: Features, hours: number): Risk =>
  riskOf(
    memory.learnt.worsening,
    publishedWorsening(features),
    lookedAfter(features, hours),
    portableLog(Math.max(0.01, hours)),
  )

/** That somebody who is cared for will be admitted, by what was known at triage. */
export const admissionRisk = (memory: RiskMemory, features: Features): Risk =>
  riskOf(memory.learnt.admission, publishedAdmission(features), features, 0)

function riskOf(
  learnt: RiskMemory['learnt']['worsening'],
  published: Published,
  features: Features,
  more: number,
): Risk {
  const known = scoreOf(published) + more
  const parts = new Map<FeatureName, number>(Object.entries(published.parts) as [FeatureName, number][])
  if (learnt === null) return { probability: spread(known, publishedSpread), parts: ordered(parts) }
  const { shift, turn, centre, error } = learnt.calibration
  const { score, error: own, contributions } = explain(learnt.model, features)
  for (const { features: names, value } of contributions) {
    const feature = names[0] as FeatureName
    parts.set(feature, (parts.get(feature) ?? 0) + value)
  }
  const told = known + score
  return {
    probability: spread(told + shift + turn * (told - centre), Math.hypot((1 + turn) * own, error)),
    parts: ordered(parts),
  }
}

const ordered = (parts: ReadonlyMap<FeatureName, number>) =>
  [...parts].map(([feature, value]) => ({ feature, value })).sort((a, b) => b.value - a.value)

const levels = [0.05, 0.25, 0.5, 0.75, 0.95] as const
/** Middles of ten equal parts of a normal distribution, for the mean. */
const tenths = Array.from({ length: 10 }, (_, k) => normalQuantile((k + 0.5) / 10))

/**
 * A probability whose log-odds are normal with this spread, and whose mean is that of these log-odds: they were calibrated, and a
 * doubt on both sides of them must not raise the mean.
 */
function spread(logOdds: number, error: number): Summary {
  const of = (at: number) => 1 / (1 + portableExp(-at))
  const mean = of(logOdds)
  let centre = logOdds
  // The mean is nearly that of the centre and a bit above for rare things: a few corrections settle it.
  for (let turn = 0; turn < 8; turn++) {
    const now = tenths.reduce((sum, z) => sum + of(centre + error * z) / tenths.length, 0)
    centre += logOdds - portableLog(now / (1 - now))
  }
  const [p05, p25, p50, p75, p95] = levels.map((level) => of(centre + error * normalQuantile(level)))
  return { mean, p05: p05!, p25: p25!, p50: p50!, p75: p75!, p95: p95! }
}
