import { afterEach, describe, expect, it } from 'vitest'
import { OutOfTime, PoolBusy, startWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

type Job = { readonly say: string } | { readonly forever: true } | { readonly die: true } | { readonly fail: string }

// What a module would do with answerJobs, in a few words.
const module = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads'
    parentPort.on('message', (job) => {
      if (job.forever) for (;;);
      if (job.die) throw new Error('died')
      if (job.fail) parentPort.postMessage({ error: job.fail })
      if (job.say === 'slowly') parentPort.postMessage({ progress: [1, 2] })
      if (job.say) parentPort.postMessage({ result: job.say + ' from ' + threadId })
    })
    parentPort.postMessage({ ready: true })`)}`,
)

let pool: WorkerPool<Job, string>
const start = (options: Partial<WorkerPoolOptions> = {}) => {
  pool = startWorkerPool({ module, threads: 1, ...options })
  return pool
}
afterEach(() => pool.close())

describe('a pool of workers', () => {
  it('does jobs one after the other on the same thread, urgent ones first', async () => {
    start()
    const order: string[] = []
    const note = (answer: string) => order.push(answer.split(' ')[0]!)
    const answers = [
      pool.run({ say: 'first' }).then(note),
      pool.run({ say: 'later' }).then(note),
      pool.run({ say: 'urgent' }, { urgent: true }).then(note),
    ]
    expect(pool.load).toBe(3)
    await Promise.all(answers)
    expect(order).toEqual(['first', 'urgent', 'later'])
    expect(pool.load).toBe(0)
  })

  it('tells how far a job is, where the job says so', async () => {
    start()
    const told: number[][] = []
    await pool.run({ say: 'slowly' }, { onProgress: (...far) => told.push(far) })
    await pool.run({ say: 'quickly' }, { onProgress: (...far) => told.push(far) })
    expect(told).toEqual([[1, 2]])
  })

  it('stops a job that runs too long, and goes on with the next', async () => {
    start({ limit: 300 })
    const endless = pool.run({ forever: true })
    const next = pool.run({ say: 'next' })
    await expect(endless).rejects.toBeInstanceOf(OutOfTime)
    expect(await next).toMatch(/^next/)
  })

  it('loses only the job of a worker that dies, and tells a job’s own failure', async () => {
    start()
    await expect(pool.run({ die: true })).rejects.toThrow('died')
    await expect(pool.run({ fail: 'not like this' })).rejects.toThrow('not like this')
    expect(await pool.run({ say: 'on' })).toMatch(/^on/)
  })

  it('gives up what nobody waits for any more, running or waiting', async () => {
    start()
    const gone = new AbortController()
    const running = pool.run({ forever: true }, { signal: gone.signal })
    const waiting = pool.run({ say: 'waiting' }, { signal: gone.signal })
    const other = pool.run({ say: 'other' })
    gone.abort(new Error('left'))
    await expect(running).rejects.toThrow('left')
    await expect(waiting).rejects.toThrow('left')
    expect(await other).toMatch(/^other/)
    await expect(pool.run({ say: 'late' }, { signal: gone.signal })).rejects.toThrow('left')
  })

  it('refuses more than may wait, and everything once closed', async () => {
    start({ waitingAtMost: 1 })
    const running = pool.run({ forever: true })
    const waiting = pool.run({ say: 'waits' })
    await expect(pool.run({ say: 'too many' })).rejects.toBeInstanceOf(PoolBusy)
    const ended = Promise.all([expect(running).rejects.toThrow('closed'), expect(waiting).rejects.toThrow('closed')])
    await pool.close()
    await ended
    await expect(pool.run({ say: 'after' })).rejects.toThrow('closed')
  })
})
