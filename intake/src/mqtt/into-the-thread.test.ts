import mqtt from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IntakeError } from '../errors.ts'
import { eventsOf, now, observationsOf, openWard, oru, type Ward } from '../test-support.ts'
import { type MqttBroker, startMqttBroker } from './broker.ts'

let ward: Ward
let broker: MqttBroker

beforeEach(async () => {
  ward = await openWard()
  broker = await startMqttBroker({
    port: 0,
    intake: ward.intake,
    authenticate: async ({ username, password }) => (password === 'secret' ? { device: username } : undefined),
  })
})

afterEach(async () => {
  await broker.close()
  await ward.close()
})

const known = { system: 'urn:oid:1.2.3', value: '4711' }
const message = (sequence: number, reading: object = {}, subject = known): string =>
  JSON.stringify({
    device: 'watch',
    subject,
    sequence,
    readings: [
      {
        code: { system: 'http://loinc.org', code: '8867-4' },
        value: 80,
        unit: '/min',
        time: new Date(now - 60_000).toISOString(),
        ...reading,
      },
    ],
  })

test('what a watch sends is in the thread when it hears so, once, and what is wrong is in the quarantine', async () => {
  const introduced = await ward.intake.receiveHl7(oru('1', 'NM|8867-4^Heart rate^LN||80|/min|||||F'), {
    system: 'test',
  })
  expect(introduced.outcome).toBe('accepted')
  const watch = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    clientId: 'watch',
    username: 'watch',
    password: 'secret',
  })
  const send = (text: string) => watch.publishAsync('counterpart/v1/watch/readings', text, { qos: 1 })
  await send(message(1))
  expect((await observationsOf(ward.thread)).filter(({ source }) => source.protocol === 'mqtt')).toMatchObject([
    {
      channel: 'heart-rate',
      value: 80,
      unit: '/min',
      effective: now - 60_000,
      source: { protocol: 'mqtt', device: 'watch' },
    },
  ])
  const before = (await eventsOf(ward.thread)).length
  await send(message(1))
  expect(await eventsOf(ward.thread)).toHaveLength(before)

  await send(message(1, { value: 81 }))
  await send(message(2, { value: 900 }))
  await send(message(3, { unit: 'mm[Hg]' }))
  await send(message(4, { time: new Date(now + 86_400_000).toISOString() }))
  await send(message(5, {}, { system: 'urn:oid:1.2.3', value: 'nobody' }))
  await send('{"device":"watch"')
  expect(
    ward.intake
      .quarantined()
      .map(({ code }) => code as IntakeError['code'])
      .reverse(),
  ).toEqual(['control-id-conflict', 'implausible', 'unit-dimension', 'in-the-future', 'unknown-subject', 'malformed'])
  expect(await observationsOf(ward.thread)).toHaveLength(2)
  await watch.endAsync()
})

test('nothing is acknowledged once the thread is gone', async () => {
  const watch = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    clientId: 'watch',
    username: 'watch',
    password: 'secret',
    reconnectPeriod: 0,
  })
  await ward.thread.close()
  let acknowledged = false
  const dropped = new Promise<void>((resolve) => watch.once('close', () => resolve()))
  watch.publish('counterpart/v1/watch/readings', message(1), { qos: 1 }, (error) => {
    acknowledged = !error
  })
  await dropped
  expect(acknowledged).toBe(false)
})
