import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type JsonObject, minute } from '@counterpart/kernel'
import { Aedes } from 'aedes'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runtimeTimer } from './time.ts'
import { startWard, type Ward, type WardOptions } from './ward.ts'

let ward: Ward | undefined
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  await ward?.stop({ discharge: false })
  ward = undefined
  for (const close of closing.splice(0)) await close()
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  )
  return (server.address() as AddressInfo).port
}

/** A platform that takes everything: what came over each protocol, in order of arrival over all. */
async function platform() {
  const log: string[] = []
  const hl7: string[] = []
  const bundles: JsonObject[] = []
  const published: { topic: string; payload: JsonObject }[] = []
  const mllp = createServer((socket) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      for (let end = text.indexOf('\x1c\r'); end >= 0; end = text.indexOf('\x1c\r')) {
        const message = text.slice(1, end)
        text = text.slice(end + 2)
        hl7.push(message)
        log.push(`hl7v2 ${/PID\|1\|\|([^^]+)/.exec(message)![1]}`)
        socket.write(`\x0bMSH|^~\\&|\rMSA|AA|${message.split('|')[9]}\r\x1c\r`)
      }
    })
  })
  const http = createHttpServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8')
    })
    request.on('end', () => {
      bundles.push(JSON.parse(body) as JsonObject)
      log.push('fhir')
      response.end('{}')
    })
  })
  const aedes = await Aedes.createBroker()
  aedes.on('publish', (packet, client) => {
    if (!client) return
    const payload = JSON.parse(packet.payload.toString()) as { subject: { value: string } } & JsonObject
    published.push({ topic: packet.topic, payload })
    log.push(`mqtt ${payload.subject.value}`)
  })
  const mqtt = createServer((socket) => {
    aedes.handle(socket)
  })
  closing.push(() => new Promise((resolve) => aedes.close(() => resolve())))
  const options = {
    mllp: { host: '127.0.0.1', port: await listen(mllp) },
    fhir: { base: `http://127.0.0.1:${await listen(http)}/` },
    mqtt: { url: `mqtt://127.0.0.1:${await listen(mqtt)}` },
  }
  return { log, hl7, bundles, published, options }
}

/** A clock that a test sets ahead by hand, and a ward that looks at it all the time. */
async function start(more: Partial<WardOptions> = {}) {
  const to = await platform()
  let now = Date.UTC(2026, 0, 5, 9)
  ward = await startWard({
    patients: 3,
    seed: 'wired',
    history: 10 * minute,
    tick: 2,
    clock: () => now,
    timer: runtimeTimer,
    ...to.options,
    ...more,
  })
  await ward.live
  return {
    ...to,
    ward,
    pass: (ms: number) => {
      now += ms
    },
  }
}

function administrations(bundles: readonly JsonObject[]) {
  return bundles
    .flatMap((bundle) => (bundle.entry as { resource: JsonObject }[]).map(({ resource }) => resource))
    .filter(({ resourceType }) => resourceType === 'MedicationAdministration')
}

function order(recordNumber: string, change: JsonObject = {}): RequestInit {
  const resource = {
    resourceType: 'MedicationRequest',
    id: 'o1',
    status: 'active',
    intent: 'order',
    subject: { identifier: { system: 'urn:oid:2.16.840.1.113883.19.5.4600', value: recordNumber } },
    medicationCodeableConcept: { coding: [{ system: 'http://www.whocc.no/atc', code: 'C02DD01' }] },
    dosageInstruction: [{ doseAndRate: [{ rateQuantity: { value: 2, code: 'ug/kg/min' } }] }],
    ...change,
  }
  return { method: 'PUT', headers: { 'Content-Type': 'application/fhir+json' }, body: JSON.stringify(resource) }
}

describe('a ward on the wire', () => {
  it('fills in the past, then streams over all three protocols', async () => {
    const { hl7, bundles, published, ward, pass } = await start()
    pass(minute)
    await vi.waitFor(() => {
      expect(ward.statistics.pending).toBe(0)
      expect(published.length).toBeGreaterThan(30)
    })
    expect(hl7.filter((text) => text.includes('ADT^A01'))).toHaveLength(3)
    expect(hl7.filter((text) => text.includes('ORU^R01')).length).toBeGreaterThan(15)
    expect(bundles.length).toBeGreaterThanOrEqual(6)
    expect(ward.statistics.refused).toBe(0)
    const { topic, payload } = published[0]!
    expect(topic).toBe(`counterpart/v1/${String(payload.device)}/readings`)
  })

  it('lets no wearable speak before the platform has taken in the admission', async () => {
    const { log, ward } = await start()
    await vi.waitFor(() => expect(log.filter((line) => line.startsWith('mqtt')).length).toBeGreaterThan(3))
    for (const { person } of ward.patients) {
      const own = log.filter((line) => line.endsWith(person.recordNumber))
      expect(own[0]).toMatch(/^hl7v2/)
    }
  })

  it('closes the loop: order, nurse, chart, changed patient, and back', async () => {
    const { bundles, ward, pass } = await start({ tempo: 4 })
    const patient = ward.patients[0]!
    const before = patient.truth().haemodynamics.systolic
    const url = `${ward.ordersUrl}/MedicationRequest/o1`
    expect((await fetch(url, order(patient.person.recordNumber))).status).toBe(201)
    pass(2 * minute)
    await vi.waitFor(() => expect(administrations(bundles)).toHaveLength(1))
    expect(administrations(bundles)[0]).toMatchObject({
      status: 'in-progress',
      identifier: [{ value: 'o1' }],
      dosage: { dose: { value: 2, code: 'ug/kg/min' } },
    })
    await vi.waitFor(() => expect(patient.truth().haemodynamics.systolic).toBeLessThan(before - 8))
    expect((await fetch(url, order(patient.person.recordNumber, { status: 'stopped' }))).status).toBe(200)
    pass(2 * minute)
    await vi.waitFor(() => expect(administrations(bundles)).toHaveLength(2))
    expect(administrations(bundles)[1]).toMatchObject({ status: 'stopped' })
  })

  it('ends its treatments and discharges everyone when it closes', async () => {
    const { bundles, hl7, ward, pass } = await start()
    await fetch(`${ward.ordersUrl}/MedicationRequest/o1`, order(ward.patients[1]!.person.recordNumber))
    pass(2 * minute)
    await vi.waitFor(() => expect(administrations(bundles)).toHaveLength(1))
    await ward.stop()
    expect(administrations(bundles).at(-1)).toMatchObject({ status: 'stopped' })
    expect(hl7.filter((text) => text.includes('ADT^A03'))).toHaveLength(3)
  })
})
