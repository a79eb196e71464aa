import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@counterpart/governance'
import { type RunningServer, type ServerOptions, startServer } from '../src/index.ts'

/** A whole platform of its own for a test, on loopback and free ports, without web app and sandbox unless asked for. */
export interface TestServer {
  readonly server: RunningServer
  readonly directory: string
  /** Calls the API as somebody with this role. */
  as(role: string, lasting?: Lasting): Promise<Caller>
  /** Calls the API with an account of its own, in its first role. */
  asAccount(username: string, lasting?: Lasting): Promise<Caller>
  /** Closes it and starts it again on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** How long somebody stays signed in, in milliseconds; a day unless told. */
interface Lasting {
  readonly lifetime?: number
}

export interface Caller {
  get(path: string): Promise<{ status: number; body: never }>
  post(path: string, body: unknown): Promise<{ status: number; body: never }>
  /** Any method, with a body of any type; the answer as text. */
  send(method: string, path: string, body?: string, contentType?: string): Promise<{ status: number; text: string }>
  readonly token: string
}

export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-server-'))
  const start = () =>
    startServer({
      dataDirectory: directory,
      port: 0,
      mllpPort: 0,
      mqttPort: 0,
      sandboxPatients: 0,
      webApp: false,
      ...options,
    })
  let server = await start()
  const callerFor = async (principal: Principal, lasting: Lasting = {}): Promise<Caller> => {
    const { token } = await server.platform.sessions.issueToken(principal, { label: 'test', ...lasting })
    const send: Caller['send'] = async (method, path, body, contentType = 'application/json') => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
        ...(body === undefined ? {} : { body }),
      })
      return { status: response.status, text: await response.text() }
    }
    const call = async (method: string, path: string, body?: unknown) => {
      const given = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const { status, text } = await send(method, path, given)
      return { status, body: (text === '' ? null : JSON.parse(text)) as never }
    }
    return { token, send, get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) }
  }
  return {
    get server() {
      return server
    },
    directory,
    as: async (role, lasting) => {
      const { accounts } = server.platform
      const account = (await accounts.withRole(role as never))!
      return callerFor(await accounts.principal(account.username, role as never), lasting)
    },
    asAccount: async (username, lasting) => callerFor(await server.platform.accounts.principal(username), lasting),
    restart: async () => {
      await server.close()
      server = await start()
    },
    close: async () => {
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A port that nobody listens on, for what must know its own address before it starts. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Sends HL7 v2 messages over MLLP and returns their acknowledgements, in order. */
export async function sendHl7(port: number, messages: readonly string[]): Promise<string[]> {
  const socket = connect({ host: '127.0.0.1', port })
  const answers: string[] = []
  let buffer = ''
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      buffer += chunk.toString('latin1')
      for (let end = buffer.indexOf('\x1c\r'); end >= 0; end = buffer.indexOf('\x1c\r')) {
        answers.push(buffer.slice(buffer.indexOf('\x0b') + 1, end))
        buffer = buffer.slice(end + 2)
      }
      if (answers.length === messages.length) {
        socket.end()
        resolve(answers)
      }
    })
    for (const message of messages) socket.write(`\x0b${message}\x1c\r`)
  })
}

/** HL7 v2 ORU^R01 with vital signs of a patient; times in milliseconds. */
export function vitalSigns(options: {
  readonly control: string
  readonly record: string
  readonly at: number
  readonly values: Readonly<Record<string, readonly [value: number, unit: string]>>
}): string {
  const at = `${new Date(options.at).toISOString().replace(/[-:T]/g, '').replace('Z', '')}+0000`
  return [
    `MSH|^~\\&|MONITOR|WARD|COUNTERPART|HOUSE|${at}||ORU^R01^ORU_R01|${options.control}|P|2.5.1`,
    `PID|1||${options.record}^^^HOUSE&2.999.7&ISO^MR||Example^${options.record}||19600101|F`,
    `OBR|1|||29274-8^Vital signs^LN|||${at}`,
    ...Object.entries(options.values).map(
      ([code, [value, unit]], i) => `OBX|${i + 1}|NM|${code}^^LN||${value}|${unit}^^UCUM|||||F|||${at}`,
    ),
    '',
  ].join('\r')
}
