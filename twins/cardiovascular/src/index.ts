export { type Build, unmodelled, unmodelledSpread } from './build.ts'
export { channels } from './channels.ts'
export { CardiovascularError } from './errors.ts'
export {
  type EffectModel,
  effectModels,
  effectsOfTreatments,
  interventions,
  type TreatmentEffects,
} from './interventions.ts'
export {
  circulationOf,
  type Physiology,
  type PhysiologyName,
  type PriorVariable,
  physiology,
  physiologyNames,
  pressureBias,
  pulseBias,
  returnTime,
} from './physiology.ts'
export { cardiovascular } from './twin.ts'
export { priorVariables } from './variables.ts'
