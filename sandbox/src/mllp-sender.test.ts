import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type MllpSender, startMllpSender } from './mllp-sender.ts'
import { runtimeTimer } from './time.ts'

let server: Server | undefined
let sender: MllpSender | undefined
const sockets = new Set<Socket>()

afterEach(async () => {
  await sender?.stop()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
  server = undefined
})

/** A receiver that answers each message as told: a code, `silence`, or `hang up`. Returns what it got. */
async function receiver(answer: (id: string, times: number) => string): Promise<{ port: number; got: string[] }> {
  const got: string[] = []
  server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      for (let end = text.indexOf('\x1c\r'); end >= 0; end = text.indexOf('\x1c\r')) {
        const message = text.slice(text.indexOf('\x0b') + 1, end)
        text = text.slice(end + 2)
        const id = message.split('|')[9]!
        got.push(id)
        const reply = answer(id, got.filter((g) => g === id).length)
        if (reply === 'hang up') {
          socket.destroy()
          return
        }
        if (reply !== 'silence')
          socket.write(`\x0bMSH|^~\\&|R|R|S|S|20260105||ACK|a${id}|P|2.5.1\rMSA|${reply}|${id}\r\x1c\r`)
      }
    })
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, got }
}

function start(
  port: number,
  options: { window?: number; acknowledgeWithin?: number; limit?: number } = {},
): MllpSender {
  sender = startMllpSender({ host: '127.0.0.1', port, timer: runtimeTimer, reconnectAfter: 5, ...options })
  return sender
}

const message = (id: string) => ({ controlId: id, text: `MSH|^~\\&|S|S|R|R|20260105||ORU^R01|${id}|P|2.5.1\r` })

describe('the MLLP sender', () => {
  it('sends one message at a time, in order, and reports each as accepted', async () => {
    const { port, got } = await receiver(() => 'AA')
    const own = start(port)
    expect(await Promise.all(['1', '2', '3'].map((id) => own.send(message(id))))).toEqual(Array(3).fill('accepted'))
    expect(got).toEqual(['1', '2', '3'])
    expect(own.pending).toBe(0)
  })

  it('sends again, in order, what was not acknowledged when the connection broke', async () => {
    const { port, got } = await receiver((id, times) => (id === '2' && times === 1 ? 'hang up' : 'AA'))
    const own = start(port, { window: 3 })
    expect(await Promise.all(['1', '2', '3'].map((id) => own.send(message(id))))).toEqual(Array(3).fill('accepted'))
    expect(got.slice(0, 2)).toEqual(['1', '2'])
    expect(got.slice(-2)).toEqual(['2', '3'])
  })

  it('waits for a receiver that is not there yet', async () => {
    const { port } = await receiver(() => 'AA')
    await new Promise<void>((resolve) => server!.close(() => resolve()))
    const own = start(port)
    const sent = own.send(message('1'))
    const late = createServer((socket) => {
      sockets.add(socket)
      socket.on('data', () => socket.write('\x0bMSH|^~\\&|\rMSA|AA|1\r\x1c\r'))
    })
    server = late
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve))
    expect(await sent).toBe('accepted')
  })

  it('connects anew when no acknowledgement comes in time', async () => {
    const { port, got } = await receiver((_, times) => (times === 1 ? 'silence' : 'AA'))
    expect(await start(port, { acknowledgeWithin: 30 }).send(message('1'))).toBe('accepted')
    expect(got).toEqual(['1', '1'])
  })

  it('does not send again what was refused for its content, and goes on', async () => {
    const { port, got } = await receiver((id) => (id === '1' ? 'AE' : 'AA'))
    const own = start(port)
    expect(await Promise.all([own.send(message('1')), own.send(message('2'))])).toEqual(['refused', 'accepted'])
    expect(got).toEqual(['1', '2'])
  })

  it('tries again what was rejected for the moment, before anything later', async () => {
    const { port, got } = await receiver((id, times) => (id === '1' && times < 3 ? 'AR' : 'AA'))
    const own = start(port)
    expect(await Promise.all([own.send(message('1')), own.send(message('2'))])).toEqual(['accepted', 'accepted'])
    expect(got).toEqual(['1', '1', '1', '2'])
  })

  it('keeps no more than its limit', async () => {
    const { port } = await receiver(() => 'silence')
    const own = start(port, { limit: 1 })
    void own.send(message('1'))
    expect(await own.send(message('2'))).toBe('refused')
  })
})
