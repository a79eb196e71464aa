import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { Aedes, type AuthenticateError, type Client } from 'aedes'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { IntakeError } from '../errors.ts'
import type { Receipt } from '../receipt.ts'
import { type OversizedPacket, PacketGuard } from './packet-guard.ts'
import { commandsTopic, deviceNamePattern, deviceOfTopic, statusTopic } from './payload.ts'
import { type ReadingIntake, refuse, takeReadings } from './take.ts'

/** Who asks to be let in. */
export interface MqttCredentials {
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly address: string
}

export interface MqttBrokerOptions {
  /** 0: any free port. */
  readonly port: number
  /** Also over WebSocket, on this port. 0: any free port. Left out: not. */
  readonly webSocketPort?: number
  /** Default `127.0.0.1`. There is no encryption here: put a TLS proxy before it when opening it to a network. */
  readonly host?: string
  /** Says which device this is; `undefined`: not let in. The client identifier must then be that device's name. */
  readonly authenticate: (credentials: MqttCredentials) => Promise<{ readonly device: string } | undefined>
  readonly intake: ReadingIntake
  readonly limits?: Partial<MqttBrokerLimits>
  /** Told of each message of readings, when it is durable. */
  readonly onReading?: (receipt: Receipt, device: string) => void
  /** Told of what no sender can be told. */
  readonly onTrouble?: (what: string) => void
}

export interface MqttBrokerLimits {
  /** Largest packet, in bytes. Default 256 KiB. */
  readonly packetBytes: number
  /** Largest first packet, which signs in. Default 8 KiB. */
  readonly firstPacketBytes: number
  /** Connections at one time, over TCP and over WebSocket each; more are refused. Default 1000. */
  readonly connections: number
  /** Time to sign in, in milliseconds. Default 10,000. */
  readonly signInTime: number
}

export const usualMqttBrokerLimits: MqttBrokerLimits = {
  packetBytes: 256 * 1024,
  firstPacketBytes: 8 * 1024,
  connections: 1000,
  signInTime: 10_000,
}

export interface MqttBroker {
  readonly port: number
  readonly webSocketPort: number | undefined
  /** Devices connected now. */
  readonly devices: readonly string[]
  /** Sends to a device on `counterpart/v1/<device>/commands/<command>` with QoS 1; kept for it while it is away. */
  command(device: string, command: string, payload: string): Promise<void>
  close(): Promise<void>
}

/**
 * An MQTT 3.1.1 broker for wearables. A message of readings is acknowledged (PUBACK, or PUBREC for QoS 2) only when it
 * is durably in the thread or in the quarantine. When it can be kept in neither, the connection is closed without an
 * acknowledgement, since MQTT 3.1.1 has no negative one: a device with a lasting session sends it again.
 *
 * A device publishes only on its own readings and status topics and subscribes only to its own commands; whoever tries
 * otherwise is disconnected (MQTT 3.1.1, §3.3.5) or refused the subscription.
 */
export async function startMqttBroker(options: MqttBrokerOptions): Promise<MqttBroker> {
  const limits = { ...usualMqttBrokerLimits, ...options.limits }
  const host = options.host ?? '127.0.0.1'
  const gate = new Gate(options, limits)
  // Aedes sends a PUBACK after `authorizePublish` and before it publishes, so that hook is where durability is waited for.
  const aedes = await Aedes.createBroker({
    connectTimeout: limits.signInTime,
    // MQTT 3.1 (not 3.1.1) limits client identifiers to 23 characters; devices' names are longer.
    maxClientsIdLength: 64,
    preConnect: (client, packet, done) => {
      gate.connecting(client, packet.will?.topic)
      done(null, true)
    },
    authenticate: (client, username, password, done) => {
      gate.signIn(client, username ?? '', password?.toString('utf8') ?? '').then(
        (device) => (device === undefined ? done(notAuthorized(), false) : done(null, true)),
        (error: Error) => {
          options.onTrouble?.(`MQTT sign-in: ${error.message}`)
          done(unavailable(), false)
        },
      )
    },
    authorizePublish: (client, packet, done) => {
      if (!client) return done()
      // Nothing of a patient stays in the broker's memory for later subscribers.
      packet.retain = false
      gate.publish(client, packet.topic, packet.payload).then(() => done(), done)
    },
    authorizeSubscribe: (client, subscription, done) => {
      done(null, gate.maySubscribe(client, subscription.topic) ? subscription : null)
    },
  })
  aedes.on('clientError', (client, error) => gate.failed(client, error))
  aedes.on('connectionError', (client, error) => gate.failed(client, error))
  aedes.on('clientDisconnect', (client) => gate.left(client))

  const accept = (connection: Duplex): void => {
    const guard: PacketGuard = new PacketGuard(
      connection,
      { first: limits.firstPacketBytes, later: limits.packetBytes },
      (packet) => gate.oversized(client, packet),
    )
    guard.on('error', () => undefined)
    const client: Client = aedes.handle(guard)
    gate.opened(client, guard)
  }

  const tcp = createServer({ noDelay: true }, accept)
  tcp.maxConnections = limits.connections
  tcp.on('drop', () => options.onTrouble?.(`MQTT: more than ${limits.connections} connections; one was refused`))
  const port = await listen(tcp, options.port, host)
  const webSocket =
    options.webSocketPort === undefined
      ? undefined
      : await acceptWebSockets(options.webSocketPort, host, limits, accept)

  return {
    port,
    webSocketPort: webSocket?.port,
    get devices() {
      return gate.devices
    },
    command: (device, command, payload) =>
      new Promise((resolve, reject) => {
        const topic = `${commandsTopic(device)}/${command}`
        aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        )
      }),
    async close() {
      const closed = [once(tcp), webSocket?.close()]
      await gate.finish()
      await new Promise<void>((resolve) => aedes.close(resolve))
      await Promise.all(closed)
    },
  }
}

interface Visitor {
  readonly guard: PacketGuard
  device: string | undefined
  willTopic: string | undefined
  /** Resolves when all its messages so far have been kept; acknowledgements go out in the order of the messages (§4.6). */
  kept: Promise<void>
}

/** Who is here, what each may do, and what becomes of what they send. */
class Gate {
  readonly #options: MqttBrokerOptions
  readonly #limits: MqttBrokerLimits
  readonly #visitors = new Map<Client, Visitor>()
  readonly #waiting = new WeakMap<Client, string | undefined>()

  constructor(options: MqttBrokerOptions, limits: MqttBrokerLimits) {
    this.#options = options
    this.#limits = limits
  }

  get devices(): readonly string[] {
    return [...this.#visitors.values()].flatMap(({ device }) => device ?? [])
  }

  opened(client: Client, guard: PacketGuard): void {
    this.#visitors.set(client, { guard, device: undefined, willTopic: undefined, kept: Promise.resolve() })
    guard.once('close', () => {
      const visitor = this.#visitors.get(client)
      void visitor?.kept.catch(() => undefined).then(() => this.#visitors.delete(client))
    })
  }

  connecting(client: Client, willTopic: string | undefined): void {
    this.#waiting.set(client, willTopic)
  }

  async signIn(client: Client, username: string, password: string): Promise<string | undefined> {
    const visitor = this.#visitors.get(client)
    const willTopic = this.#waiting.get(client)
    this.#waiting.delete(client)
    if (!visitor) return undefined
    const identity = await this.#options.authenticate({
      clientId: client.id,
      username,
      password,
      address: visitor.guard.address,
    })
    if (!identity || !deviceNamePattern.test(identity.device)) return undefined
    // One session per device, under its own name: nobody can take over or pile up sessions of others.
    if (client.id !== identity.device) return undefined
    if (willTopic !== undefined && willTopic !== statusTopic(identity.device)) return undefined
    visitor.device = identity.device
    return identity.device
  }

  maySubscribe(client: Client, topic: string): boolean {
    const device = this.#visitors.get(client)?.device
    if (device === undefined) return false
    const own = commandsTopic(device)
    return topic === own || topic.startsWith(`${own}/`)
  }

  /** Resolves when the message may be acknowledged. */
  publish(client: Client, topic: string, payload: string | Buffer): Promise<void> {
    const visitor = this.#visitors.get(client)
    const device = visitor?.device
    if (!visitor || device === undefined) return Promise.reject(new Expected('nobody has signed in'))
    if (topic === statusTopic(device)) return visitor.kept
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload
    const work =
      deviceOfTopic(topic) === device
        ? this.#take(visitor, device, bytes)
        : this.#notAllowed(visitor, device, topic, bytes)
    const before = visitor.kept
    visitor.kept = work.then(() => before)
    // Whoever waits for it also hears of the failure; nobody may be waiting.
    visitor.kept.catch(() => undefined)
    return visitor.kept
  }

  /** A packet was larger than its sender may send. */
  oversized(client: Client, { declaredBytes, allowedBytes, beginning }: OversizedPacket): void {
    const visitor = this.#visitors.get(client)
    const what = `a packet of ${declaredBytes} bytes was announced, ${allowedBytes} are allowed`
    this.#report(
      visitor,
      new IntakeError('too-large', what, {
        expected: `at most ${allowedBytes} bytes`,
        mend: 'send fewer readings in one message',
      }),
      beginning,
      declaredBytes,
    )
  }

  /** The broker gave a connection up. */
  failed(client: Client, error: Error): void {
    if (error instanceof Expected || error instanceof IntakeError || 'code' in error || 'errorCode' in error) return
    // What is left is what the parser or the protocol's rules did not allow, and what happens in peace.
    if (/keep alive|drain timeout|connection closed|in time|premature/i.test(error.message)) return
    const visitor = this.#visitors.get(client)
    const reason = new IntakeError('malformed', `this is not MQTT 3.1.1: ${error.message}`, {
      expected: 'packets as in the standard',
      mend: 'check the client library',
    })
    this.#report(visitor, reason, visitor?.guard.recent ?? new Uint8Array(), visitor?.guard.recent.length ?? 0)
  }

  left(client: Client): void {
    const visitor = this.#visitors.get(client)
    if (visitor) visitor.guard.destroy()
  }

  /** Lets the messages in hand become durable and be acknowledged, and closes all connections. */
  async finish(): Promise<void> {
    const visitors = [...this.#visitors.values()]
    for (const { guard } of visitors) guard.stopReading()
    await Promise.allSettled(visitors.map(({ kept }) => kept))
    await Promise.all(visitors.map(({ guard }) => guard.finish()))
  }

  async #take(visitor: Visitor, device: string, bytes: Uint8Array): Promise<void> {
    try {
      const receipt = await takeReadings(
        this.#options.intake,
        device,
        bytes,
        this.#limits.packetBytes,
        visitor.guard.address,
      )
      this.#options.onReading?.(receipt, device)
    } catch (error) {
      this.#options.onTrouble?.(`MQTT ${device}: not acknowledged, ${(error as Error).message}`)
      throw error
    }
  }

  async #notAllowed(visitor: Visitor, device: string, topic: string, bytes: Uint8Array): Promise<void> {
    const reason = new IntakeError('not-supported', `device "${device}" may not publish on "${topic.slice(0, 200)}"`, {
      location: 'topic',
      expected: `counterpart/v1/${device}/readings or …/status`,
      mend: 'publish on its own topic',
    })
    this.#options.onTrouble?.(`MQTT ${device}: ${reason.message}`)
    await refuse(this.#options.intake, reason, bytes, { system: `mqtt:${device}`, address: visitor.guard.address })
    throw new Expected(reason.message)
  }

  /** Known devices' mistakes go to the quarantine; strangers must not fill it. */
  #report(visitor: Visitor | undefined, reason: IntakeError, bytes: Uint8Array, totalBytes: number): void {
    const device = visitor?.device
    const address = visitor?.guard.address ?? ''
    this.#options.onTrouble?.(`MQTT ${device ?? 'unknown'} ${address}: ${reason.message}`)
    if (device === undefined) return
    refuse(this.#options.intake, reason, bytes, { system: `mqtt:${device}`, address }, totalBytes).catch(
      (error: Error) => this.#options.onTrouble?.(`MQTT ${device}: ${error.message}`),
    )
  }
}

/** Ends a connection for a reason that has been dealt with already. */
class Expected extends Error {}

function notAuthorized(): AuthenticateError {
  return Object.assign(new Error('bad user name, password or client identifier'), {
    returnCode: 4 as AuthenticateError['returnCode'],
  })
}

function unavailable(): AuthenticateError {
  return Object.assign(new Error('sign-in is not possible at present'), {
    returnCode: 3 as AuthenticateError['returnCode'],
  })
}

async function acceptWebSockets(
  port: number,
  host: string,
  limits: MqttBrokerLimits,
  accept: (connection: Duplex) => void,
) {
  const http = createHttpServer((_request, response) => response.writeHead(426, { upgrade: 'websocket' }).end())
  http.maxConnections = limits.connections
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: limits.packetBytes + 16,
    perMessageDeflate: false,
    // MQTT 3.1.1, §6: the subprotocol is "mqtt".
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })
  sockets.on('connection', (socket) => accept(createWebSocketStream(socket)))
  const actual = await listen(http, port, host)
  return {
    port: actual,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      const closed = once(http)
      http.closeAllConnections()
      await closed
    },
  }
}

function once(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
