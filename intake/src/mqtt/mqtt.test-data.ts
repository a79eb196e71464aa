import { connect, type Socket } from 'node:net'
import type { IntakeError } from '../errors.ts'
import type { ReadingMessage } from '../reading.ts'
import type { Peer, Receipt } from '../receipt.ts'
import type { ReadingIntake } from './take.ts'

/** An intake whose durability a test decides on. */
export class TestIntake implements ReadingIntake {
  readonly received: ReadingMessage[] = []
  readonly refused: { reason: IntakeError; body: Uint8Array | string; totalBytes?: number; peer: Peer }[] = []
  /** What becomes of a message; by default it is durable at once. */
  answer: (message: ReadingMessage) => Promise<Receipt> = async () => accepted
  #heard = new Set<() => void>()

  async receiveReading(message: ReadingMessage, _peer: Peer): Promise<Receipt> {
    this.received.push(message)
    this.#tell()
    return this.answer(message)
  }

  async refuse(
    reason: IntakeError,
    { body, totalBytes }: { body: Uint8Array | string; totalBytes?: number },
    peer: Peer,
  ): Promise<Receipt> {
    this.refused.push({ reason, body, totalBytes, peer })
    this.#tell()
    return { ...refusal, code: reason.code, message: reason.message, quarantineId: String(this.refused.length) }
  }

  /** Resolves when it has been asked and `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#heard.add(resolve))
  }

  #tell(): void {
    const heard = [...this.#heard]
    this.#heard.clear()
    for (const resolve of heard) resolve()
  }
}

export const accepted: Receipt = { outcome: 'accepted', events: ['patient/a@1'], subjects: ['patient/a'], notes: [] }
export const refusal = {
  outcome: 'refused',
  code: 'implausible',
  message: 'no',
  location: '',
  expected: '',
  mend: '',
} as const

/** A message of a device with one heart rate. */
export function readings(device: string, sequence: number, value = 72): string {
  return JSON.stringify({
    device,
    subject: { system: 'http://hospital.example/mrn', value: '4711' },
    sequence,
    readings: [
      {
        code: { system: 'http://loinc.org', code: '8867-4' },
        value,
        unit: '/min',
        time: '2030-01-01T12:00:00.250+01:00',
      },
    ],
  })
}

/** A promise that a test settles. */
export function deferred<T>() {
  return Promise.withResolvers<T>()
}

/** A bare connection for what no client library would send. */
export async function rawConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

export async function closed(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}

/** An MQTT 3.1.1 CONNECT packet (§3.1). */
export function connectPacket(clientId: string, username: string, password: string): Buffer {
  const field = (text: string) => {
    const bytes = Buffer.from(text)
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
  }
  const body = Buffer.concat([
    field('MQTT'),
    Buffer.from([4, 0xc2, 0, 60]),
    field(clientId),
    field(username),
    field(password),
  ])
  return packet(0x10, body)
}

export function packet(type: number, body: Buffer): Buffer {
  const length: number[] = []
  let left = body.length
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.concat([Buffer.from([type, ...length]), body])
}
