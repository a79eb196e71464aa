import { day, hour, type Instant, minute, type TwinContext } from '@counterpart/kernel'
import { type AdditiveModel, type Feature, fitWithHeldOut, logisticRegression } from '@counterpart/learning'
import { matrix, portableLog, type RandomStream } from '@counterpart/numerics'
import type { Department } from '../memory/department.ts'
import { cellsOf, type Examples } from './examples.ts'
import { type Features, featuresIn } from './features.ts'
import { type Published, publishedAdmission, publishedWorsening, scoreOf } from './published.ts'

/** What this department taught: what to add to the published risk, and a last turn and shift of the whole. */
export type Learnt = {
  readonly model: AdditiveModel
  /** Score s becomes s + shift + turn·(s − centre). */
  readonly calibration: {
    readonly shift: number
    readonly turn: number
    readonly centre: number
    readonly error: number
  }
  readonly cases: number
  readonly outcomes: number
}

/** None is bound to rise or fall: what is learnt is a difference, and what is published may be too steep. */
const features: readonly Feature[] = [
  { kind: 'numeric', name: 'acuity' },
  { kind: 'numeric', name: 'news2' },
  { kind: 'numeric', name: 'age', unit: 'a' },
  { kind: 'categorical', name: 'mode' },
]
const whileWaiting: readonly Feature[] = [
  { kind: 'numeric', name: 'change' },
  { kind: 'numeric', name: 'waited', unit: 'h' },
  // The risk grows with the time to the next look as if its hazard were constant; this is what it does otherwise.
  { kind: 'numeric', name: 'gap', unit: 'h' },
]

/** Fewer outcomes, or fewer without, teach nothing. */
const fewest = 10
/** How far the calibration may turn and shift, as a standard deviation: it is itself learnt from few outcomes. */
const calibrationSpread = 0.3

/** Models are fitted anew at this hour of the day, when at least so many cases are new. */
const revisedAt = 4 * hour
const newCases = (known: number) => Math.max(100, 0.15 * known)

/**
 * The department with its risk models fitted anew when the clock passes 4 a.m. and there is enough to learn from: a pure
 * function of what was counted. Takes some tenths of a second, at most once a day, and ever more seldom.
 */
export function revised(department: Department, from: Instant, at: Instant, context: TwinContext): Department {
  const dayOf = (instant: Instant) =>
    Math.floor((instant + department.layout.utcOffsetMinutes * minute - revisedAt) / day)
  if (dayOf(from) === dayOf(at)) return department
  const { risk } = department
  const anew = (name: 'worsening' | 'admission'): Learnt | null => {
    const known = risk.learnt[name]
    const cases = casesOf(risk[name])
    // Forgetting makes fewer of them.
    if (Math.abs(cases - (known?.cases ?? 0)) < newCases(known?.cases ?? 0)) return known
    return learn(name, risk[name], context.random('risk', name, at)) ?? known
  }
  const learnt = { worsening: anew('worsening'), admission: anew('admission') }
  if (learnt.worsening === risk.learnt.worsening && learnt.admission === risk.learnt.admission) return department
  return { ...department, risk: { ...risk, learnt } }
}

const casesOf = (examples: Examples) =>
  examples.cases + Object.values(examples.older).reduce((sum, [cases]) => sum + cases, 0)

const published: Readonly<Record<'worsening' | 'admission', (features: Features) => Published>> = {
  worsening: publishedWorsening,
  admission: publishedAdmission,
}

/** Fits what the examples add to the published risk; `null`: too few outcomes, or too few without. */
export function learn(name: 'worsening' | 'admission', examples: Examples, stream: RandomStream): Learnt | null {
  const rows = Object.entries(cellsOf(examples))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, [cases, outcomes, tenths]]) => {
      const of = featuresIn(key)
      const time = name === 'worsening' ? portableLog(Math.max(1, tenths) / 10 / cases) : 0
      const offset = scoreOf(published[name](of)) + time
      return [
        { of, offset, outcome: 1, count: outcomes },
        { of, offset, outcome: 0, count: cases - outcomes },
      ].filter(({ count }) => count > 0)
    })
  const countOf = (outcome: number) => rows.reduce((sum, row) => sum + (row.outcome === outcome ? row.count : 0), 0)
  if (countOf(1) < fewest || countOf(0) < fewest) return null
  const used = [...features, ...(name === 'worsening' ? whileWaiting : [])].filter(({ name: feature }) =>
    // What was never told cannot be learnt from.
    rows.some(({ of }) => of[feature as keyof Features] !== null),
  )
  const values = rows.map(({ outcome }) => outcome)
  const counts = rows.map(({ count }) => count)
  const { model, heldOut } = fitWithHeldOut(
    {
      features: used,
      columns: Object.fromEntries(used.map(({ name: feature }) => [feature, column(rows, feature as keyof Features)])),
      outcome: { kind: 'binary', name, values },
    },
    {
      stream,
      counts,
      offset: rows.map(({ offset }) => offset),
      startSpread: 1,
      bins: 16,
      bags: 10,
      pairs: 0,
      learningRate: 0.15,
      cycles: 150,
      patience: 5,
    },
  )
  return {
    model,
    calibration: calibrate(heldOut, values, counts),
    cases: countOf(0) + countOf(1),
    outcomes: countOf(1),
  }
}

const column = (rows: readonly { readonly of: Features }[], feature: keyof Features) =>
  rows.map(({ of }) => of[feature]) as readonly (number | null)[] | readonly string[]

/** By what the models said of cases that they had not seen: a turn and a shift, drawn towards none. */
function calibrate(
  heldOut: Float64Array,
  outcomes: readonly number[],
  counts: readonly number[],
): Learnt['calibration'] {
  const known = [...heldOut.keys()].filter((i) => !Number.isNaN(heldOut[i]!))
  const total = known.reduce((sum, i) => sum + counts[i]!, 0)
  const centre = known.reduce((sum, i) => sum + counts[i]! * heldOut[i]!, 0) / total
  const { coefficients, standardErrors } = logisticRegression(
    matrix(
      known.length,
      2,
      known.flatMap((i) => [1, heldOut[i]! - centre]),
    ),
    known.map((i) => outcomes[i]!),
    {
      weights: known.map((i) => counts[i]!),
      offset: known.map((i) => heldOut[i]!),
      ridge: 1 / calibrationSpread ** 2,
    },
  )
  return { shift: coefficients[0]!, turn: coefficients[1]!, centre, error: standardErrors[0]! }
}
