// Runs jobs of the compute pool. Knows the same twins as the main thread.
import { parentPort, workerData } from 'node:worker_threads'
import type { TwinDefinition } from '@counterpart/kernel'
import { type ComputeJob, compute } from './compute.ts'

const { twins } = (await import((workerData as { registry: string }).registry)) as { twins: readonly TwinDefinition[] }

parentPort!.on('message', ({ id, job }: { id: number; job: ComputeJob }) => {
  try {
    parentPort!.postMessage({ id, result: compute(job, twins) })
  } catch (error) {
    parentPort!.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
