import type { CirculationParameters, ParameterName } from '@counterpart/circulation'
import type { PriorVariable } from './physiology.ts'

/**
 * What the twin takes as given though bodies differ in it: the parameters of the loop that shape its quantities most
 * and that no reading of a ward tells apart.
 */
export const unmodelled = [
  'LV.V0',
  'LV.TC',
  'RV.EA',
  'RV.EB',
  'LA.EA',
  'LA.EB',
  'RA.EB',
  'systemic.R_VEN',
  'systemic.C_VEN',
  'pulmonary.R_AR',
  'pulmonary.C_AR',
  'pulmonary.C_VEN',
] as const satisfies readonly ParameterName[]

/**
 * Standard deviation of the logarithm of each of them among patients: ±20 % for nineteen in twenty. An assumption.
 */
export const unmodelledSpread = 0.1

/** Factors on unmodelled parameters. */
export type Build = Partial<Readonly<Record<ParameterName, number>>>

export function withBuild(parameters: CirculationParameters, build: Build): CirculationParameters {
  const changed: Record<ParameterName, number> = { ...parameters }
  for (const [name, factor] of Object.entries(build)) changed[name as ParameterName] *= factor
  return changed
}

/** How many independent ways of being built otherwise the belief carries; `build-emulator.ts` finds them. */
export const buildComponents = 4

/**
 * The discrepancy between this patient and a loop that is personalised in six parameters only (Kennedy & O'Hagan, J R
 * Stat Soc B 2001;63:425): principal components of what the unmodelled parameters do to the logarithms of the
 * quantities. A body stays as it is, so that repeated readings do not average it out.
 */
export const buildVariables: readonly PriorVariable[] = Array.from({ length: buildComponents }, (_, i) => ({
  name: `build-${i + 1}`,
  label: `Build of the body, component ${i + 1}`,
  unit: '1',
  meaning:
    'what valves, veins, lungs, right heart and the unstressed volume of the left one add to every quantity, in standard deviations among patients',
  median: 0,
  standardDeviation: 1,
  scale: 'linear',
  perRootHour: 0.01,
}))
