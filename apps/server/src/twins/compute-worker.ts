// Runs jobs of the compute pool. Knows the same twins as the main thread.
import { parentPort } from 'node:worker_threads'
import { twins } from '../registry.ts'
import { type ComputeJob, compute } from './compute.ts'

parentPort!.on('message', ({ id, job }: { id: number; job: ComputeJob }) => {
  try {
    parentPort!.postMessage({ id, result: compute(job, twins) })
  } catch (error) {
    parentPort!.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
