import { parentPort } from 'node:worker_threads'
import { createMemberRunner, type MemberRunner } from '../../src/ensemble/run-members.ts'
import { blockSize } from '../../src/ensemble/simulate-ensemble.ts'
import { buildSystem } from '../../src/system/build-system.ts'
import { type EnsembleJob, type JobMessage, nextBlock, plainError, stopped } from './job.ts'

const port = parentPort!
const say = (message: JobMessage) => port.postMessage(message)

port.on('message', (job: EnsembleJob) => {
  try {
    runBlocks(job, createMemberRunner(buildSystem(job.model), job.plan))
    say({ kind: 'end' })
  } catch (error) {
    say({ kind: 'refused', error: plainError(error) })
  }
})

function runBlocks({ plan, given, values, counters }: EnsembleJob, run: MemberRunner): void {
  const signal = {
    get aborted() {
      return Atomics.load(counters, stopped) === 1
    },
    reason: new Error('stopped'),
  } as AbortSignal
  while (!signal.aborted) {
    const from = Atomics.add(counters, nextBlock, 1) * blockSize
    if (from >= plan.members) return
    const to = Math.min(from + blockSize, plan.members)
    const failures = run(from, to, given, values, signal)
    say({
      kind: 'block',
      members: to - from,
      failures: failures.map(({ member, error }) => ({ member, error: plainError(error) })),
    })
  }
}
