import { parentPort } from 'node:worker_threads'
import { createMemberRunner, type MemberRunner } from '../../src/ensemble/run-members.ts'
import { buildSystem } from '../../src/system/build-system.ts'
import type { System } from '../../src/system.ts'
import { type EnsembleJob, type JobMessage, plainError, stopped, takeBlock } from './job.ts'

const port = parentPort!
const say = (message: JobMessage) => port.postMessage(message)

/** Kept from one job to the next, and with it what has been compiled for it. */
let system: System | undefined

port.on('message', (job: EnsembleJob) => {
  try {
    if (job.model) system = buildSystem(job.model)
    runBlocks(job, createMemberRunner(system!, job.plan))
    say({ kind: 'end' })
  } catch (error) {
    say({ kind: 'refused', error: plainError(error) })
  }
})

function runBlocks({ plan, given, values, counters, threads }: EnsembleJob, run: MemberRunner): void {
  const signal = {
    get aborted() {
      return Atomics.load(counters, stopped) === 1
    },
    reason: new Error('stopped'),
  } as AbortSignal
  while (!signal.aborted) {
    const { from, to } = takeBlock(counters, plan.members, threads)
    if (from === to) return
    const failures = run(from, to, given, values, signal)
    say({
      kind: 'block',
      members: to - from,
      failures: failures.map(({ member, error }) => ({ member, error: plainError(error) })),
    })
  }
}
