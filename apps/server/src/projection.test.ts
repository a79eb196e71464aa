import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SubjectId } from '@counterpart/kernel'
import { openThread, type StoredThread } from '@counterpart/thread'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Projection, ProjectionStore } from './projection.ts'

const directory = mkdtempSync(join(tmpdir(), 'counterpart-projection-'))
const subject: SubjectId = 'patient/counted'
let thread: StoredThread
beforeAll(async () => {
  thread = await openThread({ directory, clock: () => 1_000 })
})
afterAll(async () => {
  await thread.close()
  rmSync(directory, { recursive: true, force: true })
})

const counting: Projection<{ count: number }> = {
  kind: 'count-1',
  types: ['device.described'],
  initial: () => ({ count: 0 }),
  apply: (state) => ({ count: state.count + 1 }),
}
const append = (from: number, count: number) =>
  thread.append(
    Array.from({ length: count }, (_, i) => ({
      stream: subject,
      type: 'device.described',
      effective: 1,
      idempotencyKey: `${from + i}`,
      subject,
      payload: { deviceId: `d${from + i}` },
    })),
  )

test('a long stream that a life left without a checkpoint gets one in the next life, and is right from it', async () => {
  await append(0, 1_500)
  const store = new ProjectionStore(thread, counting, (stream) => stream as SubjectId)
  const stop = thread.subscribe((events) => store.notice(events))
  expect((await store.get(subject)).count).toBe(1_500)
  await append(1_500, 1)
  await expect.poll(async () => (await thread.checkpoints(subject, 'count-1')).length).toBe(1)
  stop()
  await append(1_501, 2)
  const next = new ProjectionStore(thread, counting, (stream) => stream as SubjectId)
  expect((await next.get(subject)).count).toBe(1_503)
})
