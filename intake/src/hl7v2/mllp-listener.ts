import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { Instant } from '@counterpart/kernel'
import { IntakeError } from '../errors.ts'
import type { Intake } from '../intake.ts'
import type { Peer, Receipt } from '../receipt.ts'
import { acknowledgementOf } from './acknowledge.ts'
import { framed, frameReader } from './mllp-frames.ts'

/** What one listener puts up with. */
export interface MllpLimits {
  /** Longest message, in bytes. Default 4 MiB. */
  readonly messageBytes: number
  /** Time from the first byte of a frame to its last, in milliseconds. Default 30,000. */
  readonly frameTime: number
  /** Time without a message after which a connection is closed, in milliseconds. Default one hour. */
  readonly idleTime: number
  /** Connections at one time; more are refused. Default 64. */
  readonly connections: number
  /** Messages of one connection that may wait for their acknowledgement; then it is read no further. Default 64. */
  readonly unacknowledged: number
}

export const usualMllpLimits: MllpLimits = {
  messageBytes: 4 * 1024 * 1024,
  frameTime: 30_000,
  idleTime: 3_600_000,
  connections: 64,
  unacknowledged: 64,
}

export interface MllpOptions {
  /** 0: any free port. */
  readonly port: number
  /** Default `127.0.0.1`. MLLP knows no encryption or sign-in: put it behind a tunnel before opening it to a network. */
  readonly host?: string
  readonly intake: Intake
  readonly clock: () => Instant
  readonly limits?: Partial<MllpLimits>
  /** Told of what no sender can be told, e.g. that a socket failed. */
  readonly onTrouble?: (what: string) => void
}

export interface MllpListener {
  readonly port: number
  /** Stops listening, lets messages in hand be acknowledged, and closes. */
  close(): Promise<void>
}

/**
 * Listens for HL7 v2 messages over MLLP. Each is acknowledged only when it is durably in the thread (or in the quarantine), in
 * the order in which the messages of a connection came; pipelined messages are committed together.
 */
export async function startMllpListener(options: MllpOptions): Promise<MllpListener> {
  const limits = { ...usualMllpLimits, ...options.limits }
  const connections = new Set<{ readonly finish: () => Promise<void> }>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = serve(socket, options, limits)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  server.maxConnections = limits.connections
  server.on('drop', () => options.onTrouble?.(`MLLP: more than ${limits.connections} connections; one was refused`))
  await listen(server, options.port, options.host ?? '127.0.0.1')
  server.on('error', (error) => options.onTrouble?.(`MLLP: ${error.message}`))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.all([...connections].map((connection) => connection.finish()))
      await closed
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function serve(socket: Socket, { intake, clock, onTrouble }: MllpOptions, limits: MllpLimits) {
  const address = `${socket.remoteAddress}:${socket.remotePort}`
  const peer: Peer = { system: 'mllp', address }
  const reader = frameReader(limits.messageBytes)
  let waiting = 0
  let finished = false
  let answered: Promise<void> = Promise.resolve()
  let frameTimer: NodeJS.Timeout | undefined

  /** Sends the answers in the order of the messages, though these are taken in side by side. */
  const answer = (bytes: Uint8Array, received: Promise<Receipt>, last = false): void => {
    waiting++
    if (waiting >= limits.unacknowledged) socket.pause()
    answered = answered.then(async () => {
      const receipt = await received
      const text = acknowledgementOf(Buffer.from(bytes.subarray(0, 4096)).toString('utf8'), receipt, clock())
      if (text !== undefined && socket.writable) socket.write(framed(text))
      waiting--
      if (last) socket.destroySoon()
      else if (waiting < limits.unacknowledged && !finished) socket.resume()
    })
    answered = answered.catch((error: Error) => {
      onTrouble?.(`MLLP ${address}: ${error.message}`)
      socket.destroy()
    })
  }

  /** Refuses what there is of a frame, says so, and closes: after it nobody knows where the next message begins. */
  const giveUp = (bytes: Uint8Array, reason: IntakeError): void => {
    finished = true
    clearTimeout(frameTimer)
    socket.pause()
    answer(
      bytes,
      intake.refuse(reason, { protocol: 'hl7v2', body: bytes, contentType: 'application/hl7-v2+er7' }, peer),
      true,
    )
  }

  socket.setNoDelay(true)
  socket.setTimeout(limits.idleTime, () => socket.destroySoon())
  socket.on('error', (error) => onTrouble?.(`MLLP ${address}: ${error.message}`))
  socket.on('close', () => clearTimeout(frameTimer))
  socket.on('data', (chunk) => {
    if (finished) return
    for (const frame of reader.push(chunk)) {
      clearTimeout(frameTimer)
      frameTimer = undefined
      if (frame.kind === 'message') answer(frame.bytes, intake.receiveHl7(frame.bytes, peer))
      else giveUp(frame.bytes, frame.why === 'too-large' ? tooLarge(limits) : noStart())
    }
    if (reader.open && frameTimer === undefined && !finished)
      frameTimer = setTimeout(
        () => giveUp(reader.abandon(), noEnd(`not within ${limits.frameTime} ms`)),
        limits.frameTime,
      )
  })
  socket.on('end', () => {
    if (reader.open && !finished) giveUp(reader.abandon(), noEnd('the sender closed the connection before'))
    else void answered.then(() => socket.destroySoon())
  })
  return {
    async finish() {
      finished = true
      socket.pause()
      await answered
      socket.destroySoon()
    },
  }
}

function tooLarge({ messageBytes }: MllpLimits): IntakeError {
  return new IntakeError('too-large', `the message is longer than ${messageBytes} bytes`, {
    expected: `at most ${messageBytes} bytes between <VT> and <FS><CR>`,
    mend: 'send it in several messages, and check that each frame is closed',
  })
}

function noEnd(detail: string): IntakeError {
  return new IntakeError('malformed', `the frame has no end: ${detail}`, {
    expected: '<FS><CR> (0x1C 0x0D) after the last segment',
    mend: 'send the message again, whole',
  })
}

function noStart(): IntakeError {
  return new IntakeError('malformed', 'this is not MLLP: no frame begins', {
    expected: '<VT> (0x0B) before MSH',
    mend: 'check that the sender is set to MLLP and to the right port',
  })
}
