import type { JsonObject } from '@counterpart/kernel'
import { connect, type MqttClient } from 'mqtt'
import type { Delivery } from './mllp-sender.ts'

export interface MqttCredentials {
  readonly username: string
  readonly password: string
}

export interface MqttSenderOptions {
  /** e.g. `mqtt://127.0.0.1:1883` */
  readonly url: string
  /** One login for all (a gateway: one connection), or one per device (a connection each, whose client id is the device). */
  readonly credentials?: MqttCredentials | ((device: string) => MqttCredentials)
  /** Wait before connecting again, ms. Default 1 s. */
  readonly reconnectAfter?: number
  /** Publications kept per connection while it is down; beyond, the oldest is dropped, as a wearable does. Default 2,000. */
  readonly limit?: number
  readonly onProblem?: (problem: string) => void
}

export interface MqttSender {
  /** Publishes with QoS 1; resolves when the broker has acknowledged. */
  send(device: string, topic: string, payload: JsonObject): Promise<Delivery>
  readonly pending: number
  stop(): Promise<void>
}

interface Publication {
  readonly topic: string
  readonly body: string
  readonly resolve: (delivery: Delivery) => void
}

/** Publishes for wearables; keeps what cannot be sent until the broker is back. Connects when there is something to say. */
export function startMqttSender(options: MqttSenderOptions): MqttSender {
  const connections = new Map<string, Connection>()
  let stopped = false
  return {
    send: (device, topic, payload) => {
      if (stopped) return Promise.resolve('refused')
      const each = typeof options.credentials === 'function'
      const name = each ? device : 'sandbox-gateway'
      let connection = connections.get(name)
      if (!connection) {
        const login = typeof options.credentials === 'function' ? options.credentials(device) : options.credentials
        connection = new Connection(name, options, login)
        connections.set(name, connection)
      }
      return connection.publish(topic, JSON.stringify(payload))
    },
    get pending() {
      let sum = 0
      for (const connection of connections.values()) sum += connection.pending
      return sum
    },
    stop: async () => {
      stopped = true
      await Promise.all([...connections.values()].map((connection) => connection.stop()))
    },
  }
}

/** One connection to the broker, and what waits for it. One publication is under way at a time, so order is kept. */
class Connection {
  readonly #client: MqttClient
  readonly #options: MqttSenderOptions
  #queue: Publication[] = []
  #underway: Publication | undefined

  constructor(name: string, options: MqttSenderOptions, login: MqttCredentials | undefined) {
    this.#options = options
    this.#client = connect(options.url, {
      clientId: name.slice(0, 64),
      reconnectPeriod: options.reconnectAfter ?? 1_000,
      connectTimeout: 10_000,
      // Own queue: the library's has no bound.
      queueQoSZero: false,
      resubscribe: false,
      ...login,
    })
    this.#client.on('connect', () => this.#pump())
    this.#client.on('error', (error) => options.onProblem?.(`MQTT ${options.url}: ${error.message}`))
  }

  get pending(): number {
    return this.#queue.length + (this.#underway ? 1 : 0)
  }

  publish(topic: string, body: string): Promise<Delivery> {
    return new Promise((resolve) => {
      this.#queue.push({ topic, body, resolve })
      if (this.#queue.length > (this.#options.limit ?? 2_000)) this.#queue.shift()!.resolve('refused')
      this.#pump()
    })
  }

  #pump(): void {
    // A publication under way when the connection breaks is sent again by the client, from its store.
    if (this.#underway || !this.#client.connected) return
    const next = this.#queue.shift()
    if (!next) return
    this.#underway = next
    this.#client.publish(next.topic, next.body, { qos: 1 }, (error) => {
      this.#underway = undefined
      if (error) this.#options.onProblem?.(`MQTT ${next.topic}: ${error.message}`)
      next.resolve(error ? 'refused' : 'accepted')
      this.#pump()
    })
  }

  async stop(): Promise<void> {
    for (const publication of this.#queue.splice(0)) publication.resolve('refused')
    await this.#client.endAsync(true)
    this.#underway?.resolve('refused')
    this.#underway = undefined
  }
}
