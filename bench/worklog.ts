import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Measurement, table } from '../scripts/measure.ts'
import { type LogSize, writeLog } from './worklog-log.ts'

// `node bench/worklog.ts DAYS` measures a shorter log and writes nothing.

const year: LogSize = { providers: 60, days: 365 }
/** For peers that hold a whole log in memory. */
const weeks: LogSize = { providers: 60, days: 14 }
const allowed = 300
const pandas = ['pandas==2.3.3']

/** A year of audit log of 60 physicians by the command line, beside the same by hand in C++, and pandas on two weeks. */
export async function bench(): Promise<Measurement[]> {
  return measureLog(year)
}

export function measureLog(size: LogSize): Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-worklog-bench-'))
  const stop = () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(1)
  }
  process.once('SIGINT', stop)
  try {
    const log = join(folder, 'log.csv')
    writeLog(log, size, 1)
    const bytes = statSync(log).size
    const ours = runOurs(folder, log, 2)
    const rows = ownRows(size, bytes, ours)
    rows.push(...besideCpp(folder, log, ours, size))
    rmSync(log)
    return [...rows, besidePandas(folder)]
  } finally {
    process.off('SIGINT', stop)
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly seconds: number
  readonly cpu: number
  /** MiB, the whole process at its most. */
  readonly memory: number
  readonly totals: Totals
}

/** Of all people: what must agree between programs. */
interface Totals {
  readonly events: number
  readonly duplicates: number
  /** Milliseconds at the screen. */
  readonly active: number
  readonly switches: number
  readonly done: number
  readonly pairs: number
}

/** The command as anybody calls it; it says at its end what it took. */
function runOurs(folder: string, log: string, workers: number): Run {
  const told = join(folder, 'told.json')
  const tell = `data:text/javascript,${encodeURIComponent(
    `import { isMainThread } from 'node:worker_threads'
     import { writeFileSync } from 'node:fs'
     if (isMainThread) process.on('exit', () => {
       const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
       writeFileSync(${JSON.stringify(told)}, JSON.stringify({ memory: maxRSS / 1024, cpu: (systemCPUTime + userCPUTime) / 1e6 }))
     })`,
  )}`
  const main = join(import.meta.dirname, '../apps/cli/src/main.ts')
  const words = ['workload', 'measures', log, '--json', '--by', 'week', '--workers', String(workers)]
  const began = performance.now()
  const out = execFileSync(process.execPath, ['--import', tell, main, ...words], { maxBuffer: 2 ** 29 })
  const seconds = (performance.now() - began) / 1000
  const said = JSON.parse(readFileSync(told, 'utf8')) as { memory: number; cpu: number }
  return { seconds, ...said, totals: totalsOf(JSON.parse(out.toString())) }
}

interface Said {
  readonly log: { readonly events: number; readonly duplicates: number }
  readonly providers: readonly {
    readonly periods: readonly {
      readonly measures: Readonly<Record<string, { readonly numerator: number; readonly denominator: number }>>
    }[]
  }[]
}

function totalsOf({ log, providers }: Said): Totals {
  const sum = (name: string, part: 'numerator' | 'denominator') =>
    providers.flatMap(({ periods }) => periods).reduce((all, { measures }) => all + measures[name]![part], 0)
  return {
    events: log.events,
    duplicates: log.duplicates,
    active: Math.round(sum('task-switching', 'denominator') * 3_600_000),
    switches: Math.round(sum('task-switching', 'numerator')),
    done: Math.round(sum('done', 'numerator')),
    pairs: sum('action-entropy', 'denominator'),
  }
}

function ownRows({ days, providers }: LogSize, bytes: number, { cpu, memory, seconds, totals }: Run): Measurement[] {
  const { events } = totals
  const whole = days === year.days
  const what = `${providers} physicians, ${days} days`
  return [
    {
      name: `worklog: measures of ${what}`,
      value: Number(seconds.toFixed(1)),
      unit: 's',
      ...(whole ? { target: `≤ ${allowed}`, met: seconds <= allowed } : {}),
      note: `\`workload measures --by week\` on 2 threads (${availableParallelism()} processors): ${events.toLocaleString('en-GB')} events, ${(bytes / 1e9).toFixed(2)} GB`,
    },
    {
      name: 'worklog: events a second',
      value: Math.round(events / seconds),
      unit: 'events/s',
      note: `${cpu.toFixed(1)} s of processor time`,
    },
    {
      name: 'worklog: memory',
      value: Math.round(memory),
      unit: 'MiB',
      target: '< 1024',
      met: memory < 1024,
      note: 'resident, the whole process at its most',
    },
  ]
}

/** Both read the same file; the first reading warms the system's cache for neither, it was just written. */
function besideCpp(folder: string, log: string, ours: Run, { days }: LogSize): Measurement[] {
  const name = 'worklog: processor time, C++ -O2 relative to ours'
  const program = join(folder, 'worklog')
  try {
    execFileSync('g++', ['-O2', '-o', program, join(import.meta.dirname, 'worklog.cpp')], { stdio: 'pipe' })
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const why = missing ? 'g++ not found' : `g++ failed: ${(error as Error).message}`
    return [{ name, value: Number.NaN, unit: '1', note: `skipped: ${why}` }]
  }
  const began = performance.now()
  const { cpu, ...totals } = JSON.parse(execFileSync(program, [log], { encoding: 'utf8' })) as Totals & { cpu: number }
  const seconds = (performance.now() - began) / 1000
  const agree = Object.entries(ours.totals).every(([key, value]) => totals[key as keyof Totals] === value)
  return [
    {
      name,
      value: Number((cpu / ours.cpu).toFixed(3)),
      unit: '1',
      // A short log is mostly our start.
      ...(days === year.days ? { target: '≥ 0.2', met: cpu / ours.cpu >= 0.2 } : {}),
      note: `the same reduction by hand on one thread: ${cpu.toFixed(1)} s of processor time, ${seconds.toFixed(1)} s by the clock`,
    },
    {
      name: 'worklog: totals agree with C++',
      value: agree ? 'yes' : 'no',
      unit: '',
      target: 'yes',
      met: agree,
      note: `events, duplicates, milliseconds at the screen (${(totals.active / 3.6e6).toFixed(0)} h), switches, messages, pairs of actions`,
    },
  ]
}

/** Time at the screen in pandas, as an analyst would write it, on a log that it can hold. */
function besidePandas(folder: string): Measurement {
  const name = 'worklog: two weeks, times as fast as pandas'
  const python = pythonWithPandas()
  if ('why' in python) return { name, value: Number.NaN, unit: '1', note: `skipped: pandas: ${python.why}` }
  const log = join(folder, 'weeks.csv')
  writeLog(log, weeks, 2)
  const script = join(import.meta.dirname, 'peers/worklog-pandas.py')
  const theirs = JSON.parse(execFileSync(python.program, [script, log], { encoding: 'utf8' })) as {
    seconds: number
    memory: number
    version: string
    active: number
  }
  const ours = runOurs(folder, log, 2)
  const agree = Math.abs(theirs.active - ours.totals.active) <= 1e-6 * ours.totals.active
  return {
    name: `${name} ${theirs.version}`,
    value: Number((theirs.seconds / ours.seconds).toFixed(1)),
    unit: '1',
    met: agree,
    note: `by the clock, with our start: ${theirs.seconds.toFixed(1)} s and ${Math.round(theirs.memory)} MiB against ${ours.seconds.toFixed(1)} s and ${Math.round(ours.memory)} MiB; pandas takes time by activity only; totals ${agree ? 'agree' : 'differ'}`,
  }
}

function pythonWithPandas(): { readonly program: string } | { readonly why: string } {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'counterpart', 'worklog-peers')
  const program = join(folder, 'bin', 'python')
  try {
    if (!existsSync(program)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', ...pandas], { stdio: 'pipe', timeout: 300_000 })
    return { program }
  } catch (error) {
    return { why: (error as Error).message.split('\n')[0]! }
  }
}

if (import.meta.main) console.log(table(measureLog({ ...year, days: Number(process.argv[2] ?? 14) })))
