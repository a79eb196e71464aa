export { createFlowPool, type FlowPool, type PoolOptions } from './flow-pool.ts'
