import { connect, type Socket } from 'node:net'
import type { Milliseconds } from '@counterpart/kernel'
import type { Timer } from './time.ts'

export interface MllpSenderOptions {
  readonly host: string
  readonly port: number
  readonly timer: Timer
  /** Without an acknowledgement for so long, the connection is given up and made anew. Default 10 s. */
  readonly acknowledgeWithin?: Milliseconds
  /** Wait before connecting again; doubles up to 16 times. Default 250 ms. */
  readonly reconnectAfter?: Milliseconds
  /** Messages under way at once. 1 (default) is the original mode of HL7 v2.5.1, 2.9.2: one by one. */
  readonly window?: number
  /** Un-acknowledged messages that are kept; beyond, the newest is refused. Default 20,000. */
  readonly limit?: number
  readonly onProblem?: (problem: string) => void
}

/** What became of a message: `refused` when the receiver said no (AE, CE, or AR again and again), or was never asked. */
export type Delivery = 'accepted' | 'refused'

export interface MllpSender {
  /** Queues a message; delivered in order and at least once. Resolves when it has been answered for good. */
  send(message: { readonly controlId: string; readonly text: string }): Promise<Delivery>
  /** Messages without an acknowledgement. */
  readonly pending: number
  /** Resolves when nothing is pending any more. */
  idle(): Promise<void>
  /** Gives up what is pending and closes. */
  stop(): Promise<void>
}

interface Queued {
  readonly controlId: string
  readonly text: string
  rejections: number
  readonly resolve: (delivery: Delivery) => void
}

const startBlock = 0x0b
const endBlock = Buffer.from([0x1c, 0x0d])
/** An AR is about the moment, not the content (HL7 table 0008): so often it is tried again. */
const mostRejections = 5

/**
 * Sends HL7 v2 by MLLP (Lower Layer Protocol release 1): frames with VT … FS CR, matches acknowledgements by MSA-2,
 * sends anew in order what was not acknowledged when a connection broke.
 */
export function startMllpSender(options: MllpSenderOptions): MllpSender {
  const window = options.window ?? 1
  const reconnectAfter = options.reconnectAfter ?? 250
  const limit = options.limit ?? 20_000
  let queue: Queued[] = []
  /** How many at the head of the queue are under way. */
  let underway = 0
  let socket: Socket | undefined
  let connected = false
  let stopped = false
  let failures = 0
  let received = Buffer.alloc(0)
  let cancelReconnect: (() => void) | undefined
  let cancelWatch: (() => void) | undefined
  let whenIdle: (() => void)[] = []

  function open(): void {
    if (stopped || socket) return
    const own = connect({ host: options.host, port: options.port })
    socket = own
    own.setNoDelay(true)
    own.on('connect', () => {
      connected = true
      received = Buffer.alloc(0)
      underway = 0
      pump()
    })
    own.on('data', (chunk) => take(chunk))
    own.on('error', (error) => options.onProblem?.(`MLLP ${options.host}:${options.port}: ${error.message}`))
    own.on('close', () => {
      if (socket !== own) return
      socket = undefined
      connected = false
      underway = 0
      cancelWatch?.()
      cancelWatch = undefined
      if (stopped || queue.length === 0) return
      later()
    })
  }

  function later(): void {
    cancelReconnect?.()
    const wait = reconnectAfter * 2 ** Math.min(failures++, 4)
    cancelReconnect = options.timer(wait, () => {
      cancelReconnect = undefined
      open()
    })
  }

  function pump(): void {
    if (!connected || !socket) return
    while (underway < window && underway < queue.length) {
      const text = Buffer.from(queue[underway]!.text, 'utf8')
      socket.write(Buffer.concat([Buffer.from([startBlock]), text, endBlock]))
      underway++
    }
    watch()
  }

  /** Runs from the oldest message under way: sending more does not put it off. */
  function watch(): void {
    if (cancelWatch || underway === 0) return
    cancelWatch = options.timer(options.acknowledgeWithin ?? 10_000, () => {
      options.onProblem?.(`MLLP: no acknowledgement of ${queue[0]?.controlId} in time; connecting anew`)
      socket?.destroy()
    })
  }

  function take(chunk: Buffer): void {
    received = Buffer.concat([received, chunk])
    for (;;) {
      const end = received.indexOf(endBlock)
      if (end < 0) break
      const start = received.indexOf(startBlock)
      const text = received.subarray(start >= 0 && start < end ? start + 1 : 0, end).toString('utf8')
      received = received.subarray(end + endBlock.length)
      acknowledged(text)
    }
    if (received.length > 65_536) socket?.destroy()
  }

  function acknowledged(text: string): void {
    const msa = text
      .split(/[\r\n]+/)
      .find((line) => line.startsWith('MSA'))
      ?.split(text.charAt(3) || '|')
    const [code, controlId] = [msa?.[1], msa?.[2]]
    const index = queue.slice(0, underway).findIndex((message) => message.controlId === controlId)
    if (index < 0 || code === undefined) {
      options.onProblem?.(`MLLP: an acknowledgement of "${controlId}", which is not under way`)
      return
    }
    failures = 0
    cancelWatch?.()
    cancelWatch = undefined
    const message = queue[index]!
    if (code === 'AR' || code === 'CR') {
      message.rejections++
      if (message.rejections < mostRejections) {
        // Order is kept by beginning again at the head of the queue.
        socket?.destroy()
        return
      }
    }
    queue.splice(index, 1)
    underway--
    const accepted = code === 'AA' || code === 'CA'
    if (!accepted) options.onProblem?.(`MLLP: ${controlId} was refused (${code}): ${(msa?.[3] ?? '').slice(0, 200)}`)
    message.resolve(accepted ? 'accepted' : 'refused')
    pump()
    settle()
  }

  function settle(): void {
    if (queue.length > 0) return
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  return {
    send: ({ controlId, text }) =>
      new Promise<Delivery>((resolve) => {
        if (stopped || queue.length >= limit) {
          if (!stopped) options.onProblem?.(`MLLP: ${limit} messages wait already; ${controlId} is not sent`)
          resolve('refused')
          return
        }
        queue.push({ controlId, text, rejections: 0, resolve })
        if (connected) pump()
        else if (!socket && !cancelReconnect) open()
      }),
    get pending() {
      return queue.length
    },
    idle: () =>
      new Promise<void>((resolve) => {
        whenIdle.push(resolve)
        settle()
      }),
    stop: async () => {
      stopped = true
      cancelReconnect?.()
      cancelWatch?.()
      const left = queue
      queue = []
      for (const message of left) message.resolve('refused')
      settle()
      const own = socket
      if (!own || own.destroyed) return
      await new Promise<void>((resolve) => {
        own.once('close', () => resolve())
        own.destroy()
      })
    },
  }
}
