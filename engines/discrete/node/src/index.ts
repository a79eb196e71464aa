export { createFlowPool, type FlowPool, type PoolForecast, type PoolReplications } from './flow-pool.ts'
export type { JobOptions } from './run-job.ts'
