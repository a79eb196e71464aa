import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testMosquitto } from '../../../scripts/test-services.ts'
import { connectMqttClient, type MqttClientOptions, type MqttConnection } from './client.ts'
import { accepted, deferred, readings, refusal, TestIntake } from './mqtt.test-data.ts'

let url = ''
let publisher: MqttClient
const connections: MqttConnection[] = []
let names = 0

beforeAll(async () => {
  const mosquitto = await testMosquitto()
  if ('skipped' in mosquitto) {
    console.log(mosquitto.skipped)
    return
  }
  url = mosquitto.url
  publisher = await mqtt.connectAsync(url)
}, 120_000)

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()))
})

afterAll(async () => {
  if (url !== '') await publisher.endAsync()
})

/** A device of its own for each test: the broker is shared. */
function fresh() {
  const name = `device-${process.pid}-${Date.now()}-${names++}`
  const intake = new TestIntake()
  const troubles: string[] = []
  const connect = async (options: Partial<MqttClientOptions> = {}): Promise<MqttConnection> => {
    const connection = connectMqttClient({
      url,
      clientId: `counterpart-${name}`,
      intake,
      topics: [`counterpart/v1/${name}/readings`],
      backoff: { first: 10, longest: 80 },
      onTrouble: (what) => troubles.push(what),
      ...options,
    })
    connections.push(connection)
    await connection.ready
    return connection
  }
  const publish = (sequence: number) =>
    publisher.publishAsync(`counterpart/v1/${name}/readings`, readings(name, sequence), { qos: 1 })
  return { name, intake, troubles, connect, publish }
}

const sequences = (intake: TestIntake): string[] => intake.received.map(({ controlId }) => controlId!.split('/')[1]!)

test('readings that an external broker passes on reach the intake', async ({ skip }) => {
  if (url === '') skip()
  const { name, intake, connect, publish } = fresh()
  await connect()
  await publish(1)
  await publish(2)
  await intake.until(() => intake.received.length === 2)
  expect(intake.received[0]).toMatchObject({ protocol: 'mqtt', controlId: `${name}/1` })
})

test('what comes while this side is away is kept by the broker for it', async ({ skip }) => {
  if (url === '') skip()
  const { intake, connect, publish } = fresh()
  const first = await connect()
  await first.close()
  for (const sequence of [1, 2, 3]) await publish(sequence)
  expect(intake.received).toEqual([])
  await connect()
  await intake.until(() => intake.received.length === 3)
  expect(sequences(intake)).toEqual(['1', '2', '3'])
})

test('a message that could not be kept is not acknowledged: the broker sends it again', async ({ skip }) => {
  if (url === '') skip()
  const { intake, troubles, connect, publish } = fresh()
  let fails = 3
  intake.answer = async () => {
    if (fails-- > 0) throw new Error('disk full')
    return accepted
  }
  const done = deferred<void>()
  await connect({ onReading: () => done.resolve() })
  await publish(1)
  await done.promise
  expect(sequences(intake)).toEqual(['1', '1', '1', '1'])
  expect(troubles.filter((what) => what.includes('not acknowledged, disk full'))).toHaveLength(3)
})

test('a message in hand when this side dies comes again to the next one', async ({ skip }) => {
  if (url === '') skip()
  const { intake, connect, publish } = fresh()
  const never = deferred<typeof accepted>()
  intake.answer = () => never.promise
  const dying = await connect()
  await publish(1)
  await intake.until(() => intake.received.length === 1)
  // A second connection under the same name takes the session over; the first one never acknowledged.
  intake.answer = async () => accepted
  const done = deferred<void>()
  await connect({ onReading: () => done.resolve() })
  await done.promise
  expect(sequences(intake)).toEqual(['1', '1'])
  never.reject(new Error('gone'))
  await dying.close()
})

test('a refused message that is in the quarantine is acknowledged, and does not come again', async ({ skip }) => {
  if (url === '') skip()
  const { name, intake, connect, publish } = fresh()
  intake.answer = async () => ({ ...refusal, quarantineId: '1' })
  const first = await connect({ messageBytes: 400 })
  await publish(1)
  for (const bad of ['no json', 'x'.repeat(401)])
    await publisher.publishAsync(`counterpart/v1/${name}/readings`, bad, { qos: 1 })
  await intake.until(() => intake.refused.length === 2)
  await first.close()
  const done = deferred<void>()
  await connect({ onReading: () => done.resolve() })
  await publish(2)
  await done.promise
  expect(sequences(intake)).toEqual(['1', '2'])
  expect(intake.refused.map(({ reason }) => reason.code)).toEqual(['malformed', 'too-large'])
})

test('without a broker it keeps trying, and can be closed', async () => {
  const troubles: string[] = []
  const intake = new TestIntake()
  const three = deferred<void>()
  const connection = connectMqttClient({
    url: 'mqtt://127.0.0.1:9',
    clientId: 'counterpart-nowhere',
    intake,
    backoff: { first: 5, longest: 20 },
    onTrouble: (what) => {
      troubles.push(what)
      if (troubles.length === 3) three.resolve()
    },
  })
  await three.promise
  expect(troubles[0]).toMatch(/^MQTT 127.0.0.1:9: .*ECONNREFUSED/)
  await connection.close()
  await expect(connection.ready).rejects.toThrow(/closed before/)
})
