import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { Receipt } from '../receipt.ts'
import { allReadings, deviceOfTopic } from './payload.ts'
import { type ReadingIntake, takeReadings } from './take.ts'

export interface MqttClientOptions {
  /** e.g. `mqtts://broker.example:8883` */
  readonly url: string
  /** Always the same for this installation: the broker keeps for it what comes while it is away. */
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  readonly intake: ReadingIntake
  /** Largest message, in bytes. Default 256 KiB. Larger ones are refused; the broker should have a limit too. */
  readonly messageBytes?: number
  /** Topic filters; each must match only `counterpart/v1/<device>/readings`. Default: all devices. */
  readonly topics?: readonly string[]
  /** First and longest wait before connecting again, in milliseconds; it doubles in between. Default 1,000 and 60,000. */
  readonly backoff?: { readonly first: number; readonly longest: number }
  /** TLS and other settings of the MQTT library. */
  readonly connection?: Pick<IClientOptions, 'ca' | 'cert' | 'key' | 'keepalive' | 'rejectUnauthorized'>
  readonly onReading?: (receipt: Receipt, device: string) => void
  readonly onTrouble?: (what: string) => void
}

export interface MqttConnection {
  /** Resolves when it has first connected and subscribed; rejects when it is closed before. */
  readonly ready: Promise<void>
  readonly connected: boolean
  close(): Promise<void>
}

/**
 * Takes readings from an external MQTT broker. A message is acknowledged only when it is durably in the thread or in
 * the quarantine; when it can be kept in neither, the connection is dropped, and the broker sends it again to the next
 * one. Subscribes with QoS 1: with QoS 2 this side would answer for messages that it holds in memory only.
 *
 * The broker vouches for devices: its access rules must let each publish on its own topic only.
 */
export function connectMqttClient(options: MqttClientOptions): MqttConnection {
  const { intake, topics = [allReadings], messageBytes = 256 * 1024, onTrouble } = options
  const { first, longest } = options.backoff ?? { first: 1000, longest: 60_000 }
  const host = safeHost(options.url)
  const client = mqtt.connect(options.url, {
    ...options.connection,
    clientId: options.clientId,
    username: options.username,
    password: options.password,
    protocolVersion: 4,
    clean: false,
    // Subscribed below at each connection: a broker that has forgotten the session learns it anew.
    resubscribe: false,
    reconnectPeriod: first,
    connectTimeout: 10_000,
  })
  let closing = false
  /** Nothing has been kept since something could not be. */
  let troubled = false
  /** Resolves when the message in hand has been dealt with. */
  let inHand: Promise<void> = Promise.resolve()

  client.handleMessage = (packet, acknowledge) => {
    // An acknowledgement must not go out on a later connection, where its number may mean another message.
    const arrivedOn = client.stream
    const work = take(packet.topic, packet.payload)
    inHand = work.then(
      () => {
        troubled = false
        client.options.reconnectPeriod = first
        acknowledge(arrivedOn === client.stream ? undefined : new Error('the connection has changed'))
      },
      (error: Error) => {
        troubled = true
        onTrouble?.(`MQTT ${host}: not acknowledged, ${error.message}`)
        acknowledge(error)
        if (!closing && arrivedOn === client.stream) client.stream.destroy()
      },
    )
  }

  const take = async (topic: string, payload: string | Buffer): Promise<void> => {
    const device = deviceOfTopic(topic)
    if (device === undefined) {
      // Not asked for, unless a topic filter is too wide.
      onTrouble?.(`MQTT ${host}: a message on "${topic.slice(0, 200)}" was left alone`)
      return
    }
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload
    const receipt = await takeReadings(intake, device, bytes, messageBytes, `${host} ${topic}`)
    options.onReading?.(receipt, device)
  }

  const ready = new Promise<void>((resolve, reject) => {
    client.on('connect', () => {
      const subscribed = subscribe(client, topics).then(() => {
        if (!troubled) client.options.reconnectPeriod = first
        resolve()
      })
      subscribed.catch((error: Error) => {
        if (closing) return
        onTrouble?.(`MQTT ${host}: ${error.message}`)
        client.stream.destroy()
      })
    })
    client.on('end', () => reject(new Error('closed before it had connected')))
  })
  ready.catch(() => undefined)
  client.on('close', () => {
    if (!closing) client.options.reconnectPeriod = Math.min(longest, (client.options.reconnectPeriod ?? first) * 2)
  })
  client.on('error', (error) => onTrouble?.(`MQTT ${host}: ${error.message}`))

  return {
    ready,
    get connected() {
      return client.connected
    },
    async close() {
      closing = true
      await inHand
      await client.endAsync(!client.connected)
    },
  }
}

async function subscribe(client: MqttClient, topics: readonly string[]): Promise<void> {
  const granted = await client.subscribeAsync([...topics], { qos: 1 })
  const refused = granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic)
  if (refused.length > 0) throw new Error(`the broker does not let this client subscribe to ${refused.join(', ')}`)
}

function safeHost(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return 'broker'
  }
}
