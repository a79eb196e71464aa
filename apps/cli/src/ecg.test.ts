import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { encodeWfdbAnnotations, parseWfdbAnnotations } from '@counterpart/intake'
import { afterAll, describe, expect, test } from 'vitest'
import { runCommand } from '../test-support/run-command.ts'
import { ecg } from './ecg.ts'
import { UsageError } from './usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'counterpart-ecg-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Thirty seconds at 250 samples a second, a beat every 0.8 s; two signals in one file of format 16. */
function writeRecord(name: string): readonly number[] {
  const [rate, seconds] = [250, 30]
  const beats = Array.from({ length: Math.floor(seconds / 0.8) }, (_, beat) => Math.round((0.4 + 0.8 * beat) * rate))
  const samples = new Int16Array(2 * rate * seconds)
  for (let i = 0; i < rate * seconds; i++) {
    const distance = Math.min(...beats.map((beat) => Math.abs(beat - i)))
    samples[2 * i] = Math.round(200 * (Math.max(0, 1 - distance / 5) + 0.05 * Math.sin(i / 40)))
    samples[2 * i + 1] = 0
  }
  writeFileSync(join(folder, `${name}.dat`), new Uint8Array(samples.buffer))
  const signal = (description: string) => `${name}.dat 16 200(0)/mV 12 0 0 0 0 ${description}\n`
  writeFileSync(join(folder, `${name}.hea`), `${name} 2 ${rate} ${rate * seconds}\n${signal('II')}${signal('flat')}`)
  return beats
}

test('every beat of a made-up record is annotated, and scores 100 %', async () => {
  const beats = writeRecord('steady')
  const [record, out, reference] = ['steady', 'steady.found', 'steady.ref'].map((name) => join(folder, name))
  writeFileSync(reference!, encodeWfdbAnnotations(beats.map((sample) => ({ sample }))))
  const annotated = await runCommand('ecg', 'annotate', record!, '--out', out!, '--json')
  expect(annotated.stderr).toBe('')
  expect(JSON.parse(annotated.stdout)).toMatchObject({ signal: 'II', beats: beats.length, samplesPerSecond: 250 })
  const { annotations, samplesPerSecond } = parseWfdbAnnotations(readFileSync(out!))
  expect(samplesPerSecond).toBe(250)
  annotations.forEach(({ sample, symbol }, i) => {
    expect(symbol).toBe('N')
    expect(Math.abs(sample - beats[i]!)).toBeLessThanOrEqual(2)
  })
  const scored = JSON.parse((await runCommand('ecg', 'score', reference!, out!, '--json')).stdout)
  expect(scored.scores).toMatchObject([
    { tolerance: 150, sensitivity: 1, positivePredictivity: 1, f1: 1 },
    { tolerance: 50, sensitivity: 1, positivePredictivity: 1, f1: 1 },
  ])

  const flat = await runCommand('ecg', 'annotate', record!, '--out', out!, '--signal', 'flat')
  expect(flat).toMatchObject({ status: 0, stdout: `0 beats in 30 s of signal flat, written to ${out}\n` })
  const unknown = await runCommand('ecg', 'annotate', record!, '--out', out!, '--signal', 'III')
  expect(unknown.stderr).toContain('this record has II, flat')
})

test('scores count what is missed, what is too much and what is too far off; flutter is left out', async () => {
  const [reference, test] = [join(folder, 'a.ref'), join(folder, 'a.test')]
  // At 100 samples a second: 60 ms and 200 ms off; one missed; one too many; two within flutter.
  const marks = [100, 200, 300, 400, [500, 32], 550, [600, 33], 700] as const
  const mark = (each: number | readonly [number, number]) =>
    typeof each === 'number' ? { sample: each } : { sample: each[0], code: each[1] }
  writeFileSync(reference, encodeWfdbAnnotations(marks.map(mark), { samplesPerSecond: 100 }))
  writeFileSync(test, encodeWfdbAnnotations([206, 320, 400, 560, 570, 700, 900].map(mark), { samplesPerSecond: 100 }))
  const score = async (...more: readonly string[]) =>
    JSON.parse((await runCommand('ecg', 'score', reference, test, '--json', ...more)).stdout)
  expect((await score()).scores).toMatchObject([
    { tolerance: 150, truePositive: 3, falseNegative: 2, falsePositive: 2 },
    { tolerance: 50, truePositive: 2, falseNegative: 3, falsePositive: 3 },
  ])
  expect((await score('--skip', '3')).scores[0]).toMatchObject({ truePositive: 2, falseNegative: 1, falsePositive: 2 })
})

test('a rate that nobody knows is asked for', async () => {
  const file = join(folder, 'b.ref')
  writeFileSync(file, encodeWfdbAnnotations([{ sample: 10 }]))
  const unknown = await runCommand('ecg', 'score', file, file)
  expect(unknown).toMatchObject({ status: 1, stdout: '' })
  expect(unknown.stderr).toContain('add --rate HZ')
  expect((await runCommand('ecg', 'score', file, file, '--rate', '250')).stdout).toContain('Se 100.00 %')
})

const data = resolve(process.env.COUNTERPART_DATA ?? '../shared/data', 'mitdb')
const missing = existsSync(`${data}/103.atr`) ? undefined : `no MIT-BIH records in ${data}`
if (missing) console.log(`skipped: ${missing}`)

describe.skipIf(missing)('a published record', () => {
  test('103 of MIT-BIH: all 2084 beats, none too many', async () => {
    const out = join(folder, '103.found')
    await runCommand('ecg', 'annotate', `${data}/103`, '--out', out)
    const { scores } = JSON.parse((await runCommand('ecg', 'score', `${data}/103.atr`, out, '--json')).stdout)
    expect(scores[0]).toMatchObject({ reference: 2084, falseNegative: 0, falsePositive: 0 })
  })
})

test.each([
  [[], UsageError, 'expected annotate or score'],
  [['annotate', 'x'], UsageError, 'add --out'],
  [['score', 'x'], UsageError, 'two annotation files'],
  [['score', 'x', 'y', '--rate', 'fast'], UsageError, '--rate must be a number above 0'],
  [['annotate', '/nowhere/100', '--out', '/nowhere/x'], Error, '100.hea'],
  [['score', '/nowhere/a', '/nowhere/b'], Error, 'cannot read /nowhere/a'],
] as const)('ecg %j is refused', async (args, kind, words) => {
  const refused = expect(ecg.run(args)).rejects
  await refused.toBeInstanceOf(kind)
  await refused.toThrow(words)
})
