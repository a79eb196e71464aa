/**
 * The services that some tests need: PostgreSQL, Mosquitto, Chromium. Vitest calls `setup` before a run; nothing is
 * started until a test asks with `testPostgres()`, `testMosquitto()` or `testChromium()`, and whatever was started stops
 * when the run ends, however it ends. On Debian, as root, what is missing is installed with apt-get first
 * (COUNTERPART_TEST_INSTALL=no forbids it). TEST_DATABASE_URL, TEST_MQTT_URL and TEST_CHROMIUM name services to use
 * instead.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

/** A service that is there, or a line that says why it is not: print it and skip. */
export type Service<What> = What | { readonly skipped: string }

/** The URL of a fresh, empty PostgreSQL database. */
export const testPostgres = (): Promise<Service<{ readonly url: string }>> => ask('postgresql')

/** The URL of a Mosquitto broker on a free port of 127.0.0.1, e.g. `mqtt://127.0.0.1:41883`; one per run. */
export const testMosquitto = (): Promise<Service<{ readonly url: string }>> => ask('mosquitto')

/** The path of a Chromium or Chrome that playwright-core can drive. */
export const testChromium = (): Promise<Service<{ readonly path: string }>> => ask('chromium')

/** Vitest's global set-up: see `vitest.config.ts`. Returns the teardown. */
export async function setup(): Promise<() => Promise<void>> {
  return startTestServices()
}

/**
 * Makes the three questions above answerable in this process and its children; returns the way to stop it all. `fsync`
 * lets PostgreSQL wait for the disk, as benchmarks must; the tests kill programs, not the machine, and need not wait.
 */
export async function startTestServices(options: { readonly fsync?: boolean } = {}): Promise<() => Promise<void>> {
  const services = new TestServices(options.fsync ?? false)
  const server = createHttpServer((request, response) => {
    const answer = (body: object): void => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    }
    services.answer((request.url ?? '').slice(1)).then(answer, (error: unknown) => answer({ skipped: reason(error) }))
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  server.unref()
  process.env[addressVariable] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return async () => {
    delete process.env[addressVariable]
    server.closeAllConnections()
    server.close()
    await services.stop()
  }
}

const addressVariable = 'COUNTERPART_TEST_SERVICES'
const run = promisify(execFile)

async function ask<What>(service: string): Promise<Service<What>> {
  const address = process.env[addressVariable]
  if (address === undefined) return { skipped: `${service}: no test services in this run (scripts/test-services.ts)` }
  // Installing may take minutes, longer than fetch waits by default for an answer; so ask again until it is there.
  for (;;) {
    const response = await fetch(`${address}/${service}`)
    const answer = (await response.json()) as Service<What> | { readonly later: true }
    if (!('later' in (answer as object))) return answer as Service<What>
  }
}

class TestServices {
  readonly #stops: (() => Promise<void>)[] = []
  readonly #begun = new Map<string, Promise<string>>()
  readonly #fsync: boolean
  #updated: Promise<unknown> | undefined
  #installing: Promise<unknown> = Promise.resolve()
  #databases = 0

  constructor(fsync: boolean) {
    this.#fsync = fsync
  }

  /** Starts what is asked for, once, and says where it is. Answers `later` when that takes long. */
  async answer(service: string): Promise<object> {
    const start = {
      postgresql: () => this.#postgresql(),
      mosquitto: () => this.#mosquitto(),
      chromium: () => this.#chromium(),
    }[service]
    if (start === undefined) throw new Error(`there is no test service "${service}"`)
    let begun = this.#begun.get(service)
    if (begun === undefined) {
      begun = start()
      this.#begun.set(service, begun)
    }
    const where = await Promise.race([
      begun,
      new Promise<undefined>((resolve) => setTimeout(resolve, 60_000, undefined).unref()),
    ])
    if (where === undefined) return { later: true }
    if (service === 'postgresql') return { url: await this.#freshDatabase(where) }
    return service === 'chromium' ? { path: where } : { url: where }
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop()
  }

  async #postgresql(): Promise<string> {
    const given = process.env.TEST_DATABASE_URL
    if (given) return given
    let bin = await postgresBin()
    if (bin === undefined) {
      await this.#install('postgresql')
      bin = await postgresBin()
    }
    if (bin === undefined)
      throw new Error('skipped: PostgreSQL not found (no initdb on the PATH or in /usr/lib/postgresql)')
    const directory = await mkdtemp(join(tmpdir(), 'counterpart-postgresql-'))
    const data = join(directory, 'data')
    // PostgreSQL refuses to run as root.
    const as = await unprivileged('postgres')
    if (as.length > 0) await run('chown', ['postgres', directory])
    await chmod(directory, 0o700)
    const make = [
      join(bin, 'initdb'),
      '-D',
      data,
      '-U',
      'counterpart',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ]
    const port = await freePort()
    const server = [join(bin, 'postgres'), '-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', directory]
    const wait = this.#fsync ? [] : ['-c', 'fsync=off']
    this.#supervise([...as, ...server, ...wait], 'INT', directory, [...as, ...make])
    await reachable(port, 'PostgreSQL', directory)
    const url = `postgresql://counterpart@127.0.0.1:${port}/postgres`
    // The port opens a moment before queries are answered.
    for (const deadline = Date.now() + 30_000; ; ) {
      const client = new pg.Client({ connectionString: url })
      try {
        await client.connect()
        await client.query('SELECT 1')
        return url
      } catch (error) {
        if (Date.now() > deadline) throw error
      } finally {
        await client.end().catch(() => undefined)
      }
    }
  }

  async #freshDatabase(url: string): Promise<string> {
    const name = `counterpart_${process.pid}_${++this.#databases}`
    const administrate = async (sql: string): Promise<void> => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        await client.query(sql)
      } finally {
        await client.end()
      }
    }
    await administrate(`CREATE DATABASE ${name}`)
    // The run's own cluster is deleted as a whole.
    if (process.env.TEST_DATABASE_URL)
      this.#stops.push(() => administrate(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    const fresh = new URL(url)
    fresh.pathname = `/${name}`
    return fresh.href
  }

  async #mosquitto(): Promise<string> {
    const given = process.env.TEST_MQTT_URL
    if (given) return given
    let path = find('mosquitto')
    if (path === undefined) {
      await this.#install('mosquitto')
      path = find('mosquitto')
    }
    if (path === undefined) throw new Error('skipped: Mosquitto not found (no mosquitto on the PATH)')
    const directory = await mkdtemp(join(tmpdir(), 'counterpart-mosquitto-'))
    await chmod(directory, 0o755)
    const port = await freePort()
    const settings = join(directory, 'mosquitto.conf')
    await writeFile(settings, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n`)
    this.#supervise([path, '-c', settings], 'TERM', directory)
    await reachable(port, 'Mosquitto', directory)
    return `mqtt://127.0.0.1:${port}`
  }

  async #chromium(): Promise<string> {
    const given = process.env.TEST_CHROMIUM
    if (given) return given
    const known = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    let path = known.map(find).find((found) => found !== undefined)
    if (path === undefined) {
      await this.#install('chromium')
      path = find('chromium')
    }
    if (path === undefined) throw new Error(`skipped: Chromium not found (none of ${known.join(', ')} on the PATH)`)
    return path
  }

  /**
   * Runs a service under a shell in a process group of its own. The shell waits for the end of its standard input, which
   * comes when this process closes it or dies in whatever way, then stops the service and removes its directory. What
   * `prepare` runs comes first, under the same shell, so that it leaves nothing behind either.
   * The signal is repeated because a service that is only starting ignores it.
   */
  #supervise(
    service: readonly string[],
    signal: 'INT' | 'TERM',
    directory: string,
    prepare: readonly string[] = ['true'],
  ): void {
    const prepared = prepare.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
    const script = `directory=$1; shift
      ${prepared} </dev/null >"$directory/prepared" 2>&1
      "$@" </dev/null >"$directory/log" 2>&1 &
      service=$!
      cat >/dev/null
      while kill -${signal} $service 2>/dev/null; do sleep 0.1; done
      wait $service
      rm -rf "$directory"`
    const shell: ChildProcess = spawn('sh', ['-c', script, 'sh', directory, ...service], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
    shell.unref()
    const input = shell.stdin as unknown as { unref?: () => void; end: () => void }
    input.unref?.()
    this.#stops.push(async () => {
      shell.ref()
      input.end()
      await ended
    })
  }

  /** Installs a Debian package, or throws a line that says why it may not. */
  async #install(name: string): Promise<void> {
    const why = !existsSync('/etc/debian_version')
      ? 'not a Debian system'
      : process.getuid?.() !== 0
        ? 'not root, so it cannot be installed'
        : process.env.COUNTERPART_TEST_INSTALL === 'no'
          ? 'COUNTERPART_TEST_INSTALL=no'
          : undefined
    const label = { postgresql: 'PostgreSQL', mosquitto: 'Mosquitto', chromium: 'Chromium' }[name] ?? name
    if (why !== undefined) throw new Error(`skipped: ${label} not found (${why})`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...words: string[]): Promise<unknown> =>
      run('apt-get', ['-q', '-y', ...words], { env, maxBuffer: 1 << 28 })
    const before = this.#installing
    this.#installing = (async () => {
      await before.catch(() => undefined)
      process.stderr.write(`installing Debian's ${name} for the tests …\n`)
      this.#updated ??= apt('update')
      await this.#updated
      await withoutStartingServices(() => apt('install', '--no-install-recommends', name))
    })()
    try {
      await this.#installing
    } catch (error) {
      throw new Error(`skipped: ${label} not found (apt-get install ${name} failed: ${reason(error)})`)
    }
  }
}

/** Debian starts a service when its package is installed; the tests want their own. invoke-rc.d asks policy-rc.d. */
async function withoutStartingServices(work: () => Promise<unknown>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    if (ours) await rm(policy, { force: true })
  }
}

async function postgresBin(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? (await readdir(root)).sort((a, b) => Number(b) - Number(a)) : []
  const debian = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  return debian ?? find('initdb')?.replace(/\/initdb$/, '')
}

/** The words that go before a command so that it runs as `user` when we are root. */
async function unprivileged(user: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return []
  const users = await readFile('/etc/passwd', 'utf8')
  if (!users.split('\n').some((line) => line.startsWith(`${user}:`)))
    throw new Error(`skipped: PostgreSQL not found (it must not run as root, and there is no user "${user}")`)
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--']
}

function find(name: string): string | undefined {
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return places.map((place) => join(place, name)).find((path) => existsSync(path))
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Resolves when something listens on the port; after 30 s throws with the end of the service's log. */
async function reachable(port: number, label: string, directory: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    if (Date.now() > deadline) {
      const log = await readFile(join(directory, 'log'), 'utf8').catch(() => '')
      throw new Error(`skipped: ${label} did not start (${log.slice(-400).trim()})`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
