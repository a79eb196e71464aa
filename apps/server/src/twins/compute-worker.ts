// Runs jobs of the compute pool. Knows the same twins as the main thread.
import { workerData } from 'node:worker_threads'
import type { TwinDefinition } from '@counterpart/kernel'
import { answerJobs } from '../worker-pool.ts'
import { type ComputeJob, compute } from './compute.ts'

const { twins } = (await import((workerData as { registry: string }).registry)) as { twins: readonly TwinDefinition[] }

answerJobs((job: ComputeJob, tell) => compute(job, twins, tell))
