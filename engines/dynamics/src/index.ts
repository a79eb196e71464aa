export { type ReadAntimonyOptions, readAntimony } from './antimony/read-antimony.ts'
export { writeAntimony } from './antimony/write-antimony.ts'
export { readCellml } from './cellml/read-cellml.ts'
export { compile, printCompiled } from './compile/compile.ts'
export type { Ensemble, EnsembleFailure, EnsembleOptions } from './ensemble/options.ts'
export { simulateEnsemble } from './ensemble/simulate-ensemble.ts'
export { DynamicsError, type DynamicsErrorCode, type DynamicsErrorDetails, type Place } from './errors.ts'
export * from './expression.ts'
export { differentiate } from './graph/differentiate.ts'
export { createGraph } from './graph/graph.ts'
export {
  type CalibrateOptions,
  type Calibration,
  calibrate,
  type Estimate,
  type Measurements,
  type SingularDirection,
  type Unknown,
} from './integrate/calibrate.ts'
export type { FlowOptions, MethodName } from './integrate/options.ts'
export {
  type PeriodicSteadyState,
  type PeriodicSteadyStateOptions,
  periodicSteadyState,
} from './integrate/periodic-steady-state.ts'
export { type SimulateOptions, simulate, type Trajectory } from './integrate/simulate.ts'
export { type SteadyState, type SteadyStateOptions, steadyState } from './integrate/steady-state.ts'
export type { History, Machine } from './machine.ts'
export * from './model.ts'
export type { BinaryOp, Graph, Node, UnaryOp } from './node.ts'
export { type DescribedValue, describeModel, type ModelDescription } from './print/describe-model.ts'
export { type EquationKind, equationKinds, equations, type ModelEquation } from './print/equations.ts'
export { quantityUnit } from './print/unit-text.ts'
export { type ReadModelOptions, readModel } from './read-model.ts'
export { checkModel } from './sbml/check-model.ts'
export { readSbml } from './sbml/read-sbml.ts'
export { writeSbml } from './sbml/write-sbml.ts'
export { buildSystem } from './system/build-system.ts'
export { explainNaN, type NotFinite } from './system/explain-nan.ts'
export { interpret } from './system/interpret.ts'
export { sensitivitySymbol, sensitivitySystem } from './system/sensitivity-system.ts'
export * from './system.ts'
export { checkUnits } from './units/check-units.ts'
export type { UnitFinding } from './units/finding.ts'
export { withRule } from './with-rule.ts'
