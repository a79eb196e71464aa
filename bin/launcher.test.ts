import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'

// What a person with some Node.js of their own gets from `npx counterpart` and `npm start`.

const launcher = join(import.meta.dirname, 'counterpart.js')
const runPinned = join(import.meta.dirname, 'pinned-node.js')
const folder = mkdtempSync(join(tmpdir(), 'counterpart-launcher-'))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(node: string, args: readonly string[]): ChildProcess {
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
  started.push(child)
  return child
}

interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk))
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
}

const counterpart = (...args: readonly string[]) => ended(start(process.execPath, [launcher, ...args]))

/** The Node.js that this machine has of its own, if it is older than what Counterpart needs. */
async function olderNode(): Promise<string | undefined> {
  const paths = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, 'node'))
  for (const path of paths) {
    if (!existsSync(path)) continue
    const { stdout } = await ended(start(path, ['-p', 'process.versions.node']))
    if (Number(stdout.split('.')[0]) < 24) return path
  }
  return undefined
}
const older = await olderNode()
if (!older) console.log('skipped: no Node.js older than 24 on the PATH')

describe.skipIf(!older)('on a machine whose own Node.js is older', () => {
  test('the pinned one runs', async () => {
    const script = join(folder, 'version.ts')
    // Types, so that a Node.js without type stripping would fail.
    writeFileSync(script, 'const version: string = process.versions.node\nconsole.log(version)\n')
    const { status, stdout } = await ended(start(older!, [runPinned, script]))
    expect(status).toBe(0)
    expect(Number(stdout.split('.')[0])).toBeGreaterThanOrEqual(24)
  })

  test('the command line works', async () => {
    const { status, stdout, stderr } = await ended(start(older!, [launcher, '--help']))
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('counterpart serve')
  })
})

test('the exit status tells wrong usage (2) from bad input (1)', async () => {
  const broken = join(folder, 'broken.json')
  writeFileSync(broken, '{"model": "regazzoni2020", "beats": "many"')
  const cases: readonly (readonly [args: readonly string[], status: number, words: string])[] = [
    [[], 2, 'usage: counterpart COMMAND'],
    [['dance'], 2, 'there is no command "dance"'],
    [['constructor'], 2, 'there is no command "constructor"'],
    [['serve', '--colour', 'blue'], 2, "Unknown option '--colour'"],
    [['serve', '--port', 'high'], 2, '--port must be a whole number from 0 to 65535'],
    [['circulation', 'run'], 2, 'expected: run FILE.json'],
    [['circulation', 'run', broken], 1, 'is no JSON'],
    [['circulation', 'run', join(folder, 'nowhere.json')], 1, 'cannot read'],
  ]
  for (const [args, status, words] of cases) {
    const result = await counterpart(...args)
    expect(result, args.join(' ')).toMatchObject({ status, stdout: '' })
    expect(result.stderr).toContain(words)
  }
  for (const args of [['--help'], ['help'], ['thread', '--help']]) {
    const result = await counterpart(...args)
    expect(result, args.join(' ')).toMatchObject({ status: 0, stderr: '' })
    expect(result.stdout).toContain('counterpart thread verify')
  }
})

test('--json prints one JSON document and nothing else', async () => {
  const file = join(folder, 'heart.json')
  writeFileSync(file, '{"model": "regazzoni2020", "beats": 2, "samplesPerBeat": 4}')
  const { status, stdout, stderr } = await counterpart('circulation', 'run', file, '--json')
  expect([status, stderr]).toEqual([0, ''])
  const { limitCycle } = JSON.parse(stdout)
  // Regazzoni 2020, end-diastolic volume of the published set.
  expect(limitCycle.leftVentricle.endDiastolicVolume).toBeCloseTo(136.74, 1)
})

test('a reader that has seen enough is no error', async () => {
  const file = join(folder, 'long.json')
  writeFileSync(file, '{"model": "regazzoni2020", "samplesPerBeat": 2000}')
  const child = start(process.execPath, [launcher, 'circulation', 'run', file, '--json'])
  child.stdout!.once('data', () => child.stdout!.destroy())
  expect(await ended(child)).toMatchObject({ status: 0, stderr: '' })
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s is handed on: the program may end in its own way', async (signal) => {
  const script = join(folder, `${signal}.ts`)
  writeFileSync(
    script,
    `process.on('${signal}', () => { console.log('saving'); process.exit(7) })
setInterval(() => {}, 1_000)
console.log('ready')
`,
  )
  const child = start(process.execPath, [runPinned, script])
  const result = ended(child)
  await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()))
  child.kill(signal)
  expect(await result).toMatchObject({ status: 7, stdout: 'ready\nsaving\n' })
})

test('a program that a signal ends is seen to have ended so', async () => {
  const script = join(folder, 'end.ts')
  writeFileSync(script, "process.kill(process.pid, 'SIGTERM')\nsetInterval(() => {}, 1_000)\n")
  expect(await ended(start(process.execPath, [runPinned, script]))).toMatchObject({ status: null, signal: 'SIGTERM' })
})

test('a server that is told to stop saves and ends with 0', { timeout: 60_000 }, async () => {
  const options = ['--port', '0', '--mllp-port', '0', '--mqtt-port', '0', '--no-sandbox', '--no-web']
  const child = start(process.execPath, [launcher, 'serve', '--data', join(folder, 'data'), ...options])
  const result = ended(child)
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk
      const found = /running at (\S+)/.exec(said)
      if (found) resolve(found[1]!)
    })
    child.once('close', () => reject(new Error(`it ended: ${said}`)))
  })
  expect((await fetch(`${url}/health`)).status).toBe(200)
  child.kill('SIGTERM')
  const { status, stderr } = await result
  expect(status).toBe(0)
  expect(stderr).toContain('stopping')
})
