import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type MqttSender, startMqttSender } from './mqtt-sender.ts'

let broker: { aedes: Aedes; server: Server; sockets: Set<Socket> } | undefined
let sender: MqttSender | undefined

afterEach(async () => {
  await sender?.stop()
  await stopBroker()
})

async function stopBroker(): Promise<void> {
  if (!broker) return
  const { aedes, server, sockets } = broker
  broker = undefined
  for (const socket of sockets) socket.destroy()
  await new Promise<void>((resolve) => aedes.close(() => resolve()))
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

/** A broker that knows its devices' passwords; returns its port and what was published by whom. */
async function startBroker(
  port = 0,
): Promise<{ port: number; got: { client: string; topic: string; payload: unknown; qos: number }[] }> {
  const got: { client: string; topic: string; payload: unknown; qos: number }[] = []
  const aedes = await Aedes.createBroker()
  aedes.authenticate = (_client, username, password, done) =>
    done(null, password?.toString() === `secret of ${username}`)
  aedes.on('publish', (packet, client) => {
    if (!client) return
    got.push({
      client: client.id,
      topic: packet.topic,
      payload: JSON.parse(packet.payload.toString()),
      qos: packet.qos,
    })
  })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    aedes.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  broker = { aedes, server, sockets }
  return { port: (server.address() as AddressInfo).port, got }
}

const credentials = (device: string) => ({ username: device, password: `secret of ${device}` })

describe('the MQTT sender', () => {
  it('publishes with QoS 1, each device over a connection of its own, by its own name and login', async () => {
    const { port, got } = await startBroker()
    sender = startMqttSender({ url: `mqtt://127.0.0.1:${port}`, credentials })
    const sent = [
      sender.send('w1', 't/1', { n: 1 }),
      sender.send('w2', 't/2', { n: 2 }),
      sender.send('w1', 't/1', { n: 3 }),
    ]
    expect(await Promise.all(sent)).toEqual(Array(3).fill('accepted'))
    expect(got.filter(({ client }) => client === 'w1').map(({ payload }) => payload)).toEqual([{ n: 1 }, { n: 3 }])
    expect(got.filter(({ client }) => client === 'w2')).toEqual([
      { client: 'w2', topic: 't/2', payload: { n: 2 }, qos: 1 },
    ])
  })

  it('keeps what it could not publish until the broker is back', async () => {
    const first = await startBroker()
    sender = startMqttSender({ url: `mqtt://127.0.0.1:${first.port}`, credentials, reconnectAfter: 20 })
    await sender.send('w1', 't', { n: 1 })
    await stopBroker()
    const sent = [sender.send('w1', 't', { n: 2 }), sender.send('w1', 't', { n: 3 })]
    const second = await startBroker(first.port)
    await Promise.all(sent)
    await vi.waitFor(() => expect(second.got.map(({ payload }) => payload)).toEqual([{ n: 2 }, { n: 3 }]))
  })

  it('drops the oldest when there is no room, as a wearable does', async () => {
    sender = startMqttSender({ url: 'mqtt://127.0.0.1:1', credentials, limit: 1 })
    const oldest = sender.send('w1', 't', { n: 1 })
    void sender.send('w1', 't', { n: 2 })
    expect(await oldest).toBe('refused')
    expect(sender.pending).toBe(1)
  })
})
