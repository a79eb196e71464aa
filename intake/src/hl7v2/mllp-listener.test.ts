import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventsOf, hl7, now, observationsOf, openWard, oru, pid, type Ward } from '../test-support.ts'
import { parseMessage, valueAt } from './message.ts'
import { framed, frameReader } from './mllp-frames.ts'
import type { MllpLimits, MllpListener } from './mllp-listener.ts'
import { startMllpListener } from './mllp-listener.ts'

const heartRate = 'NM|8867-4^Heart rate^LN||80|/min|||||F'

let ward: Ward
let listener: MllpListener
const sockets: Socket[] = []

async function listen(limits: Partial<MllpLimits> = {}): Promise<void> {
  await listener?.close()
  listener = await startMllpListener({ port: 0, intake: ward.intake, clock: () => now, limits })
}

beforeEach(async () => {
  ward = await openWard()
  await listen()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await listener.close()
  await ward.close()
})

/** A sender that collects its answers. */
async function sender() {
  const socket = connect(listener.port, '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'connect')
  const reader = frameReader(1e6)
  const answers: string[] = []
  const closed = once(socket, 'close')
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    for (const frame of reader.push(chunk)) answers.push(Buffer.from(frame.bytes).toString('utf8'))
  })
  return {
    socket,
    answers,
    closed,
    async answered(count: number) {
      await vi.waitFor(() => expect(answers).toHaveLength(count), { timeout: 5000, interval: 5 })
      return answers.map((text) => {
        const { segments } = parseMessage(text)
        const [msa, err] = ['MSA', 'ERR'].map((name) => segments.find((s) => s.name === name))
        return [
          valueAt(msa, 1),
          valueAt(msa, 2),
          ...(err ? [valueAt(err, 3), err.fields[1]?.[0]?.flat().join('^')] : []),
        ]
      })
    },
  }
}

describe('a message over MLLP', () => {
  test('is acknowledged when it is in the thread', async () => {
    const { socket, answered, answers } = await sender()
    socket.write(framed(oru('42', heartRate)))
    expect(await answered(1)).toEqual([['AA', '42']])
    expect(await observationsOf(ward.thread)).toHaveLength(1)
    const msh = parseMessage(answers[0]!).segments[0]
    expect([3, 4, 5, 6].map((field) => valueAt(msh, field))).toEqual(['CP', 'HOME', 'MON', 'WARD'])
    expect([valueAt(msh, 9), valueAt(msh, 9, 2), valueAt(msh, 12)]).toEqual(['ACK', 'R01', '2.5.1'])
  })

  test('may come byte by byte', async () => {
    const { socket, answered } = await sender()
    socket.setNoDelay(true)
    for (const byte of framed(hl7('ADT^A08', '1', [pid]))) socket.write(Uint8Array.of(byte))
    expect(await answered(1)).toEqual([['AA', '1']])
  })

  test('may be followed by others before it is answered: the answers come in their order', async () => {
    const { socket, answered } = await sender()
    const ids = Array.from({ length: 200 }, (_, i) => `m${i}`)
    socket.write(Buffer.concat(ids.map((id) => framed(id === 'm7' ? hl7('SIU^S12', id, [pid]) : oru(id, heartRate)))))
    const answers = await answered(200)
    expect(answers.map(([, id]) => id)).toEqual(ids)
    expect(answers.filter(([code]) => code !== 'AA')).toEqual([['AR', 'm7', '200', 'MSH^1^9^1^1']])
  })

  test('is answered also when its sender has closed its side already', async () => {
    const { socket, answered, closed } = await sender()
    socket.end(framed(oru('1', heartRate)))
    expect(await answered(1)).toEqual([['AA', '1']])
    await closed
  })

  test.each([
    [
      'twice',
      [oru('1', heartRate), oru('1', heartRate)],
      [
        ['AA', '1'],
        ['AA', '1'],
      ],
    ],
    [
      'twice with other content',
      [oru('1', heartRate), oru('1', heartRate.replace('80', '81'))],
      [
        ['AA', '1'],
        ['AE', '1', '205', 'MSH^1^10^1'],
      ],
    ],
    ['with a bad value', [oru('1', 'NM|8867-4^HR^LN||x|/min|||||F')], [['AE', '1', '102', 'OBX^1^5^1']]],
    ['with an impossible value', [oru('1', heartRate.replace('80', '8000'))], [['AE', '1', '199', 'OBX^1']]],
    ['of an event that is not taken', [hl7('ADT^A20', '1', [pid])], [['AR', '1', '201', 'MSH^1^9^1^2']]],
    ['without a patient', [hl7('ADT^A01', '1', ['PV1|1|I'])], [['AE', '1', '102', 'PID^1']]],
    ['that is no HL7', ['GET / HTTP/1.1\r\n\r\n'], [['AE', '', '100', 'MSH^1']]],
  ])('%s gets the answer that says so', async (_what, messages, expected) => {
    const { socket, answered } = await sender()
    for (const message of messages) socket.write(framed(message))
    expect(await answered(messages.length)).toEqual(expected)
  })

  test.each([
    ['AL', 'NE', 'CA', 'CE'],
    ['AL', 'AL', 'CA', 'CE'],
    ['NE', 'AL', 'AA', 'AE'],
    ['ER', 'NE', undefined, 'CE'],
    ['NE', 'SU', 'AA', undefined],
    ['NE', 'NE', undefined, undefined],
  ])(
    'in enhanced mode with MSH-15 %s and MSH-16 %s is answered %s, or %s when it is bad',
    async (accept, application, good, bad) => {
      const { socket, answered } = await sender()
      const enhanced = (id: string, result: string) =>
        oru(id, result).replace('|2.5.1\r', `|2.5.1|||${accept}|${application}\r`)
      socket.write(framed(enhanced('good', heartRate)))
      socket.write(framed(enhanced('bad', heartRate.replace('80', 'x'))))
      socket.write(framed(oru('last', heartRate)))
      const expected = [good && [good, 'good'], bad && [bad, 'bad'], ['AA', 'last']].filter(Boolean)
      expect((await answered(expected.length)).map((answer) => answer.slice(0, 2))).toEqual(expected)
    },
  )
})

describe('a stream that goes wrong', () => {
  const quarantined = () => ward.intake.quarantined().map(({ code, bodyBytes }) => [code, bodyBytes])

  test('without an end is broken off at the size limit, refused, kept and closed', async () => {
    await listen({ messageBytes: 100_000 })
    const { socket, answered, closed } = await sender()
    const begin = framed(oru('big', heartRate)).subarray(0, -2)
    socket.write(begin)
    socket.write(Buffer.alloc(200_000, 'A'))
    expect(await answered(1)).toEqual([['AR', 'big', '104', '']])
    await closed
    expect(quarantined()[0]?.[0]).toBe('too-large')
    expect((await eventsOf(ward.thread)).map(({ type }) => type)).toEqual(['quarantine.added'])
  })

  test('without an end is given up after the time limit, however slowly it goes on', async () => {
    await listen({ frameTime: 50 })
    const { socket, answered, closed } = await sender()
    socket.write(framed(oru('slow', heartRate)).subarray(0, -2))
    const drip = setInterval(() => socket.write('A'), 10)
    expect(await answered(1)).toEqual([['AE', 'slow', '100', '']])
    clearInterval(drip)
    await closed
    expect(quarantined()[0]?.[0]).toBe('malformed')
  })

  test('that breaks off in the middle is kept, and the next connection works', async () => {
    const broken = await sender()
    broken.socket.end(framed(oru('cut', heartRate)).subarray(0, 120))
    expect(await broken.answered(1)).toEqual([['AE', 'cut', '100', '']])
    await broken.closed
    const next = await sender()
    next.socket.write(framed(oru('cut', heartRate)))
    expect(await next.answered(1)).toEqual([['AA', 'cut']])
  })

  test('that is not MLLP at all is closed', async () => {
    const { socket, closed } = await sender()
    socket.write('x'.repeat(5000))
    await closed
    expect(quarantined()).toEqual([['malformed', 5000]])
  })

  test('of too many connections is closed at once', async () => {
    await listen({ connections: 2 })
    const both = [await sender(), await sender()]
    const third = connect(listener.port, '127.0.0.1')
    sockets.push(third)
    third.on('error', () => undefined)
    await once(third, 'close')
    both[0]!.socket.write(framed(oru('1', heartRate)))
    expect(await both[0]!.answered(1)).toEqual([['AA', '1']])
  })
})

test('closing waits for the messages in hand', async () => {
  const { socket, answers, answered } = await sender()
  socket.write(Buffer.concat(Array.from({ length: 20 }, (_, i) => framed(oru(`m${i}`, heartRate)))))
  await vi.waitFor(() => expect(answers).not.toEqual([]), { timeout: 5000, interval: 1 })
  await listener.close()
  const messages = await eventsOf(ward.thread, 'message.received')
  expect(await answered(messages.length)).toHaveLength(messages.length)
})

test('frames come out the same however the bytes are cut', () => {
  const stream = Buffer.concat([
    Buffer.from('\r\n'),
    framed('one'),
    framed('t\u001cwo'),
    framed(''),
    Buffer.from('\n'),
    framed('three'),
  ])
  for (let size = 1; size <= stream.length; size++) {
    const reader = frameReader(100)
    const frames: string[] = []
    for (let at = 0; at < stream.length; at += size)
      for (const frame of reader.push(stream.subarray(at, at + size))) frames.push(Buffer.from(frame.bytes).toString())
    expect(frames).toEqual(['one', 't\u001cwo', '', 'three'])
  }
})
