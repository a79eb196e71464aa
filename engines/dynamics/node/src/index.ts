export { createEnsemblePool, type EnsemblePool } from './ensemble-pool.ts'
