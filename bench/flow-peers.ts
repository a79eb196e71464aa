// Other programs that simulate a queue, for comparison: SimPy and Ciw in a Python of their own, simmer in the R there is.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Queue } from './flow-queue.ts'

/** What a program says of its run. */
interface PeerRun {
  /** Of CPU time, the simulation and its records only. */
  readonly seconds: number
  readonly customers: number
  readonly wait: number
  readonly version: string
}

export interface QueuePeer {
  readonly name: string
  /** How many times faster we are to be. */
  readonly target: number
  /** Customers of a measured run: as many as take it some seconds. */
  readonly customers: number
  run(queue: Queue, customers: number, seed: number): PeerRun
}

const rscript = 'Rscript'
const pythonPackages = ['simpy==4.1.2', 'ciw==3.2.7']

/** Those that could be set up, and why the others could not. Python packages are installed once, into a cache folder. */
export function queuePeers(): { readonly peers: readonly QueuePeer[]; readonly skipped: readonly string[] } {
  const peers: QueuePeer[] = []
  const skipped: string[] = []
  const python = pythonWithPackages()
  if ('why' in python) skipped.push(`SimPy: ${python.why}`, `Ciw: ${python.why}`)
  else
    peers.push(
      peer('SimPy', 30, 100_000, python.program, ['simpy-queue.py']),
      peer('Ciw', 45, 50_000, python.program, ['ciw-queue.py']),
    )
  const why = whyNoSimmer()
  if (why) skipped.push(`simmer: ${why}`)
  else peers.push(peer('simmer', 12, 200_000, rscript, ['simmer-queue.R']))
  return { peers, skipped }
}

function peer(name: string, target: number, customers: number, program: string, script: readonly string[]): QueuePeer {
  return {
    name,
    target,
    customers,
    run({ rate, service, servers }, count, seed) {
      const words = [rate, service, servers, count, seed].map(String)
      const out = execFileSync(program, [...script, ...words], {
        encoding: 'utf8',
        cwd: join(import.meta.dirname, 'peers'),
      })
      return JSON.parse(out) as PeerRun
    },
  }
}

function pythonWithPackages(): { readonly program: string } | { readonly why: string } {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'counterpart', 'flow-peers')
  const program = join(folder, 'bin', 'python')
  try {
    if (!existsSync(program)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', ...pythonPackages], { stdio: 'pipe', timeout: 300_000 })
    return { program }
  } catch (error) {
    return { why: reason(error) }
  }
}

/** simmer is on CRAN, not in an archive that could be put into a folder without compiling: what R finds is used. */
function whyNoSimmer(): string | undefined {
  try {
    execFileSync(rscript, ['-e', 'library(simmer)'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'Rscript not found'
    return `${reason(error)} (install.packages("simmer") or R_LIBS)`
  }
}

function reason(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: Buffer }
  return (stderr?.toString().trim().split('\n').at(-1) || message).slice(0, 200)
}
