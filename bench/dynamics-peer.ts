import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { compile, printCompiled } from '@counterpart/dynamics'
import type { BenchModel } from './dynamics-models.ts'

/** What both sides are asked to do. */
export interface Task {
  readonly method: 'runge-kutta-4' | 'rush-larsen' | 'dormand-prince'
  readonly members: number
  readonly end: number
  readonly steps: number
}

export const relativeTolerance = 1e-6

export interface Outcome {
  readonly seconds: number
  readonly sum: number
  readonly steps?: number
}

export interface Peer {
  /** Seconds, the sum of all that was written down, and the steps taken. */
  run(task: Task): Outcome
  /** Seconds of the slower of two processes that each do half at the same time. */
  runHalves(task: Task): Promise<number>
  remove(): void
}

/** The same model and methods in C++ -O2; a text says why there is none. */
export function compilePeer(of: BenchModel): Peer | string {
  const { system } = of
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-bench-'))
  const program = join(folder, 'dynamics')
  const source = join(folder, 'model.inc')
  const slot = system.states.findIndex(({ symbol }) => symbol === of.observed)
  const varied = system.parameters.findIndex(({ symbol }) => symbol === of.varied)
  writeFileSync(source, toCpp(printCompiled(system)))
  const defined = {
    MODEL: JSON.stringify(source),
    STATES: system.states.length,
    PARAMETERS: system.parameters.length,
    OBSERVED: slot,
  }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    execFileSync(
      'g++',
      [
        '-O2',
        ...Object.entries(defined).map(([name, value]) => `-D${name}=${value}`),
        '-o',
        program,
        join(import.meta.dirname, 'dynamics.cpp'),
      ],
      { stdio: 'pipe' },
    )
  } catch (error) {
    remove()
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return missing ? 'skipped: g++ not found' : `skipped: g++ failed: ${(error as Error).message}`
  }
  const parameters = new Float64Array(system.parameters.length).fill(Number.NaN)
  const states = new Float64Array(system.states.length).fill(Number.NaN)
  compile(system, []).initialise(0, parameters, states)
  const input = [...states, ...parameters].join(' ')
  const wordsOf = ({ method, members, end, steps }: Task) =>
    [method, members, 0, end, steps, of.step, relativeTolerance, varied].map(String)
  return {
    run(task) {
      const output = execFileSync(program, wordsOf(task), { input, encoding: 'utf8' })
      const [seconds, sum, taken] = output.split(' ').map(Number)
      return { seconds: seconds!, sum: sum!, steps: taken! }
    },
    async runHalves(task) {
      const half = async () => {
        const process = promisify(execFile)(program, wordsOf({ ...task, members: task.members / 2 }))
        process.child.stdin!.end(input)
        return Number((await process).stdout.split(' ')[0])
      }
      return Math.max(...(await Promise.all([half(), half()])))
    },
    remove,
  }
}

/** Our generated functions as C++: the same formulas in the same order. */
function toCpp(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*(\/\/.*)?$/.test(line)) return line
      const formula = line
        .replace(/(?<![\w.[])(\d+)(?![\w.\]])/g, '$1.0')
        .replace(/\bMath\.(\w+)\(/g, 'std::$1(')
        .replace(/(?<![\w:.])exp\(/g, 'std::exp(')
        .replace(/([!=])==/g, '$1=')
        .replace(
          /^function (\w+)\(.*\) \{/,
          'static void $1(double t, const double* y, const double* p, double* into) {',
        )
        .replace(/^(\s*)const /, '$1const double ')
        .replace(/^(\s*)let /, '$1double ')
      return /[{}]$/.test(formula) ? formula : `${formula};`
    })
    .join('\n')
    .concat(
      /function gates/.test(text) ? '' : '\nstatic void gates(double, const double*, const double*, double*) {}\n',
    )
}
