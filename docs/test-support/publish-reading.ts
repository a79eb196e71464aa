import { connect } from 'node:net'

/**
 * What a wearable does in its simplest form: connects by MQTT 3.1.1, publishes one message with QoS 1, waits until it is
 * acknowledged, disconnects. Throws when the broker closes instead.
 */
export async function publishReading(options: {
  readonly port: number
  readonly device: string
  readonly password: string
  readonly message: object
}): Promise<void> {
  const { port, device, password, message } = options
  const socket = connect({ host: '127.0.0.1', port })
  try {
    // §3.1: clean session, user name and password; keep alive 60 s.
    socket.write(packet(0x10, text('MQTT'), [4, 0b1100_0010, 0, 60], text(device), text(device), text(password)))
    const publish = packet(
      0x32,
      text(`counterpart/v1/${device}/readings`),
      [0, 1],
      Buffer.from(JSON.stringify(message)),
    )
    let answer = Buffer.alloc(0)
    let published = false
    for await (const chunk of socket) {
      answer = Buffer.concat([answer, chunk as Buffer])
      // §3.2 CONNACK and §3.4 PUBACK have four bytes each; the former's last is 0 for "accepted".
      if (answer.length >= 4 && answer[3] !== 0) break
      if (answer.length >= 4 && !published) {
        socket.write(publish)
        published = true
      }
      if (answer.length >= 8 && answer[4] === 0x40) return
    }
    throw new Error('the broker did not take the reading')
  } finally {
    socket.destroy()
  }
}

/** §1.5.3: a string goes with its length in two bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

/** §2.2: type, remaining length in sevens of bits, the rest. */
function packet(type: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const length: number[] = []
  for (let left = body.length; left > 0 || length.length === 0; left >>= 7)
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0))
  return Buffer.concat([Buffer.from([type, ...length]), body])
}
