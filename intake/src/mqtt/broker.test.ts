import fc from 'fast-check'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MqttBroker, startMqttBroker } from './broker.ts'
import {
  accepted,
  closed,
  connectPacket,
  deferred,
  packet,
  rawConnection,
  readings,
  refusal,
  TestIntake,
} from './mqtt.test-data.ts'

let intake: TestIntake
let broker: MqttBroker
let troubles: string[]
const clients: MqttClient[] = []

beforeEach(async () => {
  intake = new TestIntake()
  troubles = []
  broker = await startMqttBroker({
    port: 0,
    webSocketPort: 0,
    intake,
    authenticate: async ({ username, password }) =>
      password === `secret of ${username}` ? { device: username } : undefined,
    limits: { packetBytes: 4096, firstPacketBytes: 512 },
    onTrouble: (what) => troubles.push(what),
  })
})

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)))
  await broker.close()
})

const url = (): string => `mqtt://127.0.0.1:${broker.port}`

async function device(name: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(options.protocol === 'ws' ? `ws://127.0.0.1:${broker.webSocketPort}` : url(), {
    clientId: name,
    username: name,
    password: `secret of ${name}`,
    clean: false,
    reconnectPeriod: 10,
    ...options,
  })
  client.on('error', () => undefined)
  clients.push(client)
  return client
}

const publish = (client: MqttClient, sequence: number, qos: 0 | 1 | 2 = 1, name = client.options.clientId!) =>
  client.publishAsync(`counterpart/v1/${name}/readings`, readings(name, sequence), { qos })

const once = (client: MqttClient, event: 'close' | 'connect'): Promise<void> =>
  new Promise((resolve) => client.once(event, () => resolve()))

describe('an acknowledgement', () => {
  test.each([1, 2] as const)('with QoS %i comes only when the message is durable', async (qos) => {
    const durable = deferred<typeof accepted>()
    const order: string[] = []
    const [watch, other] = [await device('watch'), await device('other')]
    intake.answer = (message) => (message.controlId === 'watch/1' ? durable.promise : Promise.resolve(accepted))
    const published = publish(watch, 1, qos).then(() => order.push('acknowledged'))
    await intake.until(() => intake.received.length === 1)
    // Another device's whole exchange fits in between: the broker would have had the time.
    await publish(other, 1, qos)
    await publish(other, 2, qos)
    order.push('durable')
    durable.resolve(accepted)
    await published
    expect(order).toEqual(['durable', 'acknowledged'])
  })

  test('is withheld when nothing can be kept; the device sends again', async () => {
    let fails = 2
    intake.answer = async () => {
      if (fails-- > 0) throw new Error('disk full')
      return accepted
    }
    const watch = await device('watch')
    let dropped = 0
    watch.on('close', () => dropped++)
    await publish(watch, 1)
    expect(dropped).toBe(2)
    expect(intake.received.map(({ controlId }) => controlId)).toEqual(['watch/1', 'watch/1', 'watch/1'])
    expect(troubles.filter((what) => what.includes('not acknowledged, disk full'))).toHaveLength(2)
  })

  test('is withheld, too, when a refused message could not be put into the quarantine', async () => {
    intake.answer = async () =>
      intake.received.length === 1
        ? { ...refusal, code: 'store-failed' }
        : intake.received.length === 2
          ? refusal
          : accepted
    const watch = await device('watch')
    await publish(watch, 1)
    expect(intake.received).toHaveLength(3)
  })

  test('is given for a message that is refused for good and kept in the quarantine', async () => {
    intake.answer = async () => ({ ...refusal, quarantineId: '1' })
    const watch = await device('watch')
    await publish(watch, 1)
    await watch.publishAsync('counterpart/v1/watch/readings', '{"broken', { qos: 1 })
    expect(intake.received).toHaveLength(1)
    expect(intake.refused).toMatchObject([{ reason: { code: 'malformed' }, peer: { system: 'mqtt:watch' } }])
    expect(watch.connected).toBe(true)
  })

  test('goes out in the order of the messages, though they are kept side by side', async () => {
    const first = deferred<typeof accepted>()
    const order: number[] = []
    const watch = await device('watch')
    intake.answer = (message) => (message.controlId === 'watch/1' ? first.promise : Promise.resolve(accepted))
    watch.stream.cork()
    const published = [1, 2, 3].map((sequence) => publish(watch, sequence).then(() => order.push(sequence)))
    watch.stream.uncork()
    await intake.until(() => intake.received.length === 3)
    first.resolve(accepted)
    await Promise.all(published)
    expect(order).toEqual([1, 2, 3])
  })

  test('is still given for messages in hand when the broker is closed', async () => {
    const durable = deferred<typeof accepted>()
    intake.answer = () => durable.promise
    const watch = await device('watch', { reconnectPeriod: 0 })
    const published = publish(watch, 1)
    await intake.until(() => intake.received.length === 1)
    const closing = broker.close()
    durable.resolve(accepted)
    await published
    await closing
  })
})

describe('a device', () => {
  test('is let in with its own password and name only', async () => {
    for (const options of [
      { password: 'guess' },
      { username: 'nobody' },
      { clientId: 'another' },
      { username: undefined, password: undefined },
    ])
      await expect(device('watch', { ...options, reconnectPeriod: 0 })).rejects.toThrow(
        /Connection refused|Not authorized|Bad username/i,
      )
    expect(broker.devices).toEqual([])
    await device('watch')
    expect(broker.devices).toEqual(['watch'])
  })

  test('that publishes on the topic of another is disconnected, and it is put on record', async () => {
    const watch = await device('watch', { reconnectPeriod: 0 })
    const gone = once(watch, 'close')
    watch.publish('counterpart/v1/other/readings', readings('other', 1), { qos: 1 })
    await gone
    expect(intake.received).toEqual([])
    expect(intake.refused).toMatchObject([
      { reason: { code: 'not-supported', location: 'topic' }, peer: { system: 'mqtt:watch' } },
    ])
  })

  test('hears its own commands and nothing else, also those sent while it was away', async () => {
    const watch = await device('watch')
    for (const topic of [
      '#',
      'counterpart/v1/+/readings',
      'counterpart/v1/other/commands/#',
      '$SYS/#',
      'counterpart/v1/watch/readings',
    ])
      await expect(watch.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow(/128|Unspecified error/)
    await watch.subscribeAsync('counterpart/v1/watch/commands/#', { qos: 1 })
    const heard: string[] = []
    const two = deferred<void>()
    watch.on('message', (topic, payload) => {
      heard.push(`${topic} ${payload}`)
      if (heard.length === 2) two.resolve()
    })
    await broker.command('watch', 'interval', '{"seconds":5}')
    const gone = once(watch, 'close')
    watch.stream.destroy()
    await gone
    await broker.command('watch', 'interval', '{"seconds":9}')
    await two.promise
    expect(heard).toEqual([
      'counterpart/v1/watch/commands/interval {"seconds":5}',
      'counterpart/v1/watch/commands/interval {"seconds":9}',
    ])
  })

  test('may leave a last will about its own status only', async () => {
    const will = (topic: string) => ({
      will: { topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false },
      reconnectPeriod: 0,
    })
    await expect(device('watch', will('counterpart/v1/other/readings'))).rejects.toThrow()
    const watch = await device('watch', will('counterpart/v1/watch/status'))
    watch.stream.destroy()
    await device('other')
    expect(intake.received).toEqual([])
  })

  test('may come over WebSocket', async () => {
    const watch = await device('watch', { protocol: 'ws' })
    await publish(watch, 1)
    expect(intake.received).toHaveLength(1)
  })

  test('that speaks MQTT 5 is told that this is MQTT 3.1.1', async () => {
    await expect(device('watch', { protocolVersion: 5, reconnectPeriod: 0 })).rejects.toThrow(
      /refused|protocol version/i,
    )
  })
})

describe('what nobody should send', () => {
  test('a packet larger than allowed ends the connection before it is collected, and is put on record', async () => {
    const socket = await rawConnection(broker.port)
    socket.write(connectPacket('watch', 'watch', 'secret of watch'))
    await new Promise((resolve) => socket.once('data', resolve))
    socket.write(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f, 0, 1, 97]))
    await closed(socket)
    await intake.until(() => intake.refused.length === 1)
    expect(intake.refused[0]).toMatchObject({
      reason: { code: 'too-large' },
      totalBytes: 268_435_455,
      peer: { system: 'mqtt:watch' },
    })
  })

  test('a message larger than allowed is refused even in small pieces', async () => {
    const watch = await device('watch', { reconnectPeriod: 0 })
    const gone = once(watch, 'close')
    watch.publish('counterpart/v1/watch/readings', 'x'.repeat(5000), { qos: 1 })
    await gone
    expect(intake.refused).toMatchObject([{ reason: { code: 'too-large' } }])
  })

  test('a stranger can neither send much nor fill the quarantine', async () => {
    const socket = await rawConnection(broker.port)
    socket.write(packet(0x10, Buffer.alloc(600)))
    await closed(socket)
    expect(intake.refused).toEqual([])
    expect(troubles.join()).toContain('512 are allowed')
  })

  test('a packet that breaks the standard ends the connection and is put on record', async () => {
    const socket = await rawConnection(broker.port)
    socket.write(connectPacket('watch', 'watch', 'secret of watch'))
    await new Promise((resolve) => socket.once('data', resolve))
    // QoS 3 does not exist (§3.3.1.2).
    socket.write(packet(0x36, Buffer.from([0, 1, 97, 0, 1])))
    await closed(socket)
    await intake.until(() => intake.refused.length === 1)
    expect(intake.refused[0]).toMatchObject({ reason: { code: 'malformed' }, peer: { system: 'mqtt:watch' } })
  })

  test('whatever bytes come, the broker serves the others', async () => {
    const watch = await device('watch')
    let sequence = 0
    const hello = connectPacket('rogue', 'rogue', 'secret of rogue')
    const garbage = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc
        .tuple(fc.constantFrom(0x10, 0x30, 0x32, 0x34, 0x62, 0x82, 0xa2, 0xc0, 0xe0), fc.uint8Array({ maxLength: 100 }))
        .map(([type, body]) => packet(type, Buffer.from(body))),
    )
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(garbage, { minLength: 1, maxLength: 4 }), async (signedIn, pieces) => {
        const socket = await rawConnection(broker.port)
        if (signedIn) socket.write(hello)
        for (const piece of pieces) socket.write(piece)
        socket.end()
        await closed(socket)
        await publish(watch, sequence++)
      }),
      { numRuns: 40 },
    )
    expect(watch.connected).toBe(true)
  })
})
