import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { openAdministration } from '@counterpart/server'
import { allocation, pinnedFlags } from '../../bin/pinned-node.js'

const cli = join(import.meta.dirname, '../../apps/cli/src/main.ts')

/** A server in a process of its own, as people run it, on free ports of loopback. */
export interface ServerProcess {
  readonly process: ChildProcess
  readonly ports: Ports
  readonly url: string
  /** A bearer token that acts with the role. */
  token(role: string): Promise<string>
  /** Resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface Ports {
  readonly http: number
  readonly mllp: number
  readonly mqtt: number
}

export async function freePorts(): Promise<Ports> {
  return { http: await freePort(), mllp: await freePort(), mqtt: await freePort() }
}

/** Starts it and waits until it says that it runs. Rejects with what it said when it ends before. */
export async function startServerProcess(options: {
  readonly directory: string
  readonly ports: Ports
  readonly databaseUrl?: string
  /** Further options of `counterpart serve`. */
  readonly serve?: readonly string[]
}): Promise<ServerProcess> {
  const { directory, ports, databaseUrl, serve = ['--no-sandbox', '--no-web'] } = options
  const { DATABASE_URL: _, ...environment } = process.env
  const numbers = ['--port', ports.http, '--mllp-port', ports.mllp, '--mqtt-port', ports.mqtt].map(String)
  const server = spawn(
    process.execPath,
    // As in bin/counterpart.js.
    [...pinnedFlags, '--max-semi-space-size=4', cli, 'serve', '--data', directory, ...numbers, ...serve],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        ...allocation,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      },
    },
  )
  await new Promise<void>((resolve, reject) => {
    let said = ''
    server.stdout.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('is running at')) resolve()
    })
    server.stderr.on('data', (chunk: Buffer) => (said += chunk))
    server.once('exit', (code, signal) => reject(new Error(`the server ended with ${code ?? signal}:\n${said}`)))
  })
  return {
    process: server,
    ports,
    url: `http://127.0.0.1:${ports.http}`,
    token: async (role) => {
      const administration = await openAdministration(directory)
      try {
        return await administration.issueToken(role, 24 * 3_600_000, 'measurement')
      } finally {
        await administration.close()
      }
    },
    stop: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        if (server.exitCode !== null || server.signalCode !== null) resolve()
        else {
          server.once('exit', () => resolve())
          server.kill(signal)
        }
      }),
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
