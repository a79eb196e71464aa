import { type LimitCycle, limitCycle } from '@counterpart/circulation'
import { type Belief, type Curve, minute, type Picture, type Scenario, type TwinContext } from '@counterpart/kernel'
import { checkPlanned, treatmentLoad } from './interventions.ts'
import { circulationOf, type Physiology, physiology, physiologyNames } from './physiology.ts'
import { toInner, underTreatment } from './variables.ts'

const shown = 24
const samples = 80

/**
 * Left-ventricular pressure–volume loops of every fourth member and of the middle one, integrated with the circulation
 * engine: as things stand, or half an hour into a scenario.
 */
export function picture(belief: Belief, scenario: Scenario, context: TwinContext): Picture {
  checkPlanned(scenario.interventions)
  const { size } = belief.ensemble
  const starts = scenario.interventions.map((planned) => planned.from)
  const at = starts.length === 0 ? belief.asOf : Math.max(belief.asOf, ...starts) + 30 * minute
  const logs = underTreatment(
    toInner(belief),
    size,
    treatmentLoad([...context.treatments, ...scenario.interventions], at),
  )
  const member = (m: number) => cycleOf(physiology.map((_, p) => logs[p * size + m]!))
  const middle = cycleOf(
    physiology.map((_, p) => logs.subarray(p * size, (p + 1) * size).reduce((sum, x) => sum + x / size, 0)),
  )
  const step = Math.max(1, Math.floor(size / shown))
  const members = Array.from({ length: Math.min(shown, size) }, (_, i) =>
    curve(member(i * step), `member ${i * step + 1}`),
  )
  const { endDiastolicVolume, ejectionFraction, maximumPressure } = middle.leftVentricle
  return {
    kind: 'curves',
    title: 'Left-ventricular pressure–volume loop',
    description: `The middle loop fills to ${endDiastolicVolume.toFixed(0)} mL, reaches ${maximumPressure.toFixed(0)} mmHg and ejects ${(100 * ejectionFraction).toFixed(0)} % of its volume; the thin loops show how uncertain that is.`,
    x: { label: 'LV volume', unit: 'mL' },
    y: { label: 'LV pressure', unit: 'mm[Hg]' },
    members,
    central: curve(middle, 'middle of the belief'),
  }
}

function cycleOf(logs: readonly number[]): LimitCycle {
  const p = Object.fromEntries(physiologyNames.map((name, i) => [name, Math.exp(logs[i]!)])) as unknown as Physiology
  const { parameters, initial } = circulationOf(p)
  return limitCycle(parameters, { initial, method: 'fast', closeness: 1e-4, samples })
}

function curve({ leftVentricle }: LimitCycle, label: string): Curve {
  const { volume, pressure } = leftVentricle.loop
  const closed = (values: Float64Array) => [...values, values[0]!].map((x) => Number(x.toFixed(2)))
  return { label, x: closed(volume), y: closed(pressure) }
}
