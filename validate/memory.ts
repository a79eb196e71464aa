import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Measurement } from '../scripts/measure.ts'
import { freePorts, startServerProcess } from './drill/server-process.ts'

/** `MEMORY_MINUTES=5 npm run validate -- memory` for a quick look. */
const minutes = Number(process.env.MEMORY_MINUTES ?? 60)
const limitMegabytes = 350

/** Resident memory of the server with 20 sandbox patients streaming and a screen open: how much, and does it grow? */
export async function validate(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-memory-'))
  const server = await startServerProcess({ directory, ports: await freePorts(), serve: ['--patients', '20'] })
  const stopping = new AbortController()
  try {
    const token = await server.token('clinician')
    void drain(`${server.url}/api/live`, token, stopping.signal)
    const samples: { minute: number; megabytes: number }[] = []
    for (let sample = 0; sample <= minutes * 6; sample++) {
      samples.push({ minute: sample / 6, megabytes: residentMegabytes(server.process.pid!) })
      if (sample % 60 === 59)
        process.stderr.write(`${Math.round(sample / 6)} min: ${samples.at(-1)!.megabytes.toFixed(0)} MB\n`)
      await wait(10_000)
    }
    const most = Math.max(...samples.map(({ megabytes }) => megabytes))
    // What is kept for late arrivals and doubled messages fills up in the first quarter of an hour or so.
    const settled = samples.filter(({ minute }) => minute >= minutes / 2)
    const growth = slope(settled) * 60
    const response = await fetch(`${server.url}/api/sources`, { headers: { authorization: `Bearer ${token}` } })
    const { thread } = (await response.json()) as { thread: { events: number } }
    return [
      { name: 'time with 20 patients streaming', value: minutes, unit: 'min', target: '≥ 60', met: minutes >= 60 },
      { name: 'events in the thread by then', value: thread.events, unit: '' },
      {
        name: 'resident memory, most',
        value: most,
        unit: 'MB',
        target: `< ${limitMegabytes}`,
        met: most < limitMegabytes,
      },
      { name: 'resident memory at the end', value: samples.at(-1)!.megabytes, unit: 'MB' },
      { name: 'growth in the second half', value: growth, unit: 'MB/h', target: '< 15 (flat)', met: growth < 15 },
    ]
  } finally {
    stopping.abort()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function residentMegabytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line![1]) / 1_000
}

/** Least-squares slope in MB per minute. */
function slope(samples: readonly { readonly minute: number; readonly megabytes: number }[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length
  const x = mean(samples.map(({ minute }) => minute))
  const y = mean(samples.map(({ megabytes }) => megabytes))
  const over = samples.reduce((sum, each) => sum + (each.minute - x) * (each.megabytes - y), 0)
  return over / samples.reduce((sum, each) => sum + (each.minute - x) ** 2, 0)
}

async function drain(url: string, token: string, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal })
    for await (const _ of response.body!);
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
