import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Measurement } from '../scripts/measure.ts'
import { freePorts, startServerProcess } from '../validate/drill/server-process.ts'

const patients = 200
const everyMilliseconds = 5_000
const seconds = Number(process.env.LATENCY_SECONDS ?? 60)

/**
 * How long from handing a message to the socket until the belief that has taken it in reaches an open screen's event stream,
 * with 200 patients streaming vital signs over MLLP, each every five seconds.
 */
export async function bench(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-latency-'))
  const server = await startServerProcess({ directory, ports: await freePorts() })
  try {
    const token = await server.token('clinician')
    const monitor = openMonitor(server.ports.mllp)
    for (let patient = 0; patient < patients; patient++) await monitor.send(patient, Date.now())
    const idOf = await recordsById(server.url, token)

    /** When the message with this effective time of this subject was sent. */
    const sent = new Map<string, number>()
    const latencies: number[] = []
    const stopping = new AbortController()
    let listening: () => void = () => {}
    const open = new Promise<void>((resolve) => (listening = resolve))
    const watching = watch(server.url, token, stopping.signal, listening, (subject, asOf) => {
      const key = `${subject} ${asOf}`
      const at = sent.get(key)
      if (at === undefined) return
      latencies.push(performance.now() - at)
      sent.delete(key)
    })
    await open
    const acknowledged: number[] = []
    const begun = performance.now()
    for (let message = 0; performance.now() - begun < seconds * 1_000; message++) {
      const due = begun + (message * everyMilliseconds) / patients
      const ahead = due - performance.now()
      if (ahead > 1) await wait(ahead)
      const patient = message % patients
      const effective = Date.now()
      const at = performance.now()
      sent.set(`${idOf.get(`L-${patient}`)} ${effective}`, at)
      void monitor.send(patient, effective).then(() => acknowledged.push(performance.now() - at))
    }
    await wait(2_000)
    stopping.abort()
    await watching
    monitor.close()
    const late = sent.size
    return [
      {
        name: `messages from ${patients} patients`,
        value: latencies.length + late,
        unit: '',
        note: `${seconds} s, ${(1_000 / everyMilliseconds) * patients} messages/s of three observations`,
      },
      { name: 'message to belief on the screen, median', value: quantile(latencies, 0.5), unit: 'ms' },
      {
        name: 'message to belief on the screen, p95',
        value: quantile(latencies, 0.95),
        unit: 'ms',
        target: '< 1,000',
        met: quantile(latencies, 0.95) < 1_000,
      },
      { name: 'message to belief on the screen, p99', value: quantile(latencies, 0.99), unit: 'ms' },
      { name: 'not on the screen within 2 s of the end', value: late, unit: '', target: '0', met: late === 0 },
      { name: 'message to durable acknowledgement, p95', value: quantile(acknowledged, 0.95), unit: 'ms' },
    ]
  } finally {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** One MLLP connection that sends vital signs and resolves at their acknowledgement. */
function openMonitor(port: number) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const waiting: (() => void)[] = []
  socket.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 0x1c) waiting.shift()?.()
  })
  let control = 0
  return {
    send: (patient: number, effective: number): Promise<void> => {
      const at = `${new Date(effective).toISOString().replace(/[-:T]/g, '').replace('Z', '')}+0000`
      const observations = [
        ['8867-4', 70 + (patient % 20), '/min'],
        ['8480-6', 120 + (control % 7), 'mm[Hg]'],
        ['8462-4', 75 + (control % 5), 'mm[Hg]'],
      ]
      const message = [
        `MSH|^~\\&|MONITOR|WARD|COUNTERPART|HOUSE|${at}||ORU^R01^ORU_R01|L${control++}|P|2.5.1`,
        `PID|1||L-${patient}^^^LOAD&2.999.3&ISO^MR||Load^Patient`,
        `OBR|1|||29274-8^Vital signs^LN|||${at}`,
        ...observations.map(
          ([code, value, unit], i) => `OBX|${i + 1}|NM|${code}^^LN||${value}|${unit}^^UCUM|||||F|||${at}`,
        ),
        '',
      ].join('\r')
      return new Promise((resolve) => {
        waiting.push(resolve)
        socket.write(`\x0b${message}\x1c\r`)
      })
    },
    close: () => socket.destroy(),
  }
}

async function recordsById(url: string, token: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const response = await fetch(`${url}/api/subjects?limit=500`, { headers: { authorization: `Bearer ${token}` } })
  const { subjects } = (await response.json()) as { subjects: { id: string; identifier: string }[] }
  for (const { id, identifier } of subjects) found.set(identifier, id)
  return found
}

/** Listens to the event stream as an open screen does. */
async function watch(
  url: string,
  token: string,
  signal: AbortSignal,
  onOpen: () => void,
  onBelief: (subject: string, asOf: number) => void,
): Promise<void> {
  const response = await fetch(`${url}/api/live`, { headers: { authorization: `Bearer ${token}` }, signal })
  const decoder = new TextDecoder()
  let buffer = ''
  try {
    for await (const chunk of response.body!) {
      buffer += decoder.decode(chunk, { stream: true })
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(buffer.slice(0, end))?.[1]
        buffer = buffer.slice(end + 2)
        if (!data) continue
        const live = JSON.parse(data) as { name: string; subject: string; data: { asOf: number } }
        if (live.name === 'hello') onOpen()
        if (live.name === 'belief') onBelief(live.subject, live.data.asOf)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}
