import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parameterNames, regazzoni2020, regazzoni2020Initial, runBeats, stateNames } from '@counterpart/circulation'
import type { Measurement } from '../scripts/measure.ts'

const beats = 400
const tolerance = 1e-8
const rounds = 25

/** Beats per second of the closed loop against the same algorithm in C++ -O2, alternating in one run. */
export async function bench(): Promise<Measurement[]> {
  const ours: number[] = []
  const theirs: number[] = []
  const peer = compilePeer()
  try {
    runBeats(regazzoni2020, { beats: 400, samplesPerBeat: 1, tolerance })
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      runBeats(regazzoni2020, { beats, samplesPerBeat: 1, tolerance })
      ours.push(beats / ((performance.now() - start) / 1000))
      if (peer.program) theirs.push(beats / runPeer(peer.program))
    }
  } finally {
    peer.remove()
  }
  const fast = median(
    Array.from({ length: rounds }, () => {
      const start = performance.now()
      runBeats(regazzoni2020, { beats, samplesPerBeat: 1, method: 'fast' })
      return beats / ((performance.now() - start) / 1000)
    }),
  )
  const results: Measurement[] = [
    { name: 'circulation: closed loop, accurate method', value: Math.round(median(ours)), unit: 'beats/s' },
    { name: 'circulation: closed loop, fast method', value: Math.round(fast), unit: 'beats/s' },
  ]
  if (!peer.program)
    return [...results, { name: 'circulation: ratio to C++ -O2', value: Number.NaN, unit: '1', note: peer.why }]
  // Pairs, so that a busy moment of the machine weighs on both sides of a ratio.
  const ratio = median(ours.map((rate, round) => rate / theirs[round]!))
  return [
    ...results,
    { name: 'circulation: closed loop in C++ -O2, same method', value: Math.round(median(theirs)), unit: 'beats/s' },
    {
      name: 'circulation: ratio to C++ -O2',
      value: Number(ratio.toFixed(3)),
      unit: '1',
      target: '≥ 0.5',
      met: ratio >= 0.5,
      note: `median over ${rounds} alternating pairs of ${beats} beats at tolerance ${tolerance}; the peer uses the C++ library's exp and atan`,
    },
  ]
}

function compilePeer(): { program?: string; why?: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const program = join(folder, 'circulation')
  try {
    execFileSync('g++', ['-O2', '-o', program, join(import.meta.dirname, 'circulation.cpp')], { stdio: 'pipe' })
    return { program, remove }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return { why: missing ? 'skipped: g++ not found' : `skipped: g++ failed: ${(error as Error).message}`, remove }
  }
}

function runPeer(program: string): number {
  const input = [...parameterNames.map((n) => regazzoni2020[n]), ...stateNames.map((n) => regazzoni2020Initial[n])]
  const out = execFileSync(program, [String(beats), String(tolerance)], { input: input.join(' '), encoding: 'utf8' })
  return Number(out.split(' ')[0])
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}

if (import.meta.main) console.table(await bench())
